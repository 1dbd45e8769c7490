"""What the filters offer: the user's own tenant and reach, nothing else."""

import re

import pytest

from enterprises.services import seed_industries
from grids import choices
from grids.services import NodeSpec, build_tree
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_node, make_user

LIST = "/enterprises/"
NODES = ("township", "village", "department")


def offered(response, name):
    """The keys in a select of the filter, groups opened."""
    fields = response.context["filter"].form.fields
    if name not in fields:
        return set()
    keys = set()
    for key, label in fields[name].widget.choices:
        inner = label if isinstance(label, list | tuple) else [(key, label)]
        keys |= {str(k) for k, _label in inner}
    return keys - {""}


@pytest.fixture
def second_township(county):
    township = make_node(county.root, "township", name="远镇")
    return township, make_node(township, name="远村")


@pytest.mark.usefixtures("second_township")
def test_no_choice_is_ever_a_foreign_row(county, rival, client_for):
    make_node(rival.root, "township", name="外县远镇")
    make_enterprise(rival.village, department=rival.department)
    make_enterprise(county.village, department=county.department)
    with tenant_scope(rival.tenant.pk):
        foreign = {str(row.pk) for row in seed_industries().values()}
        foreign |= {str(row.category_id) for row in seed_industries().values()}
    foreign |= {
        str(node.pk) for node in (rival.township, rival.village, rival.department)
    }
    boss = make_user(county.tenant, on=county.root, role="bureau_staff")

    response = client_for(boss).get(LIST)

    shown = set().union(
        *(offered(response, name) for name in (*NODES, "category", "subcategory"))
    )
    assert len(shown) == 2 + 3 + 13 + 116  # one department only: no select
    assert not shown & foreign
    assert not any(key in response.content.decode() for key in foreign)


def test_a_township_offers_its_own_villages(county, second_township, client_for):
    clerk = make_user(county.tenant, on=county.township, role="township_staff")
    response = client_for(clerk).get(LIST)

    assert offered(response, "township") == set()
    assert offered(response, "village") == {
        str(county.village.pk),
        str(county.other_village.pk),
    }


def test_a_department_meets_every_area(county, second_township, client_for):
    staff = make_user(county.tenant, on=county.department, role="department_staff")
    response = client_for(staff).get(LIST)

    assert offered(response, "township") == {
        str(county.township.pk),
        str(second_township[0].pk),
    }


def test_an_officer_is_offered_no_areas(county, second_township, client_for):
    enterprise = make_enterprise(county.village)
    officer = make_user(
        county.tenant, on=enterprise.area_node, role="enterprise_officer"
    )
    response = client_for(officer).get(LIST)
    assert [offered(response, name) for name in NODES] == [set(), set(), set()]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["A厂", "B厂", "C厂"]),
        ("-name", ["C厂", "B厂", "A厂"]),
        ("trade", ["C厂", "A厂", "B厂"]),
        ("-registered", ["B厂", "C厂", "A厂"]),
    ],
)
def test_rows_come_in_the_order_asked_for(sort, names, county, clerk, client_for):
    for name, trade in (("A厂", "0405"), ("C厂", "0101"), ("B厂", "0801")):
        make_enterprise(county.village, name=name, trade=trade)
    response = client_for(clerk).get(LIST, {"sort": sort})
    assert [row.name for row in response.context["page_obj"]] == names


def test_category_and_subcategory_narrow_the_list(county, clerk, client_for):
    for name, trade in (("机械厂", "0405"), ("木业厂", "0411"), ("煤矿", "0101")):
        make_enterprise(county.village, name=name, trade=trade)
    with tenant_scope(county.tenant.pk):
        trade = seed_industries()["0411"]
    client = client_for(clerk)

    def names(**query):
        rows = client.get(LIST, query).context["page_obj"]
        return [row.name for row in rows]

    assert sorted(names(category=trade.category_id)) == ["木业厂", "机械厂"]
    assert names(subcategory=trade.pk) == ["木业厂"]
    assert names(category=trade.category_id, q="机械") == ["机械厂"]


# Long selects -------------------------------------------------------------------------


def options_of(page, name):
    found = re.search(rf'<select name="{name}"([^>]*)>(.*?)</select>', page, re.DOTALL)
    assert found
    return found.group(1), re.findall(r"<option ([^>]*)>", found.group(2))


def test_a_long_select_is_searched_also_by_code_and_stays_a_select(county, client_for):
    """What picker.js searches in stands beside the options; it needs no request."""
    short = make_user(county.tenant, on=county.root, role="bureau_staff")
    page = client_for(short).get("/enterprises/").content.decode()
    plain, _few = options_of(page, "village")
    with tenant_scope(county.tenant.pk):
        build_tree(
            specs=[
                NodeSpec(
                    code=f"V-{n:03}",
                    parent=county.township.code,
                    kind="village",
                    name=f"第{n}村",
                )
                for n in range(choices.MANY)
            ]
        )

    for address in ("/enterprises/", "/hazards/"):
        page = client_for(short).get(address).content.decode()
        attributes, listed = options_of(page, "village")
        assert "data-picker" in attributes
        assert 'data-code="V-007"' in " ".join(listed)
        assert len(listed) == choices.MANY + 2 + 1
        assert "js/picker.js" in page
    assert "data-picker" not in plain
