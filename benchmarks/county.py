"""A county of realistic size, through the services: tree, enterprises, people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.hashers import make_password
from stdnum.cn.uscc import calc_check_digit

from accounts.models import User
from accounts.services import create_users
from enterprises.models import Enterprise, IndustrySubcategory, UnitType
from enterprises.services import EnterpriseRow, register_in_bulk, set_departments
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.services import NodeSpec, assign_roles_in_bulk, build_tree
from portal.services import open_bureau
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tenants.models import Tenant

DIVISION_CODE: Final = "990001"
CENTRE: Final = (113.6, 34.7)
TOWNSHIPS: Final = 12
VILLAGES_EACH: Final = 14
DEPARTMENTS: Final = 20
ENTERPRISES_EACH: Final = 13  # of a village: 2,184 in all

_People = list[tuple[str, str, str]]  # (user name, role, code of the node)


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of one township who may act in its cases."""

    staff: list[UUID]
    leader: UUID


@dataclass(frozen=True, slots=True)
class County:
    """What the courses need to know of the county that was made."""

    tenant: Tenant
    enterprises: list[Enterprise]
    officers: dict[UUID, UUID]  # enterprise → its safety officer
    crews: dict[UUID, Crew]  # township → its people


def make_county() -> County:
    """The tenant with everything but hazards, in a database that has none."""
    tenant = open_bureau(
        name="测速县应急管理局",
        division_code=DIVISION_CODE,
        centre=CENTRE,
        boundary=_ring(*CENTRE, radius=0.4, points=200),
    )
    with tenant_scope(tenant.pk):
        nodes = build_tree(specs=list(_specs()))
        nodes["root"] = GridNode.objects.get(parent__isnull=True)
        _share_industries(nodes)
        enterprises = register_in_bulk(rows=list(_enterprises()))
        people = _enrol(tenant, nodes, enterprises)
    return County(
        tenant=tenant,
        enterprises=enterprises,
        officers={
            enterprise.pk: people[f"officer-{n}"]
            for n, enterprise in enumerate(enterprises)
        },
        crews={
            nodes[_township(t)].pk: Crew(
                staff=[people[f"township-{t}-{n}"] for n in range(3)],
                leader=people[f"leader-{t}"],
            )
            for t in range(TOWNSHIPS)
        },
    )


def _township(t: int) -> str:
    return f"T{t:02d}"


def _village(t: int, v: int) -> str:
    return f"T{t:02d}V{v:02d}"


def _centre_of(t: int, v: int) -> tuple[float, float]:
    angle, away = 2 * math.pi * t / TOWNSHIPS, 0.05 + 0.02 * v
    return CENTRE[0] + away * math.cos(angle), CENTRE[1] + away * math.sin(angle)


def _specs() -> Iterator[NodeSpec]:
    """Outlines have as many points as surveyed ones: they weigh on a row."""
    for d in range(DEPARTMENTS):
        yield NodeSpec(
            code=f"D{d:02d}",
            parent=DIVISION_CODE,
            kind=NodeKind.DEPARTMENT,
            name=f"测速县第{d + 1}行业主管局",
        )
    for t in range(TOWNSHIPS):
        longitude, latitude = _centre_of(t, VILLAGES_EACH // 2)
        yield NodeSpec(
            code=_township(t),
            parent=DIVISION_CODE,
            kind=NodeKind.TOWNSHIP,
            name=f"测速{t + 1}镇",
            boundary=_ring(longitude, latitude, radius=0.12, points=120),
        )
        for v in range(VILLAGES_EACH):
            yield NodeSpec(
                code=_village(t, v),
                parent=_township(t),
                kind=NodeKind.VILLAGE,
                name=f"{t + 1}镇{v + 1}村",
                boundary=_ring(*_centre_of(t, v), radius=0.01, points=60),
            )


def _ring(
    longitude: float, latitude: float, *, radius: float, points: int
) -> dict[str, Any]:
    corners = [
        [
            round(longitude + radius * math.cos(2 * math.pi * n / points), 6),
            round(latitude + radius * math.sin(2 * math.pi * n / points), 6),
        ]
        for n in range(points)
    ]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def _share_industries(nodes: dict[str, GridNode]) -> None:
    codes = IndustrySubcategory.objects.order_by("code").values_list("code", flat=True)
    set_departments(
        actor=None,
        departments={
            code: nodes[f"D{n % DEPARTMENTS:02d}"].pk for n, code in enumerate(codes)
        },
    )


def _enterprises() -> Iterator[EnterpriseRow]:
    trades = sorted(IndustrySubcategory.objects.values_list("code", flat=True))
    for t in range(TOWNSHIPS):
        for v in range(VILLAGES_EACH):
            longitude, latitude = _centre_of(t, v)
            for e in range(ENTERPRISES_EACH):
                n = (t * VILLAGES_EACH + v) * ENTERPRISES_EACH + e
                first = f"91{DIVISION_CODE}MA{n:07d}"
                yield EnterpriseRow(
                    parent=_village(t, v),
                    name=f"测速县第{n + 1}机械制造有限公司",
                    unit_type=UnitType.COMPANY,
                    subcategory=trades[n % len(trades)],
                    uscc=first + calc_check_digit(first),
                    facts={
                        "legal_person": "王建国",
                        "principal": "王建国",
                        "principal_phone": "13800000000",
                        "safety_manager": "李安全",
                        "address": f"测速{t + 1}镇{v + 1}村{e + 1}号",
                        "longitude": Decimal(str(round(longitude + e * 0.0004, 6))),
                        "latitude": Decimal(str(round(latitude + e * 0.0003, 6))),
                        "employees": 20 + n % 200,
                    },
                )


def _people(enterprises: list[Enterprise]) -> _People:
    people: _People = [("bureau-leader", "bureau_leader", "root")]
    people += [(f"bureau-{n}", "bureau_staff", "root") for n in range(4)]
    for d in range(DEPARTMENTS):
        people.append((f"department-{d}", "department_staff", f"D{d:02d}"))
    for t in range(TOWNSHIPS):
        people.append((f"leader-{t}", "township_leader", _township(t)))
        people += [
            (f"township-{t}-{n}", "township_staff", _township(t)) for n in range(3)
        ]
        people += [
            (f"worker-{t}-{v}", "grid_worker", _village(t, v))
            for v in range(VILLAGES_EACH)
        ]
    people += [
        (f"officer-{n}", "enterprise_officer", "") for n in range(len(enterprises))
    ]
    return people


def _enrol(
    tenant: Tenant, nodes: dict[str, GridNode], enterprises: list[Enterprise]
) -> dict[str, UUID]:
    people = _people(enterprises)
    hashed = make_password(None)
    users = create_users(
        [
            User(
                tenant=tenant, username=f"bench-{name}", full_name=name, password=hashed
            )
            for name, _role, _code in people
        ]
    )
    posts = iter(enterprises)
    assign_roles_in_bulk(
        assignments=[
            (user.pk, role, nodes[code].pk if code else next(posts).area_node_id)
            for user, (_name, role, code) in zip(users, people, strict=True)
        ]
    )
    return {
        name: user.pk for user, (name, _role, _code) in zip(users, people, strict=True)
    }
