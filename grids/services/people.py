"""Who works on a grid that is merged or split works on the other one as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from grids import access
from grids.models import ProposalCause, RoleAssignment, RoleProposal
from grids.models.roles import Origin
from grids.services.grants import derive_grants
from grids.services.post_carrying import carry_posts
from grids.services.widening import (
    GIVE,
    may_give,
    refuse_duties,
    require_appointing_at_both,
)
from journal.models import SecurityAction
from journal.services import record_security
from notices.services import notify
from tenants.ids import new_id

if TYPE_CHECKING:
    from accounts.models import User
    from grids.models import GridNode


def carry_people(
    *, before: GridNode, after: GridNode, actor: User | None, ends: bool
) -> int:
    """Give everybody's roles on ``before`` on ``after`` too; returns how many people.

    With ``ends``, for a merger, they end on ``before``, and ``after`` is another's
    ground: roles given by hand go along only where the actor may give them at both
    ends; else they wait as proposals for whoever may. A part that was split off
    holds nothing but what its people had already. Posts go along, and what they
    give with them, for whoever appoints at both ends. Each is written to the
    security log. Raises ``NotAllowed``; ``DomainError`` for roles of administrators.
    """
    require_appointing_at_both(actor, before, after)
    held = list(
        RoleAssignment.objects.select_for_update(of=("self",))
        .filter(node=before, origin=Origin.GIVEN, ended_at__isnull=True)
        .select_related("user", "role", "node")
        .order_by("pk")
    )
    there = set(
        RoleAssignment.objects.filter(
            node=after, origin=Origin.GIVEN, ended_at__isnull=True
        ).values_list("user_id", "role_id")
    )
    fresh = [
        RoleAssignment(user=row.user, role=row.role, node=after)
        for row in held
        if (row.user_id, row.role_id) not in there
    ]
    if ends and fresh and actor is not None and not may_give(actor, before, after):
        refuse_duties(fresh)
        _propose(fresh, before=before, after=after, actor=actor)
        fresh = []
    RoleAssignment.objects.bulk_create(fresh)
    if ends:
        RoleAssignment.objects.filter(pk__in=[row.pk for row in held]).update(
            ended_at=timezone.now()
        )
    people = {row.user_id for row in held}
    if people:
        derive_grants(sorted(people))
    _log(SecurityAction.ROLE_GRANTED, fresh, actor)
    _log(SecurityAction.ROLE_REVOKED, held if ends else [], actor)
    people |= carry_posts(before=before, after=after, actor=actor, ends=ends)
    return len(people)


def _propose(
    roles: list[RoleAssignment], *, before: GridNode, after: GridNode, actor: User
) -> None:
    """Whoever gives roles decides who works on the grid that took over."""
    batch, title = new_id(), f"{before.name} → {after.name}"
    RoleProposal.objects.bulk_create(
        [
            RoleProposal(
                batch=batch,
                source_name=title[:200],
                cause=ProposalCause.MERGER,
                user=role.user,
                role=role.role,
                node=after,
                proposed_by=actor,
            )
            for role in roles
        ]
    )
    record_security(
        name=SecurityAction.ACCOUNTS_PROPOSED,
        actor=actor,
        note=title,
        roles=len(roles),
        batch=str(batch),
    )
    notify(
        recipients=access.holders(GIVE, [after.pk]),
        kind="roles-left-behind",
        key=f"roles:{batch}",
        params={"grids": title, "count": len(roles)},
        address=reverse("people:roles", kwargs={"batch": batch}),
    )


def _log(name: str, rows: list[RoleAssignment], actor: User | None) -> None:
    for row in rows:
        record_security(
            name=name,
            actor=actor,
            user=str(row.user_id),
            role=row.role.code,
            node=str(row.node_id),
            note=str(row),
        )
