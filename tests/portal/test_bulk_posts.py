"""Appointing all who hold the role of a post by hand, and roles where they fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from grids.kinds import NodeKind
from grids.models import GridEvent, Post, Role, RoleAssignment
from grids.services import assign_role, end_assignment, seed_posts
from journal.models import SecurityEvent
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import County, make_county, make_node, make_user

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.django_db
PAGE = "/posts/appoint/"


@pytest.fixture
def county() -> County:
    made = make_county()
    with tenant_scope(made.tenant.pk):
        seed_posts()
    return made


@pytest.fixture
def clerk(county: County) -> User:
    return make_user(county.tenant, on=county.root, may=["appoint_posts"])


@pytest.fixture
def browser(clerk: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(clerk)
    return client


def workers(county: County, count: int) -> list[RoleAssignment]:
    people = [
        make_user(county.tenant, on=county.village, role="grid_worker")
        for _n in range(count)
    ]
    with tenant_scope(county.tenant.pk):
        found = RoleAssignment.objects.filter(user__in=people)
        return list(found.select_related("user").order_by("pk"))


def offered(page: Any) -> set[str]:
    return set(re.findall(r'name="rows" value="([^"]+)"', page.content.decode()))


def sent(rows: list[RoleAssignment], **given: Any) -> dict[str, Any]:
    return {
        "kind": "worker",
        "rows": [str(row.pk) for row in rows],
        "begins_on": timezone.localdate().isoformat(),
        "basis": "泉政〔2026〕8号",
    } | given


def posts_of(county: County) -> list[tuple[str, str, str, str]]:
    with tenant_scope(county.tenant.pk):
        rows = Post.objects.order_by("user__username")
        return list(rows.values_list("user__username", "kind", "node__code", "basis"))


def test_ticked_people_are_looked_at_and_then_appointed_together(
    browser: Client, county: County, clerk: User
) -> None:
    first, second, third = workers(county, 3)
    assert offered(browser.get(PAGE)) == {str(r.pk) for r in (first, second, third)}

    looked = browser.post(PAGE, sent([first, second]))
    before = posts_of(county)
    done = browser.post(PAGE, sent([first, second], do="appoint"), follow=True)

    assert first.user.full_name in looked.content.decode()
    assert third.user.full_name not in looked.content.decode()
    assert looked.context["preview"].filled == 1
    assert before == []
    expected = sorted((first.user.username, second.user.username))
    assert posts_of(county) == [
        (name, "worker", county.village.code, "泉政〔2026〕8号") for name in expected
    ]
    assert offered(done) == {str(third.pk)}
    with tenant_scope(county.tenant.pk):
        assert {row.appointed_by for row in Post.objects.all()} == {clerk}
        assert GridEvent.objects.filter(name="appointed", actor=clerk).count() == 2
        logged = SecurityEvent.objects.filter(name="role_granted", actor=clerk)
        assert logged.filter(details__origin="post").count() == 2


def test_the_role_of_a_post_outlives_the_end_of_the_one_given_by_hand(
    browser: Client, county: County
) -> None:
    [row] = workers(county, 1)
    browser.post(PAGE, sent([row], do="appoint"))

    with tenant_scope(county.tenant.pk):
        end_assignment(actor=None, assignment_id=row.pk)
        left = RoleAssignment.objects.get(user=row.user, ended_at__isnull=True)
        assert (left.origin, left.role.code) == ("post", "grid_worker")


def test_one_that_cannot_be_appointed_refuses_all(
    browser: Client, county: County
) -> None:
    first, second = workers(county, 2)
    with tenant_scope(county.tenant.pk):
        end_assignment(actor=None, assignment_id=second.pk)

    answer = browser.post(PAGE, sent([first, second], do="appoint"))

    assert answer.status_code == 422
    assert posts_of(county) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rows": []}, "rows"),
        ({"begins_on": ""}, "begins_on"),
        ({"begins_on": "1026-01-01"}, "begins_on"),
        ({"kind": "king"}, "kind"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    given: dict[str, Any], field: str, browser: Client, county: County
) -> None:
    answer = browser.post(PAGE, sent(workers(county, 1), do="appoint") | given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert posts_of(county) == []


def test_a_township_is_offered_its_own_people_only_and_never_himself(
    county: County,
) -> None:
    [row] = workers(county, 1)
    far_village = make_node(make_node(county.root, kind=NodeKind.TOWNSHIP))
    stranger = make_user(county.tenant, on=far_village, role="grid_worker")
    elsewhere = make_user(county.tenant, on=county.township, may=["view_grids"])
    both = make_user(county.tenant, on=county.village, role="grid_worker")
    client = Client()
    with tenant_scope(county.tenant.pk):
        assign_role(
            actor=None,
            user_id=both.pk,
            role_code="township_staff",
            node_id=county.township.pk,
        )
        own = RoleAssignment.objects.get(user=both, role__code="grid_worker")
        far = RoleAssignment.objects.get(user=stranger)
    client.force_login(both)

    assert offered(client.get(PAGE)) == {str(row.pk)}
    for out_of_reach in (own, far):
        answer = client.post(PAGE, sent([out_of_reach], do="appoint"))
        assert answer.status_code == 422
    client.force_login(elsewhere)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, sent([row], do="appoint")).status_code == 403
    assert posts_of(county) == []


def test_the_page_costs_the_same_for_one_row_and_for_three(
    browser: Client, county: County, django_assert_num_queries: Any
) -> None:
    workers(county, 1)
    browser.get(PAGE)
    with django_assert_num_queries(QUERIES):
        one = offered(browser.get(PAGE))
    workers(county, 2)
    with django_assert_num_queries(QUERIES):
        three = offered(browser.get(PAGE))

    assert (len(one), len(three)) == (1, 3)


# Session and person 2, the transaction of the bureau 4, permissions of page and menu 2,
# where one appoints and how many stand there (three kinds and the page) 8, rows 1,
# unread notices 1.
QUERIES = 18


def test_appointing_many_costs_the_same_for_one_and_for_three(
    browser: Client, county: County, django_assert_max_num_queries: Any
) -> None:
    rows = workers(county, 4)
    browser.post(PAGE, sent(rows[:1], do="appoint"))

    # One row in the security log for each role, and nothing else grows.
    with django_assert_max_num_queries(60):
        browser.post(PAGE, sent(rows[1:], do="appoint"))

    assert len(posts_of(county)) == 4


# Roles where they fit ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "where", "fits"),
    [
        ("grid_worker", "village", True),
        ("grid_worker", "root", False),
        ("grid_worker", "township", False),
        ("bureau_staff", "village", False),
        ("bureau_staff", "root", True),
        ("department_staff", "root", False),
        ("liaison_leader", "root", True),
    ],
)
def test_a_role_is_given_on_grids_it_fits(
    role: str, where: str, *, fits: bool, county: County
) -> None:
    user = make_user(county.tenant)
    giver = make_user(county.tenant, on=county.root, may=["assign_roles"])
    node = getattr(county, where)
    with tenant_scope(county.tenant.pk):
        given = {"user_id": user.pk, "role_code": role, "node_id": node.pk}
        if fits:
            assign_role(actor=giver, **given)
        else:
            with pytest.raises(DomainError) as refusal:
                assign_role(actor=giver, **given)
            assert refusal.value.field == "node"
        held = RoleAssignment.objects.filter(user=user)
        assert held.exists() is fits


def test_furnish_says_for_a_bureau_of_before_what_its_roles_fit(
    county: County, capsys: Any
) -> None:
    with tenant_scope(county.tenant.pk):
        Role.objects.update(node_kinds=None)
        Role.objects.filter(code="bureau_leader").update(node_kinds=[])

    call_command("furnish", code=county.tenant.division_code)

    with tenant_scope(county.tenant.pk):
        kinds = dict(Role.objects.values_list("code", "node_kinds"))
    assert kinds["grid_worker"] == ["village", "subgrid"]
    assert kinds["tenant_admin"] == ["county"]
    assert kinds["bureau_leader"] == []  # any, because the bureau said so
