"""What the grids tell people, as messages with parameters."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "post-vacant",
    title=_("Vacant for %(days)s days: %(post)s of %(grid)s"),
    body=_("%(township)s, vacant since %(since)s. Appoint somebody."),
)
register(
    "caseload-taken-over",
    title=_("%(count)s posts were handed over to you"),
    body=_("By %(person)s: %(grids)s"),
)
register(
    "caseload-handed-over",
    title=_("Your %(count)s posts were handed over to %(successor)s"),
    body="%(grids)s",
)
register(
    "roles-left-behind",
    title=_("Roles to confirm after a merger: %(grids)s"),
    body=_("%(count)s roles ended with the grid and wait for your decision."),
)
register(
    "leave-entered",
    title=_("%(substitute)s stands in for %(person)s"),
    body=_("From %(begins_on)s to %(ends_on)s."),
)
register(
    "leave-cancelled",
    title=_("%(substitute)s does not stand in for %(person)s any more"),
    body=_("The leave from %(begins_on)s to %(ends_on)s was cancelled."),
)
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
