"""Work items: what is to be done on a grid, how often, by whom; and what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models import Photo
from grids.kinds import NodeKind
from grids.models.tree import GridNode
from grids.pointing import Fate
from journal.models import Event
from tenants.tenancy import TenantForeignKey, TenantModel

MOST_TIMES = 31


class DutyRole(models.TextChoices):
    """Whose an item is; each role works on nodes of one kind."""

    WORKER = "worker", _("Grid worker")
    VILLAGE = "village", _("Village or community")
    TOWNSHIP = "township", _("Township or park")
    DEPARTMENT = "department", _("Industry department")
    COMMITTEE_OFFICE = "committee_office", _("Safety committee office")
    COUNTY = "county", _("County government")
    UNIT = "unit", _("Enterprise itself")


KIND_OF_ROLE: dict[str, str] = {
    DutyRole.WORKER: NodeKind.VILLAGE,
    DutyRole.VILLAGE: NodeKind.VILLAGE,
    DutyRole.TOWNSHIP: NodeKind.TOWNSHIP,
    DutyRole.DEPARTMENT: NodeKind.DEPARTMENT,
    DutyRole.COMMITTEE_OFFICE: NodeKind.COUNTY,
    DutyRole.COUNTY: NodeKind.COUNTY,
    DutyRole.UNIT: NodeKind.ENTERPRISE,
}


class DutyUnit(models.TextChoices):
    """The period in which an item is due so many times."""

    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    HALF_YEAR = "half_year", _("half a year")
    YEAR = "year", _("a year")
    OCCASION = "occasion", _("whenever it comes up")


class DutyEvidence(models.TextChoices):
    """What shows that it was done."""

    NONE = "none", _("Nothing more")
    TEXT = "text", _("A sentence")
    PHOTO = "photo", _("A photo")
    DOCUMENT = "document", _("A document: its number, or a photo of it")


class WorkScheme(TenantModel):
    """A list of work items in aspects; one of them is in force."""

    code = models.SlugField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=100)
    edition = models.CharField(_("Edition"), max_length=20, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)

    class Meta:
        verbose_name = _("scheme of work items")
        verbose_name_plural = _("schemes of work items")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="work_scheme_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:scheme", kwargs={"pk": self.pk})


class WorkSchemeTerm(TenantModel):
    """From when to when a scheme was in force; ``ends_on`` is the first day without."""

    scheme = TenantForeignKey(
        WorkScheme, on_delete=models.PROTECT, related_name="terms"
    )
    begins_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True)
    chosen_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(ends_on__isnull=True),
                name="one_work_scheme_in_force",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="work_scheme_term_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.begins_on}"


class WorkItem(TenantModel):
    """A kind of work; what it says is in its versions."""

    scheme = TenantForeignKey(
        WorkScheme, on_delete=models.PROTECT, related_name="items"
    )
    aspect_code = models.CharField(_("Aspect code"), max_length=4)
    aspect = models.CharField(_("Aspect"), max_length=50)
    seq = models.PositiveSmallIntegerField(_("Sequence"))

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering: ClassVar = ["aspect_code", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "scheme", "aspect_code", "seq"],
                name="work_item_place_once",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.aspect_code}-{self.seq:02d}"


class WorkItemVersion(TenantModel):
    """What an item said between two days: records keep the version they answer to."""

    item = TenantForeignKey(WorkItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"), default=1)
    name = models.CharField(_("Name"), max_length=100)
    owner_role = models.CharField(
        _("Whose work"), max_length=20, choices=DutyRole.choices
    )
    unit = models.CharField(_("Period"), max_length=10, choices=DutyUnit.choices)
    times = models.PositiveSmallIntegerField(
        _("Times in the period"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TIMES)],
    )
    evidence = models.CharField(
        _("What shows it"), max_length=10, choices=DutyEvidence.choices
    )
    help = models.CharField(_("Help"), max_length=300, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    valid_from = models.DateField(_("From"))
    valid_to = models.DateField(_("Until"), null=True)
    changed_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "item", "number"], name="work_item_version_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "item"],
                condition=Q(valid_to__isnull=True),
                name="work_item_has_one_version_in_force",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="work_item_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=MOST_TIMES)
                & (~Q(unit=DutyUnit.OCCASION) | Q(times=1)),
                name="work_item_is_due_some_times",
            ),
            models.CheckConstraint(
                condition=Q(owner_role__in=DutyRole.values)
                & Q(unit__in=DutyUnit.values)
                & Q(evidence__in=DutyEvidence.values)
                & ~Q(name=""),
                name="work_item_version_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_periodic(self) -> bool:
        return self.unit != DutyUnit.OCCASION

    @property
    def often(self) -> str:
        """How often it is due, in words."""
        if not self.is_periodic:
            return str(self.get_unit_display())
        return _("%(times)s × %(unit)s") % {
            "times": self.times,
            "unit": self.get_unit_display(),
        }


class WorkRecord(TenantModel):
    """Somebody did an item on a node in a period.

    ``number`` counts up within the period and never past what is due, by the
    service and the unique key together. A mistaken record is withdrawn, with a
    reason in its course, and stays.
    """

    node = TenantForeignKey(GridNode, on_delete=models.PROTECT, related_name="+")
    item = TenantForeignKey(WorkItem, on_delete=models.PROTECT, related_name="records")
    version = TenantForeignKey(
        WorkItemVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = models.CharField(_("Period"), max_length=10)
    period_last = models.DateField(_("End of the period"))
    number = models.PositiveSmallIntegerField(_("Number"), default=1)
    done_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Done by"),
    )
    done_at = models.DateTimeField(_("Done at"), default=timezone.now)
    note = models.CharField(_("Work done"), max_length=500, blank=True)
    document = models.CharField(_("Document number"), max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)

    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    class Meta:
        verbose_name = _("work record")
        verbose_name_plural = _("work records")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "node", "item", "period", "number"],
                condition=Q(withdrawn_at__isnull=True),
                name="work_recorded_once",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="work_records_are_counted_from_one"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "period_last", "item", "node"],
                include=["number"],
                condition=Q(withdrawn_at__isnull=True),
                name="work_by_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("duties:record", kwargs={"pk": self.pk})

    @property
    def is_late(self) -> bool:
        """Was it entered only after its period had ended?"""
        return timezone.localdate(self.done_at) > self.period_last


class WorkPhoto(TenantModel):
    """A photo that shows that the work was done."""

    record = TenantForeignKey(
        WorkRecord, on_delete=models.PROTECT, related_name="photos"
    )
    photo = TenantForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "photo"], name="work_photo_used_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.photo_id)


class WorkAction(models.TextChoices):
    RECORDED = "recorded", _("Recorded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class WorkEvent(Event):
    """What happened to a work record."""

    record = TenantForeignKey(
        WorkRecord, on_delete=models.PROTECT, related_name="events"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "record", "at"], name="work_course")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.label}"

    @property
    def label(self) -> Any:
        return dict(WorkAction.choices).get(self.name, self.name)
