"""The large scenarios: their published counts, and small loads of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client
from shapely.geometry import Point, shape
from shapely.ops import unary_union

from accounts.models import User
from enterprises.codes import check_digit_fits
from enterprises.models import (
    BoundaryDuty,
    DirectSupervision,
    Enterprise,
    LevelDecision,
)
from grids import access
from grids.integrity import check_tree
from grids.kinds import NodeKind
from grids.models import GridNode, OfficeMark, Post, RoleAssignment, WorkRecord
from hazards.models import Hazard, HazardEvent
from hazards.services import check_tallies
from hazards.workflow import HAZARD_WORKFLOW
from journal.services import seal_events, verify
from portal.demo.calendar import SHANGHAI
from portal.demo.texts import findings_for
from portal.management.commands import load_scenario as command
from portal.scenarios import ground as grounds
from portal.scenarios import people
from portal.scenarios.counting import RECTIFIED, compare
from portal.scenarios.courses import Site, courses_of, ledger
from portal.scenarios.departments import DEPARTMENTS
from portal.scenarios.load import Run, load_scenario
from portal.scenarios.register import enterprises
from portal.scenarios.signing_in import sign_ins
from portal.scenarios.sizes import SCENARIOS, Found, sized
from tenants.ids import new_id
from tenants.models import Tenant, TenantLevel
from tenants.tenancy import tenant_scope

TODAY = date(2026, 11, 23)
SEED = 7
# Small enough for a test, large enough that every level has its grids.
SHARES = {"taihe": 0.01, "quanshan": 0.02, "quanzhou": 0.004, "haining": 0.03}


def _load(key, *, share=None, years=1):
    share = SHARES[key] if share is None else share
    scenario = sized(key, years=years, share=share)
    run = Run(scenario=scenario, years=years, today=TODAY, seed=SEED)
    return scenario, load_scenario(run, say=lambda _line: None)


@pytest.fixture(scope="module")
def quanzhou(django_db_setup, django_db_blocker):
    """Fourteen bureaus, loaded once; each test works in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _load("quanzhou")
        transaction.set_rollback(True)


# At full size, without a database -------------------------------------------------


def test_the_sizes_are_the_published_ones():
    places = {key: s.counties for key, s in SCENARIOS.items()}
    quanzhou = places["quanzhou"]
    city = SCENARIOS["quanzhou"].city

    assert [
        (p.code, p.departments, p.areas.total, p.villages, p.subgrids, p.enterprises)
        for key in ("taihe", "quanshan", "haining")
        for p in places[key]
    ] == [
        ("341222", 23, 32, 314, 0, 8_512),
        ("320311", 32, 16, 123, 755, 347),
        ("330481", 25, 12, 228, 0, 3_212),
    ]
    assert len(quanzhou) == 13
    assert sum(p.departments for p in quanzhou) + city.departments == 285
    assert sum(p.areas.total for p in quanzhou) == 172
    assert sum(p.enterprises for p in quanzhou) == 12_765
    assert sum(p.self_found.count for p in quanzhou) == 94_081
    assert sum(p.self_found.left for p in quanzhou) == 94_081 - 93_933
    assert sum(p.inspected.count for p in quanzhou) == 28_626
    assert sum(p.inspected.left for p in quanzhou) == 28_626 - 28_476


def test_every_place_has_its_own_keys_and_enough_departments():
    places = [p for s in SCENARIOS.values() for p in s.places]

    assert len({p.key for p in places}) == len({p.code for p in places}) == 17
    assert len({p.code[-4:] for p in places}) == 17  # they begin the phone numbers
    assert max(p.departments for p in places) <= len(DEPARTMENTS)


def test_years_multiply_hazards_and_what_is_wanted_of_them():
    three = sized("quanzhou", years=3)

    assert sum(p.self_found.count for p in three.counties) == 3 * 94_081
    wanted = {w.what: w.number for w in three.wanted}
    assert wanted["self_found"] == 3 * 94_081
    assert wanted["areas"] == 172


@pytest.mark.parametrize("key", SCENARIOS)
def test_the_grids_of_a_place_are_as_many_as_wanted_and_tile_it(key):
    for place in SCENARIOS[key].counties:
        ground = grounds.lay_out(place, SEED)

        assert len(ground.areas) == place.areas.total
        assert len(ground.villages) == place.villages
        assert len(ground.subgrids) == place.subgrids
        codes = [g.code for g in (*ground.areas, *ground.villages, *ground.subgrids)]
        assert len(set(codes)) == len(codes)
        whole = shape(grounds.polygon(ground.outline))
        for grids in (ground.areas, ground.villages, ground.subgrids):
            if not grids:
                continue
            rings = [shape(grounds.polygon(g.ring)) for g in grids]
            assert all(ring.is_valid for ring in rings)
            assert unary_union(rings).area == pytest.approx(whole.area, rel=1e-4)
            assert sum(r.area for r in rings) == pytest.approx(whole.area, rel=1e-4)


def test_every_trade_is_met_and_every_enterprise_lies_in_its_grid():
    place = SCENARIOS["haining"].counties[0]
    ground = grounds.lay_out(place, SEED)
    rings = {g.code: shape(grounds.polygon(g.ring)) for g in ground.lowest}
    since = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)

    units = list(enterprises(place, ground, since=since, seed=SEED))

    assert len(units) == 3_212
    assert len({u.row.subcategory for u in units}) == 116
    assert len({u.row.name for u in units}) == 3_212
    assert {u.grid for u in units} == set(rings)
    codes = [u.row.uscc for u in units if u.row.uscc]
    assert len(set(codes)) == len(codes)
    assert all(check_digit_fits(code) for code in codes)
    for unit in units:
        facts = unit.row.facts
        where = Point(facts["longitude"], facts["latitude"])
        assert rings[unit.grid].buffer(1e-5).contains(where)


def test_some_workers_hold_two_grids_and_twelve_grids_have_none():
    place = SCENARIOS["quanshan"].counties[0]
    ground = grounds.lay_out(place, SEED)
    grids = [*ground.villages, *ground.subgrids]
    grids += [grids[0]] * place.enterprises  # stand for the enterprises' own

    workers = list(people.workers(place, grids, seed=SEED))

    held = Counter(len(w.grids) for w in workers)
    assert held == {1: 1_003, 2: 105}
    assert sum(len(w.grids) for w in workers) == len(grids) - 12


# Small loads ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["taihe", "quanshan", "haining"])
def test_a_small_load_is_sound(key):
    _check_sound(*_load(key))


@pytest.mark.django_db
def test_a_small_city_is_sound(quanzhou):
    _check_sound(*quanzhou)


def _check_sound(scenario, loaded):
    wanted = sum(p.self_found.count + p.inspected.count for p in scenario.counties)
    assert loaded.hazards == wanted
    assert len(loaded.tenants) == len(scenario.places)
    for tenant, place in zip(loaded.tenants, scenario.places, strict=True):
        with tenant_scope(tenant.pk):
            kinds = Counter(GridNode.objects.values_list("kind", flat=True))
            assert kinds[NodeKind.DEPARTMENT] == place.departments
            assert kinds[NodeKind.TOWNSHIP] == place.areas.total
            assert kinds[NodeKind.VILLAGE] == place.villages
            assert kinds[NodeKind.SUBGRID] == place.subgrids
            assert kinds[NodeKind.ENTERPRISE] == place.enterprises
            assert Enterprise.objects.count() == place.enterprises
            assert check_tree() == []
            assert check_tallies() == {}
            _check_ground(place)
    with tenant_scope(loaded.tenants[-1].pk):
        while seal_events():
            pass
        assert list(verify()) == []


def _check_ground(place):
    """Posts instead of bare roles, boundaries of all villages, work and duties."""
    workers = RoleAssignment.objects.in_force().filter(role__code="grid_worker")
    assert set(workers.values_list("origin", flat=True)) <= {"post", "leave"}
    assert Post.objects.filter(kind="responsible").count() >= place.departments
    areas = GridNode.objects.filter(kind__in=["township", "village", "subgrid"])
    assert not areas.filter(boundary__isnull=True).exists()
    assert 0 < BoundaryDuty.objects.undecided().count() < BoundaryDuty.objects.count()
    if place.villages and place.workers:
        assert WorkRecord.objects.exists()
    if place.areas.total:
        offices = place.areas.total + place.villages
        assert OfficeMark.objects.values("node").distinct().count() >= offices // 2
    if place.enterprises >= 20:
        assert DirectSupervision.objects.exists()
        assert LevelDecision.objects.exists()


@pytest.mark.django_db
def test_two_loads_of_the_same_seed_are_the_same():
    first = _fingerprint("quanshan")
    assert first["hazards"]
    assert _fingerprint("quanshan") == first


def _fingerprint(key):
    """All that a load leaves by natural keys; the load itself is taken back."""
    with transaction.atomic():
        _scenario, loaded = _load(key)
        with tenant_scope(loaded.tenants[0].pk):
            found = {
                "grids": list(
                    GridNode.objects.order_by("code").values_list(
                        "code", "name", "kind", "parent__code", "boundary"
                    )
                ),
                "enterprises": list(
                    Enterprise.objects.order_by("name").values_list(
                        "name", "uscc", "address", "longitude", "subcategory__code"
                    )
                ),
                "roles": list(
                    RoleAssignment.objects.order_by(
                        "user__username", "node__code"
                    ).values_list("user__username", "role__code", "node__code")
                ),
                "posts": list(
                    Post.objects.order_by(
                        "user__username", "node__code", "kind"
                    ).values_list("user__username", "node__code", "kind", "begins_on")
                ),
                "work": list(
                    WorkRecord.objects.order_by(
                        "node__code", "version__name", "number"
                    ).values_list("node__code", "version__name", "done_at", "note")
                ),
                "levels": list(
                    LevelDecision.objects.order_by(
                        "enterprise__name", "year"
                    ).values_list("enterprise__name", "year", "level", "score")
                ),
                "hazards": list(
                    Hazard.objects.order_by("number").values_list(
                        *("number", "title", "state", "reported_by__username"),
                        *("reported_at", "due_on", "closed_at", "area_node__code"),
                    )
                ),
                "events": list(
                    HazardEvent.objects.order_by("hazard__number", "at").values_list(
                        *("hazard__number", "name", "at", "actor__username", "note"),
                        "details",
                    )
                ),
            }
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_everybody_may_do_what_they_did_and_nobody_rechecked_their_own():
    _scenario, loaded = _load("taihe")
    with tenant_scope(loaded.tenants[0].pk):
        hazards = Hazard.objects.in_bulk()
        rectifier = {}
        people_by_id = User.objects.in_bulk()
        may = {}
        for event in HazardEvent.objects.order_by("hazard_id", "at", "id"):
            hazard = hazards[event.hazard_id]
            move = HAZARD_WORKFLOW._by_name.get(event.name)
            permission = move.permission if move else "report_hazards"
            asked = (event.actor_id, permission, *hazard.lines())
            if asked not in may:
                actor = people_by_id[event.actor_id]
                may[asked] = access.can(actor, permission, hazard.lines())
            assert may[asked], (event.name, event.actor_id)
            if event.name in {"submit", "fix_on_spot"}:
                rectifier[hazard.pk] = event.actor_id
            if event.name in {"pass_recheck", "fail_recheck", "close"}:
                assert rectifier[hazard.pk] != event.actor_id


@pytest.mark.django_db
def test_nothing_happens_after_yesterday_and_steps_follow_each_other(quanzhou):
    _scenario, loaded = quanzhou
    for tenant in loaded.tenants[1:]:
        with tenant_scope(tenant.pk):
            for hazard in Hazard.objects.prefetch_related("events"):
                moments = [
                    e.at for e in sorted(hazard.events.all(), key=lambda e: e.id)
                ]
                assert moments == sorted(moments)
                assert moments[-1].astimezone(SHANGHAI).date() < TODAY


@pytest.mark.django_db
def test_exactly_what_was_published_is_left_unrectified(quanzhou):
    scenario, loaded = quanzhou
    left = sum(p.self_found.left + p.inspected.left for p in scenario.counties)

    open_ones = 0
    for tenant in loaded.tenants[1:]:
        with tenant_scope(tenant.pk):
            open_ones += Hazard.objects.exclude(state__in=RECTIFIED).count()

    assert open_ones == left > 0


@pytest.mark.django_db
def test_the_city_stands_above_its_counties_and_sees_none_of_their_rows(quanzhou):
    _scenario, loaded = quanzhou
    city, *counties = loaded.tenants

    assert city.level == TenantLevel.CITY
    assert {county.parent_id for county in counties} == {city.pk}
    with tenant_scope(city.pk):
        assert Hazard.objects.count() == 0
        assert Enterprise.objects.count() == 0
    for username in ("quanzhou-bureau", "jinjiang-bureau"):
        client = Client()
        client.force_login(User.objects.get(username=username))
        for address in ("/", "/board/", "/hazards/", "/enterprises/"):
            assert client.get(address).status_code == 200, (username, address)


@pytest.mark.django_db
def test_the_figures_are_counted_from_the_rows():
    scenario, loaded = _load("haining")

    figures = {f.label: f.loaded for f in compare(scenario, loaded.tenants)}

    place = scenario.counties[0]
    assert figures == {
        "镇（街道）": place.areas.total,
        "入平台企业": place.enterprises,
        "检查次数": place.inspected.visits,
        "检查发现问题": place.inspected.count,
    }


@pytest.mark.django_db
def test_every_sign_in_that_is_printed_exists():
    scenario, _loaded = _load("quanshan")

    printed = [username for _label, username in sign_ins(scenario)]

    # The first worker's name has as many digits as there are workers.
    known = set(User.objects.values_list("username", flat=True))
    assert [name for name in printed if name not in known] == []


def test_a_day_is_drawn_the_same_whoever_draws_the_days_before(sites):
    book = ledger(
        key="x",
        sites=sites,
        own=Found(count=400, left=3),
        inspected=Found(count=200, visits=80),
        last_day=TODAY,
        years=1,
        seed=SEED,
    )
    alone = list(courses_of(book, 200))

    for day in range(200):
        list(courses_of(book, day))

    assert list(courses_of(book, 200)) == alone
    assert alone
    visits = {
        (c.enterprise_id, c.reported_by_id, c.reported_at)
        for day in range(365)
        for c in courses_of(book, day)
        if c.source != "self_check"
    }
    assert len(visits) == 80


@pytest.fixture
def sites():
    return [
        Site(
            enterprise_id=new_id(),
            area_node_id=new_id(),
            township_id=new_id(),
            department_node_id=None,
            longitude=None,
            latitude=None,
            responsible="张三",
            findings=tuple(findings_for(frozenset({"works"}))),
            officer=new_id(),
            inspectors=(("township", new_id()), ("department", new_id())),
            judge=new_id(),
            closer=new_id(),
        )
        for _site in range(20)
    ]


# The command ----------------------------------------------------------------------


def _run(*arguments):
    told = StringIO()
    call_command("load_scenario", *arguments, stdout=told)
    return told.getvalue()


@pytest.fixture
def small(monkeypatch):
    """The command at the size of a test, with figures that fit it."""
    scenario = sized("haining", share=SHARES["haining"])
    place = scenario.counties[0]
    numbers = {
        "areas": place.areas.total,
        "enterprises": place.enterprises,
        "visits": place.inspected.visits,
        "inspected": place.inspected.count,
    }
    wanted = tuple(replace(w, number=numbers[w.what]) for w in scenario.wanted)
    scenario = replace(scenario, wanted=wanted)
    monkeypatch.setattr(command, "sized", lambda _name, years: scenario)
    return scenario


@pytest.mark.django_db
def test_the_command_compares_and_tells_how_to_sign_in(small):
    told = _run("haining", "--processes=1")

    assert told.count("✓") == len(small.wanted)
    assert "haining-bureau" in told
    assert _run("haining", "--only-compare").count("✓") == len(small.wanted)


@pytest.mark.django_db
def test_a_count_that_differs_is_an_error(small):
    _run("haining", "--processes=1")
    tenant = Tenant.objects.get(division_code="330481")
    with tenant_scope(tenant.pk):
        Hazard.objects.filter(source="township").update(source="self_check")

    with pytest.raises(CommandError):
        _run("haining", "--only-compare")


@pytest.mark.django_db
def test_a_place_is_not_loaded_twice(small):
    _run("haining", "--processes=1")

    with pytest.raises(CommandError, match="FRESH=1"):
        _run("haining", "--processes=1")


@pytest.mark.django_db
def test_known_passwords_are_refused_in_production(settings):
    settings.MODE = "production"
    before = list(Tenant.objects.values_list("pk", flat=True))

    with pytest.raises(CommandError):
        _run("haining")

    assert list(Tenant.objects.values_list("pk", flat=True)) == before
