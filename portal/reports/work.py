"""The home page: what waits for this person, and what runs out under their eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from enterprises.models import Enterprise
from grids.models import GridNode
from hazards.models import Hazard
from hazards.work import PILES, SEE, waiting
from hazards.workflow import HazardState
from portal.reports.setting_up import SetUp, roles_to_confirm, set_up_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from accounts.models import User
    from grids.querysets import Reach

ROWS_SHOWN: Final = 5
# What a row of the page shows. The names of enterprises are read for all piles
# together: a join would be made for every case of a pile, not for those shown.
_SHOWN: Final = (
    "title",
    "place",
    "state",
    "level",
    "suspected_major",
    "due_on",
    "reported_at",
    "enterprise",
)


@dataclass(frozen=True, slots=True)
class Pile:
    """A heap of work: how much there is, its first rows, and all of it."""

    name: str
    label: Any
    total: int
    rows: list[Hazard]
    url: str


@dataclass(frozen=True, slots=True)
class Work:
    """Everything on the home page of one person."""

    piles: list[Pile]
    overdue: Pile | None
    rejected: Pile | None
    mine: Pile | None
    # For the administrators of a county, whose work is no case.
    set_up: SetUp | None = None
    roles_to_confirm: int | None = None

    @property
    def total(self) -> int:
        return sum(pile.total for pile in self.piles)

    @property
    def is_done(self) -> bool:
        return self.total == 0


def work_of(*, user: User, on: date) -> Work:
    """The piles of this person's roles, in the order in which they are worth doing.

    One query for the grants, one for each pile the roles know of and one for
    the enterprises; a pile longer than what is shown costs one more, to be counted.
    """
    reach = GridNode.objects.reach_by_permission(user)
    seen = Hazard.objects.reached_by(list(reach.get(SEE, ())))
    reports = "report_hazards" in reach
    mine = seen.filter(reported_by=user)
    work = Work(
        piles=_piles(seen, user, reach),
        overdue=_pile("overdue", seen.overdue(on=on), "due_on", overdue="on")
        if _oversees(reach)
        else None,
        rejected=_pile(
            "rejected",
            mine.filter(state=HazardState.REJECTED),
            "-reported_at",
            mine="on",
            state=HazardState.REJECTED.value,
        )
        if reports
        else None,
        mine=_pile("mine", mine, "-reported_at", mine="on") if reports else None,
        set_up=set_up_of(user, reach, on=on),
        roles_to_confirm=roles_to_confirm(reach),
    )
    _name_enterprises(work)
    return work


def _name_enterprises(work: Work) -> None:
    piles = [*work.piles, work.overdue, work.rejected, work.mine]
    rows = [hazard for pile in piles if pile for hazard in pile.rows]
    names = Enterprise.objects.only("name")
    prefetch_related_objects(rows, Prefetch("enterprise", names))


def _oversees(reach: Mapping[str, Sequence[Reach]]) -> bool:
    """Whoever rectifies meets the overdue ones in his own piles already."""
    return SEE in reach and "rectify_hazards" not in reach


def _piles(seen: Any, user: User, reach: Mapping[str, Sequence[Reach]]) -> list[Pile]:
    return [
        _pile(
            pile.name,
            waiting(seen, pile=pile, user=user, reach=reach),
            pile.first_by,
            label=pile.label,
            work=pile.name,
        )
        for pile in PILES
        if pile.permission in reach
    ]


def _pile(
    name: str, found: Any, first_by: str, *, label: Any = "", **filters: str
) -> Pile:
    rows = list(found.only(*_SHOWN).order_by(first_by, "pk")[: ROWS_SHOWN + 1])
    return Pile(
        name=name,
        label=label,
        total=found.count() if len(rows) > ROWS_SHOWN else len(rows),
        rows=rows[:ROWS_SHOWN],
        url=f"{reverse('hazards:list')}?{urlencode(filters)}",
    )
