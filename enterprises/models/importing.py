"""What a tenant's own ledgers look like: which of their columns means what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantModel


class ColumnMapping(TenantModel):
    """The columns that somebody chose for one row of headers, for the next time.

    ``fingerprint`` is the hash of the headers in their order; ``columns`` names
    for each of our fields the number of the column, counted from 0.
    """

    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField(_("Columns"), default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "fingerprint"], name="columns_once_per_headers"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]
