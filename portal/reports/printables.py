"""What is printed of a grid: the posting, the duty card, the map with its table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.masking import mask_phone
from enterprises.models import Enterprise, UnitType
from grids.kinds import NodeKind
from grids.models import (
    DutyUnit,
    GridNode,
    Phones,
    Post,
    PostRule,
    PrintRule,
    RoleAssignment,
)
from grids.posts import PostKind
from grids.services import proposed_print_rule
from grids.sides import Side, neighbours, sides
from portal.reports import sheet_map
from portal.reports.completion import scheme_in_force
from portal.reports.node_work import versions_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User

AT_MOST: Final = 60  # sheets at once; a township has some twenty villages
NUMBERED: Final = 80  # enterprises on one map
PRINTED_KINDS: Final = frozenset(
    {NodeKind.COUNTY, NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID}
)


# Which roles on a grid stand in which line of its posting.
RESPONSIBLE, WORKER, LIAISON = "responsible", "worker", "liaison"
LINES: Final = {
    RESPONSIBLE: gettext_lazy("Responsible person"),
    WORKER: gettext_lazy("Grid worker"),
    LIAISON: gettext_lazy("Liaison leader"),
}
_LINE_OF_ROLE: Final = {
    "bureau_leader": RESPONSIBLE,
    "township_leader": RESPONSIBLE,
    "grid_worker": WORKER,
}
_LINE_OF_POST: Final = {
    PostKind.RESPONSIBLE: RESPONSIBLE,
    PostKind.WORKER: WORKER,
    PostKind.LIAISON: LIAISON,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a posting, as the bureau lets him be shown there."""

    name: str
    title: str
    phone: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One grid with what every printable says of it."""

    node: GridNode
    way: list[str]
    rule: PrintRule
    posts: list[tuple[Any, list[Holder]]]
    sides: list[Side]
    address: str
    day: date

    @property
    def successor(self) -> tuple[str, str] | None:
        """Name and public address of the grid that answers for a merged one."""
        heir = self.node.merged_into
        return None if heir is None else (heir.name, public_address(heir))

    @property
    def sides_in_words(self) -> str:
        return "；".join(
            _("%(side)s: %(names)s") % {"side": side.direction, "names": side.words}
            for side in self.sides
        )

    @property
    def version(self) -> str:
        """Which state of affairs was printed."""
        return f"{self.node.code}-{self.day:%Y%m%d}"

    def lines(self, name: str) -> list[str]:
        return [line for line in getattr(self.rule, name).splitlines() if line.strip()]

    @property
    def duties(self) -> list[str]:
        return self.lines("duties")


@dataclass(frozen=True, slots=True)
class Card:
    """A duty card: the sheet, whose card it is, and what he looks after."""

    sheet: Sheet
    holder: Holder | None
    objects: list[tuple[Any, int]] = field(default_factory=list)
    items: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def others(self) -> list[tuple[Any, list[Holder]]]:
        """Whom the worker turns to: every line of the posting but his own."""
        own = LINES[WORKER]
        return [(label, held) for label, held in self.sheet.posts if label != own]

    @property
    def total(self) -> int:
        return sum(n for _label, n in self.objects)

    @property
    def tasks(self) -> list[str]:
        return self.sheet.lines("tasks")

    @property
    def frequency(self) -> list[str]:
        return self.sheet.lines("frequency")

    @property
    def forbidden(self) -> list[str]:
        return self.sheet.lines("forbidden")

    @property
    def reporting(self) -> list[str]:
        return self.sheet.lines("reporting")


# Which grids -------------------------------------------------------------------


def printed_nodes(node: GridNode, kind: str) -> list[GridNode]:
    """The grid itself, or those of a kind below it; ``AT_MOST`` of them."""
    if not kind:
        return [node]
    below = GridNode.objects.within(node).in_force().filter(kind=kind).in_order()
    return list(below.select_related("parent__parent")[:AT_MOST])


def kinds_below(node: GridNode) -> list[tuple[str, Any, int]]:
    """What can be printed in one go: ``(kind, its word, how many)``."""
    below = GridNode.objects.within(node).in_force().exclude(pk=node.pk)
    counted = Counter(below.order_by().values_list("kind", flat=True))
    order = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)
    return [(k.value, k.label, counted[k]) for k in order if counted[k]]


# Sheets ------------------------------------------------------------------------


def print_rule() -> PrintRule:
    """The bureau's texts; the proposed ones until they were stored."""
    found: PrintRule | None = PrintRule.objects.first()
    return found or proposed_print_rule()


def sheets(nodes: Sequence[GridNode], *, on: date, root: str) -> list[Sheet]:
    """A sheet per grid, in a number of queries that does not depend on how many.

    ``root`` is the beginning of the addresses in the codes.
    """
    rule = print_rule()
    holders = _holders([n.pk for n in nodes], rule, on=on)
    needed = _needed()
    around = neighbours(nodes)
    return [
        Sheet(
            node=node,
            way=_way(node),
            rule=rule,
            posts=[
                (label, held)
                for line, label in LINES.items()
                if (held := holders.get((node.pk, line), []))
                or (node.kind, line) in needed
            ],
            sides=sides(node, around),
            address=root + public_address(node),
            day=on,
        )
        for node in nodes
    ]


def public_address(node: GridNode) -> str:
    """Of the page behind the code. Printed sheets hang for years: never change it."""
    return reverse("portal:public-grid", args=[node.tenant_id, node.pk])


def _way(node: GridNode) -> list[str]:
    names = []
    above = node.parent
    while above is not None:
        names.append(above.name)
        above = above.parent
    return names[::-1]


def _needed() -> set[tuple[str, str]]:
    """``(kind of grid, line)`` where nobody is a vacancy; elsewhere a line that
    nobody holds is not printed (one query)."""
    rules = PostRule.objects.filter(is_needed=True).values_list("node_kind", "kind")
    return {(kind, _LINE_OF_POST[PostKind(post)]) for kind, post in rules}


def _holders(
    nodes: Sequence[UUID], rule: PrintRule, *, on: date
) -> dict[tuple[UUID, str], list[Holder]]:
    """Who holds which post on these very grids that day (two queries).

    Where nobody was appointed, whoever holds a role that does the same work.
    """
    held: dict[tuple[UUID, str], list[Holder]] = {}
    posts = Post.objects.in_force(on=on).filter(node_id__in=nodes)
    for post in posts.select_related("user").order_by("user__full_name"):
        line = _LINE_OF_POST[PostKind(post.kind)]
        held.setdefault((post.node_id, line), []).append(_holder(post.user, rule))
    appointed = frozenset(held)
    found = RoleAssignment.objects.in_force().filter(
        node_id__in=nodes, role__code__in=_LINE_OF_ROLE
    )
    for one in found.select_related("user", "role").order_by("user__full_name"):
        place = (one.node_id, _LINE_OF_ROLE[one.role.code])
        if place not in appointed:
            held.setdefault(place, []).append(_holder(one.user, rule))
    return held


def _holder(user: User, rule: PrintRule) -> Holder:
    shown = {Phones.FULL: user.phone, Phones.MASKED: mask_phone(user.phone)}
    return Holder(user.full_name, user.title, shown.get(Phones(rule.phones), ""))


# Cards -------------------------------------------------------------------------


def cards(found: Sequence[Sheet], *, user: User) -> list[Card]:
    """A card per worker of each grid, and a blank one where there is none."""
    seen = _objects(found, user)
    items = {
        kind: _items(kind, on=found[0].day)
        for kind in {sheet.node.kind for sheet in found}
    }
    return [
        Card(sheet, holder, seen.get(sheet.node.pk, []), items[sheet.node.kind])
        for sheet in found
        for holder in _workers(sheet)
    ]


def _items(kind: str, *, on: date) -> list[tuple[str, list[str]]]:
    """The work items of such a grid by how often they are due, the most frequent first.

    A sub-grid has the work of a village, of which it is a part.
    """
    asked = NodeKind.VILLAGE if kind == NodeKind.SUBGRID else kind
    grouped: dict[tuple[int, int], tuple[str, list[str]]] = {}
    for version in versions_for(scheme_in_force(on), asked, on):
        place = (list(DutyUnit).index(DutyUnit(version.unit)), -version.times)
        grouped.setdefault(place, (version.often, []))[1].append(version.name)
    return [grouped[place] for place in sorted(grouped)]


def _workers(sheet: Sheet) -> list[Holder | None]:
    """None for the card of a grid that waits for its worker."""
    return [*dict(sheet.posts).get(LINES[WORKER], [])] or [None]


def _objects(found: Sequence[Sheet], user: User) -> dict[UUID, list[tuple[Any, int]]]:
    """How many units of each kind lie in each grid, as far as the user sees.

    Those under direct supervision are nobody's to look after in the basic grid.
    Two queries for any number of cards: the units, and the way up from each.
    """
    reach = GridNode.objects.reach(user, "view_enterprises")
    units = Enterprise.objects.reached_by(reach).supervised().in_basic_grid().order_by()
    tops = {sheet.node.pk for sheet in found}
    above = ("area_node__parent_id", "area_node__parent__parent_id", "township_id")
    counted: dict[UUID, Counter[str]] = {pk: Counter() for pk in tops}
    for kind, *way in units.values_list("unit_type", *above):
        for pk in tops.intersection(way):
            counted[pk][kind] += 1
    labels = dict(UnitType.choices)
    return {
        pk: [(labels[kind], n) for kind, n in kinds.most_common()]
        for pk, kinds in counted.items()
    }


# Maps --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """A line of the table beside the map."""

    number: int
    name: str
    address: str
    is_placed: bool


@dataclass(frozen=True, slots=True)
class MapSheet:
    sheet: Sheet
    drawing: sheet_map.Drawing | None
    units: list[Unit]
    left_out: int


def map_sheets(found: Sequence[Sheet], *, user: User) -> list[MapSheet]:
    """The map of each grid, with the enterprises that the user sees, numbered."""
    reach = GridNode.objects.reach(user, "view_enterprises")
    return [_map_sheet(sheet, reach) for sheet in found]


def _map_sheet(sheet: Sheet, reach: Any) -> MapSheet:
    below = GridNode.objects.filter(parent=sheet.node, retired_on__isnull=True)
    below = below.exclude(kind=NodeKind.ENTERPRISE).order_by("code")
    seen = Enterprise.objects.reached_by(reach).within(sheet.node).supervised()
    rows = list(
        seen.order_by("area_node__code", "pk").values_list(
            "name", "address", "longitude", "latitude"
        )[: NUMBERED + 1]
    )
    left_out = max(seen.count() - NUMBERED, 0) if len(rows) > NUMBERED else 0
    rows = rows[:NUMBERED]
    numbered = list(enumerate(rows, start=1))
    points = [
        (n, float(lng), float(lat))
        for n, (_name, _address, lng, lat) in numbered
        if lng is not None and lat is not None
    ]
    return MapSheet(
        sheet=sheet,
        drawing=sheet_map.draw(sheet.node, below, points),
        units=[
            Unit(n, name, address, lng is not None)
            for n, (name, address, lng, _lat) in numbered
        ],
        left_out=left_out,
    )
