"""Grids as choices of a form or a filter: by kind, villages under their township."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grids.querysets import Reach

# What a row needs to stand among choices.
COLUMNS: Final = ("pk", "name", "kind", "township_id", "code")
# A select of more than this is searched in, not scrolled through (picker.js).
MANY: Final = 25
# As many as tiles may lead through, group by group.
GUIDED: Final = 200
_AREAS: Final = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.DEPARTMENT)
# Whoever sees along a department line or the whole county meets every area.
_MEETS_ALL: Final = frozenset({NodeKind.COUNTY, NodeKind.DEPARTMENT})


class SearchableSelect(forms.Select):
    """A select whose options are found by name, by its initials, or by code.

    Without script it is a select like any other; the codes stand beside its
    options for the search alone.
    """

    def __init__(self, attrs: Any = None, *, codes: Mapping[Any, str]) -> None:
        super().__init__({"data-picker": True, **(attrs or {})})
        self.codes = codes

    def create_option(self, name: str, value: Any, *more: Any, **named: Any) -> Any:
        option = super().create_option(name, value, *more, **named)
        if code := self.codes.get(value):
            option["attrs"]["data-code"] = code
        return option


def offer(
    field: Any,
    options: Iterable[tuple[Any, Any]],
    *,
    nothing: Any,
    codes: Mapping[Any, str] | None = None,
) -> None:
    """Give a field its options, in groups or not, and a search where they are many.

    ``nothing`` is what the empty choice says.
    """
    options = list(options)
    if leaves(options) > MANY:
        field.widget = SearchableSelect(field.widget.attrs, codes=codes or {})
    field.widget.choices = [("", nothing), *options]


def search_if_many(field: Any, codes: Mapping[Any, str]) -> None:
    """A guided choice is searched in as well where a screen cannot hold it."""
    if len(codes) > GUIDED:
        field.widget = SearchableSelect(codes=codes)


def leaves(options: Iterable[tuple[Any, Any]]) -> int:
    """How many there are to choose from, whatever their groups."""
    return sum(len(o) if isinstance(o, list) else 1 for _key, o in options)


def codes_of(nodes: Iterable[tuple[Any, ...]]) -> dict[Any, str]:
    """The codes of rows of ``COLUMNS``."""
    return {pk: code for pk, *_more, code in nodes}


def meets_all_areas(reach: Iterable[Reach]) -> bool:
    """Does this reach go across every township?"""
    return any(node.kind in _MEETS_ALL for node in reach)


def areas_met(reach: list[Reach]) -> Any:
    """Townships, villages and departments that rows within this reach may touch."""
    nodes = GridNode.objects.filter(kind__in=_AREAS).in_order()
    return nodes if meets_all_areas(reach) else nodes.reached(reach)


def of_kind(nodes: Iterable[tuple[Any, ...]], kind: str) -> list[tuple[Any, str]]:
    """The choices of one kind, from rows of ``COLUMNS``."""
    return [(pk, name) for pk, name, its_kind, *_more in nodes if its_kind == kind]


def by_township(nodes: Iterable[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    """Villages under the name of their township; loose where that is not seen."""
    nodes = list(nodes)
    groups: dict[Any, list[tuple[Any, str]]] = {}
    names = {pk: name for pk, name, kind, *_ in nodes if kind == NodeKind.TOWNSHIP}
    for pk, name, kind, township, _code in nodes:
        if kind == NodeKind.VILLAGE:
            groups.setdefault(township, []).append((pk, name))
    if not names:
        return [option for options in groups.values() for option in options]
    return [(names.get(pk, ""), options) for pk, options in groups.items()]
