"""A county's divisions from a list: what is read, what is refused, what is done."""

import time
from datetime import date

import pytest

from grids.division_lists import ROWS_AT_MOST, read_lines
from grids.division_plan import plan_divisions
from grids.integrity import check_tree
from grids.kinds import NodeKind
from grids.models import GridEvent, GridNode
from grids.services import (
    edit_node,
    import_divisions,
    merge_nodes,
    move_node,
    retire_node,
)
from tenants.errors import Conflict, DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_enterprise,
    make_node,
    make_tenant,
    make_user,
    root_of,
)

pytestmark = pytest.mark.django_db
COPIED = """\
统计用区划代码\t城乡分类代码\t名称
341299100000\t\t城关镇
341299100001\t111\t东关社区居民委员会
341299100201\t220\t西关村村民委员会
341299101000\t\t河西乡
341299101200\t220\t河西村村民委员会
"""


@pytest.fixture
def tenant():
    made = make_tenant(division_code="341299")
    with tenant_scope(made.pk):
        yield made


@pytest.fixture
def admin(tenant):
    return make_user(tenant, on=root_of(tenant), role="tenant_admin")


def enter(admin, text, *, renames=False):
    plan = plan_divisions(text=text, renames=renames)
    return import_divisions(
        actor=admin, text=text, renames=renames, seen=plan.fingerprint
    )


def reasons(text, *, renames=False):
    plan = plan_divisions(text=text, renames=renames)
    return {row.line.number: row.problems for row in plan.bad}


def tree():
    nodes = GridNode.objects.exclude(parent=None).order_by("code")
    return list(nodes.values_list("code", "name", "kind", "parent__code"))


def test_a_list_as_the_statistical_bureau_writes_it_becomes_the_tree(admin):
    enter(admin, COPIED)

    assert tree() == [
        ("341299100000", "城关镇", "township", "341299"),
        ("341299100001", "东关社区居民委员会", "village", "341299100000"),
        ("341299100201", "西关村村民委员会", "village", "341299100000"),
        ("341299101000", "河西乡", "township", "341299"),
        ("341299101200", "河西村村民委员会", "village", "341299101000"),
    ]
    village = GridNode.objects.get(code="341299101200")
    assert village.township.code == "341299101000"
    assert check_tree() == []
    created = GridEvent.objects.filter(name="created", node__level__gt=0)
    assert {event.actor_id for event in created} == {admin.pk}
    assert created.count() == 5


def test_the_order_of_lines_and_columns_does_not_matter(admin):
    enter(
        admin,
        "上级,名称,类型,编码\n"
        "341299100201,东关一组,子网格,341299100201-01\n"
        ",东关村,,341299100201\n"
        "GXJ,安全科,部门,GXJ-1\n"
        ",城关镇,镇,341299100\n"
        ",工业和信息化局,部门,GXJ\n",
    )

    assert tree() == [
        ("341299100000", "城关镇", "township", "341299"),
        ("341299100201", "东关村", "village", "341299100000"),
        ("341299100201-01", "东关一组", "subgrid", "341299100201"),
        ("GXJ", "工业和信息化局", "department", "341299"),
        ("GXJ-1", "安全科", "department", "GXJ"),
    ]


def test_a_pasted_line_needs_no_headers(admin):
    enter(
        admin,
        "341299100000 城关镇\n"
        "341299100201 220 东关村\n"
        "341299100201-01\t东关一组\n"
        "GXJ\t工业和信息化局\t部门\n"
        "GXJ-1\t安全科\t部门\t工业和信息化局\n",
    )

    assert [(code, parent) for code, _name, _kind, parent in tree()] == [
        ("341299100000", "341299"),
        ("341299100201", "341299100000"),
        ("341299100201-01", "341299100201"),
        ("GXJ", "341299"),
        ("GXJ-1", "GXJ"),
    ]


def test_the_same_list_twice_changes_nothing(admin):
    enter(admin, COPIED)
    before, events = tree(), GridEvent.objects.count()

    plan = enter(admin, "341299000000\t别的县名\n" + COPIED.partition("\n")[2])

    assert (len(plan.of("same")), plan.changes) == (6, 0)
    assert tree() == before
    assert GridEvent.objects.count() == events


def test_another_name_is_taken_only_when_it_is_asked_for(admin):
    enter(admin, COPIED)
    other = "341299100201\t西关社区"

    assert enter(admin, other).changes == 0
    village = GridNode.objects.get(code="341299100201")
    assert village.name == "西关村村民委员会"

    enter(admin, other, renames=True)
    village.refresh_from_db()
    assert village.name == "西关社区"
    last = village.events.order_by("-at", "-pk")[0]
    assert (last.name, last.actor_id) == ("edited", admin.pk)


def test_two_grids_may_exchange_their_names(admin):
    enter(admin, COPIED)

    enter(
        admin,
        "341299100001\t西关村村民委员会\n341299100201\t东关社区居民委员会",
        renames=True,
    )

    assert GridNode.objects.get(code="341299100001").name == "西关村村民委员会"


def test_every_bad_row_says_why(admin, tenant):
    enter(admin, COPIED)
    retired = make_node(root_of(tenant), NodeKind.DEPARTMENT, code="OLD", name="旧局")
    retire_node(actor=None, node_id=retired.pk, on=date(2026, 1, 5))
    plant = make_enterprise(GridNode.objects.get(code="341299100201"))

    found = reasons(
        "\n".join(
            [
                "341299102200\t孤村",  # 1
                "341888100000\t外县镇",  # 2
                "3.41299E+11\t被缩短镇",  # 3
                "341299103000\t新镇",  # 4
                "341299103000\t重复镇",  # 5
                "341299104000\t河西乡",  # 6
                "341299100001\t东关社区居民委员会\t部门",  # 7
                "OLD\t旧局",  # 8
                "ABC\t不知道是什么",  # 9
                "341299103201\t村甲\t楼",  # 10: "楼" can only be a parent here
                f"{plant.area_node.code}\t某厂\t部门",  # 11
                "34129910\t短码镇\t镇",  # 12
                "341299100201\t西关村村民委员会\t村\t341299101000",  # 13
                "X-1\t一组\t子网格\t341299102200",  # 14
            ]
        )
    )

    assert {number: len(why) for number, why in found.items()} == dict.fromkeys(
        (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14), 1
    )
    says = {number: why[0] for number, why in found.items()}
    assert "341299102000" in says[1]
    assert "341299" in says[2]
    assert "4" in says[5]
    assert "341299101000" in says[6]
    assert "河西" not in says[13]
    assert "城关镇" in says[13]
    assert "1" in says[14]


def test_a_bad_row_keeps_the_whole_list_out(admin):
    text = COPIED + "341299102200\t220\t孤村\n"
    plan = plan_divisions(text=text, renames=False)

    with pytest.raises(DomainError) as refusal:
        import_divisions(actor=admin, text=text, renames=False, seen=plan.fingerprint)

    assert refusal.value.field == "lines"
    assert tree() == []


def test_what_changed_after_the_look_is_looked_at_again(admin, tenant):
    seen = plan_divisions(text=COPIED, renames=False).fingerprint
    make_node(root_of(tenant), NodeKind.TOWNSHIP, code="341299101000", name="河西乡")
    before = tree()

    with pytest.raises(Conflict):
        import_divisions(actor=admin, text=COPIED, renames=False, seen=seen)

    assert tree() == before


def test_only_whoever_manages_the_whole_county_enters_a_list(admin, tenant):
    enter(admin, COPIED)
    township = GridNode.objects.get(code="341299100000")
    local = make_user(tenant, on=township, may=["manage_grids", "view_grids"])
    text = "341299100203\t新村"
    seen = plan_divisions(text=text, renames=False).fingerprint

    with pytest.raises(NotAllowed):
        import_divisions(actor=local, text=text, renames=False, seen=seen)

    assert not GridNode.objects.filter(code="341299100203").exists()


def test_a_village_that_was_moved_stays_where_it_stands(admin):
    enter(admin, COPIED)
    village = GridNode.objects.get(code="341299100201")
    other = GridNode.objects.get(code="341299101000")
    move_node(actor=None, node_id=village.pk, new_parent_id=other.pk)

    assert enter(admin, COPIED).changes == 0
    village.refresh_from_db()
    assert village.parent_id == other.pk


def test_old_codes_name_parents_and_are_not_given_again(admin):
    enter(admin, COPIED)
    into = GridNode.objects.get(code="341299100201")
    merged = GridNode.objects.get(code="341299100001")
    merge_nodes(actor=None, node_id=merged.pk, into_id=into.pk)
    edit_node(actor=None, node_id=into.pk, name=into.name, code="341299100202")

    found = reasons("341299100001\t东关社区居民委员会\n341299100201\t西关村")
    assert sorted(found) == [1, 2]

    enter(admin, "Z-1\t一组\t子网格\t341299100201")
    assert GridNode.objects.get(code="Z-1").parent_id == into.pk


def test_a_list_longer_than_the_limit_is_not_read():
    row = "{:012d}\t村{}".format
    lines = "\n".join(row(n, n) for n in range(ROWS_AT_MOST + 1))

    with pytest.raises(DomainError) as refusal:
        read_lines(lines)

    assert refusal.value.field == "lines"
    assert len(read_lines(lines.rpartition("\n")[0])) == ROWS_AT_MOST


def test_three_thousand_rows_take_seconds(admin):
    rows = []
    for town in range(100, 200):
        rows.append(f"341299{town}000\t乡镇{town}")
        rows += [f"341299{town}{n:03d}\t220\t村{n}" for n in range(200, 229)]
    text = "\n".join(rows)
    assert len(rows) == 3000

    began = time.monotonic()
    enter(admin, text)
    took = time.monotonic() - began

    assert GridNode.objects.count() == 3001
    assert check_tree() == []
    assert took < 10, took
