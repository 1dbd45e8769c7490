"""Three duties in three hands, and none of them in nobody's."""

import threading
from itertools import permutations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import FormerPassword
from accounts.services import change_password, rules_of, second_factor, seed_security
from grids.access import can
from grids.models import PostRule, Role, RoleAssignment
from grids.posts import PostKind
from grids.services import (
    appoint,
    assign_role,
    end_assignment,
    save_post_rule,
    seed_posts,
    seed_roles,
    set_role_permissions,
)
from journal.models import SecurityEvent
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.accounts.test_second_factor import _set_up
from tests.factories import PASSWORD, make_county, make_user

DUTIES = ("tenant_admin", "security_admin", "auditor")


@pytest.fixture
def county(db):
    return make_county()


def _holder(county, role, **given):
    return make_user(county.tenant, on=county.root, role=role, is_staff=True, **given)


def _give(county, actor, user, role):
    with tenant_scope(county.tenant.pk):
        return assign_role(
            actor=actor, user_id=user.pk, role_code=role, node_id=county.root.pk
        )


@pytest.mark.parametrize(("first", "second"), list(permutations(DUTIES, 2)))
@pytest.mark.parametrize("by_operator", [True, False])
def test_nobody_holds_two_of_the_three_duties(first, second, by_operator, county):
    actor = None if by_operator else _holder(county, "security_admin")
    user = _holder(county, first)

    with pytest.raises(DomainError) as refusal:
        _give(county, actor, user, second)

    assert refusal.value.field == "role"
    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.filter(user=user)
        assert [row.role.code for row in held.select_related("role")] == [first]


def test_the_seeded_roles_keep_the_duties_apart(county):
    with tenant_scope(county.tenant.pk):
        held = {
            role.code: set(role.group.permissions.values_list("codename", flat=True))
            for role in Role.objects.filter(code__in=DUTIES)
        }

    assert "assign_roles" not in held["tenant_admin"]
    assert "manage_accounts" not in held["security_admin"] | held["auditor"]
    assert "view_security_log" not in held["tenant_admin"] | held["security_admin"]


@pytest.mark.parametrize(
    ("role", "may"),
    [("tenant_admin", False), ("security_admin", True), ("auditor", False)],
)
def test_only_the_security_administrator_gives_roles(role, may, county):
    actor, user = _holder(county, role), make_user(county.tenant)

    if may:
        assert _give(county, actor, user, "bureau_staff").user == user
        return
    with pytest.raises(NotAllowed):
        _give(county, actor, user, "bureau_staff")


def test_a_changed_role_brings_no_second_duty_to_it_or_to_its_holders(county):
    actor = _holder(county, "security_admin")
    both = make_user(county.tenant, on=county.root, role="bureau_staff")
    _give(county, None, both, "auditor")
    with tenant_scope(county.tenant.pk):
        roles = seed_roles()
        for code, permissions in (
            ("grid_worker", ["manage_accounts", "assign_roles"]),
            ("bureau_staff", ["manage_accounts"]),
        ):
            with pytest.raises(DomainError) as refusal:
                set_role_permissions(
                    actor=actor, role_id=roles[code].pk, codenames=permissions
                )
            assert refusal.value.field == "permissions"


def test_the_last_one_of_each_duty_stays(county):
    security = _holder(county, "security_admin")
    others = [_holder(county, "security_admin"), _holder(county, "auditor")]
    admin = _holder(county, "tenant_admin")
    with tenant_scope(county.tenant.pk):
        rows = RoleAssignment.objects
        for user in (admin, others[1]):
            with pytest.raises(DomainError):
                end_assignment(actor=security, assignment_id=rows.get(user=user).pk)
        end_assignment(actor=security, assignment_id=rows.get(user=others[0]).pk)
        with pytest.raises(DomainError):
            end_assignment(actor=security, assignment_id=rows.get(user=security).pk)


def _reset(actor, user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(actor)
    return client.post(
        f"/admin/accounts/user/{user.pk}/password/", {"password": "Given-2026-abc"}
    )


@pytest.mark.parametrize("role", ["security_admin", "auditor"])
def test_whoever_resets_passwords_cannot_sign_in_as_another_duty(role, county):
    admin, user = _holder(county, "tenant_admin"), _holder(county, role)

    refused = _reset(admin, user)

    assert refused.status_code == 422
    assert FormerPassword.objects.count() == 0
    # With a second factor the password alone opens nothing, and he cannot remove it.
    _set_up(user)
    assert _reset(admin, user).status_code == 302
    client = Client()
    client.force_login(admin)
    address = f"/admin/accounts/user/{user.pk}/security/"
    assert client.post(address, {"do": "remove"}).status_code == 404
    assert second_factor.is_on(user)


def test_the_security_administrator_unlocks_and_removes_a_lost_factor(county):
    security, user = _holder(county, "security_admin"), make_user(county.tenant)
    _set_up(user)
    _set_up(security)
    for _n in range(6):
        Client().post(
            "/accounts/sign-in/", {"username": user.username, "password": "wrong"}
        )
    client = Client(headers={"accept-language": "en"})
    client.force_login(security)
    address = f"/admin/accounts/user/{user.pk}/security/"

    assert "Locked after too many" in client.get(address).content.decode()
    client.post(address, {"do": "unlock"})
    assert "Not locked." in client.get(address).content.decode()
    client.post(address, {"do": "remove"})
    assert not second_factor.is_on(user)
    # Her own she removes with its code, not from here; and she resets no password.
    client.post(f"/admin/accounts/user/{security.pk}/security/", {"do": "remove"})
    assert second_factor.is_on(security)
    assert _reset(security, user).status_code in {403, 404}


def test_the_rules_are_changed_by_the_security_administrator_and_logged(county):
    with tenant_scope(county.tenant.pk):
        rules = seed_security()
    address = f"/admin/accounts/securityrules/{rules.pk}/change/"
    given = {
        "password_length": 14,
        "admin_password_length": 14,
        "password_classes": 3,
        "password_history": 5,
        "password_days": 90,
        "idle_minutes": 30,
        "admin_idle_minutes": 15,
        "unused_days": 90,
        "unused_warning_days": 7,
        "basis": "本局规定",
    }
    found = []
    for role in ("tenant_admin", "auditor", "security_admin"):
        client = Client()
        client.force_login(_holder(county, role))
        found.append(client.post(address, given).status_code)

    assert found == [403, 403, 302]
    assert rules_of(county.tenant.pk).password_length == 14


# Whose password another knows ----------------------------------------------------


def _opened_by(admin, county, **given):
    """An account whose first password ``admin`` gave and knows."""
    return make_user(county.tenant, must_change=True, set_by=admin, **given)


@pytest.mark.parametrize("role", DUTIES)
def test_no_duty_goes_to_an_account_whose_password_another_knows(role, county):
    giver = _holder(county, "security_admin")
    user = _opened_by(_holder(county, "tenant_admin"), county)

    with pytest.raises(DomainError) as refusal:
        _give(county, giver, user, role)

    assert refusal.value.field == "user"
    with tenant_scope(county.tenant.pk):
        assert not RoleAssignment.objects.filter(user=user).exists()
    # Once its owner has chosen another, nobody else knows it.
    own = "Kiesel-2026-Quelle"
    change_password(user=user, old=PASSWORD, new=own)
    assert _give(county, giver, user, role).role.code == role


def test_the_work_of_the_ground_needs_no_password_of_ones_own_yet(county):
    giver = _holder(county, "security_admin")
    user = _opened_by(_holder(county, "tenant_admin"), county)

    assert _give(county, giver, user, "bureau_staff").user == user


def test_an_operator_gives_no_duty_where_the_county_knows_the_password(county):
    operator = make_user(None, is_staff=True)
    by_county = _opened_by(_holder(county, "tenant_admin"), county)
    by_operator = _opened_by(operator, county)

    with pytest.raises(DomainError):
        _give(county, None, by_county, "auditor")
    assert _give(county, None, by_operator, "auditor").user == by_operator


def test_a_role_gains_no_duty_while_a_holder_has_a_password_another_knows(county):
    giver = _holder(county, "security_admin")
    user = _opened_by(_holder(county, "tenant_admin"), county)
    _give(county, giver, user, "bureau_leader")
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="bureau_leader")

        with pytest.raises(DomainError) as refusal:
            set_role_permissions(
                actor=giver, role_id=role.pk, codenames=["view_security_log"]
            )

    assert refusal.value.field == "permissions"


def test_nobody_gives_more_to_a_role_of_his_own(county):
    giver, colleague = (_holder(county, "security_admin") for _n in range(2))
    with tenant_scope(county.tenant.pk):
        own = Role.objects.get(code="security_admin")
        held = own.group.permissions.values_list("codename", flat=True)
        before = set(held)

        with pytest.raises(NotAllowed), transaction.atomic():
            set_role_permissions(
                actor=giver,
                role_id=own.pk,
                codenames=[*before, "show_personal_data", "manage_grids"],
            )
        assert set(held.all()) == before
        assert not can(giver, "manage_grids", [county.root.pk])
        assert not can(colleague, "manage_grids", [county.root.pk])
        # Less, and the roles of others, are theirs to change.
        set_role_permissions(
            actor=giver, role_id=own.pk, codenames=before - {"view_hazards"}
        )
        others = Role.objects.get(code="grid_worker")
        set_role_permissions(
            actor=giver, role_id=others.pk, codenames=["view_hazards", "view_board"]
        )


def test_nobody_gives_himself_another_role_by_the_rule_of_his_post(county):
    admin = _holder(county, "tenant_admin")
    with tenant_scope(county.tenant.pk):
        seed_posts()
        appoint(
            actor=None,
            user_id=admin.pk,
            node_id=county.village.pk,
            kind=PostKind.WORKER,
            begins_on=timezone.localdate(),
        )
        rule = PostRule.objects.get(kind=PostKind.WORKER, node_kind="village")
        staff = Role.objects.get(code="bureau_staff")
        given = {"rule_id": rule.pk, "today": timezone.localdate(), "role": staff}

        with pytest.raises(NotAllowed), transaction.atomic():
            save_post_rule(actor=admin, **given)
        assert not can(admin, "show_personal_data", [county.village.pk])

        save_post_rule(actor=_holder(county, "security_admin"), **given)
        assert can(admin, "show_personal_data", [county.village.pk])


def test_which_role_a_post_gives_is_said_by_who_gives_roles(county):
    """Else whoever opens accounts gives any of them the whole business side."""
    admin = _holder(county, "tenant_admin")
    with tenant_scope(county.tenant.pk):
        seed_posts()
        rule = PostRule.objects.get(kind=PostKind.RESPONSIBLE, node_kind="village")
        given = {"rule_id": rule.pk, "today": timezone.localdate()}
        staff = Role.objects.get(code="bureau_staff")

        with pytest.raises(NotAllowed), transaction.atomic():
            save_post_rule(actor=admin, role=staff, **given)
        save_post_rule(actor=admin, is_needed=not rule.is_needed, **given)

        logged = SecurityEvent.objects.filter(name="rule_rows_changed").get()
        assert (logged.actor, logged.details["role"]) == (admin, rule.role.code)


def test_a_reset_makes_a_password_known_to_whoever_set_it(county):
    admin, user = _holder(county, "tenant_admin"), make_user(county.tenant)

    assert _reset(admin, user).status_code == 302

    user.refresh_from_db()
    assert (user.must_change_password, user.password_set_by) == (True, admin)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_do_not_give_one_duty_each():
    county = make_county()
    user = make_user(county.tenant)
    gate, refused = threading.Barrier(2), []

    def work(role):
        try:
            gate.wait()
            _give(county, None, user, role)
        except DomainError as refusal:
            refused.append(refusal.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[role]) for role in DUTIES[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["role"]
