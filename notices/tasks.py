"""Celery entry points of the daily letter. One task, one letter, one transaction."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask


@shared_task
def send_digests(day: str | None = None) -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    day = day or timezone.localdate().isoformat()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        prepare_digests_of.delay(tenant_id=pk, day=day)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def prepare_digests_of(*, tenant_id: int, day: str) -> int:
    from notices import services

    count = services.prepare_digests(day=date.fromisoformat(day))
    send_next_digest_of.delay_on_commit(tenant_id=tenant_id)
    return count


@shared_task
def send_waiting_digests() -> None:
    """Look again for letters whose pause is over or whose wake-up call was lost."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        send_next_digest_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def send_next_digest_of(*, tenant_id: int) -> bool:
    """Send one letter, then ask for the next until none waits."""
    from notices import services

    sent = services.send_next_digest()
    if sent:
        send_next_digest_of.delay_on_commit(tenant_id=tenant_id)
    return sent
