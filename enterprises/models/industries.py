"""The trades, and the department that each belongs to."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import GridNode
from grids.pointing import Fate
from tenants.tenancy import TenantForeignKey, TenantModel


class IndustryCategory(TenantModel):
    """One of the 13 industry categories; ``usual_department`` is a hint in words."""

    code = models.CharField(
        _("Code"), max_length=2, validators=[RegexValidator(r"^\d{2}$")]
    )
    name = models.CharField(_("Name"), max_length=50)
    order = models.PositiveSmallIntegerField(_("Sequence"), default=100)
    usual_department = models.CharField(
        _("Usual departments"), max_length=100, blank=True
    )

    class Meta:
        verbose_name = _("industry category")
        verbose_name_plural = _("industry categories")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="industry_category_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndustrySubcategory(TenantModel):
    """A trade. Through it an enterprise comes to its competent department."""

    category = TenantForeignKey(
        IndustryCategory,
        on_delete=models.PROTECT,
        related_name="subcategories",
        verbose_name=_("Industry category"),
    )
    code = models.CharField(
        _("Code"), max_length=4, validators=[RegexValidator(r"^\d{4}$")]
    )
    name = models.CharField(_("Name"), max_length=50)
    department_node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "department"},
        verbose_name=_("Competent department"),
    )
    industry_code = models.CharField(
        _("Usual industry code (GB/T 4754)"), max_length=5, blank=True
    )
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    edition = models.CharField(_("Edition"), max_length=20, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    when_grids_merge: ClassVar = {"department_node": Fate.CARRIED}

    class Meta:
        verbose_name = _("industry subcategory")
        verbose_name_plural = _("industry subcategories")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="industry_subcategory_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
