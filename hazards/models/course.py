"""What happened to a hazard: its events, deadlines and photos."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models import Photo
from hazards.models.hazard import Hazard
from journal.models import Event
from tenants.tenancy import TenantForeignKey, TenantModel


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
