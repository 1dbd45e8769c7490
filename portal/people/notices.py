"""What lists of accounts tell people, as messages with parameters."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from notices.messages import register

register(
    "accounts-checked",
    title=_("List of accounts looked at: %(file)s"),
    body=_("%(good)s accounts to open, %(bad)s rows to correct."),
)
register(
    "accounts-opened",
    title=_("Accounts opened: %(file)s"),
    body=_("%(count)s accounts. Print the hand-over sheet within the hour."),
)
register(
    "accounts-failed",
    title=_("Accounts not opened: %(file)s"),
    body=_("%(error)s"),
)
register(
    "roles-proposed",
    title=_("Roles to confirm: %(file)s"),
    body=_("%(count)s new accounts wait for their roles."),
)
