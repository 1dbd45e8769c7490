"""The A to D level: thresholds, one step a year, straight to D for a reason."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import (
    DirectReason,
    Enterprise,
    EnterpriseEvent,
    LevelDecision,
    LevelThreshold,
)
from enterprises.services import (
    put_on_level_d,
    rate_enterprise,
    seed_rating,
    set_first_levels,
    withdraw_decision,
)
from enterprises.standing import LEVELS, level_of, one_step, steps_between
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_user

YEAR = 2026
PAIRS = [("A", Decimal(90)), ("B", Decimal(80)), ("C", Decimal(60)), ("D", Decimal(0))]


@pytest.fixture(autouse=True)
def _in_the_year():
    with time_machine.travel(f"{YEAR}-11-20T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def enterprise(county):
    plant = make_enterprise(county.village, department=county.department)
    with tenant_scope(county.tenant.pk):
        seed_rating()
        yield plant


@pytest.fixture
def rater(county):
    """Staff of the competent department: rates along its own line."""
    return make_user(county.tenant, on=county.department, role="department_staff")


def rate(enterprise, actor=None, **given):
    return rate_enterprise(actor=actor, enterprise_id=enterprise.pk, **given)


def level(enterprise):
    return Enterprise.objects.get(pk=enterprise.pk).management_level


# The arithmetic ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("100", "A"),
        ("90", "A"),
        ("89.99", "B"),
        ("80", "B"),
        ("79.99", "C"),
        ("60", "C"),
        ("59.99", "D"),
        ("0", "D"),
    ],
)
def test_a_score_gives_the_level_whose_lowest_score_it_reaches(score, expected):
    assert level_of(Decimal(score), PAIRS) == expected


@pytest.mark.parametrize("previous", LEVELS)
@pytest.mark.parametrize("wanted", LEVELS)
def test_one_step_is_the_nearest_that_the_rule_allows(previous, wanted):
    found = one_step(wanted, previous)

    assert steps_between(found, previous) == min(1, steps_between(wanted, previous))
    assert steps_between(found, wanted) <= steps_between(previous, wanted)


# Deciding ------------------------------------------------------------------------


def test_the_first_level_follows_the_score(enterprise, rater):
    decision = rate(enterprise, rater, year=YEAR, score=Decimal("85.5"))

    assert (decision.kind, decision.previous, decision.level) == ("initial", "", "B")
    assert (decision.computed, decision.edition) == ("B", "2026")
    assert decision.decided_by == rater
    assert level(enterprise) == "B"


def test_a_year_moves_one_step_whatever_the_score(enterprise):
    rate(enterprise, year=YEAR - 2, level="D")
    up = rate(enterprise, year=YEAR - 1, score=Decimal(95))
    down = rate(enterprise, year=YEAR, score=Decimal(10))

    assert [(d.computed, d.level) for d in (up, down)] == [("A", "C"), ("D", "D")]


def test_a_level_two_steps_away_is_refused(enterprise):
    rate(enterprise, year=YEAR - 1, level="A")
    with pytest.raises(DomainError) as refusal:
        rate(enterprise, year=YEAR, level="C", note="事故")

    assert refusal.value.field == "level"
    assert level(enterprise) == "A"
    assert LevelDecision.objects.count() == 1


def test_a_year_is_rated_once_and_none_before_it(enterprise):
    rate(enterprise, year=YEAR - 1, level="B")
    for year in (YEAR - 1, YEAR - 2):
        with pytest.raises(InvalidTransition):
            rate(enterprise, year=year, level="B")
    with pytest.raises(DomainError) as refusal:
        rate(enterprise, year=YEAR + 1, level="B")

    assert refusal.value.field == "year"
    assert LevelDecision.objects.count() == 1


def test_another_level_than_the_score_gives_needs_a_note(enterprise):
    with pytest.raises(DomainError) as refusal:
        rate(enterprise, year=YEAR, score=Decimal(95), level="B")
    assert refusal.value.field == "note"

    decision = rate(
        enterprise, year=YEAR, score=Decimal(95), level="B", note="自评未核实"
    )
    assert (decision.computed, decision.level) == ("A", "B")


@pytest.mark.parametrize("given", [{}, {"level": "E"}, {"score": Decimal(-1)}])
def test_a_decision_without_sense_is_refused(given, enterprise):
    with pytest.raises(DomainError):
        rate(enterprise, year=YEAR, **given)

    assert level(enterprise) == ""


def test_without_thresholds_a_score_decides_nothing(enterprise):
    LevelThreshold.objects.update(is_active=False)
    with pytest.raises(DomainError) as refusal:
        rate(enterprise, year=YEAR, score=Decimal(95))

    assert refusal.value.field == "score"


def test_a_county_s_own_edition_decides(enterprise):
    LevelThreshold.objects.update(is_active=False)
    for name, lowest in (("A", 95), ("B", 85), ("C", 70), ("D", 0)):
        LevelThreshold.objects.create(level=name, lowest=lowest, edition="本县2026")

    decision = rate(enterprise, year=YEAR, score=Decimal(90))
    assert (decision.level, decision.edition) == ("B", "本县2026")


def direct(enterprise, actor=None, **given):
    reason = DirectReason.objects.get(code="fatal-accident")
    given = {"reason_id": reason.pk, "note": "6月3日高处坠落，1人死亡"} | given
    return put_on_level_d(actor=actor, enterprise_id=enterprise.pk, **given)


def test_a_fatal_accident_leads_straight_to_d_within_the_year(enterprise):
    rate(enterprise, year=YEAR, level="A")
    decision = direct(enterprise)

    assert (decision.previous, decision.level, decision.year) == ("A", "D", YEAR)
    assert level(enterprise) == "D"
    with pytest.raises(InvalidTransition):
        rate(enterprise, year=YEAR, level="C")  # the year has its level


def test_straight_to_d_needs_a_listed_reason_and_words(enterprise):
    rate(enterprise, year=YEAR, level="A")
    for wrong, field in (
        ({"reason_id": enterprise.pk}, "reason"),
        ({"note": " "}, "note"),
        ({"decided_on": date(YEAR, 11, 21)}, "decided_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            direct(enterprise, **wrong)
        assert refusal.value.field == field
    DirectReason.objects.update(is_active=False)
    with pytest.raises(DomainError):
        direct(enterprise)

    assert level(enterprise) == "A"


def test_whoever_is_on_d_is_not_put_there_again(enterprise):
    rate(enterprise, year=YEAR, level="D")
    with pytest.raises(InvalidTransition):
        direct(enterprise)


def test_a_mistake_is_taken_back_and_stays_readable(enterprise, rater):
    rate(enterprise, year=YEAR - 1, level="B")
    wrong = rate(enterprise, year=YEAR, level="C")
    withdraw_decision(actor=rater, decision_id=wrong.pk, reason="录入错误")
    assert level(enterprise) == "B"
    right = rate(enterprise, year=YEAR, level="A")

    history = LevelDecision.objects.latest_first()
    assert [(d.level, d.is_withdrawn) for d in history] == [
        ("A", False),
        ("C", True),
        ("B", False),
    ]
    assert right.previous == "B"


def test_whoever_took_back_the_first_level_does_not_set_it_anew(
    enterprise, rater, county
):
    first = rate(enterprise, rater, year=YEAR - 1, level="D")
    last = rate(enterprise, rater, year=YEAR, level="C")
    for decision in (last, first):
        withdraw_decision(actor=rater, decision_id=decision.pk, reason="录入错误")
    assert level(enterprise) == ""

    with pytest.raises(NotAllowed):
        rate(enterprise, rater, year=YEAR, level="A")
    assert (
        set_first_levels(
            actor=rater,
            enterprise_ids=[enterprise.pk],
            level="A",
            year=YEAR,
            note="首次评定",
        )
        == 0
    )
    assert level(enterprise) == ""

    colleague = make_user(county.tenant, on=county.root, role="bureau_staff")
    assert rate(enterprise, colleague, year=YEAR, level="C").kind == "initial"


def test_a_decision_that_stood_over_the_turn_of_a_year_is_not_taken_back(enterprise):
    decision = rate(enterprise, year=YEAR - 1, level="D")
    LevelDecision.objects.filter(pk=decision.pk).update(
        recorded_at=timezone.now() - timedelta(days=366)
    )

    with pytest.raises(InvalidTransition):
        withdraw_decision(actor=None, decision_id=decision.pk, reason="录入错误")

    assert level(enterprise) == "D"


def test_only_the_latest_decision_is_taken_back_and_with_a_reason(enterprise):
    first = rate(enterprise, year=YEAR - 1, level="B")
    last = rate(enterprise, year=YEAR, level="C")
    with pytest.raises(InvalidTransition):
        withdraw_decision(actor=None, decision_id=first.pk, reason="x")
    with pytest.raises(DomainError):
        withdraw_decision(actor=None, decision_id=last.pk, reason=" ")

    assert level(enterprise) == "C"


def test_who_may_only_see_rates_nothing(county, enterprise, worker, clerk):
    rate(enterprise, year=YEAR - 1, level="B")
    decision = LevelDecision.objects.get()
    for person in (worker, clerk):  # a township's clerk edits and does not rate
        with pytest.raises(NotAllowed):
            rate(enterprise, person, year=YEAR, level="A")
        with pytest.raises(NotAllowed):
            direct(enterprise, person)
        with pytest.raises(NotAllowed):
            withdraw_decision(actor=person, decision_id=decision.pk, reason="x")

    assert LevelDecision.objects.get().withdrawn_at is None


def test_every_decision_is_an_event(enterprise):
    rate(enterprise, year=YEAR, level="A", note="首评")
    direct(enterprise)

    events = EnterpriseEvent.objects.filter(name="level_decided").order_by("at", "pk")
    assert [(e.details["before"], e.details["after"]) for e in events] == [
        ("", "A"),
        ("A", "D"),
    ]


# Many at once ----------------------------------------------------------------------


def test_first_levels_are_set_for_many_and_kept_where_there_is_one(county, rater):
    plants = [
        make_enterprise(county.village, department=county.department) for _ in range(3)
    ]
    with tenant_scope(county.tenant.pk):
        rate(plants[0], year=YEAR, level="A")
        count = set_first_levels(
            actor=rater,
            enterprise_ids=[p.pk for p in plants],
            level="C",
            year=YEAR,
            note="2026年自评汇总",
        )

        assert count == 2
        assert [level(p) for p in plants] == ["A", "C", "C"]
        assert EnterpriseEvent.objects.filter(name="level_decided").count() == 3


def test_first_levels_outside_one_s_line_change_nothing(county, rater):
    mine = make_enterprise(county.village, department=county.department)
    other = make_enterprise(county.village, trade="0411")
    with tenant_scope(county.tenant.pk):
        with pytest.raises(NotAllowed):
            set_first_levels(
                actor=rater,
                enterprise_ids=[mine.pk, other.pk],
                level="C",
                year=YEAR,
                note="汇总",
            )

        assert LevelDecision.objects.count() == 0


# What the database refuses -----------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (
            {"kind": "yearly", "previous": "A", "level": "C"},
            "yearly_rating_moves_one_step_at_most",
        ),
        (
            {"kind": "yearly", "previous": "", "level": "C"},
            "yearly_rating_moves_one_step_at_most",
        ),
        (
            {"kind": "initial", "previous": "A", "level": "A"},
            "first_rating_follows_nothing",
        ),
        (
            {"kind": "direct", "previous": "A", "level": "D"},
            "direct_rating_is_d_for_a_reason",
        ),
        ({"kind": "initial", "level": "E"}, "level_decided_is_known"),
        ({"kind": "initial", "level": "A", "year": 1999}, "level_decided_for_a_real"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(row, constraint, enterprise):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LevelDecision.objects.create(**({"enterprise": enterprise, "year": YEAR} | row))


def test_the_database_keeps_one_rating_a_year(enterprise):
    rate(enterprise, year=YEAR, level="B")
    again = {"kind": "yearly", "previous": "B", "level": "A"}
    twice = pytest.raises(IntegrityError, match="one_rating_per_year")
    with twice, transaction.atomic():
        LevelDecision.objects.create(enterprise=enterprise, year=YEAR, **again)


# Whatever is tried -------------------------------------------------------------------

_TRIES = st.lists(
    st.one_of(
        st.tuples(
            st.just("rate"),
            st.integers(YEAR - 6, YEAR),
            st.sampled_from(["", *LEVELS]),
            st.one_of(st.none(), st.integers(0, 100)),
        ),
        st.tuples(st.just("direct"), st.integers(YEAR - 6, YEAR)),
        st.tuples(st.just("withdraw")),
    ),
    max_size=14,
)


def attempt(enterprise, step):
    if step[0] == "rate":
        _word, year, wanted, score = step
        rate(
            enterprise,
            year=year,
            level=wanted,
            score=None if score is None else Decimal(score),
            note="说明",
        )
    elif step[0] == "direct":
        direct(enterprise, decided_on=date(step[1], 6, 3))
    elif latest := LevelDecision.objects.in_force().latest_first().first():
        withdraw_decision(actor=None, decision_id=latest.pk, reason="录入错误")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_TRIES)
def test_no_sequence_of_decisions_moves_more_than_one_step_a_year(steps, enterprise):
    with transaction.atomic():
        for step in steps:
            try:
                with transaction.atomic():
                    attempt(enterprise, step)
            except DomainError:
                continue
        history = list(LevelDecision.objects.in_force().latest_first())[::-1]
        transaction.set_rollback(True)

    years = [d.year for d in history if d.kind != "direct"]
    assert years == sorted(set(years))
    for before, after in pairwise(history):
        assert after.previous == before.level
        assert before.year <= after.year
        if after.kind == "direct":
            assert after.level == "D"
        else:
            assert before.year < after.year
            assert steps_between(before.level, after.level) <= 1
