"""The A to D level of an enterprise: its thresholds, its reasons, its decisions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models.register import Enterprise, ManagementLevel
from enterprises.querysets import DecisionQuerySet
from enterprises.standing import LEVELS, neighbours
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel

FIRST_YEAR = 2000
LAST_YEAR = 2200


class LevelThreshold(TenantModel):
    """The lowest score of a level, in one edition of the rating rules."""

    level = models.CharField(_("Level"), max_length=1, choices=ManagementLevel.choices)
    lowest = models.DecimalField(
        _("Lowest score"),
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    edition = models.CharField(_("Edition"), max_length=20)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("level threshold")
        verbose_name_plural = _("level thresholds")
        ordering: ClassVar = ["edition", "level"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "edition", "level"],
                name="level_threshold_once_per_edition",
            ),
            models.UniqueConstraint(
                fields=["tenant", "level"],
                condition=Q(is_active=True),
                name="level_threshold_in_use_once",
            ),
            models.CheckConstraint(
                condition=Q(level__in=ManagementLevel.values),
                name="level_threshold_is_of_a_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} ≥ {self.lowest.normalize():f}"


class DirectReason(TenantModel):
    """What puts an enterprise on level D at once, whatever its score."""

    code = models.SlugField(_("Code"), max_length=30)
    name = models.CharField(_("Name"), max_length=100)
    edition = models.CharField(_("Edition"), max_length=20)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)
    order = models.PositiveSmallIntegerField(_("Sequence"), default=100)

    class Meta:
        verbose_name = _("reason for level D")
        verbose_name_plural = _("reasons for level D")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="direct_reason_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DecisionKind(models.TextChoices):
    INITIAL = "initial", _("First rating")
    YEARLY = "yearly", _("Yearly rating")
    DIRECT = "direct", _("Level D at once")


def _one_step_at_most() -> Q:
    """Yearly decisions: the pairs of levels that lie beside each other."""
    pairs = Q()
    for level in LEVELS:
        pairs |= Q(previous=level, level__in=list(neighbours(level)))
    return pairs


class LevelDecision(TenantModel):
    """One decision on an enterprise's level.

    The history is never rewritten: what was entered by mistake is withdrawn with
    a reason and stays readable.

    One step a year at most, by constraint; only a direct D goes further, for a
    reason from the tenant's list. ``computed`` is what the score would have
    given under the thresholds of ``edition``.
    """

    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="level_decisions",
        db_index=False,
        verbose_name=_("Enterprise"),
    )
    year = models.PositiveSmallIntegerField(
        _("Year"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    kind = models.CharField(_("Kind"), max_length=8, choices=DecisionKind.choices)
    previous = models.CharField(
        _("Level before"), max_length=1, choices=ManagementLevel.choices, blank=True
    )
    level = models.CharField(_("Level"), max_length=1, choices=ManagementLevel.choices)
    score = models.DecimalField(
        _("Score"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    computed = models.CharField(
        _("Level by the score"),
        max_length=1,
        choices=ManagementLevel.choices,
        blank=True,
    )
    edition = models.CharField(_("Edition"), max_length=20, blank=True)
    reason = TenantForeignKey(
        DirectReason,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Reason"),
    )
    note = models.CharField(_("Note"), max_length=500, blank=True)
    decided_on = models.DateField(_("Decided on"), default=timezone.localdate)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Decided by"),
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("Withdrawn by"),
    )
    withdrawn_because = models.CharField(
        _("Why it was withdrawn"), max_length=500, blank=True, editable=False
    )

    objects: ClassVar = TenantManager.from_queryset(DecisionQuerySet)()

    class Meta:
        verbose_name = _("level decision")
        verbose_name_plural = _("level decisions")
        ordering: ClassVar = ["-year", "-recorded_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "enterprise", "year"],
                condition=~Q(kind=DecisionKind.DIRECT) & Q(withdrawn_at__isnull=True),
                name="one_rating_per_year",
            ),
            models.UniqueConstraint(
                fields=["tenant", "enterprise"],
                condition=Q(kind=DecisionKind.INITIAL, withdrawn_at__isnull=True),
                name="one_first_rating",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.INITIAL) | Q(previous=""),
                name="first_rating_follows_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.YEARLY) | _one_step_at_most(),
                name="yearly_rating_moves_one_step_at_most",
            ),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.DIRECT, level="D", reason__isnull=False)
                | ~Q(kind=DecisionKind.DIRECT) & Q(reason__isnull=True),
                name="direct_rating_is_d_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="level_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(level__in=list(LEVELS)),
                name="level_decided_is_known",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="level_decided_for_a_real_year",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "enterprise", "-year"], name="level_history")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.level}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def kind_label(self) -> Any:
        return DecisionKind(self.kind).label
