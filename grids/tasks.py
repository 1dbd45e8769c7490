"""Celery entry points of the tree and of its posts."""

import logging
from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask

logger = logging.getLogger(__name__)


@shared_task
def check_trees() -> None:
    """Check each tenant's tree in a task of its own."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        check_tree_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def check_tree_of(*, tenant_id: int) -> int:
    """Repair what contradicts ``parent``, and say so loudly."""
    from grids import integrity

    defects = integrity.check_tree()
    if defects:
        repaired = integrity.repair_tree()
        logger.error(
            "grid tree repaired",
            extra={
                "tenant": tenant_id,
                "defects": len(defects),
                "repaired": repaired,
            },
        )
    return len(defects)


@shared_task
def begin_day() -> None:
    """Posts and leaves that begin or end today, each tenant in a task of its own."""
    day = timezone.localdate().isoformat()
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        begin_day_of.delay(tenant_id=pk, day=day)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def begin_day_of(*, tenant_id: int, day: str) -> dict[str, int]:
    """Roles follow the day, then vacancies are noted; twice changes nothing."""
    from grids import services

    on = date.fromisoformat(day)
    settled = services.settle_day(on=on)
    noted = services.note_vacancies(on=on)
    return settled._asdict() | noted._asdict()
