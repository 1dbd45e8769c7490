"""What the register tells people: how an import ended."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "import-checked",
    title=_("Import looked at: %(file)s"),
    body=_("%(new)s new, %(changed)s changed, %(bad)s to correct."),
)
register(
    "import-columns",
    title=_("Say what the columns mean: %(file)s"),
    body=_("Some headers were not recognised."),
)
register(
    "import-done",
    title=_("Imported: %(file)s"),
    body=_("%(new)s new, %(changed)s changed."),
)
register(
    "import-failed",
    title=_("Not imported: %(file)s"),
    body=_("%(error)s"),
)
