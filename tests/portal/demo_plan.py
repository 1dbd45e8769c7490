"""One plan for all the tests of the demo's content: building it takes a moment."""

from __future__ import annotations

from datetime import date
from functools import cache

from portal.demo.plan import DEFAULT_SEED, Plan, build_plan

TODAY = date(2026, 11, 24)  # a Tuesday


@cache
def plan() -> Plan:
    return build_plan(DEFAULT_SEED, TODAY)
