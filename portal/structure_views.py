"""Merge, split, move and retire a grid: choose, see what goes along, confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.kept_forms import fill_again, is_reopened, reopens
from grids import previews, services
from grids.forms import MergeForm, MoveForm, RetireForm, SplitForm
from portal.grid_views import managed
from portal.reports import structure
from portal.split_forms import split_form
from tenants.errors import Conflict, DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from grids.forms import RefusableForm
    from grids.models import GridNode
    from grids.previews import Preview


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the structure in two steps."""

    template: str
    node: GridNode
    form: RefusableForm
    preview: Callable[[], Preview]
    service: Callable[[str], GridNode]
    done: str


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = managed(request, pk)
    form = MergeForm(_sent(request, "into"), node=node, user=request.user)

    def into() -> GridNode:
        chosen: GridNode = form.cleaned_data["into"]
        return chosen

    return _two_steps(
        request,
        Change(
            "grids/merge.html",
            node,
            form,
            lambda: previews.preview_merge(node=node, into=into()),
            lambda seen: services.merge_nodes(
                actor=request.user, node_id=node.pk, into_id=into().pk, seen=seen
            ),
            _("The grids are merged. Old codes lead to this one."),
        ),
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = managed(request, pk)
    form = MoveForm(_sent(request, "parent"), node=node, user=request.user)

    def parent() -> GridNode:
        chosen: GridNode = form.cleaned_data["parent"]
        return chosen

    return _two_steps(
        request,
        Change(
            "grids/move.html",
            node,
            form,
            lambda: previews.preview_move(node=node, parent=parent()),
            lambda seen: services.move_node(
                actor=request.user,
                node_id=node.pk,
                new_parent_id=parent().pk,
                seen=seen,
            ),
            _("Saved."),
        ),
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_split(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = managed(request, pk)
    form = split_form(node, request.POST)

    def part() -> structure.Part:
        return structure.part_of(node=node, given=form.cleaned_data)

    def split(seen: str) -> GridNode:
        given, chosen = form.cleaned_data, part()
        return services.split_node(
            actor=request.user,
            node_id=node.pk,
            name=given["name"],
            code=given["code"],
            boundary=given.get("boundary"),
            children=chosen.children,
            rows=chosen.rows,
            keep_people=given["keep_people"],
            seen=seen,
        )

    def preview() -> Preview:
        chosen = part()
        return previews.preview_split(
            node=node, children=chosen.children, rows=chosen.rows
        )

    return _two_steps(
        request,
        Change("grids/split.html", node, form, preview, split, _("The grid is split.")),
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = managed(request, pk)
    form = RetireForm(request.POST or None)
    return _two_steps(
        request,
        Change(
            "grids/retire.html",
            node,
            form,
            lambda: previews.preview_retire(node=node),
            lambda seen: services.retire_node(
                actor=request.user,
                node_id=node.pk,
                on=timezone.localdate(),
                reason=form.cleaned_data["reason"],
                seen=seen,
            ),
            _("The grid is retired; its history stays."),
        ),
    )


def _sent(request: HttpRequest, name: str) -> Any:
    """What was chosen, by link or by form; nothing on the first visit."""
    return request.POST or (name in request.GET and request.GET) or None


def _two_steps(request: HttpRequest, change: Change) -> HttpResponse:
    """Show the form, then the preview; do it when the preview is confirmed.

    What changed between the two is shown again instead of being done.
    """
    form, status, refused = change.form, 200, ""
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid() and _is_confirmed(request):
        try:
            changed = change.service(request.POST["seen"])
        except NotAllowed:
            raise
        except Conflict as refusal:
            refused, status = str(refusal), 409
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, change.done)
            # A grid may go into several parts: the next one is chosen at once.
            return redirect(request.path if "more" in request.POST else changed)
    return render(
        request,
        change.template,
        {"node": change.node, "form": form, "refused": refused, **_shown(change)},
        status=422 if form.errors else status,
    )


def _shown(change: Change) -> dict[str, Any]:
    """The preview of what was chosen, or what there is to choose from."""
    form = change.form
    if isinstance(form, RetireForm) or (form.is_bound and not form.errors):
        preview = change.preview()
        return {"preview": preview, "figures": structure.figures(preview)}
    return _to_choose(change.node, form) if isinstance(form, SplitForm) else {}


def _to_choose(node: GridNode, form: SplitForm) -> dict[str, Any]:
    """The long lists of a split, as boxes in groups."""

    def chosen(name: str) -> set[str]:
        return set(map(str, form[name].value() or ()))

    found: dict[str, Any] = {
        "children": structure.children_to_choose(node, chosen("children"))
    }
    if "trades" in form.fields:
        found["trades"] = structure.trades_to_choose(node, chosen("trades"))
    return found


def _is_confirmed(request: HttpRequest) -> bool:
    return request.method == "POST" and bool(request.POST.get("seen"))
