"""Celery entry points of the hazards."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask, tenant_scope


@shared_task
def alert_deadlines(on: str | None = None) -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    on = on or timezone.localdate().isoformat()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        alert_deadlines_of.delay(tenant_id=pk, on=on)


@shared_task(
    base=TenantTask,
    in_one_transaction=False,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    acks_late=True,
)
def alert_deadlines_of(*, tenant_id: int, on: str) -> int:
    from hazards import services

    total = 0
    while True:
        with tenant_scope(tenant_id):
            batch = services.alert_deadlines(on=date.fromisoformat(on))
        total += batch.raised
        if batch.is_last:
            return total


@shared_task
def compact_tallies() -> None:
    """Fan out, one task per tenant."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        compact_tallies_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def compact_tallies_of(*, tenant_id: int) -> int:
    from hazards import services

    return services.compact_tallies()
