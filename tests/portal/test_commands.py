"""The first account and the first bureau of a new installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from grids.models import GridNode
from journal.models import SecurityEvent
from tenants.models import Tenant
from tenants.tenancy import tenant_scope

pytestmark = pytest.mark.django_db
PASSWORD = "Grid-2026-first"


@pytest.fixture
def typed(monkeypatch):
    def type_in(line):
        monkeypatch.setattr("sys.stdin", StringIO(line))

    return type_in


def test_an_operator_is_made_and_logged(typed):
    typed(f"{PASSWORD}\n")

    call_command(
        "create_operator",
        "--username=ops",
        "--full-name=运维",
        "--password-stdin",
        stdout=StringIO(),
    )

    user = User.objects.get(username="ops")
    assert (user.tenant_id, user.is_staff, user.is_superuser) == (None, True, True)
    assert user.check_password(PASSWORD)
    assert SecurityEvent.objects.get().name == "user_created"


def test_a_weak_password_makes_no_operator(typed):
    typed("12345\n")

    with pytest.raises(CommandError, match="password"):
        call_command(
            "create_operator",
            "--username=ops",
            "--full-name=运维",
            "--password-stdin",
        )

    assert not User.objects.exists()


def test_without_a_terminal_the_password_is_never_guessed(typed):
    typed("")

    with pytest.raises(CommandError):
        call_command("create_operator", "--username=ops", "--full-name=运维")

    assert not User.objects.exists()


def test_a_bureau_is_opened_with_its_first_administrator(typed):
    typed(f"{PASSWORD}\n")

    call_command(
        "open_bureau",
        "--name=临溪县应急管理局",
        "--code=990088",
        "--admin=linxi.admin",
        "--admin-name=林溪",
        stdout=StringIO(),
    )

    tenant = Tenant.objects.get(division_code="990088")
    user = User.objects.get(username="linxi.admin")
    assert (user.tenant_id, user.is_staff, user.is_superuser) == (
        tenant.pk,
        True,
        False,
    )
    with tenant_scope(tenant.pk):
        reach = GridNode.objects.reach(user, "manage_accounts")
        assert [r.kind for r in reach] == ["county"]


def test_a_refused_administrator_leaves_no_half_open_bureau(typed):
    typed("12345\n")

    with pytest.raises(CommandError, match="password"):
        call_command("open_bureau", "--name=x", "--code=990088", "--admin=linxi.admin")

    assert not Tenant.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [(["--code=12"], "division_code"), (["--code=990088", "--parent=1"], "parent")],
)
def test_a_wrong_code_is_named(given, field):
    with pytest.raises(CommandError, match=field):
        call_command("open_bureau", "--name=临溪县应急管理局", *given)
