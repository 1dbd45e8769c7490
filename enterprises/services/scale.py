"""Which size class the table gives an entry, with an explanation that is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises import sizes
from enterprises.models import IndustrySubcategory, Scale, ScaleBound, ScaleGroup
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enterprises.models import Enterprise


@transaction.atomic
def seed_scales() -> int:
    """The groups and bounds of 2017 for a new tenant; keeps what is there.

    With the groups the subcategories that have none get their usual industry code;
    later ones come with it (``seed_industries``), and what a county leaves empty
    afterwards stays empty.
    """
    if ScaleGroup.objects.exists():
        return 0
    _tell_trades()
    for number, spec in enumerate(sizes.GROUPS, start=1):
        group = ScaleGroup.objects.create(
            code=spec.code,
            name=spec.name,
            codes=list(spec.codes),
            designated_revenue=spec.designated,
            order=number * 10,
            edition=sizes.EDITION,
            basis=sizes.BASIS,
        )
        ScaleBound.objects.bulk_create(
            ScaleBound(
                group=group,
                scale=scale,
                **dict(zip(sizes.MEASURES, getattr(spec, scale), strict=True)),
            )
            for scale in sizes.CLASSES
        )
    return len(sizes.GROUPS)


def _tell_trades() -> None:
    rows = list(IndustrySubcategory.objects.filter(industry_code=""))
    for row in rows:
        row.industry_code = sizes.usual_code(row.code)
    IndustrySubcategory.objects.bulk_update(rows, ["industry_code"])


def settle_scales(enterprises: Iterable[Enterprise]) -> None:
    """Compute the class of each entry and keep how; two queries for all.

    Where nobody said another class, the computed one is in force. Not saved here.
    """
    groups = list(ScaleGroup.objects.prefetch_related("bounds"))
    for enterprise in enterprises:
        _settle(enterprise, groups)


def check_scale(enterprise: Enterprise) -> None:
    """Whoever says another class than the table gives says why."""
    computed = enterprise.computed_scale
    if computed and enterprise.scale != computed and not enterprise.scale_reason:
        raise DomainError(
            _("The table gives “%(scale)s”: say why it is another class.")
            % {"scale": Scale(computed).label},
            field="scale_reason",
        )


def _settle(enterprise: Enterprise, groups: list[ScaleGroup]) -> None:
    group = _group_of(enterprise, groups)
    before = enterprise.computed_scale
    if group is None:
        enterprise.computed_scale, enterprise.scale_basis = "", {}
        return
    figures = sizes.Figures(enterprise.employees, enterprise.revenue, enterprise.assets)
    bounds = [
        sizes.Bound(row.scale, row.employees, row.revenue, row.assets)
        for row in group.bounds.all()
    ]
    enterprise.computed_scale = sizes.class_of(figures, bounds)
    enterprise.scale_basis = _explained(enterprise, group, figures)
    followed = enterprise.scale == before and not enterprise.scale_reason
    if enterprise.computed_scale and (not enterprise.scale or (followed and before)):
        enterprise.scale = enterprise.computed_scale


def _group_of(enterprise: Enterprise, groups: list[ScaleGroup]) -> ScaleGroup | None:
    """By the longest beginning that fits the code; else the group for the rest."""
    code = enterprise.industry_code or enterprise.subcategory.industry_code
    code = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    if not code:
        return None
    fits = [
        (len(start), group)
        for group in groups
        for start in group.codes
        if code.startswith(start)
    ]
    if fits:
        return max(fits, key=lambda found: found[0])[1]
    return next((group for group in groups if not group.codes), None)


def _explained(
    enterprise: Enterprise, group: ScaleGroup, figures: sizes.Figures
) -> dict[str, Any]:
    """Which rows were used and what was known then, as plain values."""
    above = None
    if group.designated_revenue is not None and figures.revenue is not None:
        above = figures.revenue >= group.designated_revenue
    return {
        "group": group.name,
        "edition": group.edition,
        "code": enterprise.industry_code or enterprise.subcategory.industry_code,
        "missing": _missing(group, figures) if not enterprise.computed_scale else [],
        "above_designated_size": above,
        **{name: _plain(getattr(figures, name)) for name in sizes.MEASURES},
    }


def _missing(group: ScaleGroup, figures: sizes.Figures) -> list[str]:
    asked = {
        name
        for bound in group.bounds.all()
        for name in sizes.MEASURES
        if getattr(bound, name) is not None
    }
    return [n for n in sizes.MEASURES if n in asked and getattr(figures, n) is None]


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
