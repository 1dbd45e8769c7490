"""The questions of access agree with each other on any tree."""

import random

import pytest

from accounts.models import User
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode, NodeGrant, Role
from grids.services import (
    assign_role,
    assign_roles_in_bulk,
    end_assignment,
    end_assignments_of,
    move_node,
    set_role_permissions,
)
from journal.models import SecurityEvent
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_node, make_user

pytestmark = pytest.mark.django_db

VIEW = "view_hazards"


@pytest.fixture
def county():
    return make_county()


def test_a_grant_reaches_everything_below_and_nothing_beside(county):
    user = make_user(county.tenant, on=county.village, may=[VIEW])
    enterprise = make_node(county.village, NodeKind.ENTERPRISE)
    with tenant_scope(county.tenant.pk):
        assert access.can(user, VIEW, [enterprise.pk])
        assert not access.can(user, VIEW, [county.other_village.pk])
        assert not access.can(user, VIEW, [county.township.pk])
        assert not access.can(user, "report_hazards", [enterprise.pk])


def test_a_grant_in_another_tenant_reaches_nothing_here(county):
    rival = make_county()
    visitor = make_user(rival.tenant, on=rival.root, may=[VIEW])
    with tenant_scope(county.tenant.pk):
        assert not GridNode.objects.granted(visitor, VIEW).exists()
        assert access.permissions_held(visitor, [county.village.pk]) == frozenset()


def test_who_has_left_is_not_asked(county):
    left = make_user(county.tenant, on=county.village, may=[VIEW])
    stays = make_user(county.tenant, on=county.village, may=[VIEW])
    User.objects.filter(pk=left.pk).update(is_active=False)
    left.refresh_from_db()
    with tenant_scope(county.tenant.pk):
        assert list(access.holders(VIEW, [county.village.pk])) == [stays]
        assert not access.can(left, VIEW, [county.village.pk])


@pytest.mark.parametrize("seed", range(4))
def test_the_questions_agree_on_random_trees(seed, county):
    rng = random.Random(seed)
    villages = [county.village, county.other_village]
    for _ in range(8):
        kind = rng.choice([NodeKind.SUBGRID, NodeKind.ENTERPRISE])
        make_node(rng.choice(villages), kind)
    with tenant_scope(county.tenant.pk):
        nodes = list(GridNode.objects.all())
    users = [make_user(county.tenant, on=rng.choice(nodes), may=[VIEW]) for _ in "1234"]
    with tenant_scope(county.tenant.pk):
        move_node(
            actor=None,
            node_id=county.village.pk,
            new_parent_id=make_node(county.root, NodeKind.TOWNSHIP).pk,
        )
        for node in GridNode.objects.all():
            asked = {u for u in users if access.can(u, VIEW, [node.pk])}
            listed = {u for u in users if node in GridNode.objects.granted(u, VIEW)}
            held = set(access.holders(VIEW, [node.pk]))
            by_role = {user for _code, user in access.roles_on([node.pk])[node.pk]}
            assert asked == listed == held
            assert by_role == {u.pk for u in held}


def test_the_nearest_level_of_each_line_is_told(county):
    make_user(county.tenant, on=county.root, may=[VIEW])
    near = make_user(county.tenant, on=county.village, may=[VIEW])
    clerk = make_user(county.tenant, on=county.department, may=[VIEW])
    with tenant_scope(county.tenant.pk):
        told = access.nearest_holders(VIEW, [county.village.pk, county.department.pk])
    assert told == {near.pk, clerk.pk}


def test_ending_a_role_revokes_at_once_and_both_are_logged(county):
    admin = make_user(county.tenant, on=county.root, role="security_admin")
    worker = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        held = assign_role(
            actor=admin,
            user_id=worker.pk,
            role_code="grid_worker",
            node_id=county.village.pk,
        )
        assert access.can(worker, VIEW, [county.village.pk])

        end_assignment(actor=admin, assignment_id=held.pk)

        assert not access.can(worker, VIEW, [county.village.pk])
        assert not NodeGrant.objects.filter(user=worker).exists()
        log = SecurityEvent.objects.filter(actor=admin).order_by("at")
        assert list(log.values_list("name", flat=True)) == [
            "role_granted",
            "role_revoked",
        ]


def test_a_permission_of_two_roles_survives_the_end_of_one(county):
    user = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        first, _second = assign_roles_in_bulk(
            assignments=[
                (user.pk, code, county.village.pk)
                for code in ("grid_worker", "auditor")
            ]
        )
        end_assignment(actor=None, assignment_id=first.pk)
        assert access.can(user, VIEW, [county.village.pk])
        assert not access.can(user, "report_hazards", [county.village.pk])


def test_disabling_an_account_can_take_every_role(county):
    user = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        assert end_assignments_of(actor=None, user_id=user.pk) == 1
        assert access.permissions_anywhere(user) == frozenset()


def test_what_a_role_holds_reaches_all_its_holders(county):
    user = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")
        set_role_permissions(actor=None, role_id=role.pk, codenames=["view_grids"])
        assert access.permissions_anywhere(user) == {"view_grids"}


def test_nobody_hands_out_roles_where_he_does_not_manage_accounts(county):
    boss = make_user(county.tenant, on=county.village, may=["manage_accounts"])
    friend = make_user(county.tenant)
    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        assign_role(
            actor=boss,
            user_id=friend.pk,
            role_code="bureau_leader",
            node_id=county.root.pk,
        )


def test_a_user_of_another_tenant_gets_no_role(county):
    stranger = make_user(make_county().tenant)
    with tenant_scope(county.tenant.pk), pytest.raises(DomainError) as refusal:
        assign_role(
            actor=None,
            user_id=stranger.pk,
            role_code="grid_worker",
            node_id=county.village.pk,
        )
    assert refusal.value.field == "user"


def test_reach_costs_one_query_and_permissions_one(county, django_assert_num_queries):
    user = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        with django_assert_num_queries(1):
            access.permissions_held(user, [county.village.pk])
        with django_assert_num_queries(1):
            GridNode.objects.reach(user, VIEW)
        with django_assert_num_queries(2):  # the ranges, the rows
            list(GridNode.objects.granted(user, VIEW))


def test_permissions_among_what_was_read_agree_with_permissions_held(
    county, django_assert_num_queries
):
    officer = make_enterprise(county.village, department=county.department)
    places = [county.root, county.township, county.village, county.department]
    with tenant_scope(county.tenant.pk):
        lines = list(GridNode.objects.filter(pk__in=officer.lines()))
        (other,) = GridNode.objects.filter(pk=county.other_village.pk)
    for place, role in zip(
        places,
        ["bureau_staff", "township_staff", "grid_worker", "department_staff"],
        strict=True,
    ):
        user = make_user(county.tenant, on=place, role=role)
        with tenant_scope(county.tenant.pk):
            reaches = GridNode.objects.reach_by_permission(user)
            expected = access.permissions_held(user, officer.lines())

            with django_assert_num_queries(0):
                found = access.permissions_among(reaches, lines)

            assert found == expected != frozenset()
            aside = access.permissions_among(reaches, [other])
            assert aside == access.permissions_held(user, [other.pk])
