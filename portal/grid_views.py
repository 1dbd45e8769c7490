"""The pages of the grid tree. They count enterprises and hazards, so they live here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from accounts.kept_forms import fill_again, is_reopened, reopens
from accounts.pages import only_sent
from grids import access, exports, services
from grids.forms import AddNodeForm, EditNodeForm, kinds_below
from grids.kinds import NodeKind
from portal.reports import grids as reports
from portal.reports.printables import PRINTED_KINDS
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from grids.forms import RefusableForm
    from grids.models import GridNode

MANAGE = "manage_grids"


@require_safe
@vary_on_headers("HX-Request")
def grid_list(request: HttpRequest) -> HttpResponse:
    """The tree, two levels deep: what lies deeper is asked for branch by branch."""
    if below := request.GET.get("below", ""):
        return _branch_below(request, below)
    words = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "words": words,
        "export": exports.offer(request, "grids"),
    }
    if words:
        context["found"] = reports.find(user=request.user, words=words)
        context["at_most"] = reports.FOUND_AT_MOST
    else:
        context["tree"] = reports.tree(user=request.user)
    return render(request, "grids/list.html", context)


def _branch_below(request: HttpRequest, key: str) -> HttpResponse:
    """What lies under one node: a part of the tree, or a page without script."""
    branch = reports.tree(user=request.user).branch(key)
    if branch is None:
        raise Http404
    if request.htmx:
        return render(request, "grids/_branches.html", {"branches": branch.branches})
    part = reports.Tree(areas=[branch], departments=[])
    return render(request, "grids/list.html", {"tree": part, "words": ""})


@require_safe
def grid_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    node, reach = visible(request, pk)
    context = {
        "node": node,
        "page": reports.node_page(node=node, reach=reach, on=timezone.localdate()),
        "tiles": settings.TILES,
        **_allowed(request, node),
    }
    return render(request, "grids/detail.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    parent = managed(request, pk)
    form = AddNodeForm(request.POST or None, parent=parent)

    def add() -> GridNode:
        return services.add_node(
            actor=request.user, parent_id=parent.pk, **form.cleaned_data
        )

    return _fill_in(request, "grids/add.html", form, add, parent)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = managed(request, pk)
    form = EditNodeForm(request.POST or None, node=node)

    def edit() -> GridNode:
        return services.edit_node(
            actor=request.user, node_id=node.pk, **form.cleaned_data
        )

    return _fill_in(request, "grids/edit.html", form, edit, node)


@only_sent(instead="grids:detail", by=("pk",))
def grid_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    def restore() -> GridNode:
        return services.restore_node(actor=request.user, node_id=pk)

    return _do(request, pk, restore, _("The grid is in use again."))


def _do(
    request: HttpRequest, pk: UUID, service: Callable[[], GridNode], done: str
) -> HttpResponse:
    """One button: do it, or say on the same page why not."""
    node = managed(request, pk)
    try:
        service()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(node)


def visible(request: HttpRequest, pk: UUID) -> tuple[GridNode, dict[str, Any]]:
    node, reach = reports.node_of(user=request.user, pk=pk)
    if node is None:
        raise Http404
    return node, reach


def managed(request: HttpRequest, pk: UUID) -> GridNode:
    """A node to change; enterprises' own nodes follow the register."""
    node, _reach = visible(request, pk)
    access.require(request.user, MANAGE, [node.pk])
    if node.kind == NodeKind.ENTERPRISE:
        raise NotAllowed(_("This grid follows its enterprise; change the enterprise."))
    return node


def _allowed(request: HttpRequest, node: GridNode) -> dict[str, bool]:
    """Which buttons the page shows."""
    manages = node.kind != NodeKind.ENTERPRISE and access.can(
        request.user, MANAGE, [node.pk]
    )
    in_use = manages and not node.is_retired
    return {
        "may_print": node.kind in PRINTED_KINDS,
        "may_edit": manages,
        "may_add": in_use and bool(kinds_below(node)),
        "may_move": in_use and node.parent_id is not None,
        "may_merge": in_use and node.parent_id is not None,
        "may_retire": in_use and node.parent_id is not None,
        "may_restore": manages and node.is_retired and node.merged_into_id is None,
        "may_appoint": not node.is_retired
        and access.can(request.user, "appoint_posts", [node.pk]),
    }


def _fill_in(
    request: HttpRequest,
    template: str,
    form: RefusableForm,
    service: Callable[[], GridNode],
    node: GridNode,
) -> HttpResponse:
    """Show a form; when it is sent, call the service and go to the node."""
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            changed = service()
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(changed)
    context = {"node": node, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
