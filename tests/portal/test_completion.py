"""Done of due: parts equal the whole, nothing due is no rate, and it is quick."""

import sys
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest
import time_machine
from django.utils import timezone, translation

from enterprises.services import supervise_directly
from grids import periods
from grids.kinds import NodeKind
from grids.models import (
    GridNode,
    WorkItemVersion,
    WorkRecord,
    WorkScheme,
    WorkSchemeTerm,
)
from grids.services import (
    choose_scheme,
    edit_item,
    record_work,
    retire_node,
    seed_work_items,
    withdraw_record,
)
from grids.services.building import NodeSpec, build_tree
from portal.reports.completion import by_item, by_node, by_township
from portal.reports.rates import rate
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_node,
    make_user,
)

pytestmark = pytest.mark.django_db
NOVEMBER = periods.named("2026-11")
TODAY = date(2026, 11, 26)
# The manual asks of a village in November: 20 items once a month, and 2 items in
# each of the five weeks that end in it.
OF_A_VILLAGE = 20 + 2 * 5


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"), time_machine.travel("2026-11-26T10:00+08:00"):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_work_items()
        GridNode.objects.update(created_at="2026-10-01T00:00Z")
        yield county


@pytest.fixture
def leader(county):
    return make_user(county.tenant, on=county.root, role="bureau_leader")


def item(name):
    return WorkItemVersion.objects.get(name=name, valid_to__isnull=True).item


def do(county, name, *, node=None, **given):
    given.setdefault("on", TODAY)
    return record_work(
        actor=None,
        node_id=(node or county.village).pk,
        item_id=item(name).pk,
        note="已完成。",
        **given,
    )


def whole(table):
    return table.total.whole.done, table.total.whole.due


def test_what_is_due_follows_from_frequency_and_nodes(county, leader):
    monthly = WorkItemVersion.objects.filter(
        item__scheme__code="manual-53", unit="month"
    ).count()
    weekly = WorkItemVersion.objects.filter(
        item__scheme__code="manual-53", unit="week"
    ).count()
    sundays = sum(date(2026, 11, day).isoweekday() == 7 for day in range(1, 31))

    table = by_township(user=leader, span=NOVEMBER)

    assert monthly + weekly * sundays == OF_A_VILLAGE
    assert whole(table) == (0, OF_A_VILLAGE * 2)
    assert [(line.label, line.whole.due) for line in table.lines] == [
        (county.township.name, OF_A_VILLAGE * 2)
    ]


def test_a_record_counts_once_a_withdrawn_one_not_at_all(county, leader):
    done = do(county, "机械防护")
    assert whole(by_township(user=leader, span=NOVEMBER))[0] == 1

    withdraw_record(actor=None, record_id=done.pk, reason="记错")

    assert whole(by_township(user=leader, span=NOVEMBER))[0] == 0


def test_the_parts_add_up_at_every_level(county, leader):
    do(county, "机械防护")
    do(county, "限期跟踪")
    do(county, "限期跟踪", node=county.other_village)

    townships = by_township(user=leader, span=NOVEMBER)
    nodes = by_node(user=leader, span=NOVEMBER, township=county.township, role="worker")
    villages = GridNode.objects.filter(kind=NodeKind.VILLAGE).in_order()
    items = [by_item(node=village, span=NOVEMBER) for village in villages]

    assert whole(townships) == whole(nodes) == (3, OF_A_VILLAGE * 2)
    assert [line.whole.done for line in nodes.lines] == [2, 1]
    assert [whole(table) for table in items] == [
        (line.whole.done, line.whole.due) for line in nodes.lines
    ]


def test_the_months_of_a_year_add_up_to_the_year(county, leader):
    WorkSchemeTerm.objects.update(begins_on=date(2026, 1, 1))
    WorkItemVersion.objects.update(valid_from=date(2026, 1, 1))
    GridNode.objects.update(created_at="2026-03-15T00:00Z")
    months = [periods.named(f"2026-{month:02d}") for month in range(1, 13)]

    due = [whole(by_township(user=leader, span=month))[1] for month in months]

    assert sum(due) == whole(by_township(user=leader, span=periods.named("2026")))[1]
    assert due[:2] == [0, 0]  # the villages were not there yet
    assert due[2] > 0


def test_what_comes_up_by_occasion_is_never_due(county, leader):
    do(county, "现场提醒")

    assert whole(by_township(user=leader, span=NOVEMBER)) == (0, OF_A_VILLAGE * 2)


def test_a_grid_owes_a_period_from_the_first_that_begins_with_it(county, leader):
    """Set up on Thursday the 12th: the weeks from the 16th on, and no month yet."""
    GridNode.objects.filter(pk=county.village.pk).update(created_at="2026-11-12T02:00Z")
    do(county, "机械防护")  # of the month: recorded, and no part of what was due
    weekly = WorkItemVersion.objects.filter(
        item__scheme__code="manual-53", unit="week"
    ).first()
    do(county, weekly.name)  # of the running week

    county.village.refresh_from_db()
    table = by_township(user=leader, span=NOVEMBER)
    items = by_item(node=county.village, span=NOVEMBER)

    assert whole(items) == (1, 2 * 2)
    assert whole(table) == (1, OF_A_VILLAGE + 2 * 2)


def test_a_county_set_up_today_owes_nothing_of_the_running_month(county, leader):
    GridNode.objects.update(created_at=timezone.now())
    do(county, "机械防护")

    assert whole(by_township(user=leader, span=NOVEMBER)) == (0, 0)
    december = whole(by_township(user=leader, span=periods.named("2026-12")))
    assert december == (0, 2 * (20 + 2 * 4))


def test_nothing_due_is_not_applicable_and_no_rate(county, leader):
    table = by_township(user=leader, span=periods.named("2025-11"))

    assert (table.lines, whole(table), table.total.whole.rate) == ([], (0, 0), None)


def test_a_retired_grid_is_due_no_longer(county, leader):
    do(county, "机械防护", node=county.other_village)

    retire_node(actor=None, node_id=county.other_village.pk, on=TODAY)

    # The four weeks that had ended by then were due all the same.
    assert whole(by_township(user=leader, span=NOVEMBER)) == (0, OF_A_VILLAGE + 2 * 4)


def test_a_change_of_an_item_leaves_earlier_months_as_they_were(county, leader):
    WorkSchemeTerm.objects.update(begins_on=date(2026, 10, 1))
    WorkItemVersion.objects.update(valid_from=date(2026, 10, 1))
    GridNode.objects.update(created_at="2026-10-01T00:00Z")
    october = periods.named("2026-10")
    before = whole(by_township(user=leader, span=october))

    edit_item(actor=None, item_id=item("机械防护").pk, times=4)

    assert whole(by_township(user=leader, span=october)) == before
    assert whole(by_township(user=leader, span=NOVEMBER))[1] == (OF_A_VILLAGE + 3) * 2


def test_done_never_passes_due_when_an_item_is_due_less_often(county, leader):
    edit_item(actor=None, item_id=item("机械防护").pk, times=3)
    for _ in range(3):
        do(county, "机械防护")

    edit_item(actor=None, item_id=item("机械防护").pk, times=1)

    assert whole(by_township(user=leader, span=NOVEMBER)) == (1, OF_A_VILLAGE * 2)


def test_the_other_scheme_shares_out_by_level(county, leader):
    scheme = WorkScheme.objects.get(code="levels-42")
    choose_scheme(actor=None, scheme_id=scheme.pk)

    table = by_township(user=leader, span=periods.named("2026-12"))

    assert [role for role, _label in table.roles] == [
        "village",
        "township",
        "department",
        "committee_office",
        "county",
    ]
    by_line = {line.label: set(line.shares) for line in table.lines}
    assert by_line == {
        county.root.name: {"department", "committee_office", "county"},
        county.township.name: {"village", "township"},
    }


def test_one_sees_the_figures_of_ones_own_branch_only(county):
    far = make_node(county.root, NodeKind.TOWNSHIP, name="河东镇")
    make_node(far)
    GridNode.objects.update(created_at="2026-11-01T00:00Z")
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    stranger = make_user(county.tenant)

    assert [line.label for line in by_township(user=staff, span=NOVEMBER).lines] == [
        county.township.name
    ]
    assert by_township(user=stranger, span=NOVEMBER).lines == []


def test_a_unit_under_direct_supervision_is_the_countys_and_not_the_townships(
    county, leader
):
    make_enterprise(county.village)
    apart = make_enterprise(county.village)
    GridNode.objects.update(created_at="2026-11-01T00:00Z")
    choose_scheme(actor=None, scheme_id=WorkScheme.objects.get(code="levels-42").pk)
    supervise_directly(
        actor=None,
        enterprise_id=apart.pk,
        level="county",
        by_node_id=county.root.pk,
        since=TODAY,
        document="安委办〔2026〕1号",
        reason="大型企业",
    )
    do(county, "单位自查自报", node=apart.area_node)

    shares = {
        line.label: (line.shares["unit"].done, line.shares["unit"].due)
        for line in by_township(user=leader, span=NOVEMBER).lines
    }

    assert shares == {county.township.name: (0, 2), county.root.name: (1, 2)}
    here = by_node(user=leader, span=NOVEMBER, township=county.township, role="unit")
    apart_line = by_node(user=leader, span=NOVEMBER, township=county.root, role="unit")
    assert (whole(here), whole(apart_line)) == ((0, 2), (1, 2))
    assert [line.key for line in apart_line.lines] == [apart.area_node_id]


@pytest.mark.parametrize(
    ("part", "of", "expected"),
    [
        (0, 0, None),
        (0, 3, "0.00"),
        (3, 3, "100.00"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),  # 0.125: half goes up
        (199_999, 200_000, "100.00"),
    ],
)
def test_rates_are_exact_and_rounded_half_up(part, of, expected):
    assert rate(part, of) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("villages", [1, 3])
def test_the_report_costs_the_same_for_any_number_of_grids(
    villages, county, leader, django_assert_num_queries
):
    for _ in range(villages):
        make_node(county.township)

    # The reach, terms, versions, the nodes grouped and one by one, records of
    # items that stayed and of those that changed, names.
    with django_assert_num_queries(8):
        by_township(user=leader, span=NOVEMBER)


def test_a_quarter_of_a_large_county_is_counted_in_a_moment(county, leader):
    """314 villages and every monthly item of the manual, three months of them."""
    build_tree(
        specs=[
            NodeSpec(
                code=f"V{n:04d}",
                parent=county.township.code,
                kind=NodeKind.VILLAGE,
                name=f"第{n}村",
            )
            for n in range(312)
        ]
    )
    WorkSchemeTerm.objects.update(begins_on=date(2026, 1, 1))
    WorkItemVersion.objects.update(valid_from=date(2026, 1, 1))
    GridNode.objects.update(created_at="2025-12-31T00:00Z")
    villages = list(GridNode.objects.filter(kind=NodeKind.VILLAGE))
    versions = list(
        WorkItemVersion.objects.filter(item__scheme__code="manual-53", unit="month")
    )
    quarter = periods.named("2026-Q3")
    WorkRecord.objects.bulk_create(
        [
            WorkRecord(
                node=village,
                item_id=version.item_id,
                version=version,
                period=month.key,
                period_last=month.last,
                done_at=timezone.now(),
            )
            for month in periods.ending_within("month", quarter.first, quarter.last)
            for version in versions
            for village in villages
        ],
        batch_size=5000,
    )
    records = WorkRecord.objects.count()

    began = perf_counter()
    table = by_township(user=leader, span=quarter)
    took = perf_counter() - began

    assert records == 3 * len(versions) * 314
    assert table.total.whole.done == records
    sys.stderr.write(f"{records} records, {took * 1000:.0f} ms")
    assert took < 3  # a bound for a loaded machine; docs/performance.md has the figure
