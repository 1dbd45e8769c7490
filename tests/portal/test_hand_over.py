"""A caseload goes to a successor as a whole: posts, rights, what waits unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids import access
from grids.kinds import NodeKind
from grids.models import GridEvent, Post
from grids.services import appoint, enter_leave
from notices.models import Notice
from portal.post_services import hand_over_caseload
from portal.reports.posts import preview_hand_over
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_user,
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
def old(county, scope):
    user = make_user(county.tenant)
    for node in (county.village, county.other_village):
        put(user, node)
    return user


@pytest.fixture
def new(county):
    return make_user(county.tenant)


def put(user, node, **given):
    given.setdefault("begins_on", TODAY() - timedelta(days=9))
    return appoint(actor=None, user_id=user.pk, node_id=node.pk, kind="worker", **given)


def hand_over(old, new, actor=None, posts=None):
    return hand_over_caseload(
        actor=actor,
        user_id=old.pk,
        successor_id=new.pk,
        on=TODAY(),
        post_ids=None if posts is None else [post.pk for post in posts],
        reason="退休",
    )


def held(user):
    posts = Post.objects.in_force(on=TODAY()).filter(user=user)
    return sorted(posts.values_list("node__name", flat=True))


def test_everything_goes_to_the_successor_in_one_go(county, old, new, clerk):
    hand_over(old, new, clerk)

    assert held(old) == []
    assert held(new) == sorted([county.village.name, county.other_village.name])
    assert access.can(new, "report_hazards", [county.village.pk])
    assert not access.can(old, "view_hazards", [county.village.pk])


def test_chosen_grids_go_and_the_others_stay(county, old, new, clerk):
    hand_over(old, new, clerk, [Post.objects.get(node=county.village)])

    assert (held(old), held(new)) == (
        [county.other_village.name],
        [county.village.name],
    )


def test_the_history_keeps_the_old_name(county, old, new, clerk):
    hand_over(old, new, clerk)

    before = Post.objects.get(user=old, node=county.village)
    assert (before.ends_on, before.ended_by, before.reason) == (TODAY(), clerk, "退休")
    event = GridEvent.objects.get(node=county.village, name="handed_over")
    assert (event.details["before"], event.details["after"]) == (
        old.full_name,
        new.full_name,
    )


def test_unread_notices_about_open_cases_there_go_along(county, old, new, clerk):
    open_case = make_hazard(county.village)
    closed = make_hazard(county.village, state="closed")
    far = make_hazard(make_node(make_node(county.root, NodeKind.TOWNSHIP)))
    rows = [(open_case, None), (open_case, timezone.now()), (closed, None), (far, None)]
    for n, (case, read_at) in enumerate(rows):
        Notice.objects.create(
            recipient=old,
            kind="hazard-assign",
            key=f"n{n}",
            address=case.get_absolute_url(),
            read_at=read_at,
        )

    assert hand_over(old, new, clerk).notices == 1

    got = Notice.objects.filter(recipient=new, kind="hazard-assign")
    assert list(got.values_list("key", "read_at")) == [("n0", None)]
    kept = Notice.objects.filter(recipient=old, kind="hazard-assign")
    assert kept.count() == 4
    assert sorted(kept.filter(read_at=None).values_list("key", flat=True)) == [
        "n2",
        "n3",
    ]


def test_both_are_told(county, old, new, clerk):
    hand_over(old, new, clerk)

    told = Notice.objects.filter(kind__startswith="caseload").order_by("kind")
    assert list(told.values_list("kind", "recipient")) == [
        ("caseload-handed-over", old.pk),
        ("caseload-taken-over", new.pk),
    ]


def test_the_preview_says_what_the_hand_over_then_does(county, old, new, clerk):
    make_enterprise(county.village, department=county.department)
    make_enterprise(county.other_village)
    case = make_hazard(county.village)
    Notice.objects.create(
        recipient=old, kind="hazard-assign", key="n", address=case.get_absolute_url()
    )
    posts = list(Post.objects.filter(user=old).for_list())

    shown = preview_hand_over(posts=posts, user_id=old.pk)
    done = hand_over(old, new, clerk)

    assert (shown.posts, shown.grids, shown.enterprises, shown.open_hazards) == (
        len(done.posts.begun),
        2,
        2,
        1,
    )
    assert shown.notices == done.notices == 1


def test_one_grid_out_of_reach_leaves_everything_as_it_was(county, old, new, clerk):
    put(old, make_node(make_node(county.root, NodeKind.TOWNSHIP)))

    with pytest.raises(NotAllowed):
        hand_over(old, new, clerk)

    assert (len(held(old)), held(new)) == (3, [])
    assert not GridEvent.objects.filter(name="handed_over").exists()


def test_nobody_takes_a_caseload_over_himself(county, old, clerk):
    with pytest.raises(DomainError) as refusal:
        hand_over(old, clerk, clerk)

    assert refusal.value.field == "successor"
    assert held(clerk) == []


def test_a_post_the_successor_holds_already_goes_on_as_it_is(county, old, new, clerk):
    mine = put(new, county.village)

    hand_over(old, new, clerk)

    mine.refresh_from_db()
    assert mine.ends_on is None
    assert len(held(new)) == 2


def test_terms_and_coming_posts_keep_their_days(county, old, new, clerk):
    later = make_node(county.township)
    begins, ends = TODAY() + timedelta(days=5), TODAY() + timedelta(days=50)
    put(old, later, begins_on=begins, ends_on=ends)

    hand_over(old, new, clerk)

    post = Post.objects.get(user=new, node=later)
    assert (post.begins_on, post.ends_on) == (begins, ends)


def test_a_substitute_of_the_predecessor_loses_what_was_handed_over(
    county, old, new, clerk
):
    other = make_user(county.tenant)
    enter_leave(
        actor=None,
        user_id=old.pk,
        substitute_id=other.pk,
        begins_on=TODAY(),
        ends_on=TODAY(),
    )
    assert access.can(other, "view_hazards", [county.village.pk])

    hand_over(old, new, clerk)

    assert not access.can(other, "view_hazards", [county.village.pk])


def test_without_a_post_there_is_nothing_to_hand_over(county, new, clerk, scope):
    with pytest.raises(DomainError) as refusal:
        hand_over(make_user(county.tenant), new, clerk)

    assert refusal.value.field == "posts"
