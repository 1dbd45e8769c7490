"""The tenant, and the two small tables that every app above builds on."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantModel


class TenantLevel(models.TextChoices):
    COUNTY = "county", _("County")
    CITY = "city", _("City")
    PROVINCE = "province", _("Province")


class Tenant(models.Model):
    """A county-level bureau; a city or province is one too, with children.

    ``division_code`` is the six-digit code of GB/T 2260.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("Name"), max_length=100)
    level = models.CharField(
        _("Level"),
        max_length=10,
        choices=TenantLevel.choices,
        default=TenantLevel.COUNTY,
    )
    division_code = models.CharField(
        _("Division code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{6}$", _("Six digits (GB/T 2260)."))],
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("Parent tenant"),
    )
    centre_longitude = models.DecimalField(
        _("Map centre longitude"), max_digits=10, decimal_places=7, default=0
    )
    centre_latitude = models.DecimalField(
        _("Map centre latitude"), max_digits=10, decimal_places=7, default=0
    )
    map_zoom = models.PositiveSmallIntegerField(_("Map zoom"), default=11)
    is_active = models.BooleanField(_("Active"), default=True)
    settings = models.JSONField(_("Settings"), default=dict, blank=True)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering: ClassVar = ["division_code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(division_code__regex=r"^\d{6}$"),
                name="tenant_division_code_is_six_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NumberSeries(TenantModel):
    """The last number given out in one series on one day, without gaps."""

    series = models.CharField(max_length=20)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "series", "day"], name="one_series_row_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.day:%Y-%m-%d}: {self.last}"


class Submission(TenantModel):
    """What a device sent once: its key, the digest of its body, and our answer.

    Kept for 90 days, because phones stay offline for weeks and then send again.
    """

    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "key"], name="one_submission_per_key"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "received_at"], name="submission_by_age")
        ]

    def __str__(self) -> str:
        return str(self.key)
