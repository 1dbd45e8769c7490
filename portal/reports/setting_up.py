"""How far a county is set up, for whoever sets it up: the steps of docs/set-up.md.

Shown at home as long as a step that nothing works without has not been begun.
Boundaries may come later; they are counted, and hold nobody up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.kinds import NodeKind
from grids.models import GridNode, Post, ProposalState, RoleProposal
from portal.services import own_users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from accounts.models import User
    from grids.querysets import Reach

# Who opens a bureau: the three administrators of open_bureau.
_FIRST_ACCOUNTS: Final = 3


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """One step: where it is done, and how much is there."""

    label: Any
    state: str
    url: str
    is_done: bool
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class SetUp:
    steps: list[SetUpStep]

    @property
    def is_complete(self) -> bool:
        return all(step.is_done or step.may_wait for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


def set_up_of(
    user: User, reach: Mapping[str, Sequence[Reach]], *, on: date
) -> SetUp | None:
    """The steps for the county's system administrator; None for anybody else, and
    once the county is set up (three queries)."""
    if not (_on_county(reach, "manage_grids") and _on_county(reach, "manage_accounts")):
        return None
    found = SetUp(_steps(on, draws=user.is_staff))
    return None if found.is_complete else found


def _on_county(reach: Mapping[str, Sequence[Reach]], permission: str) -> bool:
    return any(r.kind == NodeKind.COUNTY for r in reach.get(permission, ()))


def _of(kind: str, **more: Any) -> Count:
    return Count("pk", filter=Q(kind=kind, **more))


def _steps(on: date, *, draws: bool) -> list[SetUpStep]:
    n = (
        GridNode.objects.in_force()
        .order_by()
        .aggregate(
            townships=_of(NodeKind.TOWNSHIP),
            villages=_of(NodeKind.VILLAGE),
            departments=_of(NodeKind.DEPARTMENT),
            enterprises=_of(NodeKind.ENTERPRISE),
            drawn=_of(NodeKind.VILLAGE, boundary__isnull=False)
            + _of(NodeKind.TOWNSHIP, boundary__isnull=False),
        )
    )
    people = own_users().filter(is_active=True).count()
    posts = Post.objects.in_force(on=on).count()
    return [
        SetUpStep(
            _("Townships and villages"),
            _("%(townships)s townships, %(villages)s villages") % n,
            reverse("grids:import"),
            bool(n["townships"] and n["villages"]),
        ),
        SetUpStep(
            _("Departments"),
            _("%(departments)s departments") % n,
            reverse("grids:list"),
            bool(n["departments"]),
        ),
        SetUpStep(
            _("Boundaries of grids"),
            _("%(drawn)s of %(whole)s drawn; may come later")
            % {"drawn": n["drawn"], "whole": n["townships"] + n["villages"]},
            reverse("admin:grids_gridnode_boundaries" if draws else "grids:list"),
            n["drawn"] > 0 and n["drawn"] == n["townships"] + n["villages"],
            may_wait=True,
        ),
        SetUpStep(
            _("Accounts"),
            _("%(n)s accounts") % {"n": people},
            reverse("people:start"),
            people > _FIRST_ACCOUNTS,
        ),
        SetUpStep(
            _("Posts"),
            _("%(n)s people in office") % {"n": posts},
            reverse("posts:vacant"),
            posts > 0,
        ),
        SetUpStep(
            _("Enterprises"),
            _("%(enterprises)s enterprises") % n,
            reverse("enterprises:list"),
            bool(n["enterprises"]),
        ),
    ]


def roles_to_confirm(reach: Mapping[str, Sequence[Reach]]) -> int | None:
    """How many roles wait for whoever gives them; None for anybody else."""
    if not _on_county(reach, "assign_roles"):
        return None
    return int(RoleProposal.objects.filter(state=ProposalState.WAITING).count())
