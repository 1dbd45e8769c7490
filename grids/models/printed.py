"""What is printed on postings and duty cards besides names: each bureau's own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantModel


class Phones(models.TextChoices):
    """How mobile numbers look on what hangs in public."""

    MASKED = "masked", _("With the middle digits hidden")
    FULL = "full", _("In full")
    HIDDEN = "hidden", _("Not at all")


class PrintRule(TenantModel):
    """One row per bureau. Texts have a line per item."""

    phones = models.CharField(
        _("Mobile numbers in public"),
        max_length=6,
        choices=Phones.choices,
        default=Phones.MASKED,
    )
    duty_phone = models.CharField(_("Office phone on duty"), max_length=40, blank=True)
    report_line = models.CharField(_("Report line"), max_length=40, default="12350")
    emergency_phones = models.CharField(
        _("Emergency phones"), max_length=100, blank=True
    )
    duties = models.TextField(_("Supervisory duties"), blank=True, max_length=2000)
    tasks = models.TextField(_("Tasks of a grid worker"), blank=True, max_length=2000)
    frequency = models.TextField(_("How often"), blank=True, max_length=1000)
    forbidden = models.TextField(_("Not allowed"), blank=True, max_length=1000)
    reporting = models.TextField(_("How to report"), blank=True, max_length=1000)
    basis = models.CharField(_("Basis"), max_length=300, blank=True)
    edition = models.CharField(_("Edition"), max_length=40, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not prescribed"), default=True)

    class Meta:
        verbose_name = _("text of postings and cards")
        verbose_name_plural = _("texts of postings and cards")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], name="one_rule_of_printing_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return str(_("Texts of postings and duty cards"))
