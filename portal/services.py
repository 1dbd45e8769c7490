"""Open a bureau: a tenant with everything it needs on its first day."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from enterprises.services import seed_industries
from grids.services import plant_root, seed_roles
from hazards.services import seed_kinds, seed_rungs
from tenants.models import Tenant, TenantLevel
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from workdays.services import seed_calendar, seed_rules


@transaction.atomic
def open_bureau(
    *,
    name: str,
    division_code: str,
    level: str = TenantLevel.COUNTY,
    parent: Tenant | None = None,
    centre: tuple[float, float] = (0.0, 0.0),
    boundary: dict[str, Any] | None = None,
) -> Tenant:
    """Make the tenant, its root node, its default roles and its rule rows.

    All or nothing. The rows are the tenant's own from then on: calendar, time
    limits, industries, kinds of hazards, the ladder of alerts.
    """
    tenant = create_tenant(
        name=name,
        division_code=division_code,
        level=level,
        parent=parent,
        centre=centre,
    )
    with tenant_scope(tenant.pk):
        plant_root(tenant=tenant, boundary=boundary)
        seed_roles()
        seed_calendar()
        seed_rules()
        seed_industries()
        seed_kinds()
        seed_rungs()
    return tenant
