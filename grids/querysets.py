"""Where in the tree. Nobody outside grids/ knows that it is kept by MPTT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from mptt.querysets import TreeQuerySet

from grids.kinds import NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from grids.models import GridNode

FEW: Final = 3  # intervals that are still cheaper than steps down the tree


@dataclass(frozen=True, slots=True)
class Reach:
    """A node on which something is granted, as the interval it covers."""

    id: UUID
    kind: str
    tree_id: int
    lft: int
    rght: int
    is_leaf: bool = False  # nothing lies below: its key says as much as the interval

    def holds(self, node: GridNode) -> bool:
        """Does the node lie inside?"""
        return (
            self.tree_id == node.tree_id
            and self.lft <= node.lft
            and self.rght >= node.rght
        )

    def covers(self) -> Q:
        return Q(tree_id=self.tree_id, lft__gte=self.lft, rght__lte=self.rght)


def _any(conditions: Iterable[Q]) -> Q:
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined


class GridNodeQuerySet(TreeQuerySet):
    """Reads of the tree."""

    def within(self, node: GridNode) -> GridNodeQuerySet:
        """The node itself and everything below it."""
        return self.filter(tree_id=node.tree_id, lft__gte=node.lft, rght__lte=node.rght)

    def above(self, node: GridNode) -> GridNodeQuerySet:
        """The node itself and everything above it, the root first."""
        return self.filter(
            tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght
        ).order_by("lft")

    def in_force(self) -> GridNodeQuerySet:
        """Nodes that are not retired."""
        return self.filter(retired_on__isnull=True)

    def in_order(self) -> GridNodeQuerySet:
        """Every node after its parent, as one reads a tree."""
        return self.order_by("tree_id", "lft")

    def with_the_way_up(self) -> GridNodeQuerySet:
        """With the two nodes above each: names and kinds, no outlines."""
        return self.select_related("parent__parent").only(
            *("tree_id", "lft", "rght", "kind", "name", "parent__kind", "parent__name"),
            *("parent__parent__kind", "parent__parent__name"),
        )

    def reach(self, user: User, permission: str) -> list[Reach]:
        """The nodes on which ``user`` holds ``permission`` (one query).

        Fetched first and then used as plain intervals: that keeps the page at
        a few milliseconds whatever the size of the grant.
        """
        if not user.is_active:
            return []
        rows = self.filter(
            grants__user_id=user.pk, grants__permission__codename=permission
        ).values_list("id", "kind", "tree_id", "lft", "rght", _is_leaf())
        return [Reach(*row) for row in rows.distinct()]

    def reach_by_permission(self, user: User) -> dict[str, list[Reach]]:
        """For every permission of ``user`` the nodes it stands on (one query)."""
        if not user.is_active:
            return {}
        rows = self.filter(grants__user_id=user.pk).values_list(
            "grants__permission__codename",
            *("id", "kind", "tree_id", "lft", "rght", _is_leaf()),
        )
        found: dict[str, list[Reach]] = {}
        for codename, *place in rows:
            found.setdefault(codename, []).append(Reach(*place))
        return found

    def reached(self, reach: list[Reach]) -> GridNodeQuerySet:
        """Nodes inside any of these intervals."""
        return self.filter(_any(r.covers() for r in reach)) if reach else self.none()

    def granted(self, user: User, permission: str) -> GridNodeQuerySet:
        """Nodes where ``user`` holds ``permission``, there or on an ancestor."""
        return self.reached(self.model.objects.reach(user, permission))


class SupervisedQuerySet(models.QuerySet):
    """Reads of whatever lies on an area line and on a department line."""

    def on_lines(self, user: User, permission: str) -> Any:
        """Rows that ``user`` reaches with ``permission`` along either line."""
        return self.reached_by(_nodes().objects.reach(user, permission))

    def reached_by(self, reach: list[Reach]) -> Any:
        """Rows on the area line or the department line of any of these nodes.

        A grant on the county asks nothing more than the tenant; one on a
        township compares the township itself: both use the index as it is. So do
        grants on what has nothing below it, an enterprise or most departments:
        behind a sub-query the planner cannot know how few rows there are, and
        walks through the newest of the whole tenant.
        """
        if not reach:
            return self.none()
        if any(r.kind == NodeKind.COUNTY for r in reach):
            return self
        by_kind: dict[str, list[Reach]] = {"township": [], "department": [], "": []}
        for r in reach:
            by_kind[r.kind if r.kind in by_kind else ""].append(r)
        condition = Q()
        if by_kind["township"]:
            condition |= Q(township_id__in=[r.id for r in by_kind["township"]])
        if by_kind["department"]:
            condition |= Q(department_node_id__in=_inside(by_kind["department"]))
        if by_kind[""]:
            condition |= Q(area_node_id__in=_inside(by_kind[""]))
        return self.filter(condition)

    def within(self, node: GridNode) -> Any:
        """Rows of a node and of everything below it, on the node's own line."""
        if node.kind == NodeKind.COUNTY:
            return self
        if node.kind == NodeKind.TOWNSHIP:
            return self.filter(township_id=node.pk)
        inside = _nodes().objects.within(node).order_by().values("id")
        if node.kind == NodeKind.DEPARTMENT:
            return self.filter(department_node_id__in=inside)
        return self.filter(area_node_id__in=inside)


def _is_leaf() -> Any:
    below = _nodes().objects.filter(parent=OuterRef("pk"))
    return ExpressionWrapper(~Exists(below), output_field=models.BooleanField())


def _inside(reach: list[Reach]) -> Any:
    """The keys of the nodes in these intervals: named, or else as a sub-query.

    Beyond a handful the intervals become a long chain of OR, which costs the
    planner more than the rows: then two steps down the tree say the same, for
    below a village there are no more (``kinds.CHILDREN``).
    """
    nodes = _nodes().objects
    if all(r.is_leaf for r in reach):
        return [r.id for r in reach]
    departments_nest = any(r.kind == NodeKind.DEPARTMENT for r in reach)
    if len(reach) <= FEW or departments_nest:
        return nodes.reached(reach).order_by().values("id")
    keys = [r.id for r in reach]
    down = Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys)
    return nodes.filter(down).order_by().values("id")


def nodes_reached(reach: Sequence[Reach]) -> Any:
    """The nodes inside these intervals, as a sub-query for other tables."""
    return _nodes().objects.reached(list(reach)).order_by()


class RoleAssignmentQuerySet(models.QuerySet):
    """Reads of who holds which role where."""

    def in_force(self) -> RoleAssignmentQuerySet:
        return self.filter(ended_at__isnull=True, user__is_active=True)

    def lacking_post(
        self, kind: str, *, actor: User, on: date
    ) -> RoleAssignmentQuerySet:
        """Given by hand what such a post gives there, and without the post.

        On the grids where ``actor`` appoints, and never of his own: nobody appoints
        himself.
        """
        posts = apps.get_model("grids", "Post").objects.not_over(on=on)
        rules = apps.get_model("grids", "PostRule").objects.filter(kind=kind)
        inside = _nodes().objects.granted(actor, "appoint_posts").in_force()
        return (
            self.in_force()
            .filter(
                Exists(
                    rules.filter(
                        role_id=OuterRef("role_id"), node_kind=OuterRef("node__kind")
                    )
                ),
                ~Exists(
                    posts.filter(
                        kind=kind,
                        node_id=OuterRef("node_id"),
                        user_id=OuterRef("user_id"),
                    )
                ),
                origin="given",
                node__in=inside.order_by(),
            )
            .exclude(user_id=actor.pk)
        )

    def for_appointing(self) -> RoleAssignmentQuerySet:
        """With what a line shows, in the order of the tree."""
        return (
            self.select_related("user", "role", "node__parent")
            .defer("node__boundary", "node__parent__boundary")
            .order_by("node__tree_id", "node__lft", "user__full_name", "pk")
        )


class RoleProposalQuerySet(models.QuerySet):
    """Reads of the roles that lists of new accounts ask for."""

    def visible_to(self, user: User) -> RoleProposalQuerySet:
        """Those on grids where the user gives roles; an operator sees the bureau's."""
        if user.tenant_id is None:
            return self if user.is_superuser else self.none()
        return self.filter(node__in=_nodes().objects.granted(user, "assign_roles"))

    def waiting(self) -> RoleProposalQuerySet:
        return self.filter(state="waiting")


def _nodes() -> Any:
    return apps.get_model("grids", "GridNode")
