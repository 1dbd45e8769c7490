"""The hazards as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from evidence.sheets import Kind
from grids.exports import (
    NAME,
    Asked,
    Chosen,
    ExportColumn,
    ExportList,
    filter_words,
    register,
    yes_no,
)
from hazards.filters import HazardFilter
from hazards.models import Hazard, HazardSource
from hazards.workflow import HazardLevel, HazardState

if TYPE_CHECKING:
    from grids.querysets import Reach


def _choose(asked: Asked, reach: list[Reach]) -> Chosen:
    rows = Hazard.objects.reached_by(reach).order_by("-reported_at", "-id")
    filters = HazardFilter(asked.GET, queryset=rows, request=asked)
    return Chosen(filters.rows(), filter_words(filters))


register(
    ExportList(
        code="hazards",
        title=_("Hazards"),
        see="view_hazards",
        address="hazards:list",
        choose=_choose,
        columns=(
            ExportColumn(title=_("Number"), source="number", width=26),
            ExportColumn(title=_("What is wrong"), source="title", width=30),
            ExportColumn(title=_("Kind"), source="kind__name", width=18),
            ExportColumn(
                title=_("Level"),
                source="level",
                words=lambda: dict(HazardLevel.choices),
            ),
            ExportColumn(
                title=_("Suspected major hazard"),
                source="suspected_major",
                words=yes_no,
            ),
            ExportColumn(
                title=_("State"),
                source="state",
                words=lambda: dict(HazardState.choices),
            ),
            ExportColumn(title=_("Enterprise"), source="enterprise__name", width=30),
            ExportColumn(
                title=_("Unified social credit code"),
                source="enterprise__uscc",
                width=22,
            ),
            ExportColumn(title=_("Township"), source="township__name"),
            ExportColumn(title=_("Place"), source="place", width=30),
            ExportColumn(
                title=_("Competent department"), source="department_node__name"
            ),
            ExportColumn(
                title=_("Source"),
                source="source",
                words=lambda: dict(HazardSource.choices),
            ),
            ExportColumn(
                title=_("Reported by"), source="reported_by__full_name", personal=NAME
            ),
            ExportColumn(
                title=_("Reported"), source="reported_at", kind=Kind.MOMENT, width=17
            ),
            ExportColumn(
                title=_("Responsible person"), source="responsible", personal=NAME
            ),
            ExportColumn(title=_("Deadline"), source="due_on", kind=Kind.DATE),
            ExportColumn(
                title=_("First deadline"), source="first_due_on", kind=Kind.DATE
            ),
            ExportColumn(
                title=_("Failed rechecks"), source="times_failed", kind=Kind.NUMBER
            ),
            ExportColumn(
                title=_("Closed"), source="closed_at", kind=Kind.MOMENT, width=17
            ),
        ),
    )
)
