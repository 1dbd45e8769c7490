"""The QR codes that hang on doors. A code is never deleted, only withdrawn."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models.register import Enterprise
from enterprises.tokens import PATTERN, in_groups
from tenants.tenancy import TenantForeignKey, TenantModel


class CodeDirectory(models.Model):
    """Which tenant a scanned code belongs to.

    Like a user it is looked up before there is a tenant, so the table has no
    policy. It holds digests only: whoever read all of it would know no address,
    no enterprise and no token.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("directory of codes")
        verbose_name_plural = _("directory of codes")

    def __str__(self) -> str:
        return self.digest[:8]


class EnterpriseCode(TenantModel):
    """A code of an enterprise: it goes on resolving when a newer one is issued.

    The database refuses to delete a code or to give it to another enterprise.
    One that was abused is withdrawn with a reason; its page then says so.
    """

    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="qr_codes",
        verbose_name=_("Enterprise"),
    )
    token = models.CharField(_("Code"), max_length=18, editable=False)
    issued_at = models.DateTimeField(_("Issued"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Issued by"),
    )
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)
    withdrawn_because = models.CharField(
        _("Why it was withdrawn"), max_length=200, blank=True
    )

    class Meta:
        verbose_name = _("enterprise code")
        verbose_name_plural = _("enterprise codes")
        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "token"], name="enterprise_token_once"
            ),
            models.CheckConstraint(
                condition=Q(token__regex=PATTERN),
                name="enterprise_token_is_well_formed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="enterprise_code_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return in_groups(self.token)

    def get_absolute_url(self) -> str:
        return reverse("code", kwargs={"token": self.token})

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
