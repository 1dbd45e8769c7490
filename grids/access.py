"""The questions of access, answered from one definition of a grant.

A grant stands on a node and reaches everything below it. A case lies on two
lines, so access to it is a grant on its area line *or* on its department line;
callers pass the ids of both nodes (``case.lines()``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.kinds import NodeKind
from grids.models import GridNode, NodeGrant, RoleAssignment
from tenants.errors import NotAllowed
from tenants.prepared import rows_of
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from grids.querysets import Reach


def _above(nodes: Sequence[UUID]) -> QuerySet[GridNode]:
    """The given nodes and all their ancestors."""
    below = GridNode.objects.filter(
        pk__in=nodes,
        tree_id=OuterRef("tree_id"),
        lft__gte=OuterRef("lft"),
        rght__lte=OuterRef("rght"),
    )
    return GridNode.objects.filter(Exists(below)).order_by()


# Up the parents, a handful of rows by their keys. The intervals would say it as
# well, but no index finds what encloses something: asking them reads the tree.
_UPWARDS: Final = """
WITH RECURSIVE up AS (
    SELECT id, parent_id, kind, level FROM grids_gridnode
    WHERE tenant_id = %(tenant)s AND id = ANY(%(nodes)s)
    UNION
    SELECT node.id, node.parent_id, node.kind, node.level
    FROM grids_gridnode node JOIN up ON node.id = up.parent_id
    WHERE node.tenant_id = %(tenant)s
)
"""


def _rows(
    statement: LiteralString, nodes: Sequence[UUID], **params: Any
) -> list[tuple[Any, ...]]:
    """What a statement finds that knows ``up``: the nodes and all above them."""
    values = {"nodes": list(nodes), "tenant": require_tenant(), **params}
    return rows_of(_UPWARDS + statement, values)


@dataclass(frozen=True, slots=True)
class Held:
    """What a user holds on some lines, and whether as a substitute among others."""

    permissions: frozenset[str] = frozenset()
    stands_in: bool = False


def permissions_held(user: User, nodes: Sequence[UUID]) -> frozenset[str]:
    """All of this user's permissions on these lines, in one query."""
    return held_on(user, nodes).permissions


def held_on(user: User, nodes: Sequence[UUID]) -> Held:
    """The same, and whether the user stands in for somebody at all."""
    if not user.is_active or not nodes:
        return Held()
    rows = _rows(
        """
        SELECT held.codename, EXISTS (
            SELECT FROM grids_roleassignment stood
            WHERE stood.tenant_id = %(tenant)s AND stood.user_id = %(user)s
              AND stood.origin = 'leave' AND stood.ended_at IS NULL
        )
        FROM grids_nodegrant given
        JOIN auth_permission held ON held.id = given.permission_id
        WHERE given.tenant_id = %(tenant)s AND given.user_id = %(user)s
          AND given.content_object_id IN (SELECT id FROM up)
        """,
        nodes,
        user=user.pk,
    )
    return Held(
        frozenset(codename for codename, _stands_in in rows),
        any(stands_in for _codename, stands_in in rows),
    )


# By which roles somebody may do something here; his own come first.
_BY_ROLES: Final = """
    SELECT held.origin, held.on_behalf_of_id
    FROM up
    JOIN grids_roleassignment held
      ON held.node_id = up.id AND held.tenant_id = %(tenant)s
    JOIN grids_role role ON role.id = held.role_id
    JOIN auth_group_permissions given ON given.group_id = role.group_id
    JOIN auth_permission what ON what.id = given.permission_id
    WHERE held.user_id = %(user)s AND held.ended_at IS NULL
      AND what.codename = ANY(%(permissions)s)
    ORDER BY held.origin = 'leave', up.level DESC, held.began_at, held.id
    LIMIT 1
"""


def acting_for(
    user: User | None, permissions: Sequence[str], nodes: Sequence[UUID]
) -> UUID | None:
    """For whom this user does it here; None where he may do it in his own name.

    Whoever writes an event names both. ``require`` answers it along the way.
    """
    if user is None:
        return None
    rows = _rows(_BY_ROLES, nodes, user=user.pk, permissions=list(permissions))
    return rows[0][1] if rows else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may do on two lines, and as whom on the line of the areas."""

    permissions: frozenset[str]
    area_roles: frozenset[str]
    stands_in: bool = False


def standing(user: User, nodes: Sequence[UUID]) -> Standing:
    """:func:`permissions_held` and the codes of the roles, in one query."""
    if not user.is_active or not nodes:
        return Standing(frozenset(), frozenset())
    rows = _rows(
        """
        SELECT TRUE, held.codename, EXISTS (
            SELECT FROM grids_roleassignment stood
            WHERE stood.tenant_id = %(tenant)s AND stood.user_id = %(user)s
              AND stood.origin = 'leave' AND stood.ended_at IS NULL
        )
        FROM grids_nodegrant given
        JOIN auth_permission held ON held.id = given.permission_id
        WHERE given.tenant_id = %(tenant)s AND given.user_id = %(user)s
          AND given.content_object_id IN (SELECT id FROM up)
        UNION ALL
        SELECT FALSE, role.code, FALSE
        FROM grids_roleassignment post JOIN grids_role role ON role.id = post.role_id
        WHERE post.tenant_id = %(tenant)s AND post.user_id = %(user)s
          AND post.ended_at IS NULL
          AND post.node_id IN (SELECT id FROM up WHERE kind <> 'department')
        """,
        nodes,
        user=user.pk,
    )
    return Standing(
        frozenset(name for is_permission, name, _in in rows if is_permission),
        frozenset(name for is_permission, name, _in in rows if not is_permission),
        any(stands_in for _is, _name, stands_in in rows),
    )


def permissions_among(
    reaches: Mapping[str, Sequence[Reach]], nodes: Iterable[GridNode]
) -> frozenset[str]:
    """The same from what was read before (``reach_by_permission``), in no query.

    For what is shown. The tree may have been numbered anew between two reads;
    services therefore ask the database again.
    """
    lines = list(nodes)
    return frozenset(
        permission
        for permission, places in reaches.items()
        if any(place.holds(node) for place in places for node in lines)
    )


def reaches_of(request: Any) -> dict[str, list[Reach]]:
    """Where this user may do what; asked once per request, used by all parts."""
    if not hasattr(request, "reaches"):
        request.reaches = GridNode.objects.reach_by_permission(request.user)
    found: dict[str, list[Reach]] = request.reaches
    return found


def shown_to(request: Any) -> list[Reach]:
    """Where this user may be shown personal data that stands masked for others."""
    return reaches_of(request).get("show_personal_data", []) if request else []


def can(user: User, permission: str, nodes: Sequence[UUID]) -> bool:
    """May this user do this on any of these lines?"""
    return permission in permissions_held(user, nodes)


def require(user: User, permission: str, nodes: Sequence[UUID]) -> UUID | None:
    """Raise ``NotAllowed`` where :func:`can` says no.

    Returns the one for whom the user does it, where only a leave gives him the
    right: whoever writes an event names both. It costs a second query only while
    the user stands in for somebody.
    """
    held = held_on(user, nodes)
    if permission not in held.permissions:
        raise NotAllowed(_("You are not allowed to do this here."))
    return acting_for(user, [permission], nodes) if held.stands_in else None


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


def people_on(node_id: UUID) -> QuerySet[RoleAssignment]:
    """Who holds a role on this very node."""
    return (
        RoleAssignment.objects.in_force()
        .filter(node_id=node_id)
        .select_related("user", "role")
        .order_by("role__rank", "user__full_name", "pk")
    )


def nearest_holders(permission: str, nodes: Sequence[UUID]) -> set[UUID]:
    """Who does this on each line, on the level nearest to it that has anybody.

    Everybody above may do it as well; telling them all would bury them.
    """
    found = _rows(
        """
        SELECT DISTINCT given.user_id, up.kind, up.level
        FROM up
        JOIN grids_nodegrant given
          ON given.content_object_id = up.id AND given.tenant_id = %(tenant)s
        JOIN auth_permission held ON held.id = given.permission_id
        JOIN accounts_user person ON person.id = given.user_id
        WHERE held.codename = %(permission)s AND person.is_active
        """,
        nodes,
        permission=permission,
    )
    deepest: dict[bool, int] = {}
    for _user, kind, level in found:
        line = kind == NodeKind.DEPARTMENT
        deepest[line] = max(deepest.get(line, 0), level)
    return {
        user
        for user, kind, level in found
        if level == deepest[kind == NodeKind.DEPARTMENT]
    }


def roles_on(nodes: Collection[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    """For each node the ``(role code, user id)`` held there or above (two queries).

    Walks the intervals once in order, with the assignments that are open at each
    place on a stack: the cost grows with the answers, not with nodes × people.
    """
    places = (
        GridNode.objects.filter(pk__in=nodes).order_by("lft").values_list("pk", "lft")
    )
    held = (
        RoleAssignment.objects.in_force()
        .order_by("node__lft")
        .values_list("node__lft", "node__rght", "role__code", "user_id")
    )
    waiting = list(held)
    waiting.reverse()
    open_now: list[tuple[int, str, UUID]] = []
    found: dict[UUID, list[tuple[str, UUID]]] = {}
    for pk, lft in places:
        while waiting and waiting[-1][0] <= lft:
            _lft, right, code, user = waiting.pop()
            open_now.append((right, code, user))
        open_now = [row for row in open_now if row[0] > lft]
        found[pk] = [(code, user) for _right, code, user in open_now]
    return found
