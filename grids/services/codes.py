"""Codes that people type and papers carry: an old one leads to where things are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from grids.kinds import NodeKind
from grids.models import FormerCode, GridNode
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def node_with_code(code: str) -> GridNode | None:
    """The grid that answers for this code today; ``None`` for one that never was.

    A former code leads to its grid, and a merged grid to the one that took it over.
    """
    return nodes_with_codes([code.strip()]).get(code.strip())


def nodes_with_codes(codes: Collection[str]) -> dict[str, GridNode]:
    """The same for many, by the code as it was given (two queries)."""
    wanted = set(codes)
    nodes = GridNode.objects.filter(code__in=wanted).select_related("merged_into")
    found = {node.code: heir_of(node) for node in _light(nodes)}
    old = GridNode.objects.filter(former_codes__code__in=wanted - found.keys())
    former = dict(
        FormerCode.objects.filter(code__in=wanted - found.keys()).values_list(
            "code", "node_id"
        )
    )
    by_id = {n.pk: heir_of(n) for n in _light(old.select_related("merged_into"))}
    return found | {code: by_id[pk] for code, pk in former.items()}


def _light(nodes: Any) -> Any:
    return nodes.defer("boundary", "merged_into__boundary")


def heir_of(node: GridNode) -> GridNode:
    """The grid that took this one over, else the grid itself."""
    return node.merged_into or node


def settle_codes(kinds: Mapping[str, str], *, besides: GridNode | None = None) -> None:
    """Refuse codes that another grid has or had; ``kinds`` by code.

    The code of an enterprise's own grid is its unified code. If another
    enterprise had it, that was an error which has been corrected: the code goes
    to the one that it belongs to. A grid may take back a code of its own.
    """
    taken = GridNode.objects.filter(code__in=kinds)
    former = FormerCode.objects.filter(code__in=kinds).select_related("node")
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise DomainError(_("This code is already in use."), field="code")
    for row in former:
        corrected = {row.node.kind, kinds[row.code]} == {NodeKind.ENTERPRISE}
        if not corrected and row.node != besides:
            raise DomainError(
                _("“%(grid)s” had this code before: old papers lead there.")
                % {"grid": row.node.name},
                field="code",
            )
    former.delete()


def keep_former(node: GridNode, code: str) -> None:
    """From now on ``code`` is one that the node had."""
    FormerCode.objects.create(node=node, code=code)
