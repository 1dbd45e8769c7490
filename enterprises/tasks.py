"""Celery entry points of the register."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask, tenant_scope


@shared_task
def remind_of_endings(on: str | None = None) -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    on = on or timezone.localdate().isoformat()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        remind_of_endings_of.delay(tenant_id=pk, on=on)


@shared_task(
    base=TenantTask,
    in_one_transaction=False,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    acks_late=True,
)
def remind_of_endings_of(*, tenant_id: int, on: str) -> int:
    from enterprises import services

    with tenant_scope(tenant_id):
        services.copy_moved_units(actor=None)  # those whose village moved
    total = 0
    while True:
        with tenant_scope(tenant_id):
            raised = services.remind_of_endings(on=date.fromisoformat(on))
        total += raised
        if not raised:
            return total
