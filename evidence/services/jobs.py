"""Start jobs, run each at most once at a time, end them, and clear away their files.

The database decides who runs a job: a claim takes a lease, a pulse renews it
every few seconds from a connection of its own, and beat looks for leases that
nobody renews. Celery's message only wakes a worker; a lost one costs half a
minute, a doubled one finds the lease taken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evidence import job_files, kinds, tasks
from evidence.models import ACTIVE, Job, JobState
from tenants.errors import DomainError, InvalidTransition
from tenants.ids import new_id
from tenants.locks import Lock, acquire
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from accounts.models import User
    from evidence.kinds import Outcome

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=30)
LISTED: Final = timedelta(days=30)
MAX_ATTEMPTS: Final = 3
MAX_WAITING: Final = 5
MAX_UPLOAD: Final = 20 * 1024 * 1024
_UNHEARD: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was handed in: the name people gave it and its bytes."""

    name: str
    pieces: Iterable[bytes] = field(repr=False)


@transaction.atomic
def start_job(
    *,
    actor: User,
    kind: str,
    parameters: dict[str, Any],
    source: Source | None = None,
    source_of: Job | None = None,
) -> Job:
    """Write down what is to be done, and wake a worker once that is committed.

    ``source_of`` takes over the file of an earlier job of the same person.
    Raises ``NotAllowed`` for who may not, and ``DomainError`` where one person
    has too much waiting.
    """
    kinds.find(kind).require(actor)
    _check_not_too_many(actor)
    job = Job(
        actor=actor,
        kind=kind,
        parameters=parameters,
        language=get_language() or "",
    )
    if source is not None:
        job.source_name = tidy_line(source.name)[-200:]
        job.source_path = job_files.new_name(require_tenant(), "xlsx")
        job_files.keep(job.source_path, source.pieces)
    elif source_of is not None:
        _take_over(job, source_of)
    job.save(force_insert=True)
    tasks.run_job.delay_on_commit(tenant_id=require_tenant(), job_id=str(job.pk))
    return job


def _check_not_too_many(actor: User) -> None:
    acquire(Lock.JOBS)
    if Job.objects.visible_to(actor).active().count() >= MAX_WAITING:
        raise DomainError(
            _("You have %(count)d jobs waiting. Wait for one to end, or cancel it.")
            % {"count": MAX_WAITING}
        )


def _take_over(job: Job, earlier: Job) -> None:
    if earlier.actor_id != job.actor_id or not earlier.source_path:
        raise DomainError(_("The file is no longer kept. Upload it again."))
    job.source_name = earlier.source_name
    job.source_path = job_files.new_name(require_tenant(), "xlsx")
    try:
        job_files.copy(earlier.source_path, job.source_path)
    except FileNotFoundError as error:
        raise DomainError(
            _("The file is no longer kept. Upload it again."), field="file"
        ) from error


@transaction.atomic
def claim_job(*, job_id: UUID, now: datetime) -> Job | None:
    """Take the lease of a job that waits or that nobody holds any more.

    ``None``: it is not to be run now. One job of a tenant runs at a time, so that
    no bureau takes all workers for itself.
    """
    acquire(Lock.JOBS)
    if Job.objects.held_alive(since=now - LEASE).exists():
        return None
    free = Q(state=JobState.WAITING) | Q(
        state=JobState.RUNNING, heartbeat_at__lt=now - LEASE
    )
    found = Job.objects.select_for_update(of=("self",), skip_locked=True)
    job: Job | None = found.filter(free, pk=job_id).first()
    if job is None:
        return None
    if job.cancel_asked:
        _end(job, JobState.CANCELLED, now=now)
        return None
    if job.attempts >= MAX_ATTEMPTS:
        job.error = _("It was interrupted %(count)d times. Tell the administrator.") % {
            "count": job.attempts
        }
        _end(job, JobState.FAILED, now=now)
        return None
    job.state, job.lease, job.heartbeat_at = JobState.RUNNING, new_id(), now
    job.started_at = job.started_at or now
    job.attempts += 1
    job.done = job.total = 0
    job.save()
    return job


def renew_lease(*, job: Job, done: int, total: int) -> bool | None:
    """Say that the holder lives and how far it is.

    ``None``: the lease is lost; ``True``: somebody asks to stop.
    """
    held = Job.objects.filter(
        pk=job.pk, lease=job.lease, state=JobState.RUNNING
    ).select_for_update()
    found = held.values_list("cancel_asked", flat=True).first()
    if found is None:
        return None
    held.update(heartbeat_at=timezone.now(), done=done, total=total)
    return bool(found)


@transaction.atomic
def finish_job(*, job: Job, outcome: Outcome, names: dict[str, str]) -> bool:
    """End a job well; ``False``, and nothing written, where the lease is lost.

    Called in the transaction of the job's effects: both are there, or neither.
    """
    held = _held(job)
    if held is None:
        return False
    held.result = outcome.result
    held.product_path = names.get("product", "")
    held.product_name = outcome.product_name if held.product_path else ""
    held.rows_path = names.get("rows", "")
    held.total = max(held.total, held.done)
    held.done = held.total
    _end(held, JobState.DONE, now=timezone.now())
    kinds.find(held.kind).tell(held)
    return True


@transaction.atomic
def fail_job(*, job: Job, error: str) -> None:
    """End a job badly, with a sentence for the person."""
    held = _held(job)
    if held is None:
        return
    held.error = error
    _end(held, JobState.FAILED, now=timezone.now())
    kinds.find(held.kind).tell(held)


@transaction.atomic
def stop_job(*, job: Job) -> None:
    """End a job that noticed that its person does not want it any more."""
    held = _held(job)
    if held is not None:
        _end(held, JobState.CANCELLED, now=timezone.now())


@transaction.atomic
def cancel_job(*, actor: User, job_id: UUID) -> Job:
    """Stop what waits at once, and what runs as soon as it looks up.

    What a running job has changed is undone with its transaction.
    """
    mine = Job.objects.visible_to(actor).select_for_update(of=("self",))
    job: Job | None = mine.filter(pk=job_id).first()
    if job is None:
        raise DomainError(_("This job does not exist."))
    if not job.is_active:
        raise InvalidTransition(_("This job has already ended."))
    job.cancel_asked = True
    if job.state == JobState.WAITING:
        _end(job, JobState.CANCELLED, now=timezone.now())
    else:
        job.save(update_fields=["cancel_asked"])
    return job


def _held(job: Job) -> Job | None:
    found: Job | None = (
        Job.objects.select_for_update(of=("self",))
        .filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING)
        .first()
    )
    return found


def _end(job: Job, state: JobState, *, now: datetime) -> None:
    job.state, job.lease = state, None
    job.finished_at, job.expires_at = now, now + kinds.find(job.kind).kept
    job.save()


def expire_products(*, kind: str, actor_ids: Collection[UUID]) -> int:
    """These people's files of this kind are over now; the sweep takes them away."""
    now = timezone.now()
    kept = Job.objects.filter(kind=kind, actor_id__in=actor_ids, expires_at__gt=now)
    return kept.update(expires_at=now)


def waiting_jobs(*, now: datetime) -> list[UUID]:
    """What nobody runs: not taken up for a while, or left behind by a dead worker."""
    unheard = Q(state=JobState.WAITING, created_at__lt=now - _UNHEARD)
    left = Q(state=JobState.RUNNING, heartbeat_at__lt=now - LEASE)
    found = Job.objects.filter(unheard | left).order_by("created_at")
    return list(found.values_list("pk", flat=True))


def next_job() -> UUID | None:
    """The one that has waited longest."""
    found = Job.objects.filter(state=JobState.WAITING).order_by("created_at")
    pk: UUID | None = found.values_list("pk", flat=True).first()
    return pk


@transaction.atomic
def sweep_jobs(*, now: datetime) -> int:
    """Remove the files of jobs when their time is over, and old jobs altogether.

    Then files that no job names; returns how many jobs lost theirs.
    """
    expired = list(
        Job.objects.expired(on=now)
        .exclude(source_path="", product_path="", rows_path="")
        .select_for_update(of=("self",), skip_locked=True)[:500]
    )
    for job in expired:
        job_files.remove([job.source_path, job.product_path, job.rows_path])
        job.source_path = job.product_path = job.rows_path = ""
    Job.objects.bulk_update(expired, ["source_path", "product_path", "rows_path"])
    Job.objects.expired(on=now - LISTED).filter(
        source_path="", product_path="", rows_path=""
    ).exclude(state__in=ACTIVE).delete()
    _remove_nameless(now - kinds.KEPT * 2)
    return len(expired)


def _remove_nameless(before: datetime) -> None:
    old = job_files.old_files(require_tenant(), before=before)
    if not old:
        return
    columns = ("source_path", "product_path", "rows_path")
    named = {name for row in Job.objects.values_list(*columns) for name in row}
    for name, path in old.items():
        if name not in named:
            path.unlink(missing_ok=True)
