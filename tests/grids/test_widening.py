"""Changing the structure gives nobody what the one who changes it may not give."""

import pytest
from django.test import Client
from django.utils import timezone

from grids.access import can
from grids.kinds import NodeKind
from grids.models import GridNode, NodeGrant, Post, RoleProposal
from grids.posts import PostKind
from grids.previews import preview_merge, preview_move
from grids.services import (
    appoint,
    assign_roles_in_bulk,
    confirm_roles,
    merge_nodes,
    move_node,
    seed_posts,
    split_node,
)
from grids.services.widening import may_give
from journal.models import SecurityEvent
from notices.models import Notice
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_county()


@pytest.fixture(autouse=True)
def _scope(county):
    with tenant_scope(county.tenant.pk):
        seed_posts()
        yield


@pytest.fixture
def admin(county):
    """Changes the structure and appoints, and gives no roles."""
    return make_user(county.tenant, on=county.root, role="tenant_admin")


def give(user, role, node):
    return assign_roles_in_bulk(assignments=[(user.pk, role, node.pk)])[0]


def merge(actor, node, into):
    return merge_nodes(actor=actor, node_id=node.pk, into_id=into.pk)


def grants():
    rows = NodeGrant.objects.values_list("user", "content_object", "permission")
    return set(rows)


def test_without_the_right_to_give_roles_they_end_and_wait_for_who_has_it(
    county, admin
):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    giver = make_user(county.tenant, on=county.root, role="security_admin")

    merge(admin, county.village, county.other_village)

    assert not can(worker, "recheck_hazards", [county.other_village.pk])
    waiting = RoleProposal.objects.get()
    assert (waiting.user, waiting.role.code, waiting.node, waiting.proposed_by) == (
        worker,
        "grid_worker",
        county.other_village,
        admin,
    )
    told = Notice.objects.get(kind="roles-left-behind")
    assert (told.recipient, told.params["count"]) == (giver, 1)
    assert SecurityEvent.objects.filter(name="accounts_proposed", actor=admin).exists()
    # Whoever gives roles finds it among the lists that wait, and decides.
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(giver)
    page = client.get(told.address).content.decode()
    assert worker.full_name in page
    assert "合并了这些网格" in page
    assert "开通了这些账号" not in page
    assert "网格合并" in client.get("/people/roles/").content.decode()
    assert confirm_roles(actor=giver, batch=waiting.batch) == 1
    assert can(worker, "recheck_hazards", [county.other_village.pk])


def test_whoever_gives_roles_at_both_ends_takes_them_along(county):
    both = ["manage_grids", "assign_roles"]
    giver = make_user(county.tenant, on=county.root, may=both)
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    merge(giver, county.village, county.other_village)

    assert can(worker, "recheck_hazards", [county.other_village.pk])
    assert not RoleProposal.objects.exists()


def test_giving_at_one_end_is_not_enough(county):
    giver = make_user(county.tenant, on=county.village, may=["assign_roles"])

    assert may_give(giver, county.village, county.village)
    assert not may_give(giver, county.village, county.other_village)
    assert not may_give(giver, county.other_village, county.village)


def test_a_role_of_administrators_goes_along_by_nobody_but_who_gives_roles(
    county, admin
):
    auditor = make_user(county.tenant)
    give(auditor, "auditor", county.village)

    with pytest.raises(DomainError) as refusal:
        merge(admin, county.village, county.other_village)

    assert auditor.full_name in str(refusal.value)
    assert can(auditor, "view_security_log", [county.village.pk])


def test_posts_go_along_only_for_whoever_appoints_at_both_ends(county, admin):
    worker = make_user(county.tenant)
    appoint(
        actor=None,
        user_id=worker.pk,
        node_id=county.village.pk,
        kind=PostKind.WORKER,
        begins_on=timezone.localdate(),
    )
    mover = make_user(county.tenant, on=county.root, may=["manage_grids"])
    before = grants()

    with pytest.raises(NotAllowed):
        merge(mover, county.village, county.other_village)
    with pytest.raises(NotAllowed):
        split_node(actor=mover, node_id=county.village.pk, code="N1", name="新网格")
    assert grants() == before

    merge(admin, county.village, county.other_village)
    held = Post.objects.filter(user=worker).not_over(on=timezone.localdate())
    assert [post.node for post in held] == [county.other_village]


def test_nobody_widens_his_own_reach_by_a_merger(county, admin):
    give(admin, "grid_worker", county.village)
    before = grants()

    with pytest.raises(NotAllowed):
        merge(admin, county.village, county.other_village)
    # Nor by the other way round: what stands on the other comes under his role.
    with pytest.raises(NotAllowed):
        merge(admin, county.other_village, county.village)

    assert grants() == before


def test_nobody_moves_a_grid_into_his_own_reach(county):
    other = make_node(county.root, NodeKind.TOWNSHIP)
    mover = make_user(county.tenant, on=county.root, may=["manage_grids"])
    give(mover, "township_leader", other)

    with pytest.raises(NotAllowed):
        move_node(actor=mover, node_id=county.village.pk, new_parent_id=other.pk)

    assert GridNode.objects.get(pk=county.village.pk).parent_id == county.township.pk
    # Away from his own reach he may, and without any of his own as well.
    away = make_node(other)
    move_node(actor=mover, node_id=away.pk, new_parent_id=county.township.pk)


def test_a_part_split_off_holds_what_its_people_reached_before(county, admin):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    subgrid = make_node(county.village, NodeKind.SUBGRID)

    part = split_node(
        actor=admin,
        node_id=county.village.pk,
        code="N1",
        name="新网格",
        children=[subgrid.pk],
    )

    assert can(worker, "recheck_hazards", [part.pk])
    assert can(worker, "recheck_hazards", [subgrid.pk])


@pytest.mark.parametrize("change", ["merge", "move"])
def test_the_preview_names_who_reaches_it_from_then_on(change, county):
    other = make_node(county.root, NodeKind.TOWNSHIP)
    target = make_node(other) if change == "merge" else other
    preview = (
        (lambda: preview_merge(node=county.village, into=target))
        if change == "merge"
        else (lambda: preview_move(node=county.village, parent=target))
    )
    seen = preview().fingerprint
    leader = make_user(county.tenant, on=other, role="township_leader")
    make_user(county.tenant, on=county.root, role="bureau_leader")

    found = preview()

    assert [row.user for row in found.gaining] == [leader]
    assert found.fingerprint != seen
