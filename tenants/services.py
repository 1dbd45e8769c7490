"""Tenants, gap-free numbers, and submissions that count once."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import Conflict, DomainError, refused_at_its_field
from tenants.ids import new_id
from tenants.models import Submission, Tenant, TenantLevel
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from uuid import UUID

SUBMISSIONS_KEPT_DAYS = 90


@transaction.atomic
def create_tenant(
    *,
    name: str,
    division_code: str,
    level: str = TenantLevel.COUNTY,
    parent: Tenant | None = None,
    centre: tuple[float, float] = (0.0, 0.0),
) -> Tenant:
    """The bare tenant row; ``portal.services.open_bureau`` furnishes it.

    ``centre`` is (longitude, latitude) in WGS-84. Raises ``DomainError`` at
    ``division_code`` when it is malformed or taken.
    """
    tenant = Tenant(
        name=tidy_line(name),
        division_code=division_code,
        level=level,
        parent=parent,
        centre_longitude=Decimal(f"{centre[0]:.7f}"),
        centre_latitude=Decimal(f"{centre[1]:.7f}"),
    )
    with refused_at_its_field():
        tenant.full_clean()
    tenant.save()
    return tenant


@transaction.atomic
def edit_tenant(
    *,
    tenant_id: int,
    name: str,
    parent: Tenant | None,
    centre: tuple[float, float],
    map_zoom: int,
    is_active: bool,
) -> Tenant:
    """Change a tenant. Nobody of a closed one can sign in; its rows stay."""
    tenant = Tenant.objects.select_for_update(of=("self",)).get(pk=tenant_id)
    _check_parent(tenant, parent)
    tenant.name, tenant.parent = tidy_line(name), parent
    tenant.is_active = is_active
    tenant.centre_longitude = Decimal(f"{centre[0]:.7f}")
    tenant.centre_latitude = Decimal(f"{centre[1]:.7f}")
    tenant.map_zoom = map_zoom
    tenant.save()
    return tenant


def _check_parent(tenant: Tenant, parent: Tenant | None) -> None:
    above = parent
    while above is not None:
        if above.pk == tenant.pk:
            raise DomainError(_("A tenant cannot stand above itself."), field="parent")
        above = above.parent


def next_number(*, series: str, day: date) -> int:
    """The next number of a series on a day, from 1, without gaps.

    The counter's row stays locked until the transaction ends; ask for the
    number last, so that others wait briefly.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_numberseries (id, tenant_id, series, day, last)"
            " VALUES (%s, %s, %s, %s, 1)"
            " ON CONFLICT (tenant_id, series, day)"
            " DO UPDATE SET last = tenants_numberseries.last + 1 RETURNING last",
            [new_id(), require_tenant(), series, day],
        )
        return int(cursor.fetchone()[0])


def take_numbers(*, series: str, day: date, count: int) -> int:
    """Reserve ``count`` numbers at once; returns the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_numberseries (id, tenant_id, series, day, last)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (tenant_id, series, day)"
            " DO UPDATE SET last = tenants_numberseries.last + excluded.last"
            " RETURNING last",
            [new_id(), require_tenant(), series, day, count],
        )
        return int(cursor.fetchone()[0]) - count + 1


def digest_of(content: Any) -> str:
    """SHA-256 of a JSON-able body, independent of the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def claim_submission(
    *, key: UUID, digest: str, answer: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """Claim a device's key. ``None``: it is new, do the work.

    ``answer`` is kept for the next time, where it is known before the work (ids
    are made here); else call ``answer_submission`` after it.

    Otherwise the answer given the first time. The unique key makes concurrent
    copies wait for the first one's transaction instead of doubling its work.
    Raises ``Conflict`` when the key came before with another body.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_submission"
            " (id, tenant_id, key, digest, answer, received_at)"
            " VALUES (%s, %s, %s, %s, %s::jsonb, %s)"
            " ON CONFLICT (tenant_id, key) DO NOTHING",
            [
                *(new_id(), require_tenant(), key, digest),
                *(json.dumps(answer or {}), timezone.now()),
            ],
        )
        if cursor.rowcount == 1:
            return None
    first = Submission.objects.get(key=key)
    if first.digest != digest:
        raise Conflict(
            _("This form was sent before with other content. Open a new form.")
        )
    return dict(first.answer)


def answer_submission(*, key: UUID, answer: dict[str, Any]) -> None:
    """Keep what was answered, for the next time the same thing arrives."""
    Submission.objects.filter(key=key).update(answer=answer)


@transaction.atomic
def forget_old_submissions() -> int:
    """Drop keys older than 90 days; returns how many."""
    limit = timezone.now() - timedelta(days=SUBMISSIONS_KEPT_DAYS)
    count, _details = Submission.objects.filter(received_at__lt=limit).delete()
    return count
