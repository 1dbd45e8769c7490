"""Grid offices: what each has of the checklist, and the five standards computed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from grids.kinds import NodeKind
from grids.models import (
    DutyRole,
    GridNode,
    OfficeKind,
    OfficeMark,
    OfficeStandard,
    Post,
)
from grids.posts import PostKind
from portal.reports.completion import Share, by_township

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from grids.periods import Period

SEE: Final = "view_grids"


# The ten haves --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an office's checklist, with the statement that counts."""

    standard: OfficeStandard
    mark: OfficeMark | None
    photos: list[Any]


@dataclass(frozen=True, slots=True)
class Office:
    has_office: bool
    rows: list[Row]
    earlier: list[OfficeMark]

    @property
    def has(self) -> int:
        return sum(bool(row.mark and row.mark.has) for row in self.rows)


def office(*, node: GridNode) -> Office:
    """The checklist of one office (five queries)."""
    marks = OfficeMark.objects.filter(node=node).select_related("marked_by", "standard")
    current = {
        mark.standard_id: mark
        for mark in marks.filter(is_current=True).prefetch_related("photos")
    }
    return Office(
        has_office=OfficeKind.objects.filter(kind=node.kind).exists(),
        rows=[
            Row(
                standard,
                current.get(standard.pk),
                _pictures(current.get(standard.pk)),
            )
            for standard in OfficeStandard.objects.filter(is_active=True)
        ],
        earlier=list(marks.filter(is_current=False).order_by("-marked_at")[:20]),
    )


def _pictures(mark: OfficeMark | None) -> list[dict[str, str]]:
    if mark is None:
        return []
    return [
        {
            "url": _photo(row.photo_id, "marked"),
            "thumb_url": _photo(row.photo_id, "thumbnail"),
        }
        for row in mark.photos.all()
    ]


def _photo(photo_id: UUID, variant: str) -> str:
    return reverse("duties:photo", kwargs={"pk": photo_id, "variant": variant})


@dataclass(slots=True)
class OfficeLine:
    """A township: its own office, and those below it."""

    node: GridNode
    own: int | None = None
    offices: int = 0
    complete: int = 0
    below: list[tuple[GridNode, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Offices:
    standards: int
    lines: list[OfficeLine]
    whole: Share


def offices(*, user: User) -> Offices:
    """Every office the user sees with its x of ten (four queries)."""
    standards = OfficeStandard.objects.filter(is_active=True).count()
    kinds = list(OfficeKind.objects.values_list("kind", flat=True))
    nodes = (
        GridNode.objects.granted(user, SEE)
        .in_force()
        .filter(kind__in=kinds)
        .select_related("township")
        .defer("boundary", "township__boundary")
        .in_order()
    )
    having = OfficeMark.objects.filter(
        is_current=True, has=True, standard__is_active=True
    )
    has = dict(having.order_by().values_list("node").annotate(Count("pk")))
    lines: dict[UUID, OfficeLine] = {}
    whole = Share()
    for node in nodes:
        line = lines.setdefault(node.township_id, OfficeLine(node.township))
        n = has.get(node.pk, 0)
        line.offices += 1
        line.complete += n == standards
        whole.add(Share(int(n == standards), 1))
        if node.pk == node.township_id:
            line.own = n
        else:
            line.below.append((node, n))
    return Offices(standards, list(lines.values()), whole)


# The five alls --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the five: its name, its definition in words, and whether it counts yet."""

    code: str
    name: Any
    definition: Any
    counts: bool = True


STANDARDS: Final[dict[str, Standard]] = {
    each.code: each
    for each in (
        Standard(
            "areas",
            _("Every area is covered"),
            _(
                "Villages and sub-grids in use that have a boundary and a grid worker"
                " in office, of all villages and sub-grids in use. A sub-grid is"
                " covered by its own worker or by its village's."
            ),
        ),
        Standard(
            "units",
            _("Every unit is supervised"),
            _(
                "Units in operation that stand in a grid in use and have a competent"
                " department, of all units in operation. Units under direct"
                " supervision are counted for the county only."
            ),
        ),
        Standard(
            "key_points",
            _("Every key point is included"),
            _(
                "Key points included in the risk list, of all that were found. The"
                " risk list is not in the platform yet."
            ),
            counts=False,
        ),
        Standard(
            "daily_work",
            _("All daily work is done"),
            _(
                "Work items of grid workers and villages recorded, of those due in the"
                " chosen period. A grid owes a period that begins once it is set up."
            ),
        ),
        Standard(
            "records",
            _("Every check is recorded"),
            _(
                "Inspections with a complete record, of all inspections. Inspections"
                " are not in the platform yet."
            ),
            counts=False,
        ),
    )
}
WITH_ROWS: Final = frozenset({"areas", "units"})


@dataclass(slots=True)
class CoverageLine:
    key: Any
    label: str
    shares: dict[str, Share] = field(default_factory=dict)

    def cells(self) -> list[tuple[Standard, Share | None, str]]:
        """Each standard with its share, and the address of the rows behind it."""
        return [
            (standard, self.shares.get(code), self._address(code))
            for code, standard in STANDARDS.items()
        ]

    def _address(self, code: str) -> str:
        if self.key is None or code not in WITH_ROWS:
            return ""
        query = f"standard={code}&township={self.key}"
        return f"{reverse('duties:coverage_rows')}?{query}"


@dataclass(frozen=True, slots=True)
class Coverage:
    standards: list[Standard]
    lines: list[CoverageLine]
    total: CoverageLine


def coverage(*, user: User, span: Period) -> Coverage:
    """All five by township; what cannot be counted yet is left out, not zero."""
    found = {
        "areas": _shares(_areas(user)),
        "units": _unit_shares(user),
        "daily_work": _daily(user, span),
    }
    keys = {key for shares in found.values() for key in shares}
    names = GridNode.objects.filter(pk__in=keys).order_by("level", "code")
    lines = []
    total = CoverageLine(None, "")
    for key, name in names.values_list("pk", "name"):
        line = CoverageLine(key, name)
        for code, shares in found.items():
            share = shares.get(key, Share())
            line.shares[code] = share
            total.shares.setdefault(code, Share()).add(share)
        lines.append(line)
    return Coverage(list(STANDARDS.values()), lines, total)


def _areas(user: User) -> Any:
    """Villages and sub-grids in use, with ``is_covered``.

    A worker is whoever holds the post today: a role given by hand appoints nobody.
    """
    posts = Post.objects.in_force(on=timezone.localdate())
    workers = posts.filter(kind=PostKind.WORKER).order_by()
    own = Exists(workers.filter(node=OuterRef("pk")))
    of_village = Exists(workers.filter(node=OuterRef("parent")))
    has_worker = Q(own) | Q(of_village, kind=NodeKind.SUBGRID)
    return (
        GridNode.objects.granted(user, SEE)
        .in_force()
        .filter(kind__in=[NodeKind.VILLAGE, NodeKind.SUBGRID])
        .annotate(
            has_worker=_flag(has_worker),
            has_boundary=_flag(Q(boundary__isnull=False)),
        )
        .annotate(is_covered=_flag(Q(has_worker=True, has_boundary=True)))
    )


def _flag(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _units(user: User) -> Any:
    """Units in operation, with ``is_covered``."""
    return (
        Enterprise.objects.visible_to(user)
        .supervised()
        .annotate(
            is_covered=_flag(
                Q(
                    department_node__isnull=False,
                    department_node__retired_on__isnull=True,
                    area_node__parent__retired_on__isnull=True,
                )
            )
        )
    )


def _shares(rows: Any) -> dict[UUID, Share]:
    found: dict[UUID, Share] = {}
    grouped = rows.order_by().values_list("township_id", "is_covered")
    for key, covered, n in grouped.annotate(Count("pk")):
        found.setdefault(key, Share()).add(Share(n if covered else 0, n))
    return found


def _unit_shares(user: User) -> dict[UUID, Share]:
    units = _units(user)
    found = _shares(units.in_basic_grid())
    for share in _shares(units.directly_supervised()).values():
        found.setdefault(_root(), Share()).add(share)
    return found


def _root() -> UUID:
    root: UUID = GridNode.objects.values_list("pk", flat=True).get(parent__isnull=True)
    return root


def _daily(user: User, span: Period) -> dict[UUID, Share]:
    table = by_township(user=user, span=span)
    found: dict[UUID, Share] = {}
    for line in table.lines:
        share = Share()
        for role in (DutyRole.WORKER, DutyRole.VILLAGE):
            share.add(line.shares.get(role.value, Share()))
        found[line.key] = share
    return found


def coverage_rows(*, user: User, standard: str, township: GridNode) -> Any:
    """What one figure counts, what is missing first."""
    if standard == "areas":
        rows = _areas(user).filter(township=township.pk).select_related("parent")
        return rows.defer("boundary", "parent__boundary").order_by(
            "is_covered", "code", "pk"
        )
    units = _units(user)
    here = Q(township=township.pk)
    if township.parent_id is None:
        apart = Counter(units.directly_supervised().values_list("pk", flat=True))
        rows = units.filter(Q(pk__in=apart) | here)
    else:
        rows = units.in_basic_grid().filter(here)
    return rows.select_related("area_node__parent", "department_node").order_by(
        "is_covered", "name", "pk"
    )
