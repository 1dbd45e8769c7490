"""The pages of a list of accounts: the file, the preview, the end, the slips."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages import only_sent
from evidence import job_files
from evidence.models import Job
from evidence.views.jobs import sheet_response
from portal.people import importing
from portal.people.columns import LABELS
from portal.people.forms import UploadForm
from portal.people.template import list_template
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import FileResponse, HttpRequest, HttpResponse

PER_PAGE: Final = 50
RECENT: Final = 5
KINDS: Final = (importing.CHECK, importing.APPLY)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = importing.start_check(
                actor=request.user,
                name=file.name,
                size=file.size,
                pieces=file.chunks(),
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("people:list", pk=job.pk)
    context = {"form": form, "recent": _own(request).newest_first()[:RECENT]}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "people/start.html", context, status=status)


@login_required
@require_safe
def template(request: HttpRequest) -> FileResponse:
    _require(request)
    return sheet_response(
        io.BytesIO(list_template()), _("List of accounts - template.xlsx")
    )


@login_required
@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bar while it runs; then the preview, or the end and the way to the slips."""
    job = _job(request, pk)
    counts = job.result.get("counts", {})
    pile = request.GET.get("show", "")
    if pile not in {"good", "bad"}:
        pile = "bad" if counts.get("bad") else "good"
    piles = (("bad", _("To correct")), ("good", _("To open")))
    context = {
        "job": job,
        "is_preview": job.is_done and bool(counts),
        "counts": counts,
        "pile": pile,
        "piles": [(name, label, counts.get(name, 0)) for name, label in piles],
        "page_obj": _page(request, job, pile, counts) if counts else None,
        "has_slips": importing.has_slips(job),
    }
    return render(request, "people/list.html", context)


@login_required
@only_sent(instead="people:list", by=("pk",))
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(request, pk)
    try:
        done = importing.start_apply(actor=request.user, job=job)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("people:list", pk=pk)
    return redirect("people:list", pk=done.pk)


@login_required
@only_sent(instead="people:list", by=("pk",))
def slips(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hand-over sheet, this once; loading it anew says so."""
    job = _job(request, pk)
    try:
        found = importing.open_slips(actor=request.user, job_id=job.pk, request=request)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("people:list", pk=pk)
    address = request.build_absolute_uri(reverse("accounts:sign_in"))
    context = {"job": job, "slips": found, "address": address}
    return render(request, "people/slips.html", context)


def _require(request: HttpRequest) -> None:
    if active_tenant() is None:
        raise Http404
    importing.require(request.user)


def _own(request: HttpRequest) -> Any:
    return Job.objects.visible_to(request.user).filter(kind__in=KINDS)


def _job(request: HttpRequest, pk: UUID) -> Job:
    if active_tenant() is None:
        raise Http404
    job: Job = get_object_or_404(_own(request), pk=pk)
    importing.require(request.user)
    return job


class _Rows:
    """The rows of one pile, read from the job's file without keeping them all."""

    def __init__(self, job: Job, pile: str, count: int) -> None:
        self._job, self._pile, self._count = job, pile, count

    def count(self) -> int:
        return self._count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, wanted: slice) -> list[dict[str, Any]]:
        found = (r for r in self._all() if bool(r["reasons"]) == (self._pile == "bad"))
        return list(itertools.islice(found, wanted.start, wanted.stop))

    def _all(self) -> Iterator[dict[str, Any]]:
        try:
            with job_files.path_of(self._job.rows_path).open(encoding="utf-8") as file:
                yield from map(json.loads, file)
        except FileNotFoundError:
            raise Http404 from None


def _page(
    request: HttpRequest, job: Job, pile: str, counts: dict[str, int]
) -> Page[Any]:
    count = counts.get(pile, 0) if job.rows_path else 0
    rows = _Rows(job, pile, count)
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    for row in page.object_list:
        row["reasons"] = [(LABELS.get(at, at), w) for at, w in row["reasons"].items()]
    return page
