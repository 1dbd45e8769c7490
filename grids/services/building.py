"""Bulk writes: a whole branch, numbered in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids.kinds import CHILDREN
from grids.models import GridNode
from grids.services.codes import heir_of, nodes_with_codes, settle_codes
from grids.services.placing import insert, lay_out
from tenants.errors import DomainError
from tenants.ids import new_id
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    nodes = GridNode.objects.select_related("merged_into")
    existing = {n.code: n for n in nodes.defer("boundary", "merged_into__boundary")}
    if not existing:
        raise DomainError(_("The tenant has no root grid yet."))
    fresh = _fresh_nodes(specs, existing)
    settle_codes({node.code: node.kind for node in fresh.values()})
    newcomers = list(fresh.values())
    lay_out(fresh=newcomers)
    insert(newcomers)
    return fresh


def _fresh_nodes(
    specs: Sequence[NodeSpec], existing: dict[str, GridNode]
) -> dict[str, GridNode]:
    fresh: dict[str, GridNode] = {}
    above = _parents(specs, existing)
    for spec in specs:
        parent = fresh.get(spec.parent) or above.get(spec.parent)
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
        fresh[spec.code] = node
    return fresh


def _parents(
    specs: Sequence[NodeSpec], existing: dict[str, GridNode]
) -> dict[str, GridNode]:
    """Existing grids by every code that leads to them, former ones included."""
    known = {code: heir_of(node) for code, node in existing.items()}
    fresh = {spec.code for spec in specs}
    former = {spec.parent for spec in specs} - known.keys() - fresh
    return known | (nodes_with_codes(former) if former else {})


def _wrong(spec: NodeSpec, why: Any) -> DomainError:
    return DomainError(
        _("Grid %(code)s: %(why)s.") % {"code": spec.code, "why": why}, field="code"
    )
