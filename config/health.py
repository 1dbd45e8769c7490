"""Is it alive, may it take requests, what does it measure."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from config import metrics
from config.celery import BEHAVIOUR

_seen_complete: list[bool] = []


@login_not_required
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database and migrations decide; Redis away is only ``degraded``.

    Reporting works without Redis and alerts catch up, so taking the server out
    of service then would turn a small fault into a big one.
    """
    parts = {"database": _database(), "migrations": "unknown", "redis": _redis()}
    if parts["database"] == "ok":
        parts["migrations"] = _migrations()
    served = parts["database"] == parts["migrations"] == "ok"
    status = "not ready"
    if served:
        status = "ready" if parts["redis"] == "ok" else "degraded"
    return JsonResponse({"status": status, **parts}, status=200 if served else 503)


@login_not_required
@require_safe
def measurements(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with the token, or from this machine when none is set."""
    if not _may_measure(request):
        return HttpResponseForbidden()
    return HttpResponse(
        metrics.exposition(_queue_lengths()),
        content_type="text/plain; version=0.0.4; charset=utf-8",
    )


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(wanted, given)
    forwarded = "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not forwarded


def _database() -> str:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unavailable"
    return "ok"


def pending_migrations() -> bool:
    """Is there a migration in the code that the database has not seen?"""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations() -> str:
    """Once all are applied that cannot change under a running process."""
    if not _seen_complete and not pending_migrations():
        _seen_complete.append(True)
    return "ok" if _seen_complete else "missing"


def _broker() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5
    )


def _redis() -> str:
    try:
        with _broker() as broker:
            broker.ping()
    except RedisError:
        return "unavailable"
    return "ok"


def _queue_lengths() -> dict[str, int]:
    queue = BEHAVIOUR["task_default_queue"]
    try:
        with _broker() as broker:
            return {queue: int(broker.llen(queue))}
    except RedisError:
        return {}
