"""Every request of a session: not idle too long, and nothing before what is due."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import services
from accounts.kept_forms import KeptForm
from accounts.models import User
from journal.models import SecurityAction
from journal.services import record_security
from portal.sign_in_steps import IDLE, KEPT, SEEN
from tenants.middleware import SAFE_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

WRITTEN_EVERY: Final = 60  # seconds: a request costs no write
LONGEST_KEPT: Final = 100_000
_ALWAYS: Final = frozenset(
    {"accounts:sign_out", "set_language", "accounts:large_text", "portal:watermark"}
)
_PASSWORD: Final = frozenset({"accounts:password_change"})
_FACTOR: Final = frozenset(
    {
        "accounts:second_factor",
        "accounts:second_factor_begin",
        "accounts:second_factor_confirm",
    }
)


class WatchSessions:
    """Ends a session that rested too long; leads to what must be done first.

    What is due stands beside the account and is read with it: a rule that is made
    stricter holds for running sessions at their next request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and IDLE in request.session:
            _watch(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        due = _due(request)
        # The API asks for its sign-in itself, so that its views look open here.
        is_open = not getattr(view, "login_required", True) and not _is_api(request)
        if due is None or is_open:
            return None
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        if name in _ALWAYS or name in due:
            return None
        return _hold(request, "password" if due is _PASSWORD else "second factor")


def _watch(request: HttpRequest) -> None:
    session = request.session
    now = int(time.time())
    rested = now - session.get(SEEN, now)
    if rested >= session[IDLE] * 60:
        _end(request)
    elif rested >= WRITTEN_EVERY:
        session[SEEN] = now
        services.session_seen(session.session_key)


def _end(request: HttpRequest) -> None:
    user = request.user
    services.session_over(request.session.session_key)
    if isinstance(user, User):
        record_security(
            name=SecurityAction.SIGN_OUT,
            actor=user,
            request=request,
            tenant_id=user.tenant_id,
            note=str(_("No request for too long")),
            idle=True,
        )
    logout(request)


def _due(request: HttpRequest) -> frozenset[str] | None:
    """The pages that are open as long as something is due; None: all are."""
    user = request.user
    if not isinstance(user, User):
        return None
    if user.must_change_password:
        return _PASSWORD
    # Sessions that the sign-in opened, as all are outside of tests.
    is_held = user.is_second_factor_due and IDLE in request.session
    return _FACTOR if is_held else None


def _hold(request: HttpRequest, what: str) -> HttpResponse:
    page = "password_change" if what == "password" else "second_factor"
    address = reverse(f"accounts:{page}")
    if _is_api(request) or _wants_json(request):
        detail = (
            _("Choose a password of your own first.")
            if what == "password"
            else _("Set up your second factor first.")
        )
        return JsonResponse({"code": "not_allowed", "detail": detail}, status=403)
    if request.method not in SAFE_METHODS:
        _keep(request)
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _keep(request: HttpRequest) -> None:
    """What was being sent waits in the session until what is due is done."""
    kept = KeptForm.of(request)
    text = kept.as_json()
    if kept.is_complete and len(text) <= LONGEST_KEPT:
        request.session[KEPT] = text


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted
