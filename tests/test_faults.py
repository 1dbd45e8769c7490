"""What breaks beside us: Redis is away, a worker is killed, a message comes twice.

The database is the queue, so nothing is lost and nothing is done twice.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from kombu import pools

from accounts.models import User
from config.celery import app
from config.processes import wait_until
from enterprises.models import Enterprise, EnterpriseEvent
from enterprises.services import importing
from evidence import tasks as evidence_tasks
from evidence.models import Job
from grids.models import GridNode
from hazards import tasks
from hazards.models import Hazard, HazardAlert, HazardKind
from hazards.workflow import HazardState
from notices.models import Notice
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.evidence import workbooks
from tests.factories import make_hazard, make_jpeg, make_uscc, make_user
from tests.world import World, make_world

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
NOWHERE = "/nowhere/redis.sock"


@pytest.fixture
def built() -> World:
    return make_world()


@pytest.fixture
def _redis_is_away(settings: Any) -> Iterator[None]:
    """Messages are really sent, to a broker that is not there."""
    settings.REDIS_URL = f"unix://{NOWHERE}"
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}
    }
    with _conf(
        task_always_eager=False,
        broker_url=f"redis+socket://{NOWHERE}",
        broker_read_url=f"redis+socket://{NOWHERE}",
        broker_write_url=f"redis+socket://{NOWHERE}",
    ):
        yield


@contextmanager
def _conf(**changed: Any) -> Iterator[None]:
    """Celery with other settings, and with fresh connections before and after."""
    before = {name: getattr(app.conf, name) for name in changed}
    _set(changed)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(app.conf, name, value)
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def _due(world: World, days: int) -> Hazard:
    return make_hazard(
        world.ours.plant,
        state=HazardState.ASSIGNED,
        due_on=timezone.localdate() + timedelta(days=days),
    )


def _raised(world: World) -> int:
    with tenant_scope(world.ours.tenant.pk):
        return int(HazardAlert.objects.count())


def _told(world: World) -> int:
    with tenant_scope(world.ours.tenant.pk):
        return int(Notice.objects.filter(key__startswith="alert:").count())


# Redis is away ------------------------------------------------------------------


@pytest.mark.usefixtures("_redis_is_away")
def test_reporting_goes_on_and_alerts_catch_up(built: World) -> None:
    """Reported by page and by phone within two seconds; told in the inbox."""
    client, tenant = built.client("right"), built.ours.tenant
    hazard = _due(built, 5)
    with tenant_scope(tenant.pk):
        kind = HazardKind.objects.get(code="exit-blocked").pk
        before = Hazard.objects.count()
    given = {"enterprise": str(built.ours.plant.pk), "kind": str(kind)}

    def photo(seed: int) -> SimpleUploadedFile:
        return SimpleUploadedFile("a.jpg", make_jpeg(seed=seed))

    started = time.monotonic()
    page = client.post(
        "/hazards/report/",
        given | {"client_id": str(new_id()), "photos": [photo(81)]},
    )
    by_page = time.monotonic() - started
    sent = client.post("/api/v1/evidence/", {"file": photo(82)}).json()
    phone = client.post(
        "/api/v1/hazards/",
        json.dumps(given | {"client_id": str(new_id()), "photos": [sent["id"]]}),
        "application/json",
    )
    by_phone = time.monotonic() - started - by_page
    on = (hazard.due_on + timedelta(days=1)).isoformat()
    tasks.alert_deadlines.delay(on=on)  # beat's message, which gets lost

    assert (page.status_code, phone.status_code) == (302, 201)
    assert by_page < 2
    assert by_phone < 2
    assert _raised(built) == 0
    with tenant_scope(tenant.pk):
        assert Hazard.objects.count() == before + 2
    with _conf(task_always_eager=True):  # Redis is back: the next pass
        tasks.alert_deadlines.delay(on=on)
    assert _raised(built) == 1


@pytest.mark.usefixtures("_redis_is_away")
def test_every_page_opens_without_redis(built: World) -> None:
    client = built.client("right")
    started = time.monotonic()

    for url in ("/", "/hazards/", "/board/", "/notices/", "/enterprises/", "/grids/"):
        assert client.get(url).status_code == 200, url
    assert client.get("/readyz").json()["status"] == "degraded"
    assert time.monotonic() - started < 5


# A task run twice ----------------------------------------------------------------


def test_a_pass_that_comes_twice_raises_once(built: World) -> None:
    worker = make_user(
        built.ours.tenant, on=built.ours.county.village, role="grid_worker"
    )
    hazard = _due(built, 3)
    on = (hazard.due_on + timedelta(days=1)).isoformat()

    raised = [
        tasks.alert_deadlines_of(tenant_id=built.ours.tenant.pk, on=on) for _ in "123"
    ]

    assert raised == [1, 0, 0]
    with tenant_scope(built.ours.tenant.pk):
        told = Notice.objects.filter(key__startswith="alert:", recipient=worker)
        assert told.count() == 1


# A worker is killed -----------------------------------------------------------------


class Worker:
    """A real Celery worker with one child, on a queue of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.queue = f"test-{new_id().hex}"
        self._log = folder / "worker.log"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANWANG_", "DJANGO_", "PYTEST_"))
        } | {
            "ANWANG_VAR": str(folder),
            "DATABASE_URL": _address_of_the_database(),
            "REDIS_URL": settings.REDIS_URL,
        }
        command = [
            *(sys.executable, "-m", "celery", "-A", "config", "worker"),
            *("--queues", self.queue, "--concurrency", "1", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        assert wait_until(lambda: "ready" in self.log(), seconds=60), self.log()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def send(self, task: str, **kwargs: Any) -> None:
        with _conf(task_always_eager=False):
            app.send_task(task, kwargs=kwargs, queue=self.queue)

    def child(self) -> psutil.Process:
        (child,) = psutil.Process(self.process.pid).children()
        return child

    def kill(self) -> None:
        """The whole worker at once, as a machine that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


def _address_of_the_database() -> str:
    given = connection.settings_dict
    user, host, name = given["USER"], str(given["HOST"]), given["NAME"]
    if host.startswith("/"):
        return f"postgresql://{user}@/{name}?host={host}"
    port = given["PORT"] or 5432
    return f"postgresql://{user}:{given['PASSWORD']}@{host}:{port}/{name}"


@pytest.fixture
def worker(built: World, tmp_path: Path) -> Iterator[Worker]:
    running = Worker(tmp_path)
    yield running
    if running.process.poll() is None:
        running.kill()


@contextmanager
def _notices_held(owner: psycopg.Connection[Any]) -> Iterator[Callable[[], bool]]:
    """Nobody can tell anybody anything: the pass stops in its middle.

    Gives a function that says whether somebody waits.
    """

    def somebody_waits() -> bool:
        waiting = owner.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class c ON c.oid = relation"
            " WHERE NOT granted AND c.relname = 'notices_notice'"
        ).fetchone()
        return bool(waiting and waiting[0])

    with owner.transaction():
        owner.execute("LOCK TABLE notices_notice IN SHARE MODE")
        yield somebody_waits


def test_what_a_killed_worker_was_doing_is_done_once(
    built: World, worker: Worker, owner: psycopg.Connection[Any]
) -> None:
    """``kill -9`` in the middle of a pass: first its child, then all of it."""
    tenant = built.ours.tenant.pk
    make_user(built.ours.tenant, on=built.ours.county.village, role="grid_worker")
    first = [_due(built, 3) for _ in range(3)]
    on = (first[0].due_on + timedelta(days=1)).isoformat()
    name = "hazards.tasks.alert_deadlines_of"

    with _notices_held(owner) as somebody_waits:
        worker.send(name, tenant_id=tenant, on=on)
        assert wait_until(somebody_waits, seconds=30), worker.log()
        killed = worker.child()
        killed.kill()
        killed.wait(timeout=10)
    # The message comes back by itself, and a new child does the work.
    assert wait_until(lambda: _raised(built) == 3, seconds=30), worker.log()
    told = _told(built)
    assert told >= 3

    later = [_due(built, 3) for _ in range(2)]
    with _notices_held(owner) as somebody_waits:
        worker.send(name, tenant_id=tenant, on=on)
        assert wait_until(somebody_waits, seconds=30), worker.log()
        worker.kill()
    # Nobody works now; what was begun is undone as soon as the server notices.
    assert _raised(built) == 3
    assert wait_until(lambda: _a_pass(tenant, on) > 0, seconds=20)

    assert _raised(built) == 3 + len(later)
    assert _told(built) == told / 3 * 5
    assert _a_pass(tenant, on) == 0


def _a_pass(tenant_id: int, on: str) -> int:
    return int(tasks.alert_deadlines_of(tenant_id=tenant_id, on=on))


def test_an_import_that_is_killed_in_its_middle_is_done_once(
    built: World,
    worker: Worker,
    owner: psycopg.Connection[Any],
    tmp_path: Path,
    settings: Any,
) -> None:
    """``kill -9`` while rows are being written: none is there; then all are, once."""
    settings.MEDIA_ROOT = tmp_path / "media"
    tenant, village = built.ours.tenant.pk, built.ours.county.village
    actor = make_user(built.ours.tenant, on=village, may=["edit_enterprises"])
    job = _waiting_import(actor, village, tmp_path)
    before = _entries(tenant)

    with owner.transaction():
        owner.execute("LOCK TABLE enterprises_enterprise IN SHARE MODE")
        worker.send("evidence.tasks.run_job", tenant_id=tenant, job_id=str(job.pk))
        assert wait_until(lambda: _waits_for_enterprises(owner), seconds=60)
        killed = worker.child()
        killed.kill()
        killed.wait(timeout=10)
    assert _entries(tenant) == before
    with tenant_scope(tenant):
        left = Job.objects.filter(pk=job.pk)
        assert left.get().state == "running"
        left.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    evidence_tasks.resume_jobs_of(tenant_id=tenant)

    with tenant_scope(tenant):
        done = Job.objects.get(pk=job.pk)
    assert (done.state, done.attempts) == ("done", 2)
    assert _entries(tenant) == (before[0] + 2, before[1] + 2)
    assert evidence_tasks.run_job(tenant_id=tenant, job_id=str(job.pk)) is False


def _waiting_import(actor: User, village: GridNode, folder: Path) -> Job:
    """A ledger that was looked at and confirmed, and that nobody has begun."""
    head = ["单位名称", "信用代码", "所在村", "行业小类"]
    rows = [[name, make_uscc(), village.name, "机械制造"] for name in ("甲厂", "乙厂")]
    content = workbooks.excel(folder / "台账.xlsx", [head, *rows]).read_bytes()
    with tenant_scope(village.tenant_id):
        shown = importing.start_check(
            actor=actor, name="台账.xlsx", size=len(content), pieces=[content]
        )
    with _conf(task_always_eager=False), tenant_scope(village.tenant_id):
        shown.refresh_from_db()
        return importing.start_apply(actor=actor, job=shown, accept_check_digits=False)


def _entries(tenant_id: int) -> tuple[int, int]:
    with tenant_scope(tenant_id):
        return Enterprise.objects.count(), EnterpriseEvent.objects.count()


def _waits_for_enterprises(owner: psycopg.Connection[Any]) -> bool:
    waiting = owner.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_class c ON c.oid = relation"
        " WHERE NOT granted AND c.relname = 'enterprises_enterprise'"
    ).fetchone()
    return bool(waiting and waiting[0])
