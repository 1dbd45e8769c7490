"""How often somebody may try to sign in: per account, per network, per both.

Counted in the database, so that the limit is exact for any number of processes
and holds while Redis is away. Unknown names are counted like known ones: the
refusal tells nobody whether an account exists.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from accounts.models import SignInAttempts, User
from accounts.naming import plain_name
from tenants.errors import DomainError

# Of the platform and not of a bureau: an unknown name belongs to none, and a number
# of its own would tell that a name is known.
WINDOW: Final = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
# The same name from the same network; the same name from anywhere, against many
# networks at once; any name from one network, which may be a whole county's.
LIMITS: Final = {
    "both": settings.SIGN_IN_FAILURES,
    "name": 10 * settings.SIGN_IN_FAILURES,
    "network": 200,
}
SWEPT_AT_ONCE: Final = 100


class TooManyAttempts(DomainError):
    """Wait. ``is_first`` holds once per window, so that no log is flooded."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "throttled"

    def __init__(self, *, wait: timedelta, is_first: bool) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        self.is_first = is_first
        minutes = -(-self.seconds // 60)
        super().__init__(
            ngettext(
                "That was wrong too often, and is locked for a while."
                " Wait %(minutes)s minute, then try again.",
                "That was wrong too often, and is locked for a while."
                " Wait %(minutes)s minutes, then try again.",
                minutes,
            )
            % {"minutes": minutes}
        )


def counted_as(user: User | None, typed: str) -> str:
    """The one name under which attempts at an account count, however it was named.

    Otherwise who knows the phone as well has twice the guesses. An unknown name is
    counted in the very form it was looked up in, so that its refusals look the same.
    """
    return typed if user is None else f"account {user.pk}"


def count_attempt(*, name: str, address: str) -> None:
    """Count one attempt before the password is looked at, or refuse it.

    Counting first is what makes the limit exact: of many at once, each holds
    the rows while it counts.
    """
    refusal = _count(name=name, address=address)
    if refusal is not None:
        raise refusal


@transaction.atomic
def _count(*, name: str, address: str) -> TooManyAttempts | None:
    now = timezone.now()
    kinds = _keys(name=name, address=address)
    rows = _locked(kinds, now=now)
    for row in rows:
        if now - row.began_at >= WINDOW:
            row.began_at, row.count = now, 0
    full = [row for row in rows if row.count >= LIMITS[kinds[row.key]]]
    # A refused attempt is charged to the limit it hit only; otherwise one
    # network could close an account to its owner elsewhere.
    for row in full or rows:
        row.count += 1
    SignInAttempts.objects.bulk_update(full or rows, ["began_at", "count"])
    if not full:
        return None
    return TooManyAttempts(
        wait=max(row.began_at for row in full) + WINDOW - now,
        is_first=any(row.count == LIMITS[kinds[row.key]] + 1 for row in full),
    )


@transaction.atomic
def forget_attempts(*, name: str, address: str) -> None:
    """It was the owner: nothing of this is held against the account."""
    kinds = {kind: key for key, kind in _keys(name=name, address=address).items()}
    list(_in_order(list(kinds.values())))
    SignInAttempts.objects.filter(key__in=[kinds["both"], kinds["name"]]).delete()
    SignInAttempts.objects.filter(key=kinds["network"], count__gt=0).update(
        count=F("count") - 1
    )
    _sweep(now=timezone.now())


def is_locked(*names: str) -> bool:
    """Is one of these names locked, from some network or from everywhere?"""
    rows = SignInAttempts.objects.filter(
        of_name__in=_names(names), began_at__gt=timezone.now() - WINDOW
    )
    return any(
        row.count >= LIMITS["name" if row.key == row.of_name else "both"]
        for row in rows
    )


@transaction.atomic
def unlock(*names: str) -> int:
    """Forget what was counted against these names, from whatever network."""
    rows = SignInAttempts.objects.filter(of_name__in=_names(names))
    keys = list(rows.order_by("key").select_for_update().values_list("key", flat=True))
    SignInAttempts.objects.filter(key__in=keys).delete()
    return len(keys)


def _names(names: tuple[str, ...]) -> list[str]:
    return [
        key
        for name in names
        if name
        for key, kind in _keys(name=name, address="").items()
        if kind == "name"
    ]


def _keys(*, name: str, address: str) -> dict[str, str]:
    """The keys of the three counters, each with its kind."""
    plain = plain_name(name)
    texts = {"both": f"{plain}\n{address}", "name": plain, "network": address}
    return {
        salted_hmac(
            f"accounts.attempts.{kind}", text, algorithm="sha256"
        ).hexdigest(): (kind)
        for kind, text in texts.items()
    }


def _locked(kinds: dict[str, str], *, now: datetime) -> list[SignInAttempts]:
    name = next(key for key, kind in kinds.items() if kind == "name")
    SignInAttempts.objects.bulk_create(
        [
            SignInAttempts(
                key=key, began_at=now, of_name="" if kinds[key] == "network" else name
            )
            for key in sorted(kinds)
        ],
        ignore_conflicts=True,
    )
    return list(_in_order(list(kinds)))


def _in_order(keys: list[str]) -> QuerySet[SignInAttempts]:
    # Always in the same order, so that two attempts never wait for each other.
    return (
        SignInAttempts.objects.select_for_update().filter(key__in=keys).order_by("key")
    )


def _sweep(*, now: datetime) -> None:
    """Drop some counters whose window is over; those in use are left alone."""
    old = (
        SignInAttempts.objects.select_for_update(skip_locked=True)
        .filter(began_at__lt=now - WINDOW)
        .values_list("pk", flat=True)[:SWEPT_AT_ONCE]
    )
    SignInAttempts.objects.filter(pk__in=list(old)).delete()
