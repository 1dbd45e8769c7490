"""A hazard itself: what is wrong, where, in which state, under which deadline."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from grids.models import SupervisedModel
from hazards.models.kinds import HazardKind
from hazards.querysets import HazardQuerySet
from hazards.workflow import FINAL, ON_THE_CLOCK, HazardLevel, HazardState
from tenants.tenancy import TenantForeignKey, TenantManager


class HazardSource(models.TextChoices):
    """Who found it and in which course of work (reference 2.1, PROPOSED list)."""

    SELF_CHECK = "self_check", _("Enterprise self-check")
    PATROL = "patrol", _("Grid worker's patrol")
    TOWNSHIP = "township", _("Township inspection")
    DEPARTMENT = "department", _("Department inspection")
    DOUBLE_RANDOM = "double_random", _("Double-random inspection")
    EXPERT = "expert", _("Expert or service agency")
    PUBLIC = "public", _("Public report")
    SUPERIOR = "superior", _("Assigned from above")
    MONITORING = "monitoring", _("Monitoring")


class Hazard(SupervisedModel):
    """One hazard from report to close.

    ``department_node`` may be empty where the industry is unknown; ``due_on``
    is the deadline in force, ``first_due_on`` the first one ever set;
    ``next_alert_on`` is the day on which the next rung of the ladder is due,
    empty while no clock runs.
    """

    number = models.CharField(_("Number"), max_length=40)
    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        db_index=False,
        verbose_name=_("Enterprise"),
    )
    kind = TenantForeignKey(
        HazardKind,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("Kind"),
    )
    title = models.CharField(_("What is wrong"), max_length=100)
    description = models.TextField(_("Description"), blank=True)
    place = models.CharField(_("Place"), max_length=200)
    source = models.CharField(_("Source"), max_length=20, choices=HazardSource.choices)
    level = models.CharField(
        _("Level"), max_length=10, choices=HazardLevel.choices, blank=True
    )
    suspected_major = models.BooleanField(_("Suspected major hazard"), default=False)
    state = models.CharField(
        _("State"),
        max_length=20,
        choices=HazardState.choices,
        default=HazardState.REPORTED,
    )
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    accuracy_m = models.PositiveIntegerField(null=True)

    reported_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("Reported by"),
    )
    reported_at = models.DateTimeField(_("Reported"), default=timezone.now)

    requirement = models.TextField(_("Required rectification"), blank=True)
    responsible = models.CharField(_("Responsible person"), max_length=50, blank=True)
    assigned_at = models.DateTimeField(_("Assigned"), null=True)
    due_on = models.DateField(_("Deadline"), null=True)
    first_due_on = models.DateField(_("First deadline"), null=True)
    next_alert_on = models.DateField(null=True)

    rectified_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Rectified by"),
    )
    measures = models.TextField(_("What was done"), blank=True)
    cost = models.DecimalField(
        _("Cost (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    submitted_at = models.DateTimeField(_("Submitted"), null=True)
    verified_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Rechecked by"),
    )
    verified_at = models.DateTimeField(_("Recheck passed"), null=True)
    closed_at = models.DateTimeField(_("Closed"), null=True)
    times_failed = models.PositiveSmallIntegerField(_("Failed rechecks"), default=0)
    revision = models.PositiveIntegerField(default=1)

    unsettled_on_grids: ClassVar = "open"

    objects: ClassVar = TenantManager.from_queryset(HazardQuerySet)()

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="hazard_number_once_per_tenant"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ON_THE_CLOCK) | Q(due_on__isnull=False),
                name="hazard_on_the_clock_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state=HazardState.CLOSED, closed_at__isnull=False)
                | ~Q(state=HazardState.CLOSED) & Q(closed_at__isnull=True),
                name="hazard_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        HazardState.SUBMITTED,
                        HazardState.VERIFIED,
                        HazardState.CLOSED,
                    ]
                )
                | Q(rectified_by__isnull=False),
                name="hazard_past_submitted_has_rectifier",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | ~Q(verified_by=models.F("rectified_by")),
                name="nobody_rechecks_their_own_rectification",
            ),
            models.CheckConstraint(
                condition=Q(next_alert_on__isnull=True) | Q(state__in=ON_THE_CLOCK),
                name="hazard_alerts_only_on_the_clock",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "-reported_at", "-id"], name="hazard_newest"
            ),
            models.Index(
                fields=["tenant", "township", "state", "-reported_at", "-id"],
                name="hazard_by_township",
            ),
            models.Index(
                fields=["tenant", "department_node", "state", "-reported_at"],
                name="hazard_by_department",
            ),
            models.Index(
                fields=["tenant", "area_node", "-reported_at"], name="hazard_by_area"
            ),
            models.Index(
                fields=["tenant", "state", "-reported_at"], name="hazard_by_state"
            ),
            models.Index(
                fields=["tenant", "reported_by", "-reported_at"],
                include=["township", "state"],  # enough to count with
                name="hazard_by_reporter",
            ),
            models.Index(
                fields=["tenant", "due_on"],
                condition=Q(state__in=ON_THE_CLOCK),
                name="hazard_clock",
            ),
            models.Index(
                fields=["tenant", "next_alert_on"],
                condition=Q(next_alert_on__isnull=False),
                name="hazard_next_alert",
            ),
            models.Index(
                fields=["tenant", "township"],
                include=["state", "due_on", "suspected_major"],
                condition=~Q(state__in=FINAL),
                name="hazard_open",  # enough for the board to count with
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("hazards:detail", kwargs={"pk": self.pk})

    @property
    def is_on_the_clock(self) -> bool:
        return self.state in ON_THE_CLOCK

    @property
    def state_label(self) -> Any:
        """``get_state_display`` makes a dictionary of all states each time."""
        return HazardState(self.state).label

    @property
    def level_label(self) -> Any:
        return HazardLevel(self.level).label

    @property
    def is_open(self) -> bool:
        return self.state not in FINAL

    def days_left(self) -> int | None:
        """Days until the deadline while the clock runs; negative when overdue."""
        if self.due_on is None or not self.is_on_the_clock:
            return None
        return (self.due_on - timezone.localdate()).days
