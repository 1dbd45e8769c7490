"""Run one job that was claimed: its pulse, its progress, its end.

The pulse is a thread with a connection of its own, so that it is seen while the
work is inside one long transaction; a process that is killed takes it along.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from evidence import job_files, kinds
from evidence.files import PART
from evidence.services import jobs
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from evidence.kinds import Outcome
    from evidence.models import Job

logger = logging.getLogger(__name__)

BEAT_SECONDS: Final = 2.0


class Stopped(Exception):
    """The person does not want it any more."""


class LeaseLost(Exception):
    """Somebody thought us dead and does the work now: leave everything alone."""


class Pulse(threading.Thread):
    """Renews the lease and carries the progress, until told to stop."""

    def __init__(self, job: Job, tenant_id: int) -> None:
        super().__init__(name=f"pulse of {job.pk}", daemon=True)
        self._job, self._tenant_id = job, tenant_id
        self._ended = threading.Event()
        self.done = self.total = 0
        self.asked_to_stop = False
        self.is_lost = False

    def run(self) -> None:
        try:
            while not self._ended.wait(BEAT_SECONDS):
                with suppress(Exception):  # the next beat may succeed
                    self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        with tenant_scope(self._tenant_id):
            answer = jobs.renew_lease(
                job=self._job, done=self.done, total=max(self.done, self.total)
            )
        self.is_lost = answer is None
        self.asked_to_stop = bool(answer)

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


class Running:
    """What the work of a kind is given (``evidence.kinds.Run``)."""

    def __init__(self, job: Job, tenant_id: int) -> None:
        self.job, self.tenant_id = job, tenant_id
        self.is_settled = False
        self.pulse = Pulse(job, tenant_id)
        self._begun: list[Path] = []
        self._kept: list[Path] = []

    def report(self, done: int, total: int) -> None:
        """Say how far it is; raises where the job was cancelled or taken over."""
        self.pulse.done, self.pulse.total = done, total
        if self.pulse.is_lost:
            raise LeaseLost
        if self.pulse.asked_to_stop:
            raise Stopped

    def new_file(self, suffix: str) -> Path:
        name = job_files.new_name(self.tenant_id, suffix)
        target = job_files.path_of(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        self._begun.append(part)
        return part

    def settle(self, outcome: Outcome) -> None:
        """End the job here and now, in the transaction that is open.

        The pulse stops first: it would wait for the row that is locked here.
        """
        self.pulse.stop()
        names = {
            what: self._keep(part)
            for what, part in (("product", outcome.product), ("rows", outcome.rows))
            if part is not None
        }
        if not jobs.finish_job(job=self.job, outcome=outcome, names=names):
            raise LeaseLost
        self.is_settled = True

    def _keep(self, part: Path) -> str:
        target = part.with_name(part.name.removesuffix(PART))
        job_files.settle(part, target)
        self._kept.append(target)
        return f"{self.tenant_id}/{target.name}"

    def clear(self) -> None:
        """Remove what was begun, and what was kept for an end that was undone."""
        for path in (*self._begun, *(() if self.is_settled else self._kept)):
            path.unlink(missing_ok=True)


def run_job(*, tenant_id: int, job_id: UUID) -> bool:
    """Claim a job and do it; ``False`` where somebody else has it."""
    with tenant_scope(tenant_id):
        job = jobs.claim_job(job_id=job_id, now=timezone.now())
    if job is None:
        return False
    running = Running(job, tenant_id)
    running.pulse.start()
    try:
        with override(job.language):
            _work(running)
    finally:
        running.pulse.stop()
        running.clear()
    return True


def _work(running: Running) -> None:
    """Every end is written down: a sentence for a refusal, one for our mistakes."""
    job = running.job
    try:
        _do(running)
    except LeaseLost:
        running.is_settled = False
        logger.warning("job taken over", extra={"job": str(job.pk)})
    except Stopped:
        running.pulse.stop()
        with tenant_scope(running.tenant_id):
            jobs.stop_job(job=job)
    except DomainError as refusal:
        _fail(running, str(refusal))
    except SoftTimeLimitExceeded:
        _fail(running, _("It took too long and was stopped. Divide the file."))
    except Exception:
        logger.exception("job failed", extra={"job": str(job.pk), "kind": job.kind})
        _fail(
            running,
            _("Something went wrong on our side; nothing was changed. Try again."),
        )


def _do(running: Running) -> None:
    job = running.job
    kind = kinds.find(job.kind)
    with tenant_scope(running.tenant_id):
        kind.require(job.actor)
    outcome = kind.work(running)
    if outcome is not None:
        with tenant_scope(running.tenant_id):
            running.settle(outcome)


def _fail(running: Running, error: str) -> None:
    running.is_settled = False
    running.pulse.stop()
    with tenant_scope(running.tenant_id):
        jobs.fail_job(job=running.job, error=error)
