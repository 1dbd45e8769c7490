"""``/exports/<list>/``: what will be taken away, and the file or the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from evidence.views.jobs import sheet_response
from grids import access, exports
from grids.export_forms import ExportForm
from grids.services import exporting
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponseBase:
    """The query string is the list's own. Files come by POST: each is logged."""
    listed = exports.find(code)
    if active_tenant() is None:
        raise Http404
    query = request.GET.urlencode()
    form = ExportForm(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            return _export(request, code, query, form)
        chosen = exports.choose(request.user, listed, query)
    except NotAllowed as refusal:
        return _refused(request, code, query, refusal)
    except DomainError as refusal:
        form.add_error("reason", str(refusal))
        chosen = exports.choose(request.user, listed, query)
    context = {
        "listed": listed,
        "form": form,
        "count": chosen.rows.count(),
        "words": chosen.words,
        "query": query,
        "at_once": exporting.AT_ONCE,
        "may_show": exports.SHOW in _held(request),
        "title": _("Export"),
    }
    status = 422 if form.errors else 200
    return render(request, "grids/export.html", context, status=status)


def _export(
    request: HttpRequest, code: str, query: str, form: ExportForm
) -> HttpResponseBase:
    made = exporting.export(
        actor=request.user,
        code=code,
        query=query,
        full=form.cleaned_data["full"],
        reason=form.cleaned_data["reason"],
        request=request,
    )
    if made.job is not None:
        return redirect("jobs:detail", pk=made.job.pk)
    return sheet_response(made.file, made.name)


def _refused(
    request: HttpRequest, code: str, query: str, refusal: NotAllowed
) -> HttpResponse:
    """Not raised, or what is written into the log would be undone with it."""
    if request.method == "POST":
        exporting.refuse_export(
            actor=request.user,
            code=code,
            query=query,
            full=bool(request.POST.get("full")),
            why=str(refusal),
            request=request,
        )
    return render(request, "403.html", {"exception": str(refusal)}, status=403)


def _held(request: HttpRequest) -> frozenset[str]:

    return access.permissions_anywhere(request.user)
