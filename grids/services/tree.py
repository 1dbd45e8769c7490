"""Structural writes: one node at a time, one lock per tenant, read after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.kinds import CHILDREN, NodeKind
from grids.models import GridEvent, GridNode
from tenants.errors import DomainError, InvalidTransition
from tenants.ids import new_id
from tenants.locks import Lock, acquire
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from tenants.models import Tenant


@transaction.atomic
def plant_root(*, tenant: Tenant, boundary: dict[str, Any] | None = None) -> GridNode:
    """The county's own node. One per tenant, by constraint."""
    acquire(Lock.GRID_TREE)
    pk = new_id()
    root: GridNode = GridNode.objects.create(
        id=pk,
        township_id=pk,
        kind=NodeKind.COUNTY,
        code=tenant.division_code,
        name=tenant.name,
        boundary=boundary,
    )
    _record(root, name="created", actor=None)
    return root


@transaction.atomic
def add_node(
    *,
    actor: User | None,
    parent_id: UUID,
    kind: str,
    code: str,
    name: str,
    boundary: dict[str, Any] | None = None,
    permission: str = "manage_grids",
) -> GridNode:
    """Insert a node below ``parent_id``.

    Tree writes are serialised: MPTT renumbers many rows. ``actor`` is asked for
    ``permission`` on the parent; None is the platform itself. Raises
    ``DomainError`` at ``parent``, ``kind``, ``code`` or ``name``.
    """
    acquire(Lock.GRID_TREE)
    parent = find_parent(parent_id)
    if actor is not None:
        access.require(actor, permission, [parent.pk])
    code, name = tidy_line(code), tidy_line(name)
    _check_place(parent, kind)
    _check_words(code=code, name=name)
    pk = new_id()
    is_township = kind == NodeKind.TOWNSHIP
    node: GridNode = GridNode.objects.create(
        id=pk,
        parent=parent,
        parent_kind=parent.kind,
        township_id=pk if is_township else parent.township_id,
        kind=kind,
        code=code,
        name=name,
        boundary=boundary,
    )
    _record(node, name="created", actor=actor, parent=str(parent.pk))
    return node


@transaction.atomic
def edit_node(
    *,
    actor: User | None,
    node_id: UUID,
    name: str,
    code: str | None = None,
    boundary: dict[str, Any] | None = None,
    permission: str = "manage_grids",
) -> GridNode:
    """Rename a node, change its code or its boundary (None leaves them)."""
    node = _locked(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    code, name = tidy_line(code or node.code), tidy_line(name)
    _check_words(code=code, name=name, besides=node.pk)
    before = {"name": node.name, "code": node.code}
    node.name, node.code = name, code
    node.boundary = node.boundary if boundary is None else boundary
    # Not save(): MPTT would look at the tree again, which did not change.
    GridNode.objects.filter(pk=node.pk).update(
        name=node.name, code=node.code, boundary=node.boundary
    )
    _record(node, name="edited", actor=actor, before=before, after=node.name)
    return node


@transaction.atomic
def move_node(
    *,
    actor: User | None,
    node_id: UUID,
    new_parent_id: UUID,
    permission: str = "manage_grids",
) -> GridNode:
    """Re-parent a node with everything below it, within its tenant.

    Both rows are read *after* the lock: MPTT computes the move from the values
    in memory, and those may be stale before it. What lies on the moved nodes
    follows to the new township by foreign key.
    """
    acquire(Lock.GRID_TREE)
    node = _locked(node_id)
    new_parent = find_parent(new_parent_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
        access.require(actor, permission, [new_parent.pk])
    if node.parent_id is None or _is_within(new_parent, node):
        raise DomainError(_("A grid cannot be moved below itself."), field="parent")
    _check_place(new_parent, node.kind)
    before = node.parent_id
    node.move_to(new_parent, "last-child")
    node.refresh_from_db()
    township = node.pk if node.kind == NodeKind.TOWNSHIP else new_parent.township_id
    GridNode.objects.filter(pk=node.pk).update(parent_kind=new_parent.kind)
    if township != node.township_id:
        GridNode.objects.within(node).update(township_id=township)
    node.refresh_from_db()
    _record(
        node, name="moved", actor=actor, before=str(before), after=str(new_parent.pk)
    )
    return node


@transaction.atomic
def retire_node(
    *,
    actor: User | None,
    node_id: UUID,
    on: date,
    permission: str = "manage_grids",
) -> GridNode:
    """Take a node out of use; it and its history stay, old codes still resolve."""
    acquire(Lock.GRID_TREE)
    node = _locked(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    if node.parent_id is None:
        raise DomainError(_("The county itself cannot be retired."))
    if node.is_retired:
        raise InvalidTransition(_("This grid is already retired."))
    if GridNode.objects.within(node).exclude(pk=node.pk).in_force().exists():
        raise DomainError(
            _("Move or retire the grids below first; they would lose their place.")
        )
    GridNode.objects.filter(pk=node.pk).update(retired_on=on)
    node.retired_on = on
    _record(node, name="retired", actor=actor, on=on.isoformat())
    return node


@transaction.atomic
def restore_node(
    *, actor: User | None, node_id: UUID, permission: str = "manage_grids"
) -> GridNode:
    """Put a retired node back into use."""
    acquire(Lock.GRID_TREE)
    node = _locked(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    if not node.is_retired:
        raise InvalidTransition(_("This grid is in use."))
    if node.parent is not None and node.parent.is_retired:
        raise DomainError(_("Restore the grid above first."))
    GridNode.objects.filter(pk=node.pk).update(retired_on=None)
    node.retired_on = None
    _record(node, name="restored", actor=actor)
    return node


def find_parent(parent_id: UUID) -> GridNode:
    """The node to hang something below. Foreign and unknown ids read the same."""
    parent: GridNode | None = GridNode.objects.filter(pk=parent_id).first()
    if parent is None:
        raise DomainError(_("This grid does not exist."), field="parent")
    if parent.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="parent")
    return parent


def _locked(node_id: UUID) -> GridNode:
    node: GridNode | None = (
        GridNode.objects.select_for_update(of=("self",)).filter(pk=node_id).first()
    )
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    return node


def _is_within(node: GridNode, above: GridNode) -> bool:
    return bool(GridNode.objects.within(above).filter(pk=node.pk).exists())


def _check_place(parent: GridNode, kind: str) -> None:
    if kind not in CHILDREN[parent.kind]:
        raise DomainError(
            _("A grid of this kind cannot stand under “%(parent)s”.")
            % {"parent": parent.name},
            field="parent",
        )


def _check_words(*, code: str, name: str, besides: UUID | None = None) -> None:
    if not name:
        raise DomainError(_("Enter a name."), field="name")
    if not code:
        raise DomainError(_("Enter a code."), field="code")
    same = GridNode.objects.filter(code=code)
    if besides is not None:
        same = same.exclude(pk=besides)
    if same.exists():
        raise DomainError(_("This code is already in use."), field="code")


def _record(
    node: GridNode, *, name: str, actor: User | None, **details: Any
) -> GridEvent:
    permissions = ["manage_grids", "edit_enterprises"]
    event: GridEvent = GridEvent.objects.create(
        node=node,
        name=name,
        actor=actor,
        on_behalf_of_id=access.acting_for(actor, permissions, [node.pk]),
        details=details,
    )
    return event
