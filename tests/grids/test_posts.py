"""Posts give roles while they last, and nothing a day longer."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.services import edit_user
from grids import access
from grids.kinds import NodeKind
from grids.models import GridEvent, Post, PostRule, Role, RoleAssignment
from grids.models.roles import Origin
from grids.services import (
    NewPost,
    appoint,
    appoint_in_bulk,
    assign_role,
    end_assignment,
    end_post,
    save_post_rule,
    seed_posts,
    set_role_permissions,
    settle_posts,
)
from journal.models import SecurityEvent
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
VIEW = "view_hazards"


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
def worker(county):
    return make_user(county.tenant)


def days(number):
    return TODAY() + timedelta(days=number)


def put(county, user, *, actor=None, node=None, kind="worker", begins=0, ends=None):
    return appoint(
        actor=actor,
        user_id=user.pk,
        node_id=(node or county.village).pk,
        kind=kind,
        begins_on=days(begins),
        ends_on=None if ends is None else days(ends),
    )


def may_see(user, node):
    return access.can(user, VIEW, [node.pk])


def roles(user):
    held = RoleAssignment.objects.in_force().filter(user=user)
    return sorted(held.values_list("role__code", flat=True))


def test_appointing_grants_and_ending_revokes_both_in_the_security_log(
    county, scope, clerk, worker
):
    post = put(county, worker, actor=clerk)

    assert roles(worker) == ["grid_worker"]
    assert may_see(worker, county.village)
    assert not may_see(worker, county.other_village)

    end_post(actor=clerk, post_id=post.pk, on=TODAY(), reason="调离")

    assert not may_see(worker, county.village)
    log = SecurityEvent.objects.filter(actor=clerk).order_by("at", "pk")
    assert [(row.name, row.details["role"], row.details["origin"]) for row in log] == [
        ("role_granted", "grid_worker", "post"),
        ("role_revoked", "grid_worker", "post"),
    ]
    post.refresh_from_db()
    assert (post.ends_on, post.ended_by, post.reason) == (TODAY(), clerk, "调离")
    course = GridEvent.objects.filter(node=county.village, actor=clerk).order_by("at")
    assert [(row.name, row.details["person"], row.note) for row in course] == [
        ("appointed", worker.full_name, ""),
        ("post_ended", worker.full_name, "调离"),
    ]


@pytest.mark.parametrize(
    ("kind", "node", "role"),
    [
        ("worker", "village", "grid_worker"),
        ("responsible", "village", "responsible_person"),
        ("liaison", "township", "liaison_leader"),
        ("responsible", "department", "responsible_person"),
    ],
)
def test_the_rule_of_the_bureau_says_which_role_a_post_gives(
    county, scope, worker, kind, node, role
):
    put(county, worker, node=getattr(county, node), kind=kind)

    assert roles(worker) == [role]


def test_there_is_no_post_where_no_rule_knows_one(county, scope, worker):
    with pytest.raises(DomainError, match="没有这种岗位") as refusal:
        put(county, worker, node=county.department, kind="worker")

    assert refusal.value.field == "kind"
    assert not Post.objects.exists()


def test_a_post_of_the_future_waits_for_its_day_and_ends_by_itself(
    county, scope, worker
):
    put(county, worker, begins=1, ends=3)
    assert roles(worker) == []

    changed = [tuple(settle_posts(on=days(n))) for n in (0, 1, 1, 2, 3, 3)]

    assert changed == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0)]
    assert roles(worker) == []


def test_the_night_catches_up_with_days_on_which_nothing_ran(county, scope, worker):
    put(county, worker, begins=-9, ends=2)
    assert roles(worker) == ["grid_worker"]

    settle_posts(on=days(30))

    assert roles(worker) == []


def test_a_role_given_by_hand_survives_the_end_of_the_post(county, scope, worker):
    assign_role(
        actor=None,
        user_id=worker.pk,
        role_code="grid_worker",
        node_id=county.village.pk,
    )
    post = put(county, worker)

    end_post(actor=None, post_id=post.pk, on=TODAY())

    assert may_see(worker, county.village)


def test_two_posts_that_give_the_same_role_end_one_by_one(county, scope, worker):
    rule = PostRule.objects.filter(kind="liaison", node_kind=NodeKind.VILLAGE)
    worker_rule = PostRule.objects.filter(kind="worker", node_kind=NodeKind.VILLAGE)
    if not rule.exists():
        seed_posts()
    rule.update(role=worker_rule.get().role)
    first, second = put(county, worker), put(county, worker, kind="liaison")

    end_post(actor=None, post_id=first.pk, on=TODAY())
    assert may_see(worker, county.village)
    end_post(actor=None, post_id=second.pk, on=TODAY())
    assert not may_see(worker, county.village)


def test_what_a_post_gives_is_not_ended_by_hand(county, scope, worker):
    put(county, worker)
    derived = RoleAssignment.objects.get(user=worker, origin=Origin.POST)

    with pytest.raises(DomainError, match="由岗位或代理产生"):
        end_assignment(actor=None, assignment_id=derived.pk)

    assert may_see(worker, county.village)


def test_nobody_appoints_himself(county, scope, clerk):
    with pytest.raises(DomainError, match="不能任命自己") as refusal:
        put(county, clerk, actor=clerk)

    assert refusal.value.field == "user"
    assert not Post.objects.exists()


def test_nobody_appoints_or_ends_outside_his_own_grids(county, scope, worker):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    stranger = make_user(county.tenant, on=far, role="township_staff")
    watcher = make_user(county.tenant, on=county.village, role="grid_worker")
    post = put(county, worker)

    for actor in (stranger, watcher):
        with pytest.raises(NotAllowed):
            put(county, worker, actor=actor, node=county.other_village)
        with pytest.raises(NotAllowed):
            end_post(actor=actor, post_id=post.pk, on=TODAY())

    assert list(Post.objects.all()) == [post]
    post.refresh_from_db()
    assert post.ends_on is None


def test_people_and_grids_of_another_county_do_not_exist_here(county, scope, worker):
    other = make_county()
    foreigner = make_user(other.tenant)

    with pytest.raises(DomainError, match="该用户不存在或已停用"):
        put(county, foreigner)
    with pytest.raises(DomainError, match="该网格不存在"):
        put(county, worker, node=other.village)
    with tenant_scope(other.tenant.pk):
        post = put(other, foreigner)
    with pytest.raises(DomainError, match="该岗位不存在"):
        end_post(actor=None, post_id=post.pk, on=TODAY())
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "overlaps"),
    [
        (0, None, True),
        (-5, 1, True),
        (-5, 0, False),
        (9, 20, True),
        (10, None, False),
        (3, 4, True),
    ],
)
def test_the_same_post_is_not_held_twice_at_a_time(
    county, scope, worker, begins, ends, overlaps
):
    put(county, worker, begins=0, ends=10)

    if not overlaps:
        put(county, worker, begins=begins, ends=ends)
        return
    with pytest.raises(DomainError, match="已在此担任这一岗位"):
        put(county, worker, begins=begins, ends=ends)
    with pytest.raises(IntegrityError, match="post_held_once"), transaction.atomic():
        Post.objects.create(
            user=worker,
            node=county.village,
            kind="worker",
            begins_on=days(begins),
            ends_on=None if ends is None else days(ends),
        )


def test_one_person_holds_many_posts_and_one_grid_has_several_people(
    county, scope, worker
):
    put(county, worker)
    put(county, worker, kind="responsible")
    put(county, worker, node=county.other_village)
    put(county, make_user(county.tenant))

    assert Post.objects.in_force(on=TODAY()).count() == 4
    assert roles(worker) == ["grid_worker", "grid_worker", "responsible_person"]


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "field"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), "ends_on"),
        (date(2026, 3, 2), date(2026, 3, 1), "ends_on"),
        (date(9999, 1, 1), None, "begins_on"),
        (date(1, 1, 1), None, "begins_on"),
        (date(2026, 3, 2), date(9999, 1, 1), "ends_on"),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(
    county, scope, worker, begins_on, ends_on, field
):
    with pytest.raises(DomainError) as refusal:
        appoint(
            actor=None,
            user_id=worker.pk,
            node_id=county.village.pk,
            kind="worker",
            begins_on=begins_on,
            ends_on=ends_on,
        )

    assert refusal.value.field == field
    assert not Post.objects.exists()


def test_an_ended_post_does_not_end_again_and_a_planned_end_may_change(
    county, scope, worker
):
    post = put(county, worker, ends=9)

    end_post(actor=None, post_id=post.pk, on=days(5))
    assert may_see(worker, county.village)
    end_post(actor=None, post_id=post.pk, on=TODAY())
    assert not may_see(worker, county.village)
    with pytest.raises(InvalidTransition, match="已经终止"):
        end_post(actor=None, post_id=post.pk, on=days(9))

    post.refresh_from_db()
    assert post.ends_on == TODAY()


def test_a_disabled_account_holds_its_posts_no_more(county, scope, worker):
    put(county, worker)

    edit_user(
        user_id=worker.pk,
        **{
            name: getattr(worker, name)
            for name in ("username", "full_name", "phone", "title", "email", "is_staff")
        },
        is_active=False,
    )
    worker.refresh_from_db()

    assert not Post.objects.in_force(on=TODAY()).exists()
    assert Post.objects.lasting(on=TODAY()).count() == 1
    assert not may_see(worker, county.village)
    with pytest.raises(DomainError, match="该用户不存在或已停用"):
        put(county, worker, node=county.other_village)


def test_many_are_appointed_at_once_with_their_roles_and_their_course(county, scope):
    people = [make_user(county.tenant) for _n in range(3)]
    rows = [
        NewPost(user_id=user.pk, node_id=node.pk, kind="worker", begins_on=TODAY())
        for user in people
        for node in (county.village, county.other_village)
    ]

    posts = appoint_in_bulk(posts=rows, on=TODAY())

    assert len(posts) == 6
    assert all(may_see(user, county.village) for user in people)
    assert GridEvent.objects.filter(name="appointed").count() == 6
    assert SecurityEvent.objects.filter(name="role_granted").count() == 6


def test_the_log_of_a_whole_county_says_how_many(county, scope, monkeypatch):
    monkeypatch.setattr("grids.services.settling.NAMED_EACH", 1)
    people = [make_user(county.tenant) for _n in range(2)]

    appoint_in_bulk(
        posts=[
            NewPost(
                user_id=user.pk,
                node_id=county.village.pk,
                kind="worker",
                begins_on=TODAY(),
            )
            for user in people
        ],
        on=TODAY(),
    )

    log = SecurityEvent.objects.get(name="role_granted")
    assert log.details == {"count": 2, "bulk": True}


def test_the_rules_of_posts_are_seeded_once(county, scope):
    first = seed_posts()

    assert (first, seed_posts()) == (PostRule.objects.count(), 0)
    needed = PostRule.objects.filter(is_needed=True, is_proposed=True)
    assert sorted(needed.values_list("node_kind", "kind")) == [
        ("department", "responsible"),
        ("subgrid", "worker"),
        ("township", "liaison"),
        ("township", "responsible"),
        ("village", "responsible"),
        ("village", "worker"),
    ]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_appoint_the_same_person_at_once_one_is_told():
    county = make_county()
    worker = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        seed_posts()
    outcomes = []

    def go():
        try:
            with tenant_scope(county.tenant.pk):
                put(county, worker)
            outcomes.append("appointed")
        except DomainError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["appointed", "refused", "refused", "refused"]


# The bureau's own rules ---------------------------------------------------------


@pytest.fixture
def rule(scope):
    seed_posts()
    return PostRule.objects.get(kind="worker", node_kind="village")


def change(rule, actor=None, **fields):
    return save_post_rule(actor=actor, rule_id=rule.pk, today=TODAY(), **fields)


def test_another_role_of_a_rule_reaches_its_holders_at_once(county, rule, worker):
    put(county, worker)

    change(rule, role=Role.objects.get(code="liaison_leader"))

    assert roles(worker) == ["liaison_leader"]


@pytest.mark.parametrize("code", ["tenant_admin", "auditor"])
def test_no_post_gives_what_runs_the_platform(county, rule, worker, code):
    put(county, worker)

    with pytest.raises(DomainError) as refusal:
        change(rule, role=Role.objects.get(code=code))

    assert refusal.value.field == "role"
    assert roles(worker) == ["grid_worker"]


def test_a_role_of_posts_does_not_come_to_run_the_platform(county, rule, worker):
    put(county, worker)

    with pytest.raises(DomainError) as refusal:
        set_role_permissions(
            actor=None, role_id=rule.role_id, codenames=["manage_accounts"]
        )

    assert refusal.value.field == "permissions"
    assert not access.can(worker, "manage_accounts", [county.village.pk])
    assert may_see(worker, county.village)


def test_whoever_only_appoints_does_not_change_the_rules(rule, clerk):
    with pytest.raises(NotAllowed):
        change(rule, actor=clerk, is_needed=False)

    rule.refresh_from_db()
    assert rule.is_needed
