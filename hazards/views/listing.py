"""Lists of hazards: the filtered one, and those of one enterprise."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from enterprises.models import Enterprise
from grids import exports
from hazards import reports
from hazards.filters import HazardFilter, reach_of
from hazards.models import Hazard

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PER_PAGE = 20


class KnownTotal(Paginator):
    """A paginator that is told the total where it is known without counting."""

    def __init__(self, rows: Any, per_page: int, *, total: int | None) -> None:
        super().__init__(rows, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return super().count if self._total is None else self._total


@login_required
@require_safe
@vary_on_headers("HX-Request")
def hazard_list(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request)
    hazards = Hazard.objects.reached_by(reach).for_list()
    is_part = request.htmx and not request.htmx.history_restore_request
    chosen = HazardFilter(
        request.GET, queryset=hazards, request=request, form_shown=not is_part
    )
    paginator = KnownTotal(chosen.rows(), PER_PAGE, total=chosen.known_total(reach))
    context = {
        "filter": chosen,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "export": exports.offer(request, "hazards", shown=paginator.count),
    }
    if is_part:
        return render(request, "hazards/list.html#rows", context)
    chosen.offer_choices()
    return render(request, "hazards/list.html", context)


@login_required
@require_safe
@vary_on_headers("HX-Request")
def hazards_of_enterprise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the enterprise's own page, which loads it as a part."""
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    template = "hazards/of_enterprise.html"
    found = reports.of_enterprise(user=request.user, enterprise=enterprise)
    return render(
        request,
        f"{template}#found" if request.htmx else template,
        {"enterprise": enterprise, "found": found},
    )
