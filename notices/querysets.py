"""Reads of notices and of digests."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet):
    """Everybody reads their own notices and nobody else's."""

    def of(self, user: "User") -> Self:
        return self.filter(recipient_id=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class DigestDeliveryQuerySet(models.QuerySet):
    """Digests on their way."""

    def to_send(self, *, now: datetime) -> Self:
        """Those that wait and whose pause after a failure is over."""
        return self.filter(state="waiting", not_before__lte=now).order_by(
            "not_before", "pk"
        )
