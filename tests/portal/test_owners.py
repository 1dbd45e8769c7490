"""No owner, two owners: each enterprise stands in one cell, and cells open their rows."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import EnterpriseState
from enterprises.services import (
    add_boundary_duty,
    change_state,
    decide_boundary_duty,
)
from grids.kinds import NodeKind
from grids.services import appoint
from portal.reports.owners import AREA, DEPARTMENT, owners
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_node, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def leader(county):
    return make_user(county.tenant, on=county.root, role="bureau_leader")


@pytest.fixture
def browser(client, leader):
    client.force_login(leader)
    return client


def put(county, node, kind="worker", user=None):
    with tenant_scope(county.tenant.pk):
        return appoint(
            actor=None,
            user_id=(user or make_user(county.tenant)).pk,
            node_id=node.pk,
            kind=kind,
            begins_on=TODAY(),
        )


def cell_of(county, leader, enterprise):
    """In which cell the only enterprise stands."""
    with tenant_scope(county.tenant.pk):
        report = owners(user=leader, on=TODAY())
    (found,) = [
        (area, department)
        for (area, _a), row in zip(AREA, report.matrix, strict=True)
        for (department, _d), cell in zip(DEPARTMENT, row.cells, strict=True)
        if cell.value
    ]
    return found


def test_an_enterprise_without_anybody_has_no_owner_on_either_line(county, leader):
    plant = make_enterprise(county.village)

    assert cell_of(county, leader, plant) == ("none", "unknown")


@pytest.mark.parametrize("kind", ["worker", "responsible"])
def test_whoever_is_appointed_in_the_village_owns_its_enterprises(county, leader, kind):
    plant = make_enterprise(county.village, department=county.department)
    put(county, county.village, kind)

    assert cell_of(county, leader, plant) == ("one", "none")


def test_a_liaison_leader_owns_nothing(county, leader):
    plant = make_enterprise(county.village)
    put(county, county.village, "liaison")

    assert cell_of(county, leader, plant) == ("none", "unknown")


def test_a_village_owns_what_lies_in_its_sub_grids(county, leader):
    subgrid = make_node(county.village, NodeKind.SUBGRID)
    plant = make_enterprise(subgrid)
    put(county, county.village)

    assert cell_of(county, leader, plant) == ("one", "unknown")


def test_the_township_owns_what_stands_directly_below_it_only(county, leader):
    plant = make_enterprise(county.village)
    put(county, county.township, "responsible")
    assert cell_of(county, leader, plant) == ("none", "unknown")

    other = make_county()
    direct = make_enterprise(other.township)
    chief = make_user(other.tenant, on=other.root, role="bureau_leader")
    put(other, other.township, "responsible")
    assert cell_of(other, chief, direct) == ("one", "unknown")


def test_two_people_in_the_same_post_are_two_owners_and_two_posts_are_not(
    county, leader
):
    plant = make_enterprise(county.village, department=county.department)
    put(county, county.village)
    put(county, county.village, "responsible")
    put(county, county.department, "responsible")
    assert cell_of(county, leader, plant) == ("one", "one")

    put(county, county.village)
    put(county, county.department, "responsible")
    assert cell_of(county, leader, plant) == ("several", "several")


def test_a_disabled_account_owns_nothing(county, leader):
    plant = make_enterprise(county.village)
    worker = make_user(county.tenant)
    put(county, county.village, user=worker)
    worker.is_active = False
    worker.save(update_fields=["is_active"])

    assert cell_of(county, leader, plant) == ("none", "unknown")


def furnish(county):
    """Enterprises in several cells and two townships, one of them closed."""
    far = make_node(county.root, NodeKind.TOWNSHIP)
    make_enterprise(county.village, department=county.department)
    make_enterprise(county.other_village)
    make_enterprise(far, trade="0411")
    gone = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        change_state(
            actor=None, enterprise_id=gone.pk, state=EnterpriseState.CLOSED, note="关"
        )
    put(county, county.village)
    put(county, county.other_village)
    put(county, county.other_village)


def figures(report):
    for row in [*report.matrix, report.matrix_total]:
        yield from [*row.cells, row.total]
    for row in [*report.townships, report.townships_total]:
        yield from [*row.cells, row.total]
    yield report.nothing


def test_the_parts_equal_the_whole_and_every_figure_opens_its_rows(browser, county):
    furnish(county)

    report = browser.get(reverse("posts:owners")).context["report"]

    assert report.matrix_total.total.value == 3
    assert [row.total.value for row in report.matrix] == [1, 1, 1]
    for row in [*report.matrix, report.matrix_total]:
        assert sum(cell.value for cell in row.cells) == row.total.value
    columns = zip(*(row.cells for row in report.matrix), strict=True)
    assert [sum(cell.value for cell in column) for column in columns] == [
        cell.value for cell in report.matrix_total.cells
    ]
    assert sum(row.total.value for row in report.townships) == 3
    opened = [
        browser.get(cell.url).context["page_obj"].paginator.count
        for cell in figures(report)
    ]
    assert opened == [cell.value for cell in figures(report)]
    assert sum(opened) > 3


def test_one_sees_the_figures_of_ones_own_grids_only(client, county):
    furnish(county)
    clerk = make_user(county.tenant, on=county.village, role="grid_worker")
    client.force_login(clerk)

    report = client.get(reverse("posts:owners")).context["report"]

    assert report.matrix_total.total.value == 1


@pytest.mark.parametrize("plants", [1, 3])
def test_the_report_asks_as_often_for_one_enterprise_as_for_three(
    browser, county, plants, django_assert_num_queries
):
    for _n in range(plants):
        make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        user = make_user(county.tenant, on=county.root, role="bureau_leader")
        # reach, the grouped count, the names of the townships, boundary duties
        with django_assert_num_queries(4):
            owners(user=user, on=TODAY())


@pytest.mark.parametrize(
    "query",
    ["area=x", "department=%00", "township=abc", "page=999", "area=none&page=x"],
)
def test_a_query_that_makes_no_sense_shows_no_rows_and_no_error(browser, query):
    assert browser.get(f"{reverse('posts:owned')}?{query}").status_code == 200


# Boundary duties ------------------------------------------------------------------


def test_boundary_duties_stand_in_the_report_by_who_answers_for_them(
    browser, county, leader
):
    empty, owned, doubled = (make_node(county.root, "department") for _n in range(3))
    for node in (owned, doubled, doubled):
        put(county, node, kind="responsible")
    with tenant_scope(county.tenant.pk):
        names = ["甲", "乙", "丙", "丁", "戊"]
        duties = [add_boundary_duty(actor=None, name=name) for name in names]
        for duty, department in zip(duties, (empty, owned, doubled), strict=False):
            decide_boundary_duty(
                actor=None,
                duty_id=duty.pk,
                department_node_id=department.pk,
                rule="业务相近原则",
                document="县安委〔2026〕1号",
                decided_on=TODAY(),
                valid_from=TODAY(),
            )
        before = owners(user=leader, on=TODAY())

    page = browser.get(reverse("posts:owners"))

    report = page.context["report"]
    assert [cell.value for cell in report.edge] == [2, 1, 1, 1]
    assert [cell.tone for cell in report.edge] == ["red", "red", "", "red"]
    assert report.edge_total.value == sum(cell.value for cell in report.edge) == 5
    assert report.edge == before.edge
    opened = [
        [duty.name for duty, _decision in browser.get(cell.url).context["rows"]]
        for cell in report.edge
    ]
    assert opened == [["丁", "戊"], ["甲"], ["乙"], ["丙"]]


def test_the_list_of_boundary_duties_shows_rule_day_and_document(browser, county):
    with tenant_scope(county.tenant.pk):
        duty = add_boundary_duty(actor=None, name="露营地")
        decide_boundary_duty(
            actor=None,
            duty_id=duty.pk,
            department_node_id=county.department.pk,
            rule="参照旅馆业",
            document="县安委〔2026〕7号",
            decided_on=date(2026, 2, 3),
            valid_from=date(2026, 2, 3),
        )

    text = browser.get(reverse("boundary:list")).content.decode()

    assert all(
        word in text for word in ("参照旅馆业", "县安委〔2026〕7号", "2026-02-03")
    )
    assert browser.get(reverse("boundary:list"), {"owner": "x"}).context["rows"] == []
