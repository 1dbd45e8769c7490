"""Hand a caseload over: posts, roles and what waits unread, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from grids.services import HandedOver, hand_over_posts
from hazards.services import pass_on_notices
from notices.services import NoticeRow, notify_many
from tenants.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from accounts.models import User

NAMED = 10


@dataclass(frozen=True, slots=True)
class Handed:
    """What went to the successor."""

    posts: HandedOver
    notices: int


@transaction.atomic
def hand_over_caseload(
    *,
    actor: User | None,
    user_id: UUID,
    successor_id: UUID,
    on: date,
    post_ids: Collection[UUID] | None = None,
    reason: str = "",
) -> Handed:
    """Posts and their roles, and the unread notices about open cases there.

    Both are told. Either all of it happens or nothing.
    """
    done = hand_over_posts(
        actor=actor,
        user_id=user_id,
        successor_id=successor_id,
        on=on,
        post_ids=post_ids,
        reason=reason,
    )
    passed = pass_on_notices(
        user_id=user_id, successor_id=successor_id, node_ids=done.node_ids
    )
    _tell(done)
    return Handed(done, passed)


def _tell(done: HandedOver) -> None:
    names = list(dict.fromkeys(post.node.name for post in done.ended))
    more = "…" if len(names) > NAMED else ""
    params = {
        "count": len(done.ended),
        "person": str(done.predecessor),
        "successor": str(done.successor),
        "grids": "、".join(names[:NAMED]) + more,
    }
    key = f"handed-over:{new_id()}"
    notify_many(
        NoticeRow(
            recipient_id=person.pk,
            kind=kind,
            params=params,
            address="/accounts/me/",
            key=key,
        )
        for person, kind in (
            (done.predecessor, "caseload-handed-over"),
            (done.successor, "caseload-taken-over"),
        )
    )
