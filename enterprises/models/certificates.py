"""Standardization certificates, and the reminders before certificates run out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models.documents import EnterpriseDocument
from enterprises.models.register import Enterprise
from enterprises.models.staff import StaffCertificate
from enterprises.querysets import CertificateQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class StandardizationLevel(models.IntegerChoices):
    FIRST = 1, _("Level 1")
    SECOND = 2, _("Level 2")
    THIRD = 3, _("Level 3")


class StandardizationCertificate(TenantModel):
    """That an enterprise meets the work-safety standardization of a level."""

    enterprise = TenantForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="standardization",
        verbose_name=_("Enterprise"),
    )
    level = models.PositiveSmallIntegerField(
        _("Standardization level"), choices=StandardizationLevel.choices
    )
    number = models.CharField(_("Number"), max_length=50)
    issuer = models.CharField(_("Issued by the authority"), max_length=100)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid until"))
    document = TenantForeignKey(
        EnterpriseDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Paper"),
    )
    revoked_on = models.DateField(_("Revoked on"), null=True, blank=True)
    revoked_because = models.CharField(_("Why"), max_length=200, blank=True)

    objects: ClassVar = TenantManager.from_queryset(CertificateQuerySet)()

    class Meta:
        verbose_name = _("standardization certificate")
        verbose_name_plural = _("standardization certificates")
        ordering: ClassVar = ["-valid_to", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "enterprise", "number"],
                name="standardization_number_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="standardization_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(level__in=StandardizationLevel.values),
                name="standardization_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True, revoked_because="")
                | Q(revoked_on__isnull=False) & ~Q(revoked_because=""),
                name="standardization_revoked_with_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "valid_to"],
                condition=Q(revoked_on__isnull=True),
                name="standardization_by_expiry",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid_today(self) -> bool:
        today = timezone.localdate()
        return self.revoked_on is None and self.valid_from <= today <= self.valid_to


class ExpiryRung(TenantModel):
    """So many days before a certificate runs out, these roles are told."""

    days = models.PositiveSmallIntegerField(_("Days before"))
    area_roles = models.JSONField(_("Roles on the area line"), default=list)
    department_roles = models.JSONField(_("Roles on the department line"), default=list)
    edition = models.CharField(_("Edition"), max_length=20)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not yet confirmed"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("reminder of certificates")
        verbose_name_plural = _("reminders of certificates")
        ordering: ClassVar = ["-days"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "days"], name="expiry_rung_once")
        ]

    def __str__(self) -> str:
        return str(self.days)


class ExpiryReminder(TenantModel):
    """That a reminder was given: one per certificate, end and rung, by constraint."""

    standardization = TenantForeignKey(
        StandardizationCertificate,
        on_delete=models.PROTECT,
        null=True,
        related_name="reminders",
        db_index=False,
    )
    staff_certificate = TenantForeignKey(
        StaffCertificate,
        on_delete=models.PROTECT,
        null=True,
        related_name="reminders",
        db_index=False,
    )
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("given reminder")
        verbose_name_plural = _("given reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "standardization", "ends_on", "days"],
                name="standardization_reminded_once",
            ),
            models.UniqueConstraint(
                fields=["tenant", "staff_certificate", "ends_on", "days"],
                name="staff_certificate_reminded_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    standardization__isnull=True, staff_certificate__isnull=False
                )
                | Q(standardization__isnull=False, staff_certificate__isnull=True),
                name="reminder_is_of_one_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends_on} -{self.days}"
