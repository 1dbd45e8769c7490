"""Leave with a dated substitute: rights that end by themselves, and both names."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids import access
from grids.kinds import NodeKind
from grids.models import GridEvent, Leave, RoleAssignment
from grids.services import (
    appoint,
    assign_role,
    cancel_leave,
    edit_node,
    end_post,
    enter_leave,
    set_role_permissions,
    settle_day,
)
from hazards.models import HazardEvent
from notices.models import Notice
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_user,
    take_step,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def scope(county):
    with tenant_scope(county.tenant.pk):
        yield


@pytest.fixture
def clerk(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


@pytest.fixture
def absent(county, scope):
    return holder(county, county.village)


@pytest.fixture
def neighbour(county, scope):
    return holder(county, county.other_village)


def holder(county, node, kind="worker"):
    user = make_user(county.tenant)
    post(user, node, kind)
    return user


def post(user, node, kind="worker"):
    return appoint(
        actor=None, user_id=user.pk, node_id=node.pk, kind=kind, begins_on=TODAY()
    )


def days(number):
    return TODAY() + timedelta(days=number)


def leave(absent, substitute, *, actor=None, begins=0, ends=3, node=None):
    return enter_leave(
        actor=actor,
        user_id=absent.pk,
        substitute_id=substitute.pk,
        begins_on=days(begins),
        ends_on=days(ends),
        node_id=node.pk if node else None,
    )


def may(user, node, what="report_hazards"):
    return access.can(user, what, [node.pk])


def test_a_substitute_has_the_posts_rights_from_the_first_to_the_last_day(
    county, absent, neighbour
):
    leave(absent, neighbour, begins=1, ends=2)
    seen = []

    for day in range(4):
        settle_day(on=days(day))
        seen.append((may(neighbour, county.village), may(absent, county.village)))

    assert seen == [(False, True), (True, True), (True, True), (False, True)]
    assert may(neighbour, county.other_village)


def test_only_what_the_posts_give_goes_to_the_substitute(county, absent, neighbour):
    assign_role(
        actor=None,
        user_id=absent.pk,
        role_code="tenant_admin",
        node_id=county.root.pk,
    )

    leave(absent, neighbour)

    assert may(neighbour, county.village)
    assert not may(neighbour, county.village, "manage_accounts")
    assert not may(neighbour, county.root, "view_hazards")


def test_a_leave_that_is_cancelled_ends_at_once(county, absent, neighbour, clerk):
    entered = leave(absent, neighbour)

    cancel_leave(actor=clerk, leave_id=entered.pk)

    assert not may(neighbour, county.village)
    with pytest.raises(InvalidTransition):
        cancel_leave(actor=clerk, leave_id=entered.pk)


def test_only_the_absent_one_and_whoever_appoints_may_cancel(county, absent, neighbour):
    entered = leave(absent, neighbour)
    far = make_node(county.root, NodeKind.TOWNSHIP)
    stranger = make_user(county.tenant, on=far, role="township_staff")

    for actor in (neighbour, stranger):
        with pytest.raises(NotAllowed):
            cancel_leave(actor=actor, leave_id=entered.pk)
    assert may(neighbour, county.village)

    cancel_leave(actor=absent, leave_id=entered.pk)
    assert not may(neighbour, county.village)


def test_a_post_that_ends_during_the_leave_ends_for_the_substitute_too(
    county, absent, neighbour
):
    leave(absent, neighbour)

    end_post(actor=None, post_id=absent.posts.get().pk, on=TODAY())

    assert not may(neighbour, county.village)


def test_a_post_that_begins_during_the_leave_goes_to_the_substitute(
    county, absent, neighbour
):
    leave(absent, neighbour)
    new = make_node(county.township)

    post(absent, new)

    assert may(neighbour, new)


def test_there_are_no_chains_of_substitutes(county, absent, neighbour):
    third = holder(county, county.village)
    leave(neighbour, third, begins=2, ends=5)

    with pytest.raises(DomainError) as away:
        leave(absent, neighbour, begins=0, ends=2)
    with pytest.raises(DomainError) as stands_in:
        leave(third, absent, begins=5, ends=6)

    assert (away.value.field, stands_in.value.field) == ("substitute", "user")
    leave(absent, neighbour, begins=0, ends=1)
    leave(third, absent, begins=6, ends=7)
    assert Leave.objects.count() == 3


def test_a_chain_gives_nobody_what_a_substitute_holds(county, absent, neighbour):
    """Even if two rows stood in the table, rights do not travel on."""
    third = holder(county, county.other_village)
    leave(absent, neighbour)
    Leave.objects.create(
        user=neighbour, substitute=third, begins_on=TODAY(), ends_on=TODAY()
    )

    settle_day(on=TODAY())

    assert not may(third, county.village)


def test_several_substitutes_share_the_grids_of_one_person(county, absent, neighbour):
    post(absent, county.other_village)
    third = make_user(county.tenant)
    leave(absent, neighbour, node=county.village)

    leave(absent, third, node=county.other_village)
    with pytest.raises(DomainError) as twice:
        leave(absent, third)
    with pytest.raises(DomainError):
        leave(absent, third, node=county.township)

    assert twice.value.field == "begins_on"
    assert may(third, county.other_village)
    assert not may(third, county.village)


def test_one_enters_ones_own_leave_with_a_neighbour_of_the_township(
    county, absent, neighbour
):
    leave(absent, neighbour, actor=absent)

    assert may(neighbour, county.village)


def test_one_does_not_hand_ones_rights_to_somebody_far_away(county, absent):
    other_township = make_node(county.root, NodeKind.TOWNSHIP)
    stranger = holder(county, make_node(other_township))
    nobody = make_user(county.tenant)

    for substitute in (stranger, nobody):
        with pytest.raises(DomainError) as refusal:
            leave(absent, substitute, actor=absent)
        assert refusal.value.field == "substitute"

    assert not Leave.objects.exists()


def test_nobody_makes_himself_a_substitute(county, absent, clerk):
    with pytest.raises(DomainError) as refusal:
        leave(absent, clerk, actor=clerk)

    assert refusal.value.field == "substitute"
    assert not Leave.objects.exists()


def test_nobody_enters_the_leave_of_people_elsewhere(county, absent, neighbour):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    stranger = make_user(county.tenant, on=far, role="township_staff")

    with pytest.raises(NotAllowed):
        leave(absent, neighbour, actor=stranger)

    assert not Leave.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (2, 1, "ends_on"),
        (-5, -1, "ends_on"),
        (0, 366, "ends_on"),
        (9999, 9999, "begins_on"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    county, absent, neighbour, begins, ends, field
):
    with pytest.raises(DomainError) as refusal:
        leave(absent, neighbour, begins=begins, ends=ends)

    assert refusal.value.field == field
    assert not Leave.objects.exists()


def test_who_holds_no_post_needs_no_substitute(county, neighbour):
    with pytest.raises(DomainError) as refusal:
        leave(make_user(county.tenant), neighbour)

    assert refusal.value.field == "user"


def test_both_are_told_but_not_the_one_who_did_it(county, absent, neighbour):
    leave(absent, neighbour, actor=absent)

    told = Notice.objects.filter(kind="leave-entered")
    assert list(told.values_list("recipient", flat=True)) == [neighbour.pk]
    assert absent.full_name in told.get().title


def test_notices_reach_the_absent_one_and_the_substitute(county, absent, neighbour):
    leave(absent, neighbour)

    assert access.nearest_holders("record_work", [county.village.pk]) == {
        absent.pk,
        neighbour.pk,
    }


# Both names -------------------------------------------------------------------


def last_event(hazard):
    return HazardEvent.objects.filter(hazard=hazard).order_by("at", "pk").last()


def test_what_a_substitute_does_is_written_with_both_names(county, absent, neighbour):
    hazard = make_hazard(make_enterprise(county.village), state="submitted")
    leave(absent, neighbour)

    take_step(hazard, "pass_recheck", neighbour)

    event = last_event(hazard)
    assert (event.actor, event.on_behalf_of) == (neighbour, absent)


def test_a_report_by_a_substitute_carries_both_names(county, absent, neighbour):
    leave(absent, neighbour)

    hazard = make_hazard(county.village, reporter=neighbour)

    event = last_event(hazard)
    assert (event.actor, event.on_behalf_of) == (neighbour, absent)


def test_what_somebody_may_do_himself_he_does_in_his_own_name(
    county, absent, neighbour
):
    leave(absent, neighbour)
    own = make_hazard(make_enterprise(county.other_village), state="submitted")
    post(neighbour, county.village)
    both = make_hazard(make_enterprise(county.village), state="submitted")

    for hazard in (own, both):
        take_step(hazard, "pass_recheck", neighbour)
        assert last_event(hazard).on_behalf_of is None


def test_after_the_leave_only_ones_own_name_remains(county, absent, neighbour):
    entered = leave(absent, neighbour)
    cancel_leave(actor=absent, leave_id=entered.pk)
    hazard = make_hazard(make_enterprise(county.village), state="submitted")

    with pytest.raises(NotAllowed):
        take_step(hazard, "pass_recheck", neighbour)

    assert last_event(hazard).name == "submit"


def test_a_grid_that_a_substitute_edits_names_both(county, absent, neighbour):
    held = RoleAssignment.objects.get(user=absent, origin="post")

    set_role_permissions(
        actor=None,
        role_id=held.role_id,
        codenames=["view_grids", "manage_grids", "edit_enterprises"],
    )
    leave(absent, neighbour)

    edit_node(actor=neighbour, node_id=county.village.pk, name="东关新村")

    event = GridEvent.objects.get(node=county.village, name="edited")
    assert (event.actor, event.on_behalf_of) == (neighbour, absent)
