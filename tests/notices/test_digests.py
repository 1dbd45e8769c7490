"""The daily letter: to whom, about what, and never lost."""

import smtplib
from datetime import UTC, date, datetime, timedelta

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notices.models import DigestDelivery, DigestState, Notice
from notices.services import NoticeRow, mark_all_read, notify_many
from notices.services.digests import (
    FIRST_PAUSE,
    MAX_TRIES,
    prepare_digests,
    send_next_digest,
)
from tests.factories import make_user

DAY = date(2026, 3, 9)
MORNING = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)  # eight o'clock in Shanghai
YESTERDAY = MORNING - timedelta(hours=15)


def _person(tenant, **given):
    return make_user(tenant, **{"email": "wang@county.example", **given})


def _news(person, *, key="1", at=YESTERDAY, address="/hazards/1/"):
    notify_many(
        [
            NoticeRow(
                recipient_id=person.pk,
                kind="test-news",
                key=key,
                params={"what": f"case {key}"},
                address=address,
                created_at=at,
            )
        ]
    )


def _prepare(day=DAY, now=MORNING):
    return prepare_digests(day=day, now=now)


def test_a_letter_is_prepared_for_whoever_has_an_address_and_unread_news(in_tenant):
    reader = _person(in_tenant)
    _news(reader)
    _news(_person(in_tenant, email=""))
    _person(in_tenant, email="no.news@county.example")
    left = _person(in_tenant, email="left@county.example")
    _news(left)
    type(left).objects.filter(pk=left.pk).update(is_active=False)

    assert _prepare() == 1

    delivery = DigestDelivery.objects.get()
    assert (delivery.recipient_id, delivery.day) == (reader.pk, DAY)
    assert (delivery.state, delivery.tries) == (DigestState.WAITING, 0)


def test_preparing_twice_makes_one_letter(in_tenant):
    _news(_person(in_tenant))

    _prepare()
    _prepare()

    assert DigestDelivery.objects.count() == 1


def test_what_was_summed_up_yesterday_is_not_summed_up_again(in_tenant):
    person = _person(in_tenant)
    _news(person, key="old")
    _prepare()
    tomorrow = MORNING + timedelta(days=1)

    assert _prepare(DAY + timedelta(days=1), tomorrow) == 0
    _news(person, key="new", at=tomorrow - timedelta(hours=1))
    assert _prepare(DAY + timedelta(days=2), tomorrow + timedelta(days=1)) == 1

    while send_next_digest(now=tomorrow + timedelta(days=1)):
        pass
    assert ["case old" in m.body for m in mail.outbox] == [True, False]
    assert ["case new" in m.body for m in mail.outbox] == [False, True]


def test_a_notice_whose_transaction_may_still_run_waits_for_the_next_letter(in_tenant):
    person = _person(in_tenant)
    _news(person, key="just now", at=MORNING - timedelta(seconds=30))

    assert _prepare() == 0
    assert _prepare(DAY + timedelta(days=1), MORNING + timedelta(days=1)) == 1


def test_a_given_up_letter_gives_its_news_to_the_next(in_tenant):
    person = _person(in_tenant)
    _news(person)
    _prepare()
    DigestDelivery.objects.update(state=DigestState.FAILED)

    assert _prepare(DAY + timedelta(days=1), MORNING + timedelta(days=1)) == 1


def test_the_letter_says_what_is_unread_in_plain_text(in_tenant, settings):
    settings.HOSTS = ["safety.county.example"]
    person = _person(in_tenant, full_name="O'Neil <x> & co")
    type(person).objects.update(language="en")
    _news(person, key="A & B")
    _prepare()

    assert send_next_digest(now=MORNING) is True

    (letter,) = mail.outbox
    assert letter.to == ["wang@county.example"]
    assert letter.subject == "Anwang: 1 unread notice"
    assert "Good day O'Neil <x> & co," in letter.body
    assert "News about case A & B" in letter.body
    assert "https://safety.county.example/hazards/1/" in letter.body


def test_the_letter_is_written_in_the_language_of_its_reader(in_tenant):
    for language in ("en", "zh-hans", ""):
        person = _person(in_tenant, email=f"x{language}@county.example")
        type(person).objects.filter(pk=person.pk).update(language=language)
        _news(person)
    _prepare()

    while send_next_digest(now=MORNING):
        pass

    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert subjects == {
        "xen@county.example": "Anwang: 1 unread notice",
        "xzh-hans@county.example": "安网：1 条未读通知",
        "x@county.example": "安网：1 条未读通知",
    }


def test_a_long_letter_shows_twenty_and_counts_the_rest(in_tenant):
    person = _person(in_tenant)
    type(person).objects.update(language="en")
    for n in range(23):
        _news(person, key=str(n))
    _prepare()

    send_next_digest(now=MORNING)

    (letter,) = mail.outbox
    assert letter.body.count("News about") == 20
    assert "and 3 more." in letter.body


def test_a_letter_sent_is_not_sent_again(in_tenant):
    _news(_person(in_tenant))
    _prepare()

    assert send_next_digest(now=MORNING) is True
    assert send_next_digest(now=MORNING) is False

    delivery = DigestDelivery.objects.get()
    assert (delivery.state, delivery.tries) == (DigestState.SENT, 1)
    assert delivery.sent_at == MORNING
    assert len(mail.outbox) == 1


def test_nothing_is_sent_when_everything_was_read_meanwhile(in_tenant):
    person = _person(in_tenant)
    _news(person)
    _prepare()
    mark_all_read(user=person, up_to=MORNING)

    assert send_next_digest(now=MORNING) is True

    assert DigestDelivery.objects.get().state == DigestState.NEEDLESS
    assert mail.outbox == []


def test_a_failed_attempt_waits_longer_each_time_and_is_given_up(
    in_tenant, monkeypatch
):
    _news(_person(in_tenant))
    _prepare(now=MORNING)

    def refuse(*_):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    now, pauses = MORNING + timedelta(days=1), []
    for _ in range(MAX_TRIES):
        assert send_next_digest(now=now) is True
        assert send_next_digest(now=now) is False
        delivery = DigestDelivery.objects.get()
        pauses.append((delivery.not_before - now) / FIRST_PAUSE)
        now = delivery.not_before

    assert pauses == [1, 2, 4, 8, 16, 32]
    assert (delivery.state, delivery.tries) == (DigestState.FAILED, MAX_TRIES)
    assert delivery.last_error == "SMTPServerDisconnected: gone"
    assert delivery.sent_at is None


def test_one_bad_address_does_not_hold_up_the_others(in_tenant):
    for name in ("bad\nname", "good"):
        person = _person(in_tenant)
        type(person).objects.filter(pk=person.pk).update(email=f"{name}@county.example")
        _news(person)
    _prepare()

    while send_next_digest(now=MORNING + timedelta(minutes=1)):
        pass

    assert [letter.to for letter in mail.outbox] == [["good@county.example"]]
    states = DigestDelivery.objects.values_list("state", flat=True)
    assert sorted(states) == [DigestState.SENT, DigestState.WAITING]


def test_a_second_attempt_carries_the_same_message_id(in_tenant):
    """Killed between sending and remembering it: the receiver can tell."""
    _news(_person(in_tenant))
    _prepare()

    send_next_digest(now=MORNING)
    DigestDelivery.objects.update(state=DigestState.WAITING, sent_at=None)
    send_next_digest(now=MORNING)

    first, second = (letter.message()["Message-ID"] for letter in mail.outbox)
    assert first == second == f"<digest.{DigestDelivery.objects.get().pk}@localhost>"
    assert Notice.objects.unread().count() == 1
