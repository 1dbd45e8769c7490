"""The benchmark asks what it says it asks, and nothing reads a whole table."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from django.db import connection

from benchmarks import cases, county, loading, queries, tables
from benchmarks.courses import courses
from benchmarks.load import Request
from benchmarks.measuring import Measured, Sample
from benchmarks.photographs import some_with_photos
from hazards.models import Hazard, HazardKind, HazardPhoto
from hazards.services import check_tallies, load_courses
from tenants.tenancy import tenant_scope

HAZARDS = 400
WRITES = 3


@pytest.fixture
def small(db, settings, tmp_path, monkeypatch):
    """The county of the benchmark with a few villages and hazards."""
    settings.MEDIA_ROOT = tmp_path
    for name, value in {
        "TOWNSHIPS": 4,
        "VILLAGES_EACH": 1,
        "ENTERPRISES_EACH": 2,
        "DEPARTMENTS": 3,
    }.items():
        monkeypatch.setattr(county, name, value)
    made = county.make_county()
    with tenant_scope(made.tenant.pk):
        kinds = list(HazardKind.objects.values_list("code", flat=True))
        planned = list(courses(made, kinds=kinds, count=HAZARDS))
        load_courses(courses=some_with_photos(planned))
    return made


def test_the_courses_are_whole_and_counted(small):
    with tenant_scope(small.tenant.pk):
        assert Hazard.objects.count() == HAZARDS
        assert Hazard.objects.open().count() > 0
        assert HazardPhoto.objects.values("hazard").distinct().count() == HAZARDS / 10
        assert check_tallies() == {}


def test_every_request_is_answered_and_finds_its_rows_by_an_index(small):
    measured = [case for case in cases.prepare(WRITES) if not case.is_floor]

    found = {}
    for case in measured:
        found[case.name] = queries.statements_of(case.requests[0])

    assert all(found.values())
    with tenant_scope(small.tenant.pk), connection.cursor() as cursor:
        # A table this small is read whole unless that is forbidden; a plan that
        # does so even then has no index to use.
        cursor.execute("SET LOCAL enable_seqscan = off")
        scans = [
            (name, statement)
            for name, statements in found.items()
            for statement in statements
            if queries.reads_hazards(statement) and queries.scans(statement)
        ]
    assert scans == []


def test_a_request_that_is_answered_otherwise_stops_the_run(small):
    (case,) = (case for case in cases.prepare(1) if case.name == "API list")
    wrong = Request("/api/v1/hazards/?state=nonsense", headers=case.requests[0].headers)

    with pytest.raises(RuntimeError, match=str(HTTPStatus.BAD_REQUEST.value)):
        queries.statements_of(wrong)


def test_cases_survive_the_way_to_another_process(small):
    before = cases.prepare(WRITES)

    after = cases.from_json(json.dumps([cases.asdict(case) for case in before]))

    assert after == before
    report = next(case for case in after if case.name == "API report")
    assert len(report.take(WRITES)) == WRITES
    with pytest.raises(ValueError, match="only 3 prepared"):
        report.take(1, skip=WRITES)


def sample(milliseconds: float) -> Sample:
    return Sample(web=milliseconds, database=0, p50=1, p95=2)


def measured(name: str, *, own: list[float], floor: list[float], limit: float | None):
    case = cases.Case(name, [Request("/")], cases.FIFTY, limit)
    return Measured(
        case,
        alone=[sample(ms) for ms in own],
        together=[sample(1)],
        beside=[sample(ms) for ms in floor],
    )


def test_times_the_floor_is_the_middle_of_the_pairs():
    one = measured("A", own=[10, 30, 20], floor=[1, 10, 4], limit=None)

    assert one.over() == 5


def test_what_misses_its_target_grows_or_asks_more_is_named():
    few = [measured("A", own=[8], floor=[1], limit=9)]
    many = [measured("A", own=[16], floor=[1], limit=9)]
    asked = {
        10: [{"case": "A", "statements": 4, "scans": []}],
        20: [{"case": "A", "statements": 5, "scans": ["SELECT 1"]}],
    }

    told = tables.missed({10: few, 20: many}, asked)

    assert told == [
        "20: A takes 16.0 × floor: 50 rows, more than 9.",
        "20: A reads a whole table: SELECT 1",
        "A asks 4 queries with 10 hazards and 5 with 20.",
        "A grows 2.00 times.",
    ]


@pytest.mark.parametrize("count", [1, 2_000, 2_001, 10_000, 1_000_000])
def test_every_chunk_is_loaded_by_exactly_one_process(count):
    chunks = [0, *(n for stretch in loading.stretches(count) for n in stretch)]

    assert chunks == list(range(-(-count // loading.CHUNK)))
