"""The pages of an import: the file, its columns, the preview, the end."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages import only_sent
from enterprises.columns import FIELDS
from enterprises.importing_forms import ColumnsForm, UploadForm
from enterprises.importing_template import import_template
from enterprises.services import importing
from evidence import job_files
from evidence.models import Job
from evidence.views.jobs import sheet_response
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import FileResponse, HttpRequest, HttpResponse

PER_PAGE: Final = 50
RECENT: Final = 5
KINDS: Final = (importing.CHECK, importing.APPLY)
PILES: Final = ("bad", "warned", "new", "changed", "same")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    importing.require(request.user)
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
            form.refuse(refusal)
        else:
            return redirect("enterprises:import-preview", pk=job.pk)
    recent = _own(request).newest_first()[:RECENT]
    context = {"form": form, "recent": recent}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "enterprises/import.html", context, status=status)


@require_safe
def template(request: HttpRequest) -> FileResponse:
    importing.require(request.user)
    made = io.BytesIO(import_template(request.user))
    return sheet_response(made, _("Ledger of enterprises - template.xlsx"))


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bar while it runs; then the columns, the preview, or the end."""
    job = _job(request, pk)
    pile = request.GET.get("show", "")
    counts = job.result.get("counts", {})
    if pile not in PILES:
        pile = next((name for name in PILES if counts.get(name)), "new")
    context = {
        "job": job,
        "is_columns": job.is_done and "headers" in job.result and not counts,
        "is_preview": job.is_done and "digest" in job.result,
        "counts": counts,
        "pile": pile,
        "piles": [(name, _PILE_NAMES[name](), counts.get(name, 0)) for name in PILES],
        "page_obj": _page(request, job, pile, counts) if counts else None,
        "labels": {field.code: field.label for field in FIELDS},
    }
    return render(request, "enterprises/import_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(request, pk)
    if "headers" not in job.result:
        return redirect("enterprises:import-preview", pk=pk)
    form = ColumnsForm(request.POST or None, seen=job.result)
    if form.is_bound and form.is_valid():
        try:
            again = importing.choose_columns(
                actor=request.user, job=job, columns=form.columns()
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("enterprises:import-preview", pk=again.pk)
    context = {"job": job, "form": form}
    status = 422 if form.errors else 200
    return render(request, "enterprises/import_columns.html", context, status=status)


@only_sent(instead="enterprises:import-preview", by=("pk",))
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(request, pk)
    try:
        done = importing.start_apply(
            actor=request.user,
            job=job,
            accept_check_digits=bool(request.POST.get("accept_check_digits")),
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("enterprises:import-preview", pk=pk)
    return redirect("enterprises:import-preview", pk=done.pk)


_PILE_NAMES: Final = {
    "bad": lambda: _("To correct"),
    "warned": lambda: _("To compare"),
    "new": lambda: _("New"),
    "changed": lambda: _("Changed"),
    "same": lambda: _("Unchanged"),
}


def _own(request: HttpRequest) -> Any:
    return Job.objects.visible_to(request.user).filter(kind__in=KINDS)


def _job(request: HttpRequest, pk: UUID) -> Job:
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
        found = (row for row in self._all() if self._is_of_pile(row))
        return list(itertools.islice(found, wanted.start, wanted.stop))

    def _is_of_pile(self, row: dict[str, Any]) -> bool:
        if self._pile == "warned":
            return bool(row["warnings"])
        return bool(row["action"] == self._pile)

    def _all(self) -> Iterator[dict[str, Any]]:
        if not self._job.rows_path:
            return
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
    labels = {field.code: str(field.label) for field in FIELDS}
    for row in page.object_list:
        for what in ("reasons", "warnings"):
            row[what] = [(labels.get(at, at), why) for at, why in row[what].items()]
        row["changes"] = [labels.get(name, "") for name in row["changes"]]
        row["changes"] = [name for name in row["changes"] if name]
    return page
