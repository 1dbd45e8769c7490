"""What takes several apps together: the printed dossier, and merging two entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.kept_forms import fill_again, is_reopened, reopens
from enterprises import dossier_reports
from enterprises import reports as register
from enterprises.dossier_forms import MergeForm
from enterprises.dossier_views import visible
from enterprises.models import Enterprise
from grids import access
from hazards import reports as hazards
from hazards.services import merge_enterprises
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_GET
def print_dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One enterprise, one file, on paper: everything this person may see."""
    enterprise = visible(request, pk)
    shown = dossier_reports.dossier(enterprise)
    code = shown.code
    context = {
        "enterprise": enterprise,
        "dossier": shown,
        "stays": dossier_reports.stays(enterprise),
        "course": register.course(enterprise),
        "found": hazards.of_enterprise(user=request.user, enterprise=enterprise),
        "address": request.build_absolute_uri(code.get_absolute_url()) if code else "",
        "printed_at": timezone.now(),
    }
    return render(request, "enterprises/print.html", context)


def _is_confirmed(request: HttpRequest, form: MergeForm) -> bool:
    """This very entry was shown by its name: a typed code may be a wrong one."""
    return request.POST.get("confirmed") == str(form.cleaned_data["into"].pk)


def _look_first(
    request: HttpRequest, enterprise: Enterprise, form: MergeForm
) -> HttpResponse:
    into = Enterprise.objects.for_list().get(pk=form.cleaned_data["into"].pk)
    context = {
        "enterprise": enterprise,
        "into": into,
        "form": form,
        "found": hazards.of_enterprise(user=request.user, enterprise=enterprise),
        "dossier": dossier_reports.dossier(enterprise),
    }
    return render(request, "enterprises/merge_preview.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    access.require(request.user, "edit_enterprises", [enterprise.area_node_id])
    given = request.POST if request.method == "POST" else None
    form = MergeForm(given, user=request.user)
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid() and not _is_confirmed(request, form):
        return _look_first(request, enterprise, form)
    elif form.is_bound and form.is_valid():
        try:
            into = merge_enterprises(
                actor=request.user,
                enterprise_id=pk,
                into_id=form.cleaned_data["into"].pk,
                note=form.cleaned_data["note"],
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Merged."))
            return redirect(into)
    context = {
        "enterprise": enterprise,
        "form": form,
        "title": _("Merge into another entry"),
        "warning": _(
            "This entry is closed and its grid retired. Its hazards, people, "
            "certificates and papers go over; its codes lead to the other entry. "
            "The roles of its people end and are given anew on the other."
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "enterprises/dossier_form.html", context, status=status)
