"""Report a hazard: on a phone, with one hand."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import fill_again, is_reopened, reopens
from enterprises.models import Enterprise
from grids.locating import locate
from grids.models import GridNode
from hazards import reports, services
from hazards.forms import ReportForm
from hazards.views.uploads import Taken, take_photos, waiting
from hazards.workflow import Step
from tenants.errors import Conflict, DomainError
from tenants.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from hazards.models import Hazard

PICKED = 20
BEFORE, AFTER = "photo_ids", "after_photo_ids"


@dataclass(frozen=True, slots=True)
class Photos:
    """Both groups of photos of one report."""

    before: Taken
    after: Taken

    @property
    def refused(self) -> bool:
        return bool(self.before.refusals or self.after.refusals)

    def ask_for_the_rest(self, form: ReportForm) -> None:
        """Beside what was refused, whatever else is missing."""
        form.ask_for_the_rest(
            before=bool(self.before.photo_ids), after=bool(self.after.photo_ids)
        )


@reopens
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hazard_report(request: HttpRequest) -> HttpResponse:
    """Photo, place, kind, send. What is refused comes back with everything typed.

    The same submission sent again leads to the hazard that it made.
    """
    if request.method != "POST":
        form = ReportForm(
            user=request.user, at_enterprise=request.GET.get("enterprise", "")
        )
        return _show(request, form)
    form = ReportForm(request.POST, user=request.user)
    if is_reopened(request):
        return _reopen(request, form)
    is_complete = form.is_valid()
    photos = _take_photos(request, form)
    if not is_complete or photos.refused:
        photos.ask_for_the_rest(form)
        return _show(request, form, photos, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        hazard = _report(request, form, photos)
    except Conflict as refusal:
        return _sent_otherwise(request, form, photos, refusal)
    except DomainError as refusal:
        form.refuse(refusal)
        photos.ask_for_the_rest(form)
        return _show(request, form, photos, status=refusal.status)
    _say_if_only_near(request, form)
    key = form.cleaned_data["client_id"]
    return redirect(f"{hazard.get_absolute_url()}?{urlencode({'reported': key})}")


def _reopen(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """After signing in again: everything typed, and the photos to be chosen anew."""
    fill_again(form)
    before, after = (
        Taken(form.cleaned_data.get(field, ())) for field in (BEFORE, AFTER)
    )
    return _show(request, form, Photos(before, after), reopened=True)


def _take_photos(request: HttpRequest, form: ReportForm) -> Photos:
    key = form.cleaned_data.get("client_id")

    def taken(name: str, field: str) -> Taken:
        found = take_photos(
            request.FILES.getlist(name),
            earlier=form.cleaned_data.get(field, ()),
            actor=request.user,
            key=key,
            position=form.position(),
            place=form.place_in_words(),
        )
        for refusal in found.refusals:
            form.refuse(refusal, field=field)
        return found

    return Photos(taken("photos", BEFORE), taken("after_photos", AFTER))


@transaction.atomic
def _report(request: HttpRequest, form: ReportForm, photos: Photos) -> Hazard:
    """Report and, where it was fixed on the spot, fix: both or nothing."""
    hazard, is_new = services.report_hazard(
        actor=request.user,
        key=form.cleaned_data["client_id"],
        report=form.report(photos.before.photo_ids),
    )
    if is_new and form.cleaned_data["fixed"]:
        step = Step(
            measures=form.cleaned_data["measures"], photo_ids=photos.after.photo_ids
        )
        try:
            services.advance_hazard(
                hazard_id=hazard.pk,
                transition="fix_on_spot",
                actor=request.user,
                step=step,
            )
        except DomainError as refusal:
            # "photos" means the other ones here.
            refusal.field = AFTER if refusal.field == "photos" else refusal.field
            raise
    return hazard


def _say_if_only_near(request: HttpRequest, form: ReportForm) -> None:
    """The position lay in no grid: the person looks whether the nearest is right."""
    found = None
    if position := form.only_position():
        found = locate(float(position.longitude), float(position.latitude))
    if found is not None and found.is_nearest:
        messages.warning(
            request,
            _(
                "The position lies in no grid. The hazard stands at the nearest, "
                "%(name)s, %(metres)s m away: please check."
            )
            % {"name": found.node.name, "metres": found.whole_metres},
        )


def _sent_otherwise(
    request: HttpRequest, form: ReportForm, photos: Photos, refusal: Conflict
) -> HttpResponse:
    """This key was used for another report: say which, and offer a fresh one."""
    key: UUID = form.cleaned_data["client_id"]
    renewed = request.POST.copy()
    renewed["client_id"] = str(new_id())
    form.data = renewed
    form.refuse(refusal)
    earlier = reports.sent_before(user=request.user, key=key)
    extra = {"earlier": earlier, "used_key": key}
    return _show(request, form, photos, status=refusal.status, **extra)


def _show(
    request: HttpRequest,
    form: ReportForm,
    photos: Photos | None = None,
    *,
    status: int = HTTPStatus.OK,
    **extra: Any,
) -> HttpResponse:
    context = {"form": form, **extra}
    if photos is not None:
        actor = request.user
        context["kept"] = waiting(photos.before.photo_ids, actor=actor)
        context["kept_after"] = waiting(photos.after.photo_ids, actor=actor)
    return render(request, "hazards/report.html", context, status=status)


@login_required
@require_safe
def enterprise_choices(request: HttpRequest) -> JsonResponse:
    """What the search field of the report offers: only where one may report."""
    reach = GridNode.objects.reach(request.user, "report_hazards")
    found = (
        Enterprise.objects.reached_by(reach)
        .supervised()
        .search(request.GET.get("q", "")[:100].replace("\0", ""))
        .order_by("name", "pk")
        .values_list("pk", "name", "address")[:PICKED]
    )
    results = [
        {"id": str(pk), "text": name, "hint": address} for pk, name, address in found
    ]
    return JsonResponse({"results": results})
