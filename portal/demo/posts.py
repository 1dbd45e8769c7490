"""Who holds which post in the demo county: derived roles, and some faults to see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from grids.kinds import NodeKind
from grids.posts import PostKind
from grids.services import NewPost, appoint_in_bulk, enter_leave

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from accounts.models import User
    from grids.models import GridNode
    from portal.demo.people import Person

# These hold their role by a post alone: it ends with the post.
BY_POST: Final = frozenset({"grid_worker"})
BASIS: Final = "青安委〔2026〕3号"
_BASIS_BEFORE: Final = "青安委〔2025〕2号"
BEGAN_ON: Final = date(2026, 1, 1)
_BEGAN_BEFORE: Final = date(2025, 1, 1)
# So many villages at the end of the list still lack a responsible person.
VACANT: Final = 3
# Every so many sub-grids one has no worker of its own.
_VACANT_SUBGRID: Final = 9
_AWAY: Final = timedelta(days=2)
_BACK: Final = timedelta(days=5)
_AWAY_REASON: Final = "参加市级网格员培训"


class _Appointed(NamedTuple):
    person: Person
    node_key: str
    kind: str


def fill_posts(
    people: Iterable[Person],
    *,
    users: Mapping[str, User],
    nodes: Mapping[str, GridNode],
    on: date,
) -> None:
    """Workers, responsible persons and liaison leaders of every level, with dates.

    Some faults are part of it: vacancies, one village with two responsible
    persons, predecessors in the history, and a worker who is away.
    """
    team = list(people)
    begins_on = min(BEGAN_ON, on)
    before = [
        NewPost(
            user_id=users[each.person.key].pk,
            node_id=nodes[each.node_key].pk,
            kind=each.kind,
            begins_on=_BEGAN_BEFORE,
            ends_on=begins_on,
            basis=_BASIS_BEFORE,
        )
        for each in _predecessors(team, nodes)
        if begins_on > _BEGAN_BEFORE
    ]
    now = [
        NewPost(
            user_id=users[each.person.key].pk,
            node_id=nodes[each.node_key].pk,
            kind=each.kind,
            begins_on=begins_on,
            basis=BASIS,
        )
        for each in _chosen(team, nodes)
    ]
    appoint_in_bulk(posts=[*before, *now], on=on)
    _send_one_away(team, users=users, nodes=nodes, on=on)


def _chosen(
    people: list[Person], nodes: Mapping[str, GridNode]
) -> Iterator[_Appointed]:
    yield from _of_departments(people)
    yield from _of_townships(people)
    yield from _of_villages(people, nodes)
    yield from _of_subgrids(people, nodes)


def _of_departments(people: list[Person]) -> Iterator[_Appointed]:
    """The head of each; the bureau's deputy looks after all of them."""
    deputy = [p for p in people if p.role == "bureau_leader"][-1]
    firsts = {p.node_key: p for p in reversed(people) if p.role == "department_staff"}
    for key, person in firsts.items():
        yield _Appointed(person, key, PostKind.RESPONSIBLE)
        yield _Appointed(deputy, key, PostKind.LIAISON)


def _of_townships(people: list[Person]) -> Iterator[_Appointed]:
    firsts = {p.node_key: p for p in reversed(people) if p.role == "township_staff"}
    for key, person in firsts.items():
        yield _Appointed(person, key, PostKind.RESPONSIBLE)
    for person in people:
        if person.role == "township_leader":
            yield _Appointed(person, person.node_key, PostKind.LIAISON)


def _of_villages(
    people: list[Person], nodes: Mapping[str, GridNode]
) -> Iterator[_Appointed]:
    staff = _by_township(people, nodes, "township_staff")
    leaders = _by_township(people, nodes, "township_leader")
    workers = _workers(people)
    for n, worker in enumerate(workers):
        key = worker.node_key
        township = nodes[key].township_id
        yield _Appointed(worker, key, PostKind.WORKER)
        yield _Appointed(leaders[township][0], key, PostKind.LIAISON)
        if n < len(workers) - VACANT:
            several = staff[township]
            yield _Appointed(several[n % len(several)], key, PostKind.RESPONSIBLE)
            if n == 0:  # two owners: nobody knows who answers
                yield _Appointed(several[-1], key, PostKind.RESPONSIBLE)


def _of_subgrids(
    people: list[Person], nodes: Mapping[str, GridNode]
) -> Iterator[_Appointed]:
    """A village's worker looks after its parts as well: one person, many grids."""
    worker_of: dict[object, Person] = {
        nodes[p.node_key].pk: p for p in _workers(people)
    }
    subgrids = [key for key, node in nodes.items() if node.kind == NodeKind.SUBGRID]
    for n, key in enumerate(subgrids, start=1):
        if n % _VACANT_SUBGRID:
            yield _Appointed(worker_of[nodes[key].parent_id], key, PostKind.WORKER)


def _predecessors(
    people: list[Person], nodes: Mapping[str, GridNode]
) -> Iterator[_Appointed]:
    """Last year a colleague answered for these villages."""
    staff = _by_township(people, nodes, "township_staff")
    for worker in _workers(people)[1:4]:
        several = staff[nodes[worker.node_key].township_id]
        yield _Appointed(several[-1], worker.node_key, PostKind.RESPONSIBLE)


def _send_one_away(
    people: list[Person],
    *,
    users: Mapping[str, User],
    nodes: Mapping[str, GridNode],
    on: date,
) -> None:
    """The first worker is on a course; a neighbour of the same township stands in."""
    absent, *others = _workers(people)
    township = nodes[absent.node_key].township_id
    substitute = next(p for p in others if nodes[p.node_key].township_id == township)
    enter_leave(
        actor=users[absent.key],
        user_id=users[absent.key].pk,
        substitute_id=users[substitute.key].pk,
        begins_on=on - _AWAY,
        ends_on=on + _BACK,
        reason=_AWAY_REASON,
    )


def _workers(people: list[Person]) -> list[Person]:
    return [p for p in people if p.role in BY_POST]


def _by_township(
    people: list[Person], nodes: Mapping[str, GridNode], role: str
) -> dict[object, list[Person]]:
    found: dict[object, list[Person]] = {}
    for person in people:
        if person.role == role:
            found.setdefault(nodes[person.node_key].township_id, []).append(person)
    return found
