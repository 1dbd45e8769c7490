"""The register: who is supervised, by which department, and where."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.codes import PATTERN
from enterprises.models.industries import IndustrySubcategory
from enterprises.querysets import EnterpriseQuerySet
from grids.models import GridNode, SupervisedModel
from journal.models import Event
from tenants.tenancy import TenantForeignKey, TenantManager

phone_is_dialled = RegexValidator(
    r"^\+?[0-9][0-9 \-]{4,18}[0-9]$", _("A phone number has digits and hyphens only.")
)


class UnitType(models.TextChoices):
    """What kind of unit it is; some kinds may have no unified code yet."""

    COMPANY = "company", _("Company")
    INDIVIDUAL = "individual", _("Individual business")
    COOPERATIVE = "cooperative", _("Farmers' cooperative")
    PUBLIC = "public", _("Public institution")
    SOCIAL = "social", _("Social organisation")
    THREE_SMALL = "three_small", _("Small shop, workshop or leisure place")
    UNLICENSED = "unlicensed", _("Unlicensed premises")
    OTHER = "other", _("Other unit")


class EnterpriseState(models.TextChoices):
    PREPARING = "preparing", _("Being set up")
    OPERATING = "operating", _("Operating")
    SUSPENDED = "suspended", _("Operation suspended")
    CLOSED = "closed", _("Closed down")
    DEREGISTERED = "deregistered", _("Deregistered")


_STATE_TONES = {"operating": "active", "suspended": "assigned"}


class Scale(models.TextChoices):
    """Statistical size classes of 2017."""

    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class PositionSource(models.TextChoices):
    """Where a position comes from: how far it can be trusted."""

    DEVICE = "device", _("Taken on the spot")
    MANUAL = "manual", _("Entered by hand or on the map")
    IMPORTED = "imported", _("From an import")


class ManagementLevel(models.TextChoices):
    """How closely a unit is looked at: A seldom, D most."""

    A = "A", _("Level A")
    B = "B", _("Level B")
    C = "C", _("Level C")
    D = "D", _("Level D")


class EnterpriseAction(models.TextChoices):
    """What can happen to an entry of the register."""

    REGISTERED = "registered", _("Registered")
    EDITED = "edited", _("Edited")
    STATE_CHANGED = "state_changed", _("State changed")
    MOVED = "moved", _("Moved to another grid")
    DEPARTMENT_CHANGED = "department_changed", _("Competent department changed")
    SUPERVISION_BEGUN = "supervision_begun", _("Taken under direct supervision")
    SUPERVISION_ENDED = "supervision_ended", _("Handed back to the basic grid")
    LEVEL_DECIDED = "level_decided", _("Level decided")
    LEVEL_WITHDRAWN = "level_withdrawn", _("Level decision taken back")
    MERGED = "merged", _("Merged into another entry")
    ABSORBED = "absorbed", _("Another entry was merged into this one")
    DOMAINS_SET = "domains_set", _("Special domains changed")
    CERTIFIED = "certified", _("Standardization certificate recorded")
    CERTIFICATE_REVOKED = "certificate_revoked", _("Standardization revoked")
    STAFF_CHANGED = "staff_changed", _("Staff list changed")
    DOCUMENT_ADDED = "document_added", _("Paper added")
    DOCUMENT_REMOVED = "document_removed", _("Paper removed")
    CODE_ISSUED = "code_issued", _("New QR code issued")
    CODE_WITHDRAWN = "code_withdrawn", _("QR code withdrawn")


class Enterprise(SupervisedModel):
    """A unit in the register, with or without a unified social credit code.

    ``area_node`` is the enterprise's own node of the grid tree, below its
    village, sub-grid or township; moving the node moves the enterprise, and the
    database carries ``township`` along. ``department_node`` follows from the
    subcategory. A unit without a unified code has a number of ours
    (``own_code``) and says why; it keeps the number when the code comes.
    """

    name = models.CharField(_("Name of the unit"), max_length=100)
    unit_type = models.CharField(
        _("Kind of unit"), max_length=12, choices=UnitType.choices
    )
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    uscc_check_failed = models.BooleanField(
        _("Check digit does not fit"), default=False, editable=False
    )
    uscc_missing_reason = models.CharField(
        _("Why there is no code"), max_length=200, blank=True
    )
    own_code = models.CharField(
        _("Temporary number"), max_length=20, blank=True, editable=False
    )
    subcategory = TenantForeignKey(
        IndustrySubcategory,
        on_delete=models.PROTECT,
        related_name="enterprises",
        verbose_name=_("Industry subcategory"),
    )
    state = models.CharField(
        _("State"),
        max_length=12,
        choices=EnterpriseState.choices,
        default=EnterpriseState.OPERATING,
    )
    legal_person = models.CharField(
        _("Legal representative"), max_length=50, blank=True
    )
    principal = models.CharField(_("Principal"), max_length=50, blank=True)
    principal_phone = models.CharField(
        _("Principal's phone"), max_length=20, blank=True, validators=[phone_is_dialled]
    )
    safety_manager = models.CharField(_("Safety manager"), max_length=50, blank=True)
    safety_manager_phone = models.CharField(
        _("Safety manager's phone"),
        max_length=20,
        blank=True,
        validators=[phone_is_dialled],
    )
    address = models.CharField(_("Address"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("Longitude"),
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        _("Latitude"),
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    position_source = models.CharField(
        _("Source of the position"),
        max_length=10,
        choices=PositionSource.choices,
        blank=True,
    )
    position_accuracy = models.PositiveIntegerField(
        _("Accuracy in metres"), null=True, blank=True
    )
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    scale = models.CharField(
        _("Size class"), max_length=6, choices=Scale.choices, blank=True
    )
    above_designated_size = models.BooleanField(
        _("Above designated size"), default=False
    )
    industry_code = models.CharField(
        _("Industry code (GB/T 4754)"),
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-T]?\d{2,4}$", _("Two to four digits, as on the statistics form.")
            )
        ],
    )
    revenue = models.DecimalField(
        _("Yearly revenue (ten thousand yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    assets = models.DecimalField(
        _("Total assets (ten thousand yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    computed_scale = models.CharField(
        _("Size class by the table"),
        max_length=6,
        choices=Scale.choices,
        blank=True,
        editable=False,
    )
    scale_basis = models.JSONField(default=dict, blank=True, editable=False)
    scale_reason = models.CharField(
        _("Why the size class is another"), max_length=200, blank=True
    )
    merged_into = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        db_index=False,
        verbose_name=_("Merged into"),
    )
    management_level = models.CharField(
        _("Management level"),
        max_length=1,
        choices=ManagementLevel.choices,
        blank=True,
        editable=False,
    )
    registered_at = models.DateTimeField(_("Registered on"), default=timezone.now)
    # Written by the database, so that no write can forget it. Without phones: who
    # searches for a part of a number would read what is masked. The parentheses of
    # names like 某某（安徽）有限公司 are typed in both widths.
    search_text = models.GeneratedField(
        expression=Func(
            Lower(
                Concat(
                    *(
                        part
                        for name in (
                            "name",
                            "uscc",
                            "own_code",
                            "legal_person",
                            "principal",
                            "safety_manager",
                            "address",
                        )
                        for part in (F(name), Value("\n"))
                    )
                )
            ),
            Value("（）"),
            Value("()"),
            function="translate",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    unsettled_on_grids: ClassVar = "supervised"

    objects: ClassVar = TenantManager.from_queryset(EnterpriseQuerySet)()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "area_node"], name="enterprise_has_its_own_node"
            ),
            models.UniqueConstraint(
                fields=["tenant", "uscc"],
                condition=~Q(uscc=""),
                name="enterprise_uscc_once_per_tenant",
            ),
            models.UniqueConstraint(
                fields=["tenant", "own_code"],
                condition=~Q(own_code=""),
                name="enterprise_own_code_once_per_tenant",
            ),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__regex=PATTERN),
                name="enterprise_uscc_is_well_formed",
            ),
            models.CheckConstraint(
                condition=~Q(uscc="") | ~Q(own_code="") & ~Q(uscc_missing_reason=""),
                name="enterprise_without_uscc_says_why",
            ),
            models.CheckConstraint(
                condition=Q(uscc_check_failed=False) | ~Q(uscc=""),
                name="enterprise_check_failed_of_a_uscc",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="enterprise_has_a_name"),
            models.CheckConstraint(
                condition=Q(state__in=EnterpriseState.values),
                name="enterprise_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(unit_type__in=UnitType.values),
                name="enterprise_unit_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | Q(state__in=[EnterpriseState.CLOSED, EnterpriseState.DEREGISTERED])
                & ~Q(merged_into=F("id")),
                name="enterprise_merged_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(management_level__in=["", *ManagementLevel.values]),
                name="enterprise_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    longitude__isnull=True, latitude__isnull=True, position_source=""
                )
                | Q(
                    longitude__gte=-180,
                    longitude__lte=180,
                    latitude__gte=-90,
                    latitude__lte=90,
                    position_source__in=PositionSource.values,
                ),
                name="enterprise_position_is_on_earth",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "name"], name="enterprise_by_name"),
            models.Index(
                fields=["tenant", "township", "name"], name="enterprise_by_township"
            ),
            models.Index(fields=["tenant", "-registered_at"], name="enterprise_by_age"),
            models.Index(
                fields=["tenant", "department_node"], name="enterprise_by_department"
            ),
            models.Index(
                fields=["tenant", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="enterprise_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:detail", kwargs={"pk": self.pk})

    @property
    def code(self) -> str:
        """The unified code, else our own number: what people read aloud."""
        return self.uscc or self.own_code

    @property
    def state_tone(self) -> str:
        """The colour of the state: green works, amber stands still, grey is gone."""
        return _STATE_TONES.get(self.state, "retired")

    @property
    def grid(self) -> GridNode:
        """What it stands in: a village, a sub-grid or a township."""
        return cast("GridNode", self.area_node.parent)

    @property
    def has_position(self) -> bool:
        return self.longitude is not None and self.latitude is not None


class EnterpriseEvent(Event):
    """What happened to an entry of the register."""

    enterprise = TenantForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="events"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "enterprise", "at"], name="enterprise_course"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.label}"

    @property
    def label(self) -> Any:
        return dict(EnterpriseAction.choices).get(self.name, self.name)
