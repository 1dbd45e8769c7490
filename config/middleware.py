"""Around every request: its id, one log line, and the measurements."""

import ipaddress
import logging
import re
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from config import logs, metrics
from tenants.ids import new_id

logger = logging.getLogger("anwang.requests")
HEADER: Final = "X-Request-ID"
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET: Final = ("/healthz", "/readyz", "/metrics", "/static/")


class ObserveRequests:
    """First of all middleware, so that a refusal further in is seen as well.

    The id of a proxy in front is kept when it is well-formed (no line breaks, no
    endless text in the logs); otherwise a new one is made. The log names the view
    and the path, never the query string: people search for names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identity = given if _WELL_FORMED.fullmatch(given) else str(new_id())
        token = logs.request_id.set(identity)
        started = time.perf_counter()
        if settings.BEHIND_PROXY:
            _restore_address(request)
        try:
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - started)
        finally:
            logs.request_id.reset(token)
        response[HEADER] = identity
        return response

    @staticmethod
    def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        view = match.view_name or match.route if match else "-"
        metrics.count_request(
            view=view,
            method=request.method or "",
            status=response.status_code,
            seconds=seconds,
        )
        if not request.path.startswith(_QUIET):
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "path": request.path,
                    "view": view,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )


class ExplainNotAllowed:
    """Last of all middleware: a page where Django's 405 would be an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


def _restore_address(request: HttpRequest) -> None:
    """Whom the proxy in front talks to, instead of the proxy itself.

    Only the last entry counts: our proxy wrote it, all before it may be invented.
    """
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
    except ValueError:
        return
