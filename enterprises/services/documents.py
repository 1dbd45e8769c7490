"""Papers of the dossier: handed in, and taken away without a trace being lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import DocumentKind, EnterpriseAction, EnterpriseDocument
from enterprises.services.checks import record
from enterprises.services.staff import kept_by
from evidence import documents
from tenants.errors import DomainError, InvalidTransition
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


@transaction.atomic
def add_document(
    *,
    actor: User | None,
    enterprise_id: UUID,
    kind: str,
    title: str,
    content: bytes,
    file_name: str,
) -> EnterpriseDocument:
    """Keep a paper. The same bytes again for the same enterprise are refused."""
    enterprise = kept_by(enterprise_id, actor)
    if kind not in DocumentKind.values:
        raise DomainError(_("Choose what kind of paper it is."), field="kind")
    kept = documents.keep(content=content, name=file_name)
    same = EnterpriseDocument.objects.filter(
        enterprise=enterprise, sha256=kept.sha256, removed_at__isnull=True
    ).first()
    if same is not None:
        raise DomainError(
            _("This paper is in the dossier already: “%(title)s”.")
            % {"title": same.title},
            field="file",
        )
    document: EnterpriseDocument = EnterpriseDocument.objects.create(
        enterprise=enterprise,
        kind=kind,
        title=(tidy_line(title) or kept.file_name)[:100],
        file_name=kept.file_name,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        uploaded_by=actor,
    )
    record(
        enterprise,
        name=EnterpriseAction.DOCUMENT_ADDED,
        actor=actor,
        note=document.title,
        sha256=kept.sha256,
    )
    return document


@transaction.atomic
def remove_document(*, actor: User | None, document_id: UUID) -> EnterpriseDocument:
    """Take a paper out of the dossier; the journal keeps its hash."""
    found = EnterpriseDocument.objects.filter(pk=document_id).first()
    if found is None:
        raise DomainError(_("This paper does not exist."), field="document")
    enterprise = kept_by(found.enterprise_id, actor)
    document: EnterpriseDocument = EnterpriseDocument.objects.get(pk=document_id)
    if document.removed_at is not None:
        raise InvalidTransition(_("This paper was removed already."))
    document.removed_at = timezone.now()
    document.save(update_fields=["removed_at"])
    record(
        enterprise,
        name=EnterpriseAction.DOCUMENT_REMOVED,
        actor=actor,
        note=document.title,
        sha256=document.sha256,
    )
    return document
