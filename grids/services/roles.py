"""Who holds which role where. Guardian's rows are derived from it, here only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode, PostRule, Role, RoleAssignment
from grids.models.roles import Origin
from grids.roles import RESERVED, ROLES
from grids.services.grants import derive_demands, derive_grants
from grids.services.separation import (
    check_own_password,
    check_person,
    check_role,
    duties_stay_held,
    nothing_for_oneself,
    permissions_of,
    refused_as,
)
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError, refused_at_its_field
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

MANAGE: Final = "assign_roles"
RULES: Final = "manage_security"


@transaction.atomic
def seed_roles() -> dict[str, Role]:
    """The default roles of the active tenant; safe to repeat."""
    tenant_id = require_tenant()
    known = {role.code: role for role in Role.objects.all()}
    for rank, spec in enumerate(ROLES, start=1):
        if spec.code in known:
            continue
        group = Group.objects.create(name=f"{tenant_id}:{spec.code}")
        group.permissions.set(_permissions(spec.permissions))
        known[spec.code] = Role.objects.create(
            code=spec.code,
            name=spec.name,
            group=group,
            rank=rank * 10,
            second_factor_required=spec.second_factor_required,
            idle_minutes=spec.idle_minutes,
            node_kinds=[kind.value for kind in spec.kinds],
        )
    return known


@transaction.atomic
def complete_kinds() -> int:
    """Say which kinds of grids the default roles fit, where the bureau never did."""
    unsaid = {spec.code: spec.kinds for spec in ROLES}
    roles = Role.objects.filter(node_kinds__isnull=True, code__in=unsaid)
    for role in roles:
        role.node_kinds = [kind.value for kind in unsaid[role.code]]
    return Role.objects.bulk_update(roles, ["node_kinds"]) if roles else 0


@transaction.atomic
def assign_role(
    *, actor: User | None, user_id: UUID, role_code: str, node_id: UUID
) -> RoleAssignment:
    """Give a user a role on a node: everything below it comes with it.

    Nobody can hand out what he may not give roles on, nothing to himself, and to
    nobody two of the three duties, not even an operator.
    The assignment and the security log are written together.
    """
    node = _node(node_id)
    if actor is not None:
        access.require(actor, MANAGE, [node.pk])
        _check_not_himself(actor, user_id)
    role = _role(role_code)
    check_person(user_ids=[user_id], gaining=permissions_of(role))
    user = User.objects.filter(pk=user_id, tenant_id=require_tenant()).first()
    if user is None or not user.is_active:
        raise DomainError(_("This user does not exist or is disabled."), field="user")
    check_own_password(actor, [user.pk], permissions_of(role))
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="node")
    check_fits(role, node)
    assignment, is_new = RoleAssignment.objects.get_or_create(
        user=user, role=role, node=node, origin=Origin.GIVEN, ended_at=None
    )
    if is_new:
        derive_grants([user.pk])
        record_security(
            name=SecurityAction.ROLE_GRANTED,
            actor=actor,
            user=str(user.pk),
            role=role.code,
            node=str(node.pk),
            note=f"{user} · {role} · {node}",
        )
    return assignment


def check_fits(role: Role, node: GridNode) -> None:
    """A role of the village given on the county by a slip would open the county."""
    if not role.fits(node):
        raise DomainError(misfit(role, node), field="node")


def misfit(role: Role, node: GridNode) -> str:
    """Why this role does not belong on that grid, in a sentence."""
    fitting = [str(NodeKind(kind).label) for kind in role.node_kinds or ()]
    return _("“%(role)s” does not fit a grid of the kind %(kind)s, but: %(kinds)s.") % {
        "role": role.name,
        "kind": node.get_kind_display(),
        "kinds": _(", ").join(fitting),
    }


def _check_not_himself(actor: User, user_id: UUID) -> None:
    if actor.pk == user_id:
        raise DomainError(
            _("Nobody gives a role to himself. Ask a colleague."), field="user"
        )


@transaction.atomic
def end_assignment(*, actor: User | None, assignment_id: UUID) -> RoleAssignment:
    """Take a role away. The next request of the user is already refused.

    Whoever administers does not end the last one who does: only an operator could
    open the county again.
    """
    with duties_stay_held(actor):
        return _end_assignment(actor, assignment_id)


def _end_assignment(actor: User | None, assignment_id: UUID) -> RoleAssignment:
    assignment = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("user", "role", "node")
        .filter(pk=assignment_id, ended_at__isnull=True)
        .first()
    )
    if assignment is None:
        raise DomainError(_("This assignment has already ended."))
    if actor is not None:
        access.require(actor, MANAGE, [assignment.node_id])
    if assignment.origin != Origin.GIVEN:
        raise DomainError(
            _("This role comes from a post or a leave. End the post or the leave.")
        )
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["ended_at"])
    derive_grants([assignment.user_id])
    record_security(
        name=SecurityAction.ROLE_REVOKED,
        actor=actor,
        user=str(assignment.user_id),
        role=assignment.role.code,
        node=str(assignment.node_id),
        note=str(assignment),
    )
    return assignment


def end_assignments_of(*, actor: User | None, user_id: UUID) -> int:
    """Take away every role that was given to a user by hand.

    Roles from posts and leaves end with those.
    """
    held = RoleAssignment.objects.filter(
        user_id=user_id, origin=Origin.GIVEN, ended_at__isnull=True
    )
    ids = list(held.values_list("pk", flat=True))
    for pk in ids:
        end_assignment(actor=actor, assignment_id=pk)
    return len(ids)


@transaction.atomic
def add_role(*, actor: User | None, code: str, name: str) -> Role:
    """A role of the tenant's own, which holds nothing yet."""
    _require_at_root(actor)
    if Role.objects.filter(code=code).exists():
        raise DomainError(_("This code is already in use."), field="code")
    group = Group.objects.create(name=f"{require_tenant()}:{code}")
    role = Role.objects.create(code=code, name=tidy_line(name), group=group)
    record_security(
        name=SecurityAction.ROLE_GRANTED,
        actor=actor,
        role=code,
        permissions=[],
        note=role.name,
    )
    return role


@transaction.atomic
def rename_role(*, actor: User | None, role_id: UUID, name: str) -> Role:
    """Call a role what people call it; its code stays, for the rungs name it."""
    _require_at_root(actor)
    role = Role.objects.select_for_update().get(pk=role_id)
    role.name = tidy_line(name)
    role.save(update_fields=["name"])
    return role


def _require_at_root(actor: User | None, permission: str = MANAGE) -> None:
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, permission, [root.pk])


def _check_holders(role: Role, holders: list[UUID], wanted: frozenset[str]) -> None:
    """What the role itself no longer holds does not count against its holders."""
    with refused_as("permissions"):
        check_person(user_ids=holders, gaining=wanted, besides=role.pk)


@transaction.atomic
def set_role_demands(
    *,
    actor: User | None,
    role_id: UUID,
    second_factor_required: bool,
    idle_minutes: int | None,
) -> Role:
    """What the sessions of a role's holders must keep to.

    A second factor is asked for at their very next request, and of their keys; the
    idle time counts from the next sign-in on.
    """
    _require_at_root(actor, RULES)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role_id)
    wanted = (second_factor_required, idle_minutes)
    if (role.second_factor_required, role.idle_minutes) == wanted:
        return role
    role.second_factor_required, role.idle_minutes = wanted
    with refused_at_its_field():
        role.full_clean(exclude=["tenant", "group"])
    role.save(update_fields=["second_factor_required", "idle_minutes"])
    held = RoleAssignment.objects.filter(role=role, ended_at__isnull=True)
    derive_demands(list(held.values_list("user_id", flat=True).distinct()))
    record_security(
        name=SecurityAction.RULES_CHANGED,
        actor=actor,
        note=role.name,
        role=role.code,
        second_factor_required=second_factor_required,
        idle_minutes=idle_minutes,
    )
    return role


@transaction.atomic
def set_role_kinds(
    *, actor: User | None, role_id: UUID, node_kinds: Iterable[str]
) -> Role:
    """On which kinds of grids a role may be given from now on; none: on any.

    Whoever holds it elsewhere keeps it.
    """
    _require_at_root(actor)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role_id)
    chosen = set(node_kinds)
    wanted = [kind.value for kind in NodeKind if kind.value in chosen]
    if role.node_kinds == wanted:
        return role
    before, role.node_kinds = role.node_kinds, wanted
    role.save(update_fields=["node_kinds"])
    record_security(
        name=SecurityAction.RULES_CHANGED,
        actor=actor,
        note=role.name,
        role=role.code,
        before=before,
        node_kinds=wanted,
    )
    return role


@transaction.atomic
def set_role_permissions(
    *, actor: User | None, role_id: UUID, codenames: Iterable[str]
) -> Role:
    """Change what a role holds; every holder's grants follow at once."""
    role = Role.objects.select_for_update().get(pk=role_id)
    _require_at_root(actor)
    wanted = frozenset(codenames)
    if wanted & RESERVED and PostRule.objects.filter(role=role).exists():
        raise DomainError(
            _("A role that runs the platform cannot come with a post."),
            field="permissions",
        )
    check_role(wanted)
    held = RoleAssignment.objects.filter(role=role, ended_at__isnull=True)
    holding = list(held.values_list("user_id", flat=True))
    _check_holders(role, holding, wanted)
    before = permissions_of(role)
    with refused_as("permissions"):
        check_own_password(actor, holding, wanted - before)
    with duties_stay_held(actor), nothing_for_oneself(actor):
        role.group.permissions.set(_permissions(wanted))
        holders = RoleAssignment.objects.filter(role=role, ended_at__isnull=True)
        derive_grants(list(holders.values_list("user_id", flat=True).distinct()))
    record_security(
        name=SecurityAction.ROLE_GRANTED,
        actor=actor,
        role=role.code,
        before=sorted(before),
        permissions=sorted(wanted),
        note=role.name,
    )
    return role


@transaction.atomic
def assign_roles_in_bulk(
    *,
    assignments: Sequence[tuple[UUID, str, UUID]],
    actor: User | None = None,
    note: str = "",
) -> list[RoleAssignment]:
    """Many ``(user id, role code, node id)`` at once, for imports and the demo.

    The caller has asked for permission; ``actor`` and ``note`` are for the log.
    """
    roles = {role.code: role for role in Role.objects.all()}
    rows = RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(user_id=user, role=roles[code], node_id=node)
            for user, code, node in assignments
        ]
    )
    derive_grants(list({user for user, _code, _node in assignments}))
    record_security(
        name=SecurityAction.ROLE_GRANTED,
        actor=actor,
        note=note,
        count=len(rows),
        bulk=True,
    )
    return list(rows)


def _permissions(codenames: Iterable[str]) -> list[Permission]:
    wanted = frozenset(codenames)
    found = list(
        Permission.objects.filter(
            Q(content_type__app_label="grids", content_type__model="gridnode"),
            codename__in=wanted,
        )
    )
    unknown = wanted - {permission.codename for permission in found}
    if unknown:
        raise DomainError(
            _("Unknown permissions: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    return found


def _node(node_id: UUID) -> GridNode:
    node: GridNode | None = GridNode.objects.filter(pk=node_id).first()
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    return node


def _role(code: str) -> Role:
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise DomainError(_("This role does not exist."), field="role")
    return role
