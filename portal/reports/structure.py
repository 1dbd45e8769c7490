"""What a merger, split, move or retirement touches, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Enterprise, IndustrySubcategory
from grids.forms import SplitForm
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.models import Hazard
from portal.reports.grids import Figure, list_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from grids.previews import Preview

_ENTERPRISES: Final = Enterprise._meta.label
_HAZARDS: Final = Hazard._meta.label
UNFOLDED: Final = 12


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
        Figure(
            _("People with a role there"),
            len({held.user_id for held in preview.people}),
            "",
        ),
    ]
    found += [
        Figure(row.name, row.count, "")
        for row in preview.rows
        if row.label not in {_ENTERPRISES, _HAZARDS}
    ]
    return found


# What may be chosen ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A box of a long list. ``words`` are what a search looks through."""

    value: str
    name: str
    note: str
    is_chosen: bool

    @property
    def words(self) -> str:
        return f"{self.name} {self.note}".lower()


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of a kind."""

    label: Any
    rows: list[Choice]
    open: bool

    @property
    def chosen(self) -> int:
        return sum(row.is_chosen for row in self.rows)


def children_to_choose(node: GridNode, chosen: Collection[str]) -> list[Group]:
    """What stands directly below: grids by kind, enterprises by industry (two queries)."""
    below = GridNode.objects.filter(parent=node).in_force().order_by("kind", "code")
    units = {
        pk: (trade, category)
        for pk, trade, category in Enterprise.objects.filter(
            area_node__parent=node
        ).values_list(
            "area_node_id", "subcategory__name", "subcategory__category__name"
        )
    }
    grouped: dict[Any, list[Choice]] = {}
    for child in below.defer("boundary"):
        trade, category = units.get(child.pk, ("", ""))
        label = category or NodeKind(child.kind).label
        note = " · ".join(filter(None, (child.code, trade)))
        is_chosen = str(child.pk) in chosen
        grouped.setdefault(label, []).append(
            Choice(str(child.pk), child.name, note, is_chosen)
        )
    return _groups(grouped)


def trades_to_choose(node: GridNode, chosen: Collection[str]) -> list[Group]:
    """The industries of a department, with how many enterprises each has (one query)."""
    trades = IndustrySubcategory.objects.filter(department_node=node).order_by(
        "category__code", "code"
    )
    own = Count("enterprises", filter=Q(enterprises__department_node=node))
    grouped: dict[Any, list[Choice]] = {}
    for trade in trades.select_related("category").annotate(units=own):
        note = ngettext("%(n)s enterprise", "%(n)s enterprises", trade.units)
        grouped.setdefault(trade.category.name, []).append(
            Choice(
                str(trade.pk),
                trade.name,
                f"{trade.code} · {note % {'n': trade.units}}",
                str(trade.pk) in chosen,
            )
        )
    return _groups(grouped)


def _groups(grouped: dict[Any, list[Choice]]) -> list[Group]:
    """Folded where there are many: a page of sixty boxes is read by nobody."""
    few = sum(map(len, grouped.values())) <= UNFOLDED
    return [
        Group(label, rows, few or any(row.is_chosen for row in rows))
        for label, rows in grouped.items()
    ]


# What goes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What a split gives to the new grid."""

    children: list[UUID]
    rows: list[UUID]


def part_of(*, node: GridNode, given: dict[str, Any]) -> Part:
    """The chosen children, and the rows on the node itself that go along.

    Of an area the cases whose position is inside the boundary; of a department
    the chosen industries with their enterprises and cases.
    """
    outline = given.get("boundary")
    if given.get("how") == SplitForm.BY_BOUNDARY and outline:
        children = _children_inside(node, outline)
    else:
        children = list(
            GridNode.objects.filter(parent=node, pk__in=given["children"]).values_list(
                "pk", flat=True
            )
        )
    rows: list[UUID] = []
    if given.get("cases") == SplitForm.BY_POSITION and outline:
        cases = Hazard.objects.filter(area_node=node, longitude__isnull=False)
        rows = _inside(outline, cases.values_list("pk", "longitude", "latitude"))
    if given.get("trades"):
        rows += _of_trades(node, given["trades"])
    return Part(children, rows)


def _of_trades(node: GridNode, trades: Collection[str]) -> list[UUID]:
    """Industries of a department, their enterprises and the cases of these."""
    chosen = IndustrySubcategory.objects.filter(department_node=node, pk__in=trades)
    units = Enterprise.objects.filter(department_node=node, subcategory__in=chosen)
    cases = Hazard.objects.filter(department_node=node, enterprise__in=units)
    found: list[UUID] = []
    for rows in (chosen, units, cases):
        found += rows.order_by("pk").values_list("pk", flat=True)
    return found


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
