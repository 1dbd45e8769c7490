"""Photos: the picture once per content, and one row per time it was handed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.querysets import BlobQuerySet, PhotoQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel

HEX64 = r"^[0-9a-f]{64}$"
MAX_PLACE = 200
MAX_NAME = 50


class Blob(TenantModel):
    """A picture as we keep it, made once from the bytes whose hash is ``sha256``.

    ``digest`` is the hash of our own copy, so that a changed file shows.
    """

    sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    thumbnail_path = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    received_size = models.PositiveIntegerField()
    received_format = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(BlobQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "sha256"], name="picture_once_per_content"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=HEX64) & Q(digest__regex=HEX64),
                name="picture_hashes_are_sha256",
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1) & Q(height__gte=1),
                name="picture_has_pixels",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class PositionMethod(models.TextChoices):
    GPS = "gps", _("Satellite")
    MANUAL = "manual", _("Marked on the map")
    GEOCODE = "geocode", _("From the address")


class Clock(models.TextChoices):
    PAGE = "page", _("The page it was taken with")
    CAMERA = "camera", _("The camera's own clock")


class Photo(TenantModel):
    """A picture that somebody handed in: who, when, and what the phone claims.

    The time and position of taking are claims of the device. ``claims`` holds
    what the file itself said (EXIF), which is never used as the position.
    ``place`` and ``reporter`` are what the watermark says, as it was then.
    """

    blob = TenantForeignKey(Blob, on_delete=models.PROTECT, related_name="photos")
    uploaded_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("Uploaded"), default=timezone.now)
    taken_at = models.DateTimeField(_("Taken"), null=True, blank=True)
    clock = models.CharField(
        _("Time from"), max_length=10, choices=Clock.choices, blank=True
    )
    longitude = models.DecimalField(
        _("Longitude"), max_digits=10, decimal_places=7, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("Latitude"), max_digits=10, decimal_places=7, null=True, blank=True
    )
    accuracy_m = models.PositiveIntegerField(_("Accuracy (m)"), null=True, blank=True)
    method = models.CharField(
        _("Position from"), max_length=10, choices=PositionMethod.choices, blank=True
    )
    place = models.CharField(_("Place"), max_length=MAX_PLACE, blank=True)
    reporter = models.CharField(_("Reporter"), max_length=MAX_NAME, blank=True)
    claims = models.JSONField(default=dict, blank=True)
    attached_at = models.DateTimeField(_("Used"), null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(PhotoQuerySet)()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="photo_position_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, clock="")
                | (Q(taken_at__isnull=False) & ~Q(clock="")),
                name="photo_time_names_its_clock",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "uploaded_by", "uploaded_at"],
                condition=Q(attached_at__isnull=True),
                name="photos_waiting",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """For the uploader, until the photo is part of a case."""
        return reverse("evidence:photo", kwargs={"pk": self.pk, "variant": "marked"})

    @property
    def is_attached(self) -> bool:
        return self.attached_at is not None
