"""Six digits after the password: set up, asked for, used once, lost."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings

from accounts.models import ApiToken, RecoveryCode, SecondFactor
from accounts.sealed_text import Unreadable, seal, unseal
from accounts.services import second_factor
from grids.models import Role
from grids.services import assign_roles_in_bulk, set_role_demands
from journal.models import SecurityEvent
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD, make_tenant, make_user, root_of

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
STEP = "/accounts/second-step/"
PAGE = "/accounts/me/second-factor/"
ME = "/accounts/me/"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


def _code(user, *, shift=0):
    factor = SecondFactor.objects.get(user=user)
    totp = pyotp.TOTP(second_factor.secret_of(factor))
    return totp.at(int(datetime.now(UTC).timestamp()) + shift * 30)


def _set_up(user):
    """With a code of some time ago, so that the next one is still unused."""
    second_factor.begin(user=user)
    return second_factor.confirm(user=user, code=_code(user, shift=-1))


def _password(client, **given):
    return client.post(
        "/accounts/sign-in/", {"username": "wang.wei", "password": PASSWORD, **given}
    )


def _events(tenant, name):
    with tenant_scope(tenant.pk):
        return SecurityEvent.objects.filter(name=name).count()


def test_the_password_alone_opens_nothing(person, tenant, client, clock):
    _set_up(person)
    answer = _password(client, next="/notices/")

    assert answer["Location"] == f"{STEP}?next=/notices/"
    assert "_auth_user_id" not in client.session
    assert client.get(ME).status_code == 302
    assert _events(tenant, "sign_in") == 0

    done = client.post(STEP, {"code": _code(person), "next": "/notices/"})
    assert done["Location"] == "/notices/"
    assert client.get(ME).status_code == 200
    assert _events(tenant, "sign_in") == 1


def test_a_code_counts_once_and_a_minute_later_or_earlier_not_at_all(
    person, client, clock
):
    _set_up(person)
    code = _code(person)
    early, late = _code(person, shift=2), _code(person, shift=-2)
    _password(client)

    assert [client.post(STEP, {"code": c}).status_code for c in (early, late)] == [
        422,
        422,
    ]
    assert client.post(STEP, {"code": code}).status_code == 302
    again = Client()
    _password(again)
    assert again.post(STEP, {"code": code}).status_code == 422
    clock.shift(30)
    assert again.post(STEP, {"code": _code(person)}).status_code == 302


def test_wrong_codes_are_counted_and_logged(person, tenant, client, clock):
    _set_up(person)
    _password(client)

    codes = [client.post(STEP, {"code": "000000"}).status_code for _n in range(7)]

    assert codes == [422] * 5 + [429] * 2
    assert client.post(STEP, {"code": _code(person)}).status_code == 429
    assert _events(tenant, "second_factor_failed") == 6  # five, and one refusal


def test_the_second_step_waits_five_minutes_and_ends_with_the_password(
    person, client, clock
):
    _set_up(person)
    _password(client)
    type(person).objects.filter(pk=person.pk).update(session_epoch=1)
    assert client.post(STEP, {"code": _code(person)})["Location"] == (
        "/accounts/sign-in/"
    )
    _password(client)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert client.get(STEP)["Location"] == "/accounts/sign-in/"


def test_a_recovery_code_opens_once(person, tenant, client, clock):
    codes = _set_up(person)
    assert len(set(codes)) == 10
    _password(client)
    assert client.post(STEP, {"code": codes[0].upper()}).status_code == 302
    again = Client()
    _password(again)

    assert again.post(STEP, {"code": codes[0]}).status_code == 422
    assert again.post(STEP, {"code": codes[1]}).status_code == 302
    assert second_factor.codes_left(person) == 8
    assert _events(tenant, "recovery_code_used") == 2
    stored = "".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code.replace("-", "") in stored for code in codes)


def test_a_role_that_asks_for_it_leads_to_setting_it_up(person, tenant, client, clock):
    root = root_of(tenant)
    with tenant_scope(tenant.pk):
        role = Role.objects.get(code="grid_worker")
        set_role_demands(
            actor=None, role_id=role.pk, second_factor_required=True, idle_minutes=120
        )
        assign_roles_in_bulk(assignments=[(person.pk, "grid_worker", root.pk)])
    _password(client)

    assert client.get("/hazards/")["Location"] == PAGE
    assert client.get("/api/v1/hazards/").status_code == 403
    assert client.get(PAGE).status_code == 200
    client.post(f"{PAGE}begin/")
    page = client.get(PAGE).content.decode()
    secret = second_factor.secret_of(SecondFactor.objects.get(user=person))
    groups = re.findall(r"<span>([A-Z2-7]{1,4})</span>", page)
    assert ("".join(groups), len(groups[0])) == (secret, 4)
    assert "data:image/svg+xml" in page
    assert client.post(f"{PAGE}confirm/", {"code": "000000"}).status_code == 422
    assert client.get("/hazards/")["Location"] == PAGE

    confirmed = client.post(f"{PAGE}confirm/", {"code": _code(person)})
    assert confirmed.content.decode().count("<li><code>") == 10
    assert "data-print" in confirmed.content.decode()
    assert client.get("/hazards/").status_code == 200
    assert secret not in client.get(PAGE).content.decode()
    assert _events(tenant, "second_factor_added") == 1


def test_removing_it_takes_password_and_code_once_more(person, tenant, client, clock):
    _set_up(person)
    _password(client)
    client.post(STEP, {"code": _code(person)})
    clock.shift(30)

    def remove(**given):
        return client.post(f"{PAGE}remove/", given).status_code

    assert remove(password="wrong-password", code=_code(person)) == 422
    assert remove(password=PASSWORD, code="000000") == 422
    assert second_factor.is_on(person)
    assert remove(password=PASSWORD, code=_code(person)) == 302
    assert not second_factor.is_on(person)
    assert RecoveryCode.objects.count() == 0
    assert _events(tenant, "second_factor_removed") == 1


def test_a_key_is_made_with_password_and_code(person, client, clock):
    """It outlives the session and asks for no second factor: a screen left open
    must not be enough."""
    _set_up(person)
    given = {"name": "平台对接", "password": PASSWORD}
    _password(client)
    client.post(STEP, {"code": _code(person)})

    def make(**more):
        return client.post("/accounts/me/tokens/", given | more).status_code

    assert make() == 422
    assert make(code="000000") == 422
    assert ApiToken.objects.count() == 0
    clock.shift(60)
    assert make(code=_code(person)) == 201
    assert ApiToken.objects.count() == 1


def test_signing_in_again_over_a_kept_form_asks_for_the_code_too(person, client, clock):
    _set_up(person)
    held = client.post("/accounts/me/tokens/", {"name": "平台对接"})
    kept = held.context["kept"].as_json()

    first = client.post(
        "/accounts/sign-in-again/",
        {"username": "wang.wei", "password": PASSWORD, "kept": kept},
    )
    assert "_auth_user_id" not in client.session
    assert "平台对接" in first.content.decode()
    then = client.post(STEP, {"code": _code(person), "kept": kept})
    assert then.status_code == 200
    assert 'name="name" value="平台对接"' in then.content.decode()
    assert "_auth_user_id" in client.session


def test_a_program_gives_the_code_with_the_password(person, client, clock):
    _set_up(person)

    def ask(**more):
        return client.post(
            "/api/v1/tokens/",
            {"username": "wang.wei", "password": PASSWORD, **more},
            content_type="application/json",
        ).status_code

    assert (ask(), ask(code="000000"), ask(code=_code(person))) == (422, 422, 201)


def test_the_secret_stands_encrypted_and_keys_can_be_changed(person):
    with override_settings(FIELD_KEYS=["first-key"]):
        sealed = seal("GEZDGNBV", purpose="x")
    assert "GEZDGNBV" not in sealed
    with override_settings(FIELD_KEYS=["second-key", "first-key"]):
        assert unseal(sealed, purpose="x") == "GEZDGNBV"
        with pytest.raises(Unreadable):
            unseal(sealed, purpose="y")
    with (
        override_settings(FIELD_KEYS=["second-key"]),
        pytest.raises(Unreadable),
    ):
        unseal(sealed, purpose="x")

    second_factor.begin(user=person)
    factor = SecondFactor.objects.get(user=person)
    assert second_factor.secret_of(factor) not in factor.secret


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_code_lets_one_of_many_requests_in():
    user = make_user(make_tenant(), username="wang.wei")
    _set_up(user)
    code, found, gate = _code(user), [], threading.Barrier(6)

    def work():
        try:
            gate.wait()
            found.append(second_factor.check(user=user, code=code))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [""] * 5 + ["code"]
