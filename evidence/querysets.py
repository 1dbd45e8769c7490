"""Reads of photos. Whether a photo may be seen is decided by what it belongs to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models


class BlobQuerySet(models.QuerySet[Any]):
    def unused(self) -> "BlobQuerySet":
        """Pictures that no photo shows."""
        shown = self.model._meta.get_field("photos").related_model.objects
        return self.filter(~models.Exists(shown.filter(blob=models.OuterRef("pk"))))

    def older_than(self, moment: datetime) -> "BlobQuerySet":
        return self.filter(created_at__lt=moment)


class PhotoQuerySet(models.QuerySet[Any]):
    def uploaded_by(self, user_id: UUID) -> "PhotoQuerySet":
        return self.filter(uploaded_by=user_id)

    def waiting(self) -> "PhotoQuerySet":
        """Uploaded, and not yet part of anything."""
        return self.filter(attached_at__isnull=True)

    def with_content(self, digests: list[str]) -> "PhotoQuerySet":
        return self.filter(blob__sha256__in=digests)


class JobQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        """A job and its files are of whoever started it, and of nobody else."""
        return self.filter(actor_id=user.pk)

    def active(self) -> "JobQuerySet":
        return self.filter(state__in=("waiting", "running"))

    def left_behind(self, *, before: datetime) -> "JobQuerySet":
        """Running jobs whose holder has not been heard of since ``before``."""
        return self.filter(state="running", heartbeat_at__lt=before)

    def held_alive(self, *, since: datetime) -> "JobQuerySet":
        return self.filter(state="running", heartbeat_at__gte=since)

    def expired(self, *, on: datetime) -> "JobQuerySet":
        return self.filter(expires_at__lte=on)

    def newest_first(self) -> "JobQuerySet":
        return self.order_by("-created_at", "-pk")
