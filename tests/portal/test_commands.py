"""The first account and the first bureau of a new installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from enterprises.models import ExpiryRung, IndustrySubcategory, SpecialDomain
from grids.models import GridNode, Role
from grids.services import set_role_permissions
from grids.services.separation import permissions_of
from journal.models import SecurityEvent
from portal.services import SEEDED, furnish_bureau, open_bureau
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


# What later versions added -------------------------------------------------------------


@pytest.fixture
def bureau():
    return open_bureau(name="老县应急管理局", division_code="990077")


def rows_of_rules(bureau):
    """Every seeded row, with all its values."""
    with tenant_scope(bureau.pk):
        return {
            model._meta.label: sorted(map(str, model._default_manager.values()))
            for model in SEEDED
        }


def test_a_bureau_that_lacks_nothing_is_left_alone(bureau):
    before = rows_of_rules(bureau)

    done = furnish_bureau(tenant_id=bureau.pk)

    assert (done.rows, done.roles.given, done.roles.left) == ({}, {}, {})
    assert rows_of_rules(bureau) == before


def test_an_older_bureau_gets_what_came_later_and_keeps_what_it_changed(bureau):
    """As if domains and reminders had come with this version; twice is as once."""
    with tenant_scope(bureau.pk):
        SpecialDomain.objects.exclude(code="gas").delete()
        SpecialDomain.objects.filter(code="gas").update(name="本县的煤气", order=3)
        ExpiryRung.objects.all().delete()
        IndustrySubcategory.objects.filter(code="0405").update(industry_code="")
        role = Role.objects.get(code="grid_worker")
        permission = role.group.permissions.get(codename="record_work")
        role.group.permissions.remove(permission)  # it came later: no log knows of it

    out = StringIO()
    call_command("furnish", "--code=990077", stdout=out)
    after = rows_of_rules(bureau)
    call_command("furnish", "--code=990077", stdout=StringIO())

    assert "+ grid_worker: record_work" in out.getvalue()
    assert rows_of_rules(bureau) == after
    with tenant_scope(bureau.pk):
        assert SpecialDomain.objects.count() == 18
        kept = SpecialDomain.objects.get(code="gas")
        assert (kept.name, kept.order) == ("本县的煤气", 3)
        assert set(ExpiryRung.objects.values_list("days", flat=True)) == {90, 30}
        assert IndustrySubcategory.objects.get(code="0405").industry_code == ""
        assert "record_work" in permissions_of(role)


def change(bureau, code, *, take=(), give=()):
    with tenant_scope(bureau.pk):
        role = Role.objects.get(code=code)
        wanted = (permissions_of(role) - set(take)) | set(give)
        set_role_permissions(actor=None, role_id=role.pk, codenames=wanted)


def held(bureau, code):
    with tenant_scope(bureau.pk):
        return permissions_of(Role.objects.get(code=code))


def test_what_a_bureau_took_from_a_role_is_not_given_back(bureau):
    change(bureau, "township_staff", take=["export_rows"])
    change(bureau, "township_staff", give=["rate_enterprises"])
    before = held(bureau, "township_staff")

    done = furnish_bureau(tenant_id=bureau.pk)

    assert done.roles.given == {}
    assert done.roles.left == {"township_staff": ["export_rows"]}
    assert held(bureau, "township_staff") == before


def test_a_role_that_was_changed_still_gets_what_came_later(bureau):
    change(bureau, "township_staff", take=["export_rows"])
    with tenant_scope(bureau.pk):
        group = Role.objects.get(code="township_staff").group
        group.permissions.remove(group.permissions.get(codename="record_work"))

    done = furnish_bureau(tenant_id=bureau.pk)

    assert done.roles.given == {"township_staff": ["record_work"]}
    assert done.roles.left == {"township_staff": ["export_rows"]}


def test_what_would_join_two_duties_is_left(bureau):
    """A bureau whose auditor opens accounts does not get the log back into that hand."""
    with tenant_scope(bureau.pk):
        role = Role.objects.get(code="auditor")
        group = role.group
        group.permissions.remove(group.permissions.get(codename="view_security_log"))
    change(bureau, "auditor", give=["manage_accounts"])

    done = furnish_bureau(tenant_id=bureau.pk)

    assert "auditor" not in done.roles.given
    assert done.roles.left == {"auditor": ["view_security_log"]}
    assert "view_security_log" not in held(bureau, "auditor")


def test_a_bureau_that_does_not_exist_is_named(db):
    with pytest.raises(CommandError):
        call_command("furnish", "--code=000000")
