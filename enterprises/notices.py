"""What the register tells people, as messages with parameters."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

from notices.messages import register

STANDARDIZATION: Final = _("standardization certificate")
REVIEW: Final = _("review of a certificate of staff")
STAFF: Final = _("certificate of staff")

register(
    "certificate-ending",
    title=_("%(days)s days left: %(what)s of %(enterprise)s"),
    body=_("It ends on %(ends_on)s. Renew it in time and record the new one."),
)
register(
    "certificate-ending-today",
    title=_("Ends today: %(what)s of %(enterprise)s"),
    body=_("It ends on %(ends_on)s. Renew it in time and record the new one."),
)
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
register(
    "copy-moved-in",
    title=_("Copy %(number)s: %(enterprise)s came into your township"),
    body=_("It is supervised directly by %(supervisor)s. Please acknowledge the copy."),
)
register(
    "copy-moved-away",
    title=_("Copy %(number)s: %(enterprise)s moved to another township"),
    body=_("It is no longer in your area since %(day)s. Please acknowledge the copy."),
)
