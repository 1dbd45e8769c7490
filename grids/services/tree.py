"""Structural writes: one node at a time, one lock per tenant, read after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids import access, previews
from grids.kinds import CHILDREN, NodeKind
from grids.models import GridEvent, GridNode
from grids.pointing import pointers
from grids.services.codes import heir_of, keep_former, settle_codes
from grids.services.placing import lay_out, place_below
from grids.services.widening import check_own_reach
from tenants.errors import Conflict, DomainError, InvalidTransition
from tenants.ids import new_id
from tenants.locks import Lock, acquire
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from tenants.models import Tenant

MANAGE = "manage_grids"


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
    record(root, name="created", actor=None)
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
    permission: str = MANAGE,
) -> GridNode:
    """Insert a node below ``parent_id``.

    Tree writes are serialised: a place is free only under the lock. ``actor`` is
    asked for ``permission`` on the parent; None is the platform itself. Raises
    ``DomainError`` at ``parent``, ``kind``, ``code`` or ``name``, which no sibling
    in use may have.
    """
    acquire(Lock.GRID_TREE)
    parent = find_parent(parent_id)
    if actor is not None:
        access.require(actor, permission, [parent.pk])
    code, name = tidy_line(code), tidy_line(name)
    _check_place(parent, kind)
    _check_words(code=code, name=name)
    _check_name(parent, kind=kind, name=name)
    settle_codes({code: kind})
    pk = new_id()
    is_township = kind == NodeKind.TOWNSHIP
    place = place_below(parent, kind)
    node = GridNode(
        id=pk,
        parent=parent,
        parent_kind=parent.kind,
        township_id=pk if is_township else parent.township_id,
        tree_id=parent.tree_id,
        lft=place.lft,
        rght=place.rght,
        level=place.level,
        kind=kind,
        code=code,
        name=name,
        boundary=boundary,
    )
    # Not save(): MPTT would make room by numbering everything to the right anew.
    GridNode.objects.bulk_create([node])
    record(node, name="created", actor=actor, parent=str(parent.pk))
    return node


@transaction.atomic
def edit_node(
    *,
    actor: User | None,
    node_id: UUID,
    name: str,
    code: str | None = None,
    boundary: dict[str, Any] | None = None,
    permission: str = MANAGE,
) -> GridNode:
    """Rename a node, change its code or its boundary (None leaves them).

    The old code leads to the node as well from then on.
    """
    acquire(Lock.GRID_TREE)
    node = lock_node(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    code, name = tidy_line(code or node.code), tidy_line(name)
    _check_words(code=code, name=name)
    before = {"name": node.name, "code": node.code}
    if name != node.name and node.parent is not None and not node.is_retired:
        _check_name(node.parent, kind=node.kind, name=name)
    if code != node.code:
        settle_codes({code: node.kind}, besides=node)
    node.name, node.code = name, code
    node.boundary = node.boundary if boundary is None else boundary
    # Not save(): MPTT would look at the tree again, which did not change.
    GridNode.objects.filter(pk=node.pk).update(
        name=node.name, code=node.code, boundary=node.boundary
    )
    if code != before["code"]:
        keep_former(node, before["code"])
    record(node, name="edited", actor=actor, before=before, after=node.name)
    return node


@transaction.atomic
def move_node(
    *,
    actor: User | None,
    node_id: UUID,
    new_parent_id: UUID,
    permission: str = MANAGE,
    seen: str | None = None,
) -> GridNode:
    """Re-parent a node with everything below it, within its tenant.

    Both rows are read *after* the lock; before it they may be stale. What lies on
    the moved nodes follows to the new township by foreign key. ``seen`` is the
    fingerprint of the preview that was confirmed.
    """
    acquire(Lock.GRID_TREE)
    node = lock_node(node_id)
    new_parent = find_parent(new_parent_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
        access.require(actor, permission, [new_parent.pk])
    if node.parent_id is None or is_within(new_parent, node):
        raise DomainError(_("A grid cannot be moved below itself."), field="parent")
    _check_place(new_parent, node.kind)
    if seen is not None:
        check_seen(previews.preview_move(node=node, parent=new_parent), seen)
    if permission == MANAGE:  # in the register, an entry goes where it lies
        check_own_reach(actor, node=node, target=new_parent, merges=False)
    before = node.parent_id
    lay_out(moved={node.pk: new_parent.pk})
    node.refresh_from_db()
    record(
        node, name="moved", actor=actor, before=str(before), after=str(new_parent.pk)
    )
    return node


@transaction.atomic
def retire_node(
    *,
    actor: User | None,
    node_id: UUID,
    on: date,
    reason: str = "",
    permission: str = MANAGE,
    seen: str | None = None,
) -> GridNode:
    """Take a node out of use; it and its history stay, old codes still resolve.

    Refused while anything needs it: grids below, open cases on the grid itself,
    trades and enterprises of a department. ``reason`` stays with the event; a
    person who retires a grid by hand has to give one. ``seen`` is the fingerprint of the
    preview that was confirmed.
    """
    acquire(Lock.GRID_TREE)
    node = lock_node(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    reason = tidy(reason)
    if node.parent_id is None:
        raise DomainError(_("The county itself cannot be retired."))
    if node.is_retired:
        raise InvalidTransition(_("This grid is already retired."))
    if GridNode.objects.within(node).exclude(pk=node.pk).in_force().exists():
        raise DomainError(
            _(
                "Move or retire the grids and enterprises below first; they would lose "
                "their place."
            )
        )
    _check_nothing_needs(node)
    if actor is not None and permission == MANAGE and not reason:
        raise DomainError(_("Say why it is retired."), field="reason")
    if seen is not None:
        check_seen(previews.preview_retire(node=node), seen)
    GridNode.objects.filter(pk=node.pk).update(retired_on=on)
    node.retired_on = on
    record(node, name="retired", actor=actor, note=reason, on=on.isoformat())
    return node


@transaction.atomic
def restore_node(
    *, actor: User | None, node_id: UUID, permission: str = MANAGE
) -> GridNode:
    """Put a retired node back into use."""
    acquire(Lock.GRID_TREE)
    node = lock_node(node_id)
    if actor is not None:
        access.require(actor, permission, [node.pk])
    if not node.is_retired:
        raise InvalidTransition(_("This grid is in use."))
    if node.merged_into is not None:
        raise DomainError(
            _("This grid was merged into “%(grid)s”, which answers for it.")
            % {"grid": node.merged_into.name}
        )
    if node.parent is not None and node.parent.is_retired:
        raise DomainError(_("Restore the grid above first."))
    GridNode.objects.filter(pk=node.pk).update(retired_on=None)
    node.retired_on = None
    record(node, name="restored", actor=actor)
    return node


def find_parent(parent_id: UUID) -> GridNode:
    """The node to hang something below. Foreign and unknown ids read the same.

    For one that was merged, the one that took it over: forms and lists that were
    made before name the old one.
    """
    found = GridNode.objects.select_related("merged_into").filter(pk=parent_id).first()
    if found is None:
        raise DomainError(_("This grid does not exist."), field="parent")
    parent = heir_of(found)
    if parent.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="parent")
    return parent


def check_seen(preview: previews.Preview, seen: str) -> None:
    """Refuse what was confirmed when it is no longer what would happen."""
    if preview.fingerprint != seen:
        raise Conflict(
            _("Something has changed meanwhile. Look at what goes along once more.")
        )


def _check_nothing_needs(node: GridNode) -> None:
    for pointer in pointers():
        if n := pointer.unsettled([node.pk]).count():
            raise DomainError(
                _(
                    "It still has open rows: %(name)s, %(n)s in all. Settle them, "
                    "or merge the grid into another one that takes them over."
                )
                % {"name": pointer.name, "n": n}
            )


def lock_node(node_id: UUID, *, field: str = "node") -> GridNode:
    node: GridNode | None = (
        GridNode.objects.select_for_update(of=("self",)).filter(pk=node_id).first()
    )
    if node is None:
        raise DomainError(_("This grid does not exist."), field=field)
    return node


def is_within(node: GridNode, above: GridNode) -> bool:
    return bool(GridNode.objects.within(above).filter(pk=node.pk).exists())


def _check_place(parent: GridNode, kind: str) -> None:
    if kind not in CHILDREN[parent.kind]:
        raise DomainError(
            _("A grid of this kind cannot stand under “%(parent)s”.")
            % {"parent": parent.name},
            field="parent",
        )


def _check_words(*, code: str, name: str) -> None:
    if not name:
        raise DomainError(_("Enter a name."), field="name")
    if not code:
        raise DomainError(_("Enter a code."), field="code")


def _check_name(parent: GridNode, *, kind: str, name: str) -> None:
    """Siblings in use are told apart by name; two enterprises may well share one."""
    if kind == NodeKind.ENTERPRISE:
        return
    siblings = GridNode.objects.filter(parent=parent, name=name).in_force()
    other = siblings.exclude(kind=NodeKind.ENTERPRISE).values_list("code").first()
    if other is not None:
        raise DomainError(
            _("“%(parent)s” has a grid of this name already (%(code)s).")
            % {"parent": parent.name, "code": other[0]},
            field="name",
        )


def record(
    node: GridNode, *, name: str, actor: User | None, note: str = "", **details: Any
) -> GridEvent:
    permissions = ["manage_grids", "edit_enterprises"]
    event: GridEvent = GridEvent.objects.create(
        node=node,
        name=name,
        actor=actor,
        on_behalf_of_id=access.acting_for(actor, permissions, [node.pk]),
        note=note,
        details=details,
    )
    return event
