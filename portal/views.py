"""Home and the board: parse, ask one report, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.reports.board import board, open_points
from portal.reports.work import work_of
from tenants.middleware import CHOSEN_TENANT

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from portal.reports.board import Board

POINTS_KEPT_SECONDS = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me. A platform operator has no work of a bureau."""
    if request.user.tenant_id is None:
        chosen = CHOSEN_TENANT in request.session
        return redirect("admin:index" if chosen else "admin:choose_tenant")
    work = work_of(user=request.user, on=timezone.localdate())
    return render(request, "portal/home.html", {"work": work})


@require_safe
def show_board(request: HttpRequest) -> HttpResponse:
    """The situation; each figure opens its rows."""
    shown = board(user=request.user, on=timezone.localdate())
    context = {
        "board": shown,
        "by_state": _chart_of_states(shown),
        "trend": _chart_of_months(shown),
        "tiles": settings.TILES,
    }
    return render(request, "portal/board.html", context)


@require_safe
def board_points(request: HttpRequest) -> JsonResponse:
    """What the map draws; kept by this browser alone, for a minute."""
    points = open_points(user=request.user, on=timezone.localdate())
    response = JsonResponse(points)
    response["Cache-Control"] = f"private, max-age={POINTS_KEPT_SECONDS}"
    return response


def _chart_of_states(shown: Board) -> dict[str, Any]:
    return {
        "kind": "bar",
        "sideways": True,
        "columns": [_("State"), _("Hazards")],
        "rows": [[str(label), figure.value] for _code, label, figure in shown.states],
        "urls": [figure.url for _code, _label, figure in shown.states],
    }


def _chart_of_months(shown: Board) -> dict[str, Any]:
    return {
        "kind": "line",
        "columns": [_("Month"), _("Reported"), _("Closed")],
        "rows": [
            [f"{month.first:%Y-%m}", month.reported.value, month.closed.value]
            for month in shown.trend
        ],
        "tones": ["primary", "green"],
    }
