"""Personal data: masked for everybody, in full for a reason that is written down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from enterprises.models import Enterprise
from journal.models import SecurityAction, SecurityEvent
from portal import showing
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_user

PHONE = "13812345678"
MASKED = "138****5678"


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def plant(county):
    return make_enterprise(
        county.village,
        department=county.department,
        principal="张三",
        principal_phone=PHONE,
        safety_manager="李四",
        safety_manager_phone="0558-7654321",
    )


@pytest.fixture
def clerk(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


@pytest.fixture
def worker(county):
    """Sees the enterprise and may not see phones in full."""
    return make_user(county.tenant, on=county.village, role="grid_worker")


def _client(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _address(row, field="principal_phone", kind="enterprise"):
    return f"/personal-data/{kind}/{row.pk}/{field}/"


def _shown(tenant):
    with tenant_scope(tenant.pk):
        rows = SecurityEvent.objects.filter(name=SecurityAction.PERSONAL_DATA_SHOWN)
        return list(rows.values_list("actor_id", "note", "details"))


def test_pages_and_the_api_show_phones_masked(plant, clerk):
    client = _client(clerk)
    pages = [
        client.get(address).content.decode()
        for address in (
            f"/enterprises/{plant.pk}/",
            "/enterprises/",
            f"/enterprises/{plant.pk}/edit/",
            f"/api/v1/enterprises/{plant.pk}/",
            "/api/v1/enterprises/",
        )
    ]

    assert [MASKED in page for page in pages] == [True] * 5
    assert [PHONE in page for page in pages] == [False] * 5


def test_a_reason_opens_the_number_and_stands_in_the_log(plant, clerk, county):
    response = _client(clerk).post(_address(plant), {"reason": " 核实 隐患 "})

    assert response.status_code == 200
    assert PHONE in response.content.decode()
    ((actor, note, details),) = _shown(county.tenant)
    assert actor == clerk.pk
    assert note == f"{plant.name} · Principal's phone · 核实 隐患"
    assert details == {
        "kind": "enterprise",
        "object": str(plant.pk),
        "field": "principal_phone",
        "reason": "核实 隐患",
    }


def test_htmx_gets_the_part_that_stands_in_the_place_of_the_button(plant, clerk):
    headers = {"HX-Request": "true"}
    client = _client(clerk)

    shown = client.post(_address(plant), {"reason": "核实隐患"}, headers=headers)
    refused = client.post(_address(plant), {"reason": " "}, headers=headers)

    assert f'href="tel:{PHONE}"' in shown.content.decode()
    assert "<html" not in shown.content.decode()
    assert refused.status_code == 422
    assert MASKED in refused.content.decode()
    assert "Say why you need it." in refused.content.decode()


def test_without_a_reason_nothing_is_shown_and_nothing_logged(plant, clerk, county):
    response = _client(clerk).post(_address(plant), {"reason": "  "})

    assert response.status_code == 422
    assert PHONE not in response.content.decode()
    assert _shown(county.tenant) == []


def test_who_sees_the_row_and_lacks_the_permission_is_refused(plant, worker, county):
    client = _client(worker)
    page = client.get(f"/enterprises/{plant.pk}/").content.decode()
    response = client.post(_address(plant), {"reason": "想看看"})

    assert MASKED in page
    assert _address(plant) not in page  # no button that would be refused
    assert response.status_code == 403
    assert PHONE not in response.content.decode()
    assert _shown(county.tenant) == []


@pytest.mark.parametrize(
    ("kind", "field"),
    [("enterprise", "uscc"), ("enterprise", "search_text"), ("user", "password")],
)
def test_only_fields_that_were_made_known_can_be_asked_for(kind, field, plant, clerk):
    assert _client(clerk).post(
        _address(plant, field, kind), {"reason": "核实隐患"}
    ).status_code == (404)


def test_a_colleague_is_found_where_one_may_see_their_grid(county, clerk, worker):
    type(worker).objects.filter(pk=worker.pk).update(phone=PHONE)
    elsewhere = make_user(
        county.tenant, on=county.root, role="bureau_staff", phone="13900000001"
    )
    client = _client(clerk)
    page = client.get(f"/grids/{county.village.pk}/").content.decode()

    assert (MASKED in page, PHONE in page) == (True, False)
    near, far = (
        client.post(_address(user, "phone", "user"), {"reason": "联系网格员"})
        for user in (worker, elsewhere)
    )
    assert (near.status_code, far.status_code) == (200, 404)
    assert PHONE in near.content.decode()


def test_programs_give_a_reason_too(plant, clerk, county):
    client = _client(clerk)
    address = f"/api/v1{_address(plant)}"

    missing = client.post(address, {}, content_type="application/json")
    given = client.post(
        address, {"reason": "数据核对"}, content_type="application/json"
    )

    assert missing.status_code == 400
    assert given.json() == {"value": PHONE}
    assert len(_shown(county.tenant)) == 1


def test_after_thirty_in_ten_minutes_one_waits(plant, clerk, county, monkeypatch):
    monkeypatch.setattr(showing, "SHOWN_AT_MOST", 3)
    client = _client(clerk)

    codes = [
        client.post(_address(plant), {"reason": "核实隐患"}).status_code
        for _ in range(5)
    ]

    assert codes == [200, 200, 200, 429, 429]
    assert len(_shown(county.tenant)) == 3


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_do_not_pass_the_limit(monkeypatch):
    monkeypatch.setattr(showing, "SHOWN_AT_MOST", 3)
    county = make_county()
    plant = make_enterprise(county.village, principal="张三", principal_phone=PHONE)
    clerk = make_user(county.tenant, on=county.township, role="township_staff")

    def ask(_n):
        try:
            client = _client(clerk)
            return client.post(_address(plant), {"reason": "核实隐患"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(ask, range(8)))

    assert codes == [200] * 3 + [429] * 5
    assert len(_shown(county.tenant)) == 3


def test_a_form_that_shows_a_masked_number_keeps_it(plant, clerk):
    client = _client(clerk)
    page = client.get(f"/enterprises/{plant.pk}/edit/")
    form = {
        name: value
        for name, value in page.context["form"].initial.items()
        if value not in {None, False}
    }
    assert form["principal_phone"] == MASKED

    kept = client.post(f"/enterprises/{plant.pk}/edit/", form | {"address": "新村"})
    assert kept.status_code == 302
    with tenant_scope(plant.tenant_id):
        row = Enterprise.objects.get(pk=plant.pk)
        assert (row.address, row.principal_phone) == ("新村", PHONE)

    client.post(
        f"/enterprises/{plant.pk}/edit/", form | {"principal_phone": "13900000002"}
    )
    with tenant_scope(plant.tenant_id):
        row = Enterprise.objects.get(pk=plant.pk)
        assert row.principal_phone == "13900000002"


def test_pages_with_personal_data_say_all_over_who_looks_at_them(plant, clerk):
    type(clerk).objects.filter(pk=clerk.pk).update(
        full_name="<b>王</b>", phone="13700009999"
    )
    client = _client(clerk)

    for address in (f"/enterprises/{plant.pk}/", "/enterprises/"):
        assert 'class="watermark" src="/watermark.svg"' in (
            client.get(address).content.decode()
        )
    picture = client.get("/watermark.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert "&lt;b&gt;王&lt;/b&gt; 9999 20" in picture.content.decode()
