"""The grid tree with what lies on it: enterprises and hazards, as far as one sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from grids.access import people_on
from grids.filters import GridNodeFilter
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.posts import PostKind
from hazards.models import Hazard
from hazards.workflow import ON_THE_CLOCK
from portal.reports.posts import NodePosts, posts_of_node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from accounts.models import User
    from grids.models import RoleAssignment

SEE_GRIDS: Final = "view_grids"
MANAGE_GRIDS: Final = "manage_grids"
FOUND_AT_MOST: Final = 50
STEPS_SHOWN: Final = 20
_WITH: Final = ("parent", "township", "merged_into")
# The filter of the lists of enterprises and hazards that means such a node.
_FILTERED_BY: Final = {
    NodeKind.TOWNSHIP: "township",
    NodeKind.VILLAGE: "village",
    NodeKind.DEPARTMENT: "department",
}
_DONE: Final = {
    "created": gettext_lazy("Set up"),
    "edited": gettext_lazy("Edited"),
    "moved": gettext_lazy("Moved"),
    "retired": gettext_lazy("Retired"),
    "restored": gettext_lazy("Restored"),
    "merged": gettext_lazy("Merged into another grid"),
    "took_over": gettext_lazy("Took over another grid"),
    "split": gettext_lazy("Split"),
    "split_off": gettext_lazy("Split off from another grid"),
    "boundary_set": gettext_lazy("Boundary drawn"),
    "boundary_imported": gettext_lazy("Boundary imported"),
    "boundary_removed": gettext_lazy("Boundary taken away"),
    "appointed": gettext_lazy("Appointed to a post"),
    "post_ended": gettext_lazy("Post ended"),
    "handed_over": gettext_lazy("Handed over"),
    "leave_entered": gettext_lazy("Substitute named"),
    "leave_cancelled": gettext_lazy("Leave cancelled"),
}


def list_address(name: str, node: GridNode, **filters: str) -> str:
    """The list of a node's rows; empty where the list has no such filter."""
    if node.kind == NodeKind.COUNTY:
        chosen = filters
    elif by := _FILTERED_BY.get(NodeKind(node.kind)):
        chosen = {by: str(node.pk), **filters}
    else:
        return ""
    return f"{reverse(name)}?{urlencode(chosen)}" if chosen else reverse(name)


# The tree -----------------------------------------------------------------------


@dataclass(slots=True)
class Branch:
    """A node with what stands below it.

    On a township, village or sub-grid ``enterprises`` are those of the basic grid
    and ``apart`` those under direct supervision, which stand outside of it. The
    county and the departments count both together.
    """

    node: GridNode
    enterprises: int = 0
    apart: int = 0
    branches: list[Branch] = field(default_factory=list)

    @property
    def enterprises_url(self) -> str:
        chosen = {"supervision": "basic"} if self.apart else {}
        return list_address("enterprises:list", self.node, **chosen)

    @property
    def apart_url(self) -> str:
        return list_address("enterprises:list", self.node, supervision="direct")

    @property
    def kinds_below(self) -> list[tuple[Any, int]]:
        """How many nodes of each kind are in use directly below."""
        counted: dict[str, int] = {}
        for branch in self.branches:
            if not branch.node.is_retired:
                kind = branch.node.kind
                counted[kind] = counted.get(kind, 0) + 1
        return [(NodeKind(kind).label, n) for kind, n in counted.items()]

    @property
    def retired_below(self) -> int:
        """How many stand directly below and are out of use."""
        return sum(branch.node.is_retired for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Tree:
    """The area line and the departments beside it."""

    areas: list[Branch]
    departments: list[Branch]
    # May the one who looks set up and change grids anywhere in the county?
    county_is_managed: bool = False

    def branch(self, key: str) -> Branch | None:
        """The branch of the node with this id, wherever it hangs."""
        waiting = [*self.areas, *self.departments]
        while waiting:
            branch = waiting.pop()
            if str(branch.node.pk) == key:
                return branch
            waiting += branch.branches
        return None


def tree(*, user: User) -> Tree:
    """What ``view_grids`` reaches, each node below its parent (four queries).

    Enterprises' own nodes are counted and not listed, except to somebody who
    sees nothing else.
    """
    reach = GridNode.objects.reach_by_permission(user)
    where = reach.get(SEE_GRIDS, [])
    nodes = GridNode.objects.reached(where).defer("boundary").in_order()
    own = [r.id for r in where if r.kind == NodeKind.ENTERPRISE]
    shown = nodes.exclude(kind=NodeKind.ENTERPRISE) | nodes.filter(pk__in=own)
    seen = Enterprise.objects.reached_by(reach.get("view_enterprises", [])).order_by()
    below, apart = _by_parent(seen)
    of_department = _count(seen, "department_node_id")
    branches: dict[UUID, Branch] = {}
    tops = []
    for node in shown:
        direct = of_department if node.is_department else below
        branch = Branch(node, direct.get(node.pk, 0))
        branch.apart = 0 if node.is_department else apart.get(node.pk, 0)
        branches[node.pk] = branch
        parent = branches.get(node.parent_id)
        if parent is None or (node.is_department and not parent.node.is_department):
            tops.append(branch)
        else:
            parent.branches.append(branch)
    _add_up(tops)
    return Tree(
        areas=[b for b in tops if not b.node.is_department],
        departments=[b for b in tops if b.node.is_department],
        county_is_managed=any(
            r.kind == NodeKind.COUNTY for r in reach.get(MANAGE_GRIDS, [])
        ),
    )


def _count(rows: Any, column: str) -> dict[UUID, int]:
    return dict(rows.values_list(column).annotate(Count("pk")))


def _by_parent(seen: Any) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Enterprises by the grid they stand in: of the basic grid, and apart from it."""
    found: tuple[dict[UUID, int], dict[UUID, int]] = ({}, {})
    grouped = seen.with_direct_supervision().values_list(
        "area_node__parent_id", "is_directly_supervised"
    )
    for parent, is_apart, n in grouped.annotate(Count("pk")):
        found[is_apart][parent] = n
    return found


def _add_up(branches: Iterable[Branch]) -> tuple[int, int]:
    """How many enterprises stand in all of them: in the basic grid, and apart."""
    total, apart = 0, 0
    for branch in branches:
        below, apart_below = _add_up(branch.branches)
        branch.enterprises += below
        branch.apart += apart_below
        total, apart = total + branch.enterprises, apart + branch.apart
        if branch.node.kind == NodeKind.COUNTY:
            branch.enterprises, branch.apart = branch.enterprises + branch.apart, 0
    return total, apart


def find(*, user: User, words: str) -> list[GridNode]:
    """Nodes whose name or code has these words in it, with their parents."""
    seen = GridNode.objects.granted(user, SEE_GRIDS).select_related("parent")
    seen = seen.defer("boundary", "parent__boundary").in_order()
    found = GridNodeFilter({"q": words.replace("\0", "")[:100]}, queryset=seen).qs
    return list(found[:FOUND_AT_MOST])


# One node -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """What lies on a node and below it, and the list that shows it."""

    label: Any
    value: int
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a node's course."""

    at: datetime
    label: Any
    actor: Any
    note: str
    on_behalf_of: Any = None


@dataclass(frozen=True, slots=True)
class NodePage:
    """Everything on the page of a node that is not a field of it."""

    crumbs: list[dict[str, Any]]
    people: list[RoleAssignment]
    posts: NodePosts
    children: list[GridNode]
    figures: list[Figure]
    course: list[Step]
    features: dict[str, Any]
    enterprise: Enterprise | None
    former_codes: list[str]


def node_of(*, user: User, pk: UUID) -> tuple[GridNode | None, dict[str, Any]]:
    """A node that the user may see, and what they hold where."""
    reach = GridNode.objects.reach_by_permission(user)
    seen = GridNode.objects.reached(reach.get(SEE_GRIDS, []))
    node = seen.select_related(*_WITH).filter(pk=pk)
    return node.defer(*(f"{name}__boundary" for name in _WITH)).first(), reach


def node_page(*, node: GridNode, reach: dict[str, Any], on: date) -> NodePage:
    """The page of a node, with what ``node_of`` gave."""
    below = list(
        GridNode.objects.filter(parent=node)
        .exclude(kind=NodeKind.ENTERPRISE)
        .order_by("kind", "code")
    )
    return NodePage(
        crumbs=_crumbs(node, reach),
        people=list(people_on(node.pk)),
        posts=posts_of_node(node, on=on),
        children=below,
        figures=_figures(node, reach, on),
        course=[_step(e) for e in _events(node)],
        features=_features(node, below),
        enterprise=Enterprise.objects.filter(area_node=node).first()
        if node.kind == NodeKind.ENTERPRISE
        else None,
        former_codes=list(node.former_codes.values_list("code", flat=True)),
    )


def _crumbs(node: GridNode, reach: dict[str, Any]) -> list[dict[str, Any]]:
    """The way down to the node; what one may not open is only named."""
    seen = GridNode.objects.reached(reach.get(SEE_GRIDS, [])).filter(pk=OuterRef("pk"))
    above = (
        GridNode.objects.above(node)
        .exclude(pk=node.pk)
        .defer("boundary")
        .annotate(is_seen=Exists(seen.order_by()))
    )
    return [
        {"label": _("Grids"), "url": reverse("grids:list")},
        *(
            {"label": n.name, "url": n.get_absolute_url() if n.is_seen else ""}
            for n in above
        ),
        {"label": node.name, "url": ""},
    ]


def _figures(node: GridNode, reach: dict[str, Any], on: date) -> list[Figure]:
    found = []
    if where := reach.get("view_enterprises"):
        found += _units(node, where)
    if where := reach.get("view_hazards"):
        late = Q(state__in=ON_THE_CLOCK, due_on__lt=on)
        counted = (
            Hazard.objects.reached_by(where)
            .within(node)
            .open()
            .aggregate(open=Count("pk"), overdue=Count("pk", filter=late))
        )
        found += [
            Figure(
                _("Open hazards"),
                counted["open"],
                list_address("hazards:list", node, open="on"),
            ),
            Figure(
                _("Overdue"),
                counted["overdue"],
                list_address("hazards:list", node, overdue="on"),
                "red" if counted["overdue"] else "",
            ),
        ]
    return found


def _units(node: GridNode, where: Any) -> list[Figure]:
    """Units of the basic grid, and beside them those that stand outside of it.

    The county and the departments count both together.
    """
    units = Enterprise.objects.reached_by(where).within(node)
    counted = units.with_direct_supervision().aggregate(
        whole=Count("pk"), direct=Count("pk", filter=Q(is_directly_supervised=True))
    )
    name, direct = "enterprises:list", counted["direct"]
    if not direct or node.kind == NodeKind.COUNTY or node.is_department:
        address = list_address(name, node)
        return [Figure(_("Number of enterprises"), counted["whole"], address)]
    return [
        Figure(
            _("Number of enterprises"),
            counted["whole"] - direct,
            list_address(name, node, supervision="basic"),
        ),
        Figure(
            _("Under direct supervision"),
            direct,
            list_address(name, node, supervision="direct"),
        ),
    ]


def _events(node: GridNode) -> Any:
    return node.events.select_related("actor", "on_behalf_of").order_by("-at", "-pk")[
        :STEPS_SHOWN
    ]


def _step(event: Any) -> Step:
    name = event.name
    if name == "boundary_set" and event.details.get("source") == "import":
        name = "boundary_imported"
    label = _DONE.get(name, name)
    note = _words(event.name, event.details)
    note = " · ".join(filter(None, (note, event.note)))
    return Step(event.at, label, event.actor, note, event.on_behalf_of)


def _words(name: str, details: dict[str, Any]) -> str:
    """What a line of the course adds to its label."""
    before, after = details.get("before"), details.get("after")
    if name == "edited" and before and before.get("name") != after:
        return f"{before['name']} → {after}"
    if name in {"appointed", "post_ended"}:
        return f"{_post(details)}: {details['person']}"
    if name == "handed_over":
        return f"{_post(details)}: {before} → {after}"
    if name in {"merged", "split"}:
        return f"→ {after}"
    if name in {"took_over", "split_off"}:
        return f"← {before}"
    if name in {"leave_entered", "leave_cancelled"}:
        when = f"{details['begins_on']} – {details['ends_on']}"
        return f"{details['person']} → {details['substitute']}, {when}"
    return ""


def _post(details: dict[str, Any]) -> str:
    return str(PostKind(details["kind"]).label)


def _features(node: GridNode, below: list[GridNode]) -> dict[str, Any]:
    """The outlines of the node and of what stands directly below it."""
    drawn = [n for n in below if n.boundary and not n.is_retired]
    features = [_outline(n, name=n.name, url=n.get_absolute_url()) for n in drawn] or [
        _outline(node, name=node.name)
    ]
    return {
        "type": "FeatureCollection",
        "features": [f for f in features if f["geometry"]],
    }


def _outline(node: GridNode, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": node.boundary, "properties": properties}
