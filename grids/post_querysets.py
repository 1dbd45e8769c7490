"""Reads of posts and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from accounts.models import User
    from grids.models import GridNode
    from grids.querysets import Reach


def _nodes() -> Any:
    return apps.get_model("grids", "GridNode").objects


def lacking(kind: str, *, on: date) -> Any:
    """Grids in force that need such a post and have nobody in it on this day.

    ``vacant_since`` is the day on which the last one ended, or on which the grid
    began; ``is_held_by_disabled`` says that the account of its holder is closed.
    """
    posts = apps.get_model("grids", "Post").objects.filter(kind=kind)
    rules = apps.get_model("grids", "PostRule").objects.filter(
        kind=kind, is_needed=True
    )
    last = (
        posts.filter(node_id=OuterRef("pk"), ends_on__lte=on)
        .order_by("-ends_on")
        .values("ends_on")[:1]
    )
    held = posts.lasting(on=on).filter(node_id=OuterRef("pk"))
    return (
        _nodes()
        .in_force()
        .filter(kind__in=rules.values("node_kind"))
        .exclude(pk__in=posts.in_force(on=on).values("node_id"))
        .annotate(
            vacant_since=Coalesce(Subquery(last), TruncDate("created_at")),
            is_held_by_disabled=Exists(held),
        )
        .defer("boundary")
    )


def lacking_rows(
    kinds: Iterable[str], *, on: date, reach: list[Reach], node: GridNode | None
) -> Any:
    """The same for several posts within a reach, a row for each, as one reads a tree."""
    found = []
    for kind in kinds:
        nodes = lacking(kind, on=on).reached(reach)
        if node is not None:
            nodes = nodes.within(node)
        named = nodes.annotate(post=Value(str(kind), output_field=models.CharField()))
        found.append(named.order_by().values(*_OF_A_VACANCY))
    first, *others = found
    return first.union(*others, all=True).order_by("lft", "post")


_OF_A_VACANCY: Final = (
    "pk",
    "name",
    "kind",
    "post",
    "vacant_since",
    "is_held_by_disabled",
    "township__name",
    "township_id",
    "lft",
)


class PostQuerySet(models.QuerySet):
    """Who holds which post."""

    def visible_to(self, user: User) -> PostQuerySet:
        """Posts on the grids one sees, and one's own."""
        inside = _nodes().granted(user, "view_grids").order_by().values("pk")
        return self.filter(Q(node_id__in=inside) | Q(user_id=user.pk))

    def lasting(self, *, on: date) -> PostQuerySet:
        """Begun and not ended on this day, whatever became of the account."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on), begins_on__lte=on
        )

    def in_force(self, *, on: date) -> PostQuerySet:
        """The same, held by somebody whose account works: others are vacant."""
        return self.lasting(on=on).filter(user__is_active=True)

    def not_over(self, *, on: date) -> PostQuerySet:
        """In force or still to begin."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).exclude(
            ends_on=F("begins_on")
        )

    def within(self, node: GridNode) -> PostQuerySet:
        """Posts on a grid and on everything below it."""
        return self.filter(node_id__in=_nodes().within(node).order_by().values("pk"))

    def overlapping(self, *, begins_on: date, ends_on: date | None) -> PostQuerySet:
        """Posts that share a day with this time."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=begins_on))
        return found if ends_on is None else found.filter(begins_on__lt=ends_on)

    def for_list(self) -> PostQuerySet:
        """With what a line shows, in the order of the tree."""
        return (
            self.select_related("user", "node__parent")
            .defer("node__boundary", "node__parent__boundary")
            .order_by("node__tree_id", "node__lft", "kind", "-begins_on", "pk")
        )


class LeaveQuerySet(models.QuerySet):
    """Who is away, and who stands in."""

    def visible_to(self, user: User) -> LeaveQuerySet:
        """One's own, those one stands in for, and those of people one appoints."""
        inside = _nodes().granted(user, "appoint_posts").order_by().values("pk")
        posts = apps.get_model("grids", "Post").objects.filter(node_id__in=inside)
        return self.filter(
            Q(user_id=user.pk)
            | Q(substitute_id=user.pk)
            | Q(user_id__in=posts.values("user_id"))
        )

    def for_list(self) -> LeaveQuerySet:
        return (
            self.select_related("user", "substitute", "node")
            .defer("node__boundary")
            .order_by("-begins_on", "user__full_name", "pk")
        )

    def standing(self) -> LeaveQuerySet:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def in_force(self, *, on: date) -> LeaveQuerySet:
        return self.standing().filter(begins_on__lte=on, ends_on__gte=on)

    def not_over(self, *, on: date) -> LeaveQuerySet:
        return self.standing().filter(ends_on__gte=on)

    def overlapping(self, *, begins_on: date, ends_on: date) -> LeaveQuerySet:
        return self.standing().filter(begins_on__lte=ends_on, ends_on__gte=begins_on)
