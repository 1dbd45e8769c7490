"""What the pages of duties share: visible nodes, spans of time, filling in a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.kept_forms import fill_again, is_reopened
from grids import access, periods
from grids.models import GridNode
from hazards.views.uploads import take_photos, waiting
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from grids.periods import Period

MONTHS_OFFERED = 12


def visible_node(request: HttpRequest, pk: UUID) -> GridNode:
    nodes = GridNode.objects.granted(request.user, "view_grids")
    node: GridNode = get_object_or_404(
        nodes.select_related("parent", "township").defer(
            "parent__boundary", "township__boundary"
        ),
        pk=pk,
    )
    return node


def may_on_root(request: HttpRequest, *permissions: str) -> bool:
    root = GridNode.objects.values_list("pk", flat=True).get(parent__isnull=True)
    held = access.permissions_held(request.user, [root])
    return bool(held & set(permissions))


def require_on_root(request: HttpRequest, *permissions: str) -> None:
    if not may_on_root(request, *permissions):
        raise NotAllowed(_("You are not allowed to do this here."))


@dataclass(frozen=True, slots=True)
class Span:
    """The month, quarter or year that a page is about, and the others to choose."""

    chosen: Period
    choices: list[tuple[str, str]]


def span_of(request: HttpRequest) -> Span:
    """From the address; a key that names nothing is not found."""
    today = timezone.localdate()
    key = request.GET.get("period", "")
    chosen = periods.named(key) if key else periods.containing("month", today)
    if chosen is None:
        raise Http404
    offered = []
    month = periods.containing("month", today)
    for _n in range(MONTHS_OFFERED):
        offered.append(month)
        month = month.before()
    quarter = periods.containing("quarter", today)
    offered += [quarter, quarter.before(), periods.containing("year", today)]
    if chosen not in offered:
        offered.append(chosen)
    return Span(chosen, [(period.key, name_of(period)) for period in offered])


def name_of(period: Period) -> str:
    """A period as people write it."""
    words = {
        "half_year": _("%(year)s, half %(part)s"),
        "quarter": _("%(year)s, quarter %(part)s"),
    }.get(period.unit)
    if words is None:
        return period.key
    return words % {"year": period.last.year, "part": period.key[-1]}


def fill_in(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    service: Callable[[], Any],
    *,
    done: Callable[[Any], Any] = lambda found: found,
) -> HttpResponse:
    """Show a form; when it is sent, call the service and go on.

    What the service refuses is shown at its field, and what was typed stays.
    """
    form = context["form"]
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            found = service()
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(done(found))
    return render(request, template, context, status=422 if form.errors else 200)


@dataclass(slots=True)
class Photos:
    """The photos of a form, those of an earlier try first."""

    ids: tuple[UUID, ...] = ()
    kept: list[Any] = field(default_factory=list)


def take_in(request: HttpRequest, form: forms.Form) -> Photos:
    """Take the photos in before the service is asked, so that a refusal loses none.

    What is wrong with one of them stands at the field.
    """
    if request.method != "POST" or is_reopened(request):
        return Photos()
    form.is_valid()
    taken = take_photos(
        request.FILES.getlist("photos"),
        earlier=form.cleaned_data.get("photo_ids", ()),
        actor=request.user,
    )
    for refusal in taken.refusals:
        form.add_error("photo_ids", str(refusal))
    return Photos(taken.photo_ids, waiting(taken.photo_ids, actor=request.user))
