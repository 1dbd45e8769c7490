"""Bring the demo county into an empty database, through the bulk services.

Everything or nothing: one transaction. Nobody is notified, for it is history; the
next pass of the alerts finds the deadlines that have run out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import create_user, create_users
from enterprises.models import EnterpriseState, IndustrySubcategory
from enterprises.services import EnterpriseRow, register_in_bulk, set_departments
from evidence.services import Position, Shot, store_drawn_photos
from grids.kinds import NodeKind
from grids.models import GridNode, Role
from grids.services import (
    NodeSpec,
    assign_roles_in_bulk,
    build_tree,
    set_role_demands,
)
from hazards.services import CourseStep, HazardCourse, load_courses
from portal.demo import photos
from portal.demo.calendar import SHANGHAI
from portal.demo.oversight import decide_some, supervise_some
from portal.demo.people import DEMO_PASSWORD, OPERATOR_USERNAME
from portal.demo.places import COUNTY_SHORT
from portal.demo.plan import build_plan
from portal.demo.posts import BY_POST, fill_posts
from portal.demo.ratings import certify, put_one_on_d, rate
from portal.demo.register import department_for
from portal.demo.work import Doer, fill_offices, fill_work
from portal.services import open_bureau
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from uuid import UUID

    from enterprises.models import Enterprise
    from portal.demo import courses, register
    from portal.demo.plan import Plan
    from tenants.models import Tenant

    Progress = Callable[[str, float], None]

_REGISTERED_BEFORE = timedelta(days=420)  # before the first hazard of the plan
_OPENS_ADMIN = frozenset({"tenant_admin", "security_admin", "auditor"})
_KEEPS_AN_OFFICE = frozenset({"township_staff", "grid_worker"})
_UNDER_DIRECT_SUPERVISION = 4
_PHOTO_BEFORE_STEP = timedelta(minutes=4)


def no_progress(_what: str, _share: float) -> None:
    """For callers who do not watch."""


@dataclass
class _Loaded:
    """What the plan's keys stand for in the database."""

    plan: Plan
    nodes: dict[str, GridNode] = field(default_factory=dict)
    enterprises: dict[str, Enterprise] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


@transaction.atomic
def load_demo(*, seed: int, today: date, progress: Progress = no_progress) -> Tenant:
    """Make the demo county's tenant with everything in it, and the operator.

    Raises ``DomainError`` if the county's division code is already taken.
    ``progress`` is told what is being done and which share is already behind.
    """
    progress("编制", 0)
    plan = build_plan(seed, today)
    tenant = open_bureau(
        name=plan.county.bureau_name,
        division_code=plan.county.code,
        centre=plan.county.centre,
        boundary=plan.county.boundary,
    )
    with tenant_scope(tenant.pk):
        loaded = _Loaded(plan)
        progress("网格", 0.08)
        _plant_grids(loaded)
        progress("企业", 0.12)
        _register(loaded)
        progress("人员", 0.2)
        _enrol(loaded, tenant)
        pictures = {}
        for key in _each(plan.photo_keys(), progress, "照片", 0.26, 0.6):
            pictures[key] = photos.draw(key)
        progress("隐患", 0.6)
        photo_ids = _hand_in_photos(loaded, pictures)
        progress("隐患", 0.9)
        load_courses(courses=[_course(h, loaded, photo_ids) for h in plan.hazards])
        progress("台账", 0.95)
        _keep_the_ground(loaded, pictures)
    appoint_operator()
    progress("完成", 1)
    return tenant


def _each(
    keys: list[str], progress: Progress, what: str, start: float, end: float
) -> Iterator[str]:
    for n, key in enumerate(keys):
        progress(what, start + (end - start) * n / len(keys))
        yield key


def _plant_grids(loaded: _Loaded) -> None:
    plan = loaded.plan
    code_of = {a.key: a.code for a in (plan.county, *plan.townships, *plan.villages)}
    specs = {
        **{
            d.key: NodeSpec(
                code=d.code,
                parent=plan.county.code,
                kind=NodeKind.DEPARTMENT,
                name=d.name,
            )
            for d in plan.departments
        },
        **{
            a.key: NodeSpec(
                code=a.code,
                parent=parent,
                kind=kind,
                name=a.name,
                boundary=a.boundary,
            )
            for kind, parent, a in (
                *((NodeKind.TOWNSHIP, plan.county.code, t) for t in plan.townships),
                *(
                    (NodeKind.VILLAGE, code_of[v.township_key], v)
                    for v in plan.villages
                ),
                *((NodeKind.SUBGRID, code_of[s.village_key], s) for s in plan.subgrids),
            )
        },
    }
    # Before the running year began: the grids owe their work of it from its start.
    since = datetime(loaded.plan.today.year - 1, 9, 1, 9, tzinfo=SHANGHAI)
    built = build_tree(specs=list(specs.values()), since=since)
    loaded.nodes = {key: built[spec.code] for key, spec in specs.items()}
    loaded.nodes[plan.county.key] = GridNode.objects.get(parent__isnull=True)


def _register(loaded: _Loaded) -> None:
    """Departments first: an enterprise comes to its own through its trade."""
    codes = IndustrySubcategory.objects.values_list("code", flat=True)
    departments = {code: department_for(code) for code in codes}
    set_departments(
        actor=None,
        departments={
            code: loaded.nodes[key].pk for code, key in departments.items() if key
        },
    )
    since = datetime.combine(
        loaded.plan.today - _REGISTERED_BEFORE, time(9, 30), SHANGHAI
    )
    entries = loaded.plan.enterprises
    rows = [_row(entry, loaded, since) for entry in entries]
    stored = register_in_bulk(rows=rows)
    for entry, enterprise in zip(entries, stored, strict=True):
        loaded.enterprises[entry.key] = enterprise
        loaded.nodes[entry.key] = enterprise.area_node


def _row(
    entry: register.Enterprise, loaded: _Loaded, registered_at: datetime
) -> EnterpriseRow:
    return EnterpriseRow(
        parent=loaded.nodes[entry.area_key].code,
        name=entry.name,
        unit_type=entry.unit_type,
        subcategory=entry.subcategory,
        uscc=entry.uscc,
        uscc_missing_reason=entry.no_uscc_reason,
        state=entry.state,
        registered_at=registered_at,
        facts={
            "legal_person": entry.principal,
            "principal": entry.principal,
            "principal_phone": entry.principal_phone,
            "safety_manager": entry.safety_officer,
            "safety_manager_phone": entry.safety_officer_phone,
            "address": entry.address,
            "longitude": Decimal(str(entry.lon)),
            "latitude": Decimal(str(entry.lat)),
            "employees": entry.employees,
        },
    )


def _enrol(loaded: _Loaded, tenant: Tenant) -> None:
    """Everybody has the same password, so that it is hashed once only."""
    hashed = make_password(DEMO_PASSWORD)
    people = loaded.plan.people
    users = create_users(
        [
            User(
                tenant=tenant,
                username=person.username,
                full_name=person.name,
                phone=person.phone,
                title=person.title,
                email=person.email,
                password=hashed,
                is_staff=person.role in _OPENS_ADMIN,
            )
            for person in people
        ]
    )
    loaded.users = {p.key: user for p, user in zip(people, users, strict=True)}
    assign_roles_in_bulk(
        assignments=[
            (loaded.users[p.key].pk, p.role, loaded.nodes[p.node_key].pk)
            for p in people
            if p.role not in BY_POST
        ]
    )
    fill_posts(people, users=loaded.users, nodes=loaded.nodes, on=timezone.localdate())
    _ask_one_for_a_second_factor()


def _keep_the_ground(loaded: _Loaded, pictures: dict[str, bytes]) -> None:
    """Work items done, the ten haves, boundary duties, supervision, levels, papers.

    What is due began when the bureau was opened, so it is today that counts.
    """
    plan, today = loaded.plan, timezone.localdate()
    doers = [
        Doer(loaded.nodes[p.node_key], loaded.users[p.key])
        for p in plan.people
        if p.role in _KEEPS_AN_OFFICE
    ]
    shown = {key: pictures[key] for key in sorted(pictures) if "-after-" in key}
    fill_work(doers, on=today, seed=plan.seed, pictures=shown)
    fill_offices(
        {doer.node.pk: doer for doer in reversed(doers)}.values(),
        on=today,
        seed=plan.seed,
        short=COUNTY_SHORT,
    )
    departments = [loaded.nodes[d.key] for d in plan.departments]
    decide_some(departments, on=today, short=COUNTY_SHORT)
    enterprises = list(loaded.enterprises.values())
    bureau = next(p for p in plan.people if p.role == "bureau_staff")
    rate(
        enterprises,
        on=today,
        seed=plan.seed,
        decided_by_id=loaded.users[bureau.key].pk,
    )
    certify(enterprises, on=today, seed=plan.seed)
    operating = [e for e in enterprises if e.state == EnterpriseState.OPERATING]
    showcase, *largest = sorted(operating, key=lambda e: (-(e.employees or 0), e.code))
    put_one_on_d(showcase, on=today)
    supervise_some(
        largest[:_UNDER_DIRECT_SUPERVISION],
        by_node=loaded.nodes[plan.county.key],
        staff_of={
            doer.node.pk: doer.user
            for doer in doers
            if doer.node.kind == NodeKind.TOWNSHIP
        },
        on=today,
        short=COUNTY_SHORT,
    )


def _ask_one_for_a_second_factor() -> None:
    """The tour is walked without a phone; the security administrator shows how."""
    for role in Role.objects.exclude(code="security_admin"):
        set_role_demands(
            actor=None,
            role_id=role.pk,
            second_factor_required=False,
            idle_minutes=role.idle_minutes,
        )


def appoint_operator() -> None:
    """The platform's own superuser, unless somebody has the name already."""
    if not User.objects.filter(username=OPERATOR_USERNAME).exists():
        create_user(
            tenant=None,
            username=OPERATOR_USERNAME,
            full_name="平台运维",
            password=DEMO_PASSWORD,
            is_staff=True,
        )


_PhotoIds = dict[tuple[str, int], tuple["UUID", ...]]


def _hand_in_photos(loaded: _Loaded, pictures: dict[str, bytes]) -> _PhotoIds:
    """One photo per picture and step; returns their ids by hazard and step."""
    owners: list[tuple[str, int]] = []
    shots: list[Shot] = []
    for hazard in loaded.plan.hazards:
        for n, step in enumerate(hazard.steps):
            for picture in step.photos:
                owners.append((hazard.key, n))
                shots.append(_shot(loaded, hazard, step, picture))
    found: _PhotoIds = {}
    stored = store_drawn_photos(pictures=pictures, shots=shots)
    for owner, photo in zip(owners, stored, strict=True):
        found[owner] = (*found.get(owner, ()), photo.pk)
    return found


def _shot(
    loaded: _Loaded, hazard: courses.Hazard, step: courses.Step, picture: str
) -> Shot:
    enterprise = loaded.enterprises[hazard.enterprise_key]
    who = loaded.users[step.actor_key]
    return Shot(
        picture=picture,
        uploaded_by_id=who.pk,
        reporter=who.full_name,
        taken_at=step.at - _PHOTO_BEFORE_STEP,
        uploaded_at=step.at,
        place=f"{enterprise.name} {hazard.place}",
        position=Position(
            longitude=Decimal(str(hazard.lon)),
            latitude=Decimal(str(hazard.lat)),
            accuracy_m=12,
        ),
    )


def _course(
    hazard: courses.Hazard, loaded: _Loaded, photo_ids: _PhotoIds
) -> HazardCourse:
    enterprise = loaded.enterprises[hazard.enterprise_key]
    return HazardCourse(
        area_node_id=enterprise.area_node_id,
        township_id=enterprise.township_id,
        department_node_id=enterprise.department_node_id,
        enterprise_id=enterprise.pk,
        kind_code=hazard.kind,
        title=hazard.title,
        description=hazard.description,
        place=hazard.place,
        source=hazard.source,
        reported_by_id=loaded.users[hazard.reporter_key].pk,
        reported_at=hazard.reported_at,
        suspected_major=hazard.suspected_major,
        longitude=Decimal(str(hazard.lon)),
        latitude=Decimal(str(hazard.lat)),
        photo_ids=photo_ids.get((hazard.key, 0), ()),
        steps=tuple(
            CourseStep(
                name=step.name,
                actor_id=loaded.users[step.actor_key].pk,
                at=step.at,
                note=step.note,
                level=step.level,
                due_on=step.due_on,
                requirement=step.requirement,
                responsible=enterprise.safety_manager if step.requirement else "",
                measures=step.measures,
                cost=None if step.cost is None else Decimal(step.cost),
                photo_ids=photo_ids.get((hazard.key, n), ()),
            )
            for n, step in enumerate(hazard.steps)
            if n > 0  # the report itself is the hazard
        ),
    )
