"""Celery entry points of the portal."""

from celery import shared_task
from django.db import OperationalError

from tenants.models import Tenant
from tenants.tenancy import TenantTask


@shared_task
def look_after_accounts() -> None:
    """Fan out, one task per tenant, so that one failure stays alone."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        look_after_accounts_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def look_after_accounts_of(*, tenant_id: int) -> int:
    """Old passwords are marked, unused accounts warned and disabled."""
    from django.utils import timezone

    from accounts.services import ask_for_new_passwords
    from portal.unused import disable_unused

    now = timezone.now()
    ask_for_new_passwords(tenant_id=tenant_id, now=now)
    return disable_unused(now=now)
