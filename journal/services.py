"""Write to the security log, seal events in the background, verify the chain."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import Q

from journal import seals
from journal.middleware import answering
from journal.models import Seal, SecurityEvent, Unsealed
from tenants.tenancy import TenantModel, active_tenant, tenant_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from accounts.models import User

logger = logging.getLogger(__name__)

BATCH = 500


def record_security(
    *,
    name: str,
    actor: User | None,
    succeeded: bool = True,
    note: str = "",
    request: HttpRequest | None = None,
    tenant_id: int | None = None,
    **details: Any,
) -> SecurityEvent:
    """Append one row to the security log of ``tenant_id`` or of the active tenant.

    Without either, the row belongs to the platform (for example a sign-in with
    an unknown name). Where nobody is named and an operator of the platform is
    being answered, it was he: ``as_platform`` stands in the particulars.
    """
    tenant_id = tenant_id if tenant_id is not None else active_tenant()
    request = request or answering.get()
    if actor is None and (operator := _operator(request)) is not None:
        actor, details = operator, details | {"as_platform": True}
    with _scope(tenant_id):
        return SecurityEvent.objects.create(
            tenant_id=tenant_id,
            actor=actor,
            name=name,
            succeeded=succeeded,
            note=note,
            details=details,
            **_of_request(request),
        )


def _operator(request: HttpRequest | None) -> User | None:
    """Of the platform and signed in: no bureau's own."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.tenant_id is not None:
        return None
    found: User = user
    return found


def _of_request(request: HttpRequest | None) -> dict[str, Any]:
    if request is None:
        return {}
    return {
        "address": request.META.get("REMOTE_ADDR") or None,
        "agent": request.headers.get("User-Agent", "")[:300],
        "request_id": getattr(request, "request_id", "")[:64],
    }


def _scope(tenant_id: int | None) -> AbstractContextManager[Any]:
    if tenant_id is None or tenant_id == active_tenant():
        return nullcontext()
    return tenant_scope(tenant_id)


@transaction.atomic
def seal_events(*, limit: int = 20_000) -> int:
    """Seal what waits in the active tenant (or of the platform); returns how many.

    Two sealers at once are harmless: the second finds the lock taken and leaves.
    """
    if not _try_lock():
        return 0
    waiting = list(
        Unsealed.objects.filter(_own())
        .order_by("event_id")
        .values_list("stream", "event_id")[:limit]
    )
    by_stream: dict[str, list[Any]] = defaultdict(list)
    for stream, event_id in waiting:
        by_stream[stream].append(event_id)
    last = _last_seal()
    number, previous = (last.number, last.digest) if last else (0, seals.FIRST)
    for stream, ids in sorted(by_stream.items()):
        for start in range(0, len(ids), BATCH):
            number += 1
            previous = _seal_batch(
                number=number,
                stream=stream,
                ids=ids[start : start + BATCH],
                previous=previous,
            )
    Unsealed.objects.filter(event_id__in=[pk for _stream, pk in waiting]).delete()
    if waiting:
        logger.info(
            "journal sealed", extra={"tenant": active_tenant(), "head": previous}
        )
    return len(waiting)


def _own() -> Q:
    """Rows of the active tenant, or of the platform where none is active."""
    tenant_id = active_tenant()
    if tenant_id is None:
        return Q(tenant_id__isnull=True)
    return Q(tenant_id=tenant_id)


def _seal_batch(*, number: int, stream: str, ids: list[Any], previous: str) -> str:
    model = seals.streams()[stream]
    events = model._default_manager.in_bulk(ids)
    kept = [str(pk) for pk in ids if pk in events]
    leaves = [seals.leaf(events[pk]) for pk in ids if pk in events]
    digest = seals.link(
        number=number, stream=stream, ids=kept, leaves=leaves, previous=previous
    )
    Seal.objects.create(
        tenant_id=active_tenant(),
        number=number,
        stream=stream,
        event_ids=kept,
        leaves=leaves,
        algorithm=seals.ALGORITHM,
        previous=previous,
        digest=digest,
    )
    return digest


def _last_seal() -> Seal | None:
    return Seal.objects.filter(_own()).order_by("-number").first()


def _try_lock() -> bool:
    # 2 is Lock.JOURNAL_SEAL; the platform's own chain has the key 0.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(2, %s)", [active_tenant() or 0]
        )
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the journal is not what was sealed."""

    kind: str
    stream: str
    detail: str


def verify() -> Iterator[Finding]:
    """Compare the journal of the active tenant (or the platform) with its seals.

    Finds a changed event, a removed event, a removed or altered seal, and an
    event that never went through the queue. A chain cut at its end together
    with its events shows only against a head noted elsewhere: each sealing
    writes its head to the log.
    """
    previous, expected = seals.FIRST, 1
    sealed_count: dict[str, int] = defaultdict(int)
    chain = Seal.objects.filter(_own()).order_by("number")
    for seal in chain.iterator(chunk_size=50):
        if seal.number != expected:
            yield Finding("gap", seal.stream, f"{expected}..{seal.number - 1}")
        if seal.previous != previous and seal.number == expected:
            yield Finding("broken", seal.stream, str(seal.number))
        yield from _verify_seal(seal)
        sealed_count[seal.stream] += len(seal.event_ids)
        previous, expected = seal.digest, seal.number + 1
    yield from _verify_counts(sealed_count)


def _verify_seal(seal: Seal) -> Iterator[Finding]:
    digest = seals.link(
        number=seal.number,
        stream=seal.stream,
        ids=seal.event_ids,
        leaves=seal.leaves,
        previous=seal.previous,
    )
    if digest != seal.digest:
        yield Finding("altered seal", seal.stream, str(seal.number))
    model = seals.streams().get(seal.stream)
    if model is None or len(seal.event_ids) != len(seal.leaves):
        yield Finding("altered seal", seal.stream, str(seal.number))
        return
    events = {str(pk): e for pk, e in _in_bulk(model, seal.event_ids).items()}
    for pk, known in zip(seal.event_ids, seal.leaves, strict=True):
        event = events.get(pk)
        if event is None:
            yield Finding("removed", seal.stream, pk)
        elif seals.leaf(event) != known:
            yield Finding("changed", seal.stream, pk)


def _in_bulk(model: type[models.Model], ids: list[str]) -> dict[Any, models.Model]:
    return model._default_manager.in_bulk(ids)


def _verify_counts(sealed_count: dict[str, int]) -> Iterator[Finding]:
    for stream, model in seals.streams().items():
        if active_tenant() is None and issubclass(model, TenantModel):
            continue
        rows = model._default_manager.filter(_own()).count()
        waiting = Unsealed.objects.filter(_own(), stream=stream).count()
        unknown = rows - waiting - sealed_count[stream]
        if unknown > 0:
            yield Finding("unsealed", stream, str(unknown))


def head() -> str:
    """The digest to note elsewhere: it stands for everything sealed so far."""
    last = _last_seal()
    return last.digest if last else seals.FIRST
