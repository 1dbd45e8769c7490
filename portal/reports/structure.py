"""What a merger, split, move or retirement touches, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from grids.forms import SplitForm
from grids.models import GridNode
from hazards.models import Hazard
from portal.reports.grids import Figure, list_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from grids.previews import Preview

_ENTERPRISES: Final = Enterprise._meta.label
_HAZARDS: Final = Hazard._meta.label


def figures(preview: Preview) -> list[Figure]:
    """The numbers of a preview, each with the rows behind it.

    A split touches a part only, which no list shows by itself.
    """
    node = preview.node
    opens = preview.action != "split"

    def address(name: str, **filters: str) -> str:
        return list_address(name, node, **filters) if opens else ""

    found = [
        Figure(
            _("Grids below it") if opens else _("Grids that go"),
            preview.nodes,
            node.get_absolute_url() if opens else "",
        ),
        Figure(
            _("Number of enterprises"),
            preview.count(_ENTERPRISES),
            address("enterprises:list"),
        ),
        Figure(
            _("Open hazards"),
            preview.unsettled(_HAZARDS),
            address("hazards:list", open="on"),
        ),
        Figure(_("Hazards in all"), preview.count(_HAZARDS), address("hazards:list")),
        Figure(_("People with a role there"), len(preview.people), ""),
    ]
    found += [
        Figure(row.name, row.count, "")
        for row in preview.rows
        if row.label not in {_ENTERPRISES, _HAZARDS}
    ]
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What a split gives to the new grid."""

    children: list[UUID]
    rows: list[UUID]


def part_of(*, node: GridNode, given: dict[str, Any]) -> Part:
    """The chosen children, and the cases whose position is inside the boundary."""
    outline = given["boundary"]
    if given["how"] == SplitForm.BY_BOUNDARY:
        children = _children_inside(node, outline)
    else:
        children = list(
            GridNode.objects.filter(parent=node, pk__in=given["children"]).values_list(
                "pk", flat=True
            )
        )
    rows: list[UUID] = []
    if given["cases"] == SplitForm.BY_POSITION:
        cases = Hazard.objects.filter(area_node=node, longitude__isnull=False)
        rows = _inside(outline, cases.values_list("pk", "longitude", "latitude"))
    return Part(children, rows)


def _children_inside(node: GridNode, outline: dict[str, Any]) -> list[UUID]:
    """Enterprises by their position, grids by a point inside their outline."""
    plants = Enterprise.objects.filter(
        area_node__parent=node, area_node__retired_on__isnull=True
    ).filter(longitude__isnull=False, latitude__isnull=False)
    positions: list[Any] = list(
        plants.values_list("area_node_id", "longitude", "latitude")
    )
    found = _inside(outline, positions)
    shape = _shape(outline)
    below = GridNode.objects.filter(parent=node, boundary__isnull=False).in_force()
    found += [
        n.pk for n in below if shape.covers(_shape(n.boundary).representative_point())
    ]
    return found


def _inside(outline: dict[str, Any], positions: Iterable[Any]) -> list[UUID]:
    shape = _shape(outline)
    import_module("shapely").prepare(shape)
    point = import_module("shapely").Point
    return [pk for pk, x, y in positions if shape.covers(point(float(x), float(y)))]


def _shape(outline: dict[str, Any]) -> Any:
    """shapely comes with the first split by a boundary, not with every process."""
    return import_module("shapely.geometry").shape(outline)
