"""``/jobs/``: what one started, how far it is, and what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.pages import only_sent
from evidence import job_files, kinds
from evidence.models import Job
from evidence.responses import SANDBOX
from evidence.services import jobs as services
from tenants.errors import InvalidTransition
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PER_PAGE: Final = 20
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    if active_tenant() is None:
        raise Http404
    mine = Job.objects.visible_to(request.user).newest_first()
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "evidence/jobs.html", {"page_obj": page})


@login_required
@require_safe
@vary_on_headers("HX-Request")
def job_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page; a poll gets the bar alone, and at the end is told to load anew."""
    job = _own(request, pk)
    if not request.htmx or request.htmx.history_restore_request:
        context = {"job": job, "shown": kinds.find(job.kind).show(job)}
        return render(request, "evidence/job.html", context)
    response = render(request, "evidence/_job_progress.html", {"job": job})
    if not job.is_active:
        response["HX-Refresh"] = "true"
    return response


@login_required
@only_sent(instead="jobs:detail", by=("pk",))
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _own(request, pk)
    try:
        services.cancel_job(actor=request.user, job_id=job.pk)
    except InvalidTransition as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It is being stopped."))
    return redirect("jobs:detail", pk=pk)


@login_required
@require_safe
def job_product(request: HttpRequest, pk: UUID) -> FileResponse:
    """What came out, to whoever started it and may still have it."""
    job = _own(request, pk)
    kind = kinds.find(job.kind)
    kind.require(request.user)
    if not job.has_product:
        raise Http404
    kind.require_product(request.user, job)
    try:
        file = job_files.path_of(job.product_path).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return sheet_response(file, job.product_name)


def sheet_response(file: Any, name: str) -> FileResponse:
    """A workbook to take away: never shown in the browser, never kept by it."""
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    return response


def _own(request: HttpRequest, pk: UUID) -> Job:
    if active_tenant() is None:
        raise Http404
    job: Job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    return job
