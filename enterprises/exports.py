"""The register as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from enterprises.filters import EnterpriseFilter
from enterprises.models import Enterprise, EnterpriseState, Scale, UnitType
from evidence.sheets import Kind
from grids.exports import (
    NAME,
    PHONE,
    Asked,
    Chosen,
    ExportColumn,
    ExportList,
    filter_words,
    register,
    yes_no,
)

if TYPE_CHECKING:
    from grids.querysets import Reach


def _choose(asked: Asked, reach: list[Reach]) -> Chosen:
    rows = Enterprise.objects.reached_by(reach).current().order_by("name", "pk")
    filters = EnterpriseFilter(asked.GET, queryset=rows, request=asked)
    return Chosen(filters.rows(), filter_words(filters))


register(
    ExportList(
        code="enterprises",
        title=_("Enterprises"),
        see="view_enterprises",
        address="enterprises:list",
        choose=_choose,
        columns=(
            ExportColumn(title=_("Name of the unit"), source="name", width=30),
            ExportColumn(
                title=_("Unified social credit code"), source="uscc", width=22
            ),
            ExportColumn(title=_("Temporary number"), source="own_code", width=18),
            ExportColumn(
                title=_("Kind of unit"),
                source="unit_type",
                words=lambda: dict(UnitType.choices),
            ),
            ExportColumn(title=_("Township"), source="township__name"),
            ExportColumn(title=_("Village or grid"), source="area_node__parent__name"),
            ExportColumn(
                title=_("Industry category"), source="subcategory__category__name"
            ),
            ExportColumn(
                title=_("Industry subcategory"), source="subcategory__name", width=20
            ),
            ExportColumn(
                title=_("Competent department"), source="department_node__name"
            ),
            ExportColumn(
                title=_("State"),
                source="state",
                words=lambda: dict(EnterpriseState.choices),
            ),
            ExportColumn(
                title=_("Legal representative"), source="legal_person", personal=NAME
            ),
            ExportColumn(title=_("Principal"), source="principal", personal=NAME),
            ExportColumn(
                title=_("Principal's phone"),
                source="principal_phone",
                personal=PHONE,
                width=16,
            ),
            ExportColumn(
                title=_("Safety manager"), source="safety_manager", personal=NAME
            ),
            ExportColumn(
                title=_("Safety manager's phone"),
                source="safety_manager_phone",
                personal=PHONE,
                width=16,
            ),
            ExportColumn(title=_("Address"), source="address", width=30),
            ExportColumn(title=_("Longitude"), source="longitude", kind=Kind.NUMBER),
            ExportColumn(title=_("Latitude"), source="latitude", kind=Kind.NUMBER),
            ExportColumn(title=_("Employees"), source="employees", kind=Kind.NUMBER),
            ExportColumn(
                title=_("Size class"),
                source="scale",
                words=lambda: dict(Scale.choices),
            ),
            ExportColumn(
                title=_("Above designated size"),
                source="above_designated_size",
                words=yes_no,
            ),
            ExportColumn(
                title=_("Registered on"),
                source="registered_at",
                kind=Kind.MOMENT,
                width=17,
            ),
        ),
    )
)
