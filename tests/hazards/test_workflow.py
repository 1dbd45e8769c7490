"""Every state against every step, and the table against everything it feeds."""

from itertools import product

import pytest

from grids.models import GridNode
from grids.roles import ROLES
from hazards.workflow import FINAL, HAZARD_WORKFLOW, PRIMARY, HazardState
from tenants.errors import InvalidTransition

S = HazardState
ALLOWED = {
    (S.REPORTED, "assess"): S.ASSESSED,
    (S.REPORTED, "fix_on_spot"): S.VERIFIED,
    (S.REPORTED, "reject"): S.REJECTED,
    (S.ASSESSED, "assign"): S.ASSIGNED,
    (S.ASSESSED, "reject"): S.REJECTED,
    (S.ASSIGNED, "start"): S.RECTIFYING,
    (S.ASSIGNED, "submit"): S.SUBMITTED,
    (S.RECTIFYING, "submit"): S.SUBMITTED,
    (S.SUBMITTED, "pass_recheck"): S.VERIFIED,
    (S.SUBMITTED, "fail_recheck"): S.RECTIFYING,
    (S.VERIFIED, "close"): S.CLOSED,
    (S.CLOSED, "reopen"): S.REPORTED,
    (S.REJECTED, "reopen"): S.REPORTED,
}


@pytest.mark.parametrize(
    ("state", "name"), list(product(HazardState, HAZARD_WORKFLOW.names))
)
def test_every_state_and_step(state, name):
    if (state, name) in ALLOWED:
        found = HAZARD_WORKFLOW.resolve(name, state=state).target
        assert found == ALLOWED[state, name]
    else:
        with pytest.raises(InvalidTransition):
            HAZARD_WORKFLOW.resolve(name, state=state)


def test_every_state_can_be_reached_and_left():
    targets = {t.target for t in HAZARD_WORKFLOW.transitions}
    assert targets | {HAZARD_WORKFLOW.initial} == set(HazardState)
    assert [s for s in HazardState if not HAZARD_WORKFLOW.leaving(s)] == []


def test_final_states_are_left_only_by_reopening():
    left = {t.name for state in FINAL for t in HAZARD_WORKFLOW.leaving(state)}
    assert left == {"reopen"}


def test_every_permission_named_exists():
    declared = {codename for codename, _label in GridNode._meta.permissions}
    assert {t.permission for t in HAZARD_WORKFLOW.transitions} <= declared
    assert frozenset().union(*(role.permissions for role in ROLES)) <= declared


def test_somebody_holds_each_step():
    held = frozenset().union(*(role.permissions for role in ROLES))
    assert {t.permission for t in HAZARD_WORKFLOW.transitions} <= held


def test_a_grid_worker_decides_nothing():
    worker = next(role for role in ROLES if role.code == "grid_worker")
    assert not worker.permissions & {
        "assess_hazards",
        "assign_hazards",
        "close_hazards",
    }


def test_the_primary_steps_are_steps():
    assert set(PRIMARY) <= set(HAZARD_WORKFLOW.names)


def test_the_diagram_shows_every_transition():
    drawn = HAZARD_WORKFLOW.as_mermaid()
    assert drawn.count("-->") == len(ALLOWED) + 1
