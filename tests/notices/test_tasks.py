"""Beat, fan-out and workers that are killed or run twice."""

import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from config.schedule import BEAT_SCHEDULE
from notices import tasks
from notices.models import DigestDelivery, DigestState
from notices.services import NoticeRow, notify_many, prepare_digests, send_next_digest
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant, make_user

DAY = "2030-03-09"  # later than every notice of these tests


@pytest.fixture
def _mail_at_once(monkeypatch):
    """Notices count as settled the moment they are stored."""
    monkeypatch.setattr("notices.services.digests.SETTLED", timedelta(0))


def _county(*, readers=1):
    tenant = make_tenant()
    with tenant_scope(tenant.pk):
        for n in range(readers):
            person = make_user(tenant, email=f"p{n}@t{tenant.pk}.example")
            notify_many([NoticeRow(recipient_id=person.pk, kind="test-news", key="1")])
    return tenant


def _states(tenant):
    with tenant_scope(tenant.pk):
        return sorted(DigestDelivery.objects.values_list("state", flat=True))


def test_beat_starts_tasks_that_exist():
    names = {"notices.tasks.send_digests", "notices.tasks.send_waiting_digests"}

    scheduled = {entry["task"] for entry in BEAT_SCHEDULE.values()}

    assert names <= scheduled
    assert {tasks.send_digests.name, tasks.send_waiting_digests.name} == names


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_mail_at_once")
def test_every_tenants_letters_go_out_and_a_second_run_sends_nothing():
    counties = [_county(readers=2), _county()]

    tasks.send_digests.delay(day=DAY)
    tasks.send_digests.delay(day=DAY)
    tasks.send_waiting_digests.delay()

    sent = sorted(letter.to[0] for letter in mail.outbox)
    first, second = (county.pk for county in counties)
    assert sent == sorted(
        [f"p0@t{first}.example", f"p1@t{first}.example", f"p0@t{second}.example"]
    )
    assert _states(counties[0]) == [DigestState.SENT, DigestState.SENT]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_mail_at_once")
def test_a_closed_tenant_gets_no_letters():
    county = _county()
    Tenant.objects.filter(pk=county.pk).update(is_active=False)

    tasks.send_digests.delay(day=DAY)

    assert mail.outbox == []
    with pytest.raises(PermissionError):
        tasks.prepare_digests_of.delay(tenant_id=county.pk, day=DAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_mail_at_once")
def test_a_worker_that_dies_in_the_middle_loses_nothing(monkeypatch):
    county = _county(readers=3)
    real, calls = EmailBackend.send_messages, []

    def die_at_the_second(backend, letters):
        calls.append(letters)
        if len(calls) == 2:
            raise KeyboardInterrupt  # nothing catches it, as nothing catches a kill
        return real(backend, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        tasks.send_digests.delay(day=DAY)
    assert _states(county) == ["sent", "waiting", "waiting"]

    tasks.send_waiting_digests.delay()

    assert _states(county) == ["sent", "sent", "sent"]
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 3


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_mail_at_once")
def test_two_workers_at_once_send_each_letter_once():
    county = _county(readers=8)
    with tenant_scope(county.pk):
        prepare_digests(day=date.fromisoformat(DAY))
    gate, failures = threading.Barrier(2), []

    def work():
        try:
            gate.wait()
            while True:
                with tenant_scope(county.pk):
                    if not send_next_digest():
                        return
        except Exception as error:  # noqa: BLE001  told to the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 8
    assert _states(county) == ["sent"] * 8
