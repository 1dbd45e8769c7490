"""The guard and the policies: every way to read and write, from every scope."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import Count, F
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from grids.models import GridNode, NodeGrant, Role
from tenants.errors import TenantScopeMissing
from tenants.ids import new_id
from tenants.models import Submission
from tenants.services import claim_submission, next_number
from tenants.tasks import forget_old_submissions_of
from tenants.tenancy import active_tenant, tenant_scope
from tests.factories import make_county, make_tenant

pytestmark = pytest.mark.django_db

READS = {
    "list": lambda: list(GridNode.objects.all()),
    "exists": GridNode.objects.exists,
    "count": GridNode.objects.count,
    "exclude": lambda: list(GridNode.objects.exclude(name="x")),
    "in_bulk": GridNode.objects.in_bulk,
    "subquery": lambda: list(
        GridNode._base_manager.filter(pk__in=GridNode.objects.exclude(name="x"))
    ),
    "union": lambda: list(GridNode.objects.all().union(GridNode.objects.all())),
    "or": lambda: list(
        GridNode.objects.filter(name="a") | GridNode.objects.filter(name="b")
    ),
    "update": lambda: GridNode.objects.update(name=F("name")),
    "delete": lambda: Role.objects.all().delete(),
    "iterator": lambda: list(GridNode.objects.iterator()),
    "aggregate": lambda: GridNode.objects.aggregate(Count("pk")),
    "values": lambda: list(GridNode.objects.values_list("pk")),
    "lock": lambda: GridNode.objects.select_for_update().first(),
    "earliest": lambda: GridNode.objects.earliest("created_at"),
}


@pytest.mark.parametrize("read", list(READS.values()), ids=list(READS))
def test_any_read_without_a_scope_is_refused(read):
    make_county()
    with pytest.raises(TenantScopeMissing, match="outside a tenant scope"):
        read()


@pytest.mark.django_db(transaction=True)
def test_async_read_without_a_scope_is_refused():
    async def read():
        return [node async for node in GridNode.objects.exclude(name="x")]

    make_county()
    # A browser test in this process keeps an event loop in this thread.
    with ThreadPoolExecutor(1) as elsewhere, pytest.raises(TenantScopeMissing):
        elsewhere.submit(lambda: asyncio.run(read())).result()


# What the guard does not see is stopped by the policy: each of these looks for
# rows of a tenant from inside another one's scope, or from none.
LEAKS = {
    "queryset": lambda pk: GridNode.objects.filter(tenant_id=pk).count(),
    "base manager": lambda pk: GridNode._base_manager.filter(tenant_id=pk).count(),
    "tree manager": lambda pk: GridNode.tree.filter(tenant_id=pk).count(),
    "raw": lambda pk: len(
        list(
            GridNode._base_manager.raw(
                "SELECT * FROM grids_gridnode WHERE tenant_id = %s", [pk]
            )
        )
    ),
    "cursor": lambda pk: _count("SELECT count(*) FROM grids_gridnode", pk),
    "cursor join": lambda pk: _count(
        "SELECT count(*) FROM tenants_tenant t JOIN grids_gridnode n"
        " ON n.tenant_id = t.id",
        pk,
    ),
    "update": lambda pk: GridNode._base_manager.filter(tenant_id=pk).update(name="x"),
    "delete": lambda pk: NodeGrant._base_manager.filter(tenant_id=pk).delete()[0],
    "forward key": lambda pk: (
        NodeGrant._base_manager.select_related("content_object")
        .filter(content_object__tenant_id=pk)
        .count()
    ),
    "relation": lambda pk: Permission.objects.filter(nodegrant__tenant_id=pk).count(),
    "lock": lambda pk: len(
        GridNode._base_manager.select_for_update().filter(tenant_id=pk)
    ),
}


def _count(sql, _pk):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] - GridNode._base_manager.count()


@pytest.mark.parametrize("look", list(LEAKS.values()), ids=list(LEAKS))
def test_nothing_of_another_tenant_is_reached(look):
    ours, theirs = make_tenant(), make_county().tenant
    with tenant_scope(ours.pk):
        assert look(theirs.pk) == 0


@pytest.mark.parametrize(
    "name", ["base manager", "tree manager", "raw", "update", "delete", "lock"]
)
def test_past_the_guard_and_without_a_scope_the_policy_shows_nothing(name):
    theirs = make_county().tenant
    with transaction.atomic():
        assert LEAKS[name](theirs.pk) == 0


def test_the_leak_tests_would_see_a_leak(owner):
    """The same question, asked as the owner, finds rows."""
    theirs = make_county().tenant
    with tenant_scope(theirs.pk):
        assert LEAKS["raw"](theirs.pk) == 5


def test_a_row_cannot_be_written_into_another_tenant():
    ours, theirs = make_tenant(), make_tenant()
    stray = Submission(tenant=theirs, key=new_id(), digest="x")
    with tenant_scope(ours.pk), pytest.raises(ProgrammingError, match="row-level"):
        stray.save()


def test_a_row_cannot_be_moved_into_another_tenant():
    ours, theirs = make_tenant(), make_tenant()
    with tenant_scope(ours.pk), pytest.raises(ProgrammingError):
        GridNode.objects.update(tenant=theirs)


def test_a_row_cannot_point_into_another_tenant():
    ours, theirs = make_county(), make_county()
    with pytest.raises(IntegrityError, match="same_tenant"):
        _point_at(ours.village, theirs.township)


def _point_at(node, parent):
    with tenant_scope(node.tenant_id), connection.cursor() as cursor:
        GridNode.objects.filter(pk=node.pk).update(parent_id=parent.pk)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_inner_scope_ends_where_it_ends():
    ours, theirs = make_tenant(), make_tenant()
    with tenant_scope(ours.pk):
        with tenant_scope(theirs.pk):
            assert GridNode.objects.get().tenant_id == theirs.pk
        assert (active_tenant(), GridNode.objects.get().tenant_id) == (ours.pk, ours.pk)
        assert GridNode._base_manager.get().tenant_id == ours.pk
    with transaction.atomic():
        assert GridNode._base_manager.count() == 0
    assert active_tenant() is None


def test_a_failed_inner_scope_gives_the_outer_one_back():
    ours, theirs = make_tenant(), make_tenant()
    with tenant_scope(ours.pk):
        with pytest.raises(ZeroDivisionError), tenant_scope(theirs.pk):
            raise ZeroDivisionError
        assert GridNode._base_manager.get().tenant_id == ours.pk


@pytest.mark.django_db(transaction=True)
def test_a_read_only_scope_refuses_writes():
    tenant = make_tenant()
    with (
        pytest.raises(DatabaseError, match="read-only"),
        tenant_scope(tenant.pk, read_only=True),
    ):
        GridNode.objects.update(name="x")


@pytest.mark.django_db(transaction=True)
def test_hooks_after_the_commit_are_outside():
    tenant, seen = make_tenant(), []
    with tenant_scope(tenant.pk):
        transaction.on_commit(lambda: seen.append(active_tenant()))
    assert seen == [None]


def test_a_forged_tenant_in_a_message_is_refused():
    make_tenant()
    for forged in (999_999, "1", None):
        with pytest.raises(PermissionError, match="no such tenant"):
            forget_old_submissions_of(tenant_id=forged)


def test_a_closed_tenant_gets_no_work():
    tenant = make_tenant()
    type(tenant).objects.filter(pk=tenant.pk).update(is_active=False)
    with pytest.raises(PermissionError):
        forget_old_submissions_of(tenant_id=tenant.pk)


def test_the_same_key_in_two_tenants_is_no_conflict():
    key = "019a0000-0000-7000-8000-000000000002"
    for tenant in (make_tenant(), make_tenant()):
        with tenant_scope(tenant.pk):
            assert claim_submission(key=key, digest="a") is None


def test_numbers_are_counted_per_tenant_and_day():
    first, second = make_tenant(), make_tenant()
    with tenant_scope(first.pk):
        one = [next_number(series="X", day=date(2026, 1, 1)) for _ in range(2)]
        other_day = next_number(series="X", day=date(2026, 1, 2))
    with tenant_scope(second.pk):
        theirs = next_number(series="X", day=date(2026, 1, 1))
    assert (one, other_day, theirs) == ([1, 2], 1, 1)
