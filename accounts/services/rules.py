"""The rules of security of a bureau: seeded, read, changed."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from accounts.models import SecurityRules, User
from accounts.models.rules import BOUNDS
from tenants.errors import refused_at_its_field
from tenants.tenancy import tenant_scope

BASIS: Final = "GB/T 22239-2019（等保 2.0 三级）应用层控制点"
EDITION: Final = "2019"


def rules_of(tenant_id: int | None) -> SecurityRules:
    """What holds in a bureau; on the platform itself the defaults.

    Asked at the sign-in too, when no tenant is active yet.
    """
    if tenant_id is None:
        return SecurityRules(tenant=None)
    with tenant_scope(tenant_id):
        return SecurityRules.objects.first() or SecurityRules(tenant_id=tenant_id)


def rules_for(user: User) -> SecurityRules:
    return rules_of(user.tenant_id)


@transaction.atomic
def seed_security() -> SecurityRules:
    """The rules every bureau begins with; safe to repeat."""
    known = SecurityRules.objects.first()
    return known or SecurityRules.objects.create(basis=BASIS, edition=EDITION)


@transaction.atomic
def set_security(**given: object) -> tuple[SecurityRules, dict[str, list[object]]]:
    """Change the rules of the active bureau; returns them and what they were.

    Access and the security log are the callers' (``portal.services``).
    """
    rules = SecurityRules.objects.select_for_update().first() or seed_security()
    changed: dict[str, list[object]] = {}
    for name in (*BOUNDS, "basis"):
        if name in given and getattr(rules, name) != given[name]:
            changed[name] = [getattr(rules, name), given[name]]
            setattr(rules, name, given[name])
    rules.is_proposed = rules.is_proposed and not changed
    with refused_at_its_field():
        rules.full_clean(exclude=["tenant"])
    rules.save()
    return rules, changed
