"""Who holds which post in a scenario, with the faults that a real place has."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Final

from grids.posts import PostKind
from grids.services import NewPost, appoint_in_bulk, enter_leave

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from grids.models import GridNode
    from portal.scenarios.ground import Grid, Ground
    from portal.scenarios.people import Person
    from portal.scenarios.sizes import Place

# These hold their role by a post alone: it ends with the post.
BY_POST: Final = frozenset({"grid_worker"})
_BEGAN_BEFORE: Final = timedelta(days=300)
_LACKING: Final = 0.03  # villages without a responsible person
_DOUBLED: Final = 0.01  # villages with two
_AWAY: Final = timedelta(days=1)
_BACK: Final = timedelta(days=6)


def fill_posts(
    place: Place,
    ground: Ground,
    *,
    team: Sequence[tuple[Person, UUID]],
    nodes: Mapping[str, GridNode],
    on: date,
    seed: int,
) -> None:
    """Appoint everybody at once; then one worker goes away and is stood in for."""
    basis = f"{place.short}安委〔{on.year}〕1号"
    begins_on = on - _BEGAN_BEFORE
    appoint_in_bulk(
        posts=[
            NewPost(
                user_id=user,
                node_id=nodes[code].pk,
                kind=kind,
                begins_on=begins_on,
                basis=basis,
            )
            for user, code, kind in _chosen(place, ground, team, seed)
        ],
        on=on,
    )
    _send_one_away(team, nodes, on)


def _chosen(
    place: Place, ground: Ground, team: Sequence[tuple[Person, UUID]], seed: int
) -> Iterator[tuple[UUID, str, str]]:
    staff: dict[str, list[UUID]] = {}
    leaders: dict[str, UUID] = {}
    for person, user in team:
        if person.role in BY_POST:
            for code in person.grids:
                yield user, code, PostKind.WORKER
        elif person.role in {"township_staff", "department_staff"}:
            staff.setdefault(person.grids[0], []).append(user)
        elif person.role == "township_leader":
            leaders[person.grids[0]] = user
    for code, several in staff.items():
        yield several[0], code, PostKind.RESPONSIBLE
    for code, leader in leaders.items():
        yield leader, code, PostKind.LIAISON
    yield from _of_villages(place, ground.villages, staff, leaders, seed)


def _of_villages(
    place: Place,
    villages: Sequence[Grid],
    staff: Mapping[str, list[UUID]],
    leaders: Mapping[str, UUID],
    seed: int,
) -> Iterator[tuple[UUID, str, str]]:
    rng = Random(f"posts:{seed}:{place.key}")  # noqa: S311
    count = len(villages)
    faulty = rng.sample(
        range(count), min(count, 2 + int(count * (_LACKING + _DOUBLED)))
    )
    doubled = set(faulty[: 1 + int(count * _DOUBLED)])
    lacking = set(faulty) - doubled
    for n, village in enumerate(villages):
        several = staff[village.parent]
        yield leaders[village.parent], village.code, PostKind.LIAISON
        if n not in lacking:
            yield several[n % len(several)], village.code, PostKind.RESPONSIBLE
        if n in doubled:
            yield several[(n + 1) % len(several)], village.code, PostKind.RESPONSIBLE


def _send_one_away(
    team: Sequence[tuple[Person, UUID]], nodes: Mapping[str, GridNode], on: date
) -> None:
    """The first worker and a neighbour of the same township, where there are two."""
    workers = [each for each in team if each[0].role in BY_POST]
    for (first, absent), (second, substitute) in pairwise(workers):
        places = {nodes[person.grids[0]].township_id for person in (first, second)}
        if len(places) == 1:
            enter_leave(
                actor=None,
                user_id=absent,
                substitute_id=substitute,
                begins_on=on - _AWAY,
                ends_on=on + _BACK,
                reason="年休假",
            )
            return
