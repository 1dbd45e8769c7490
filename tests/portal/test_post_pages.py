"""The pages of posts in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids.kinds import NodeKind
from grids.models import Leave, Post
from grids.services import appoint, end_post, enter_leave
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
def clerk(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


@pytest.fixture
def browser(client, clerk):
    client.force_login(clerk)
    return client


def signed_in(user):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def put(county, node, user=None, kind="worker", **given):
    given.setdefault("begins_on", TODAY())
    with tenant_scope(county.tenant.pk):
        return appoint(
            actor=None,
            user_id=(user or make_user(county.tenant)).pk,
            node_id=node.pk,
            kind=kind,
            **given,
        )


def posts_of(county):
    with tenant_scope(county.tenant.pk):
        return list(Post.objects.order_by("pk"))


def sent(user, **given):
    return {
        "kind": "worker",
        "user": user.pk,
        "begins_on": TODAY().isoformat(),
        "basis": "镇政〔2026〕1号",
    } | given


def test_the_township_appoints_on_the_page_of_the_grid(browser, county, clerk):
    worker = make_user(county.tenant)
    page = browser.get(county.village.get_absolute_url()).content.decode()
    address = reverse("posts:appoint", args=[county.village.pk])
    assert address in page

    answer = browser.post(address, sent(worker), follow=True)

    (post,) = posts_of(county)
    assert (post.user, post.appointed_by) == (worker, clerk)
    assert worker.full_name in answer.content.decode()


def test_whoever_holds_other_posts_may_be_appointed_and_it_is_said(browser, county):
    worker = make_user(county.tenant)
    for _n in range(2):
        put(county, make_node(county.township), worker)

    answer = browser.post(
        reverse("posts:appoint", args=[county.village.pk]), sent(worker), follow=True
    )

    assert next(str(m) for m in answer.context["messages"]) == (
        f"{worker.full_name}另有2个岗位。"
    )
    assert len(posts_of(county)) == 3


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(browser, county):
    worker = make_user(county.tenant)
    put(county, county.village, worker)

    answer = browser.post(
        reverse("posts:appoint", args=[county.village.pk]), sent(worker)
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["user"]
    assert "镇政〔2026〕1号" in answer.content.decode()
    assert len(posts_of(county)) == 1


def test_nobody_can_choose_himself(browser, county, clerk):
    answer = browser.post(
        reverse("posts:appoint", args=[county.village.pk]), sent(clerk)
    )

    assert answer.status_code == 422
    assert posts_of(county) == []


def test_ending_a_post_refuses_the_next_request_of_a_running_session(browser, county):
    worker = make_user(county.tenant)
    post = put(county, county.village, worker)
    session = signed_in(worker)
    assert session.get(county.village.get_absolute_url()).status_code == 200

    browser.post(
        reverse("posts:end", args=[post.pk]),
        {"on": TODAY().isoformat(), "reason": "调离"},
    )

    assert session.get(county.village.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("far", 404), ("watcher", 403)])
def test_appointing_out_of_reach_is_refused(county, who, status):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    user = {
        "far": lambda: make_user(county.tenant, on=far, role="township_staff"),
        "watcher": lambda: make_user(
            county.tenant, on=county.village, role="grid_worker"
        ),
    }[who]()
    worker = make_user(county.tenant)
    post = put(county, county.village, worker)

    session = signed_in(user)
    answers = [
        session.post(
            reverse("posts:appoint", args=[county.village.pk]),
            sent(make_user(county.tenant)),
        ),
        session.post(
            reverse("posts:end", args=[post.pk]),
            {"on": TODAY().isoformat(), "reason": "x"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [status, status]
    assert posts_of(county) == [post]


def test_a_person_of_another_county_cannot_be_named(browser, county):
    stranger = make_user(make_county().tenant)

    answer = browser.post(
        reverse("posts:appoint", args=[county.village.pk]), sent(stranger)
    )

    assert answer.status_code == 422
    assert posts_of(county) == []


def test_the_search_for_people_stays_in_the_county_and_near_those_who_do_not_appoint(
    browser, county
):
    def found(session):
        rows = session.get(reverse("posts:people"), {"q": "寻找"}).json()["results"]
        return [row["text"] for row in rows]

    near, far = (
        make_user(county.tenant, full_name=f"寻找{name}") for name in ("近", "远")
    )
    make_user(make_county().tenant, full_name="寻找外")
    put(county, county.other_village, near)
    worker = make_user(county.tenant)
    put(county, county.village, worker)

    assert found(browser) == sorted([near.full_name, far.full_name])
    assert found(signed_in(worker)) == [near.full_name]
    assert found(signed_in(make_user(county.tenant))) == []


def listed(browser, **query):
    page = browser.get(reverse("posts:list"), query).context["page_obj"]
    return [(post.user.full_name, post.node.name) for post in page]


def test_the_list_answers_for_a_day_a_grid_a_kind_and_a_person(browser, county):
    week = timedelta(days=7)
    first, second, third = (make_user(county.tenant) for _n in range(3))
    put(county, county.village, first, ends_on=TODAY() + week)
    put(county, county.other_village, second, kind="responsible")
    put(county, county.village, third, begins_on=TODAY() + week)
    village, other = county.village.name, county.other_village.name
    one, two, three = (
        (first.full_name, village),
        (second.full_name, other),
        (third.full_name, village),
    )

    assert sorted(listed(browser)) == sorted([one, two])
    assert listed(browser, grid=county.village.pk) == [one]
    assert listed(browser, kind="responsible") == [two]
    assert listed(browser, q=second.full_name) == [two]
    assert listed(browser, ending="on") == [one]
    later = (TODAY() + week).isoformat()
    assert sorted(listed(browser, on=later)) == sorted([two, three])
    assert sorted(listed(browser, all="on")) == sorted([one, two, three])


def test_two_people_in_the_same_post_are_found(browser, county):
    put(county, county.village)
    put(county, county.village)
    put(county, county.other_village)
    put(county, county.village, kind="responsible")

    assert [name for _person, name in listed(browser, doubled="on")] == [
        county.village.name,
        county.village.name,
    ]


@pytest.mark.parametrize(
    "query",
    [
        "on=yesterday",
        "grid=x",
        "kind=king",
        "q=%00",
        "on=9999-99-99",
        "page=x",
        "page=99",
    ],
)
def test_a_query_that_makes_no_sense_is_no_error(browser, county, query):
    put(county, county.village)

    for name in ("list", "vacant"):
        assert browser.get(f"{reverse(f'posts:{name}')}?{query}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(
    browser, county, rows, django_assert_num_queries
):
    for _n in range(rows):
        put(county, county.village)
    browser.get(reverse("posts:list"))

    # The door (4: session, user, tenant, scope), what one sees (1), count and rows
    # (2), the grids to choose (2), what may be ended (2), menu and inbox (2), and
    # the way out (2).
    with django_assert_num_queries(15):
        browser.get(reverse("posts:list"))


def test_vacancies_are_those_of_ones_own_grids_with_a_way_to_fill_them(browser, county):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    make_node(far)
    put(county, county.village)

    context = browser.get(reverse("posts:vacant")).context
    rows = [(row.name, row.post) for row in context["rows"]]

    assert rows == [
        (county.township.name, "liaison"),
        (county.township.name, "responsible"),
        (county.village.name, "responsible"),
        (county.other_village.name, "responsible"),
        (county.other_village.name, "worker"),
    ]
    assert context["page_obj"].paginator.count == 5
    only = browser.get(
        reverse("posts:vacant"), {"kind": "worker", "grid": county.township.pk}
    ).context["rows"]
    assert [row.name for row in only] == [county.other_village.name]
    assert all(row.may_appoint for row in context["rows"])


def test_a_hand_over_is_shown_before_it_is_done(browser, county):
    old, new = make_user(county.tenant), make_user(county.tenant)
    put(county, county.village, old)
    put(county, county.other_village, old)
    chosen = {"user": old.pk, "successor": new.pk}

    shown = browser.get(reverse("posts:hand_over"), chosen)
    assert shown.context["preview"].posts == 2
    assert all(post.user_id == old.pk for post in posts_of(county))

    unticked = browser.post(reverse("posts:hand_over"), chosen | {"reason": "退休"})
    assert list(unticked.context["form"].errors) == ["posts"]
    assert all(post.user_id == old.pk for post in posts_of(county))

    ticked = [post.pk for post in posts_of(county)]
    assert sorted(shown.context["form"]["posts"].value()) == sorted(map(str, ticked))
    answer = browser.post(
        reverse("posts:hand_over"), chosen | {"reason": "退休", "posts": ticked}
    )

    assert answer.status_code == 302
    assert [p.user_id for p in posts_of(county)] == [old.pk] * 2 + [new.pk] * 2


def test_only_posts_within_reach_are_offered_to_hand_over(browser, county):
    old, new = make_user(county.tenant), make_user(county.tenant)
    put(county, county.village, old)
    hidden = put(county, make_node(county.root, NodeKind.TOWNSHIP), old)

    shown = browser.get(
        reverse("posts:hand_over"),
        {"user": old.pk, "successor": new.pk, "posts": hidden.pk},
    )

    assert "preview" not in shown.context
    assert list(shown.context["form"].errors) == ["posts"]


def test_the_own_leave_is_entered_and_cancelled_and_shown_under_me(county):
    absent, other = make_user(county.tenant), make_user(county.tenant)
    put(county, county.village, absent)
    put(county, county.other_village, other)
    session = signed_in(absent)

    session.post(
        reverse("posts:leave_add"),
        {
            "user": absent.pk,
            "substitute": other.pk,
            "begins_on": TODAY().isoformat(),
            "ends_on": TODAY().isoformat(),
        },
    )

    mine = session.get(reverse("accounts:me")).content.decode()
    theirs = signed_in(other).get(reverse("accounts:me")).content.decode()
    assert other.full_name in mine
    assert absent.full_name in theirs
    with tenant_scope(county.tenant.pk):
        leave = Leave.objects.get()
    session.post(reverse("posts:leave_cancel", args=[leave.pk]))
    assert other.full_name not in session.get(reverse("accounts:me")).content.decode()


def test_the_course_shows_both_names_on_the_page_and_in_the_api(county):
    absent = make_user(county.tenant, full_name="张三丰")
    other = make_user(county.tenant, full_name="李四光")
    put(county, county.village, absent)
    put(county, county.other_village, other)
    hazard = make_hazard(make_enterprise(county.village), state="submitted")
    with tenant_scope(county.tenant.pk):
        enter_leave(
            actor=None,
            user_id=absent.pk,
            substitute_id=other.pk,
            begins_on=TODAY(),
            ends_on=TODAY(),
        )
    take_step(hazard, "pass_recheck", other)
    session = signed_in(other)

    page = session.get(hazard.get_absolute_url()).content.decode()
    api = session.get(f"/api/v1/hazards/{hazard.pk}/").json()

    assert "李四光（代张三丰）" in page
    last = api["events"][-1]
    assert (last["actor"], last["on_behalf_of"]) == ("李四光", "张三丰")


def test_a_grid_keeps_the_names_of_those_who_were(browser, county, clerk):
    worker = make_user(county.tenant, full_name="旧人")
    post = put(county, county.village, worker, begins_on=TODAY() - timedelta(days=9))
    with tenant_scope(county.tenant.pk):
        end_post(actor=clerk, post_id=post.pk, on=TODAY(), reason="退休")

    page = browser.get(county.village.get_absolute_url())

    assert [p.pk for p in page.context["page"].posts.past] == [post.pk]
    assert [str(step.label) for step in page.context["page"].course][:2] == [
        "岗位终止",
        "任命岗位",
    ]


def test_the_api_lists_posts_within_reach_by_day_and_grid(browser, county):
    put(county, county.village, ends_on=TODAY() + timedelta(days=3))
    put(county, make_node(make_node(county.root, NodeKind.TOWNSHIP)))

    body = browser.get("/api/v1/posts/").json()
    assert (body["count"], body["results"][0]["grid"]) == (1, county.village.name)
    later = (TODAY() + timedelta(days=3)).isoformat()
    assert browser.get("/api/v1/posts/", {"on": later}).json()["count"] == 0
    assert browser.get("/api/v1/posts/", {"kind": "king"}).status_code == 400
