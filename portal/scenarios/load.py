"""Bring a scenario into the database, through the bulk services.

Each place is one transaction: its bureau, grids, register and people. The hazards
follow in batches of days, shared out among processes; ``FRESH=1`` removes what an
interrupted load left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import create_users
from enterprises.models import IndustrySubcategory
from enterprises.services import register_in_bulk, set_departments
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.services import assign_roles_in_bulk, build_tree
from hazards.models import HazardSource
from hazards.services import compact_tallies
from portal.demo import photos
from portal.demo.calendar import SHANGHAI
from portal.demo.load import appoint_operator
from portal.demo.oversight import decide_some, supervise_some
from portal.demo.people import DEMO_PASSWORD
from portal.demo.ratings import certify, rate
from portal.demo.texts import findings_for
from portal.demo.work import Doer, fill_offices, fill_work
from portal.scenarios import ground as grounds
from portal.scenarios import people
from portal.scenarios.courses import YEAR, Ledger, Site, ledger
from portal.scenarios.departments import department_number
from portal.scenarios.filling import fill
from portal.scenarios.posts import BY_POST, fill_posts
from portal.scenarios.register import Unit, enterprises
from portal.services import open_bureau
from tenants.models import Tenant, TenantLevel
from tenants.tenancy import require_tenant, tenant_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from uuid import UUID

    from enterprises.models import Enterprise
    from portal.demo.findings import Finding
    from portal.scenarios.ground import Ground
    from portal.scenarios.people import Person
    from portal.scenarios.sizes import Place, Scenario

    Say = Callable[[str], None]

_FINDERS: Final = (
    *(HazardSource.PATROL,) * 4,
    *(HazardSource.TOWNSHIP,) * 4,
    *(HazardSource.DEPARTMENT,) * 2,
)
_AREA_DIGITS: Final = 9  # a village's code begins with that of its township
_KEEPS_AN_OFFICE: Final = frozenset({"township_staff", "grid_worker"})
_UNDER_DIRECT_SUPERVISION: Final = 6
_WORK_PICTURE: Final = photos.keys_of("extinguisher-red", "after")[0]
_OPENS_ADMIN: Final = frozenset({"tenant_admin", "auditor"})


@dataclass(frozen=True, slots=True)
class Run:
    """What a load is asked for."""

    scenario: Scenario
    years: int
    today: date
    seed: int
    processes: int = 1

    @property
    def last_day(self) -> date:
        """Yesterday: today's hazards are those of the people who try it."""
        return self.today - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Loaded:
    tenants: tuple[Tenant, ...]
    hazards: int
    seconds: float  # of the hazards alone
    processor_seconds: float  # of our own processes; the database's come on top


def load_scenario(run: Run, *, say: Say) -> Loaded:
    """Make all tenants of a scenario with everything in them.

    Raises ``DomainError`` where a division code is taken already.
    """
    books = []
    tenants = []
    parent = None
    for place in run.scenario.places:
        is_city = place is run.scenario.city
        tenant, book = _make_place(run, place, parent=parent, is_city=is_city, say=say)
        tenants.append(tenant)
        if is_city:
            parent = tenant
        else:
            books.append((tenant.pk, book))
    appoint_operator()
    began = time.monotonic()
    hazards, spent = fill(books, processes=run.processes, say=say)
    for tenant_id, _book in books:
        with tenant_scope(tenant_id):
            compact_tallies()
    return Loaded(tuple(tenants), hazards, time.monotonic() - began, spent)


# A place --------------------------------------------------------------------------


@transaction.atomic
def _make_place(
    run: Run, place: Place, *, parent: Tenant | None, is_city: bool, say: Say
) -> tuple[Tenant, Ledger]:
    began = time.monotonic()
    ground = grounds.lay_out(place, run.seed)
    tenant = open_bureau(
        name=place.bureau_name,
        division_code=place.code,
        level=TenantLevel.CITY if is_city else TenantLevel.COUNTY,
        parent=parent,
        centre=place.centre,
        boundary=grounds.polygon(ground.outline),
    )
    with tenant_scope(tenant.pk):
        nodes = build_tree(
            specs=list(grounds.node_specs(place, ground)),
            since=datetime(run.last_day.year - run.years, 1, 1, 9, tzinfo=SHANGHAI),
        )
        nodes[people.ROOT] = GridNode.objects.get(parent__isnull=True)
        _share_trades(place, ground, nodes)
        units, stored = _register(run, place, ground)
        crew = _enrol(run, place, ground, nodes, stored)
        _keep_the_ground(run, place, ground, nodes, stored, crew)
    say(
        f"{place.name}:{len(nodes) - 1 + len(stored):,} 个网格、{len(stored):,} 家企业、"
        f"{len(crew.by_username):,} 个账号,{time.monotonic() - began:.1f} 秒"
    )
    book = ledger(
        key=place.key,
        sites=list(_sites(place, ground, (units, stored), crew)),
        own=place.self_found,
        inspected=place.inspected,
        last_day=run.last_day,
        years=run.years,
        seed=run.seed,
    )
    return tenant, book


def _share_trades(place: Place, ground: Ground, nodes: dict[str, GridNode]) -> None:
    """Departments first: an enterprise comes to its own through its trade."""
    codes = IndustrySubcategory.objects.values_list("code", flat=True)
    set_departments(
        actor=None,
        departments={
            code: nodes[
                ground.departments[department_number(code, place.departments)]
            ].pk
            for code in codes
        },
    )


def _register(
    run: Run, place: Place, ground: Ground
) -> tuple[list[Unit], list[Enterprise]]:
    before = run.today - timedelta(days=YEAR * run.years + 60)
    since = datetime.combine(before, time_of_day(9, 30), SHANGHAI)
    units = list(enterprises(place, ground, since=since, seed=run.seed))
    return units, register_in_bulk(rows=[unit.row for unit in units])


@dataclass(frozen=True, slots=True)
class _Crew:
    key: str
    doers: list[Doer]  # who records the work of which grid
    by_username: dict[str, UUID]
    officers: list[UUID]  # in the order of the register
    worker_of: dict[str, UUID]  # by the code of the grid

    def named(self, login: str) -> UUID:
        return self.by_username[f"{self.key}-{login}"]


def _enrol(
    run: Run,
    place: Place,
    ground: Ground,
    nodes: dict[str, GridNode],
    stored: list[Enterprise],
) -> _Crew:
    """Everybody has the same password, so that it is hashed once only."""
    own_nodes = {e.area_node.code: e.area_node for e in stored}
    places_of_work = {**nodes, **own_nodes}
    grids = [*ground.villages, *ground.subgrids]
    if place.enterprises_have_workers:
        grids += [_own_grid(node) for node in own_nodes.values()]
    staff = [
        *people.staff(place, ground, seed=run.seed),
        *people.workers(place, grids, seed=run.seed),
    ]
    named = [*staff, *_officers(place, stored)]
    hashed = make_password(DEMO_PASSWORD)
    users = create_users(
        [
            User(
                tenant_id=require_tenant(),
                username=person.username,
                full_name=person.name,
                title=person.title,
                # Nobody's number, see portal.demo.names.
                phone=f"154{place.code[-4:]}{n:04d}" if n < len(staff) else "",
                password=hashed,
                is_staff=person.role in _OPENS_ADMIN,
            )
            for n, person in enumerate(named)
        ]
    )
    assign_roles_in_bulk(
        assignments=[
            (user.pk, person.role, places_of_work[code].pk)
            for user, person in zip(users, named, strict=True)
            if person.role not in BY_POST
            for code in person.grids
        ]
    )
    team = list(zip(staff, users, strict=False))
    fill_posts(
        place,
        ground,
        team=[(person, user.pk) for person, user in team],
        nodes=places_of_work,
        on=timezone.localdate(),
        seed=run.seed,
    )
    return _Crew(
        key=place.key,
        doers=[
            Doer(places_of_work[code], user)
            for person, user in team
            if person.role in _KEEPS_AN_OFFICE
            for code in person.grids
        ],
        by_username={user.username: user.pk for user in users},
        officers=[user.pk for user in users[len(staff) :]],
        worker_of={
            code: user.pk
            for user, person in zip(users, named, strict=True)
            if person.role == "grid_worker"
            for code in person.grids
        },
    )


def _keep_the_ground(
    run: Run,
    place: Place,
    ground: Ground,
    nodes: dict[str, GridNode],
    stored: list[Enterprise],
    crew: _Crew,
) -> None:
    """Work items done, the ten haves, boundary duties, supervision, levels, papers.

    What is due began when the bureau was opened, so it is today that counts.
    """
    today = timezone.localdate()
    fill_work(
        crew.doers,
        on=today,
        seed=run.seed,
        pictures={_WORK_PICTURE: photos.draw(_WORK_PICTURE)},
    )
    fill_offices(
        {doer.node.pk: doer for doer in reversed(crew.doers)}.values(),
        on=today,
        seed=run.seed,
        short=place.short,
    )
    departments = [nodes[code] for code in ground.departments]
    decide_some(departments, on=today, short=place.short)
    rate(stored, on=today, seed=run.seed, decided_by_id=crew.named("bureau"))
    certify(stored, on=today, seed=run.seed)
    largest = sorted(stored, key=lambda e: (-(e.employees or 0), e.code))
    supervise_some(
        largest[: min(_UNDER_DIRECT_SUPERVISION, len(stored) // 20)],
        by_node=nodes[people.ROOT],
        staff_of={
            doer.node.pk: doer.user
            for doer in crew.doers
            if doer.node.kind == NodeKind.TOWNSHIP
        },
        on=today,
        short=place.short,
    )


def _own_grid(node: GridNode) -> grounds.Grid:
    return grounds.Grid(node.code, "", node.kind, node.name, [])


def _officers(place: Place, stored: list[Enterprise]) -> Iterator[Person]:
    for n, enterprise in enumerate(stored, start=1):
        is_owner = enterprise.safety_manager == enterprise.principal
        yield people.Person(
            f"{place.key}-enterprise-{n:05d}",
            enterprise.safety_manager,
            "负责人" if is_owner else "安全管理员",
            "enterprise_officer",
            (enterprise.area_node.code,),
        )


def _sites(
    place: Place,
    ground: Ground,
    register: tuple[list[Unit], list[Enterprise]],
    crew: _Crew,
) -> Iterator[Site]:
    """Who acts where: the township judges, its leader closes."""
    number_of = {area.code: n for n, area in enumerate(ground.areas, start=1)}
    for unit, enterprise, officer in zip(*register, crew.officers, strict=True):
        area = number_of[unit.grid[:_AREA_DIGITS]]
        department = department_number(unit.row.subcategory, place.departments) + 1
        finders = {
            HazardSource.TOWNSHIP: crew.named(f"township-{area:02d}-b"),
            HazardSource.DEPARTMENT: crew.named(f"department-{department:02d}"),
        }
        if worker := crew.worker_of.get(unit.grid):
            finders[HazardSource.PATROL] = worker
        yield Site(
            enterprise_id=enterprise.pk,
            area_node_id=enterprise.area_node_id,
            township_id=enterprise.township_id,
            department_node_id=enterprise.department_node_id,
            longitude=enterprise.longitude,
            latitude=enterprise.latitude,
            responsible=enterprise.safety_manager,
            findings=_findings(unit.traits),
            officer=officer,
            inspectors=tuple(
                (source.value, finders[source])
                for source in _FINDERS
                if source in finders
            ),
            judge=crew.named(f"township-{area:02d}"),
            closer=crew.named(f"township-leader-{area:02d}"),
        )


@cache
def _findings(traits: frozenset[str]) -> tuple[Finding, ...]:
    return tuple(findings_for(traits))
