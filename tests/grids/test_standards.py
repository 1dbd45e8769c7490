"""The checklist of grid offices: what is stated, by whom, and what was before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from grids.kinds import NodeKind
from grids.models import OfficeKind, OfficeMark, OfficeStandard
from grids.services import choose_office_kinds, mark_standard, seed_standards
from portal.reports.standards import office, offices
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_photo, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_standards()
        yield county


@pytest.fixture
def staff(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


def mark(actor, node, seq=1, **given):
    given.setdefault("has", True)
    given.setdefault("since", timezone.localdate())
    return mark_standard(
        actor=actor,
        node_id=node.pk,
        standard_id=OfficeStandard.objects.get(seq=seq).pk,
        **given,
    )


def test_the_ten_rows_and_two_kinds_of_offices_come_once(county):
    assert seed_standards() == 0
    assert OfficeStandard.objects.count() == 10
    assert set(OfficeKind.objects.values_list("kind", flat=True)) == {
        "township",
        "village",
    }


def test_a_statement_counts_until_the_next_and_then_stays(county, staff):
    mark(staff, county.township, document="城政〔2026〕7号")
    mark(staff, county.township, has=False, note="正在修订")

    page = office(node=county.township)

    assert page.has == 0
    assert [
        (m.has, m.is_current) for m in OfficeMark.objects.order_by("marked_at")
    ] == [
        (True, False),
        (False, True),
    ]
    assert [m.document for m in page.earlier] == ["城政〔2026〕7号"]


def test_the_overview_adds_up(county, staff):
    for seq in range(1, 11):
        mark(staff, county.village, seq)
    mark(staff, county.township, 1)

    page = offices(user=staff)

    (line,) = page.lines
    assert (line.own, line.complete, line.offices) == (1, 1, 3)
    assert {(node.name, has) for node, has in line.below} == {
        (county.village.name, 10),
        (county.other_village.name, 0),
    }
    assert (page.whole.done, page.whole.due) == (1, 3)


def test_a_photo_belongs_to_the_statement(county, staff):
    photo = make_photo(staff)

    mark(staff, county.township, photo_ids=[photo.pk])

    assert len(office(node=county.township).rows[0].photos) == 1


def test_only_who_records_work_there_states_anything(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    with pytest.raises(NotAllowed):
        mark(worker, county.township)

    assert OfficeMark.objects.count() == 0


def test_a_day_that_has_not_come_is_refused(county, staff):
    with pytest.raises(DomainError) as refusal:
        mark(staff, county.township, since=date.today() + timedelta(days=3))  # noqa: DTZ011

    assert refusal.value.field == "since"


def test_the_county_chooses_which_kinds_have_an_office(county, staff):
    admin = make_user(county.tenant, on=county.root, role="tenant_admin")

    with pytest.raises(NotAllowed):
        choose_office_kinds(actor=staff, kinds=[NodeKind.TOWNSHIP])
    with pytest.raises(DomainError):
        choose_office_kinds(actor=admin, kinds=["enterprise"])
    choose_office_kinds(actor=admin, kinds=[NodeKind.TOWNSHIP])

    with pytest.raises(DomainError):
        mark(staff, county.village)
    assert offices(user=staff).whole.due == 1
