"""Units supervised directly by the county or above it, and the copies to townships."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models.register import Enterprise
from enterprises.querysets import CopyNoticeQuerySet
from grids.models import GridNode
from grids.pointing import Fate
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class SupervisionLevel(models.TextChoices):
    COUNTY = "county", _("Supervised by the county")
    CITY = "city", _("Supervised by the city")
    PROVINCE = "province", _("Supervised by the province")
    CENTRAL = "central", _("Supervised by the central government")


class DirectSupervision(TenantModel):
    """From when to when a unit stood outside the basic grid, under whom, and why.

    ``by_node`` is the county's own node or a department below it; whoever
    supervises from above the county is named in ``by_name``. ``until`` is the
    first day on which the unit is back in the basic grid.
    """

    enterprise = TenantForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="direct_supervisions"
    )
    level = models.CharField(
        _("Level"), max_length=10, choices=SupervisionLevel.choices
    )
    by_node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Answerable in the county"),
    )
    by_name = models.CharField(_("Supervising body"), max_length=100, blank=True)
    since = models.DateField(_("Since"))
    until = models.DateField(_("Until"), null=True, blank=True)
    document = models.CharField(_("Document number"), max_length=100)
    reason = models.CharField(_("Reason"), max_length=300)
    placed_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    placed_at = models.DateTimeField(_("Entered"), default=timezone.now)

    when_grids_merge: ClassVar = {"by_node": Fate.CARRIED_WHILE_OPEN}
    unsettled_on_grids: ClassVar = {"until__isnull": True}

    class Meta:
        verbose_name = _("direct supervision")
        verbose_name_plural = _("direct supervisions")
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "enterprise"],
                condition=Q(until__isnull=True),
                name="supervised_directly_once",
            ),
            models.CheckConstraint(
                condition=Q(level__in=SupervisionLevel.values)
                & ~Q(document="")
                & ~Q(reason=""),
                name="direct_supervision_says_why",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="direct_supervision_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_level_display()}"

    @property
    def supervisor(self) -> str:
        return self.by_name or self.by_node.name


class CopyKind(models.TextChoices):
    PLACED = "placed", _("Taken under direct supervision")
    ENDED = "ended", _("Handed back to the basic grid")
    MOVED_IN = "moved_in", _("Came from another township")
    MOVED_AWAY = "moved_away", _("Moved to another township")


class CopyNotice(TenantModel):
    """A numbered copy (抄告) that tells the township; it stays as it was written."""

    number = models.CharField(_("Number"), max_length=40)
    kind = models.CharField(_("Kind"), max_length=10, choices=CopyKind.choices)
    supervision = TenantForeignKey(
        DirectSupervision, on_delete=models.PROTECT, related_name="copies"
    )
    enterprise = TenantForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="copy_notices"
    )
    township = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Township"),
    )
    text = models.TextField(_("Text"))
    issued_at = models.DateTimeField(_("Issued"), default=timezone.now)
    issued_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Issued by"),
    )
    acknowledged_at = models.DateTimeField(_("Acknowledged"), null=True, blank=True)
    acknowledged_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Acknowledged by"),
    )

    when_grids_merge: ClassVar = {"township": Fate.CARRIED_WHILE_OPEN}
    unsettled_on_grids: ClassVar = {"acknowledged_at__isnull": True}

    objects: ClassVar = TenantManager.from_queryset(CopyNoticeQuerySet)()

    class Meta:
        verbose_name = _("copy notice")
        verbose_name_plural = _("copy notices")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="copy_notice_number_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "supervision", "kind"],
                # A unit may move more than once.
                condition=Q(kind__in=[CopyKind.PLACED, CopyKind.ENDED]),
                name="copied_once_per_occasion",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="copy_is_acknowledged_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "township", "-issued_at"], name="copies_of_township"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("supervision:copy", kwargs={"pk": self.pk})
