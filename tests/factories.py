"""Test data, made by the services, as the product makes it.

Nothing here invents a tenant on the quiet: each function is given one, or a
node of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from PIL import Image
from stdnum.cn.uscc import calc_check_digit

from accounts.services import create_user
from enterprises.models import Enterprise, UnitType
from enterprises.services import register_enterprise, seed_industries, set_departments
from evidence.services import store_photo
from grids.kinds import NodeKind
from grids.models import GridNode, Role
from grids.services import (
    add_node,
    assign_role,
    assign_roles_in_bulk,
    plant_root,
    seed_roles,
)
from grids.services.roles import _permissions
from hazards.models import HazardKind
from hazards.services import (
    Report,
    advance_hazard,
    report_hazard,
    seed_kinds,
    seed_rungs,
)
from hazards.workflow import HazardState, Step
from tenants.ids import new_id
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from accounts.models import User
    from evidence.models import Photo
    from hazards.models import Hazard
    from tenants.models import Tenant

_serial = count(1)
PASSWORD = "Grid-2026-safe"


def make_tenant(**given: Any) -> Tenant:
    """A tenant with its root node and its roles."""
    n = next(_serial)
    given.setdefault("name", f"测试县{n}")
    given.setdefault("division_code", f"{990000 + n % 10000:06d}")
    tenant = create_tenant(**given)
    with tenant_scope(tenant.pk):
        plant_root(tenant=tenant)
        seed_roles()
    return tenant


def root_of(tenant: Tenant) -> GridNode:
    with tenant_scope(tenant.pk):
        return GridNode.objects.get(parent__isnull=True)


def make_node(
    parent: GridNode, kind: str = NodeKind.VILLAGE, *, name: str = "", **given: Any
) -> GridNode:
    """A node below ``parent``."""
    n = next(_serial)
    given.setdefault("code", f"G{n:06d}")
    with tenant_scope(parent.tenant_id):
        return add_node(
            actor=None,
            parent_id=parent.pk,
            kind=kind,
            name=name or f"{NodeKind(kind).value}-{n}",
            **given,
        )


@dataclass(frozen=True)
class County:
    """A small county: one township, two villages, one department."""

    tenant: Tenant
    root: GridNode
    township: GridNode
    village: GridNode
    other_village: GridNode
    department: GridNode


def make_county(tenant: Tenant | None = None) -> County:
    tenant = tenant or make_tenant()
    root = root_of(tenant)
    township = make_node(root, NodeKind.TOWNSHIP, name=f"城关镇{tenant.pk}")
    village = make_node(township, name=f"东关村{tenant.pk}")
    other = make_node(township, name=f"西关村{tenant.pk}")
    department = make_node(root, NodeKind.DEPARTMENT, name=f"住建局{tenant.pk}")
    return County(tenant, root, township, village, other, department)


def make_user(
    tenant: Tenant | None,
    *,
    on: GridNode | None = None,
    may: list[str] | tuple[str, ...] = (),
    role: str = "",
    **given: Any,
) -> User:
    """A user; with ``on``, one who holds ``may`` or the seeded ``role`` there."""
    n = next(_serial)
    given.setdefault("username", f"user-{n}")
    given.setdefault("full_name", f"测试员{n}")
    given.setdefault("password", PASSWORD)
    user = create_user(tenant=tenant, **given)
    if on is not None:
        assert tenant is not None
        with tenant_scope(tenant.pk):
            if may:  # any permissions together, which no person of the product has
                made = _role_with(tenant, frozenset(may))
                assign_roles_in_bulk(assignments=[(user.pk, made.code, on.pk)])
            elif role:
                _give(user, role, on)
    return user


def _give(user: User, code: str, node: GridNode) -> None:
    """As the product gives it; on a grid it does not fit, as it was given before."""
    if Role.objects.get(code=code).fits(node):
        assign_role(actor=None, user_id=user.pk, role_code=code, node_id=node.pk)
    else:
        assign_roles_in_bulk(assignments=[(user.pk, code, node.pk)])


def _role_with(tenant: Tenant, permissions: frozenset[str]) -> Role:
    """A role of the tenant with exactly these permissions."""
    n = next(_serial)
    group = Group.objects.create(name=f"{tenant.pk}:test-{n}")
    group.permissions.set(_permissions(permissions))
    return Role.objects.create(code=f"test-{n}", name=f"角色{n}", group=group)


def make_uscc() -> str:
    """A well-formed code that nobody has, with the right check digit."""
    first = f"91{990000 + next(_serial) % 10000:06d}MA{next(_serial):07d}"
    return first + calc_check_digit(first)


def make_enterprise(
    parent: GridNode,
    *,
    trade: str = "0405",
    department: GridNode | None = None,
    **given: Any,
) -> Enterprise:
    """An enterprise below ``parent``; ``department`` answers for its trade."""
    n = next(_serial)
    given.setdefault("name", f"测试机械{n}厂")
    given.setdefault("unit_type", UnitType.COMPANY)
    if "uscc_missing_reason" not in given:
        given.setdefault("uscc", make_uscc())
    with tenant_scope(parent.tenant_id):
        trades = seed_industries()
        if department is not None:
            set_departments(actor=None, departments={trade: department.pk})
        return register_enterprise(
            actor=None,
            parent_id=parent.pk,
            subcategory_id=trades[trade].pk,
            **given,
        )


def make_jpeg(*, seed: int = 0, size: tuple[int, int] = (96, 72)) -> bytes:
    """A small real JPEG; another seed gives other bytes."""
    picture = Image.new("RGB", size, (seed % 256, seed // 256 % 256, 99))
    buffer = BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def make_photo(actor: User) -> Photo:
    """A photo that ``actor`` has handed in and not used yet."""
    assert actor.tenant_id is not None
    with tenant_scope(actor.tenant_id):
        return store_photo(content=make_jpeg(seed=next(_serial)), actor=actor)


# How a hazard comes to each state, each step by another hand.
_PATH: dict[str, tuple[str, ...]] = {
    HazardState.REPORTED: (),
    HazardState.ASSESSED: ("assess",),
    HazardState.ASSIGNED: ("assess", "assign"),
    HazardState.RECTIFYING: ("assess", "assign", "start"),
    HazardState.SUBMITTED: ("assess", "assign", "submit"),
    HazardState.VERIFIED: ("assess", "assign", "submit", "pass_recheck"),
    HazardState.CLOSED: ("assess", "assign", "submit", "pass_recheck", "close"),
    HazardState.REJECTED: ("reject",),
}


def make_step(name: str, actor: User, **given: Any) -> Step:
    """What a careful person would give with this step."""
    usual: dict[str, Any] = {
        "assess": {"level": "general"},
        "assign": {"days": 7, "requirement": "立即清理。", "responsible": "张三"},
        "submit": {"measures": "已清理通道。"},
        "fix_on_spot": {"measures": "当场清理。"},
        "fail_recheck": {"note": "仍有杂物。", "days": 3},
        "reject": {"note": "不属实。"},
        "reopen": {"note": "复查发现反弹。"},
    }.get(name, {})
    if name in {"submit", "fix_on_spot"} and "photo_ids" not in given:
        usual["photo_ids"] = (make_photo(actor).pk,)
    return Step(**(usual | given))


def take_step(hazard: Hazard, name: str, actor: User, **given: Any) -> Hazard:
    """Take one step as ``actor``."""
    with tenant_scope(hazard.tenant_id):
        return advance_hazard(
            hazard_id=hazard.pk,
            transition=name,
            actor=actor,
            step=make_step(name, actor, **given),
        )


def make_hazard(
    place: Enterprise | GridNode,
    *,
    state: str = HazardState.REPORTED,
    due_on: date | None = None,
    reporter: User | None = None,
    **given: Any,
) -> Hazard:
    """A hazard that has really walked to ``state``, each step by another hand."""
    tenant = place.tenant
    root = root_of(tenant)
    everything = [codename for codename, _label in GridNode._meta.permissions]
    reporter = reporter or make_user(tenant, on=root, may=everything)
    hands = [make_user(tenant, on=root, may=everything) for _step in _PATH[state]]
    where = "enterprise_id" if isinstance(place, Enterprise) else "area_node_id"
    photo = make_photo(reporter)
    with tenant_scope(tenant.pk):
        seed_kinds()
        seed_rungs()
        kind = HazardKind.objects.get(code="exit-blocked")
        given.setdefault("title", f"安全出口堵塞{next(_serial)}")
        report = Report(
            kind_id=kind.pk, photo_ids=(photo.pk,), **{where: place.pk}, **given
        )
        hazard, _is_new = report_hazard(actor=reporter, key=new_id(), report=report)
    for name, hand in zip(_PATH[state], hands, strict=True):
        chosen = {"due_on": due_on, "days": None} if name == "assign" and due_on else {}
        hazard = take_step(hazard, name, hand, **chosen)
    return hazard
