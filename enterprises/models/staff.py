"""The people of an enterprise who need a certificate, and their certificates.

Of a person as little as the work needs: no identity number but its last four
characters, and those only where somebody enters them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.register import Enterprise, phone_is_dialled
from enterprises.querysets import CertificateQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class StaffPost(models.TextChoices):
    PRINCIPAL = "principal", _("Principal")
    SAFETY_DIRECTOR = "safety_director", _("Safety director")
    SAFETY_MANAGER = "safety_manager", _("Full-time safety manager")
    PART_TIME = "part_time", _("Part-time safety manager")
    SPECIAL_OPERATOR = "special_operator", _("Special operator")
    EQUIPMENT_OPERATOR = "equipment_operator", _("Operator of special equipment")
    OTHER = "other", _("Other post")


class CertificateKind(models.TextChoices):
    PRINCIPAL = "principal", _("Safety training of the principal")
    SAFETY_MANAGER = "safety_manager", _("Safety training of safety managers")
    SAFETY_ENGINEER = "safety_engineer", _("Registered safety engineer")
    SPECIAL_OPERATION = "special_operation", _("Special operation")
    SPECIAL_EQUIPMENT = "special_equipment", _("Operation of special equipment")
    OTHER = "other", _("Other certificate")


class StaffMember(TenantModel):
    """Somebody who works in an enterprise; whoever has left stays in its history."""

    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="staff",
        db_index=False,
        verbose_name=_("Enterprise"),
    )
    name = models.CharField(_("Name"), max_length=50)
    post = models.CharField(
        pgettext_lazy("staff of an enterprise", "Post"),
        max_length=20,
        choices=StaffPost.choices,
    )
    job = models.CharField(_("Job"), max_length=50, blank=True)
    phone = models.CharField(
        _("Phone"), max_length=20, blank=True, validators=[phone_is_dialled]
    )
    id_ending = models.CharField(
        _("Last four characters of the identity number"), max_length=4, blank=True
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_on = models.DateField(_("Left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering: ClassVar = ["post", "name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="staff_has_a_name"),
            models.CheckConstraint(
                condition=Q(post__in=StaffPost.values), name="staff_post_is_known"
            ),
            models.CheckConstraint(
                condition=Q(id_ending="") | Q(id_ending__regex=r"^\d{3}[0-9X]$"),
                name="staff_id_is_an_ending_only",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "enterprise"], name="staff_of_enterprise")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def post_label(self) -> Any:
        return StaffPost(self.post).label


class StaffCertificate(TenantModel):
    """A certificate of a person. ``review_due`` is the review between issue and end."""

    member = TenantForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("Staff member"),
    )
    kind = models.CharField(_("Kind"), max_length=20, choices=CertificateKind.choices)
    number = models.CharField(_("Number"), max_length=50, blank=True)
    issuer = models.CharField(_("Issued by the authority"), max_length=100, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    review_due = models.DateField(_("Review due"), null=True, blank=True)
    revoked_on = models.DateField(_("Withdrawn on"), null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(CertificateQuerySet)()

    class Meta:
        verbose_name = _("certificate of staff")
        verbose_name_plural = _("certificates of staff")
        ordering: ClassVar = ["valid_to", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=CertificateKind.values),
                name="staff_certificate_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="staff_certificate_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "valid_to"],
                condition=Q(revoked_on__isnull=True),
                name="staff_certificate_by_expiry",
            )
        ]

    def __str__(self) -> str:
        return self.number or str(self.kind_label)

    @property
    def kind_label(self) -> Any:
        return CertificateKind(self.kind).label

    @property
    def next_end(self) -> Any:
        """The nearer of its end and its review: what has to be done next."""
        return min(filter(None, [self.valid_to, self.review_due]), default=None)
