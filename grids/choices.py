"""Grids as choices of a form or a filter: by kind, villages under their township."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grids.querysets import Reach

# What a row needs to stand among choices.
COLUMNS: Final = ("pk", "name", "kind", "township_id")
_AREAS: Final = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.DEPARTMENT)
# Whoever sees along a department line or the whole county meets every area.
_MEETS_ALL: Final = frozenset({NodeKind.COUNTY, NodeKind.DEPARTMENT})


def meets_all_areas(reach: Iterable[Reach]) -> bool:
    """Does this reach go across every township?"""
    return any(node.kind in _MEETS_ALL for node in reach)


def areas_met(reach: list[Reach]) -> Any:
    """Townships, villages and departments that rows within this reach may touch."""
    nodes = GridNode.objects.filter(kind__in=_AREAS).in_order()
    return nodes if meets_all_areas(reach) else nodes.reached(reach)


def of_kind(nodes: Iterable[tuple[Any, ...]], kind: str) -> list[tuple[Any, str]]:
    """The choices of one kind, from rows of ``COLUMNS``."""
    return [(pk, name) for pk, name, its_kind, _township in nodes if its_kind == kind]


def by_township(nodes: Iterable[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    """Villages under the name of their township; loose where that is not seen."""
    nodes = list(nodes)
    groups: dict[Any, list[tuple[Any, str]]] = {}
    names = {pk: name for pk, name, kind, _t in nodes if kind == NodeKind.TOWNSHIP}
    for pk, name, kind, township in nodes:
        if kind == NodeKind.VILLAGE:
            groups.setdefault(township, []).append((pk, name))
    if not names:
        return [option for options in groups.values() for option in options]
    return [(names.get(pk, ""), options) for pk, options in groups.items()]
