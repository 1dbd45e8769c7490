"""The page of one hazard, and the steps one takes there."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, trigger_client_event

from accounts.kept_forms import fill_again, is_reopened, reopens
from grids import access
from grids.access import reaches_of
from hazards import reports, services
from hazards.filters import reach_of
from hazards.forms import STEP_FORMS, StepForm
from hazards.models import Hazard
from hazards.views.uploads import take_photos, waiting
from hazards.workflow import HAZARD_WORKFLOW, PRIMARY, HazardState, Step
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from evidence.models import Photo
    from tenants.workflow import Transition

PRIMARY_FIRST = {name: rank for rank, name in enumerate(PRIMARY)}


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step this person may take now, with its form."""

    transition: Transition
    form: StepForm
    kept: list[Photo]
    reopened: bool = False

    @property
    def name(self) -> str:
        return self.transition.name


@dataclass(frozen=True, slots=True)
class Try:
    """A step that was not taken: its form still holds what was typed.

    Refused, or only opened again after signing in (``reopened``).
    """

    form: StepForm
    status: int
    photo_ids: tuple[UUID, ...] = ()
    reopened: bool = False


@login_required
@require_safe
@vary_on_headers("HX-Request")
def hazard_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _render(request, pk)


@reopens
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def hazard_advance(request: HttpRequest, pk: UUID, transition: str) -> HttpResponse:
    """Take a step. A refusal shows the case again with everything still typed.

    Whoever only looks, by loading the answer to a refusal anew, is led to the case.
    """
    if transition not in STEP_FORMS:
        raise Http404
    if request.method != "POST":
        return redirect("hazards:detail", pk=pk)
    hazard = _visible(request, pk)
    if is_reopened(request):
        return _render(request, pk, refused=_reopen(request, hazard, transition))
    refused = _take_step(request, hazard, transition)
    if refused is not None:
        # Where the page then stands is the business of its first error.
        return reswap(_render(request, pk, refused=refused), "outerHTML")
    done = reports.step_label(transition)
    if not request.htmx:
        messages.success(request, done)
        return redirect(hazard)
    response = _render(request, pk)
    trigger_client_event(response, "toast", {"value": str(done)})
    return trigger_client_event(response, "hazard:advanced", {"pk": str(pk)})


def _visible(request: HttpRequest, pk: UUID) -> Hazard:
    seen = Hazard.objects.reached_by(reach_of(request))
    hazard: Hazard = get_object_or_404(seen.for_case().with_course(), pk=pk)
    return reports.complete(hazard)


def _reopen(request: HttpRequest, hazard: Hazard, name: str) -> Try:
    """After signing in again: everything typed, and the photos to be chosen anew."""
    form = STEP_FORMS[name](
        request.POST, hazard=hazard, user=request.user, transition=name
    )
    fill_again(form)
    photo_ids = form.cleaned_data.get("photo_ids", ())
    return Try(form, HTTPStatus.OK, photo_ids, reopened=True)


def _take_step(request: HttpRequest, hazard: Hazard, name: str) -> Try | None:
    form = STEP_FORMS[name](
        request.POST, hazard=hazard, user=request.user, transition=name
    )
    is_complete = form.is_valid()
    photo_ids: tuple[UUID, ...] = ()
    try:
        _check(hazard, name, request.user)
        taken = take_photos(
            request.FILES.getlist("photos"),
            earlier=form.cleaned_data.get("photo_ids", ()),
            actor=request.user,
            place=hazard.place,
        )
        photo_ids = taken.photo_ids
        for refusal in taken.refusals:
            form.refuse(refusal)
        if not is_complete or taken.refusals:
            form.ask_for_photos(photo_ids)
            return Try(form, HTTPStatus.UNPROCESSABLE_ENTITY, photo_ids)
        services.advance_hazard(
            hazard_id=hazard.pk,
            transition=name,
            actor=request.user,
            step=form.step(photo_ids),
            revision=form.cleaned_data["revision"],
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return Try(form, refusal.status, photo_ids)
    return None


def _check(hazard: Hazard, name: str, user: User) -> None:
    """Before photos are taken in: could this step be taken at all?"""
    move = HAZARD_WORKFLOW.resolve(name, state=hazard.state)
    access.require(user, move.permission, hazard.lines())


def _render(
    request: HttpRequest, pk: UUID, *, refused: Try | None = None
) -> HttpResponse:
    hazard = _visible(request, pk)
    held = access.permissions_among(reaches_of(request), hazard.line_nodes())
    steps = _offered(hazard, request.user, held, refused)
    context: dict[str, Any] = {
        "hazard": hazard,
        "case": reports.case(hazard),
        "primary": next((s for s in steps if s.name in PRIMARY_FIRST), None),
        "others": [s for s in steps if s.name not in PRIMARY_FIRST],
        "waits_for": reports.WAITS_FOR[HazardState(hazard.state)],
        "refused": None,
        "reported_as": _reported_as(request),
    }
    if refused is not None and not any(s.form is refused.form for s in steps):
        context["refused"] = refused.form
    template = "hazards/detail.html#panel" if request.htmx else "hazards/detail.html"
    status = refused.status if refused else HTTPStatus.OK
    return render(request, template, context, status=status)


def _offered(
    hazard: Hazard, user: User, held: frozenset[str], refused: Try | None
) -> list[OfferedStep]:
    """What this person may do next; what only others may do is not shown."""
    return [
        _step(move, hazard, user, refused)
        for move in HAZARD_WORKFLOW.leaving(hazard.state)
        if move.permission in held and not _is_for_others(move, hazard, user)
    ]


def _is_for_others(move: Transition, hazard: Hazard, user: User) -> bool:
    """Do the rules refuse this person, whatever they would type?"""
    for rule in move.rules:
        try:
            rule(hazard, actor=user, step=Step())
        except NotAllowed:
            return True
        except DomainError:
            continue
    return False


def _step(
    move: Transition, hazard: Hazard, user: User, refused: Try | None
) -> OfferedStep:
    if refused is not None and refused.form.transition == move.name:
        kept = waiting(refused.photo_ids, actor=user)
        return OfferedStep(move, refused.form, kept, refused.reopened)
    form = STEP_FORMS[move.name](hazard=hazard, user=user, transition=move.name)
    return OfferedStep(move, form, [])


def _reported_as(request: HttpRequest) -> str:
    """The key of a report that was just taken: its draft may go, say thanks."""
    try:
        return str(UUID(request.GET.get("reported", "")))
    except ValueError:
        return ""
