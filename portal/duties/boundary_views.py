"""Duties without an owner: the list, and the decision that gives one away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from enterprises import services
from enterprises.models import BoundaryDecision, BoundaryDuty
from grids import access
from portal.duties.forms import BoundaryDutyForm, DecideForm
from portal.duties.shared import fill_in, may_on_root, require_on_root
from portal.owned_filters import BoundaryFilter
from portal.reports.owners import duties_with_owner

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

DECIDE = ("supervise_directly", "manage_rules")
SEE = "view_enterprises"


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """All business forms at the edge, those without an owner first."""
    access.require_anywhere(request.user, SEE)
    chosen = BoundaryFilter(request.GET)
    found = _duties(**chosen.asked()).order_by("is_decided", "name")
    decisions = BoundaryDecision.objects.filter(valid_to__isnull=True)
    in_force = {
        decision.duty_id: decision
        for decision in decisions.select_related("department_node", "subcategory")
    }
    rows = [(duty, in_force.get(duty.pk)) for duty in found]
    context = {
        "rows": rows,
        "filter": chosen,
        "undecided": BoundaryDuty.objects.undecided().count(),
        "may_decide": may_on_root(request, *DECIDE),
    }
    return render(request, "duties/boundary.html", context)


def _duties(*, owner: str = "", nothing: bool = False) -> Any:
    found = duties_with_owner(on=timezone.localdate()).with_decision()
    if nothing:
        return found.none()
    return found.filter(owner=owner) if owner else found


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    access.require_anywhere(request.user, SEE)
    duty = get_object_or_404(BoundaryDuty, pk=pk)
    decisions = duty.decisions.select_related(
        "department_node", "subcategory", "decided_by"
    )
    rows = list(decisions)
    in_force = [decision for decision in rows if decision.valid_to is None]
    context = {
        "duty": duty,
        "decisions": rows,
        "trade": in_force[0].subcategory if in_force else None,
        "may_decide": may_on_root(request, *DECIDE),
    }
    return render(request, "duties/boundary_detail.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    require_on_root(request, *DECIDE)
    form = BoundaryDutyForm(request.POST or None)

    def save() -> BoundaryDuty:
        return services.add_boundary_duty(actor=request.user, **form.cleaned_data)

    return fill_in(request, "duties/boundary_add.html", {"form": form}, save)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_on_root(request, *DECIDE)
    duty = get_object_or_404(BoundaryDuty, pk=pk)
    form = DecideForm(request.POST or None)

    def save() -> BoundaryDecision:
        given = dict(form.cleaned_data)
        trade = given.pop("subcategory")
        return services.decide_boundary_duty(
            actor=request.user,
            duty_id=duty.pk,
            department_node_id=given.pop("department_node").pk,
            subcategory_id=trade.pk if trade else None,
            **given,
        )

    context = {"duty": duty, "form": form}
    return fill_in(
        request, "duties/boundary_decide.html", context, save, done=lambda _row: duty
    )
