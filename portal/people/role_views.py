"""The pages of who gives roles: lists that wait, their rows, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.pages import only_sent
from grids import access
from grids.models import ProposalState, RoleProposal
from grids.services import confirm_roles, refuse_roles
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PER_PAGE: Final = 100
_STEPS: Final[dict[str, tuple[Callable[..., int], str | None]]] = {
    "confirm": (confirm_roles, None),
    "confirm-chosen": (confirm_roles, "row"),
    "refuse": (refuse_roles, None),
    "refuse-chosen": (refuse_roles, "row"),
}


@login_required
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Lists of new accounts and mergers, those that wait first."""
    waiting = Count("pk", filter=Q(state=ProposalState.WAITING))
    rows = (
        _proposals(request)
        .values("batch", "source_name", "cause", "proposed_by__full_name")
        .annotate(waiting=waiting, count=Count("pk"), at=Min("proposed_at"))
        .order_by("-at", "batch")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/batches.html", {"page_obj": page})


@login_required
@require_safe
def roles(request: HttpRequest, batch: UUID) -> HttpResponse:
    found = _proposals(request).filter(batch=batch)
    first = found.select_related("proposed_by").order_by("pk").first()
    if first is None:
        raise Http404
    rows = found.select_related("user", "role", "node__parent", "decided_by")
    page = Paginator(rows.order_by("state", "pk"), PER_PAGE)
    context = {
        "first": first,
        "batch": batch,
        "waiting": found.waiting().count(),
        "page_obj": page.get_page(request.GET.get("page")),
    }
    return render(request, "people/roles.html", context)


@login_required
@only_sent(instead="people:roles", by=("batch",))
def decide(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The whole list or the ticked rows, one way or the other."""
    if not _proposals(request).filter(batch=batch).exists():
        raise Http404
    try:
        step, field = _step(request.POST.get("do", ""))
        only = None if field is None else _ids(request.POST.getlist(field))
        count = step(actor=request.user, batch=batch, only=only)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(step is confirm_roles, count))
    return redirect("people:roles", batch=batch)


def _step(name: str) -> tuple[Callable[..., int], str | None]:
    if name not in _STEPS:
        raise DomainError(_("Choose what to do."))
    return _STEPS[name]


def _said(given: bool, count: int) -> str:  # noqa: FBT001
    if given:
        text = ngettext("%(n)d role given.", "%(n)d roles given.", count)
    else:
        text = ngettext("%(n)d role refused.", "%(n)d roles refused.", count)
    return text % {"n": count}


def _proposals(request: HttpRequest) -> Any:
    """Those the person decides on; whoever gives no roles is told so."""
    if active_tenant() is None:
        raise Http404
    user: Any = request.user
    if user.tenant_id is not None:
        access.require_anywhere(user, "assign_roles")
    return RoleProposal.objects.visible_to(user)


def _ids(given: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in given]
    except ValueError as error:
        raise DomainError(_("Choose what to do.")) from error
