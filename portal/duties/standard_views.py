"""Grid offices: the ten things each must have, and the five computed standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from accounts.pages import only_sent
from grids import access, services
from grids.models import OfficeKind, OfficeMark, OfficeStandard
from portal.duties.forms import MarkForm, OfficeKindsForm
from portal.duties.shared import (
    fill_in,
    may_on_root,
    require_on_root,
    span_of,
    take_in,
    visible_node,
)
from portal.duties.work_views import visible_or_root
from portal.reports import standards as reports
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

RECORD = "record_work"
MANAGE = "manage_rules"
PER_PAGE = 50


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Per township how many of its offices' ten rows are fulfilled."""
    kinds = list(OfficeKind.objects.values_list("kind", flat=True))
    context = {
        "page": reports.offices(user=request.user),
        "form": OfficeKindsForm(initial={"kinds": kinds}),
        "may_edit": may_on_root(request, MANAGE),
    }
    return render(request, "duties/offices.html", context)


@only_sent(instead="duties:offices")
def office_kinds(request: HttpRequest) -> HttpResponse:
    require_on_root(request, MANAGE)
    form = OfficeKindsForm(request.POST)
    form.is_valid()
    try:
        services.choose_office_kinds(
            actor=request.user, kinds=form.cleaned_data.get("kinds", ())
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("duties:offices")


@require_safe
def office(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible_node(request, pk)
    context = {
        "node": found,
        "page": reports.office(node=found),
        "may_mark": access.can(request.user, RECORD, [found.pk]),
    }
    return render(request, "duties/office.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def office_mark(request: HttpRequest, pk: UUID, standard_pk: UUID) -> HttpResponse:
    found = visible_node(request, pk)
    access.require(request.user, RECORD, [found.pk])
    standard = get_object_or_404(OfficeStandard, pk=standard_pk)
    form = MarkForm(request.POST or None)
    photos = take_in(request, form)

    def save() -> OfficeMark:
        facts = form.cleaned_data | {"photo_ids": photos.ids}
        return services.mark_standard(
            actor=request.user, node_id=found.pk, standard_id=standard.pk, **facts
        )

    context = {"node": found, "standard": standard, "form": form, "kept": photos.kept}
    return fill_in(
        request,
        "duties/office_mark.html",
        context,
        save,
        done=lambda _mark: reverse("duties:office", kwargs={"pk": found.pk}),
    )


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """The five standards (五全) by township, each with its definition."""
    span = span_of(request)
    context = {
        "span": span,
        "page": reports.coverage(user=request.user, span=span.chosen),
    }
    return render(request, "duties/coverage.html", context)


@require_safe
def coverage_rows(request: HttpRequest) -> HttpResponse:
    """The grids or units behind one figure, what is missing first."""
    township = visible_or_root(request)
    standard = request.GET.get("standard", "")
    if standard not in reports.WITH_ROWS:
        raise Http404
    rows = reports.coverage_rows(
        user=request.user, standard=standard, township=township
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "township": township,
        "standard": reports.STANDARDS[standard],
        "page_obj": page,
    }
    return render(request, "duties/coverage_rows.html", context)
