"""Who owns the safety work of which enterprise, along both lines (条×块).

Parts equal the whole: each enterprise stands in one cell of the matrix, and every
figure opens its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import (
    Case,
    CharField,
    Count,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import BoundaryDecision, BoundaryDuty, Enterprise
from grids.kinds import NodeKind
from grids.models import GridNode, Post
from grids.posts import PostKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from accounts.models import User

# Who owns the safety work of a grid; the liaison leader only looks after it.
OWNERS: Final = (PostKind.WORKER, PostKind.RESPONSIBLE)

AREA: Final = (
    ("none", _("No owner")),
    ("one", _("One owner")),
    ("several", _("Two owners")),
)
DEPARTMENT: Final = (
    ("unknown", _("No competent department")),
    ("none", _("Department without a responsible person")),
    ("one", _("One responsible person")),
    ("several", _("Two responsible persons")),
)
MISSING: Final = ("missing", _("Nobody on the department line"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and the address of its rows."""

    value: int
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the matrix or of the table of townships."""

    label: Any
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True, slots=True)
class Owners:
    """The report: parts that equal the whole, each of them with its rows."""

    on: date
    matrix: list[Row]
    matrix_total: Row
    townships: list[Row]
    townships_total: Row
    nothing: Cell
    edge: list[Cell]  # boundary duties, as in ``DEPARTMENT``
    edge_total: Cell


def with_owners(rows: Any, *, on: date) -> Any:
    """Enterprises with what their two lines say: ``area`` and ``department``.

    The area line ends at the basic grid: the enterprise's own node, its sub-grid
    and village; the township where a unit stands directly below it.
    """
    posts = Post.objects.in_force(on=on).filter(kind__in=OWNERS).order_by()
    responsible = posts.filter(kind=PostKind.RESPONSIBLE)
    return rows.annotate(
        area=Case(
            When(_on_area(_doubled(posts)), then=Value("several")),
            When(_on_area(posts.values("node_id")), then=Value("one")),
            default=Value("none"),
            output_field=CharField(),
        ),
        department=Case(
            When(department_node_id__isnull=True, then=Value("unknown")),
            When(department_node_id__in=_doubled(responsible), then=Value("several")),
            When(
                department_node_id__in=responsible.values("node_id"),
                then=Value("one"),
            ),
            default=Value("none"),
            output_field=CharField(),
        ),
    )


def _doubled(posts: Any) -> Any:
    """Nodes on which two people hold the same post."""
    found = posts.values("node_id", "kind").annotate(people=Count("pk"))
    return found.filter(people__gt=1).values("node_id")


def _on_area(nodes: Any) -> Q:
    return (
        Q(area_node_id__in=nodes)
        | Q(area_node__parent_id__in=nodes)
        | Q(
            area_node__parent__kind=NodeKind.SUBGRID,
            area_node__parent__parent_id__in=nodes,
        )
    )


def supervised_of(user: User) -> Any:
    """The enterprises that the report is about, as far as one sees them."""
    return Enterprise.objects.visible_to(user).supervised()


def owners(*, user: User, on: date) -> Owners:
    """How many enterprises have which owners, in all and by township (three queries)."""
    grouped = (
        with_owners(supervised_of(user).order_by(), on=on)
        .values_list("township_id", "area", "department")
        .annotate(n=Count("pk"))
    )
    counted: dict[tuple[Any, str, str], int] = {
        (township, area, department): n for township, area, department, n in grouped
    }
    places = {township for township, _area, _department in counted}
    named = GridNode.objects.filter(pk__in=places).in_order()
    townships = list(named.values_list("pk", "name", "kind"))
    lines = [
        _township_row(
            counted, pk, _("In no township") if kind == NodeKind.COUNTY else name
        )
        for pk, name, kind in townships
    ]
    return Owners(
        on=on,
        matrix=[_matrix_row(counted, area, label) for area, label in AREA],
        matrix_total=_matrix_row(counted, "", _("Total")),
        townships=lines,
        townships_total=_township_row(counted, None, _("Total")),
        nothing=_nothing(counted, None),
        **_edge(on),
    )


def duties_with_owner(*, on: date) -> Any:
    """Boundary duties with ``owner``: what the department line says of each.

    A business form has no place: on the area line its units count where they
    stand, like all others.
    """
    posts = Post.objects.in_force(on=on).filter(kind=PostKind.RESPONSIBLE).order_by()
    decisions = BoundaryDecision.objects.filter(
        duty=OuterRef("pk"), valid_to__isnull=True
    )
    return BoundaryDuty.objects.annotate(
        department=Subquery(decisions.values("department_node_id")[:1])
    ).annotate(
        owner=Case(
            When(department__isnull=True, then=Value("unknown")),
            When(department__in=_doubled(posts), then=Value("several")),
            When(department__in=posts.values("node_id"), then=Value("one")),
            default=Value("none"),
            output_field=CharField(),
        )
    )


def _edge(on: date) -> dict[str, Any]:
    """How many boundary duties have which owner (one query)."""
    grouped = duties_with_owner(on=on).order_by().values_list("owner")
    counted = dict(grouped.annotate(Count("pk")))
    address = reverse("boundary:list")
    return {
        "edge": [
            Cell(
                counted.get(name, 0),
                f"{address}?{urlencode({'owner': name})}",
                "red" if counted.get(name) and name != "one" else "",
            )
            for name, _label in DEPARTMENT
        ],
        "edge_total": Cell(sum(counted.values()), address),
    }


def _count(
    counted: dict[tuple[Any, str, str], int],
    *,
    township: Any = None,
    areas: Collection[str] = (),
    departments: Collection[str] = (),
) -> int:
    return sum(
        n
        for (where, area, department), n in counted.items()
        if (township is None or where == township)
        and (not areas or area in areas)
        and (not departments or department in departments)
    )


def _cell(
    counted: dict[tuple[Any, str, str], int],
    *,
    township: Any = None,
    area: str = "",
    department: str = "",
    is_fault: bool = False,
) -> Cell:
    value = _count(
        counted,
        township=township,
        areas=(area,) if area else (),
        departments=(department,) if department else (),
    )
    return Cell(
        value,
        _address(township=township, area=area, department=department),
        "red" if is_fault and value else "",
    )


def _address(**chosen: Any) -> str:
    given = {name: value for name, value in chosen.items() if value}
    address = reverse("posts:owned")
    return f"{address}?{urlencode(given)}" if given else address


def _matrix_row(counted: dict[tuple[Any, str, str], int], area: str, label: Any) -> Row:
    return Row(
        label,
        [
            _cell(
                counted,
                area=area,
                department=department,
                is_fault=bool(area) and (area != "one" or department != "one"),
            )
            for department, _label in DEPARTMENT
        ],
        _cell(counted, area=area),
    )


def _township_row(
    counted: dict[tuple[Any, str, str], int], township: Any, label: Any
) -> Row:
    return Row(
        label,
        [
            _cell(counted, township=township, area="none", is_fault=True),
            _cell(counted, township=township, area="several", is_fault=True),
            _cell(counted, township=township, department="unknown", is_fault=True),
            _cell(counted, township=township, department="none", is_fault=True),
            _nothing(counted, township),
        ],
        _cell(counted, township=township),
    )


def _nothing(counted: dict[tuple[Any, str, str], int], township: Any) -> Cell:
    """Both lines are missing: nobody at all answers for the enterprise."""
    value = _count(
        counted, township=township, areas=("none",), departments=("unknown", "none")
    )
    address = _address(township=township, area="none", department="missing")
    return Cell(value, address, "red" if value else "")


@dataclass(frozen=True, slots=True)
class Owned:
    """An enterprise with what its lines say in words."""

    enterprise: Enterprise
    area: Any
    department: Any
    area_tone: str
    department_tone: str


def rows(
    *,
    user: User,
    on: date,
    area: str = "",
    department: str = "",
    township: GridNode | None = None,
    nothing: bool = False,
) -> Any:
    """The enterprises behind a figure."""
    found = with_owners(supervised_of(user), on=on).for_list()
    if nothing:
        return found.none()
    if township is not None:
        found = found.filter(township=township)
    if area:
        found = found.filter(area=area)
    if department == MISSING[0]:
        found = found.filter(department__in=("unknown", "none"))
    elif department:
        found = found.filter(department=department)
    return found.order_by("township__code", "name", "pk")


def shown(found: Iterable[Any]) -> list[Owned]:
    """The same in words."""
    areas, departments = dict(AREA), dict(DEPARTMENT)
    return [
        Owned(
            enterprise=each,
            area=areas[each.area],
            department=departments[each.department],
            area_tone="active" if each.area == "one" else "failed",
            department_tone="active" if each.department == "one" else "failed",
        )
        for each in found
    ]
