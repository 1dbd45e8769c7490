"""Tell people something exactly once, and remember what they have read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from notices import messages
from notices.models import Notice, Urgency

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice to one person, before it is stored.

    ``created_at`` is for history that is loaded afterwards; now when left out.
    """

    recipient_id: UUID
    kind: str
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    urgency: str = Urgency.INFO
    created_at: datetime | None = None


def notify(
    *,
    recipients: Iterable[User],
    kind: str,
    key: str,
    params: Mapping[str, Any] | None = None,
    address: str = "",
    urgency: str = Urgency.INFO,
) -> None:
    """Tell each of these people once.

    ``key`` names the occasion, for example ``assigned:<event id>``: the same key
    again, to the same person, changes nothing. ``address`` is the path of the
    page where to act on it.
    """
    notify_many(
        NoticeRow(
            recipient_id=recipient.pk,
            kind=kind,
            key=key,
            params=params or {},
            address=address,
            urgency=urgency,
        )
        for recipient in recipients
    )


def notify_many(rows: Iterable[NoticeRow]) -> None:
    """Store many notices, each at most once per person and key.

    They are written in the order of the unique key: two workers that store the
    same ones at once wait for each other in turn and never in a circle.
    """
    now = timezone.now()
    ordered = sorted(rows, key=lambda row: (row.recipient_id, row.key))
    for kind in {row.kind for row in ordered}:
        if not messages.is_known(kind):
            raise LookupError(f"The notice kind {kind!r} is not registered.")
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=row.recipient_id,
                kind=row.kind,
                key=row.key,
                params=dict(row.params),
                address=row.address,
                urgency=row.urgency,
                created_at=row.created_at or now,
            )
            for row in ordered
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def mark_read(*, user: User, notice_id: UUID) -> None:
    """The first reading counts; later ones change nothing."""
    Notice.objects.of(user).unread().filter(pk=notice_id).update(read_at=timezone.now())


def mark_all_read(*, user: User, up_to: datetime) -> int:
    """Everything the user was shown, and not what has arrived since; how many."""
    unread = Notice.objects.of(user).unread()
    return int(unread.filter(created_at__lte=up_to).update(read_at=timezone.now()))


def unread_count(user: User) -> int:
    """One query on the index of unread notices."""
    return int(Notice.objects.of(user).unread().count())
