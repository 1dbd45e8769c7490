"""Accounts nobody uses: their owners are warned, then the accounts are disabled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import disable, rules_of
from grids.services import duties_stay_held
from journal.models import SecurityAction
from journal.services import record_security
from notices.messages import register
from notices.services import notify
from tenants.errors import DomainError
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator

register(
    "account-unused",
    title=gettext_noop("Your account will be disabled on %(on)s"),
    body=gettext_noop("Nobody has signed in with it for long. Sign in, and it stays."),
)


@dataclass(frozen=True, slots=True)
class Unused:
    """An account and since when it has not been used."""

    user: User
    since: datetime


@transaction.atomic
def disable_unused(*, now: datetime) -> int:
    """Warn and disable in the active tenant; safe to repeat at any time.

    Posts and roles stay, so that whoever comes back finds them; they do nothing
    while the account is disabled. The last one of each of the three duties is
    left alone.
    """
    rules = rules_of(require_tenant())
    limit, warning = timedelta(rules.unused_days), timedelta(rules.unused_warning_days)
    disabled = 0
    for found in _unused(now - limit + warning):
        if now - found.since >= limit:
            disabled += _disable(found)
        else:
            _warn(found, ends_at=found.since + limit)
    return disabled


def _unused(before: datetime) -> Iterator[Unused]:
    users = User.objects.filter(tenant_id=require_tenant(), is_active=True)
    for user in users.annotate(key_used_on=Max("tokens__last_used_on")).order_by("pk"):
        moments = [user.date_joined, user.last_login, user.reactivated_at]
        if user.key_used_on is not None:
            midnight = datetime.combine(user.key_used_on, datetime.min.time())
            moments.append(timezone.make_aware(midnight))
        since = max(moment for moment in moments if moment is not None)
        if since <= before:
            yield Unused(user, since)


def _disable(found: Unused) -> int:
    try:
        with transaction.atomic(), duties_stay_held(found.user):
            ended = disable(user_id=found.user.pk)
    except DomainError:
        return 0
    record_security(
        name=SecurityAction.ACCOUNT_UNUSED,
        actor=None,
        note=str(found.user),
        user=str(found.user.pk),
        since=found.since.isoformat(),
        tokens=len(ended),
    )
    return 1


def _warn(found: Unused, *, ends_at: datetime) -> None:
    notify(
        recipients=[found.user],
        kind="account-unused",
        key=f"unused:{found.since:%Y-%m-%d}",
        params={"on": timezone.localdate(ends_at).isoformat()},
    )
