"""Work items: what is due, what is recorded, what stays when an item changes."""

from datetime import date
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from grids.models import (
    GridNode,
    WorkEvent,
    WorkItem,
    WorkItemVersion,
    WorkRecord,
    WorkScheme,
    WorkSchemeTerm,
)
from grids.services import (
    add_item,
    choose_scheme,
    edit_item,
    record_work,
    seed_work_items,
    withdraw_item,
    withdraw_record,
)
from tenants.errors import Conflict, DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_photo, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"), time_machine.travel("2026-11-26T10:00+08:00"):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_work_items()
        yield county


@pytest.fixture
def worker(county):
    return make_user(county.tenant, on=county.village, role="grid_worker")


@pytest.fixture
def admin(county):
    return make_user(county.tenant, on=county.root, role="tenant_admin")


def item(name):
    return WorkItemVersion.objects.get(name=name, valid_to__isnull=True).item


def record(worker, county, name, **given):
    given.setdefault("on", TODAY)
    given.setdefault("note", "已完成。")
    return record_work(
        actor=worker, node_id=county.village.pk, item_id=item(name).pk, **given
    )


def test_both_schemes_come_with_the_published_numbers_of_aspects_and_items(county):
    counted = {
        scheme.code: (
            scheme.items.values("aspect_code").distinct().count(),
            scheme.items.count(),
        )
        for scheme in WorkScheme.objects.all()
    }

    assert counted == {"manual-53": (5, 53), "levels-42": (10, 42)}
    assert list(
        WorkItem.objects.filter(scheme__code="manual-53")
        .values_list("aspect_code")
        .distinct()
        .order_by("aspect_code")
    ) == [("A",), ("B",), ("C",), ("D",), ("E",)]
    assert WorkItemVersion.objects.filter(is_proposed=False).count() == 0


def test_seeding_again_changes_nothing(county, admin):
    edit_item(actor=admin, item_id=item("用电").pk, times=2)

    assert seed_work_items() == 0
    assert item("用电").versions.count() == 2
    assert WorkItem.objects.count() == 95


def test_the_manual_is_in_force_at_first_and_the_county_may_choose_the_other(
    county, admin
):
    other = WorkScheme.objects.get(code="levels-42")

    choose_scheme(actor=admin, scheme_id=other.pk)

    terms = WorkSchemeTerm.objects.order_by("begins_on", "-ends_on")
    assert {(t.scheme.code, t.begins_on, t.ends_on) for t in terms} == {
        ("manual-53", date(2026, 11, 1), TODAY),
        ("levels-42", TODAY, None),
    }
    with pytest.raises(InvalidTransition):
        choose_scheme(actor=admin, scheme_id=other.pk)


def test_only_who_keeps_the_rules_of_the_county_changes_schemes(county, worker):
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    other = WorkScheme.objects.get(code="levels-42")
    power = item("用电")

    for who in (worker, staff):
        with pytest.raises(NotAllowed):
            choose_scheme(actor=who, scheme_id=other.pk)
        with pytest.raises(NotAllowed):
            edit_item(actor=who, item_id=power.pk, times=2)
        with pytest.raises(NotAllowed):
            withdraw_item(actor=who, item_id=power.pk)

    assert power.versions.count() == 1
    assert WorkSchemeTerm.objects.count() == 1


def test_an_edited_item_keeps_what_it_said_before(county, admin, worker):
    done = record(worker, county, "用气", photo_ids=[make_photo(worker).pk])

    version = edit_item(actor=admin, item_id=done.item_id, name="燃气使用", times=2)

    done.refresh_from_db()
    assert (version.number, version.times, version.is_proposed) == (2, 2, False)
    assert (version.valid_from, version.valid_to) == (TODAY, None)
    assert (done.version.name, done.version.times) == ("用气", 1)
    assert done.version.valid_to == TODAY


def test_an_item_that_did_not_change_gets_no_version(county, admin):
    power = item("用电")

    edit_item(actor=admin, item_id=power.pk, name=" 用电 ")

    assert power.versions.count() == 1


def test_an_item_is_added_behind_the_others_of_its_aspect(county, admin):
    scheme = WorkScheme.objects.get(code="manual-53")
    facts = {
        "name": "节前检查",
        "owner_role": "worker",
        "unit": "quarter",
        "times": 1,
        "evidence": "photo",
        "help": "",
    }

    version = add_item(actor=admin, scheme_id=scheme.pk, aspect_code="B", **facts)

    assert version.item.code == "B-21"
    with pytest.raises(DomainError) as refusal:
        add_item(actor=admin, scheme_id=scheme.pk, aspect_code="Z", **facts)
    assert refusal.value.field == "aspect_code"


def test_what_comes_up_by_occasion_has_no_number_of_times(county, admin):
    with pytest.raises(DomainError) as refusal:
        edit_item(actor=admin, item_id=item("用电").pk, unit="occasion", times=3)

    assert refusal.value.field == "times"


def test_a_monthly_item_is_recorded_once_a_month(county, worker):
    first = record(worker, county, "法规宣传", photo_ids=[make_photo(worker).pk])

    with pytest.raises(Conflict):
        record(worker, county, "法规宣传", photo_ids=[make_photo(worker).pk])

    assert (first.period, first.period_last, first.number) == (
        "2026-11",
        date(2026, 11, 30),
        1,
    )
    assert WorkRecord.objects.count() == 1
    assert [e.name for e in WorkEvent.objects.all()] == ["recorded"]


def test_the_same_item_is_due_again_in_the_next_period(county, worker):
    GridNode.objects.update(created_at="2026-11-01T00:00Z")
    record(worker, county, "非法生产", on=date(2026, 11, 22))
    again = record(worker, county, "非法生产", on=date(2026, 11, 23))

    assert again.period == "2026-W48"
    assert set(WorkRecord.objects.values_list("period", flat=True)) == {
        "2026-W47",
        "2026-W48",
    }


def test_by_occasion_one_records_as_often_as_it_comes_up(county, worker):
    for _ in range(3):
        record(worker, county, "现场提醒")

    assert sorted(WorkRecord.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_the_evidence_that_an_item_asks_for_is_asked_for(county, worker):
    for name, given, field in [
        ("用电", {"note": "看过。"}, "photos"),
        ("机械防护", {"note": " "}, "note"),
        ("文件送达签收", {"note": "送达。"}, "document"),
    ]:
        with pytest.raises(DomainError) as refusal:
            record(worker, county, name, **given)
        assert refusal.value.field == field

    assert WorkRecord.objects.count() == 0
    assert record(worker, county, "文件送达签收", document="太安办〔2026〕3号").pk


def test_photos_of_somebody_else_are_not_used(county, worker):
    stranger = make_user(county.tenant)
    photo = make_photo(stranger)

    with pytest.raises(DomainError), transaction.atomic():
        record(worker, county, "用电", photo_ids=[photo.pk])

    photo.refresh_from_db()
    assert not photo.is_attached
    assert WorkRecord.objects.count() == 0


def test_nobody_records_on_a_grid_where_he_may_not(county, worker):
    with pytest.raises(NotAllowed):
        record_work(
            actor=worker,
            node_id=county.other_village.pk,
            item_id=item("机械防护").pk,
            on=TODAY,
            note="看过。",
        )

    assert WorkRecord.objects.count() == 0


def test_an_item_of_another_level_is_not_recorded_here(county):
    staff = make_user(county.tenant, on=county.township, role="township_staff")

    with pytest.raises(DomainError) as refusal:
        record_work(
            actor=staff,
            node_id=county.township.pk,
            item_id=item("机械防护").pk,
            on=TODAY,
            note="看过。",
        )

    assert refusal.value.field == "item"


@pytest.mark.parametrize(
    "on", [date(2026, 11, 27), date(2026, 9, 30)], ids=["tomorrow", "long ago"]
)
def test_the_future_and_the_distant_past_are_refused(county, worker, on):
    GridNode.objects.update(created_at="2025-01-01T00:00Z")
    WorkSchemeTerm.objects.update(begins_on=date(2025, 1, 1))
    WorkItemVersion.objects.update(valid_from=date(2025, 1, 1))

    with pytest.raises(DomainError) as refusal:
        record(worker, county, "机械防护", on=on)

    assert refusal.value.field == "on"


def test_a_withdrawn_record_stays_and_makes_room_for_another(county, worker):
    wrong = record(worker, county, "机械防护")

    with pytest.raises(DomainError) as refusal:
        withdraw_record(actor=worker, record_id=wrong.pk, reason=" ")
    withdraw_record(actor=worker, record_id=wrong.pk, reason="记错村了")
    right = record(worker, county, "机械防护")

    assert refusal.value.field == "reason"
    assert (right.number, WorkRecord.objects.count()) == (1, 2)
    course = list(wrong.events.order_by("at", "pk").values_list("name", "note"))
    assert course == [("recorded", ""), ("withdrawn", "记错村了")]
    with pytest.raises(InvalidTransition):
        withdraw_record(actor=worker, record_id=wrong.pk, reason="再一次")


def test_nobody_withdraws_a_record_of_another_grid(county, worker):
    neighbour = make_user(county.tenant, on=county.other_village, role="grid_worker")
    done = record(worker, county, "机械防护")

    with pytest.raises(NotAllowed):
        withdraw_record(actor=neighbour, record_id=done.pk, reason="不对")

    done.refresh_from_db()
    assert done.withdrawn_at is None


def test_the_database_itself_refuses_a_second_record_of_a_period(county, worker):
    done = record(worker, county, "机械防护")

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkRecord.objects.create(
            node=done.node,
            item=done.item,
            version=done.version,
            period=done.period,
            period_last=done.period_last,
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_people_at_once_record_a_monthly_item_once():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_work_items()
        target = item("机械防护").pk
    people = [
        make_user(county.tenant, on=county.village, role="grid_worker")
        for _ in range(4)
    ]
    start, outcomes = Barrier(len(people)), []

    def work(person):
        try:
            start.wait()
            with tenant_scope(county.tenant.pk):
                record_work(
                    actor=person,
                    node_id=county.village.pk,
                    item_id=target,
                    on=TODAY,
                    note="看过。",
                )
            outcomes.append("recorded")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["conflict"] * 3 + ["recorded"]
    with tenant_scope(county.tenant.pk):
        assert WorkRecord.objects.count() == 1
