"""Files of boundaries that were handed in and wait for a yes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.datum import Datum
from tenants.tenancy import TenantModel


class BoundaryImport(TenantModel):
    """What a file holds and how it is read. Judged anew when it is applied.

    The features are kept until then, so that the person may choose another
    property or tolerance without handing the file in again; afterwards they are
    dropped, the boundaries stand at their grids.
    """

    file_name = models.CharField(_("File"), max_length=120)
    datum = models.CharField(
        _("Coordinate system"), max_length=5, choices=Datum.choices
    )
    matched_by = models.CharField(_("Property"), max_length=60, blank=True)
    tolerance = models.PositiveSmallIntegerField(_("Tolerance in metres"), default=0)
    features = models.JSONField(default=list)
    count = models.PositiveIntegerField(_("Features"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of boundaries")
        verbose_name_plural = _("imports of boundaries")

    def __str__(self) -> str:
        return self.file_name
