"""The list of hazards: what it costs, what it shows, to whom."""

import re

import pytest

from hazards.workflow import HazardState
from tests.factories import make_enterprise, make_hazard, make_node, make_user

URL = "/hazards/"
HTMX = {"hx-request": "true"}


def text(response):
    return response.content.decode()


def shown(response):
    """The titles of the rows, in their order."""
    return re.findall(r'class="hazard-name"><a href="[^"]+">([^<]+)<', text(response))


def total(response):
    return response.context["page_obj"].paginator.count


def test_a_visitor_is_sent_to_sign_in(client, db):
    response = client.get(URL)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_rows_cost_the_same_for_any_number_of_hazards(
    rows, furnished, enterprise, official, client_for, django_assert_num_queries
):
    for _ in range(rows):
        make_hazard(enterprise)
    client = client_for(official)

    # Inside the test's own transaction the tenant's scope takes four: savepoint,
    # set, set back, release. Then session, user, where the user may do what,
    # the kept total, the rows.
    with django_assert_num_queries(9):
        response = client.get(URL, headers=HTMX)

    assert len(shown(response)) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_hazards(
    rows, furnished, enterprise, official, client_for, django_assert_num_queries
):
    for _ in range(rows):
        make_hazard(enterprise)
    client = client_for(official)

    # The nine of the rows, the grids and the kinds to choose from; and what
    # surrounds every page: unread notices.
    with django_assert_num_queries(12):
        response = client.get(URL)

    assert len(shown(response)) == rows
    assert total(response) == rows


def test_the_newest_stands_first_and_a_page_holds_twenty(
    furnished, enterprise, official, client_for
):
    hazards = [make_hazard(enterprise) for _ in range(21)]
    client = client_for(official)

    first, second = client.get(URL), client.get(f"{URL}?page=2")

    assert shown(first) == [h.title for h in reversed(hazards[1:])]
    assert shown(second) == [hazards[0].title]
    assert total(first) == 21
    assert "1–20 of 21" in text(first)


def test_hazards_of_another_tenant_are_not_in_the_list(
    furnished, official, client_for, db
):
    from tests.factories import make_county  # noqa: PLC0415

    foreign = make_hazard(make_county().village)
    client = client_for(official)

    response = client.get(URL)

    assert (shown(response), total(response)) == ([], 0)
    assert client.get(foreign.get_absolute_url()).status_code == 404


def test_hazards_of_another_village_are_not_in_a_grid_workers_list(
    furnished, worker, client_for
):
    own, hidden = make_hazard(furnished.village), make_hazard(furnished.other_village)
    client = client_for(worker)

    assert shown(client.get(URL)) == [own.title]
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_a_department_sees_its_trade_in_every_village(
    furnished, enterprise, client_for
):
    clerk = make_user(
        furnished.tenant, on=furnished.department, role="department_staff"
    )
    of_its_trade, other = make_hazard(enterprise), make_hazard(furnished.village)

    response = client_for(clerk).get(URL)

    assert shown(response) == [of_its_trade.title]
    assert other.title not in text(response)


def test_the_choices_are_those_of_the_users_own_grids(
    furnished, worker, official, client_for
):
    make_node(furnished.root, "township", name="远方镇")
    assert "远方镇" not in text(client_for(official).get(URL))
    assert furnished.other_village.name in text(client_for(official).get(URL))
    assert furnished.other_village.name not in text(client_for(worker).get(URL))


def test_an_empty_list_says_what_to_do_next(furnished, worker, client_for):
    client = client_for(worker)

    assert "Report the first one" in text(client.get(URL))
    assert "No hazard matches" in text(client.get(f"{URL}?q=xyz"))


def test_who_may_not_report_is_not_asked_to(furnished, client_for):
    auditor = make_user(furnished.tenant, on=furnished.root, role="auditor")

    page = text(client_for(auditor).get(URL))

    assert "appear here as soon as somebody reports" in page
    assert "/hazards/report/" not in page


def test_a_filter_that_makes_no_sense_shows_nothing_and_says_why(
    furnished, official, client_for
):
    make_hazard(furnished.village)

    response = client_for(official).get(f"{URL}?reported_from=yesterday")

    assert shown(response) == []
    assert "Enter a valid date" in text(response)


def test_htmx_gets_the_rows_alone(furnished, official, client_for):
    make_hazard(furnished.village)

    page = text(client_for(official).get(URL, headers=HTMX))

    assert "<html" not in page
    assert page.strip().startswith("<section")


# The hazards of one enterprise ------------------------------------------------


def test_an_enterprises_hazards_are_counted_by_state(
    furnished, enterprise, official, client_for
):
    make_hazard(enterprise)
    make_hazard(enterprise)
    make_hazard(enterprise, state=HazardState.CLOSED)
    make_hazard(make_enterprise(furnished.village))
    client = client_for(official)

    response = client.get(f"/hazards/of-enterprise/{enterprise.pk}/", headers=HTMX)

    found = response.context["found"]
    assert [(c.state, c.count) for c in found.counts] == [
        ("reported", 2),
        ("closed", 1),
    ]
    assert found.total == 3
    assert "<html" not in text(response)
    assert shown(client.get(found.counts[1].url)) == [found.rows[0].title]


def test_an_enterprises_hazards_are_a_page_without_script(
    furnished, enterprise, official, client_for
):
    response = client_for(official).get(f"/hazards/of-enterprise/{enterprise.pk}/")

    assert "<html" in text(response)
    assert "No hazard found here yet" in text(response)


def test_an_invisible_enterprise_has_no_hazards_page(furnished, worker, client_for):
    hidden = make_enterprise(furnished.other_village)

    response = client_for(worker).get(f"/hazards/of-enterprise/{hidden.pk}/")

    assert response.status_code == 404
