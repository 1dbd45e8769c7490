"""Posts that a grid needs and nobody holds: noticed, told once, filled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from grids import access
from grids.models import GridNode, PostRule, Vacancy
from grids.post_querysets import lacking
from grids.posts import KIND_WORDS, PostKind
from grids.services.posts import seed_posts
from notices.messages import in_words, on_day
from notices.services import NoticeRow, notify_many
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Noted(NamedTuple):
    """How many vacancies began, were filled and were told."""

    opened: int
    filled: int
    warned: int


@transaction.atomic
def note_vacancies(*, on: date) -> Noted:
    """Keep a row for each vacancy and warn once about each that lasts.

    The row is the memory: one warning per vacancy, however often this runs; a
    post that was filled and falls vacant again is another vacancy.
    """
    acquire(Lock.POSTS)
    if not PostRule.objects.exists():
        seed_posts()
    wanted = {
        (node.pk, kind.value): node
        for kind in PostKind
        for node in lacking(kind, on=on)
    }
    known = {
        (row.node_id, row.kind): row
        for row in Vacancy.objects.filter(filled_on__isnull=True)
    }
    filled = [row.pk for key, row in known.items() if key not in wanted]
    Vacancy.objects.filter(pk__in=filled).update(filled_on=on)
    fresh = [
        Vacancy(node=node, kind=kind, began_on=_since(node, on))
        for (pk, kind), node in wanted.items()
        if (pk, kind) not in known
    ]
    Vacancy.objects.bulk_create(fresh, batch_size=2000)
    return Noted(len(fresh), len(filled), _warn(on))


def _since(node: GridNode, on: date) -> date:
    """Where the account of whoever holds the post was disabled, from now on."""
    return on if node.is_held_by_disabled else node.vacant_since


def _warn(on: date) -> int:
    days = {
        (rule.kind, rule.node_kind): timedelta(days=rule.vacant_days)
        for rule in PostRule.objects.all()
    }
    waiting = Vacancy.objects.filter(filled_on__isnull=True, warned_on__isnull=True)
    due = [
        row
        for row in waiting.select_related("node__township").defer(
            "node__boundary", "node__township__boundary"
        )
        if on - row.began_on > days[row.kind, row.node.kind]
    ]
    notify_many(_rows(due, on))
    Vacancy.objects.filter(pk__in=[row.pk for row in due]).update(warned_on=on)
    return len(due)


def _rows(due: Iterable[Vacancy], on: date) -> Iterable[NoticeRow]:
    """To whoever appoints there, on the level nearest to the grid."""
    for row in due:
        for person in sorted(
            access.nearest_holders("appoint_posts", [row.node_id]), key=str
        ):
            yield NoticeRow(
                recipient_id=person,
                kind="post-vacant",
                params={
                    "post": in_words(KIND_WORDS[PostKind(row.kind)]),
                    "grid": row.node.name,
                    "township": row.node.township.name,
                    "since": on_day(row.began_on),
                    "days": (on - row.began_on).days,
                },
                address=f"/grids/{row.node_id}/",
                key=f"vacancy:{row.pk}",
                urgency="warning",
            )
