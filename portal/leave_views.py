"""The pages of leaves: who is away, who stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from accounts.pages import only_sent
from grids import access, services
from grids.models import Leave
from grids.post_forms import LeaveForm
from portal.post_views import PER_PAGE, fill_in
from portal.reports import posts as reports
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def leave_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    leaves = Leave.objects.visible_to(request.user).for_list()
    if not request.GET.get("all"):
        leaves = leaves.not_over(on=today)
    page = Paginator(leaves, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "today": today,
        "all": request.GET.get("all"),
        "may_appoint": access.can_anywhere(request.user, "appoint_posts"),
        "may_enter": reports.may_enter_leaves(request.user, on=today),
    }
    return render(request, "posts/leaves.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def leave_add(request: HttpRequest) -> HttpResponse:
    if not reports.may_enter_leaves(request.user, on=timezone.localdate()):
        raise NotAllowed(_("You are not allowed to do this here."))
    initial = {"user": request.user.pk, "begins_on": timezone.localdate()}
    form = LeaveForm(request.POST or None, initial=initial, actor=request.user)

    def save() -> Any:
        chosen = form.cleaned_data
        services.enter_leave(
            actor=request.user,
            user_id=chosen["user"].pk,
            substitute_id=chosen["substitute"].pk,
            begins_on=chosen["begins_on"],
            ends_on=chosen["ends_on"],
            reason=chosen["reason"],
            node_id=chosen["node"].pk if chosen["node"] else None,
        )
        return "posts:leaves"

    return fill_in(request, "posts/leave_add.html", {"form": form}, save)


@only_sent(instead="posts:leaves")
def leave_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(Leave.objects.visible_to(request.user), pk=pk)
    try:
        services.cancel_leave(actor=request.user, leave_id=pk)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The leave is cancelled."))
    return redirect("posts:leaves")
