"""What the register tells people, as messages with parameters."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "copy-placed",
    title=_("Copy %(number)s: %(enterprise)s is supervised directly"),
    body=_("From %(day)s on by %(supervisor)s. Please acknowledge the copy."),
)
register(
    "copy-ended",
    title=_("Copy %(number)s: %(enterprise)s is back in the basic grid"),
    body=_("From %(day)s on it is yours to look after. Please acknowledge the copy."),
)
