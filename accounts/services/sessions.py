"""Where somebody is signed in: noted, seen, ended from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.models import User, UserSession

if TYPE_CHECKING:
    from uuid import UUID

KEPT: Final = timedelta(hours=13)  # a session lives twelve hours at most


@transaction.atomic
def note_session(
    *, user: User, session_key: str, address: str | None, agent: str
) -> UserSession:
    """A new session of a user; rows of sessions that are long over go."""
    UserSession.objects.filter(user=user, began_at__lt=timezone.now() - KEPT).delete()
    return UserSession.objects.create(
        user=user,
        session_key=session_key,
        address=address or None,
        agent=agent[:300],
    )


def session_seen(session_key: str | None) -> None:
    """Asked once a minute at most, by the session itself."""
    UserSession.objects.filter(session_key=session_key).update(seen_at=timezone.now())


def session_renewed(*, old: str | None, new: str | None) -> None:
    """The same session under a new id."""
    if new:
        UserSession.objects.filter(session_key=old).update(session_key=new)


def session_over(session_key: str | None) -> None:
    UserSession.objects.filter(session_key=session_key).delete()


def sessions_of(user: User) -> list[UserSession]:
    """Those that still live, the latest first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    return list(
        UserSession.objects.filter(
            user=user, session_key__in=alive.values("session_key")
        ).order_by("-seen_at")
    )


@transaction.atomic
def end_sessions(
    *, user: User, besides: str | None, session_id: UUID | None = None
) -> int:
    """End one session of this very user, or all but the one that asks.

    At once: the next request of an ended session finds none.
    """
    rows = UserSession.objects.filter(user=user).exclude(session_key=besides or "")
    if session_id is not None:
        rows = rows.filter(pk=session_id)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
