"""How the 600 hazards are spread over states, deadlines and mishaps."""

from __future__ import annotations

from portal.demo.courses import Scenario

_ASSIGNED = ("report", "assess", "assign")
_RECTIFYING = (*_ASSIGNED, "start")
_SUBMITTED = (*_RECTIFYING, "submit")
_VERIFIED = (*_SUBMITTED, "pass_recheck")
_CLOSED = (*_VERIFIED, "close")
_FAILED = (*_SUBMITTED, "fail_recheck")
_AGAIN = ("submit", "pass_recheck", "close")

_A_WHILE = (12, 345)
_LATELY = (1, 45)

REPORTED = Scenario(("report",), age=(1, 5))
ASSESSED = Scenario(("report", "assess"), age=(1, 4))
SUBMITTED = Scenario(_SUBMITTED, age=(1, 7))
VERIFIED = Scenario(_VERIFIED, age=(1, 4))
CLOSED = Scenario(_CLOSED, age=_A_WHILE)
CLOSED_LATELY = Scenario(_CLOSED, age=_LATELY)
CLOSED_ON_SPOT = Scenario(("report", "fix_on_spot", "close"), age=_A_WHILE)
CLOSED_AFTER_FAILURE = Scenario((*_FAILED, *_AGAIN), age=(5, 320))
CLOSED_TWICE = Scenario((*_CLOSED, "reopen", *_CLOSED[1:]), age=(1, 200))
REJECTED = Scenario(("report", "reject"), age=(3, 200))
REJECTED_AFTER_ASSESSMENT = Scenario(("report", "assess", "reject"), age=(3, 200))


def assigned(due_in: int) -> Scenario:
    return Scenario(_ASSIGNED, due_in=due_in)


def rectifying(due_in: int) -> Scenario:
    return Scenario(_RECTIFYING, due_in=due_in)


def failed(due_in: int) -> Scenario:
    return Scenario(_FAILED, due_in=due_in)


# Days past the deadline: fresh ones for each rung of the alerts, and old sins.
_OVERDUE_ASSIGNED = (1, 1, 2, 3, 3, 5, 7, 7, 10, 13, 20, 20)
_OVERDUE_RECTIFYING = (
    *(1, 1, 1, 1, 2, 2, 3, 3, 3, 3),
    *(4, 4, 5, 7, 7, 7, 10, 10, 13, 20, 20, 27),
)
_OVERDUE_FAILED = (7,)
_DUE_SOON = (3, 3, 3, 1, 1, 1, 0)
_DUE_LATER = (2, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 14, 16, 19, 22, 25)


def _every(due_in: tuple[int, ...], count: int) -> list[int]:
    return [due_in[n % len(due_in)] for n in range(count)]


# The work of the tour, all in one enterprise: scenario and who found it.
SHOWCASE: tuple[tuple[Scenario, str], ...] = (
    (REPORTED, "self_check"),
    (REPORTED, "patrol"),
    (ASSESSED, "patrol"),
    (assigned(3), "township"),
    (assigned(8), "patrol"),
    (rectifying(-3), "patrol"),
    (rectifying(1), "self_check"),
    (SUBMITTED, "patrol"),
    (SUBMITTED, "township"),
    (SUBMITTED, "department"),
    (VERIFIED, "patrol"),
    (VERIFIED, "self_check"),
    (CLOSED_AFTER_FAILURE, "township"),
    (CLOSED_TWICE, "patrol"),
    (CLOSED_ON_SPOT, "patrol"),
    (CLOSED_LATELY, "self_check"),
    (CLOSED, "department"),
    (CLOSED, "self_check"),
    (REJECTED, "patrol"),
)


def all_scenarios() -> list[Scenario]:
    """600 scenarios; those of the showcase among them."""
    return [
        *[REPORTED] * 26,
        *[Scenario((*_CLOSED, "reopen"), age=(1, 4))] * 2,
        *[Scenario(("report", "reject", "reopen"), age=(1, 4))] * 2,
        *[ASSESSED] * 22,
        *(assigned(-days) for days in _OVERDUE_ASSIGNED),
        *(assigned(days) for days in _DUE_SOON),
        *(assigned(days) for days in _every(_DUE_LATER, 27)),
        *(rectifying(-days) for days in _OVERDUE_RECTIFYING),
        *(rectifying(days) for days in _DUE_SOON),
        *(rectifying(days) for days in _every(_DUE_LATER, 30)),
        Scenario((*_CLOSED, "reopen", *_RECTIFYING[1:]), due_in=5),
        Scenario(("report", "reject", "reopen", *_RECTIFYING[1:]), due_in=4),
        *(failed(-days) for days in _OVERDUE_FAILED),
        *(failed(days) for days in (1, 2, 3, 4)),
        *[SUBMITTED] * 32,
        *[Scenario((*_FAILED, "submit"), age=(1, 5))] * 3,
        *[VERIFIED] * 14,
        *[Scenario(("report", "fix_on_spot"), age=(1, 4))] * 4,
        *[CLOSED] * 262,
        *[CLOSED_LATELY] * 36,
        *[CLOSED_ON_SPOT] * 54,
        *[CLOSED_AFTER_FAILURE] * 16,
        *[CLOSED_TWICE] * 4,
        *[REJECTED] * 7,
        *[REJECTED_AFTER_ASSESSMENT] * 4,
    ]
