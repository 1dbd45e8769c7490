"""Sentences of libraries that people here see and whose Chinese is missing or stale.

Nothing runs here: the texts stand here so that the project's own catalogue holds
them, and that catalogue comes before the libraries' own.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

TEXTS = (
    # Django 5.2 formats its password rule with %d; its Chinese has a named field.
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        1,
    ),
    # django-filter has Chinese for zh_CN only.
    gettext_noop("%s (descending)"),
    # The admin says 注销, which here is what happens to an enterprise.
    gettext_noop("Log out"),
)
