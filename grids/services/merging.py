"""Merge two grids, or split one: each is one transaction, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access, previews
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.services.boundaries import unite_boundaries
from grids.services.carrying import carry_rows
from grids.services.people import carry_people
from grids.services.placing import lay_out
from grids.services.tree import (
    MANAGE,
    add_node,
    check_seen,
    is_within,
    lock_node,
    record,
)
from grids.services.widening import check_own_reach
from tenants.errors import DomainError
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User

# An enterprise's node follows the register, and there is one county.
_WHOLE = frozenset({NodeKind.COUNTY, NodeKind.ENTERPRISE})


@transaction.atomic
def merge_nodes(
    *, actor: User | None, node_id: UUID, into_id: UUID, seen: str | None = None
) -> GridNode:
    """``into`` takes over everything of ``node``; returns ``into``.

    The grids below, the rows on it with their cases, roles and posts go over, as far
    as the actor may give them (``grids.services.widening``); where both are drawn,
    their outlines become one. ``node`` is retired, keeps its course, and its codes
    lead to ``into`` from then on. A case that is reported on ``node`` at this very
    moment follows when it is committed: the database sees to that
    (``follow_the_heir``).

    ``seen`` is the fingerprint of the preview that was confirmed. Raises
    ``DomainError`` at ``into``, ``Conflict`` when something changed since.
    """
    acquire(Lock.GRID_TREE)
    node, into = lock_node(node_id), lock_node(into_id, field="into")
    if actor is not None:
        access.require(actor, MANAGE, [node.pk])
        access.require(actor, MANAGE, [into.pk])
    check_mergeable(node, into)
    if seen is not None:
        check_seen(previews.preview_merge(node=node, into=into), seen)
    check_own_reach(actor, node=node, target=into, merges=True)
    children = GridNode.objects.filter(parent=node).in_order()
    below = list(children.values_list("pk", flat=True))
    if below:
        lay_out(moved=dict.fromkeys(below, into.pk))
    rows = carry_rows(before=node, after=into, actor=actor)
    people = carry_people(before=node, after=into, actor=actor, ends=True)
    unite_boundaries(before=node, after=into, actor=actor)
    GridNode.objects.filter(pk=node.pk).update(
        retired_on=timezone.localdate(), merged_into=into
    )
    # Whatever had been merged into it leads straight on.
    GridNode.objects.filter(merged_into=node).update(merged_into=into)
    told: dict[str, Any] = {"grids": len(below), "people": people, "rows": rows}
    record(node, name="merged", actor=actor, into=str(into.pk), after=into.name, **told)
    record(
        into, name="took_over", actor=actor, of=str(node.pk), before=node.name, **told
    )
    into.refresh_from_db()
    return into


def check_mergeable(node: GridNode, into: GridNode) -> None:
    """Two of a kind, both in use, neither below the other."""
    if node.kind in _WHOLE:
        raise DomainError(_("A grid of this kind cannot be merged."))
    if node.pk == into.pk or node.kind != into.kind:
        raise DomainError(_("Choose another grid of the same kind."), field="into")
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."))
    if into.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="into")
    if is_within(node, into) or is_within(into, node):
        raise DomainError(
            _("One of the two stands below the other; move it first."), field="into"
        )


@transaction.atomic
def split_node(
    *,
    actor: User | None,
    node_id: UUID,
    code: str,
    name: str,
    boundary: dict[str, Any] | None = None,
    children: Collection[UUID] = (),
    rows: Collection[UUID] = (),
    keep_people: bool = True,
    seen: str | None = None,
) -> GridNode:
    """A new grid beside ``node`` gets some of what stands below it; returns it.

    ``children`` are grids directly below, ``rows`` cases that lie on the node
    itself. With ``keep_people`` whoever holds a role on the node holds it on the
    new one too, until somebody else is appointed. Several parts are several calls.
    Raises ``DomainError`` at ``children``, ``code`` or ``name``.
    """
    acquire(Lock.GRID_TREE)
    node = lock_node(node_id)
    if actor is not None:
        access.require(actor, MANAGE, [node.pk])
    if node.parent_id is None or node.kind in _WHOLE:
        raise DomainError(_("A grid of this kind cannot be split."))
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."))
    chosen = set(children)
    below = GridNode.objects.filter(parent=node, pk__in=chosen).in_order()
    moved = list(below.values_list("pk", flat=True))
    if len(moved) != len(chosen):
        raise DomainError(
            _("Some of these grids are no longer below this one."), field="children"
        )
    if seen is not None:
        preview = previews.preview_split(node=node, children=chosen, rows=rows)
        check_seen(preview, seen)
    part = add_node(
        actor=actor,
        parent_id=node.parent_id,
        kind=node.kind,
        code=code,
        name=name,
        boundary=boundary,
    )
    if moved:
        lay_out(moved=dict.fromkeys(moved, part.pk))
        part.refresh_from_db()
    carried = (
        carry_rows(before=node, after=part, actor=actor, only=rows) if rows else {}
    )
    people = 0
    if keep_people:
        people = carry_people(before=node, after=part, actor=actor, ends=False)
    told: dict[str, Any] = {"grids": len(moved), "people": people, "rows": carried}
    record(node, name="split", actor=actor, into=str(part.pk), after=part.name, **told)
    record(
        part, name="split_off", actor=actor, of=str(node.pk), before=node.name, **told
    )
    return part
