"""Telling people once, and what they have read."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from notices.models import Notice, Urgency
from notices.services import (
    NoticeRow,
    mark_all_read,
    mark_read,
    notify,
    notify_many,
    unread_count,
)
from tenants.errors import TenantScopeMissing
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant, make_user


def _notify(*people, key="case:1", **given):
    notify(recipients=people, kind="test-news", key=key, params={"what": "it"}, **given)


def _notify_at_once(*people):
    """With the foreign keys checked now and not at the end of the test."""
    _notify(*people)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_everybody_named_gets_the_notice(in_tenant):
    first, second = make_user(in_tenant), make_user(in_tenant)

    _notify(first, second, address="/hazards/1/", urgency=Urgency.URGENT)

    stored = Notice.objects.values_list("recipient", "address", "urgency", "params")
    assert sorted(stored) == sorted(
        (person.pk, "/hazards/1/", "urgent", {"what": "it"})
        for person in (first, second)
    )


def test_the_same_key_to_the_same_person_is_one_notice(in_tenant):
    first, second = make_user(in_tenant), make_user(in_tenant)
    _notify(first)

    _notify(first, second)
    _notify(first, second, key="case:2")

    assert Notice.objects.of(first).count() == 2
    assert Notice.objects.of(second).count() == 2


def test_a_repeated_notice_that_was_read_stays_read(in_tenant):
    person = make_user(in_tenant)
    _notify(person)
    mark_read(user=person, notice_id=Notice.objects.get().pk)

    _notify(person)

    assert unread_count(person) == 0


def test_a_kind_nobody_registered_is_refused_and_nothing_is_stored(in_tenant):
    person = make_user(in_tenant)

    with pytest.raises(LookupError, match="no-such-kind"):
        notify(recipients=[person], kind="no-such-kind", key="1")

    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"],
)
def test_a_notice_leads_nowhere_but_to_this_site(address, in_tenant):
    person = make_user(in_tenant)

    with (
        pytest.raises(IntegrityError, match="notice_leads_to_a_page_of_this_site"),
        transaction.atomic(),
    ):
        _notify(person, address=address)

    assert Notice.objects.count() == 0


def test_somebody_of_another_tenant_cannot_be_told(in_tenant):
    stranger = make_user(make_tenant())

    with (
        pytest.raises(IntegrityError, match="recipient_id_same_tenant"),
        transaction.atomic(),
    ):
        _notify_at_once(stranger)

    assert Notice.objects.count() == 0


def test_nothing_is_told_outside_a_tenant(tenant):
    person = make_user(tenant)

    with pytest.raises(TenantScopeMissing):
        _notify(person)


def test_thousands_are_told_with_a_few_statements(
    in_tenant, django_assert_max_num_queries
):
    people = [make_user(in_tenant).pk for _ in range(3)]
    rows = [
        NoticeRow(recipient_id=people[n % 3], kind="test-news", key=f"case:{n}")
        for n in range(4500)
    ]

    with django_assert_max_num_queries(5):  # savepoint, 3 batches, release
        notify_many(rows)

    assert Notice.objects.count() == 4500


def test_history_keeps_its_own_time(in_tenant):
    person = make_user(in_tenant)
    at = datetime(2025, 5, 1, 8, tzinfo=UTC)

    notify_many(
        [NoticeRow(recipient_id=person.pk, kind="test-news", key="1", created_at=at)]
    )

    assert Notice.objects.get().created_at == at


def test_only_the_first_reading_counts(in_tenant):
    person = make_user(in_tenant)
    _notify(person)
    notice = Notice.objects.get()
    mark_read(user=person, notice_id=notice.pk)
    notice.refresh_from_db()
    first = notice.read_at

    mark_read(user=person, notice_id=notice.pk)

    notice.refresh_from_db()
    assert first is not None
    assert notice.read_at == first


def test_nobody_reads_for_somebody_else(in_tenant):
    owner, other = make_user(in_tenant), make_user(in_tenant)
    _notify(owner)

    mark_read(user=other, notice_id=Notice.objects.get().pk)
    assert mark_all_read(user=other, up_to=timezone.now()) == 0

    assert unread_count(owner) == 1


def test_what_arrived_after_the_page_was_shown_stays_unread(in_tenant):
    person = make_user(in_tenant)
    shown = timezone.now()
    for key, at in (("old", shown), ("new", shown + timedelta(seconds=1))):
        notify_many(
            [
                NoticeRow(
                    recipient_id=person.pk, kind="test-news", key=key, created_at=at
                )
            ]
        )

    assert mark_all_read(user=person, up_to=shown) == 1

    assert [n.key for n in Notice.objects.of(person).unread()] == ["new"]


def test_the_unread_are_counted_in_one_query(in_tenant, django_assert_num_queries):
    person, other = make_user(in_tenant), make_user(in_tenant)
    _notify(person, other)
    _notify(person, key="case:2")

    with django_assert_num_queries(1):
        assert unread_count(person) == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_notices_in_opposite_order_never_deadlock():
    tenant = make_tenant()
    people = [make_user(tenant).pk for _ in range(4)]
    rows = [
        NoticeRow(recipient_id=people[n % 4], kind="test-news", key=f"case:{n:04}")
        for n in range(1200)
    ]
    gate, failures = threading.Barrier(2), []

    def work(own):
        try:
            gate.wait()
            for _ in range(3):
                with tenant_scope(tenant.pk):
                    notify_many(own)
        except Exception as error:  # noqa: BLE001  told to the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[own]) for own in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with tenant_scope(tenant.pk):
        assert Notice.objects.count() == 1200
