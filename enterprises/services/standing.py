"""Decide levels: at most one step a year, except straight to D for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    DecisionKind,
    DirectReason,
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    LevelDecision,
    LevelThreshold,
    ManagementLevel,
)
from enterprises.rating import DIRECT_REASONS, EDITION, THRESHOLDS
from enterprises.services.checks import record
from enterprises.standing import level_of, neighbours, one_step
from grids import access
from tenants.errors import (
    DomainError,
    InvalidTransition,
    NotAllowed,
    refused_at_its_field,
)
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from accounts.models import User

RATE = "rate_enterprises"
BATCH = 2000
_TYPED = {"year", "score", "level", "note"}


@transaction.atomic
def seed_rating() -> int:
    """Thresholds and reasons for a new tenant; keeps what is there."""
    thresholds = set(LevelThreshold.objects.values_list("level", flat=True))
    reasons = set(DirectReason.objects.values_list("code", flat=True))
    fresh = LevelThreshold.objects.bulk_create(
        LevelThreshold(
            level=spec.level,
            lowest=spec.lowest,
            edition=EDITION,
            basis=spec.basis,
            is_proposed=True,
        )
        for spec in THRESHOLDS
        if spec.level not in thresholds
    )
    added = DirectReason.objects.bulk_create(
        DirectReason(
            code=spec.code,
            name=spec.name,
            edition=EDITION,
            basis=spec.basis,
            is_proposed=True,
            order=number * 10,
        )
        for number, spec in enumerate(DIRECT_REASONS, start=1)
        if spec.code not in reasons
    )
    return len(fresh) + len(added)


@transaction.atomic
def rate_enterprise(
    *,
    actor: User | None,
    enterprise_id: UUID,
    year: int,
    score: Decimal | None = None,
    level: str = "",
    note: str = "",
    decided_on: date | None = None,
) -> LevelDecision:
    """The first rating of an entry, or its rating of a year.

    A first level that was taken back is set anew by somebody else than who took it
    back: otherwise one person alone would move it any number of steps. Without ``level`` the score decides, held back to one step from the level
    before. A level that the score does not give needs a note. Raises
    ``DomainError`` at the field, ``InvalidTransition`` where the year is rated.
    """
    enterprise = _locked(enterprise_id, actor)
    latest = _latest(enterprise)
    _check_year(year, latest)
    if latest is None and _took_back(actor, [enterprise.pk]):
        raise NotAllowed(
            _(
                "You took back the level of this enterprise. Somebody else sets the"
                " first one anew."
            )
        )
    computed, edition = _by_the_score(score)
    previous = latest.level if latest else ""
    proposed = one_step(computed, previous) if computed and previous else computed
    chosen = level or proposed
    _check_level(chosen, previous)
    if computed and chosen != proposed and not tidy_line(note):
        raise DomainError(
            _("Say why the level is not %(level)s, which the score gives.")
            % {"level": proposed},
            field="note",
        )
    return _decide(
        enterprise,
        actor,
        LevelDecision(
            year=year,
            kind=DecisionKind.YEARLY if latest else DecisionKind.INITIAL,
            previous=previous,
            level=chosen,
            score=score,
            computed=computed,
            edition=edition,
            note=tidy_line(note),
            decided_on=decided_on or timezone.localdate(),
        ),
    )


@transaction.atomic
def put_on_level_d(
    *,
    actor: User | None,
    enterprise_id: UUID,
    reason_id: UUID,
    note: str,
    decided_on: date | None = None,
) -> LevelDecision:
    """Straight to D, from any level and within any year, for a listed reason."""
    enterprise = _locked(enterprise_id, actor)
    latest = _latest(enterprise)
    reason = DirectReason.objects.filter(pk=reason_id, is_active=True).first()
    if reason is None:
        raise DomainError(_("Choose a reason from the list."), field="reason")
    if not tidy_line(note):
        raise DomainError(_("Say what happened."), field="note")
    on = decided_on or timezone.localdate()
    if on > timezone.localdate():
        raise DomainError(_("This day has not come yet."), field="decided_on")
    if latest and latest.year > on.year:
        raise DomainError(
            _("There is a later decision already, for %(year)s.")
            % {"year": latest.year},
            field="decided_on",
        )
    if enterprise.management_level == ManagementLevel.D:
        raise InvalidTransition(_("The enterprise is on level D already."))
    return _decide(
        enterprise,
        actor,
        LevelDecision(
            year=on.year,
            kind=DecisionKind.DIRECT,
            previous=latest.level if latest else "",
            level=ManagementLevel.D,
            reason=reason,
            note=tidy_line(note),
            decided_on=on,
        ),
    )


@transaction.atomic
def withdraw_decision(
    *, actor: User | None, decision_id: UUID, reason: str
) -> LevelDecision:
    """Take back the latest decision, entered by mistake; it stays readable.

    Within the calendar year in which it was recorded: what has stood over the turn
    of a year is changed by the next year's decision, one step at most.
    """
    found = LevelDecision.objects.filter(pk=decision_id).first()
    if found is None:
        raise DomainError(_("This decision does not exist."), field="decision")
    enterprise = _locked(found.enterprise_id, actor)
    decision = _latest(enterprise)
    if decision is None or decision.pk != decision_id:
        raise InvalidTransition(_("Only the latest decision can be taken back."))
    recorded = timezone.localdate(decision.recorded_at).year
    if recorded < timezone.localdate().year:
        raise InvalidTransition(
            _(
                "This decision was recorded in %(year)s and stands. The decision of"
                " this year changes the level, by one step at most."
            )
            % {"year": recorded}
        )
    if not tidy_line(reason):
        raise DomainError(_("Say why it is taken back."), field="reason")
    decision.withdrawn_at = timezone.now()
    decision.withdrawn_by = actor
    decision.withdrawn_because = tidy_line(reason)[:500]
    decision.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    before = enterprise.management_level
    left = _latest(enterprise)
    enterprise.management_level = left.level if left else ""
    enterprise.save(update_fields=["management_level"])
    record(
        enterprise,
        name=EnterpriseAction.LEVEL_WITHDRAWN,
        actor=actor,
        note=decision.withdrawn_because,
        before=before,
        after=enterprise.management_level,
        year=decision.year,
    )
    return decision


@transaction.atomic
def set_first_levels(
    *,
    actor: User | None,
    enterprise_ids: Collection[UUID],
    level: str,
    year: int,
    note: str,
) -> int:
    """The first level of many entries at once; those that have one keep it.

    So do those whose level the actor himself took back: somebody else sets it anew.
    Returns how many were set. All of them must be the actor's to rate, or
    nothing happens.
    """
    _check_level(level, "")
    _check_year(year, None)
    if not tidy_line(note):
        raise DomainError(_("Say on what the levels are based."), field="note")
    rows = Enterprise.objects.filter(pk__in=enterprise_ids)
    mine = rows if actor is None else rows.on_lines(actor, RATE)
    if mine.count() != len(set(enterprise_ids)):
        raise NotAllowed(_("You are not allowed to do this here."))
    fresh = list(
        mine.filter(management_level="")
        .exclude(pk__in=_took_back(actor, enterprise_ids))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    on = timezone.localdate()
    LevelDecision.objects.bulk_create(
        [
            LevelDecision(
                enterprise=enterprise,
                year=year,
                kind=DecisionKind.INITIAL,
                level=level,
                note=tidy_line(note)[:500],
                decided_on=on,
                decided_by=actor,
            )
            for enterprise in fresh
        ],
        batch_size=BATCH,
    )
    EnterpriseEvent.objects.bulk_create(
        [
            EnterpriseEvent(
                enterprise=enterprise,
                name=EnterpriseAction.LEVEL_DECIDED,
                actor=actor,
                note=tidy_line(note)[:500],
                details=_details("", level, year, DecisionKind.INITIAL),
            )
            for enterprise in fresh
        ],
        batch_size=BATCH,
    )
    chosen = [enterprise.pk for enterprise in fresh]
    Enterprise.objects.filter(pk__in=chosen).update(management_level=level)
    return len(fresh)


def _locked(enterprise_id: UUID, actor: User | None) -> Enterprise:
    enterprise: Enterprise | None = (
        Enterprise.objects.select_for_update(of=("self",))
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    if actor is not None:
        access.require(actor, RATE, enterprise.lines())
    return enterprise


def _latest(enterprise: Enterprise) -> LevelDecision | None:
    decisions = LevelDecision.objects.filter(enterprise=enterprise).in_force()
    latest: LevelDecision | None = decisions.latest_first().first()
    return latest


def _took_back(actor: User | None, enterprise_ids: Collection[UUID]) -> set[UUID]:
    """Of these, the entries that have no level because this actor took it back."""
    if actor is None:
        return set()
    rows = LevelDecision.objects.filter(enterprise__in=enterprise_ids)
    return set(
        rows.filter(withdrawn_by=actor).values_list("enterprise_id", flat=True)
    ) - set(rows.in_force().values_list("enterprise_id", flat=True))


def _check_year(year: int, latest: LevelDecision | None) -> None:
    if year > timezone.localdate().year:
        raise DomainError(_("This year has not come yet."), field="year")
    if latest and latest.year >= year:
        raise InvalidTransition(
            _(
                "Rated for %(year)s already: one decision a year, "
                "and no year before the last one."
            )
            % {"year": latest.year},
            field="year",
        )


def _by_the_score(score: Decimal | None) -> tuple[str, str]:
    """What the thresholds in use make of a score, and which edition they are."""
    if score is None:
        return "", ""
    rows = list(LevelThreshold.objects.filter(is_active=True))
    if not rows:
        raise DomainError(
            _("No thresholds are in use: choose the level without a score."),
            field="score",
        )
    pairs = [(row.level, row.lowest) for row in rows]
    return level_of(score, pairs), max(row.edition for row in rows)


def _check_level(level: str, previous: str) -> None:
    if level not in ManagementLevel.values:
        raise DomainError(_("Choose a level, or enter a score."), field="level")
    if previous and level not in neighbours(previous):
        raise DomainError(
            _("One step a year at most: from %(previous)s to one of %(levels)s.")
            % {"previous": previous, "levels": "、".join(neighbours(previous))},
            field="level",
        )


def _decide(
    enterprise: Enterprise, actor: User | None, decision: LevelDecision
) -> LevelDecision:
    decision.enterprise = enterprise
    decision.decided_by = actor
    ours = {field.name for field in LevelDecision._meta.fields} - _TYPED
    with refused_at_its_field():
        decision.clean_fields(exclude=ours)
    decision.save(force_insert=True)
    enterprise.management_level = decision.level
    enterprise.save(update_fields=["management_level"])
    record(
        enterprise,
        name=EnterpriseAction.LEVEL_DECIDED,
        actor=actor,
        note=decision.note,
        **_details(decision.previous, decision.level, decision.year, decision.kind),
    )
    return decision


def _details(previous: str, level: str, year: int, kind: str) -> dict[str, object]:
    return {"before": previous, "after": level, "year": year, "kind": str(kind)}
