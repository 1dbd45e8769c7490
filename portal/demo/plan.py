"""The whole demo county in one value: same seed and day, same plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from portal.demo import names, photos, texts
from portal.demo.courses import CourseWriter, Crew, Hazard, Photos, plan_dates
from portal.demo.people import TOUR_ENTERPRISE, TOUR_TOWNSHIP, Person, build_people
from portal.demo.places import County, Subgrid, Township, Village, build_places
from portal.demo.register import (
    DEPARTMENTS,
    Department,
    Enterprise,
    build_enterprises,
)
from portal.demo.scenarios import SHOWCASE, all_scenarios

if TYPE_CHECKING:
    from datetime import date

    from portal.demo.courses import Scenario
    from portal.demo.findings import Finding

DEFAULT_SEED = 2026

# What the demo's finders take for a major hazard now and then (always in error:
# the judgement of major hazards is the county's).
_LOOKS_MAJOR = frozenset({"gas-alarm", "dust", "confined-space", "special-operator"})


@dataclass(frozen=True)
class Plan:
    seed: int
    today: date
    county: County
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    subgrids: tuple[Subgrid, ...]
    departments: tuple[Department, ...]
    enterprises: tuple[Enterprise, ...]
    people: tuple[Person, ...]
    hazards: tuple[Hazard, ...]

    def photo_keys(self) -> list[str]:
        """Every photo the courses need, each once."""
        return sorted({p for h in self.hazards for s in h.steps for p in s.photos})


class _Case(NamedTuple):
    enterprise: Enterprise
    scenario: Scenario
    source: str


def build_plan(seed: int, today: date) -> Plan:
    """All content of the demo, without touching a database or a clock."""
    rng = Random(f"demo:{seed}")  # noqa: S311
    places = build_places(seed)
    people_names, phones = names.people_names(rng), names.phone_numbers(rng)
    enterprises = build_enterprises(rng, places, people_names, phones)
    people = build_people(places, enterprises, people_names, phones)
    hazards = _build_hazards(seed, today, places.villages, enterprises, people)
    return Plan(
        seed=seed,
        today=today,
        county=places.county,
        townships=places.townships,
        villages=places.villages,
        subgrids=places.subgrids,
        departments=DEPARTMENTS,
        enterprises=enterprises,
        people=people,
        hazards=hazards,
    )


def _build_hazards(
    seed: int,
    today: date,
    villages: tuple[Village, ...],
    enterprises: tuple[Enterprise, ...],
    people: tuple[Person, ...],
) -> tuple[Hazard, ...]:
    rng = Random(f"hazards:{seed}")  # noqa: S311
    crews = _crews(villages, enterprises, people)
    seen: dict[str, set[str]] = {e.key: set() for e in enterprises}
    hazards = []
    for case in _cases(rng, villages, enterprises):
        key = case.enterprise.key
        hazards.append(_hazard(rng, today, case, crews[key], seen[key]))
    hazards.sort(key=lambda hazard: (hazard.reported_at, hazard.enterprise_key))
    return tuple(
        replace(hazard, key=f"hazard-{n:03}")
        for n, hazard in enumerate(hazards, start=1)
    )


def _cases(
    rng: Random, villages: tuple[Village, ...], enterprises: tuple[Enterprise, ...]
) -> list[_Case]:
    """Deal the scenarios out; one township falls behind with its deadlines."""
    township = {v.key: v.township_key for v in villages}
    others = all_scenarios()
    for scenario, _source in SHOWCASE:
        others.remove(scenario)
    rng.shuffle(others)
    showcase = next(e for e in enterprises if e.key == TOUR_ENTERPRISE)
    pool = [e for e in enterprises if e.state == "operating" and e != showcase]
    careless = [rng.paretovariate(1.6) for _ in pool]  # some are found out often
    behind = [
        weight * (4 if township[e.village_key] == TOUR_TOWNSHIP else 1)
        for e, weight in zip(pool, careless, strict=True)
    ]
    cases = [_Case(showcase, scenario, source) for scenario, source in SHOWCASE]
    for scenario in others:
        is_late = scenario.due_in is not None and scenario.due_in < 0
        enterprise = rng.choices(pool, weights=behind if is_late else careless)[0]
        cases.append(_Case(enterprise, scenario, _found_by(rng, enterprise, scenario)))
    return cases


def _found_by(rng: Random, enterprise: Enterprise, scenario: Scenario) -> str:
    """Who found it. Small places don't inspect themselves, nor fix on the spot."""
    codes = [source.code for source in texts.SOURCES]
    weights = [30, 36, 21, 13]
    if not enterprise.uscc or "fix_on_spot" in scenario.steps:
        weights[0] = 0
    return rng.choices(codes, weights=weights)[0]


def _hazard(
    rng: Random, today: date, case: _Case, crew: Crew, seen: set[str]
) -> Hazard:
    finding = texts.pick_finding(rng, case.enterprise.traits, avoid=seen)
    seen.add(finding.title)
    place = texts.pick_place(rng, finding)
    suspected_major = (
        finding.kind in _LOOKS_MAJOR
        and case.source != "self_check"
        and "fix_on_spot" not in case.scenario.steps
        and rng.random() < 0.12
    )
    steps = CourseWriter(
        rng,
        crew=crew,
        finding=finding,
        place=place,
        source=case.source,
        photos=_photos(rng, finding),
        suspected_major=suspected_major,
    ).write(plan_dates(rng, case.scenario, today))
    description = finding.description.format(place=place)
    if suspected_major:
        description += texts.MAJOR_SUSPICION
    return Hazard(
        key="",
        enterprise_key=case.enterprise.key,
        kind=finding.kind,
        title=finding.title.format(place=place),
        description=description,
        place=place,
        requirement=finding.requirement,
        source=case.source,
        suspected_major=suspected_major,
        reported_at=steps[0].at,
        reporter_key=steps[0].actor_key,
        lon=round(case.enterprise.lon + rng.uniform(-0.0003, 0.0003), 6),
        lat=round(case.enterprise.lat + rng.uniform(-0.0002, 0.0002), 6),
        state=steps[-1].to_state,
        steps=steps,
    )


def _photos(rng: Random, finding: Finding) -> Photos:
    """One or two photos of the fault, one of the same place put right."""
    before = photos.keys_of(finding.scene, "before")
    chosen = rng.sample(before, rng.choice((1, 1, 2)))
    return Photos(
        before=tuple(chosen),
        after=(rng.choice(photos.keys_of(finding.scene, "after")),),
    )


def _crews(
    villages: tuple[Village, ...],
    enterprises: tuple[Enterprise, ...],
    people: tuple[Person, ...],
) -> dict[str, Crew]:
    township = {v.key: v.township_key for v in villages}
    at: dict[tuple[str, str], list[str]] = {}
    for person in people:
        at.setdefault((person.role, person.node_key), []).append(person.key)
    return {
        e.key: Crew(
            officer=at["enterprise_officer", e.key][0],
            worker=at["grid_worker", e.village_key][0],
            staff=tuple(at["township_staff", township[e.village_key]]),
            department=tuple(
                at["department_staff", e.department_key]
                if e.department_key
                else at["bureau_staff", "county"]
            ),
        )
        for e in enterprises
    }
