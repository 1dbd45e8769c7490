"""Celery entry points of the journal."""

from celery import shared_task
from django.db import OperationalError

from tenants.models import Tenant
from tenants.tenancy import TenantTask


@shared_task
def seal_events() -> None:
    """Seal the platform's own log here and each tenant's in a task of its own."""
    from journal import services

    services.seal_events()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        seal_events_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def seal_events_of(*, tenant_id: int) -> int:
    from journal import services

    return services.seal_events()
