"""Fields of special concern: any number for an enterprise, whatever its trade."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models.register import Enterprise
from tenants.tenancy import TenantForeignKey, TenantModel


class SpecialDomain(TenantModel):
    """A field of special concern, as a row of the tenant's own list."""

    code = models.SlugField(_("Code"), max_length=30)
    name = models.CharField(_("Name"), max_length=50)
    order = models.PositiveSmallIntegerField(_("Sequence"), default=100)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    edition = models.CharField(_("Edition"), max_length=20)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("special domain")
        verbose_name_plural = _("special domains")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="special_domain_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class EnterpriseDomain(TenantModel):
    """That a special domain applies to an enterprise."""

    enterprise = TenantForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="domains", db_index=False
    )
    domain = TenantForeignKey(
        SpecialDomain, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("special domain of an enterprise")
        verbose_name_plural = _("special domains of enterprises")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "enterprise", "domain"],
                name="special_domain_once_per_enterprise",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "domain", "enterprise"], name="enterprise_by_domain"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
