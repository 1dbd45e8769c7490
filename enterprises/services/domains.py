"""Which special domains apply to an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.concerns import DOMAIN_BASIS, DOMAINS, EDITION
from enterprises.models import EnterpriseAction, EnterpriseDomain, SpecialDomain
from enterprises.services.checks import record
from enterprises.services.codes import editable
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User
    from enterprises.models import Enterprise


@transaction.atomic
def seed_domains() -> int:
    """The list a new tenant begins with; keeps what is there."""
    known = set(SpecialDomain.objects.values_list("code", flat=True))
    fresh = [
        SpecialDomain(
            code=code,
            name=name,
            order=number * 10,
            edition=EDITION,
            basis=DOMAIN_BASIS[is_named],
            is_proposed=not is_named,
        )
        for number, (code, name, is_named) in enumerate(DOMAINS, start=1)
        if code not in known
    ]
    return len(SpecialDomain.objects.bulk_create(fresh))


@transaction.atomic
def set_domains(
    *, actor: User | None, enterprise_id: UUID, domain_ids: Collection[UUID]
) -> Enterprise:
    """Exactly these domains apply from now on. One event, none without a change."""
    enterprise = editable(enterprise_id, actor)
    wanted = {row.pk: row for row in SpecialDomain.objects.filter(pk__in=domain_ids)}
    if len(wanted) != len(set(domain_ids)):
        raise DomainError(_("This special domain does not exist."), field="domains")
    held = {
        row.domain_id: row
        for row in EnterpriseDomain.objects.filter(
            enterprise=enterprise
        ).select_related("domain")
    }
    added = [row for pk, row in wanted.items() if pk not in held]
    ended = [row for pk, row in held.items() if pk not in wanted]
    if not added and not ended:
        return enterprise
    if retired := [row.name for row in added if not row.is_active]:
        raise DomainError(
            _("No longer in use: %(names)s.") % {"names": "、".join(retired)},
            field="domains",
        )
    EnterpriseDomain.objects.filter(pk__in=[row.pk for row in ended]).delete()
    EnterpriseDomain.objects.bulk_create(
        EnterpriseDomain(enterprise=enterprise, domain=row) for row in added
    )
    record(
        enterprise,
        name=EnterpriseAction.DOMAINS_SET,
        actor=actor,
        added=[row.name for row in added],
        ended=[row.domain.name for row in ended],
    )
    return enterprise
