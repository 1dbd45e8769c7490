"""The rows of the guided picker."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantModel


class HazardKind(TenantModel):
    """A row of the guided picker: what people usually find, in their words.

    ``requirement`` and ``days`` are suggestions for the assessor, never
    decisions.
    """

    code = models.SlugField(_("Code"), max_length=20)
    heading = models.CharField(_("Group"), max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    requirement = models.CharField(_("Suggested requirement"), max_length=300)
    days = models.PositiveSmallIntegerField(_("Suggested days"), default=7)
    rank = models.PositiveSmallIntegerField(_("Order"), default=100)
    basis = models.CharField(_("Source"), max_length=200, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("hazard kind")
        verbose_name_plural = _("hazard kinds")
        ordering: ClassVar = ["rank", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="hazard_kind_code_once_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.name
