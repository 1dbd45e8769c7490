"""Each filter of the list, and that the kept total is always the real one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hazards.models import Hazard
from hazards.workflow import HazardState
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_hazard, make_node, make_user
from tests.hazards.test_views_list import shown, total

URL = "/hazards/"


@pytest.fixture
def client(official, client_for):
    return client_for(official)


@pytest.fixture
def pair(enterprise, furnished):
    """Two hazards that differ in everything a filter can ask for."""
    one = make_hazard(enterprise, title="灭火器过期", suspected_major=True)
    two = make_hazard(
        furnished.other_village,
        state=HazardState.RECTIFYING,
        title="Door locked",
        source="expert",
    )
    return one, two


def titles(client, query):
    """What the list shows; its total must be the number of its rows."""
    response = client.get(f"{URL}?{query}")
    assert total(response) == len(shown(response))
    return set(shown(response))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=灭火", {"灭火器过期"}),
        ("q=东风机", {"灭火器过期"}),
        ("q=door", {"Door locked"}),
        ("q=YH-99", {"灭火器过期", "Door locked"}),
        ("q=yh-99", {"灭火器过期", "Door locked"}),
        ("q=nothing", set()),
        ("q=100%25", set()),
        ("state=rectifying", {"Door locked"}),
        ("state=rectifying&state=reported", {"灭火器过期", "Door locked"}),
        ("state=closed", set()),
        ("level=general", {"Door locked"}),
        ("level=unassessed", {"灭火器过期"}),
        ("level=major", set()),
        ("source=expert", {"Door locked"}),
        ("suspected_major=on", {"灭火器过期"}),
        ("open=on", {"灭火器过期", "Door locked"}),
        ("open=on&state=closed", set()),
        ("mine=on", set()),
        ("overdue=on", set()),
        ("due_soon=on", set()),
        ("work=assess", {"灭火器过期"}),
        ("overdue=", {"灭火器过期", "Door locked"}),
    ],
)
def test_a_filter_keeps_what_it_names(pair, client, query, expected):
    assert titles(client, query) == expected


def test_a_whole_number_finds_exactly_its_hazard(pair, client):
    one, two = pair
    assert titles(client, f"q={one.number}") == {one.title}
    assert titles(client, f"q={two.number[-13:]}") == {two.title}


def test_village_department_kind_and_enterprise_narrow_the_list(
    pair, client, furnished, enterprise
):
    one, two = pair
    assert titles(client, f"village={furnished.other_village.pk}") == {two.title}
    assert titles(client, f"village={furnished.village.pk}") == {one.title}
    assert titles(client, f"kind={one.kind_id}") == {one.title, two.title}
    assert titles(client, f"enterprise={enterprise.pk}") == {one.title}


def test_a_department_stands_for_the_offices_below_it(furnished, client_for):
    office = make_node(furnished.department, "department", name="质安站")
    there = make_hazard(
        make_enterprise(furnished.village, trade="0501", department=office)
    )
    make_hazard(furnished.village)
    leader = make_user(furnished.tenant, on=furnished.root, role="bureau_leader")
    client = client_for(leader)

    for node in (furnished.department, office):
        assert titles(client, f"department={node.pk}") == {there.title}


def test_reported_between_two_days_counts_both_days(pair, client):
    today = timezone.localdate()
    later, earlier = today + timedelta(days=1), today - timedelta(days=1)

    everything = {h.title for h in pair}
    assert titles(client, f"reported_from={today}&reported_to={today}") == everything
    assert titles(client, f"reported_from={later}") == set()
    assert titles(client, f"reported_to={earlier}") == set()


def test_closed_between_two_days_leaves_open_cases_out(pair, client, enterprise):
    closed = make_hazard(enterprise, state=HazardState.CLOSED)
    today = timezone.localdate()

    assert titles(client, f"closed_from={today}&closed_to={today}") == {closed.title}


def test_mine_are_those_that_i_reported(enterprise, official, client):
    mine = make_hazard(enterprise, reporter=official)
    make_hazard(enterprise)

    assert titles(client, "mine=on") == {mine.title}


def test_overdue_and_due_soon_look_at_the_running_clock_only(
    enterprise, client, time_machine
):
    today = timezone.localdate()
    soon = make_hazard(
        enterprise, state=HazardState.ASSIGNED, due_on=today + timedelta(days=2)
    )
    late = make_hazard(
        enterprise, state=HazardState.ASSIGNED, due_on=today + timedelta(days=9)
    )
    make_hazard(
        enterprise, state=HazardState.SUBMITTED, due_on=today + timedelta(days=1)
    )
    assert titles(client, "due_soon=on") == {soon.title}
    assert titles(client, "overdue=on") == set()

    with tenant_scope(enterprise.tenant_id):
        Hazard.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))

    assert titles(client, "overdue=on") == {late.title}


def test_sorted_by_deadline_the_running_clocks_stand_first(enterprise, client):
    today = timezone.localdate()
    far, near = (
        make_hazard(
            enterprise, state=HazardState.ASSIGNED, due_on=today + timedelta(days=days)
        )
        for days in (9, 2)
    )
    closed = make_hazard(enterprise, state=HazardState.CLOSED, due_on=today)
    fresh = make_hazard(enterprise)

    response = client.get(f"{URL}?sort=deadline")

    assert shown(response) == [h.title for h in (near, far, closed, fresh)]
    oldest = client.get(f"{URL}?sort=oldest")
    assert shown(oldest) == [h.title for h in (far, near, closed, fresh)]


@pytest.mark.parametrize("role", ["bureau_leader", "township_staff", "grid_worker"])
def test_the_total_is_exact_for_every_reach(role, pair, furnished, client_for):
    place = {
        "bureau_leader": furnished.root,
        "township_staff": furnished.township,
        "grid_worker": furnished.village,
    }[role]
    client = client_for(make_user(furnished.tenant, on=place, role=role))

    for query in ("", "state=reported", "level=general", "level=unassessed", "open=on"):
        titles(client, query)
    titles(client, f"department={furnished.department.pk}")


def test_a_township_outside_the_reach_is_no_choice(furnished, client):
    hidden = make_node(furnished.root, "township", name="远方镇")

    response = client.get(f"{URL}?township={hidden.pk}")

    assert shown(response) == []
    assert response.context["filter"].form.errors.keys() == {"township"}
