"""Sheets to print: postings, duty cards, maps; and the page behind a posting's code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grids.models import GridNode
from portal.public_pages import (
    count_wrong_code,
    draw,
    has_guessed_too_often,
    shared,
    too_many,
)
from portal.reports import grids as reports
from portal.reports import printables
from tenants.models import Tenant
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

# Whole mobile numbers on a card are for whoever may see them elsewhere as well.


@require_safe
def posting(request: HttpRequest, pk: UUID) -> HttpResponse:
    node, sheets = _sheets(request, pk)
    context = {"node": node, "sheets": sheets, **_batch(request, node)}
    return render(request, "print/posting.html", context)


@require_safe
def duty_card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mobiles are masked unless the bureau's rules for printing show them."""
    node, sheets = _sheets(request, pk)
    cards = printables.cards(sheets, user=request.user)
    context = {"node": node, "cards": cards, **_batch(request, node)}
    return render(request, "print/duty_card.html", context)


@require_safe
def map_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    node, sheets = _sheets(request, pk)
    maps = printables.map_sheets(sheets, user=request.user)
    context = {"node": node, "maps": maps, **_batch(request, node)}
    return render(request, "print/map_sheet.html", context)


@login_not_required
@require_safe
def public_grid(request: HttpRequest, tenant_id: int, pk: UUID) -> HttpResponse:
    """What hangs on the wall, as it is today. Nothing beyond the posting.

    Unknown, foreign and unfit codes read alike: one 404 that says nothing. Drawn
    without the request, because caches share it.
    """
    if has_guessed_too_often(request):
        return too_many()
    try:
        return shared(_posted(request, tenant_id, pk), seconds=300)
    except Http404:
        count_wrong_code(request)
        raise


def _posted(request: HttpRequest, tenant_id: int, pk: UUID) -> HttpResponse:
    tenant = Tenant.objects.filter(pk=tenant_id, is_active=True).first()
    if tenant is None:
        raise Http404
    with tenant_scope(tenant.pk, read_only=True):
        node = GridNode.objects.filter(
            pk=pk, kind__in=printables.PRINTED_KINDS
        ).select_related("parent__parent", "merged_into")
        found = node.first()
        if found is None:
            raise Http404
        root = request.build_absolute_uri("/")[:-1]
        (sheet,) = printables.sheets([found], on=timezone.localdate(), root=root)
        return draw("grids/public.html", {"sheet": sheet})


def _printed(request: HttpRequest, pk: UUID) -> GridNode:
    node, _reach = reports.node_of(user=request.user, pk=pk)
    if node is None or node.kind not in printables.PRINTED_KINDS:
        raise Http404
    return node


def _sheets(request: HttpRequest, pk: UUID) -> tuple[GridNode, list[printables.Sheet]]:
    """The grid, or all of a kind below it (``?of=village``): seen as the grid is."""
    node = _printed(request, pk)
    kind = request.GET.get("of", "")
    if kind and kind not in printables.PRINTED_KINDS:
        raise Http404
    return node, printables.sheets(
        printables.printed_nodes(node, kind),
        on=timezone.localdate(),
        root=request.build_absolute_uri("/")[:-1],
    )


def _batch(request: HttpRequest, node: GridNode) -> dict[str, Any]:
    return {
        "of": request.GET.get("of", ""),
        "kinds": printables.kinds_below(node),
        "at_most": printables.AT_MOST,
    }
