"""The pages of the register: who sees what, and what a form answers."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from enterprises.models import Enterprise, IndustrySubcategory
from enterprises.services import edit_enterprise, seed_industries
from grids.datum import Datum, from_wgs84
from grids.models import GridNode
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_hazard, make_node, make_user

LIST = "/enterprises/"
REGISTER = "/enterprises/register/"
HTMX = {"hx-request": "true"}
GOOD = "91350100M000100Y43"
DOUBTFUL = "91350100M000100Y44"


def text(response):
    return response.content.decode()


@pytest.fixture
def enterprise(county):
    return make_enterprise(
        county.village,
        name="东风机械厂",
        principal="张三",
        department=county.department,
    )


@pytest.fixture
def entry(county):
    """What a clerk fills in; a test changes what it is about."""
    with tenant_scope(county.tenant.pk):
        trade = seed_industries()["0405"].pk
    return {
        "parent": str(county.village.pk),
        "name": "宏达机械厂",
        "unit_type": "company",
        "uscc": GOOD,
        "subcategory": str(trade),
        "principal": "王五",
    }


def stored(county):
    with tenant_scope(county.tenant.pk):
        return list(Enterprise.objects.order_by("pk"))


# The list --------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in(client, db):
    response = client.get(LIST)
    assert response.status_code == 302
    assert "sign" in response["Location"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    rows, county, worker, client_for, django_assert_num_queries
):
    for _ in range(rows):
        make_enterprise(county.village, department=county.department)
    client = client_for(worker)
    client.get(LIST)

    # tenant's scope (savepoint, set, reset, release), session, user, reach, rows,
    # count, permissions (the export). The page around it asks for more; the part
    # alone is ours.
    with django_assert_num_queries(10):
        response = client.get(LIST, headers=HTMX)

    assert text(response).count("card-title-cell") == rows


def test_the_list_shows_the_users_own_branch_with_an_exact_total(
    county, worker, client_for, rival
):
    make_enterprise(county.village, name="看得见的厂")
    make_enterprise(county.other_village, name="别村的厂")
    make_enterprise(rival.village, name="外县的厂")

    page = text(client_for(worker).get(LIST))

    assert "看得见的厂" in page
    assert "别村的厂" not in page
    assert "外县的厂" not in page
    assert "1–1 of 1" in page


def test_a_department_sees_its_trade_in_every_village(county, client_for):
    make_enterprise(county.village, name="本行业的厂", department=county.department)
    make_enterprise(county.other_village, name="本行业另一家")
    make_enterprise(county.village, name="别行业的厂", trade="0801")
    staff = make_user(county.tenant, on=county.department, role="department_staff")

    page = text(client_for(staff).get(LIST))

    assert "本行业的厂" in page
    assert "本行业另一家" in page
    assert "别行业的厂" not in page


def test_a_browser_gets_the_page_and_htmx_the_rows(clerk, enterprise, client_for):
    client = client_for(clerk)
    page, part = client.get(LIST), client.get(LIST, headers=HTMX)

    assert "<h1" in text(page)
    assert "<h1" not in text(part)
    assert 'id="rows"' in text(part)
    assert "HX-Request" in part["Vary"]


def test_searching_gives_the_exact_total(county, clerk, client_for):
    for n in range(3):
        make_enterprise(county.village, name=f"太和县顺达{n}号木业有限公司")
    make_enterprise(county.village, name="太和县宏达木业有限公司")

    page = text(client_for(clerk).get(LIST, {"q": "顺达"}))

    assert "1–3 of 3" in page
    assert "宏达" not in page


def test_filters_combine_and_stay_in_the_address(county, clerk, client_for):
    make_enterprise(county.village, name="甲厂")
    make_enterprise(county.other_village, name="乙厂")
    page = text(
        client_for(clerk).get(
            LIST, {"village": county.other_village.pk, "state": "operating"}
        )
    )
    assert "乙厂" in page
    assert "甲厂" not in page


def test_pages_have_50_rows_and_keep_the_filter(county, clerk, client_for, monkeypatch):
    monkeypatch.setattr("enterprises.views.PER_PAGE", 2)
    for n in range(3):
        make_enterprise(county.village, name=f"顺达{n}厂")
    client = client_for(clerk)

    first = text(client.get(LIST, {"q": "顺达"}))
    second = text(client.get(LIST, {"q": "顺达", "page": 2}))

    assert "顺达0厂" in first
    assert "顺达2厂" not in first
    assert "顺达2厂" in second
    assert re.search(r'href="\?q=[^"]+page=2"', first)


def test_an_empty_register_says_what_to_do(clerk, worker, client_for):
    assert REGISTER in text(client_for(clerk).get(LIST))
    worker_page = text(client_for(worker).get(LIST))
    assert "No enterprise in your grids yet" in worker_page
    assert REGISTER not in worker_page


def test_no_match_offers_to_show_all(clerk, enterprise, client_for):
    page = text(client_for(clerk).get(LIST, {"q": "没有这家"}))
    assert "No enterprise matches" in page


@pytest.mark.parametrize(
    "query",
    [
        {"township": "not-a-key"},
        {"township": str(uuid4())},
        {"village": "' OR 1=1 --"},
        {"state": "vanished"},
        {"sort": "password"},
        {"q": "\0"},
        {"q": "x" * 101},
        {"page": "99999999"},
    ],
)
def test_nonsense_in_the_address_is_no_error(query, clerk, enterprise, client_for):
    assert client_for(clerk).get(LIST, query).status_code == 200


def test_a_foreign_grid_in_a_filter_finds_nothing(clerk, enterprise, rival, client_for):
    client = client_for(clerk)
    for name, node in (
        ("township", rival.township),
        ("village", rival.village),
        ("department", rival.department),
    ):
        page = text(client.get(LIST, {name: node.pk}))
        assert "东风机械厂" not in page


def test_what_is_typed_is_never_markup(county, clerk, client_for):
    make_enterprise(county.village, name="<script>alert(1)</script>厂")
    page = text(client_for(clerk).get(LIST, {"q": '"><script>'}))
    assert "<script>alert" not in page
    assert '"><script>' not in page


# One enterprise --------------------------------------------------------------


def test_the_page_shows_facts_people_and_course(county, enterprise, client_for):
    boss = make_user(county.tenant, on=county.root, role="bureau_staff")
    make_user(
        county.tenant,
        on=enterprise.area_node,
        role="enterprise_officer",
        full_name="安管员老赵",
    )
    page = text(client_for(boss).get(enterprise.get_absolute_url()))

    for words in (
        "东风机械厂",
        enterprise.uscc,
        "张三",
        "安管员老赵",
        county.department.name,
        county.village.name,
        "Registered",
        reverse("hazards:of_enterprise", kwargs={"pk": enterprise.pk}),
    ):
        assert words in page


@pytest.mark.parametrize("events", [1, 3])
def test_the_page_costs_the_same_for_any_course(
    events, county, enterprise, worker, clerk, client_for, django_assert_num_queries
):
    with tenant_scope(county.tenant.pk):
        for n in range(events - 1):
            edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, employees=n)
    client = client_for(worker)
    client.get(enterprise.get_absolute_url())
    # the scope (savepoint, set, reset, release), session, user; what one may where,
    # the entry, the grids above it, its people, its course; unread notices
    with django_assert_num_queries(12):
        client.get(enterprise.get_absolute_url())


def test_an_officer_sees_the_own_enterprise_and_no_buttons(
    county, enterprise, client_for
):
    other = make_enterprise(county.village)
    officer = make_user(
        county.tenant, on=enterprise.area_node, role="enterprise_officer"
    )
    client = client_for(officer)
    page = text(client.get(enterprise.get_absolute_url()))

    assert "东风机械厂" in page
    assert f"/enterprises/{enterprise.pk}/edit/" not in page
    assert client.get(other.get_absolute_url()).status_code == 404


def test_buttons_are_shown_to_who_may_press_them(enterprise, clerk, client_for):
    page = text(client_for(clerk).get(enterprise.get_absolute_url()))
    for name in ("edit", "state", "move"):
        assert f"/enterprises/{enterprise.pk}/{name}/" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["detail", "edit", "state", "move"])
def test_a_foreign_or_unseen_enterprise_does_not_exist(
    name, method, county, rival, worker, client_for
):
    foreign = make_enterprise(rival.village, name="外县的厂")
    unseen = make_enterprise(county.other_village, name="别村的厂")
    client = client_for(worker)
    answers = []
    for pk in (foreign.pk, unseen.pk, uuid4()):
        address = reverse(f"enterprises:{name}", kwargs={"pk": pk})
        response = getattr(client, method)(address, {"name": "x"})
        body = text(response).replace(str(pk), "…")
        answers.append((response.status_code, re.sub(r"csrf[^>]+>", "", body)))

    if (name, method) == ("detail", "post"):
        assert {status for status, _body in answers} == {405}
    else:
        assert {status for status, _body in answers} == {404}
    assert len(set(answers)) == 1
    assert stored(rival)[0].name == "外县的厂"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["edit", "state", "move"])
def test_seen_but_not_granted_is_403_and_changes_nothing(
    name, method, county, enterprise, worker, client_for
):
    address = reverse(f"enterprises:{name}", kwargs={"pk": enterprise.pk})
    response = getattr(client_for(worker), method)(
        address, {"name": "x", "state": "closed", "note": "x"}
    )
    assert response.status_code == 403
    assert [(e.name, e.state) for e in stored(county)] == [("东风机械厂", "operating")]


def test_nobody_registers_without_the_grant(county, worker, entry, client_for):
    client = client_for(worker)
    assert client.get(REGISTER).status_code == 403
    assert client.post(REGISTER, entry).status_code == 403
    assert stored(county) == []


# Forms -----------------------------------------------------------------------


def test_registering_leads_to_the_new_page(county, clerk, entry, client_for):
    response = client_for(clerk).post(REGISTER, entry)

    (enterprise,) = stored(county)
    assert (response.status_code, response["Location"]) == (
        302,
        f"/enterprises/{enterprise.pk}/",
    )
    assert (enterprise.name, enterprise.uscc, enterprise.principal) == (
        "宏达机械厂",
        GOOD,
        "王五",
    )


def test_the_form_offers_own_grids_in_use_and_no_foreign_ones(
    county, rival, clerk, client_for
):
    make_node(county.village, "subgrid", name="东关一组")
    outline = {"type": "Polygon", "coordinates": [[[115, 33], [116, 33], [115, 34]]]}
    with tenant_scope(county.tenant.pk):
        GridNode.objects.filter(pk=county.township.pk).update(boundary=outline)
    with tenant_scope(rival.tenant.pk):
        GridNode.objects.update(boundary=outline)
    response = client_for(clerk).get(REGISTER)
    page = text(response)

    assert f"{county.village.name} · 东关一组" in page
    assert str(county.village.pk) in page
    assert str(rival.village.pk) not in page
    assert str(county.department.pk) not in page
    assert response.context["outlines"]["features"] == [
        {
            "type": "Feature",
            "geometry": outline,
            "properties": {"name": county.township.name},
        }
    ]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"uscc": "12345"}, "uscc", "this one has 5"),
        ({"uscc": ""}, "uscc", "has a code on its licence"),
        (
            {"uscc": "", "unit_type": "three_small"},
            "uscc_missing_reason",
            "why the unit has none",
        ),
        ({"name": ""}, "name", "Fill in the name of the unit"),
        ({"parent": ""}, "parent", "Choose the village or grid"),
        ({"principal_phone": "abc"}, "principal_phone", "digits and hyphens"),
        ({"longitude": "115"}, "latitude", "both longitude and latitude"),
        ({"longitude": "200", "latitude": "1"}, "longitude", "less than or equal"),
        ({"employees": "-5"}, "employees", "greater than or equal"),
    ],
)
def test_an_error_stands_at_its_field_and_what_was_typed_stays(
    change, field, words, county, clerk, entry, client_for
):
    response = client_for(clerk).post(REGISTER, {**entry, **change})

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert "王五" in text(response)
    assert stored(county) == []


def test_a_foreign_grid_or_trade_reads_like_one_that_never_existed(
    county, rival, clerk, entry, client_for
):
    with tenant_scope(rival.tenant.pk):
        foreign_trade = seed_industries()["0405"].pk
    client = client_for(clerk)
    for field, foreign in (
        ("parent", rival.village.pk),
        ("subcategory", foreign_trade),
    ):
        said = set()
        for pk in (foreign, uuid4()):
            response = client.post(REGISTER, {**entry, field: str(pk)})
            assert response.status_code == 422
            said.add(str(response.context["form"].errors[field][0]))
        assert len(said) == 1
    assert stored(county) == []


def test_a_check_digit_warns_first_and_is_saved_with_a_mark(
    county, clerk, entry, client_for
):
    client = client_for(clerk)
    before = text(client.get(REGISTER))
    warned = client.post(REGISTER, {**entry, "uscc": DOUBTFUL})

    assert 'name="accept_check_digit"' not in before
    assert warned.status_code == 422
    assert 'name="accept_check_digit"' in text(warned)
    assert stored(county) == []

    saved = client.post(
        REGISTER, {**entry, "uscc": DOUBTFUL, "accept_check_digit": "on"}
    )

    (enterprise,) = stored(county)
    assert saved.status_code == 302
    assert (enterprise.uscc, enterprise.uscc_check_failed) == (DOUBTFUL, True)


def test_a_position_taken_on_the_spot_is_kept_with_its_accuracy(
    county, clerk, entry, client_for
):
    position = {
        "device_latitude": "33.161234",
        "device_longitude": "115.621234",
        "device_accuracy": "17.6",
    }
    client_for(clerk).post(REGISTER, {**entry, **position})

    (enterprise,) = stored(county)
    assert (str(enterprise.latitude), str(enterprise.longitude)) == (
        "33.1612340",
        "115.6212340",
    )
    assert (enterprise.position_source, enterprise.position_accuracy) == ("device", 18)


def test_numbers_from_a_chinese_map_are_stored_in_wgs_84(
    county, clerk, entry, client_for
):
    position = {"latitude": "33.161234", "longitude": "115.621234", "datum": "gcj02"}
    client_for(clerk).post(REGISTER, {**entry, **position})

    (enterprise,) = stored(county)
    stored_at = float(enterprise.longitude), float(enterprise.latitude)
    assert from_wgs84(*stored_at, Datum.GCJ02) == pytest.approx(
        (115.621234, 33.161234), abs=2e-7
    )
    assert enterprise.position_source == "manual"


def test_tenant_state_and_department_in_the_body_are_ignored(
    county, rival, clerk, entry, client_for
):
    extra = {
        "tenant": rival.tenant.pk,
        "state": "closed",
        "department_node": county.department.pk,
        "uscc_check_failed": "on",
        "own_code": "X",
    }
    client_for(clerk).post(REGISTER, {**entry, **extra})

    (enterprise,) = stored(county)
    assert (enterprise.tenant_id, enterprise.state) == (county.tenant.pk, "operating")
    assert (enterprise.department_node_id, enterprise.own_code) == (None, "")


def test_editing_shows_what_is_there_and_saves_what_changed(
    county, clerk, enterprise, entry, client_for
):
    client = client_for(clerk)
    address = reverse("enterprises:edit", kwargs={"pk": enterprise.pk})
    shown = client.get(address).context["form"].initial
    response = client.post(
        address, {**entry, "uscc": enterprise.uscc, "address": "人民路1号"}
    )

    assert (shown["name"], shown["principal"]) == ("东风机械厂", "张三")
    assert response.status_code == 302
    (saved,) = stored(county)
    assert (saved.name, saved.principal, saved.address) == (
        "宏达机械厂",
        "王五",
        "人民路1号",
    )


def test_an_edit_leaves_a_measured_position_as_it_was(county, clerk, entry, client_for):
    measured = make_enterprise(
        county.village,
        longitude="115.6212340",
        latitude="33.1612340",
        position_source="device",
        position_accuracy=8,
    )
    client_for(clerk).post(
        reverse("enterprises:edit", kwargs={"pk": measured.pk}),
        {
            **entry,
            "uscc": measured.uscc,
            "longitude": "115.6212340",
            "latitude": "33.1612340",
        },
    )
    (saved,) = stored(county)
    assert saved.name == "宏达机械厂"
    assert (saved.position_source, saved.position_accuracy) == ("device", 8)


def test_a_trade_no_longer_in_use_stays_with_who_has_it(
    county, clerk, enterprise, entry, client_for
):
    with tenant_scope(county.tenant.pk):
        IndustrySubcategory.objects.filter(code="0405").update(is_active=False)
    client = client_for(clerk)
    address = reverse("enterprises:edit", kwargs={"pk": enterprise.pk})

    assert client.post(REGISTER, entry).status_code == 422
    assert client.post(address, {**entry, "uscc": enterprise.uscc}).status_code == 302


def test_a_state_is_changed_with_a_reason(county, clerk, enterprise, client_for):
    client = client_for(clerk)
    address = reverse("enterprises:state", kwargs={"pk": enterprise.pk})

    refused = client.post(address, {"state": "suspended", "note": " "})
    done = client.post(address, {"state": "suspended", "note": "停产检修"})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert [e.state for e in stored(county)] == ["suspended"]


def test_a_move_is_offered_within_the_users_grids(
    county, clerk, enterprise, rival, client_for
):
    client = client_for(clerk)
    address = reverse("enterprises:move", kwargs={"pk": enterprise.pk})

    foreign = client.post(address, {"parent": rival.village.pk})
    same = client.post(address, {"parent": county.village.pk})
    done = client.post(address, {"parent": county.other_village.pk})

    assert (foreign.status_code, same.status_code, done.status_code) == (422, 422, 302)
    with tenant_scope(county.tenant.pk):
        moved = Enterprise.objects.for_list().get()
        assert moved.area_node.parent_id == county.other_village.pk


# The search field of other pages ----------------------------------------------


def test_picking_finds_visible_supervised_enterprises(
    county, worker, rival, client_for
):
    seen = make_enterprise(county.village, name="顺达一厂", address="人民路1号")
    make_enterprise(county.other_village, name="顺达二厂")
    make_enterprise(rival.village, name="顺达三厂")
    closed = make_enterprise(county.village, name="顺达四厂")
    with tenant_scope(county.tenant.pk):
        Enterprise.objects.filter(pk=closed.pk).update(state="closed")

    response = client_for(worker).get("/enterprises/pick/", {"q": "顺达"})

    assert response.json() == {
        "results": [{"id": str(seen.pk), "text": "顺达一厂", "hint": "人民路1号"}]
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_picking_costs_the_same_for_any_number_of_rows(
    rows, county, worker, client_for, django_assert_num_queries
):
    for n in range(rows):
        make_enterprise(county.village, name=f"顺达{n}厂")
    client = client_for(worker)
    client.get("/enterprises/pick/", {"q": "顺达"})

    # the scope (savepoint, set, reset, release), session, user; reach, rows
    with django_assert_num_queries(8):
        response = client.get("/enterprises/pick/", {"q": "顺达"})

    assert len(response.json()["results"]) == rows


def test_an_entry_that_is_opened_again_shows_what_was_typed_and_stores_nothing(
    county, entry, clerk, client_for
):
    """After signing in again; the first two would be refused, and are not yet."""
    typed = {**entry, "uscc": DOUBTFUL, "subcategory": "", "reopen-form": "1"}

    opened = client_for(clerk).post(REGISTER, typed)

    assert opened.status_code == 200
    assert f'value="{DOUBTFUL}"' in text(opened)
    assert "errorlist" not in text(opened)
    assert stored(county) == []


def test_an_empty_entry_says_what_to_fill_in(clerk, client_for):
    refused = client_for(clerk).post(REGISTER, {"unit_type": "company"})

    found = refused.context["form"].errors
    assert {name: list(sentences) for name, sentences in found.items()} == {
        "parent": ["Choose the village or grid in which the unit is."],
        "name": ["Fill in the name of the unit."],
        "subcategory": ["Choose what the unit does: its industry subcategory."],
    }


# What stands at the rows, and what is done with ticked ones ---------------------------

CODES = "/enterprises/codes/"


def test_a_row_counts_the_open_hazards_that_one_sees(county, client_for):
    plant = make_enterprise(county.village, name="有隐患的厂")
    make_enterprise(county.village, name="没有隐患的厂")
    make_hazard(plant)
    make_hazard(plant, state="assessed")
    make_hazard(plant, state="closed")
    sees = make_user(
        county.tenant, on=county.root, may=["view_enterprises", "view_hazards"]
    )
    blind = make_user(county.tenant, on=county.root, may=["view_enterprises"])

    shown, hidden = (text(client_for(user).get(LIST)) for user in (sees, blind))

    assert "2 open hazards" in shown
    assert shown.count("open hazard") == 1
    assert "open hazard" not in hidden


def test_only_the_ticked_rows_are_printed(county, clerk, client_for, rival):
    first = make_enterprise(county.village, name="第一厂")
    make_enterprise(county.village, name="第二厂")
    third = make_enterprise(county.village, name="第三厂")
    other = make_node(make_node(county.root, "township"))
    unseen = make_enterprise(other, name="别镇的厂")
    foreign = make_enterprise(rival.village, name="外县的厂")
    ticked = [row.pk for row in (first, third, unseen, foreign)]

    page = text(client_for(clerk).get(CODES, {"ticked": "1", "id": [*ticked, "x"]}))

    assert page.count("code-label") == 2
    assert "第一厂" in page
    assert "第三厂" in page
    assert "2 codes" in page


def test_who_ticks_nothing_is_told_so_and_nothing_is_printed(
    enterprise, clerk, client_for
):
    page = text(client_for(clerk).get(CODES, {"ticked": "1", "township": ""}))

    assert "No row is ticked" in page
    assert "code-label" not in page
    assert 'href="/enterprises/?township="' in page


def test_the_ticks_belong_to_a_form_that_needs_no_script(enterprise, clerk, client_for):
    page = text(client_for(clerk).get(LIST, {"q": enterprise.name}))

    assert f'value="{enterprise.pk}" form="print-ticked"' in page
    assert 'id="print-ticked" method="get" action="/enterprises/codes/"' in page
    assert f'<input type="hidden" name="q" value="{enterprise.name}">' in page
