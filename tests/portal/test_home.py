"""Home: what waits for whom, and that each pile opens exactly its rows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.models import Role
from grids.services import (
    Wish,
    appoint,
    assign_roles_in_bulk,
    end_assignments_of,
    propose_roles,
    seed_posts,
)
from hazards.models import Hazard
from hazards.workflow import HazardState
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_tenant,
    make_user,
    root_of,
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


def steps(response):
    found = response.context["work"].set_up
    return None if found is None else {s.url: s.is_done for s in found.steps}


def test_a_new_counties_administrator_is_led_through_the_steps(client):
    tenant = make_tenant()
    admin = make_user(tenant, on=root_of(tenant), role="tenant_admin", is_staff=True)

    page = home(client, admin)

    assert list(steps(page).values()) == [False] * 6
    for url in steps(page):
        assert url in page.content.decode()
        assert client.get(url).status_code == 200
    township = make_node(root_of(tenant), "township")
    assert not steps(home(client, admin))[reverse("grids:import")]
    village = make_node(township, "village")
    assert steps(home(client, admin))[reverse("grids:import")]
    department = make_node(root_of(tenant), "department")
    make_enterprise(village, department=department)
    worker = make_user(tenant)
    make_user(tenant)
    assert not steps(home(client, admin))[reverse("people:start")]
    make_user(tenant)
    assert steps(home(client, admin))[reverse("people:start")]
    with tenant_scope(tenant.pk):
        seed_posts()
        appoint(
            actor=None,
            user_id=worker.pk,
            node_id=village.pk,
            kind="worker",
            begins_on=timezone.localdate(),
        )
    # Boundaries may come later: what is left to do is no longer a card of its own.
    assert steps(home(client, admin)) is None


def test_the_steps_are_no_concern_of_others(client, county, township, worker):
    security = make_user(county.tenant, on=county.root, role="security_admin")
    leader = make_user(county.tenant, on=county.root, role="bureau_leader")

    for person in (security, leader, township, worker):
        assert steps(home(client, person)) is None


def test_who_gives_roles_is_led_to_those_that_wait(client, county):
    security = make_user(county.tenant, on=county.root, role="security_admin")
    client.cookies["django_language"] = "en"
    page = home(client, security).content.decode()
    assert "No role waits for you" in page
    assert "Ask your administrator" not in page

    admin = make_user(county.tenant, on=county.root, role="tenant_admin")
    asked = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")
        propose_roles(
            actor=admin,
            batch=new_id(),
            source_name="名单.xlsx",
            wishes=[Wish(asked.pk, role.pk, county.village.pk)],
        )

    page = home(client, security).content.decode()
    assert "1 role waits for you" in page
    assert reverse("people:batches") in page


@pytest.mark.parametrize("grids", [1, 3])
def test_the_steps_cost_the_same_for_any_number_of_grids(
    client, grids, django_assert_num_queries
):
    tenant = make_tenant()
    for _n in range(grids):
        make_node(root_of(tenant), "township")
    client.force_login(make_user(tenant, on=root_of(tenant), role="tenant_admin"))

    # session, user; the scope (4); grants; overdue; grids, accounts, posts; menu,
    # unread notices
    with django_assert_num_queries(13):
        client.get(HOME)
