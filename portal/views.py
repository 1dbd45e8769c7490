"""Home and the board: parse, ask one report, show."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from portal.reports.board import board, open_points
from portal.reports.work import work_of
from tenants.middleware import CHOSEN_TENANT

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

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
@gzip_page
def board_points(request: HttpRequest) -> HttpResponseBase:
    """What the map draws; kept by this browser alone, for a minute, then compared.

    Packed here as well, for the server without a proxy in front: nothing in it is
    a secret of the session, so that its length tells nothing.
    """
    points = open_points(user=request.user, on=timezone.localdate())
    body = json.dumps(points, ensure_ascii=False, separators=(",", ":")).encode()
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={POINTS_KEPT_SECONDS}"
    same = get_conditional_response(request, etag=etag, response=response)
    return response if same is None else same


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
