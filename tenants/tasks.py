"""Celery entry points of the floor."""

from celery import shared_task
from django.db import OperationalError

from tenants.models import Tenant
from tenants.tenancy import TenantTask


@shared_task
def forget_old_submissions() -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        forget_old_submissions_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def forget_old_submissions_of(*, tenant_id: int) -> int:
    from tenants import services

    return services.forget_old_submissions()
