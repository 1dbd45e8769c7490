"""Who works on a grid that is merged or split works on the other one as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from grids.models import RoleAssignment
from grids.models.roles import Origin
from grids.services.grants import derive_grants
from grids.services.post_carrying import carry_posts
from journal.models import SecurityAction
from journal.services import record_security

if TYPE_CHECKING:
    from accounts.models import User
    from grids.models import GridNode


def carry_people(
    *, before: GridNode, after: GridNode, actor: User | None, ends: bool
) -> int:
    """Give everybody's roles on ``before`` on ``after`` too; returns how many people.

    With ``ends`` they end on ``before``. Posts go along, and what they give with
    them. Each is written to the security log.
    """
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
