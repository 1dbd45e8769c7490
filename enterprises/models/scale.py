"""The statistical size classes as rows: which industries, which lower bounds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models.register import Scale
from tenants.tenancy import TenantForeignKey, TenantModel


class ScaleGroup(TenantModel):
    """Industries that are measured by the same bounds.

    ``codes`` are the beginnings of their codes in GB/T 4754: divisions (17) or
    longer. The group without codes takes all the rest. ``designated_revenue``
    is the yearly revenue, in ten thousand yuan, from which a unit counts as
    above designated size; empty where no figure decides it.
    """

    code = models.SlugField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=50)
    codes = models.JSONField(_("Industry codes"), default=list, blank=True)
    designated_revenue = models.DecimalField(
        _("Revenue from which a unit is above designated size"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
    )
    order = models.PositiveSmallIntegerField(_("Sequence"), default=100)
    edition = models.CharField(_("Edition"), max_length=20)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)

    class Meta:
        verbose_name = _("size group")
        verbose_name_plural = _("size groups")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "edition", "code"], name="scale_group_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ScaleBound(TenantModel):
    """The lower bounds of a class in a group: all that are given must be met."""

    group = TenantForeignKey(
        ScaleGroup, on_delete=models.CASCADE, related_name="bounds"
    )
    scale = models.CharField(_("Size class"), max_length=6, choices=Scale.choices)
    employees = models.PositiveIntegerField(_("Employees from"), null=True, blank=True)
    revenue = models.DecimalField(
        _("Revenue from"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    assets = models.DecimalField(
        _("Assets from"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("size bound")
        verbose_name_plural = _("size bounds")
        ordering: ClassVar = ["group", "scale"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "group", "scale"], name="scale_bound_once"
            ),
            models.CheckConstraint(
                condition=Q(scale__in=["large", "medium", "small"]),
                name="scale_bound_is_of_a_class",
            ),
            models.CheckConstraint(
                condition=Q(employees__isnull=False)
                | Q(revenue__isnull=False)
                | Q(assets__isnull=False),
                name="scale_bound_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scale}"
