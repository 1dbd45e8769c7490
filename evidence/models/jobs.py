"""Work that takes longer than a page may: who started it, how far it is, its files."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evidence import kinds
from evidence.querysets import JobQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a job", "Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE: Final = (JobState.WAITING, JobState.RUNNING)
_TONES: Final = {"done": "active", "failed": "assigned", "running": "submitted"}


class Job(TenantModel):
    """One piece of long work, done at most once at a time.

    Whoever runs it holds a lease: ``lease`` names the holder, ``heartbeat_at``
    says that it lives. Everything a holder writes asks for the lease, so that one
    that was thought dead cannot write over its successor. ``source_path`` and
    ``product_path`` are names of ours, below the folder of jobs; the names that
    people see stand beside them.
    """

    kind = models.CharField(_("Kind"), max_length=40)
    actor = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Started by"),
    )
    state = models.CharField(
        _("State"), max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(_("Why it failed"), blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    source_name = models.CharField(_("File"), max_length=200, blank=True)
    source_path = models.CharField(max_length=200, blank=True)
    product_name = models.CharField(_("Result file"), max_length=200, blank=True)
    product_path = models.CharField(max_length=200, blank=True)
    rows_path = models.CharField(max_length=200, blank=True)
    lease = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("Started"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("Ended"), null=True)
    expires_at = models.DateTimeField(_("Kept until"), null=True)

    objects: ClassVar = TenantManager.from_queryset(JobQuerySet)()

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING)
                | Q(lease__isnull=False, heartbeat_at__isnull=False),
                name="running_job_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, finished_at__isnull=True)
                | Q(finished_at__isnull=False, expires_at__isnull=False)
                & ~Q(state__in=ACTIVE),
                name="ended_job_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.FAILED) | ~Q(error=""),
                name="failed_job_says_why",
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")) | Q(total=0),
                name="job_is_not_further_than_its_end",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "actor", "-created_at"], name="jobs_of_one"),
            models.Index(
                fields=["tenant", "created_at"],
                condition=Q(state__in=ACTIVE),
                name="jobs_to_do",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", kwargs={"pk": self.pk})

    @property
    def title(self) -> Any:
        return kinds.find(self.kind).title

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return _TONES.get(self.state, "retired")

    @property
    def has_product(self) -> bool:
        """Is there a file to take away, and is it still kept?"""
        return bool(self.product_path) and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
