"""The questions of access, answered from one definition of a grant.

A grant stands on a node and reaches everything below it. A case lies on two
lines, so access to it is a grant on its area line *or* on its department line;
callers pass the ids of both nodes (``case.lines()``).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import GridNode, NodeGrant, RoleAssignment
from tenants.errors import NotAllowed


def _above(nodes: Sequence[UUID]) -> QuerySet[GridNode]:
    """The given nodes and all their ancestors."""
    below = GridNode.objects.filter(
        pk__in=nodes,
        tree_id=OuterRef("tree_id"),
        lft__gte=OuterRef("lft"),
        rght__lte=OuterRef("rght"),
    )
    return GridNode.objects.filter(Exists(below)).order_by()


def permissions_held(user: User, nodes: Sequence[UUID]) -> frozenset[str]:
    """All of this user's permissions on these lines, in one query."""
    if not user.is_active or not nodes:
        return frozenset()
    held = NodeGrant.objects.filter(
        Exists(
            GridNode.objects.filter(
                pk__in=nodes,
                tree_id=OuterRef("content_object__tree_id"),
                lft__gte=OuterRef("content_object__lft"),
                rght__lte=OuterRef("content_object__rght"),
            )
        ),
        user_id=user.pk,
    )
    return frozenset(held.values_list("permission__codename", flat=True))


def can(user: User, permission: str, nodes: Sequence[UUID]) -> bool:
    """May this user do this on any of these lines?"""
    return permission in permissions_held(user, nodes)


def require(user: User, permission: str, nodes: Sequence[UUID]) -> None:
    """Raise ``NotAllowed`` where :func:`can` says no."""
    if not can(user, permission, nodes):
        raise NotAllowed(_("You are not allowed to do this here."))


def permissions_anywhere(user: User) -> frozenset[str]:
    """All permissions this user holds on any node: what the menu shows."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = NodeGrant.objects.filter(user_id=user.pk)
    return frozenset(held.values_list("permission__codename", flat=True).distinct())


def can_anywhere(user: User, permission: str) -> bool:
    """Does this user hold the permission on any node at all?"""
    return permission in permissions_anywhere(user)


def require_anywhere(user: User, permission: str) -> None:
    if not can_anywhere(user, permission):
        raise NotAllowed(_("You are not allowed to do this here."))


def holders(permission: str, nodes: Sequence[UUID]) -> QuerySet[User]:
    """Who may do this on any of these lines? Active users only."""
    granted = NodeGrant.objects.filter(
        permission__codename=permission, content_object__in=_above(nodes)
    )
    return User.objects.filter(
        pk__in=granted.values("user_id"), is_active=True
    ).distinct()


def holders_of_role(code: str, nodes: Sequence[UUID]) -> QuerySet[User]:
    """Active users who hold the role ``code`` on these nodes or above them."""
    held = RoleAssignment.objects.in_force().filter(
        role__code=code, node__in=_above(nodes)
    )
    return User.objects.filter(pk__in=held.values("user_id")).distinct()


def people_on(node_id: UUID) -> QuerySet[RoleAssignment]:
    """Who holds a role on this very node."""
    return (
        RoleAssignment.objects.in_force()
        .filter(node_id=node_id)
        .select_related("user", "role")
        .order_by("role__rank", "user__full_name")
    )
