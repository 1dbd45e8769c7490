"""The board: parts equal the whole, and every figure opens its rows."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hazards.models import Hazard
from hazards.services import compact_tallies
from hazards.workflow import HazardState
from portal.reports.board import Figure, board, quarter_of
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_tenant,
    make_user,
)

pytestmark = pytest.mark.django_db
COLUMNS = (
    "open",
    "overdue",
    "suspected_major",
    "to_assess",
    "to_recheck",
    "reported",
    "closed",
)


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def hazards(county):
    """Hazards of random states and dates in three places, one in no township."""
    dice = random.Random(7)
    far = make_node(county.root, "township", name="临河镇")
    places = [
        make_enterprise(county.village, department=county.department),
        make_enterprise(make_node(far, name="河口村")),
        make_enterprise(county.root),
    ]
    made = [
        make_hazard(
            dice.choice(places),
            state=dice.choice(list(HazardState)),
            suspected_major=dice.random() < 0.3,
        )
        for _n in range(14)
    ]
    with tenant_scope(county.tenant.pk):
        for hazard in made:
            back = timedelta(days=dice.randrange(200))
            Hazard.objects.filter(pk=hazard.pk).update(
                reported_at=hazard.reported_at - back
            )
            if hazard.is_on_the_clock and dice.random() < 0.6:
                Hazard.objects.filter(pk=hazard.pk).update(
                    due_on=timezone.localdate() - timedelta(days=1)
                )
    return made


def figures(shown):
    """Every figure of the board with its place."""
    for line in [*shown.townships, shown.total]:
        for column in COLUMNS:
            yield f"{line.name} {column}", getattr(line, column)
    for state, _label, figure in shown.states:
        yield state, figure
    for month in shown.trend:
        yield f"{month.first} reported", month.reported
        yield f"{month.first} closed", month.closed


@pytest.fixture(params=["county", "township", "department", "village"])
def reader(request, county):
    node = {
        "county": county.root,
        "township": county.township,
        "department": county.department,
        "village": county.village,
    }[request.param]
    return make_user(county.tenant, on=node, may=["view_board", "view_hazards"])


def test_each_figure_equals_the_list_that_it_opens(client, hazards, reader):
    client.force_login(reader)
    shown = client.get(reverse("portal:board")).context["board"]

    opened = {
        where: client.get(figure.url).context["page_obj"].paginator.count
        for where, figure in figures(shown)
    }

    assert opened == {where: figure.value for where, figure in figures(shown)}


def test_the_townships_add_up_to_the_whole(hazards, county, reader):
    with tenant_scope(county.tenant.pk):
        shown = board(user=reader, on=timezone.localdate())

    for column in COLUMNS:
        parts = sum(getattr(line, column).value for line in shown.townships)
        assert parts == getattr(shown.total, column).value, column
    states = sum(figure.value for _state, _label, figure in shown.states)
    assert states == sum(1 for h in hazards if reader_sees(reader, county, h))


def reader_sees(reader, county, hazard):
    with tenant_scope(county.tenant.pk):
        return Hazard.objects.visible_to(reader).filter(pk=hazard.pk).exists()


def test_the_board_says_the_same_after_the_tallies_were_compacted(hazards, county):
    leader = make_user(county.tenant, on=county.root, role="bureau_leader")
    with tenant_scope(county.tenant.pk):
        before = board(user=leader, on=timezone.localdate())
        compact_tallies()
        after = board(user=leader, on=timezone.localdate())

    assert after == before


def test_a_township_without_hazards_has_its_line(county):
    leader = make_user(county.tenant, on=county.root, role="bureau_leader")
    with tenant_scope(county.tenant.pk):
        shown = board(user=leader, on=timezone.localdate())

    (line,) = shown.townships
    assert line.name == county.township.name
    assert line.open.value == 0


def test_figures_of_cases_that_one_may_not_see_open_nothing(county, hazards):
    reader = make_user(county.tenant, on=county.root, may=["view_board"])
    with tenant_scope(county.tenant.pk):
        shown = board(user=reader, on=timezone.localdate())

    assert {figure.url for _where, figure in figures(shown)} == {""}


def test_quarters_begin_in_january_april_july_and_october():
    day = timezone.localdate().replace
    ends = [
        tuple(d.strftime("%m%d") for d in quarter_of(day(year=2026, month=m, day=15)))
        for m in (1, 3, 4, 8, 12)
    ]

    assert ends == [
        ("0101", "0331"),
        ("0101", "0331"),
        ("0401", "0630"),
        ("0701", "0930"),
        ("1001", "1231"),
    ]


def test_whoever_may_not_see_the_board_is_refused(client, county, hazards):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    client.force_login(worker)

    assert client.get(reverse("portal:board")).status_code == 403
    assert client.get(reverse("portal:board-points")).status_code == 403


def test_the_map_shows_open_hazards_of_the_own_bureau_only(client, county):
    plant = make_enterprise(
        county.village, longitude="118.5", latitude="25.1", position_source="manual"
    )
    shown = make_hazard(plant, title="配电箱无门")
    make_hazard(plant, state=HazardState.CLOSED)
    other = make_county(make_tenant())
    make_hazard(
        make_enterprise(
            other.village, longitude="118.5", latitude="25.1", position_source="manual"
        )
    )
    client.force_login(make_user(county.tenant, on=county.root, role="bureau_leader"))

    response = client.get(reverse("portal:board-points"))

    assert response["Cache-Control"] == "private, max-age=60"
    given = response.json()
    (point,) = given["points"]
    assert point[:4] == [118.5, 25.1, str(shown.pk), "配电箱无门"]
    assert given["address"].format(shown.pk) == shown.get_absolute_url()


def test_the_map_shows_no_case_to_a_reader_of_figures(client, county):
    plant = make_enterprise(
        county.village, longitude="118.5", latitude="25.1", position_source="manual"
    )
    make_hazard(plant)
    client.force_login(make_user(county.tenant, on=county.root, may=["view_board"]))

    assert client.get(reverse("portal:board-points")).json()["points"] == []


@pytest.mark.parametrize(
    ("days", "major", "flags"), [(-1, False, 1), (3, False, 0), (-1, True, 3)]
)
def test_a_point_says_its_state_its_deadline_and_what_is_pressing(
    days, major, flags, client, county
):
    plant = make_enterprise(
        county.village,
        longitude="118.1234567",
        latitude="25.1",
        position_source="manual",
    )
    hazard = make_hazard(plant, state=HazardState.ASSIGNED)
    due_on = timezone.localdate() + timedelta(days=days)
    with tenant_scope(county.tenant.pk):
        Hazard.objects.filter(pk=hazard.pk).update(due_on=due_on, suspected_major=major)
    client.force_login(make_user(county.tenant, on=county.root, role="bureau_leader"))

    given = client.get(reverse("portal:board-points")).json()

    (point,) = given["points"]
    assert point[0] == 118.12346
    assert point[5:] == [due_on.isoformat(), point[6], flags]
    assert given["states"][point[6]] == HazardState.ASSIGNED.label


def test_the_points_are_packed_and_the_same_ones_are_not_sent_twice(client, county):
    plant = make_enterprise(
        county.village, longitude="118.5", latitude="25.1", position_source="manual"
    )
    make_hazard(plant, title="临时用电不规范" * 12)
    client.force_login(make_user(county.tenant, on=county.root, role="bureau_leader"))
    where = reverse("portal:board-points")

    packed = client.get(where, headers={"accept-encoding": "gzip"})
    again = client.get(
        where,
        headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]},
    )
    make_hazard(plant)
    changed = client.get(where, headers={"if-none-match": packed["ETag"]})

    assert packed["Content-Encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")
    assert len(changed.json()["points"]) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_for_any_number_of_rows(
    client, county, count, django_assert_num_queries
):
    plant = make_enterprise(county.village)
    for _n in range(count):
        make_hazard(plant)
        make_node(county.root, "township")
    client.force_login(make_user(county.tenant, on=county.root, role="bureau_leader"))

    # session, user; the scope with its savepoint (4, outside a test 1); grants;
    # states, months, clocks; names of townships; menu, unread notices
    with django_assert_num_queries(13):
        client.get(reverse("portal:board"))


def test_a_figure_without_rows_to_open_is_a_plain_number():
    assert Figure(3) == Figure(3, "")
