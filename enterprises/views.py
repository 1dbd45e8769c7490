"""The pages of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.kept_forms import fill_again, is_reopened, reopens
from enterprises import beside, reports, services
from enterprises.filters import EnterpriseFilter
from enterprises.forms import EnterpriseForm, MoveForm, RegisterForm, StateForm
from enterprises.models import Enterprise
from grids import access, exports
from tenants.errors import DomainError, NotAllowed
from tenants.models import Tenant
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from enterprises.forms import RefusableForm

PER_PAGE = 50
PICKED = 20
EDIT = "edit_enterprises"


@require_GET
@vary_on_headers("HX-Request")
def enterprise_list(request: HttpRequest) -> HttpResponse:
    reach = access.reaches_of(request).get("view_enterprises", [])
    enterprises = Enterprise.objects.reached_by(reach).current().for_list()
    enterprises = enterprises.with_direct_supervision().order_by("name", "pk")
    chosen = EnterpriseFilter(request.GET, queryset=enterprises, request=request)
    page = Paginator(chosen.rows(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    beside.put(request, page.object_list)
    context = {
        "filter": chosen,
        "page_obj": page,
        "export": exports.offer(request, "enterprises", shown=page.paginator.count),
        "kept": [(name, v) for name, vs in request.GET.lists() for v in vs],
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "enterprises/list.html#rows", context)
    chosen.offer_choices()
    return render(request, "enterprises/list.html", context)


@require_GET
def enterprise_pick(request: HttpRequest) -> JsonResponse:
    """What a search field offers while somebody types."""
    found = (
        Enterprise.objects.reached_by(
            access.reaches_of(request).get("view_enterprises", [])
        )
        .supervised()
        .search(
            request.GET.get("q", "")[:100].replace("\0", ""),
            shown=access.shown_to(request),
        )
        .order_by("name", "pk")
        .values_list("pk", "name", "address", "township__name")[:PICKED]
    )
    results = [
        {"id": str(pk), "text": name, "hint": address or township}
        for pk, name, address, township in found
    ]
    return JsonResponse({"results": results})


@require_GET
def enterprise_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _visible(request, pk)
    place = reports.place(enterprise)
    context = {
        "enterprise": enterprise,
        "crumbs": place.crumbs,
        "features": place.features,
        "tiles": settings.TILES,
        "people": access.people_on(enterprise.area_node_id),
        "course": reports.course(enterprise),
        "supervision": reports.supervision_of(enterprise)
        if enterprise.is_directly_supervised  # type: ignore[attr-defined]
        else None,
        **_allowed(request, enterprise),
    }
    return render(request, "enterprises/detail.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_register(request: HttpRequest) -> HttpResponse:
    access.require_anywhere(request.user, EDIT)
    # A business form that was decided upon comes with its trade.
    given = {"subcategory": request.GET.get("subcategory", "")}
    form = RegisterForm(request.POST or None, user=request.user, initial=given)

    def register() -> Enterprise:
        return services.register_enterprise(actor=request.user, **form.facts())

    context = {"form": form, **_map(request)}
    return _fill_in(request, "enterprises/register.html", context, register)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _editable(request, pk)
    form = EnterpriseForm(request.POST or None, enterprise=enterprise)

    def edit() -> Enterprise:
        return services.edit_enterprise(
            actor=request.user, enterprise_id=pk, **form.facts()
        )

    context = {"form": form, "enterprise": enterprise, **_map(request)}
    return _fill_in(request, "enterprises/edit.html", context, edit)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _editable(request, pk)
    form = StateForm(request.POST or None, enterprise=enterprise)

    def change() -> Enterprise:
        return services.change_state(
            actor=request.user, enterprise_id=pk, **form.cleaned_data
        )

    context = {"form": form, "enterprise": enterprise}
    return _fill_in(request, "enterprises/state.html", context, change)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _editable(request, pk)
    form = MoveForm(request.POST or None, user=request.user)

    def move() -> Enterprise:
        return services.move_enterprise(
            actor=request.user,
            enterprise_id=pk,
            new_parent_id=form.cleaned_data["parent"].pk,
            note=form.cleaned_data["note"],
        )

    context = {"form": form, "enterprise": enterprise}
    return _fill_in(request, "enterprises/move.html", context, move)


def _visible(request: HttpRequest, pk: UUID) -> Enterprise:
    reach = access.reaches_of(request).get("view_enterprises", [])
    visible = Enterprise.objects.reached_by(reach).with_direct_supervision()
    enterprise: Enterprise = get_object_or_404(visible.for_list(), pk=pk)
    return enterprise


def _editable(request: HttpRequest, pk: UUID) -> Enterprise:
    enterprise = _visible(request, pk)
    access.require(request.user, EDIT, [enterprise.area_node_id])
    return enterprise


def _allowed(request: HttpRequest, enterprise: Enterprise) -> dict[str, bool]:
    """Which buttons the page shows: hazards go along both lines, entries along one."""
    reaches = access.reaches_of(request)
    lines = enterprise.line_nodes()
    on_area = access.permissions_among(reaches, [enterprise.area_node])
    return {
        "may_report": "report_hazards" in access.permissions_among(reaches, lines),
        "may_edit": EDIT in on_area,
    }


def _fill_in(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    service: Callable[[], Enterprise],
) -> HttpResponse:
    """Show a form; when it is sent, call the service and go to the enterprise.

    What the service refuses is shown at its field, and what was typed stays.
    """
    form: RefusableForm = context["form"]
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            enterprise = service()
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(enterprise)
    return render(request, template, context, status=422 if form.errors else 200)


def _map(request: HttpRequest) -> dict[str, Any]:
    """What the map of a form shows: the own townships, else the county's middle."""
    tenant = Tenant.objects.get(pk=require_tenant())
    return {
        "tiles": settings.TILES,
        "center": f"{tenant.centre_latitude},{tenant.centre_longitude}",
        "zoom": tenant.map_zoom,
        "outlines": reports.outlines(request.user, EDIT),
    }
