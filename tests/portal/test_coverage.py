"""The five standards: what is covered follows from posts, boundaries and registers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.services import supervise_directly
from grids import periods
from grids.kinds import NodeKind
from grids.services import appoint, end_post, set_boundary
from portal.reports.standards import coverage
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_node, make_user
from tests.grids.test_geometry import polygon

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        yield county


@pytest.fixture
def leader(county):
    return make_user(county.tenant, on=county.root, role="bureau_leader")


def put(county, node, user=None, **given):
    user = user or make_user(county.tenant)
    given = {"kind": "worker", "begins_on": TODAY()} | given
    return appoint(actor=None, user_id=user.pk, node_id=node.pk, **given)


def shares(leader, standard):
    found = coverage(user=leader, span=periods.containing("month", TODAY()))
    return {
        line.label: (line.shares[standard].done, line.shares[standard].due)
        for line in found.lines
    }


def test_a_village_is_covered_by_a_boundary_and_a_worker_in_office(county, leader):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())
    assert shares(leader, "areas") == {county.township.name: (0, 2)}

    post = put(county, county.village)
    put(county, county.other_village)  # no boundary

    assert shares(leader, "areas") == {county.township.name: (1, 2)}

    end_post(actor=None, post_id=post.pk, on=TODAY())
    assert shares(leader, "areas") == {county.township.name: (0, 2)}


def test_a_role_given_by_hand_is_no_post(county, leader):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())

    make_user(county.tenant, on=county.village, role="grid_worker")

    assert shares(leader, "areas") == {county.township.name: (0, 2)}


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "responsible"},
        {"begins_on": TODAY() + timedelta(days=1)},
        {"begins_on": TODAY() - timedelta(days=9), "ends_on": TODAY()},
    ],
)
def test_other_posts_and_other_days_cover_nothing(county, leader, given):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())

    put(county, county.village, **given)

    assert shares(leader, "areas") == {county.township.name: (0, 2)}


def test_a_disabled_account_covers_nothing(county, leader):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())
    worker = make_user(county.tenant)
    put(county, county.village, worker)

    worker.is_active = False
    worker.save(update_fields=["is_active"])

    assert shares(leader, "areas") == {county.township.name: (0, 2)}


def test_a_subgrid_is_covered_by_the_worker_of_its_village(county, leader):
    subgrid = make_node(county.village, NodeKind.SUBGRID, boundary=polygon())
    assert subgrid.boundary
    put(county, county.village)

    assert shares(leader, "areas") == {county.township.name: (1, 3)}


def test_units_under_direct_supervision_are_covered_by_the_county(
    client, county, leader
):
    make_enterprise(county.village, department=county.department)
    make_enterprise(county.village, department=county.department)
    apart = make_enterprise(county.village, department=county.department)
    supervise_directly(
        actor=None,
        enterprise_id=apart.pk,
        level="county",
        by_node_id=county.root.pk,
        since=TODAY(),
        document="安委办〔2026〕1号",
        reason="大型企业",
    )

    assert shares(leader, "units") == {
        county.township.name: (2, 2),
        county.root.name: (1, 1),
    }
    client.force_login(leader)
    rows = client.get(
        reverse("duties:coverage_rows"),
        {"standard": "units", "township": str(county.township.pk)},
    )
    assert apart not in rows.context["page_obj"].object_list
    assert len(rows.context["page_obj"].object_list) == 2
