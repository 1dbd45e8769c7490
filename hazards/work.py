"""What waits for somebody: piles of hazards, each with the step that comes next.

The home page shows the piles and the list opens them (``?work=recheck``); both
ask here, so that a number and the rows behind it are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from hazards.workflow import ON_THE_CLOCK, HazardState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from grids.querysets import Reach

SEE: Final = "view_hazards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Hazards in some states that somebody with ``permission`` takes further.

    ``by_second_person``: not what one has rectified oneself. ``failed_before``
    tells apart what came back from a recheck.
    """

    name: str
    label: Any
    permission: str
    states: tuple[HazardState, ...]
    first_by: str
    by_second_person: bool = False
    failed_before: bool | None = None


# In the order in which they are worth doing.
PILES: Final = (
    Pile(
        name="redo",
        label=_("Recheck failed: rectify again"),
        permission="rectify_hazards",
        states=ON_THE_CLOCK,
        first_by="due_on",
        failed_before=True,
    ),
    Pile(
        name="rectify",
        label=_("To rectify"),
        permission="rectify_hazards",
        states=ON_THE_CLOCK,
        first_by="due_on",
        failed_before=False,
    ),
    Pile(
        name="assess",
        label=_("To assess"),
        permission="assess_hazards",
        states=(HazardState.REPORTED,),
        first_by="reported_at",
    ),
    Pile(
        name="assign",
        label=_("To assign"),
        permission="assign_hazards",
        states=(HazardState.ASSESSED,),
        first_by="reported_at",
    ),
    Pile(
        name="recheck",
        label=_("To recheck"),
        permission="recheck_hazards",
        states=(HazardState.SUBMITTED,),
        first_by="submitted_at",
        by_second_person=True,
    ),
    Pile(
        name="close",
        label=_("To close"),
        permission="close_hazards",
        states=(HazardState.VERIFIED,),
        first_by="verified_at",
        by_second_person=True,
    ),
)
BY_NAME: Final = {pile.name: pile for pile in PILES}


def waiting(
    rows: Any, *, pile: Pile, user: User, reach: Mapping[str, Sequence[Reach]]
) -> Any:
    """The hazards of a pile among ``rows``, which the user may see already.

    ``reach`` is ``GridNode.objects.reach_by_permission(user)``.
    """
    where = list(reach.get(pile.permission, ()))
    found = rows.filter(state__in=pile.states)
    if {r.id for r in where} != {r.id for r in reach.get(SEE, ())}:
        found = found.reached_by(where)
    if pile.by_second_person:
        found = found.exclude(rectified_by_id=user.pk)
    if pile.failed_before is not None:
        found = (
            found.filter(times_failed__gt=0)
            if pile.failed_before
            else (found.filter(times_failed=0))
        )
    return found
