"""Who holds the posts nearest to a grid, for those who are told of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grids.models import GridNode, Leave, Post

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID


def posts_on(
    nodes: Collection[UUID], *, on: date
) -> dict[UUID, list[tuple[str, UUID]]]:
    """For each node the ``(kind, user id)`` of the posts nearest to it (three queries).

    Nearest of each kind: on the node itself, or on the first grid above with
    somebody in that post. Whoever is away comes with the substitute.
    """
    places = (
        GridNode.objects.filter(pk__in=nodes).order_by("lft").values_list("pk", "lft")
    )
    held = (
        Post.objects.in_force(on=on)
        .order_by("node__lft")
        .values_list("node__lft", "node__rght", "kind", "user_id")
    )
    standing_in = _standing_in(on)
    waiting = list(held)
    waiting.reverse()
    open_now: list[tuple[int, int, str, UUID]] = []
    found: dict[UUID, list[tuple[str, UUID]]] = {}
    for pk, lft in places:
        while waiting and waiting[-1][0] <= lft:
            open_now.append(waiting.pop())
        open_now = [row for row in open_now if row[1] > lft]
        nearest = {kind: left for left, _right, kind, _user in open_now}
        found[pk] = [
            (kind, person)
            for left, _right, kind, user in open_now
            if left == nearest[kind]
            for person in (user, *_substitutes(standing_in, user, left))
        ]
    return found


_Standing = dict["UUID", list[tuple["UUID", int | None, int | None]]]


def _standing_in(on: date) -> _Standing:
    """By whom is away: who stands in, and for the posts in which interval."""
    found: _Standing = {}
    leaves = Leave.objects.in_force(on=on).filter(substitute__is_active=True)
    for absent, *rest in leaves.values_list(
        "user_id", "substitute_id", "node__lft", "node__rght"
    ):
        found.setdefault(absent, []).append(tuple(rest))
    return found


def _substitutes(standing_in: _Standing, user: UUID, left: int) -> list[UUID]:
    return [
        substitute
        for substitute, low, high in standing_in.get(user, ())
        if low is None or high is None or low <= left < high
    ]
