"""What later versions gave the default roles, for bureaus that were opened before.

A role belongs to its bureau. Only what the bureau never took away is added: the
security log, which cannot forget, says what that was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from grids.models import Role
from grids.roles import ROLES, RoleSpec
from grids.services.roles import complete_kinds, seed_roles, set_role_permissions
from grids.services.separation import permissions_of
from journal.models import SecurityAction, SecurityEvent
from tenants.errors import DomainError
from tenants.tenancy import require_tenant


@dataclass(slots=True)
class Completed:
    """By the code of the role: what was given, and what was left as the bureau has it."""

    given: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    kinds: int = 0  # of roles that say now which kinds of grids they fit


@transaction.atomic
def complete_roles() -> Completed:
    """Add missing roles, and to the others the permissions they never lost.

    Safe to repeat. What the bureau took away stays away, and so does what would put
    two of the three duties into one hand or into a post: both are named as left.
    """
    seed_roles()
    roles = {role.code: role for role in Role.objects.select_related("group")}
    found = Completed(kinds=complete_kinds())
    for spec in ROLES:
        role = roles[spec.code]
        held = permissions_of(role)
        missing = spec.permissions - held
        fresh = missing - _taken_away(spec) if missing else missing
        if fresh and _give(role, held | fresh):
            found.given[spec.code] = sorted(fresh)
            missing -= fresh
        if missing:
            found.left[spec.code] = sorted(missing)
    return found


def _give(role: Role, wanted: frozenset[str]) -> bool:
    try:
        set_role_permissions(actor=None, role_id=role.pk, codenames=wanted)
    except DomainError:
        return False
    return True


def _taken_away(spec: RoleSpec) -> frozenset[str]:
    """What the bureau removed from the role and did not give back.

    Of changes that were logged before logs said what the role had held, the first
    counts as if all that is missing had been taken away on purpose.
    """
    changes = SecurityEvent.objects.filter(
        tenant_id=require_tenant(),
        name=SecurityAction.ROLE_GRANTED,
        succeeded=True,
        details__role=spec.code,
        details__has_key="permissions",
    )
    taken: frozenset[str] = frozenset()
    held = spec.permissions
    for details in changes.order_by("at", "pk").values_list("details", flat=True):
        after = frozenset(details["permissions"])
        before = frozenset(details.get("before", held))
        taken = (taken | (before - after)) - after
        held = after
    return taken
