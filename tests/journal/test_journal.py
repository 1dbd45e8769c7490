"""The seal finds every change, gap and cut; the log cannot be rewritten."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import IntegrityError

from grids.models import GridEvent
from journal import seals, services
from journal.models import Seal, SecurityAction, SecurityEvent, Unsealed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_county()


def kinds(county):
    with tenant_scope(county.tenant.pk):
        return sorted({finding.kind for finding in services.verify()})


def seal(county):
    with tenant_scope(county.tenant.pk):
        return services.seal_events()


def as_owner(owner, county, statement):
    """What somebody with the owner's password could do behind our back."""
    for table in ("grids_gridevent", "journal_seal"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        owner.execute(statement, [county.tenant.pk])
    finally:
        for table in ("grids_gridevent", "journal_seal"):
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_every_event_is_sealed_once(county):
    waiting = 5  # root, township, two villages, department
    assert seal(county) == waiting
    assert seal(county) == 0
    make_node(county.village, "enterprise")
    assert seal(county) == 1
    assert kinds(county) == []


def test_the_chain_is_one_per_tenant(county):
    other = make_county()
    seal(county)
    seal(other)
    with tenant_scope(other.tenant.pk):
        assert list(Seal.objects.values_list("number", flat=True)) == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE grids_gridevent SET note = 'x' WHERE tenant_id = %s", ["changed"]),
        ("DELETE FROM grids_gridevent WHERE tenant_id = %s", ["removed"]),
        (
            "DELETE FROM journal_unsealed WHERE tenant_id = %s",
            ["unsealed"],
        ),
        (
            "DELETE FROM journal_seal WHERE number = 1 AND tenant_id = %s",
            ["gap", "unsealed"],
        ),
        (
            "UPDATE journal_seal SET leaves = '[]' WHERE number = 1 AND tenant_id = %s",
            ["altered seal"],
        ),
        (
            (
                "UPDATE journal_seal SET stream = 'nope' WHERE number = 1"
                " AND tenant_id = %s"
            ),
            ["altered seal", "unsealed"],
        ),
    ],
)
def test_damage_is_found(damage, found, county, owner):
    seal(county)
    make_node(county.village, "enterprise")
    if found != ["unsealed"]:
        seal(county)
    assert kinds(county) == []

    as_owner(owner, county, damage)

    assert kinds(county) == found


def test_a_temporary_table_does_not_catch_what_is_to_be_sealed(county):
    with tenant_scope(county.tenant.pk), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE journal_unsealed"
            " (event_id uuid, tenant_id bigint, stream text) ON COMMIT DROP"
        )
        before = _waiting(cursor)
        make_node(county.village, "enterprise")
        assert _waiting(cursor) == before + 1


def _waiting(cursor):
    cursor.execute("SELECT count(*) FROM public.journal_unsealed")
    return cursor.fetchone()[0]


def test_the_application_can_neither_change_nor_drop_a_seal(county):
    seal(county)
    with tenant_scope(county.tenant.pk), pytest.raises(IntegrityError, match="append"):
        Seal.objects.update(digest="0" * 64)


def test_the_command_says_ok_or_fails(county, capsys):
    seal(county)
    call_command("verify_journal", tenant=county.tenant.division_code)
    assert "OK" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("verify_journal", tenant="000000")


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_everything_once(county):
    gate = threading.Barrier(2)

    def run():
        gate.wait()
        try:
            seal(county)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal(county)

    assert kinds(county) == []
    with tenant_scope(county.tenant.pk):
        sealed = [pk for s in Seal.objects.all() for pk in s.event_ids]
        assert len(sealed) == len(set(sealed)) == 5
        assert not Unsealed.objects.exists()


def test_the_platform_has_a_chain_of_its_own(county):
    services.record_security(
        name=SecurityAction.SIGN_IN_FAILED, actor=None, succeeded=False, note="nobody"
    )
    assert services.seal_events() >= 1
    assert [f.kind for f in services.verify()] == []
    with tenant_scope(county.tenant.pk):
        assert not SecurityEvent.objects.filter(note="nobody").exists()


def test_the_log_of_a_tenant_is_not_seen_outside(county):
    with tenant_scope(county.tenant.pk):
        services.record_security(name=SecurityAction.EXPORTED, actor=None, note="mine")
    assert not SecurityEvent.objects.filter(note="mine").exists()
    with tenant_scope(county.tenant.pk):
        assert SecurityEvent.objects.get(note="mine").tenant_id == county.tenant.pk


def test_a_column_that_came_later_leaves_what_was_sealed_before_as_it_is(county):
    with tenant_scope(county.tenant.pk):
        event = GridEvent.objects.order_by("pk").first()
        before_the_column = {
            field.attname: seals._plain(field.value_from_object(event))
            for field in event._meta.concrete_fields
            if field.attname != "on_behalf_of_id"
        }

        assert seals.leaf(event) == seals._hash(before_the_column)

        event.on_behalf_of_id = make_user(county.tenant).pk
        assert seals.leaf(event) != seals._hash(before_the_column)


def test_a_chain_sealed_before_the_column_still_verifies(county, monkeypatch):
    def old_leaf(event):
        return seals._hash(
            {
                field.attname: seals._plain(field.value_from_object(event))
                for field in event._meta.concrete_fields
                if field.attname != "on_behalf_of_id"
            }
        )

    with monkeypatch.context() as before:
        before.setattr(seals, "leaf", old_leaf)
        assert seal(county) == 5

    assert kinds(county) == []


def test_who_was_stood_in_for_is_sealed_with_the_event(county):
    absent = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        GridEvent.objects.create(
            node=county.village, name="edited", actor=absent, on_behalf_of=absent
        )
        services.seal_events()
        event = GridEvent.objects.get(on_behalf_of=absent)
        (sealed,) = [
            known
            for row in Seal.objects.all()
            for pk, known in zip(row.event_ids, row.leaves, strict=True)
            if pk == str(event.pk)
        ]

        event.on_behalf_of_id = None

        assert seals.leaf(event) != sealed
