"""Who works in a place: an account for everybody who acts, with known names.

User names begin with the key of the place: ``taihe-bureau``, ``taihe-grid-001``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING, Final

from portal.demo.names import GIVEN_FIRST, GIVEN_SECOND, SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.scenarios.ground import Grid, Ground
    from portal.scenarios.sizes import Place

ROOT: Final = ""  # the place of work that is the county itself
_BUREAU: Final = (
    ("tenant_admin", "admin", "信息中心主任"),
    ("bureau_leader", "leader", "局长"),
    ("bureau_staff", "bureau", "基础股股长"),
    ("bureau_staff", "bureau-2", "危化股科员"),
    ("bureau_staff", "bureau-3", "执法大队队员"),
    ("bureau_staff", "bureau-4", "综合股科员"),
    ("auditor", "auditor", "审计专员"),
)
_OF_DEPARTMENT: Final = (("", "安全监管股股长"), ("-b", "安全监管股科员"))
_OF_AREA: Final = (
    ("township_leader", "township-leader-{n:02d}", "分管安全生产工作负责人"),
    ("township_staff", "township-{n:02d}", "应急管理站负责人"),
    ("township_staff", "township-{n:02d}-b", "安全监管员"),
    ("township_staff", "township-{n:02d}-c", "安全监管员"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one role on one or several grids, named by their codes."""

    username: str
    name: str
    title: str
    role: str
    grids: tuple[str, ...]


def invented_name(rng: Random) -> str:
    given = rng.choice(GIVEN_SECOND)
    if rng.random() < 0.72:
        given = rng.choice(GIVEN_FIRST) + given
    return rng.choice(SURNAMES) + given


def staff(place: Place, ground: Ground, *, seed: int) -> Iterator[Person]:
    """Everybody but grid workers and the enterprises' officers."""
    rng = Random(f"staff:{seed}:{place.key}")  # noqa: S311

    def person(role: str, login: str, title: str, grid: str) -> Person:
        return Person(f"{place.key}-{login}", invented_name(rng), title, role, (grid,))

    for role, login, title in _BUREAU:
        yield person(role, login, title, ROOT)
    for n, code in enumerate(ground.departments, start=1):
        for suffix, title in _OF_DEPARTMENT:
            yield person("department_staff", f"department-{n:02d}{suffix}", title, code)
    for n, area in enumerate(ground.areas, start=1):
        for role, pattern, title in _OF_AREA:
            yield person(role, pattern.format(n=n), title, area.code)


def workers(place: Place, grids: list[Grid], *, seed: int) -> Iterator[Person]:
    """So many workers for so many grids: some hold two, some grids lack one."""
    if not place.workers:
        return
    rng = Random(f"workers:{seed}:{place.key}")  # noqa: S311
    vacant = set(rng.sample(range(len(grids)), min(place.vacant, len(grids))))
    kept = [grid for n, grid in enumerate(grids) if n not in vacant]
    serial = count(1)
    for held in _hands(rng, kept, place.workers):
        yield Person(
            f"{place.key}-grid-{next(serial):0{len(str(place.workers))}d}",
            invented_name(rng),
            f"{held[0].name}网格员"[:50],
            "grid_worker",
            tuple(grid.code for grid in held),
        )


def _hands(rng: Random, grids: list[Grid], people: int) -> Iterator[list[Grid]]:
    """Neighbouring grids share a worker where there are more grids than people."""
    spare = max(0, len(grids) - people)
    doubled = set(rng.sample(range(people), min(spare, people)))
    following = iter(grids)
    for n in range(min(people, len(grids))):
        yield list(islice(following, 2 if n in doubled else 1))
