"""The grid tree in the browser."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from enterprises.services import supervise_directly
from grids.kinds import NodeKind
from grids.models import GridEvent, GridNode
from grids.services import retire_node
from hazards.workflow import HazardState
from portal.reports import structure
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


def test_units_under_direct_supervision_stand_beside_the_count_of_their_grid(
    browser, county
):
    make_enterprise(county.village)
    apart = make_enterprise(county.village, department=county.department)
    with tenant_scope(county.tenant.pk):
        supervise_directly(
            actor=None,
            enterprise_id=apart.pk,
            level="county",
            by_node_id=county.root.pk,
            since=date(2026, 1, 5),
            document="安委办〔2026〕1号",
            reason="大型企业",
        )

    tree = browser.get(reverse("grids:list")).context["tree"]

    root, department = tree.areas[0], tree.departments[0]
    township = root.branches[0]
    village = next(b for b in township.branches if b.node.pk == county.village.pk)
    assert (root.enterprises, root.apart) == (2, 0)
    assert (department.enterprises, department.apart) == (2, 0)
    for branch in (township, village):
        assert (branch.enterprises, branch.apart) == (1, 1)
        basic, direct = (
            browser.get(address).context["page_obj"].paginator.count
            for address in (branch.enterprises_url, branch.apart_url)
        )
        assert (basic, direct) == (1, 1)


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

    for name in ("detail", "add", "edit", "move", "merge", "split", "retire"):
        assert browser.get(at(name, other.village)).status_code == 404
    for name in ("add", "edit", "move", "merge", "split", "retire", "restore"):
        assert browser.post(at(name, other.village)).status_code == 404


@pytest.mark.parametrize(
    "name", ["add", "edit", "move", "merge", "split", "retire", "restore"]
)
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
        {"kind": "village", "name": "南关村", "code": "990001001", "keep_code": "on"},
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
        {
            "kind": "village",
            "name": "南关村",
            "code": county.village.code,
            "keep_code": "on",
        },
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
    browser.post(
        at("edit", county.village),
        {"name": "东关社区", "code": "D1", "keep_code": "on"},
    )

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

    context = browser.get(at("move", county.village), {"parent": far.pk}).context

    # Grids, enterprises, open hazards, all hazards, people.
    assert [figure.value for figure in context["figures"]] == [1, 1, 1, 2, 1]
    assert context["preview"].township == (county.township, far)
    assert fresh(county.village).parent_id == county.township.pk


def test_a_village_moves_to_another_township(browser, county):
    far = make_node(county.root, NodeKind.TOWNSHIP, name="临河镇")

    response = confirmed(browser, "move", county.village, {"parent": far.pk})

    assert response.status_code == 302
    assert fresh(county.village).parent_id == far.pk


def confirmed(browser, name, node, given):
    """Look at what goes along, then send it as the page does."""
    shown = browser.post(at(name, node), given)
    assert shown.status_code == 200
    seen = shown.context["preview"].fingerprint
    return browser.post(at(name, node), {**given, "seen": seen})


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
    seen = browser.get(at("retire", county.village)).context["preview"].fingerprint
    browser.post(at("retire", county.village), {"seen": seen, "reason": "撤并"})
    assert fresh(county.village).is_retired

    browser.post(at("restore", county.village))
    assert not fresh(county.village).is_retired


def test_a_township_with_villages_in_use_is_not_retired_and_says_why(browser, county):
    seen = browser.get(at("retire", county.township)).context["preview"].fingerprint
    response = browser.post(
        at("retire", county.township), {"seen": seen, "reason": "撤并"}
    )

    assert response.status_code == 422
    assert not fresh(county.township).is_retired
    assert (
        "Move or retire the grids and enterprises below first"
        in response.content.decode()
    )


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
    # people, posts with their rules and history, leaves, enterprises, hazards,
    # course, former codes; who manages; menu, notices
    with django_assert_num_queries(22):
        browser.get(at("detail", county.village))


# The structure -------------------------------------------------------------------


def test_two_villages_merge_in_two_steps(browser, county):
    plant = make_enterprise(county.village)
    into = {"into": county.other_village.pk}

    response = confirmed(browser, "merge", county.village, into)

    assert response.url == county.other_village.get_absolute_url()
    assert fresh(plant.area_node).parent_id == county.other_village.pk
    page = browser.get(at("detail", county.village)).content.decode()
    assert county.other_village.get_absolute_url() in page
    assert at("restore", county.village) not in page


def test_the_numbers_of_a_preview_open_lists_of_the_same_length(browser, county):
    plant = make_enterprise(county.village)
    make_hazard(plant)
    make_hazard(county.village, state=HazardState.CLOSED)

    context = browser.get(
        at("merge", county.village), {"into": county.other_village.pk}
    ).context

    figures = [figure for figure in context["figures"] if "?" in figure.url]
    assert [figure.value for figure in figures] == [1, 1, 2]
    for figure in figures:
        page = browser.get(figure.url).context["page_obj"]
        assert page.paginator.count == figure.value


@pytest.mark.parametrize("name", ["merge", "move", "retire"])
def test_what_changed_after_the_preview_is_shown_again(browser, county, name):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    given = {"into": county.other_village.pk, "parent": far.pk, "reason": "撤并"}
    seen = browser.get(at(name, county.village), given).context["preview"].fingerprint
    make_hazard(county.village, state=HazardState.CLOSED)

    response = browser.post(at(name, county.village), {**given, "seen": seen})

    assert response.status_code == 409
    assert "Something has changed meanwhile" in response.content.decode()
    # The page counts anew; confirmed again, it is done.
    assert response.context["figures"][3].value == 1
    seen = response.context["preview"].fingerprint
    assert (
        browser.post(at(name, county.village), {**given, "seen": seen}).status_code
        == 302
    )


def test_a_grid_with_open_cases_says_so_and_links_to_them(browser, county):
    make_hazard(county.village)
    shown = browser.get(at("retire", county.village))

    response = browser.post(
        at("retire", county.village),
        {"seen": shown.context["preview"].fingerprint, "reason": "撤并"},
    )

    assert response.status_code == 422
    assert "It still has open rows" in response.content.decode()
    figure = response.context["figures"][2]
    assert figure.value == browser.get(figure.url).context["page_obj"].paginator.count
    assert not fresh(county.village).is_retired


SQUARE = (
    '{"type": "Polygon", "coordinates": [[[110, 30], [111, 30], [111, 31],'
    " [110, 31], [110, 30]]]}"
)


def test_a_village_is_split_by_a_boundary_cases_included(browser, county):
    inside = make_enterprise(county.village, longitude="110.5", latitude="30.5")
    outside = make_enterprise(county.village, longitude="112", latitude="30.5")
    cases = [
        make_hazard(county.village, longitude=x, latitude=Decimal("30.5"))
        for x in (Decimal("110.5"), Decimal(112))
    ]
    given = {
        "name": "东关二村",
        "code": "S-2",
        "boundary": SQUARE,
        "how": "boundary",
        "cases": "position",
        "keep_people": "on",
    }

    confirmed(browser, "split", county.village, given)

    with tenant_scope(county.tenant.pk):
        part = GridNode.objects.get(code="S-2")
    assert part.boundary["type"] == "Polygon"
    assert [fresh(e.area_node).parent_id for e in (inside, outside)] == [
        part.pk,
        county.village.pk,
    ]
    assert [fresh_row(case).area_node_id for case in cases] == [
        part.pk,
        county.village.pk,
    ]


def test_sixty_enterprises_are_chosen_from_groups_with_counts(browser, county):
    for n in range(60):
        trade = ("0405", "1001", "0801")[n % 3]
        make_enterprise(county.village, trade=trade)
    make_node(county.village, NodeKind.SUBGRID)

    page = browser.get(at("split", county.village))

    groups = page.context["children"]
    assert sorted(len(group.rows) for group in groups) == [1, 20, 20, 20]
    assert not any(group.open for group in groups)
    html = page.content.decode()
    assert html.count('name="children"') == 61
    assert html.count("data-choose-group") == 4

    chosen = groups[1].rows[0].value
    refused = browser.post(at("split", county.village), {"children": [chosen]})
    again = refused.context["children"]
    assert refused.status_code == 422
    assert [group.chosen for group in again] == [0, 1, 0, 0]
    assert [group.open for group in again] == [False, True, False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_choosing_asks_as_often_for_one_enterprise_as_for_three(
    count, county, django_assert_num_queries
):
    for _n in range(count):
        make_enterprise(county.village)
    with tenant_scope(county.tenant.pk), django_assert_num_queries(2):
        structure.children_to_choose(county.village, [])


def test_a_department_hands_industries_with_their_units_and_cases_to_a_new_one(
    browser, county
):
    goes = make_enterprise(county.village, department=county.department)
    stays = make_enterprise(county.village, trade="1001", department=county.department)
    case, other = make_hazard(goes), make_hazard(stays)
    given = {
        "name": "县消防大队",
        "code": "B77",
        "trades": [str(goes.subcategory_id)],
        "keep_people": "on",
    }

    page = browser.get(at("split", county.department))
    shown = [row.value for group in page.context["trades"] for row in group.rows]
    assert str(goes.subcategory_id) in shown
    answer = confirmed(browser, "split", county.department, given)

    assert answer.status_code == 302
    with tenant_scope(county.tenant.pk):
        part = GridNode.objects.get(code="B77")
    assert part.kind == NodeKind.DEPARTMENT
    assert part.parent_id == county.root.pk
    assert fresh_row(goes).department_node_id == part.pk
    assert fresh_row(case).department_node_id == part.pk
    assert fresh_row(goes.subcategory).department_node_id == part.pk
    assert fresh_row(stays).department_node_id == county.department.pk
    assert fresh_row(other).department_node_id == county.department.pk


def test_a_grid_goes_into_several_parts_one_after_the_other(browser, county):
    units = [make_enterprise(county.village) for _n in range(3)]
    for n, unit in enumerate(units[:2], start=1):
        given = {
            "name": f"新{n}村",
            "code": f"34122200977{n}",
            "how": "hand",
            "cases": "stay",
            "children": [str(unit.area_node_id)],
            "more": "on",
        }

        answer = confirmed(browser, "split", county.village, given)

        assert answer.headers["Location"] == at("split", county.village)

    page = browser.get(answer.headers["Location"])
    left = [row.value for group in page.context["children"] for row in group.rows]
    assert left == [str(units[2].area_node_id)]
    with tenant_scope(county.tenant.pk):
        parents = [GridNode.objects.get(pk=u.area_node_id).parent for u in units]
        assert [parent.name for parent in parents] == [
            "新1村",
            "新2村",
            county.village.name,
        ]


def test_a_department_is_not_split_without_anything_that_goes(browser, county):
    given = {"name": "县消防大队", "code": "B77"}

    answer = browser.post(at("split", county.department), given)

    assert answer.status_code == 422
    assert "trades" in answer.context["form"].errors


def fresh_row(row):
    with tenant_scope(row.tenant_id):
        return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("children", {"how": "hand"}),
        ("boundary", {"how": "boundary"}),
        ("boundary", {"how": "boundary", "boundary": "{}"}),
        ("boundary", {"how": "boundary", "boundary": SQUARE.replace("110, 30", "x")}),
        ("boundary", {"how": "boundary", "boundary": SQUARE.replace("110", "999")}),
        ("code", {"how": "boundary", "boundary": SQUARE, "code": ""}),
    ],
)
def test_a_split_that_lacks_something_says_where(browser, county, field, given):
    form = {"name": "东关二村", "code": "S-2", "cases": "stay", **given}

    response = browser.post(at("split", county.village), form)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "东关二村" in response.content.decode()


def test_a_grid_is_found_by_a_former_code(browser, county):
    old = county.village.code
    browser.post(
        at("edit", county.village),
        {"name": "东关社区", "code": "D1", "keep_code": "on"},
    )

    found = browser.get(reverse("grids:list"), {"q": old}).context["found"]

    assert [node.pk for node in found] == [county.village.pk]
    assert old in browser.get(at("detail", county.village)).content.decode()


def test_two_siblings_in_use_never_have_one_name(browser, county):
    sent = {"kind": "village", "code": "N-1", "keep_code": "on"}

    refused = browser.post(
        at("add", county.township), sent | {"name": county.village.name}
    )
    edited = browser.post(
        at("edit", county.other_village),
        {"name": county.village.name, "code": county.other_village.code},
    )

    for response in (refused, edited):
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["name"]
    assert fresh(county.other_village).name == county.other_village.name
    with tenant_scope(county.tenant.pk):
        assert not GridNode.objects.filter(code="N-1").exists()
        retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 5))
    again = browser.post(
        at("add", county.township), sent | {"name": county.village.name}
    )
    assert again.status_code == 302


def test_enterprises_in_one_village_may_share_a_name(county):
    first = make_enterprise(county.village, name="便民超市")
    second = make_enterprise(county.village, name="便民超市")

    assert first.pk != second.pk


def test_a_village_with_another_code_is_asked_about_once(browser, county):
    sent = {"kind": "village", "name": "南关村", "code": "NG-01"}
    assert (
        'name="keep_code"'
        not in browser.get(at("add", county.township)).content.decode()
    )

    asked = browser.post(at("add", county.township), sent)

    assert asked.status_code == 422
    assert county.tenant.division_code in asked.context["form"].errors["code"][0]
    assert 'name="keep_code"' in asked.content.decode()
    kept = browser.post(at("add", county.township), sent | {"keep_code": "on"})
    assert kept.status_code == 302
    # The code that it has by now is not asked about again, another one is.
    with tenant_scope(county.tenant.pk):
        node = GridNode.objects.get(code="NG-01")
    renamed = browser.post(at("edit", node), {"name": "南关社区", "code": "NG-01"})
    assert renamed.status_code == 302
    recoded = browser.post(at("edit", node), {"name": "南关社区", "code": "NG-02"})
    assert list(recoded.context["form"].errors) == ["code"]


@pytest.mark.parametrize(
    ("under", "kind", "code", "status"),
    [
        ("root", "township", "{}100000", 302),
        ("root", "township", "{}100001", 422),
        ("root", "township", "{}100", 422),
        ("root", "department", "GXJ", 302),
        ("township", "village", "{}100201", 302),
        ("township", "village", "341222100201", 422),
        ("village", "subgrid", "一组", 302),
    ],
)
def test_only_divisions_have_division_codes(browser, county, under, kind, code, status):
    code = code.format(county.tenant.division_code)

    response = browser.post(
        at("add", getattr(county, under)), {"kind": kind, "name": "新", "code": code}
    )

    assert response.status_code == status


def test_what_is_usual_below_a_grid_is_chosen_first(browser, county):
    for node, kind in [
        (county.root, "township"),
        (county.township, "village"),
        (county.village, "subgrid"),
    ]:
        form = browser.get(at("add", node)).context["form"]
        assert form["kind"].value() == kind


def test_the_tree_counts_those_in_use_and_the_retired_apart(browser, county):
    with tenant_scope(county.tenant.pk):
        retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 5))

    page = browser.get(reverse("grids:list"))

    township = page.context["tree"].areas[0].branches[0]
    assert township.kinds_below == [(NodeKind.VILLAGE.label, 1)]
    assert township.retired_below == 1
    assert "1 retired" in page.content.decode()


def test_whoever_retires_a_grid_says_why(browser, county):
    seen = browser.get(at("retire", county.village)).context["preview"].fingerprint

    silent = browser.post(at("retire", county.village), {"seen": seen, "reason": " "})
    assert silent.status_code == 422
    assert not fresh(county.village).is_retired

    sent = {"seen": seen, "reason": "并入东关社区"}
    assert browser.post(at("retire", county.village), sent).status_code == 302
    with tenant_scope(county.tenant.pk):
        event = GridEvent.objects.get(node=county.village, name="retired")
    assert event.note == "并入东关社区"
    assert "并入东关社区" in browser.get(at("detail", county.village)).content.decode()
