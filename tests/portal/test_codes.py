"""The code on the door: what visitors see, what they never see, what caches may do."""

from dataclasses import fields
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enterprises.models import EnterpriseCode
from enterprises.services import (
    change_state,
    edit_enterprise,
    issue_new_code,
    record_standardization,
    revoke_standardization,
    supervise_directly,
    withdraw_code,
)
from hazards.models import Hazard
from hazards.workflow import HazardState
from portal.code_views import KEPT_SECONDS
from portal.reports.codes import PublicCertificate, PublicEntry
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_hazard, make_user
from tests.world import plain

pytestmark = pytest.mark.django_db
UNKNOWN = "/q/222222222222222222/"
# What must not be on a public page: each value is one that nothing else says.
MARKED = {
    "legal_person": "甲法人",
    "principal": "乙负责人",
    "principal_phone": "0558-7000001",
    "safety_manager": "丙安全员",
    "safety_manager_phone": "0558-7000002",
    "address": "丁路戊弄99号",
}


@pytest.fixture(autouse=True)
def _nothing_kept():
    caches["public"].clear()
    yield
    caches["public"].clear()


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def plant(county):
    return make_enterprise(
        county.village, department=county.department, name="青溪木业", **MARKED
    )


def address(plant):
    with tenant_scope(plant.tenant_id):
        return plant.qr_codes.latest("issued_at").get_absolute_url()


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"})


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text(response):
    return response.content.decode()


# What a visitor sees ----------------------------------------------------------------


def test_a_visitor_sees_basic_data_and_duties(plant, county, visitor):
    page = text(visitor.get(address(plant)))

    for word in (
        "青溪木业",
        plant.uscc,
        county.township.name,
        county.village.name,
        county.department.name,
        county.tenant.name,
        "No record yet",
        "12350",
    ):
        assert word in page
    assert "In order" not in page


def test_a_unit_under_direct_supervision_names_who_supervises_it(
    plant, county, visitor
):
    with tenant_scope(plant.tenant_id):
        supervise_directly(
            actor=None,
            enterprise_id=plant.pk,
            level="city",
            by_node_id=county.department.pk,
            by_name="市应急管理局",
            since=timezone.localdate(),
            document="宿安〔2026〕1号",
            reason="规模以上",
        )

    page = text(visitor.get(address(plant)))

    assert "<dd>市应急管理局</dd>" in page
    assert f"{county.township.name} · {county.tenant.name}" not in page


def test_a_visitor_sees_no_person_no_phone_and_no_street(plant, county, visitor):
    officer = make_user(
        county.tenant,
        on=plant.area_node,
        role="enterprise_officer",
        full_name="己专员",
        phone="13900000008",
    )
    secret = {*MARKED.values(), officer.full_name, officer.phone, str(plant.pk)}
    own = text(signed_in(officer).get(plant.get_absolute_url()))
    phones = {word for word in secret if word.replace("-", "").isdecimal()}
    # They could be seen; phones are masked even there.
    assert {word for word in secret if word in own} == secret - phones

    page = text(visitor.get(address(plant)))

    assert {word for word in secret if word in page} == set()


def test_the_public_page_is_given_words_and_nothing_else():
    """An allow-list: a field more is a decision, made here."""
    assert {field.name for field in fields(PublicEntry)} == {
        "name",
        "code",
        "place",
        "industry",
        "level",
        "level_label",
        "state",
        "state_label",
        "state_tone",
        "department",
        "supervisor",
        "is_supervised",
        "certificate",
        "duties",
    }
    assert {field.name for field in fields(PublicCertificate)} == {
        "level_label",
        "valid_to",
        "has_expired",
    }


@pytest.mark.parametrize(
    ("begun", "ends", "revoked", "said"),
    [
        (-30, 300, False, "Level 2 · Valid until "),
        (-30, 0, False, "Level 2 · Valid until "),
        (-400, -1, False, "Expired on "),
        (1, 300, False, ""),
        (-30, 300, True, ""),
    ],
)
def test_the_class_of_standardization_and_its_end_are_public_no_more_of_it(
    begun, ends, revoked, said, plant, visitor
):
    today = timezone.localdate()
    with tenant_scope(plant.tenant_id):
        kept = record_standardization(
            actor=None,
            enterprise_id=plant.pk,
            level=2,
            number="AQBⅡ-秘密编号",
            issuer="某发证单位",
            valid_from=today + timedelta(days=begun),
            valid_to=today + timedelta(days=ends),
        )
        if revoked:
            revoke_standardization(actor=None, certificate_id=kept.pk, reason="停产")

    page = text(visitor.get(address(plant)))

    day = (today + timedelta(days=ends)).isoformat()
    assert (f"{said}{day}" in page) is bool(said)
    assert ("Level 2" in page) is bool(said)
    assert "秘密编号" not in page
    assert "某发证单位" not in page


@pytest.mark.parametrize(
    ("state", "given", "said"),
    [
        (HazardState.ASSIGNED, {"due_on": -1}, "1 overdue"),
        (HazardState.ASSIGNED, {"due_on": 5}, ""),
        (HazardState.SUBMITTED, {}, ""),
        (HazardState.CLOSED, {}, ""),
    ],
)
def test_one_overdue_hazard_makes_it_not_in_order(state, given, said, plant, visitor):
    hazard = make_hazard(plant, state=state)
    if given:
        due_on = timezone.localdate() + timedelta(days=given["due_on"])
        with tenant_scope(plant.tenant_id):
            Hazard.objects.filter(pk=hazard.pk).update(due_on=due_on)

    page = text(visitor.get(address(plant)))

    assert ("Not in order" in page) is bool(said)
    assert ("In order" in page) is not bool(said)
    assert said in page


def test_an_unsettled_major_hazard_makes_it_not_in_order(plant, visitor):
    hazard = make_hazard(plant, state=HazardState.ASSESSED)
    with tenant_scope(plant.tenant_id):
        Hazard.objects.filter(pk=hazard.pk).update(level="major")

    page = text(visitor.get(address(plant)))

    assert "Not in order" in page
    assert "1 unsettled" in page


def test_hazards_of_a_neighbour_do_not_count(plant, county, visitor):
    hazard = make_hazard(make_enterprise(county.village), state=HazardState.ASSIGNED)
    with tenant_scope(plant.tenant_id):
        Hazard.objects.filter(pk=hazard.pk).update(
            due_on=timezone.localdate() - timedelta(days=3)
        )

    assert "Not in order" not in text(visitor.get(address(plant)))


def test_a_closed_enterprise_has_a_state_and_no_duties(plant, visitor):
    with tenant_scope(plant.tenant_id):
        change_state(actor=None, enterprise_id=plant.pk, state="closed", note="停业")

    page = text(visitor.get(address(plant)))

    assert "Closed down" in page
    assert "Main responsibility" not in page


def test_names_are_shown_as_they_are_and_run_nothing(county, visitor):
    plant = make_enterprise(county.village, name="<script>alert(1)</script>{{7*7}}")
    page = text(visitor.get(address(plant)))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert "<script>alert" not in page


# Old, withdrawn, unknown -------------------------------------------------------------


def test_every_code_ever_issued_goes_on_working(plant, visitor):
    with tenant_scope(plant.tenant_id):
        for _ in range(3):
            issue_new_code(actor=None, enterprise_id=plant.pk)
        addresses = [code.get_absolute_url() for code in plant.qr_codes.all()]

    assert len(addresses) == 4
    assert [visitor.get(each).status_code for each in addresses] == [200] * 4


def test_a_code_works_without_its_last_slash_and_in_capitals(plant, visitor):
    where = address(plant)

    assert visitor.get(where.rstrip("/"), follow=True).status_code == 200
    assert visitor.get(f"/q/{where.split('/')[2].upper()}/").status_code == 200


def test_an_enterprise_that_moved_and_changed_its_name_keeps_its_code(
    plant, county, visitor
):
    where = address(plant)
    with tenant_scope(plant.tenant_id):
        edit_enterprise(actor=None, enterprise_id=plant.pk, name="青溪新木业")

    assert "青溪新木业" in text(visitor.get(where))


def test_a_withdrawn_code_says_so_and_shows_no_facts(plant, county, visitor):
    where = address(plant)
    with tenant_scope(plant.tenant_id):
        code = EnterpriseCode.objects.get(enterprise=plant)
        withdraw_code(actor=None, code_id=code.pk, reason="被人冒用")

    response = visitor.get(where)

    assert response.status_code == 410
    assert "withdrawn" in text(response)
    assert {
        word
        for word in (plant.name, plant.uscc, "被人冒用", county.township.name)
        if word in text(response)
    } == set()


def test_what_is_no_code_is_one_and_the_same_page(plant, visitor):
    answers = [
        visitor.get(where)
        for where in (UNKNOWN, "/q/x/", f"/q/{'0' * 18}/", f"/q/{plant.pk}/", "/q/%00/")
    ]

    assert {response.status_code for response in answers} == {404}
    assert len({plain(response) for response in answers}) == 1


def test_nothing_is_sent_to_a_code(plant, visitor):
    assert visitor.post(address(plant)).status_code == 405
    assert visitor.head(address(plant)).status_code == 200


# Whoever has more to see --------------------------------------------------------------


def test_staff_are_led_to_the_entry(plant, county):
    clerk = make_user(county.tenant, on=county.township, role="township_staff")
    response = signed_in(clerk).get(address(plant))

    assert response.status_code == 302
    assert response["Location"] == plant.get_absolute_url()


def test_the_own_people_are_led_to_what_waits_for_them(plant, county):
    officer = make_user(county.tenant, on=plant.area_node, role="enterprise_officer")
    response = signed_in(officer).get(address(plant))

    assert (response.status_code, response["Location"]) == (302, "/")


def test_people_of_another_place_see_the_public_page(plant, county):
    rival = make_county()
    people = [
        make_user(county.tenant),
        make_user(rival.tenant, on=rival.root, role="bureau_staff"),
    ]
    for person in people:
        response = signed_in(person).get(address(plant))
        assert response.status_code == 200
        assert "青溪木业" in text(response)
        assert MARKED["principal"] not in text(response)
        assert "no-store" in response["Cache-Control"]


# What is kept -----------------------------------------------------------------------


def test_caches_may_keep_the_public_page_for_a_minute(plant, visitor):
    with time_machine.travel("2026-11-26T09:00:00+08:00", tick=False):
        response = visitor.get(address(plant))

    assert response["Cache-Control"] == "public, max-age=60, s-maxage=60"
    assert {word.strip() for word in response["Vary"].split(",")} == {
        "Cookie",
        "Accept-Language",
    }
    assert response["ETag"]
    assert not response.cookies


def test_who_has_the_page_already_is_told_so_in_no_bytes(plant, visitor):
    first = visitor.get(address(plant))
    again = visitor.get(address(plant), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "max-age" in again["Cache-Control"]


def test_the_second_visitor_costs_no_query_and_no_session(plant, visitor):
    visitor.get(address(plant))
    where = address(plant)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = Client(headers={"accept-language": "en"}).get(where)

    assert (response.status_code, len(queries)) == (200, 0)


def test_the_first_visitor_costs_few_queries(plant, visitor, django_assert_num_queries):
    where = address(plant)
    # the directory; the scope: savepoint, set, reset, release; code, entry, direct
    # supervision and certificate; two counts of hazards
    with django_assert_num_queries(11):
        visitor.get(where)


def test_a_change_is_seen_when_the_minute_is_over(plant, visitor):
    where = address(plant)
    with time_machine.travel("2026-11-26T09:00:00+08:00", tick=False) as clock:
        visitor.get(where)
        with tenant_scope(plant.tenant_id):
            change_state(
                actor=None, enterprise_id=plant.pk, state="suspended", note="停产"
            )
        clock.shift(KEPT_SECONDS - 1)
        late = visitor.get(where)
        clock.shift(1)
        fresh = visitor.get(where)

    assert "Operation suspended" not in text(late)
    assert late["Cache-Control"] == "public, max-age=1, s-maxage=1"
    assert "Operation suspended" in text(fresh)
    assert fresh["ETag"] != late["ETag"]


def test_each_language_has_its_own_page(plant, visitor):
    visitor.get(address(plant))
    chinese = Client(headers={"accept-language": "zh-hans"}).get(address(plant))

    assert "In order" not in text(chinese)


def test_a_code_is_served_while_redis_is_away(plant, visitor):
    with patch("redis.connection.ConnectionPool.get_connection") as away:
        away.side_effect = ConnectionError
        assert visitor.get(address(plant)).status_code == 200

    assert away.call_count == 0
