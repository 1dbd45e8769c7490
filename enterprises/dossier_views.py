"""The dossier of an enterprise: its parts, and a form for each thing one may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.kept_forms import fill_again, is_reopened, reopens
from enterprises import dossier_forms as forms
from enterprises import dossier_reports, services
from enterprises.models import (
    Enterprise,
    EnterpriseCode,
    EnterpriseDocument,
    LevelDecision,
    StaffCertificate,
    StaffMember,
    StandardizationCertificate,
)
from evidence import documents
from grids import access
from grids.models import GridNode
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import FileResponse, HttpRequest, HttpResponse

    from enterprises.forms import RefusableForm

EDIT = "edit_enterprises"
RATE = "rate_enterprises"
_FORM = require_http_methods(["GET", "HEAD", "POST"])


def visible(request: HttpRequest, pk: Any) -> Enterprise:
    """What one does not see does not exist."""
    found: Enterprise = get_object_or_404(
        Enterprise.objects.visible_to(request.user).for_list(), pk=pk
    )
    return found


def _owner(request: HttpRequest, model: Any, pk: UUID) -> tuple[Any, Enterprise]:
    """A row of a dossier and its enterprise, where one sees the enterprise."""
    row = get_object_or_404(model, pk=pk)
    holder = row.member if isinstance(row, StaffCertificate) else row
    return row, visible(request, holder.enterprise_id)


@require_GET
def dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Level, size, certificates, people, papers and codes: a part of the page."""
    reaches = GridNode.objects.reach_by_permission(request.user)
    request.reaches = reaches  # type: ignore[attr-defined]  # for the menu
    seen = Enterprise.objects.reached_by(reaches.get("view_enterprises", []))
    enterprise = get_object_or_404(seen.for_list(), pk=pk)
    context = {
        "enterprise": enterprise,
        "dossier": dossier_reports.dossier(enterprise),
        **_allowed(request, enterprise, reaches),
    }
    template = "enterprises/dossier.html"
    if request.htmx and not request.htmx.history_restore_request:
        template += "#parts"
    return render(request, template, context)


def _allowed(
    request: HttpRequest, enterprise: Enterprise, reaches: dict[str, Any]
) -> dict[str, bool]:
    """Which buttons are shown, mostly from what was read for seeing the entry."""
    held = access.permissions_among(reaches, enterprise.line_nodes())
    on_area = access.permissions_among(reaches, [enterprise.area_node])
    may_edit = EDIT in on_area
    may_keep = may_edit or (
        "rectify_hazards" in on_area
        and services.may_keep_staff(request.user, enterprise)
    )
    return {"may_rate": RATE in held, "may_edit": may_edit, "may_keep": may_keep}


def _edited(request: HttpRequest, enterprise: Enterprise) -> None:
    access.require(request.user, EDIT, [enterprise.area_node_id])


def _rated(request: HttpRequest, enterprise: Enterprise) -> None:
    access.require(request.user, RATE, enterprise.lines())


def _kept(request: HttpRequest, enterprise: Enterprise) -> None:
    if not services.may_keep_staff(request.user, enterprise):
        raise NotAllowed(_("You are not allowed to do this here."))


def _fill_in(
    request: HttpRequest,
    enterprise: Enterprise,
    form: RefusableForm,
    title: str,
    call: Callable[[dict[str, Any]], Any],
    **extra: Any,
) -> HttpResponse:
    """Show a form; when it is sent, call the service and go back to the dossier."""
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            call(form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{enterprise.get_absolute_url()}#dossier")
    context = {"enterprise": enterprise, "form": form, "title": title, **extra}
    status = 422 if form.errors else 200
    return render(request, "enterprises/dossier_form.html", context, status=status)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


# The level ---------------------------------------------------------------------------


@reopens
@_FORM
def level(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _rated(request, enterprise)
    form = forms.LevelForm(_given(request), enterprise=enterprise)
    return _fill_in(
        request,
        enterprise,
        form,
        _("Decide the level"),
        lambda given: services.rate_enterprise(
            actor=request.user, enterprise_id=pk, **given
        ),
        level_now=enterprise.get_management_level_display(),
    )


@reopens
@_FORM
def level_d(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _rated(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.DirectForm(_given(request)),
        _("Straight to level D"),
        lambda given: services.put_on_level_d(
            actor=request.user,
            enterprise_id=pk,
            reason_id=given["reason"].pk,
            note=given["note"],
            decided_on=given["decided_on"],
        ),
        level_now=enterprise.get_management_level_display(),
    )


@reopens
@_FORM
def level_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    decision, enterprise = _owner(request, LevelDecision, pk)
    _rated(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.ReasonForm(_given(request)),
        _("Take the decision back"),
        lambda given: services.withdraw_decision(
            actor=request.user, decision_id=decision.pk, **given
        ),
    )


# Domains and standardization ------------------------------------------------------------


@reopens
@_FORM
def domains(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _edited(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.DomainsForm(_given(request), enterprise=enterprise),
        _("Special domains"),
        lambda given: services.set_domains(
            actor=request.user,
            enterprise_id=pk,
            domain_ids=[row.pk for row in given["domains"]],
        ),
    )


@reopens
@_FORM
def standardization(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _edited(request, enterprise)

    def record(given: dict[str, Any]) -> None:
        paper = given.pop("document")
        services.record_standardization(
            actor=request.user,
            enterprise_id=pk,
            document_id=paper.pk if paper else None,
            **given,
        )

    form = forms.StandardizationForm(_given(request), enterprise=enterprise)
    title = _("Record a standardization certificate")
    return _fill_in(request, enterprise, form, title, record)


@reopens
@_FORM
def standardization_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, enterprise = _owner(request, StandardizationCertificate, pk)
    _edited(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.ReasonForm(_given(request)),
        _("Revoke the certificate"),
        lambda given: services.revoke_standardization(
            actor=request.user, certificate_id=row.pk, **given
        ),
    )


# People -------------------------------------------------------------------------------


@reopens
@_FORM
def staff_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _kept(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.StaffForm(_given(request)),
        _("Add somebody to the staff list"),
        lambda given: services.add_staff(actor=request.user, enterprise_id=pk, **given),
    )


@reopens
@_FORM
def staff_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    member, enterprise = _owner(request, StaffMember, pk)
    _kept(request, enterprise)
    form = forms.StaffForm(_given(request))
    form.keep(member)
    return _fill_in(
        request,
        enterprise,
        form,
        _("Edit the entry on the staff list"),
        lambda given: services.edit_staff(
            actor=request.user, member_id=member.pk, **given
        ),
    )


@reopens
@_FORM
def staff_certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    member, enterprise = _owner(request, StaffMember, pk)
    _kept(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.StaffCertificateForm(_given(request)),
        _("Record a certificate of %(name)s") % {"name": member.name},
        lambda given: services.add_staff_certificate(
            actor=request.user, member_id=member.pk, **given
        ),
    )


@require_POST
def staff_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    member, enterprise = _owner(request, StaffMember, pk)
    services.end_staff(actor=request.user, member_id=member.pk)
    return _back(request, enterprise)


@require_POST
def staff_certificate_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, enterprise = _owner(request, StaffCertificate, pk)
    services.withdraw_staff_certificate(actor=request.user, certificate_id=row.pk)
    return _back(request, enterprise)


def _back(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(f"{enterprise.get_absolute_url()}#dossier")


# Papers -------------------------------------------------------------------------------


@_FORM
def document_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    _kept(request, enterprise)

    def add(given: dict[str, Any]) -> None:
        file = given["file"]
        if file.size > documents.MAX_BYTES:
            raise DomainError(_("The file is larger than 20 MB."), field="file")
        services.add_document(
            actor=request.user,
            enterprise_id=pk,
            kind=given["kind"],
            title=given["title"],
            content=file.read(),
            file_name=file.name,
        )

    form = forms.DocumentForm(_given(request), request.FILES or None)
    title = _("Add a paper")
    return _fill_in(request, enterprise, form, title, add, has_file=True)


@require_GET
def document(request: HttpRequest, pk: UUID) -> FileResponse:
    """The paper as a download, for whoever sees the enterprise."""
    row, _enterprise = _owner(request, EnterpriseDocument, pk)
    if row.removed_at is not None:
        raise Http404
    try:
        return documents.send(
            sha256=row.sha256, media_type=row.media_type, file_name=row.file_name
        )
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
def document_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, enterprise = _owner(request, EnterpriseDocument, pk)
    services.remove_document(actor=request.user, document_id=row.pk)
    return _back(request, enterprise)


# Codes --------------------------------------------------------------------------------


@require_POST
def code_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    enterprise = visible(request, pk)
    services.issue_new_code(actor=request.user, enterprise_id=pk)
    return _back(request, enterprise)


@reopens
@_FORM
def code_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, enterprise = _owner(request, EnterpriseCode, pk)
    _edited(request, enterprise)
    return _fill_in(
        request,
        enterprise,
        forms.ReasonForm(_given(request)),
        _("Withdraw the code %(code)s") % {"code": row},
        lambda given: services.withdraw_code(
            actor=request.user, code_id=row.pk, **given
        ),
        warning=_("Its page then says so and shows no facts. A new code is issued."),
    )
