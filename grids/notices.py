"""What the grids tell people: how an export ended."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "export-done",
    title=_("Ready to download: %(list)s"),
    body=_("%(rows)s rows. The file is kept for 24 hours."),
)
register(
    "export-failed",
    title=_("Not exported: %(list)s"),
    body=_("%(error)s"),
)
