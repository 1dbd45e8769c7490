"""Celery entry points: the sweeps, and the jobs that people start."""

from datetime import date
from uuid import UUID

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from tenants.models import Tenant
from tenants.tenancy import TenantTask, tenant_scope


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


# Acknowledged when it begins: the lease in the database says who does it, and
# beat finds what a killed worker left behind. Half an hour for the longest.
@shared_task(
    base=TenantTask,
    in_one_transaction=False,
    acks_late=False,
    soft_time_limit=1740,
    time_limit=1800,
)
def run_job(*, tenant_id: int, job_id: str) -> bool:
    from evidence import running
    from evidence.services import jobs

    did = running.run_job(tenant_id=tenant_id, job_id=UUID(job_id))
    with tenant_scope(tenant_id):
        waiting = jobs.next_job() if did else None
    if waiting is not None:
        run_job.delay(tenant_id=tenant_id, job_id=str(waiting))
    return did


@shared_task
def resume_jobs() -> None:
    """Fan out: wake what waits, and what a killed worker left behind."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        resume_jobs_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def resume_jobs_of(*, tenant_id: int) -> int:
    from evidence.services import jobs

    found = jobs.waiting_jobs(now=timezone.now())
    for pk in found:
        run_job.delay_on_commit(tenant_id=tenant_id, job_id=str(pk))
    return len(found)


@shared_task
def sweep_jobs() -> None:
    """Fan out, one task per tenant."""
    for pk in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        sweep_jobs_of.delay(tenant_id=pk)


@shared_task(base=TenantTask, autoretry_for=(OperationalError,), acks_late=True)
def sweep_jobs_of(*, tenant_id: int) -> int:
    from evidence.services import jobs

    return jobs.sweep_jobs(now=timezone.now())
