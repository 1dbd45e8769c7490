"""The inbox in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from notices.services import NoticeRow, notify_many, unread_count
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant, make_user

HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(tenant):
    return make_user(tenant)


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def _tell(person, *whats, **given):
    with tenant_scope(person.tenant_id):
        notify_many(
            NoticeRow(
                recipient_id=person.pk,
                kind="test-news",
                key=what,
                params={"what": what},
                **{"address": "/grids/", **given},
            )
            for what in whats
        )
        return list(Notice.objects.of(person).order_by("key"))


def _unread(person):
    with tenant_scope(person.tenant_id):
        return unread_count(person)


def _titles(response):
    return [notice.title for notice in response.context["notices"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_any_number_of_notices(
    count, person, browser, django_assert_num_queries
):
    _tell(person, *[f"case {n}" for n in range(count)])

    # The session, its user, four for the scope inside a test, the total, the rows.
    with django_assert_num_queries(8):
        response = browser.get("/notices/", headers=HTMX)

    assert len(_titles(response)) == count


def test_the_inbox_shows_ones_own_notices_only(person, tenant, browser):
    _tell(person, "mine")
    _tell(make_user(tenant), "a colleague's")
    _tell(make_user(make_tenant()), "a stranger's")

    response = browser.get("/notices/?show=all")

    assert _titles(response) == ["News about mine"]
    assert "colleague" not in response.content.decode()


def test_read_notices_are_under_all(person, browser):
    read, _unread_one = _tell(person, "a", "b")
    browser.post(reverse("notices:open", args=[read.pk]))

    assert _titles(browser.get("/notices/")) == ["News about b"]
    assert sorted(_titles(browser.get("/notices/?show=all"))) == [
        "News about a",
        "News about b",
    ]


def test_the_newest_stands_first_and_pages_hold_twenty(person, browser):
    now = timezone.now()
    for n in range(21):
        _tell(person, f"{n:02}", created_at=now - timedelta(hours=n))

    first, second = browser.get("/notices/"), browser.get("/notices/?page=2")

    assert _titles(first)[0] == "News about 00"
    assert len(_titles(first)) == 20
    assert _titles(second) == ["News about 20"]


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "%00"])
def test_a_page_that_does_not_exist_shows_one_that_does(page, person, browser):
    _tell(person, "a")

    assert browser.get(f"/notices/?page={page}").status_code == 200


def test_an_empty_inbox_says_so(browser):
    assert "Nothing unread" in browser.get("/notices/").content.decode()
    assert "No notices yet" in browser.get("/notices/?show=all").content.decode()


def test_opening_marks_as_read_and_leads_to_the_page(person, browser):
    (notice,) = _tell(person, "a", address="/hazards/7/?from=inbox")

    response = browser.post(reverse("notices:open", args=[notice.pk]))

    assert (response.status_code, response["Location"]) == (
        302,
        "/hazards/7/?from=inbox",
    )
    assert _unread(person) == 0


def test_a_notice_without_a_page_leads_back_to_the_inbox(person, browser):
    (notice,) = _tell(person, "a", address="")

    response = browser.post(reverse("notices:open", args=[notice.pk]))

    assert (response.status_code, response["Location"]) == (302, "/notices/")


def test_looking_at_the_inbox_reads_nothing(person, browser):
    (notice,) = _tell(person, "a")

    browser.get("/notices/")

    looked = browser.get(reverse("notices:open", args=[notice.pk]))
    assert (looked.status_code, looked["Location"]) == (302, "/notices/")
    assert _unread(person) == 1


@pytest.mark.parametrize("whose", ["colleague", "stranger"])
def test_somebody_elses_notice_does_not_exist(whose, person, tenant, browser):
    other = make_user(tenant if whose == "colleague" else make_tenant())
    (notice,) = _tell(other, "secret")

    response = browser.post(reverse("notices:open", args=[notice.pk]))

    assert response.status_code == 404
    assert _unread(other) == 1


def test_everything_shown_is_read_at_once(person, browser):
    _tell(person, "a", "b")
    up_to = browser.get("/notices/").context["up_to"]
    _tell(person, "c")

    response = browser.post("/notices/read-all/", {"up_to": up_to})

    assert (response.status_code, response["Location"]) == (302, "/notices/")
    assert _titles(browser.get("/notices/")) == ["News about c"]


def test_a_malformed_moment_means_now(person, browser):
    _tell(person, "a")

    browser.post("/notices/read-all/", {"up_to": "yesterday"})

    assert _unread(person) == 0


def test_htmx_gets_the_part_and_a_browser_the_page(person, browser):
    _tell(person, "a")

    page, part = browser.get("/notices/"), browser.get("/notices/", headers=HTMX)

    assert "<h1" in page.content.decode()
    assert "<h1" not in part.content.decode()
    assert "News about a" in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_marking_all_leads_to_a_whole_page_whose_bell_counts_nothing(person, browser):
    """The button is no htmx: the bell and the phone's bar must change too."""
    _tell(person, "a")
    before = browser.get("/notices/").content.decode()

    after = browser.post("/notices/read-all/", follow=True).content.decode()

    assert 'hx-post="/notices/read-all/"' not in before
    assert [page.count('class="count"') for page in (before, after)] == [2, 0]
    assert "Inbox, 0 unread" in after
    assert "Nothing unread" in after


def test_markup_in_a_notice_is_text(person, browser):
    _tell(person, "<script>alert(1)</script>")

    shown = browser.get("/notices/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/notices/", "/notices/?show=all"])
def test_a_visitor_is_asked_to_sign_in(path, client):
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/?next=/notices/")
