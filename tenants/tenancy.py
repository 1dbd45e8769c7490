"""Tenant isolation: no tenant-owned row is read outside a declared scope.

Two walls are opened by the same door, :func:`tenant_scope`. The guard adds one
condition to every queryset of a tenant-owned model, which looks up the current
tenant when the SQL is *compiled*: without a scope, compiling raises, so a
forgotten scope is a crash in a test and never a leak. The database setting
``app.tenant_id`` feeds the row-level security policies, which also cover what
the guard cannot see (raw SQL, inserts, following a foreign key).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar

from celery.contrib.django.task import DjangoTask
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from tenants.errors import TenantScopeMissing
from tenants.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

_current: ContextVar[int | None] = ContextVar("tenant", default=None)


@contextmanager
def tenant_scope(
    tenant_id: int, *, read_only: bool = False, one_snapshot: bool = False
) -> Iterator[None]:
    """Restrict everything inside to one tenant, in one transaction.

    ``read_only`` makes the database refuse writes; it only takes effect where
    this call opens the outermost transaction, and so does ``one_snapshot``: all
    reads inside see the rows of one moment. Joining the scope that is already
    active costs nothing. Hooks registered with ``on_commit`` run outside: they
    enter a scope of their own.
    """
    outer = _current.get()
    if outer == tenant_id and connection.in_atomic_block:
        yield
        return
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        _tell_database(
            tenant_id,
            read_only=read_only and outermost,
            one_snapshot=one_snapshot and outermost,
        )
        token = _current.set(tenant_id)
        try:
            yield
        finally:
            _current.reset(token)
        # Releasing a savepoint keeps the inner setting, so the outer one is put
        # back; on an exception the rollback does it.
        if not outermost and not connection.needs_rollback:
            _tell_database(outer, read_only=False)


def _tell_database(
    tenant_id: int | None, *, read_only: bool, one_snapshot: bool = False
) -> None:
    # LOCAL, so that a pooled connection can never carry a tenant into the next
    # transaction; SET and not set_config(), which Citus does not propagate.
    value = "" if tenant_id is None else int(tenant_id)
    statement = f"SET LOCAL app.tenant_id = '{value}'"
    if read_only:
        statement += "; SET LOCAL transaction_read_only = on"
    if one_snapshot:
        statement += "; SET LOCAL transaction_isolation = 'repeatable read'"
    with connection.cursor() as cursor:
        cursor.execute(statement)


def active_tenant() -> int | None:
    """The current tenant's id, or ``None`` outside any scope."""
    return _current.get()


def require_tenant() -> int:
    """The current tenant's id; raises where there is none."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise TenantScopeMissing(TenantModel)
    return tenant_id


class _InCurrentTenant(models.Func):
    """``tenant_id = <current>``, decided when the query is compiled."""

    output_field = models.BooleanField()

    @property
    def identity(self) -> Any:
        """Django inspects a signature here, for every filter of every query."""
        return (type(self), repr(self.source_expressions[0]))

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:  # type: ignore[override]
        tenant_id = _current.get()
        if tenant_id is None:
            raise TenantScopeMissing(compiler.query.model)
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = %s", [*params, tenant_id]


class TenantManager(models.Manager):
    """The default manager of every tenant-owned model."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(_InCurrentTenant("tenant_id"))


class TenantForeignKey(models.ForeignKey):
    """A foreign key between rows of the same tenant.

    Django's own single-column constraint is left out; ``tenants.rls.Walls``
    puts ``FOREIGN KEY (tenant_id, x_id) REFERENCES x (tenant_id, id)`` in its
    place, so that the database refuses a row that points into another tenant.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantModel(models.Model):
    """Base of every row that belongs to exactly one tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        default=require_tenant,
        verbose_name=_("Tenant"),
    )

    objects: ClassVar = TenantManager()

    class Meta:
        abstract = True


class TenantTask(DjangoTask):
    """A Celery task that runs inside the scope of its ``tenant_id``.

    A message that names a tenant which does not exist or is closed is refused
    and logged: messages may be forged, the table is the truth.
    """

    abstract = True
    # A task that works in batches opens a scope for each of them itself, so that
    # what was done stays done when it is killed.
    in_one_transaction = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from tenants.models import Tenant  # noqa: PLC0415  models import this

        tenant_id = kwargs.get("tenant_id")
        if (
            not isinstance(tenant_id, int)
            or not Tenant.objects.filter(pk=tenant_id, is_active=True).exists()
        ):
            raise PermissionError(f"{self.name}: no such tenant {tenant_id!r}.")
        if not self.in_one_transaction:
            return self.run(*args, **kwargs)
        with tenant_scope(tenant_id):
            return self.run(*args, **kwargs)
