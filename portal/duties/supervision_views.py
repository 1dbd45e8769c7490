"""Units under direct supervision, and the copies that tell the townships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from accounts.pages import only_sent
from enterprises import services
from enterprises.models import CopyNotice, DirectSupervision, Enterprise
from grids import access
from portal.duties.forms import HandBackForm, SuperviseForm
from portal.duties.shared import fill_in, may_on_root, require_on_root
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SUPERVISE = "supervise_directly"
SEE = "view_enterprises"
PER_PAGE = 50


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The units outside the basic grid that I see, and their townships' copies."""
    access.require_anywhere(request.user, SEE)
    seen = Enterprise.objects.visible_to(request.user).order_by()
    running = (
        DirectSupervision.objects.filter(
            until__isnull=True, enterprise__in=seen.values("pk")
        )
        .select_related(
            "by_node", "enterprise__township", "enterprise__area_node__parent"
        )
        .order_by("-since", "-pk")
    )
    copies = (
        CopyNotice.objects.visible_to(request.user)
        .select_related("enterprise", "township", "acknowledged_by")
        .order_by("-issued_at", "-pk")
    )
    context = {
        "page_obj": Paginator(running, PER_PAGE).get_page(request.GET.get("page")),
        "copies": list(copies[:PER_PAGE]),
        "waiting": copies.waiting().count(),
        "may_supervise": may_on_root(request, SUPERVISE),
    }
    return render(request, "duties/supervision.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _visible(request, pk)
    require_on_root(request, SUPERVISE)
    form = SuperviseForm(request.POST or None)

    def save() -> DirectSupervision:
        given = dict(form.cleaned_data)
        by_node = given.pop("by_node")
        return services.supervise_directly(
            actor=request.user,
            enterprise_id=enterprise.pk,
            by_node_id=by_node.pk,
            **given,
        )

    context = {"enterprise": enterprise, "form": form, "ends": False}
    return fill_in(
        request,
        "duties/supervise.html",
        context,
        save,
        done=lambda _supervision: enterprise,
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def hand_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = _visible(request, pk)
    require_on_root(request, SUPERVISE)
    form = HandBackForm(request.POST or None)

    def save() -> DirectSupervision:
        return services.end_direct_supervision(
            actor=request.user, enterprise_id=enterprise.pk, **form.cleaned_data
        )

    context = {"enterprise": enterprise, "form": form, "ends": True}
    return fill_in(
        request,
        "duties/supervise.html",
        context,
        save,
        done=lambda _supervision: enterprise,
    )


@require_safe
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet of a copy, to be acknowledged and printed."""
    found = _copy(request, pk)
    context = {
        "copy": found,
        "may_acknowledge": found.acknowledged_at is None
        and services.may_acknowledge(request.user, found),
    }
    return render(request, "duties/copy.html", context)


@only_sent(instead="supervision:copy", by=("pk",))
def copy_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _copy(request, pk)
    try:
        services.acknowledge_copy(actor=request.user, copy_id=pk)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The copy is acknowledged."))
    return redirect(found)


def _visible(request: HttpRequest, pk: UUID) -> Enterprise:
    visible = Enterprise.objects.visible_to(request.user).for_list()
    enterprise: Enterprise = get_object_or_404(visible, pk=pk)
    return enterprise


def _copy(request: HttpRequest, pk: UUID) -> CopyNotice:
    found: CopyNotice = get_object_or_404(
        CopyNotice.objects.visible_to(request.user).select_related(
            "enterprise",
            "township",
            "issued_by",
            "acknowledged_by",
            "supervision__by_node",
        ),
        pk=pk,
    )
    return found
