"""Standardization certificates: recorded, renewed by a newer one, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    EnterpriseAction,
    EnterpriseDocument,
    StandardizationCertificate,
)
from enterprises.services.checks import record
from enterprises.services.codes import editable
from tenants.days import check_far
from tenants.errors import DomainError, InvalidTransition, refused_at_its_field
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User

USUAL_YEARS = 3


def usual_end(valid_from: date) -> date:
    """The last day of the usual three years."""
    first = valid_from.replace(day=1, year=valid_from.year + USUAL_YEARS)
    try:
        return valid_from.replace(year=valid_from.year + USUAL_YEARS)
    except ValueError:  # from the 29th of February
        return first.replace(day=28)


@transaction.atomic
def record_standardization(
    *,
    actor: User | None,
    enterprise_id: UUID,
    level: int,
    number: str,
    issuer: str,
    valid_from: date,
    valid_to: date | None = None,
    document_id: UUID | None = None,
) -> StandardizationCertificate:
    """A certificate as it stands on the paper; three years where no end is given."""
    enterprise = editable(enterprise_id, actor)
    check_far(valid_from, field="valid_from")
    check_far(valid_to, field="valid_to")
    certificate = StandardizationCertificate(
        enterprise=enterprise,
        level=level,
        number=tidy_line(number),
        issuer=tidy_line(issuer),
        valid_from=valid_from,
        valid_to=valid_to or usual_end(valid_from),
        document=_paper(document_id, enterprise.pk),
    )
    with refused_at_its_field():
        certificate.clean_fields(
            exclude=["tenant", "enterprise", "document", "revoked_on"]
        )
    if certificate.valid_to <= certificate.valid_from:
        raise DomainError(_("It ends after it begins."), field="valid_to")
    same = StandardizationCertificate.objects.filter(
        enterprise=enterprise, number=certificate.number
    )
    if same.exists():
        raise DomainError(_("This certificate is recorded already."), field="number")
    certificate.save(force_insert=True)
    record(
        enterprise,
        name=EnterpriseAction.CERTIFIED,
        actor=actor,
        level=level,
        number=certificate.number,
        valid_to=certificate.valid_to.isoformat(),
    )
    return certificate


@transaction.atomic
def revoke_standardization(
    *, actor: User | None, certificate_id: UUID, reason: str
) -> StandardizationCertificate:
    """After an accident or fraud, or because it was recorded by mistake."""
    found = StandardizationCertificate.objects.filter(pk=certificate_id).first()
    if found is None:
        raise DomainError(_("This certificate does not exist."), field="certificate")
    enterprise = editable(found.enterprise_id, actor)
    certificate: StandardizationCertificate = StandardizationCertificate.objects.get(
        pk=certificate_id
    )
    if certificate.revoked_on is not None:
        raise InvalidTransition(_("This certificate was revoked already."))
    if not tidy_line(reason):
        raise DomainError(_("Say why it is revoked."), field="reason")
    certificate.revoked_on = timezone.localdate()
    certificate.revoked_because = tidy_line(reason)[:200]
    certificate.save(update_fields=["revoked_on", "revoked_because"])
    record(
        enterprise,
        name=EnterpriseAction.CERTIFICATE_REVOKED,
        actor=actor,
        note=certificate.revoked_because,
        number=certificate.number,
    )
    return certificate


def _paper(document_id: UUID | None, enterprise_id: UUID) -> EnterpriseDocument | None:
    if document_id is None:
        return None
    paper = EnterpriseDocument.objects.filter(
        pk=document_id, enterprise_id=enterprise_id, removed_at__isnull=True
    ).first()
    if paper is None:
        raise DomainError(_("This paper does not exist."), field="document")
    return paper
