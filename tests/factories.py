"""Test data, made by the services, as the product makes it.

Nothing here invents a tenant on the quiet: each function is given one, or a
node of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any, TYPE_CHECKING

from django.contrib.auth.models import Group
from stdnum.cn.uscc import calc_check_digit

from accounts.services import create_user
from enterprises.models import Enterprise, UnitType
from enterprises.services import register_enterprise, seed_industries, set_departments
from grids.kinds import NodeKind
from grids.models import GridNode, Role
from grids.services import add_node, assign_role, plant_root, seed_roles
from grids.services.roles import _permissions
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from tenants.models import Tenant
    from accounts.models import User

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
            if may:
                role = _role_with(tenant, frozenset(may)).code
            if role:
                assign_role(actor=None, user_id=user.pk, role_code=role, node_id=on.pk)
    return user


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
