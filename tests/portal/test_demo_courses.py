from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from hazards.kinds import KINDS
from hazards.models import HazardSource
from hazards.workflow import HAZARD_WORKFLOW
from portal.demo import calendar, photos, texts
from portal.demo.courses import DEADLINE_DAYS, TRANSITIONS, Hazard, Step
from portal.demo.people import TOUR_ENTERPRISE
from portal.demo.plan import build_plan
from tests.portal.demo_plan import TODAY, plan

DAYS = [
    date(2026, 2, 20),  # within the Spring Festival
    date(2026, 10, 5),  # within the National Day holidays
    date(2026, 11, 22),  # a Sunday
    date(2027, 1, 1),  # a year without a published calendar
    date(2028, 2, 29),
]


def steps(name: str) -> list[tuple[Hazard, Step]]:
    return [(h, s) for h in plan().hazards for s in h.steps if s.name == name]


def test_same_seed_and_day_give_the_same_plan() -> None:
    assert build_plan(5, TODAY) == build_plan(5, TODAY)
    assert build_plan(5, TODAY) != build_plan(6, TODAY)


def test_600_hazards_are_spread_over_all_states() -> None:
    assert Counter(h.state for h in plan().hazards) == {
        "closed": 372,
        "rectifying": 66,
        "assigned": 46,
        "submitted": 35,
        "reported": 30,
        "assessed": 22,
        "verified": 18,
        "rejected": 11,
    }


def test_the_table_of_the_courses_is_that_of_the_workflow() -> None:
    table = {
        (state, move.name): move.target
        for move in HAZARD_WORKFLOW.transitions
        for state in move.sources
    }
    ours = {
        (state, name): target
        for state, moves in TRANSITIONS.items()
        for name, target in moves.items()
        if state
    }

    assert ours == table


@pytest.mark.parametrize("today", [TODAY, *DAYS])
def test_courses_hold_on_any_day(today: date) -> None:
    for hazard in build_plan(11, today).hazards:
        state = ""
        for step in hazard.steps:
            assert step.to_state == TRANSITIONS[state][step.name]
            state = step.to_state
        assert hazard.state == state
        assert all(a.at < b.at for a, b in pairwise(hazard.steps))
        assert hazard.steps[-1].at.date() < today
        assert today - hazard.reported_at.date() <= timedelta(days=365)


def test_things_happen_in_working_hours_in_shanghai() -> None:
    for hazard in plan().hazards:
        for step in hazard.steps:
            assert str(step.at.tzinfo) == "Asia/Shanghai"
            assert calendar.is_workday(step.at.date())
            assert 8 <= step.at.hour < 18
            assert step.at.hour not in {12, 13}


def test_deadlines_are_those_of_the_rule_and_never_fall_on_a_day_off() -> None:
    found = [*steps("assign"), *steps("fail_recheck")]

    for _, step in found:
        assert step.days in DEADLINE_DAYS
        assert step.due_on == calendar.due_on(step.at.date(), step.days)
        assert calendar.is_workday(step.due_on)
    assert len(found) > 500


def test_35_are_overdue_at_the_ages_at_which_alerts_rise() -> None:
    late = Counter(h.overdue_by(TODAY) for h in plan().hazards)

    assert sum(count for days, count in late.items() if days) == 35
    assert late[1] >= 3
    assert late[4] >= 3  # three days ago was a Saturday
    assert late[7] >= 3
    assert late[20] >= 2


def test_some_are_due_in_one_and_in_three_days() -> None:
    ahead = Counter(
        (h.due_on - TODAY).days
        for h in plan().hazards
        if h.state in {"assigned", "rectifying"} and h.due_on
    )

    assert ahead[1] >= 3
    assert ahead[3] >= 3


def test_one_in_25_failed_a_recheck_and_a_few_were_reopened() -> None:
    assert len({h.key for h, _ in steps("fail_recheck")}) == 24
    assert len({h.key for h, _ in steps("reopen")}) == 10


def test_a_failed_recheck_keeps_the_first_deadline() -> None:
    for hazard, _ in steps("fail_recheck"):
        if all(s.name != "reopen" for s in hazard.steps):
            assert hazard.first_due_on < hazard.due_on


def test_nobody_rechecks_or_closes_what_he_put_right() -> None:
    for hazard in plan().hazards:
        put_right_by = None
        for step in hazard.steps:
            if step.name in {"submit", "fix_on_spot"}:
                put_right_by = step.actor_key
            elif step.name in {"pass_recheck", "fail_recheck", "close"}:
                assert step.actor_key != put_right_by


def test_only_the_finder_fixes_on_the_spot_with_photos_of_both() -> None:
    for hazard, step in steps("fix_on_spot"):
        assert step.actor_key == hazard.reporter_key
        assert hazard.source != "self_check"
        assert "-before-" in hazard.steps[0].photos[0]
        assert "-after-" in step.photos[0]


def test_people_act_only_where_they_work() -> None:
    """Nobody of another township or department appears in a case."""
    person = {p.key: p for p in plan().people}
    enterprise = {e.key: e for e in plan().enterprises}
    township = {v.key: v.township_key for v in plan().villages}

    for hazard in plan().hazards:
        unit = enterprise[hazard.enterprise_key]
        lines = {
            unit.key,
            unit.village_key,
            township[unit.village_key],
            unit.department_key or "county",
        }
        assert {person[s.actor_key].node_key for s in hazard.steps} <= lines


def test_each_step_carries_what_it_needs() -> None:
    for _, step in steps("assign"):
        assert step.requirement
        assert step.due_on
    for _, step in steps("submit"):
        assert step.measures
        assert step.photos
        assert step.cost is not None
    for name in ("reject", "reopen", "fail_recheck"):
        assert all(step.note for _, step in steps(name))


def test_kinds_sources_and_photos_exist() -> None:
    known = set(photos.all_keys())

    assert {f.kind for f in texts.FINDINGS} <= {spec.code for spec in KINDS}
    assert {s.code for s in texts.SOURCES} <= set(HazardSource.values)
    assert {f.scene for f in texts.FINDINGS} == set(photos.SCENES)
    assert set(plan().photo_keys()) <= known


def test_texts_are_filled_in_and_fit_their_columns() -> None:
    for hazard in plan().hazards:
        words = [hazard.title, hazard.description, hazard.place]
        words += [s.note + s.measures + s.requirement for s in hazard.steps]
        assert not any("{" in text for text in words)
        assert len(hazard.title) <= 100


def test_every_enterprise_can_have_a_finding_of_its_own() -> None:
    for enterprise in plan().enterprises:
        assert len(texts.findings_for(enterprise.traits)) >= 3


def test_the_showcase_has_something_for_everybody_of_the_tour() -> None:
    own = [h for h in plan().hazards if h.enterprise_key == TOUR_ENTERPRISE]

    assert Counter(h.state for h in own) == {
        "closed": 6,
        "submitted": 3,
        "reported": 2,
        "assigned": 2,
        "rectifying": 2,
        "verified": 2,
        "assessed": 1,
        "rejected": 1,
    }
    assert max(h.overdue_by(TODAY) for h in own) == 4


def test_suspected_major_hazards_are_rare() -> None:
    suspected = [h for h in plan().hazards if h.suspected_major]

    assert 1 <= len(suspected) <= 12
    assert all(texts.MAJOR_SUSPICION in h.description for h in suspected)


def test_the_first_township_to_look_at_is_the_one_that_falls_behind() -> None:
    township = {v.key: v.township_key for v in plan().villages}
    area = {e.key: township[e.village_key] for e in plan().enterprises}
    late = Counter(
        area[h.enterprise_key] for h in plan().hazards if h.overdue_by(TODAY)
    )

    assert late.most_common(1)[0][0] == "township-2"
    assert set(late) == {"township-1", "township-2", "township-3"}
