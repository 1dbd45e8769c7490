"""What a password must be here, and what is open before one chose it."""

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone, translation

from accounts.models import FormerPassword, User
from accounts.services import (
    ask_for_new_passwords,
    change_password,
    make_token,
    one_time_password,
    seed_security,
    set_password,
    set_security,
    token_with,
)
from accounts.services.passwords import kinds_of_characters
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD

PAGE = "/accounts/password/"


def _refusal(user, new, old=PASSWORD):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        change_password(user=user, old=old, new=new)
    assert refusal.value.field == "new_password1"
    return str(refusal.value)


def _sign_in(client, password=PASSWORD, username="wang.wei", **given):
    return client.post(
        "/accounts/sign-in/", {"username": username, "password": password, **given}
    )


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kurz-1A", "too short"),
        ("onlysmallletters1", "Use 3 of"),
        ("ONLYCAPITALS-----", "Use 3 of"),
        ("My-wang.wei-2026", "must not contain"),
        ("My-13800000001-x", "must not contain"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, why, person):
    assert why in _refusal(person, password)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_administrators_need_twelve_characters_others_ten(person):
    change_password(user=person, old=PASSWORD, new="Qinghe-26x")
    type(person).objects.filter(pk=person.pk).update(is_staff=True)
    person.refresh_from_db()

    assert "at least 12 characters" in _refusal(person, "Huashan-26x", "Qinghe-26x")


def test_the_last_five_passwords_are_not_taken_again_and_older_hashes_are_gone(person):
    passwords = [PASSWORD, *(f"Qinghe-river-{n}X" for n in range(5))]
    for old, new in itertools.pairwise(passwords):
        change_password(user=person, old=old, new=new)

    assert "before" in _refusal(person, passwords[1], passwords[-1])
    change_password(user=person, old=passwords[-1], new=PASSWORD)  # the sixth back
    hashes = FormerPassword.objects.filter(user=person).values_list("digest", flat=True)
    assert len(hashes) == 5
    assert not any(word in digest for word in passwords for digest in hashes)


def test_a_bureau_asks_for_more_and_never_for_less(person, tenant):
    with tenant_scope(tenant.pk):
        seed_security()
        set_security(password_length=16, password_classes=4)
        with pytest.raises(DomainError) as refusal:
            set_security(password_length=6)

    assert refusal.value.field == "password_length"
    assert "at least 16 characters" in _refusal(person, "Qinghe-26x-abc")
    assert "Use 4 of" in _refusal(person, "QingheRiverside26")


def test_what_an_administrator_sets_is_for_one_sign_in(person, client):
    set_password(user_id=person.pk, password="Given-2026-abc")
    _sign_in(client, "Given-2026-abc")

    held = client.get("/hazards/")
    api = client.get("/api/v1/hazards/", headers={"accept": "application/json"})
    assert (held.status_code, held["Location"]) == (302, PAGE)
    assert (api.status_code, api.json()["code"]) == (403, "not_allowed")
    assert client.get(PAGE).status_code == 200

    changed = client.post(
        PAGE,
        {
            "old_password": "Given-2026-abc",
            "new_password1": "My-own-2026-abc",
            "new_password2": "My-own-2026-abc",
        },
    )
    assert changed["Location"] == "/accounts/me/"
    assert client.get("/accounts/me/").status_code == 200


def test_what_was_typed_waits_until_the_password_is_chosen(person, client):
    set_password(user_id=person.pk, password="Given-2026-abc")
    _sign_in(client, "Given-2026-abc")
    client.post("/accounts/me/tokens/", {"name": "平台对接", "expires_on": ""})

    answer = client.post(
        PAGE,
        {
            "old_password": "Given-2026-abc",
            "new_password1": "My-own-2026-abc",
            "new_password2": "My-own-2026-abc",
        },
    )

    assert answer.status_code == 200
    assert 'name="name" value="平台对接"' in answer.content.decode()


def test_a_password_of_ninety_days_opens_only_the_page_of_a_new_one(person, client):
    User.objects.filter(pk=person.pk).update(
        password_changed_at=timezone.now() - timedelta(days=89)
    )
    _sign_in(client)
    assert client.get("/accounts/me/").status_code == 200

    later = Client()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        _sign_in(later)
        assert later.get("/accounts/me/")["Location"] == PAGE


def test_keys_stop_when_the_password_grows_old_and_go_on_with_a_new_one(person, tenant):
    _token, key = make_token(user=person, name="x")
    User.objects.filter(pk=person.pk).update(
        password_changed_at=timezone.now() - timedelta(days=91)
    )

    assert token_with(key) is not None  # until the night finds it
    assert ask_for_new_passwords(tenant_id=tenant.pk, now=timezone.now()) == 1
    assert ask_for_new_passwords(tenant_id=tenant.pk, now=timezone.now()) == 0
    assert token_with(key) is None


def test_a_program_makes_no_key_before_the_password_is_chosen(person):
    set_password(user_id=person.pk, password="Given-2026-abc")

    response = Client().post(
        "/api/v1/tokens/",
        {"username": "wang.wei", "password": "Given-2026-abc"},
        content_type="application/json",
    )

    assert response.status_code == 403
    assert person.tokens.count() == 0


def test_one_time_passwords_are_readable_and_keep_the_rules():
    made = {one_time_password() for _n in range(200)}

    assert len(made) == 200
    assert {kinds_of_characters(password) for password in made} == {4}
    assert {len(password) for password in made} == {14}
    assert not any(set("0O1lI") & set(password) for password in made)


def test_the_hash_of_a_password_is_not_kept_in_clear(person):
    change_password(user=person, old=PASSWORD, new="Qinghe-26x-abc")

    former = FormerPassword.objects.get(user=person)
    assert PASSWORD not in former.digest
    assert check_password(PASSWORD, former.digest)
