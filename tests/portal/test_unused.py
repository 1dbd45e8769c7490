"""Accounts nobody uses: warned, disabled, and never the last of a duty."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import edit_user, make_token, note_token_use
from grids.models import RoleAssignment
from journal.models import SecurityEvent
from notices.models import Notice
from portal.tasks import look_after_accounts
from portal.unused import disable_unused
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user


@pytest.fixture
def county(db):
    return make_county()


def _idle(user, days):
    then = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=then, last_login=None)
    return user


def _night(county):
    with tenant_scope(county.tenant.pk):
        return disable_unused(now=timezone.now())


def test_after_ninety_days_an_account_is_disabled_and_its_roles_stay(county):
    gone = _idle(
        make_user(county.tenant, on=county.village, role="grid_worker"), days=90
    )
    fresh = _idle(make_user(county.tenant), days=80)

    assert _night(county) == 1
    assert _night(county) == 0
    gone.refresh_from_db()
    fresh.refresh_from_db()
    assert (gone.is_active, gone.session_epoch, fresh.is_active) == (False, 1, True)
    with tenant_scope(county.tenant.pk):
        assert RoleAssignment.objects.filter(user=gone, ended_at=None).count() == 1
        event = SecurityEvent.objects.get(name="account_unused")
        assert (event.actor_id, event.note) == (None, str(gone))


def test_its_owner_is_warned_once_a_week_before(county):
    user = _idle(make_user(county.tenant), days=84)

    assert (_night(county), _night(county)) == (0, 0)
    with tenant_scope(county.tenant.pk):
        notice = Notice.objects.get(kind="account-unused")
        assert notice.recipient_id == user.pk
        assert notice.params["on"] == str(
            timezone.localdate(timezone.now() + timedelta(days=6))
        )


def test_a_key_that_is_used_keeps_the_account(county):
    user = make_user(county.tenant)
    token, _key = make_token(user=user, name="平台对接")
    _idle(user, days=200)
    note_token_use(token)

    assert _night(county) == 0


def test_who_was_taken_back_has_another_ninety_days(county):
    user = _idle(make_user(county.tenant), days=200)
    assert _night(county) == 1
    edit_user(
        user_id=user.pk,
        username=user.username,
        full_name=user.full_name,
        phone="",
        title="",
        email="",
        is_staff=False,
        is_active=True,
    )

    assert _night(county) == 0


@pytest.mark.parametrize("role", ["tenant_admin", "security_admin", "auditor"])
def test_the_last_one_of_a_duty_is_never_disabled(role, county):
    first, second = (
        _idle(make_user(county.tenant, on=county.root, role=role), days=100)
        for _n in range(2)
    )

    assert _night(county) == 1
    assert _night(county) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.is_active, second.is_active] == [False, True]


def test_the_night_looks_after_each_county_by_itself(county):
    rival = make_county()
    users = [_idle(make_user(c.tenant), days=100) for c in (county, rival)]

    look_after_accounts()

    assert not User.objects.filter(pk__in=[u.pk for u in users], is_active=True)
