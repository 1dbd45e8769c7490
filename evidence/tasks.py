"""Celery entry points of the nightly sweep."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask


@shared_task
def sweep(day: str | None = None) -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    day = day or timezone.localdate().isoformat()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        sweep_of.delay(tenant_id=pk, day=day)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def sweep_of(*, tenant_id: int, day: str) -> int:
    """A sixteenth of the files each night, so that the task ends in time."""
    from evidence import services

    part = date.fromisoformat(day).toordinal()
    return services.sweep(now=timezone.now(), part=part).files
