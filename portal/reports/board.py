"""The board: figures of a bureau's hazards whose parts equal the whole.

Totals come from the counts that are kept beside the hazards, so the page costs
the same with ten thousand and with a million of them. Each figure carries the
address of the list that shows its rows; where somebody may see figures of
grids whose cases they may not see, a figure has no address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.models import Hazard, HazardTally
from hazards.work import SEE
from hazards.workflow import ON_THE_CLOCK, OPEN, HazardState
from tenants.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import User
    from grids.querysets import Reach

BOARD: Final = "view_board"
MONTHS: Final = 12
POINTS: Final = 2_000
ONE_DAY: Final = timedelta(days=1)
# Five digits are a metre; the sixth only makes the answer longer.
DIGITS: Final = 5
LATE: Final = 1
MAJOR: Final = 2
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of the rows behind it."""

    value: int
    url: str = ""


@dataclass(slots=True)
class Counts:
    """What is counted for a township and for the whole."""

    states: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    suspected_major: int = 0
    reported: int = 0
    closed: int = 0

    @property
    def open(self) -> int:
        return sum(self.states.get(state, 0) for state in OPEN)

    def add(self, other: Counts) -> None:
        for state, n in other.states.items():
            self.states[state] = self.states.get(state, 0) + n
        self.overdue += other.overdue
        self.suspected_major += other.suspected_major
        self.reported += other.reported
        self.closed += other.closed


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a township, or the sum below all of them."""

    name: Any
    open: Figure
    overdue: Figure
    suspected_major: Figure
    to_assess: Figure
    to_recheck: Figure
    reported: Figure
    closed: Figure


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the trend."""

    first: date
    reported: Figure
    closed: Figure


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board but the map."""

    on: date
    quarter: tuple[date, date]
    total: Line
    townships: list[Line]
    states: list[tuple[str, Any, Figure]]
    trend: list[Month]


def quarter_of(on: date) -> tuple[date, date]:
    """The first and the last day of the quarter."""
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    return first, _month_after(first, 3) - ONE_DAY


def _month_after(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def board(*, user: User, on: date) -> Board:
    """The figures of the grids on which this person may see the board."""
    reach = _reaches(user)
    where = reach[BOARD]
    linked = {r.id for r in where} == {r.id for r in reach.get(SEE, ())}
    since = _month_after(on.replace(day=1), 1 - MONTHS)
    quarter = quarter_of(on)
    counts = _held(where)
    flow = _flow(where, since=since)
    _add_clocks(counts, where, on=on)
    _add_quarter(counts, flow, quarter)
    whole = Counts()
    for part in counts.values():
        whole.add(part)
    link = _Link(linked, quarter)
    return Board(
        on=on,
        quarter=quarter,
        total=_line("", whole, link),
        townships=_townships(counts, where, link),
        states=[
            (state, label, link(whole.states.get(state, 0), state=state))
            for state, label in HazardState.choices
        ],
        trend=_trend(flow, since, link),
    )


def _reaches(user: User) -> dict[str, list[Reach]]:
    reach = GridNode.objects.reach_by_permission(user)
    if BOARD not in reach:
        raise NotAllowed(_("You are not allowed to do this here."))
    return reach


# Counting ---------------------------------------------------------------------


def _held(reach: Sequence[Reach]) -> dict[UUID, Counts]:
    """How many hazards each township has in each state."""
    tally = HazardTally.objects.held().reached_by(reach)
    if tally is None:
        rows = _hazards(reach).values_list("township_id", "state").annotate(Count("pk"))
    else:
        rows = tally.by("township_id", "state")
    counts: dict[UUID, Counts] = {}
    for township, state, n in rows:
        counts.setdefault(township, Counts()).states[state] = n
    return counts


def _flow(reach: Sequence[Reach], *, since: date) -> list[tuple[UUID, str, date, int]]:
    """Rows of ``(township, "reported" or "closed", month, how many)``."""
    tally = HazardTally.objects.filter(
        measure__in=("reported", "closed"), month__gte=since
    ).reached_by(reach)
    if tally is not None:
        return list(tally.by("township_id", "measure", "month"))
    found = []
    start = timezone.make_aware(datetime.combine(since, time.min))
    for measure in ("reported", "closed"):
        moment = f"{measure}_at"
        rows = (
            _hazards(reach)
            .filter(**{f"{moment}__gte": start})
            .annotate(month=TruncMonth(moment))
            .values_list("township_id", "month")
            .annotate(n=Count("pk"))
        )
        found += [
            (township, measure, timezone.localdate(month), n)
            for township, month, n in rows
        ]
    return found


def _add_clocks(
    counts: dict[UUID, Counts], reach: Sequence[Reach], *, on: date
) -> None:
    late = Q(state__in=ON_THE_CLOCK, due_on__lt=on)
    rows = (
        _hazards(reach)
        .open()
        .filter(late | Q(suspected_major=True))
        .values_list("township_id")
        .annotate(
            # Not of the key, so that the index alone answers (hazard_open).
            late=Count("township_id", filter=late),
            major=Count("township_id", filter=Q(suspected_major=True)),
        )
    )
    for township, overdue, major in rows:
        line = counts.setdefault(township, Counts())
        line.overdue, line.suspected_major = overdue, major


def _add_quarter(
    counts: dict[UUID, Counts],
    flow: Iterable[tuple[UUID, str, date, int]],
    quarter: tuple[date, date],
) -> None:
    for township, measure, month, n in flow:
        if quarter[0] <= month <= quarter[1]:
            line = counts.setdefault(township, Counts())
            setattr(line, measure, getattr(line, measure) + n)


def _hazards(reach: Sequence[Reach]) -> Any:
    return Hazard.objects.reached_by(list(reach)).order_by()


# Lines, months and their addresses ----------------------------------------------


@dataclass(frozen=True, slots=True)
class _Link:
    """Makes figures: with the address of their rows where these may be seen."""

    linked: bool
    quarter: tuple[date, date]

    def __call__(self, value: int, **filters: Any) -> Figure:
        if not self.linked:
            return Figure(value)
        return Figure(value, f"{reverse('hazards:list')}?{urlencode(filters)}")

    def flow(
        self, value: int, measure: str, span: tuple[date, date], **more: Any
    ) -> Any:
        first, last = (day.isoformat() for day in span)
        return self(value, **more, **{f"{measure}_from": first, f"{measure}_to": last})


def _townships(
    counts: dict[UUID, Counts], reach: Sequence[Reach], link: _Link
) -> list[Line]:
    """A line for each township, the worst first; also where nothing was found yet.

    What lies in no township is a line of its own under the county's name.
    """
    kinds = (NodeKind.TOWNSHIP, NodeKind.COUNTY)
    places = GridNode.objects.filter(kind__in=kinds).in_order()
    whole = {r.id for r in reach}
    county = any(r.kind == NodeKind.COUNTY for r in reach)
    lines = []
    for pk, name, kind, retired_on in places.values_list(
        "pk", "name", "kind", "retired_on"
    ):
        in_use = kind == NodeKind.TOWNSHIP and retired_on is None
        if pk in counts or (in_use and (county or pk in whole)):
            lines.append(_line(name, counts.get(pk, Counts()), link, township=pk))
    return sorted(lines, key=lambda line: (-line.overdue.value, -line.open.value))


def _line(name: Any, counts: Counts, link: _Link, **place: Any) -> Line:
    def state(name: str) -> Figure:
        return link(counts.states.get(name, 0), **place, state=name)

    return Line(
        name=name,
        open=link(counts.open, **place, open="on"),
        overdue=link(counts.overdue, **place, overdue="on"),
        suspected_major=link(
            counts.suspected_major, **place, suspected_major="on", open="on"
        ),
        to_assess=state(HazardState.REPORTED.value),
        to_recheck=state(HazardState.SUBMITTED.value),
        reported=link.flow(counts.reported, "reported", link.quarter, **place),
        closed=link.flow(counts.closed, "closed", link.quarter, **place),
    )


def _trend(
    flow: Iterable[tuple[UUID, str, date, int]], since: date, link: _Link
) -> list[Month]:
    sums: dict[tuple[str, date], int] = {}
    for _township, measure, month, n in flow:
        sums[measure, month] = sums.get((measure, month), 0) + n
    months = [_month_after(since, n) for n in range(MONTHS)]
    return [
        Month(
            first,
            *(
                link.flow(
                    sums.get((measure, first), 0),
                    measure,
                    (first, _month_after(first, 1) - ONE_DAY),
                )
                for measure in ("reported", "closed")
            ),
        )
        for first in months
    ]


# The map ------------------------------------------------------------------------


def open_points(*, user: User, on: date) -> dict[str, Any]:
    """The outlines of the townships and the open hazards a user may see, for a map.

    At most ``POINTS`` hazards, those with the nearest deadline first: nobody
    reads more on one map. A hazard without a position of its own stands where
    its enterprise stands. What all points share is said once (``static/js/map.js``
    puts it together): a point is longitude, latitude, key, title, place, deadline
    where the clock runs, number of its state, and ``LATE`` | ``MAJOR``.
    """
    reach = _reaches(user)
    areas = GridNode.objects.in_force().filter(
        kind=NodeKind.TOWNSHIP, boundary__isnull=False
    )
    located = (
        _hazards(reach.get(SEE, ()))
        .open()
        .annotate(
            x=Coalesce("longitude", "enterprise__longitude"),
            y=Coalesce("latitude", "enterprise__latitude"),
        )
        .filter(x__isnull=False, y__isnull=False)
        .order_by("due_on", "pk")
        .values_list(
            "pk", "title", "place", "due_on", "state", "suspected_major", "x", "y"
        )
    )
    states = {state: n for n, state in enumerate(HazardState.values)}
    address = reverse("hazards:detail", args=[_NOBODY])
    return {
        "areas": [
            _area(name, boundary)
            for name, boundary in areas.values_list("name", "boundary")
        ],
        "address": address.replace(str(_NOBODY), "{}"),
        "states": [str(label) for label in HazardState.labels],
        "late": pgettext("one letter: overdue", "O"),
        "points": [_point(row, on, states) for row in located[:POINTS]],
    }


def _area(name: str, boundary: dict[str, Any]) -> dict[str, Any]:
    drawn = {**boundary, "coordinates": _rounded(boundary["coordinates"])}
    return {"type": "Feature", "geometry": drawn, "properties": {"name": name}}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, list | tuple):
        return [_rounded(each) for each in coordinates]
    return round(coordinates, DIGITS)


def _point(row: tuple[Any, ...], on: date, states: dict[str, int]) -> list[Any]:
    pk, title, place, due_on, state, major, x, y = row
    ends = due_on if state in ON_THE_CLOCK else None
    late = ends is not None and ends < on
    return [
        round(float(x), DIGITS),
        round(float(y), DIGITS),
        str(pk),
        title,
        place,
        ends.isoformat() if ends else "",
        states[state],
        LATE * late | MAJOR * major,
    ]
