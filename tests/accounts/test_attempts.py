"""How often somebody may try."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import translation

from accounts.attempts import (
    LIMITS,
    WINDOW,
    TooManyAttempts,
    count_attempt,
    forget_attempts,
    is_locked,
    unlock,
)
from accounts.models import SignInAttempts

HERE, THERE = "192.0.2.1", "192.0.2.2"
NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)


def _try(times, *, name="wang", address=HERE):
    """How many of these attempts are let through."""
    passed = 0
    for _ in range(times):
        try:
            count_attempt(name=name, address=address)
        except TooManyAttempts:
            continue
        passed += 1
    return passed


@pytest.mark.django_db
def test_five_attempts_per_name_and_network_are_let_through():
    assert _try(9) == LIMITS["both"] == 5
    assert _try(1, name="li") == 1
    assert _try(1, address=THERE) == 1


@pytest.mark.django_db
def test_a_name_is_tried_fifty_times_at_most_from_any_number_of_networks():
    passed = sum(_try(5, address=f"192.0.2.{n}") for n in range(30))

    assert passed == LIMITS["name"] == 50


@pytest.mark.django_db
def test_a_network_tries_two_hundred_times_at_most_with_any_number_of_names():
    passed = sum(_try(5, name=f"user{n}") for n in range(60))

    assert passed == LIMITS["network"] == 200


@pytest.mark.django_db
def test_one_network_cannot_close_an_account_to_its_owner_elsewhere():
    _try(500)

    assert _try(1, address=THERE) == 1


@pytest.mark.django_db
def test_the_same_name_in_another_spelling_is_the_same_name():
    for spelling in ("wang", " Wang ", "WANG", "wang"):
        _try(3, name=spelling)

    assert _try(1) == 0


@pytest.mark.django_db
def test_after_a_quarter_of_an_hour_the_count_begins_again():
    with time_machine.travel(NOON, tick=False) as clock:
        _try(20)
        clock.shift(WINDOW - timedelta(seconds=1))
        assert _try(1) == 0
        clock.shift(timedelta(seconds=1))
        assert _try(20) == 5


@pytest.mark.django_db
def test_the_refusal_says_how_long_to_wait_and_only_the_first_is_logged():
    with time_machine.travel(NOON, tick=False) as clock, translation.override("en"):
        _try(5)
        clock.shift(timedelta(minutes=5, seconds=30))
        with pytest.raises(TooManyAttempts) as first:
            count_attempt(name="wang", address=HERE)
        with pytest.raises(TooManyAttempts) as second:
            count_attempt(name="wang", address=HERE)

    assert (first.value.is_first, second.value.is_first) == (True, False)
    assert first.value.seconds == 570
    assert "Wait 10 minutes" in str(first.value)


@pytest.mark.django_db
def test_a_success_clears_the_name_and_takes_its_own_attempt_from_the_network():
    _try(4)
    _try(1, name="li")

    forget_attempts(name="wang", address=HERE)

    assert _try(9) == 5
    counts = sorted(SignInAttempts.objects.values_list("count", flat=True))
    # li twice (alone and with the network), wang over the limit, wang's name,
    # and the network: 4 + 1 - 1 + 5.
    assert counts == [1, 1, 5, 9, 9]


@pytest.mark.django_db
def test_counters_whose_time_is_over_are_swept_away():
    with time_machine.travel(NOON, tick=False) as clock:
        _try(1, name="somebody", address=THERE)
        clock.shift(WINDOW + timedelta(seconds=1))
        _try(1)
        forget_attempts(name="wang", address=HERE)

    assert SignInAttempts.objects.count() == 1


@pytest.mark.django_db
def test_the_table_names_neither_people_nor_addresses():
    _try(1, name="wang.wei", address=HERE)

    stored = " ".join(SignInAttempts.objects.values_list("key", flat=True))
    assert "wang" not in stored
    assert HERE not in stored


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_limit_is_exact_when_many_try_at_once():
    gate, passed, failures = threading.Barrier(8), [], []

    def work():
        try:
            gate.wait()
            passed.append(_try(5))
        except Exception as error:  # noqa: BLE001  told to the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sum(passed) == 5


@pytest.mark.django_db
def test_unlocking_a_name_forgets_it_from_every_network_and_nobody_else():
    _try(9)
    _try(9, address=THERE)
    _try(9, name="li")
    assert is_locked("wang")

    unlock("wang", "")

    assert (is_locked("wang"), is_locked("li")) == (False, True)
    assert (_try(1), _try(1, address=THERE), _try(1, name="li")) == (1, 1, 0)
