"""The ladder of alerts, and the rungs that a hazard reached."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hazards.models.hazard import Hazard
from tenants.tenancy import TenantForeignKey, TenantModel


class RungLine(models.TextChoices):
    AREA = "area", _("Area line")
    DEPARTMENT = "department", _("Department line")


class EscalationRung(TenantModel):
    """A rung of the ladder: so many days from the deadline, these people are told.

    Roles reach whoever holds them on the line, however far above. Posts reach the
    nearest holder on the line: the responsible person of the village, or of the
    township where the village has none.
    ``offset_days`` counts calendar days from the deadline: −3 is three days
    before, +1 the first day overdue (reference 2.4, PROPOSED).
    """

    code = models.SlugField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=60)
    offset_days = models.SmallIntegerField(_("Days from the deadline"))
    area_roles = models.JSONField(_("Roles on the area line"), default=list, blank=True)
    department_roles = models.JSONField(
        _("Roles on the department line"), default=list, blank=True
    )
    area_posts = models.JSONField(_("Posts on the area line"), default=list, blank=True)
    department_posts = models.JSONField(
        _("Posts on the department line"), default=list, blank=True
    )
    urgency = models.CharField(
        _("Urgency"),
        max_length=10,
        choices=[
            ("info", _("Information")),
            ("warning", _("Warning")),
            ("urgent", _("Urgent")),
        ],
        default="info",
    )
    basis = models.CharField(_("Source"), max_length=200, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("escalation rung")
        verbose_name_plural = _("escalation ladder")
        ordering: ClassVar = ["offset_days", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="rung_code_once_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.name


class HazardAlert(TenantModel):
    """A rung that was reached: once per hazard, rung and deadline.

    Without ``told_at`` it waits until those whom the rung names find it in their
    inbox.
    """

    hazard = TenantForeignKey(
        Hazard, on_delete=models.PROTECT, related_name="alerts", db_index=False
    )
    rung = TenantForeignKey(
        EscalationRung, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField()
    raised_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "hazard", "rung", "due_on"],
                name="each_rung_once_per_deadline",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "id"],
                condition=Q(told_at__isnull=True),
                name="alert_waits_to_be_told",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.rung_id} {self.due_on:%Y-%m-%d}"
