"""Jobs: done at most once at a time, whatever is killed; seen by their person only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from evidence import job_files, kinds, running
from evidence.kinds import JobKind, Outcome, Run
from evidence.models import Job, JobState
from evidence.services import jobs
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.models import NumberSeries
from tenants.services import take_numbers
from tenants.tenancy import tenant_scope

KIND = "test-counting"
allowed: set[Any] = set()


def _require(user: User) -> None:
    if user.pk not in allowed:
        raise NotAllowed("no")


def _work(run: Run) -> Outcome | None:
    """Counts, writes a file, and takes a number in the transaction of its end."""
    steps = run.job.parameters.get("steps", 3)
    for step in range(steps):
        run.report(step, steps)
        if run.job.parameters.get("fail_at") == step:
            raise DomainError("Row 2 is wrong.")
        if run.job.parameters.get("break_at") == step:
            raise RuntimeError("a mistake of ours")
    path = run.new_file("xlsx")
    path.write_bytes(b"PK the file")
    with tenant_scope(run.tenant_id):
        take_numbers(series="test", day=timezone.localdate(), count=1)
        run.settle(
            Outcome(result={"rows": steps}, product=path, product_name="结果.xlsx")
        )
    return None


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    kinds._kinds[KIND] = JobKind(
        code=KIND, title="Counting", work=_work, require=_require
    )
    yield
    del kinds._kinds[KIND]
    allowed.clear()


@pytest.fixture
def actor(worker: User) -> User:
    allowed.add(worker.pk)
    return worker


def start(actor: User, **parameters: Any) -> Job:
    with tenant_scope(actor.tenant_id):
        return jobs.start_job(actor=actor, kind=KIND, parameters=parameters)


def run(job: Job) -> Job:
    running.run_job(tenant_id=job.tenant_id, job_id=job.pk)
    return fresh(job)


def fresh(job: Job) -> Job:
    with tenant_scope(job.tenant_id):
        return Job.objects.select_related("actor").get(pk=job.pk)


def effects(job: Job) -> int:
    """How often the work of these tests took effect."""
    with tenant_scope(job.tenant_id):
        row = NumberSeries.objects.filter(series="test").first()
        return row.last if row else 0


def left_behind(job: Job) -> None:
    """As a worker that was killed leaves it: running, and not heard of any more."""
    long_ago = timezone.now() - jobs.LEASE * 2
    with tenant_scope(job.tenant_id):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago)


def files(media: Path) -> list[Path]:
    return [path for path in (media / "jobs").rglob("*") if path.is_file()]


# From start to end ------------------------------------------------------------------


def test_a_job_runs_once_and_keeps_its_result_and_its_file(actor: User) -> None:
    job = run(start(actor))

    assert (job.state, job.result, job.done, job.total) == (
        JobState.DONE,
        {"rows": 3},
        0,
        0,
    )
    assert job_files.path_of(job.product_path).read_bytes() == b"PK the file"
    assert job.expires_at == job.finished_at + timedelta(hours=24)
    assert run(job).attempts == 1
    assert effects(job) == 1


def test_whoever_may_not_starts_nothing(worker: User) -> None:
    with pytest.raises(NotAllowed):
        start(worker)

    with tenant_scope(worker.tenant_id):
        assert Job.objects.count() == 0


def test_who_may_no_longer_when_it_runs_gets_nothing(actor: User, media: Path) -> None:
    job = start(actor)
    allowed.clear()

    assert (run(job).state, effects(job), files(media)) == (JobState.FAILED, 0, [])


def test_a_refusal_ends_the_job_with_its_sentence(actor: User, media: Path) -> None:
    job = run(start(actor, fail_at=1))

    assert (job.state, job.error) == (JobState.FAILED, "Row 2 is wrong.")
    assert (effects(job), files(media)) == (0, [])


def test_a_mistake_of_ours_ends_it_with_a_sentence_that_tells_nothing_inside(
    actor: User,
) -> None:
    job = run(start(actor, break_at=1))

    assert job.state == JobState.FAILED
    assert job.error
    assert "mistake of ours" not in job.error


def test_nobody_piles_up_jobs(actor: User) -> None:
    for _ in range(jobs.MAX_WAITING):
        start(actor)

    with pytest.raises(DomainError):
        start(actor)

    with tenant_scope(actor.tenant_id):
        assert Job.objects.count() == jobs.MAX_WAITING


# Once at a time -----------------------------------------------------------------------


def test_a_job_that_somebody_runs_is_not_taken_and_one_left_behind_is(
    actor: User,
) -> None:
    job = start(actor)
    with tenant_scope(job.tenant_id):
        first = jobs.claim_job(job_id=job.pk, now=timezone.now())
        again = jobs.claim_job(job_id=job.pk, now=timezone.now())

    assert (first is not None, again) == (True, None)
    left_behind(job)
    assert (run(job).state, fresh(job).attempts) == (JobState.DONE, 2)


def test_one_who_was_thought_dead_writes_nothing(actor: User) -> None:
    """It wakes up after another took the lease: its end is undone, files and all."""
    job = start(actor)
    with tenant_scope(job.tenant_id):
        sleeper = jobs.claim_job(job_id=job.pk, now=timezone.now())
    left_behind(job)
    assert sleeper is not None
    assert run(job).state == JobState.DONE

    late = running.Running(sleeper, job.tenant_id)
    with pytest.raises(running.LeaseLost):
        _work(late)
    late.clear()

    assert effects(job) == 1
    assert fresh(job).product_path
    assert len(list(job_files.root_of(job.tenant_id).iterdir())) == 1


def test_what_is_interrupted_again_and_again_is_given_up(actor: User) -> None:
    job = start(actor)
    for _ in range(jobs.MAX_ATTEMPTS):
        with tenant_scope(job.tenant_id):
            assert jobs.claim_job(job_id=job.pk, now=timezone.now()) is not None
        left_behind(job)

    assert run(job).state == JobState.FAILED
    assert fresh(job).error


def test_one_job_of_a_bureau_runs_at_a_time(actor: User) -> None:
    first, second = start(actor), start(actor)
    with tenant_scope(actor.tenant_id):
        assert jobs.claim_job(job_id=first.pk, now=timezone.now()) is not None
        assert jobs.claim_job(job_id=second.pk, now=timezone.now()) is None
        assert jobs.next_job() == second.pk


def test_beat_finds_what_was_never_taken_up_and_what_was_left_behind(
    actor: User,
) -> None:
    lost, dead, fine = start(actor), start(actor), start(actor)
    with tenant_scope(actor.tenant_id):
        jobs.claim_job(job_id=dead.pk, now=timezone.now())
        Job.objects.filter(pk=lost.pk).update(
            created_at=timezone.now() - timedelta(minutes=1)
        )
    left_behind(dead)

    with tenant_scope(actor.tenant_id):
        found = jobs.waiting_jobs(now=timezone.now())

    assert set(found) == {lost.pk, dead.pk}
    assert fine.pk not in found


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_do_it_once(actor: User) -> None:
    with tenant_scope(actor.tenant_id):
        job = Job.objects.create(actor=actor, kind=KIND, parameters={"steps": 5})
    ready = threading.Barrier(8)

    def work() -> None:
        ready.wait()
        running.run_job(tenant_id=actor.tenant_id, job_id=job.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (fresh(job).state, fresh(job).attempts, effects(job)) == (
        JobState.DONE,
        1,
        1,
    )


# The pulse, and stopping -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_work_is_inside_one_transaction(
    actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    with tenant_scope(actor.tenant_id):
        job = Job.objects.create(actor=actor, kind=KIND)
        held = jobs.claim_job(job_id=job.pk, now=timezone.now())
    assert held is not None
    doing = running.Running(held, actor.tenant_id)
    doing.pulse.start()

    with tenant_scope(actor.tenant_id):
        doing.report(40, 100)
        seen = []
        for _ in range(100):
            threading.Event().wait(0.05)
            seen = list(Job.objects.filter(pk=job.pk).values_list("done", "total"))
            if seen == [(40, 100)]:
                break
    doing.pulse.stop()

    assert seen == [(40, 100)]


@pytest.mark.django_db(transaction=True)
def test_who_cancels_a_running_job_stops_it_and_undoes_it(
    actor: User, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.02)
    begun, slow = threading.Event(), threading.Event()

    def work(run: Run) -> Outcome | None:
        run.new_file("xlsx").write_bytes(b"half")
        with tenant_scope(run.tenant_id):
            take_numbers(series="test", day=timezone.localdate(), count=1)
            begun.set()
            for step in range(500):
                slow.wait(0.02)
                run.report(step, 500)
        return Outcome()

    kinds._kinds[KIND] = JobKind(code=KIND, title="x", work=work, require=_require)
    with tenant_scope(actor.tenant_id):
        job = Job.objects.create(actor=actor, kind=KIND)

    def go() -> None:
        running.run_job(tenant_id=actor.tenant_id, job_id=job.pk)
        connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    assert begun.wait(10)
    with tenant_scope(actor.tenant_id):
        jobs.cancel_job(actor=actor, job_id=job.pk)
    thread.join(20)

    assert (fresh(job).state, effects(job)) == (JobState.CANCELLED, 0)
    assert files(media) == []


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(actor: User) -> None:
    job = start(actor)
    with tenant_scope(actor.tenant_id):
        jobs.cancel_job(actor=actor, job_id=job.pk)
        with pytest.raises(InvalidTransition):
            jobs.cancel_job(actor=actor, job_id=job.pk)

    assert (run(job).state, effects(job)) == (JobState.CANCELLED, 0)


# Files go ---------------------------------------------------------------------------------


def test_files_go_after_a_day_and_the_row_says_so(actor: User, media: Path) -> None:
    job = run(start(actor))
    assert len(files(media)) == 1
    with tenant_scope(actor.tenant_id):
        assert jobs.sweep_jobs(now=job.expires_at - timedelta(minutes=1)) == 0
        assert jobs.sweep_jobs(now=job.expires_at + timedelta(minutes=1)) == 1

    assert (files(media), fresh(job).product_path) == ([], "")
    with tenant_scope(actor.tenant_id):
        jobs.sweep_jobs(now=job.expires_at + jobs.LISTED + timedelta(minutes=1))
        assert Job.objects.count() == 0


# Pages --------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def test_the_file_is_an_attachment_that_nothing_takes_for_a_page(actor: User) -> None:
    job = run(start(actor))

    answer = browser(actor).get(f"/jobs/{job.pk}/file/")

    assert b"".join(answer) == b"PK the file"
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_job_and_its_file_are_not_there_for_anybody_else(
    actor: User, colleague: User
) -> None:
    job = run(start(actor))
    allowed.add(colleague.pk)
    other = browser(colleague)

    assert other.get(f"/jobs/{job.pk}/").status_code == 404
    assert other.get(f"/jobs/{job.pk}/file/").status_code == 404
    assert other.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert "结果.xlsx" not in other.get("/jobs/").content.decode()
    assert "结果.xlsx" in browser(actor).get("/jobs/").content.decode()


def test_who_lost_the_permission_no_longer_gets_the_file(actor: User) -> None:
    job = run(start(actor))
    client = browser(actor)
    allowed.clear()

    assert client.get(f"/jobs/{job.pk}/file/").status_code == 403


def test_an_expired_file_is_gone_before_the_sweep_comes(actor: User) -> None:
    job = run(start(actor))
    with tenant_scope(actor.tenant_id):
        Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())

    assert browser(actor).get(f"/jobs/{job.pk}/file/").status_code == 404


def test_the_page_asks_again_while_it_runs_and_loads_anew_at_the_end(
    actor: User,
) -> None:
    job = start(actor)
    client = browser(actor)
    poll = {"HX-Request": "true"}

    page = client.get(f"/jobs/{job.pk}/").content.decode()
    during = client.get(f"/jobs/{job.pk}/", headers=poll)
    run(job)
    after = client.get(f"/jobs/{job.pk}/", headers=poll)

    assert 'hx-trigger="every 2s"' in page
    assert f'href="/jobs/{job.pk}/"' in page  # and by hand without script
    assert "HX-Refresh" not in during
    assert after["HX-Refresh"] == "true"
    assert "hx-trigger" not in after.content.decode()


def test_the_list_costs_the_same_with_one_job_and_with_three(
    actor: User, django_assert_num_queries: Any
) -> None:
    client = browser(actor)
    start(actor)
    client.get("/jobs/")
    # Session, user, scope, role check of the shell, unread, count, rows, tenant.
    with django_assert_num_queries(QUERIES):
        client.get("/jobs/")
    start(actor)
    start(actor)
    with django_assert_num_queries(QUERIES):
        client.get("/jobs/")


QUERIES = 10


def test_the_result_stays_json(actor: User) -> None:
    assert json.dumps(run(start(actor)).result) == '{"rows": 3}'
