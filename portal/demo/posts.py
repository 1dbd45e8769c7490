"""Who holds which post in the demo county: derived roles, and some vacancies to see."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from grids.posts import PostKind
from grids.services import NewPost, appoint_in_bulk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from portal.demo.people import Person

# These hold their role by a post alone: it ends with the post.
BY_POST: Final = frozenset({"grid_worker"})
_BY_ROLE: Final = {
    "grid_worker": PostKind.WORKER,
    "township_leader": PostKind.LIAISON,
}
BASIS: Final = "青安委〔2026〕3号"
BEGAN_ON: Final = date(2026, 1, 1)
# So many villages at the end of the list still lack a responsible person.
VACANT: Final = 3


def fill_posts(
    people: Iterable[Person], *, users: dict[str, Any], nodes: dict[str, Any], on: date
) -> None:
    """Workers in the villages, leaders and staff of the townships, departments."""
    appoint_in_bulk(
        posts=[
            NewPost(
                user_id=users[person.key].pk,
                node_id=nodes[node_key].pk,
                kind=kind,
                begins_on=min(BEGAN_ON, on),
                basis=BASIS,
            )
            for person, node_key, kind in _chosen(list(people), nodes)
        ],
        on=on,
    )


def _chosen(
    people: list[Person], nodes: dict[str, Any]
) -> Iterator[tuple[Person, str, str]]:
    for person in people:
        if kind := _BY_ROLE.get(person.role):
            yield person, person.node_key, kind
    firsts = {p.node_key: p for p in reversed(people) if p.role == "department_staff"}
    for key, person in firsts.items():
        yield person, key, PostKind.RESPONSIBLE
    staff: dict[Any, list[Person]] = {}
    for person in people:
        if person.role == "township_staff":
            staff.setdefault(nodes[person.node_key].pk, []).append(person)
    for several in staff.values():
        yield several[0], several[0].node_key, PostKind.RESPONSIBLE
    villages = [p.node_key for p in people if p.role in BY_POST]
    for n, key in enumerate(villages[:-VACANT]):
        several = staff[nodes[key].township_id]
        yield several[n % len(several)], key, PostKind.RESPONSIBLE
