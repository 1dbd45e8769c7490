"""Home: what waits for whom, and that each pile opens exactly its rows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.services import assign_roles_in_bulk, end_assignments_of
from hazards.models import Hazard
from hazards.workflow import HazardState
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_user,
    take_step,
)

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def plant(county):
    return make_enterprise(county.village, department=county.department)


@pytest.fixture
def township(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


@pytest.fixture
def officer(county, plant):
    return make_user(county.tenant, on=plant.area_node, role="enterprise_officer")


@pytest.fixture
def worker(county):
    return make_user(county.tenant, on=county.village, role="grid_worker")


def home(client, user):
    client.force_login(user)
    response = client.get(HOME)
    assert response.status_code == 200
    return response


def piles(response):
    return {p.name: p.total for p in response.context["work"].piles}


def test_each_role_sees_the_piles_of_its_own_steps(
    client, plant, township, officer, worker
):
    make_hazard(plant)
    make_hazard(plant, state=HazardState.ASSESSED)
    make_hazard(plant, state=HazardState.ASSIGNED)
    make_hazard(plant, state=HazardState.SUBMITTED)
    make_hazard(plant, state=HazardState.VERIFIED)
    make_hazard(plant, state=HazardState.CLOSED)

    assert piles(home(client, township)) == {
        "assess": 1,
        "assign": 1,
        "recheck": 1,
        "close": 1,
    }
    assert piles(home(client, officer)) == {"redo": 0, "rectify": 1}
    assert piles(home(client, worker)) == {"recheck": 1}


def test_every_pile_opens_a_list_of_exactly_its_rows(client, county, plant):
    everything = make_user(county.tenant, on=plant.area_node, role="enterprise_officer")
    with tenant_scope(county.tenant.pk):
        assign_roles_in_bulk(
            assignments=[(everything.pk, "township_staff", county.other_village.pk)]
        )
    elsewhere = make_enterprise(county.other_village, department=county.department)
    for place in (plant, elsewhere):
        make_hazard(place)
        make_hazard(place, state=HazardState.ASSIGNED)
        make_hazard(place, state=HazardState.SUBMITTED)
    failed = make_hazard(plant, state=HazardState.SUBMITTED)
    checker = make_user(county.tenant, on=county.township, role="township_staff")
    take_step(failed, "fail_recheck", checker)

    response = home(client, everything)

    assert piles(response) == {
        "redo": 1,
        "rectify": 1,
        "assess": 1,
        "assign": 0,
        "recheck": 1,
        "close": 0,
    }
    for pile in response.context["work"].piles:
        listed = client.get(pile.url).context["page_obj"]
        assert listed.paginator.count == pile.total, pile.name
        with tenant_scope(county.tenant.pk):
            assert {h.pk for h in listed} == {h.pk for h in pile.rows}, pile.name


def test_nobody_is_offered_to_recheck_what_they_rectified(client, county, plant):
    both = make_user(
        county.tenant,
        on=county.root,
        may=["view_hazards", "rectify_hazards", "recheck_hazards"],
    )
    hazard = make_hazard(plant, state=HazardState.ASSIGNED)
    take_step(hazard, "submit", both)

    assert piles(home(client, both)) == {"redo": 0, "rectify": 0, "recheck": 0}


def test_an_officer_sees_the_nearest_deadline_first_and_the_days_left(
    client, plant, officer
):
    today = timezone.localdate()
    late = make_hazard(
        plant, state=HazardState.ASSIGNED, due_on=today + timedelta(days=20)
    )
    soon = make_hazard(
        plant, state=HazardState.ASSIGNED, due_on=today + timedelta(days=2)
    )

    client.cookies["django_language"] = "en"
    response = home(client, officer)

    (rectify,) = [p for p in response.context["work"].piles if p.name == "rectify"]
    assert [h.pk for h in rectify.rows] == [soon.pk, late.pk]
    assert "2 days left" in response.content.decode()


def test_whoever_oversees_is_shown_what_is_overdue(client, plant, township, officer):
    make_hazard(plant, state=HazardState.ASSIGNED)
    with tenant_scope(plant.tenant_id):
        Hazard.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    work = home(client, township).context["work"]

    assert work.overdue.total == 1
    assert client.get(work.overdue.url).context["page_obj"].paginator.count == 1
    assert home(client, officer).context["work"].overdue is None


def test_a_reporter_finds_what_was_rejected(client, plant, worker, township):
    hazard = make_hazard(plant, reporter=worker)
    take_step(hazard, "reject", township)

    work = home(client, worker).context["work"]

    assert [h.pk for h in work.rejected.rows] == [hazard.pk]
    assert client.get(work.rejected.url).context["page_obj"].paginator.count == 1


def test_a_worker_without_work_is_told_so_and_can_report(client, worker):
    client.cookies["django_language"] = "en"
    text = home(client, worker).content.decode()

    assert "Nothing waits for you" in text
    assert reverse("hazards:report") in text


def test_somebody_without_a_role_is_told_whom_to_ask(client, county, worker):
    with tenant_scope(county.tenant.pk):
        end_assignments_of(actor=None, user_id=worker.pk)

    client.cookies["django_language"] = "en"
    text = home(client, worker).content.decode()

    assert "Ask your administrator" in text


def test_a_platform_operator_is_sent_to_choose_a_bureau(client):
    client.force_login(make_user(None, is_staff=True))

    response = client.get(HOME)

    assert response.status_code == 302
    assert response.url == reverse("admin:choose_tenant")


def test_a_longer_pile_is_counted_and_cut(client, plant, township):
    for _n in range(6):
        make_hazard(plant)

    (assess, *_others) = home(client, township).context["work"].piles

    assert (assess.total, len(assess.rows)) == (6, 5)


@pytest.mark.parametrize("count", [1, 3])
def test_home_costs_the_same_for_any_number_of_rows(
    client, plant, township, count, django_assert_num_queries
):
    for _n in range(count):
        make_hazard(plant)
        make_hazard(plant, state=HazardState.SUBMITTED)
    client.force_login(township)

    # session, user; the scope with its savepoint (4); grants; four piles; overdue,
    # rejected, mine; names of enterprises; menu, unread notices
    with django_assert_num_queries(17):
        client.get(HOME)
