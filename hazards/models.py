"""Hazards, their course, their deadlines, and the alerts they raised."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from evidence.models import Photo
from grids.models import GridNode, SupervisedModel
from grids.pointing import Fate
from hazards.querysets import HazardQuerySet, HazardTallyQuerySet
from hazards.workflow import FINAL, ON_THE_CLOCK, HazardLevel, HazardState
from journal.models import Event
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


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
                condition=~Q(state__in=FINAL),
                name="hazard_open",
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


class HazardEvent(Event):
    """One step of a hazard's course."""

    hazard = TenantForeignKey(
        Hazard, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "hazard", "at"], name="hazard_course")
        ]


class HazardDeadline(TenantModel):
    """A deadline that was set, with its explanation; the older ones are kept."""

    hazard = TenantForeignKey(
        Hazard, on_delete=models.PROTECT, related_name="deadlines", db_index=False
    )
    round = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    steps = models.JSONField(default=list)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "hazard", "round"], name="one_deadline_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.due_on:%Y-%m-%d}"


class PhotoPhase(models.TextChoices):
    BEFORE = "before", _("Before rectification")
    AFTER = "after", _("After rectification")


class HazardPhoto(TenantModel):
    """A photo of a hazard, before or after, and the step it came with."""

    hazard = TenantForeignKey(
        Hazard, on_delete=models.PROTECT, related_name="photos", db_index=False
    )
    photo = TenantForeignKey(
        Photo, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = TenantForeignKey(
        HazardEvent, on_delete=models.PROTECT, related_name="photos", db_index=False
    )
    phase = models.CharField(max_length=10, choices=PhotoPhase.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "photo"], name="photo_shows_one_hazard"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "hazard"], name="hazard_photos")
        ]

    def __str__(self) -> str:
        return str(self.photo_id)


class RungLine(models.TextChoices):
    AREA = "area", _("Area line")
    DEPARTMENT = "department", _("Department line")


class EscalationRung(TenantModel):
    """A rung of the ladder: so many days from the deadline, these roles are told.

    ``offset_days`` counts calendar days from the deadline: −3 is three days
    before, +1 the first day overdue (reference 2.4, PROPOSED).
    """

    code = models.SlugField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=60)
    offset_days = models.SmallIntegerField(_("Days from the deadline"))
    area_roles = models.JSONField(_("Roles on the area line"), default=list)
    department_roles = models.JSONField(
        _("Roles on the department line"), default=list, blank=True
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


class HazardTally(TenantModel):
    """Counts kept beside the hazards, so that a total costs the same at any size.

    The database's trigger appends a row of differences with each write, which
    never waits for another writer; ``services.compact_tallies`` sums them up.
    ``measure`` is ``held`` (how many are in ``state`` now), ``reported`` or
    ``closed`` (how many in ``month``).
    """

    # The trigger counts again when the hazards are carried.
    when_grids_merge: ClassVar = {
        "township": Fate.FOLLOWS,
        "department_node": Fate.FOLLOWS,
    }

    measure = models.CharField(max_length=10)
    township = TenantForeignKey(
        GridNode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department_node = TenantForeignKey(
        GridNode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=10, blank=True)
    month = models.DateField(null=True)
    n = models.IntegerField()

    objects: ClassVar = TenantManager.from_queryset(HazardTallyQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "measure", "month", "township", "state"],
                include=["department_node", "level", "n"],
                name="hazard_tally",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.state} {self.n}"
