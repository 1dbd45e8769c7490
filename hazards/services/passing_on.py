"""Unread notices about open cases go to a successor; the reader keeps his own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from grids.models import GridNode
from hazards.models import Hazard
from notices.models import Notice
from notices.services import NoticeRow, notify_many

if TYPE_CHECKING:
    from collections.abc import Collection

# The page of a case, which every notice about it leads to.
_CASE: Final = re.compile(r"^/hazards/([0-9a-f-]{36})/")


def notices_of_cases(*, user_id: UUID, node_ids: Collection[UUID]) -> list[Notice]:
    """Somebody's unread notices about open cases on these grids and below."""
    unread = Notice.objects.unread().filter(recipient_id=user_id)
    about = {
        notice: UUID(found[1])
        for notice in unread
        if (found := _CASE.match(notice.address))
    }
    nodes = GridNode.objects.filter(pk__in=node_ids)
    inside: set[UUID] = set()
    for node in nodes:
        inside |= set(
            GridNode.objects.within(node).order_by().values_list("pk", flat=True)
        )
    lies_there = Q(area_node_id__in=inside) | Q(department_node_id__in=inside)
    cases = Hazard.objects.open().filter(lies_there, pk__in=set(about.values()))
    still_open = set(cases.order_by().values_list("pk", flat=True))
    return [notice for notice, case in about.items() if case in still_open]


@transaction.atomic
def pass_on_notices(
    *, user_id: UUID, successor_id: UUID, node_ids: Collection[UUID]
) -> int:
    """Give the successor what the predecessor has not read; returns how many.

    The old ones stay where they are, as read: the history says who was told.
    """
    notices = notices_of_cases(user_id=user_id, node_ids=node_ids)
    notify_many(
        NoticeRow(
            recipient_id=successor_id,
            kind=notice.kind,
            key=notice.key,
            params=notice.params,
            address=notice.address,
            urgency=notice.urgency,
        )
        for notice in notices
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        read_at=timezone.now()
    )
    return len(notices)
