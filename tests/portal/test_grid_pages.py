"""The grid tree in the browser."""

import pytest
from django.urls import reverse

from grids.kinds import NodeKind
from grids.models import GridEvent, GridNode
from hazards.workflow import HazardState
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


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def admin(county):
    return make_user(county.tenant, on=county.root, role="tenant_admin")


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    client.cookies["django_language"] = "en"
    return client


def fresh(node):
    with tenant_scope(node.tenant_id):
        return GridNode.objects.get(pk=node.pk)


def at(name, node):
    return reverse(f"grids:{name}", args=[node.pk])


def names(branches):
    return {
        branch.node.name: (branch.enterprises, names(branch.branches))
        for branch in branches
    }


def test_the_tree_counts_enterprises_up_to_the_county(browser, county):
    make_enterprise(county.village, department=county.department)
    make_enterprise(county.village)
    make_enterprise(county.township)

    tree = browser.get(reverse("grids:list")).context["tree"]

    below = {county.village.name: (2, {}), county.other_village.name: (0, {})}
    assert names(tree.areas) == {
        county.root.name: (3, {county.township.name: (3, below)})
    }
    assert names(tree.departments) == {county.department.name: (3, {})}


def test_the_counts_of_the_tree_open_lists_of_the_same_length(browser, county):
    make_enterprise(county.village, department=county.department)
    make_enterprise(county.other_village)

    tree = browser.get(reverse("grids:list")).context["tree"]

    branches = [*tree.areas, *tree.departments]
    checked = 0
    while branches:
        branch = branches.pop()
        branches += branch.branches
        page = browser.get(branch.enterprises_url).context["page_obj"]
        assert page.paginator.count == branch.enterprises, branch.node.name
        checked += 1
    assert checked == 5


def test_everybody_sees_only_the_branch_they_reach(client, county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    client.force_login(worker)

    tree = client.get(reverse("grids:list")).context["tree"]

    assert names(tree.areas) == {county.village.name: (0, {})}
    assert tree.departments == []
    assert client.get(at("detail", county.village)).status_code == 200
    assert client.get(at("detail", county.other_village)).status_code == 404
    found = client.get(reverse("grids:list"), {"q": "村"}).context["found"]
    assert [node.pk for node in found] == [county.village.pk]


def test_an_officer_sees_the_grid_of_the_own_enterprise(client, county):
    plant = make_enterprise(county.village)
    officer = make_user(county.tenant, on=plant.area_node, role="enterprise_officer")
    client.force_login(officer)

    tree = client.get(reverse("grids:list")).context["tree"]
    page = client.get(at("detail", plant.area_node)).context["page"]

    assert list(names(tree.areas)) == [plant.name]
    assert page.enterprise == plant


def test_a_foreign_grid_is_as_unknown_as_one_that_never_was(browser, county):
    other = make_county(make_tenant())

    for name in ("detail", "add", "edit", "move"):
        assert browser.get(at(name, other.village)).status_code == 404
    for name in ("add", "edit", "move", "retire", "restore"):
        assert browser.post(at(name, other.village)).status_code == 404


@pytest.mark.parametrize("name", ["add", "edit", "move", "retire", "restore"])
def test_whoever_only_sees_a_grid_does_not_change_it(client, county, name):
    client.force_login(make_user(county.tenant, on=county.root, role="bureau_leader"))

    response = client.post(at(name, county.village), {"name": "x", "code": "y"})

    assert response.status_code == 403
    assert fresh(county.village).name == county.village.name


def test_the_page_of_a_node_counts_what_its_lists_show(browser, county):
    plant = make_enterprise(county.village, department=county.department)
    make_hazard(plant)
    make_hazard(plant, state=HazardState.CLOSED)

    for node in (county.root, county.township, county.village, county.department):
        figures = browser.get(at("detail", node)).context["page"].figures
        assert [figure.value for figure in figures] == [1, 1, 0]
        for figure in figures:
            page = browser.get(figure.url).context["page_obj"]
            assert page.paginator.count == figure.value


def test_a_village_is_added_below_a_township(browser, county):
    response = browser.post(
        at("add", county.township),
        {"kind": "village", "name": "南关村", "code": "990001001"},
    )

    with tenant_scope(county.tenant.pk):
        node = GridNode.objects.get(code="990001001")
        assert (node.parent_id, node.township_id) == (
            county.township.pk,
            county.township.pk,
        )
    assert response.url == node.get_absolute_url()


def test_a_code_in_use_is_refused_at_its_field_and_nothing_is_lost(browser, county):
    response = browser.post(
        at("add", county.township),
        {"kind": "village", "name": "南关村", "code": county.village.code},
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"code": ["This code is already in use."]}
    assert 'value="南关村"' in response.content.decode()


def test_enterprises_are_not_added_as_grids(browser, county):
    response = browser.post(
        at("add", county.village),
        {"kind": "enterprise", "name": "某厂", "code": "Q-1"},
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["kind"]


def test_a_grid_is_renamed(browser, county, admin):
    browser.post(at("edit", county.village), {"name": "东关社区", "code": "D1"})

    node = fresh(county.village)
    assert (node.name, node.code) == ("东关社区", "D1")
    with tenant_scope(county.tenant.pk):
        event = GridEvent.objects.get(node=node, name="edited")
        assert event.actor == admin


def test_an_enterprises_own_grid_is_changed_in_the_register_only(browser, county):
    plant = make_enterprise(county.village)

    response = browser.post(at("edit", plant.area_node), {"name": "x", "code": "y"})

    assert response.status_code == 403
    assert fresh(plant.area_node).name == plant.name


def test_a_move_says_first_what_it_touches(browser, county):
    far = make_node(county.root, NodeKind.TOWNSHIP, name="临河镇")
    make_node(county.village, NodeKind.SUBGRID)
    plant = make_enterprise(county.village)
    make_hazard(plant)
    make_hazard(plant, state=HazardState.CLOSED)
    make_user(county.tenant, on=county.village, role="grid_worker")

    preview = browser.get(at("move", county.village), {"parent": far.pk}).context[
        "preview"
    ]

    assert (preview.nodes, preview.enterprises, preview.open_hazards) == (2, 1, 1)
    assert (preview.people, preview.changes_township) == (1, True)
    assert fresh(county.village).parent_id == county.township.pk


def test_a_village_moves_to_another_township(browser, county):
    far = make_node(county.root, NodeKind.TOWNSHIP, name="临河镇")

    response = browser.post(at("move", county.village), {"parent": far.pk})

    assert response.status_code == 302
    assert fresh(county.village).parent_id == far.pk


def test_only_fitting_grids_of_the_own_bureau_are_offered_as_parents(browser, county):
    far = make_node(county.root, NodeKind.TOWNSHIP, name="临河镇")
    foreign = make_county(make_tenant()).township

    form = browser.get(at("move", county.village)).context["form"]
    offered = [pk for pk, _label in form.fields["parent"].choices if pk]
    response = browser.post(at("move", county.village), {"parent": foreign.pk})

    assert offered == [far.pk]
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["parent"]


def test_a_grid_is_retired_and_restored(browser, county):
    browser.post(at("retire", county.village))
    assert fresh(county.village).is_retired

    browser.post(at("restore", county.village))
    assert not fresh(county.village).is_retired


def test_a_township_with_villages_in_use_is_not_retired_and_says_why(browser, county):
    response = browser.post(at("retire", county.township), follow=True)

    assert not fresh(county.township).is_retired
    assert "Move or retire the grids below first" in response.content.decode()


def test_the_tree_shows_two_levels_and_hands_out_the_deeper_ones(browser, county):
    make_node(county.village, NodeKind.SUBGRID, name="第一网格")
    address = reverse("grids:list")

    whole = browser.get(address).content.decode()
    villages = browser.get(
        address, {"below": county.township.pk}, HTTP_HX_REQUEST="true"
    )
    subgrids = browser.get(address, {"below": county.village.pk}).content.decode()

    assert county.township.name in whole
    assert county.village.name not in whole
    assert f"?below={county.township.pk}" in whole
    part = villages.content.decode()
    assert county.village.name in part
    assert "<html" not in part
    assert "第一网格" not in part
    assert "第一网格" in subgrids  # without script it is a page of its own
    assert "<html" in subgrids


def test_below_a_grid_of_others_there_is_nothing_to_see(browser, county):
    foreign = make_county()
    for key in (foreign.township.pk, "x", "0" * 40):
        response = browser.get(reverse("grids:list"), {"below": key})
        assert response.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_costs_the_same_for_any_number_of_grids(
    browser, county, count, django_assert_num_queries
):
    for _n in range(count):
        make_node(make_node(county.root, NodeKind.TOWNSHIP))
        make_enterprise(county.village)

    # session, user; the scope with its savepoint (4); grants, nodes, enterprises by
    # place and by department; menu, unread notices
    with django_assert_num_queries(12):
        browser.get(reverse("grids:list"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_grid_costs_the_same_for_any_number_of_rows(
    browser, county, count, django_assert_num_queries
):
    for _n in range(count):
        make_hazard(make_enterprise(county.village))
        make_user(county.tenant, on=county.village, role="grid_worker")
        make_node(county.village, NodeKind.SUBGRID)

    # session, user; the scope with its savepoint (4); grants, node, above, below,
    # people, enterprises, hazards, course; who manages; menu, unread notices
    with django_assert_num_queries(17):
        browser.get(at("detail", county.village))
