"""What is done with everything a filter of the register finds: print, rate."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.kept_forms import fill_again, is_reopened, reopens
from enterprises import services
from enterprises.dossier_forms import FirstLevelsForm
from enterprises.dossier_views import visible
from enterprises.filters import EnterpriseFilter
from enterprises.models import Enterprise, EnterpriseCode
from grids import access
from tenants.errors import DomainError, NotAllowed
from tenants.models import Tenant
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MAX_SHEETS: Final = 500
PER_SHEET: Final = 8
RATE: Final = "rate_enterprises"


def _chosen(request: HttpRequest) -> Any:
    """The rows of the list's own filter, without duplicates that were merged."""
    rows = Enterprise.objects.visible_to(request.user).current().for_list()
    rows = rows.order_by("name", "pk")
    return EnterpriseFilter(request.GET, queryset=rows, request=request).rows()


def _ticked(request: HttpRequest, found: Any) -> Any:
    """Only the ticked rows, where the page was asked for those."""
    if "ticked" not in request.GET:
        return found
    return found.filter(pk__in=_ids(request.GET.getlist("id")))


def _ids(given: list[str]) -> list[UUID]:
    """What is no id names no row."""
    found = []
    for each in given[:MAX_SHEETS]:
        with suppress(ValueError):
            found.append(UUID(each))
    return found


def _labels(
    request: HttpRequest, enterprises: list[Enterprise]
) -> list[dict[str, Any]]:
    """Each entry with its newest code in force; one query."""
    codes = EnterpriseCode.objects.filter(
        enterprise__in=enterprises, withdrawn_at__isnull=True
    ).order_by("issued_at", "pk")
    newest = {code.enterprise_id: code for code in codes}
    return [
        {
            "enterprise": enterprise,
            "code": newest[enterprise.pk],
            "address": request.build_absolute_uri(
                newest[enterprise.pk].get_absolute_url()
            ),
        }
        for enterprise in enterprises
        if enterprise.pk in newest
    ]


def _list_of(request: HttpRequest) -> str:
    """Back to the list as it was filtered, without the ticks."""
    query = request.GET.copy()
    for name in ("id", "ticked"):
        query.pop(name, None)
    return f"{reverse('enterprises:list')}?{query.urlencode()}"


@require_GET
def code_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One sheet for the door."""
    (label,) = _labels(request, [visible(request, pk)])
    context = {**label, "bureau": Tenant.objects.get(pk=require_tenant())}
    return render(request, "enterprises/code_sheet.html", context)


@require_GET
def code_sheets(request: HttpRequest) -> HttpResponse:
    """Eight codes a page: of the ticked rows, or of everything the filter finds.

    At most 500 at a time.
    """
    found = _ticked(request, _chosen(request))
    total = found.count()
    labels = _labels(request, list(found[:MAX_SHEETS]))
    pages = [
        labels[start : start + PER_SHEET] for start in range(0, len(labels), PER_SHEET)
    ]
    context = {
        "pages": pages,
        "total": total,
        "shown": len(labels),
        "left_out": max(0, total - MAX_SHEETS),
        "none_ticked": "ticked" in request.GET and not total,
        "list_url": _list_of(request),
        "bureau": Tenant.objects.get(pk=require_tenant()),
    }
    return render(request, "enterprises/code_sheets.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def first_levels(request: HttpRequest) -> HttpResponse:
    """The first level of everything the filter finds that has none yet."""
    access.require_anywhere(request.user, RATE)
    found = _chosen(request).on_lines(request.user, RATE).filter(management_level="")
    form = FirstLevelsForm(request.POST if request.method == "POST" else None)
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            count = services.set_first_levels(
                actor=request.user,
                enterprise_ids=list(found.order_by().values_list("pk", flat=True)),
                **form.cleaned_data,
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            said = ngettext("%(n)s level set.", "%(n)s levels set.", count)
            messages.success(request, said % {"n": count})
            return redirect(f"{reverse('enterprises:list')}?{request.GET.urlencode()}")
    context = {
        "form": form,
        "total": found.count(),
        "title": _("Set first levels"),
        "list_url": f"{reverse('enterprises:list')}?{request.GET.urlencode()}",
    }
    status = 422 if form.errors else 200
    return render(request, "enterprises/first_levels.html", context, status=status)
