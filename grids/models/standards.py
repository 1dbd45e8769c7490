"""The checklist that a grid office must fulfil (十有), and what each office has."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models import Photo
from grids.kinds import NodeKind
from grids.models.tree import GridNode
from grids.pointing import Fate
from tenants.tenancy import TenantForeignKey, TenantModel

OFFICE_KINDS = (NodeKind.COUNTY, NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)


class OfficeKind(TenantModel):
    """A kind of node that has an office to which the checklist applies."""

    kind = models.CharField(_("Kind"), max_length=12, choices=NodeKind.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="office_kind_once"),
            models.CheckConstraint(
                condition=Q(kind__in=OFFICE_KINDS), name="office_kind_is_an_area"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class OfficeStandard(TenantModel):
    """One row of the checklist."""

    seq = models.PositiveSmallIntegerField(_("Sequence"))
    name = models.CharField(_("Name"), max_length=50)
    hint = models.CharField(_("What counts"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    edition = models.CharField(_("Edition"), max_length=20, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("standard of a grid office")
        verbose_name_plural = _("standards of grid offices")
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "seq"], name="office_standard_place_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OfficeMark(TenantModel):
    """Somebody stated whether an office has something; the latest is current."""

    node = TenantForeignKey(GridNode, on_delete=models.PROTECT, related_name="+")
    standard = TenantForeignKey(
        OfficeStandard, on_delete=models.PROTECT, related_name="marks", db_index=False
    )
    has = models.BooleanField(_("Has it"))
    since = models.DateField(_("Date"))
    document = models.CharField(_("Document number"), max_length=100, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    marked_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    marked_at = models.DateTimeField(_("When"), default=timezone.now)
    is_current = models.BooleanField(default=True)

    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "node", "standard"],
                condition=Q(is_current=True),
                name="office_has_one_current_mark",
            )
        ]

    def __str__(self) -> str:
        return f"{self.node} · {self.standard}"


class OfficePhoto(TenantModel):
    """A photo of what the office has."""

    mark = TenantForeignKey(OfficeMark, on_delete=models.PROTECT, related_name="photos")
    photo = TenantForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "photo"], name="office_photo_used_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.photo_id)
