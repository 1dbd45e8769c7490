"""Papers of an enterprise's dossier: stored by content, served only as downloads."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.register import Enterprise
from tenants.tenancy import TenantForeignKey, TenantModel


class DocumentKind(models.TextChoices):
    LICENCE = "licence", _("Licence or permit")
    CERTIFICATE = "certificate", _("Certificate")
    PLAN = "plan", _("Plan")
    SYSTEM = "system", _("Rules and responsibilities")
    CONTRACT = "contract", _("Contract")
    REPORT = "report", pgettext_lazy("a paper", "Report")
    OTHER = "other", _("Other paper")


class EnterpriseDocument(TenantModel):
    """A paper somebody handed in. Taking it away leaves the row and its reason."""

    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
        verbose_name=_("Enterprise"),
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=DocumentKind.choices)
    title = models.CharField(_("Title"), max_length=100)
    file_name = models.CharField(_("File"), max_length=100, editable=False)
    media_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("Size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_at = models.DateTimeField(_("Uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Uploaded by"),
    )
    removed_at = models.DateTimeField(_("Removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["kind", "-uploaded_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="document_hash_is_sha256",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0), name="document_is_not_empty"
            ),
            models.UniqueConstraint(
                fields=["tenant", "enterprise", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="document_once_per_enterprise",
            ),
        ]

    def __str__(self) -> str:
        return self.title
