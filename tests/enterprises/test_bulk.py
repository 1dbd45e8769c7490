"""Many units at once: the same rules, all or none, few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.models import Enterprise
from enterprises.services import EnterpriseRow, register_in_bulk, seed_industries
from grids.integrity import check_tree
from grids.models import GridNode
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_uscc


@pytest.fixture
def scope(county):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        yield


def row(county, **given):
    given.setdefault("parent", county.village.code)
    given.setdefault("name", "太和县顺达木业有限公司")
    given.setdefault("unit_type", "company")
    given.setdefault("subcategory", "0411")
    if "uscc_missing_reason" not in given:
        given.setdefault("uscc", make_uscc())
    return EnterpriseRow(**given)


@pytest.mark.usefixtures("scope")
def test_rows_come_back_in_order_with_their_grids(county):
    rows = [
        row(county, name="甲厂", facts={"longitude": "115.6", "latitude": "33.2"}),
        row(county, name="乙厂", parent=county.other_village.code, state="suspended"),
        row(county, name="丙店", unit_type="three_small", uscc_missing_reason="未办照"),
    ]
    first, second, third = register_in_bulk(rows=rows)

    assert [e.name for e in (first, second, third)] == ["甲厂", "乙厂", "丙店"]
    assert first.position_source == "imported"
    assert second.area_node.parent_id == county.other_village.pk
    assert second.state == "suspended"
    assert third.own_code.startswith("LS")
    assert {e.township_id for e in Enterprise.objects.all()} == {county.township.pk}
    assert check_tree() == []
    assert [e.events.get().name for e in (first, second, third)] == ["registered"] * 3


@pytest.mark.usefixtures("scope")
def test_a_check_digit_that_does_not_fit_is_taken_and_marked(county):
    (entry,) = register_in_bulk(rows=[row(county, uscc="91350100M000100Y44")])
    assert entry.uscc_check_failed


@pytest.mark.usefixtures("scope")
def test_the_number_of_statements_does_not_grow_with_the_rows(county):
    counts = []
    for size in (1, 40):
        rows = [row(county) for _ in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as statements:
            register_in_bulk(rows=rows)
        counts.append(len(statements))
    assert counts[1] - counts[0] <= 2  # the second time the tree has rows to renumber


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"uscc": "123"}, "坏厂: A code has 18 characters"),
        ({"subcategory": "9999"}, "坏厂: This industry subcategory does not exist"),
        ({"parent": "NOWHERE"}, "NOWHERE"),
        ({"facts": {"principal_phone": "x"}}, "坏厂: A phone number"),
    ],
)
@pytest.mark.usefixtures("scope")
def test_one_wrong_row_is_named_and_nothing_is_stored(wrong, words, county):
    nodes = GridNode.objects.count()
    with pytest.raises(DomainError, match=words):
        register_in_bulk(rows=[row(county), row(county, name="坏厂", **wrong)])
    assert Enterprise.objects.count() == 0
    assert GridNode.objects.count() == nodes


@pytest.mark.usefixtures("scope")
def test_a_code_that_comes_twice_is_refused(county):
    code = make_uscc()
    with pytest.raises(DomainError, match=f"乙厂: the code {code}"):
        register_in_bulk(
            rows=[
                row(county, name="甲厂", uscc=code),
                row(county, name="乙厂", uscc=code),
            ]
        )
    register_in_bulk(rows=[row(county, uscc=code)])
    with pytest.raises(DomainError, match=code):
        register_in_bulk(rows=[row(county, uscc=code)])


@pytest.mark.usefixtures("scope")
def test_a_foreign_grid_is_not_found(county, rival):
    with pytest.raises(DomainError, match="do not exist"):
        register_in_bulk(rows=[row(county, parent=rival.village.code)])


@pytest.mark.usefixtures("scope")
def test_an_actor_needs_every_grid(county, clerk, worker):
    rows = [row(county), row(county, parent=county.other_village.code)]
    with pytest.raises(NotAllowed):
        register_in_bulk(rows=rows, actor=worker)
    assert len(register_in_bulk(rows=rows, actor=clerk)) == 2
