"""Bulk writes: a whole branch, numbered in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids.kinds import CHILDREN
from grids.models import GridNode
from grids.services.placing import insert, lay_out
from tenants.errors import DomainError
from tenants.ids import new_id
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node to build. ``parent`` is the code of its parent, new or existing."""

    code: str
    parent: str
    kind: str
    name: str
    boundary: dict[str, Any] | None = None


@transaction.atomic
def build_tree(*, specs: Sequence[NodeSpec]) -> dict[str, GridNode]:
    """Add many nodes to the active tenant's tree at once; returns them by code.

    Specs come with parents before children. The tree is read under the lock and
    all places are found in one pass: 8,500 nodes take less than a second, where
    inserting one by one takes minutes. Raises ``DomainError`` naming the code
    that is wrong; then nothing is stored.
    """
    acquire(Lock.GRID_TREE)
    existing = {node.code: node for node in GridNode.objects.defer("boundary")}
    if not existing:
        raise DomainError(_("The tenant has no root grid yet."))
    fresh = _fresh_nodes(specs, existing)
    newcomers = list(fresh.values())
    lay_out(fresh=newcomers)
    insert(newcomers)
    return fresh


def _fresh_nodes(
    specs: Sequence[NodeSpec], existing: dict[str, GridNode]
) -> dict[str, GridNode]:
    fresh: dict[str, GridNode] = {}
    by_id: dict[UUID, GridNode] = {}
    for spec in specs:
        parent = fresh.get(spec.parent) or existing.get(spec.parent)
        if parent is None:
            raise _wrong(spec, _("its parent does not exist"))
        if spec.code in existing or spec.code in fresh:
            raise _wrong(spec, _("the code is already in use"))
        if spec.kind not in CHILDREN[parent.kind]:
            raise _wrong(spec, _("it cannot stand under a grid of this kind"))
        node = GridNode(
            id=new_id(),
            parent_id=parent.pk,
            parent_kind=parent.kind,
            kind=spec.kind,
            code=spec.code,
            name=spec.name,
            boundary=spec.boundary,
        )
        fresh[spec.code] = by_id[node.pk] = node
    return fresh


def _wrong(spec: NodeSpec, why: Any) -> DomainError:
    return DomainError(
        _("Grid %(code)s: %(why)s.") % {"code": spec.code, "why": why}, field="code"
    )
