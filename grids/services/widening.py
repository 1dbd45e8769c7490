"""Whoever changes the structure gives nobody, himself least, what he may not give.

Moving and merging put grids into other people's reach: that is what ``manage_grids``
is for, and the preview names them. Roles and posts that go along are *given*, and
giving takes the permission to give, at both ends (docs/decisions/0033).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.models import Post, RoleAssignment
from grids.roles import duties_of
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User
    from grids.models import GridNode

GIVE: Final = "assign_roles"
APPOINT: Final = "appoint_posts"


def may_give(actor: User | None, before: GridNode, after: GridNode) -> bool:
    """May this actor give roles at both ends? The platform itself may."""
    return actor is None or all(
        access.can(actor, GIVE, [node.pk]) for node in (before, after)
    )


def require_appointing_at_both(
    actor: User | None, before: GridNode, after: GridNode
) -> None:
    """Posts go along only for whoever appoints on both grids."""
    held = Post.objects.filter(node=before).not_over(on=timezone.localdate())
    if actor is None or not held.exists():
        return
    for node in (before, after):
        if not access.can(actor, APPOINT, [node.pk]):
            raise NotAllowed(
                _(
                    "Posts of “%(grid)s” would go along, and you do not appoint on"
                    " “%(node)s”. End them first, or ask whoever appoints there."
                )
                % {"grid": before.name, "node": node.name}
            )


def check_own_reach(
    actor: User | None, *, node: GridNode, target: GridNode, merges: bool
) -> None:
    """Refuse what would let the actor himself do more than before.

    On what stands on ``node``, for whatever he holds at the target; in a merger
    also on ``target``, for whatever he holds on ``node`` itself and takes along.
    """
    if actor is None:
        return
    here = access.permissions_held(actor, [node.pk])
    there = access.permissions_held(actor, [target.pk])
    along = _taken_along(actor, node) if merges else frozenset()
    if (there | along) - here or along - there:
        raise NotAllowed(
            _(
                "This would widen what you yourself may do there. Ask a colleague to"
                " do it whose reach it does not change."
            )
        )


def _taken_along(actor: User, node: GridNode) -> frozenset[str]:
    held = RoleAssignment.objects.in_force().filter(user_id=actor.pk, node=node)
    names = held.values_list("role__group__permissions__codename", flat=True)
    return frozenset(name for name in names if name)


def refuse_duties(rows: Collection[RoleAssignment]) -> None:
    """Roles of administrators are moved by hand, one by one."""
    for row in rows:
        held = row.role.group.permissions.values_list("codename", flat=True)
        if duties_of(held):
            raise DomainError(
                _(
                    "%(name)s administers here (%(role)s). Whoever gives roles ends"
                    " that first or gives it elsewhere."
                )
                % {"name": row.user, "role": row.role}
            )
