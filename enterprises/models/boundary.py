"""Business forms that no department claims, and the decisions that assign them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.industries import IndustrySubcategory
from enterprises.querysets import BoundaryDutyQuerySet
from grids.models import GridNode
from grids.pointing import Fate
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class BoundaryDuty(TenantModel):
    """A business form at the edge of several departments' duties.

    ``suggestion`` is a hint in words, with its source; who answers for it is
    decided by the county (:class:`BoundaryDecision`).
    """

    name = models.CharField(_("Business form"), max_length=50)
    suggestion = models.CharField(_("Suggested department"), max_length=100, blank=True)
    similar_to = models.CharField(_("Similar business"), max_length=100, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    edition = models.CharField(_("Edition"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("Created"), default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(BoundaryDutyQuerySet)()

    class Meta:
        verbose_name = _("boundary duty")
        verbose_name_plural = _("boundary duties")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "name"], name="boundary_duty_named_once"
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="boundary_duty_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("boundary:detail", kwargs={"pk": self.pk})


class BoundaryDecision(TenantModel):
    """Which department answers for a business form, by which rule, since when."""

    duty = TenantForeignKey(
        BoundaryDuty, on_delete=models.PROTECT, related_name="decisions"
    )
    department_node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Competent department"),
    )
    subcategory = TenantForeignKey(
        IndustrySubcategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Industry subcategory"),
    )
    rule = models.CharField(_("Rule"), max_length=300)
    document = models.CharField(_("Document number"), max_length=100)
    decided_on = models.DateField(pgettext_lazy("a boundary duty", "Decided on"))
    valid_from = models.DateField(_("From"))
    valid_to = models.DateField(_("Until"), null=True)
    decided_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Entered by"),
    )
    entered_at = models.DateTimeField(_("Entered"), default=timezone.now)

    when_grids_merge: ClassVar = {"department_node": Fate.CARRIED_WHILE_OPEN}
    unsettled_on_grids: ClassVar = {"valid_to__isnull": True}

    class Meta:
        verbose_name = _("decision on a boundary duty")
        verbose_name_plural = _("decisions on boundary duties")
        ordering: ClassVar = ["-valid_from", "-entered_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "duty"],
                condition=Q(valid_to__isnull=True),
                name="boundary_duty_has_one_decision_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(rule="") & ~Q(document=""),
                name="boundary_decision_says_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__lte=F("valid_from"))
                & (Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))),
                name="boundary_decision_days_follow_each_other",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} · {self.department_node}"
