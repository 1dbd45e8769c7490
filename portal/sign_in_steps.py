"""Between the password and the open session: the second factor, and what is due."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth import login
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import services
from accounts.models import User
from grids.models import RoleAssignment
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from django.http import HttpRequest

PENDING: Final = "pending_sign_in"
PENDING_SECONDS: Final = 5 * 60
# What a session carries: how long it may rest, and when it was seen.
IDLE: Final = "idle_minutes"
SEEN: Final = "seen_at"
KEPT: Final = "kept_form"
_BACKEND: Final = settings.AUTHENTICATION_BACKENDS[0]


def idle_minutes_of(user: User) -> int:
    """How long a session may rest: the strictest of the roles says."""
    rules = services.rules_for(user)
    if user.is_administrator:
        return rules.admin_idle_minutes
    usual = rules.idle_minutes
    if user.tenant_id is None:
        return usual
    with tenant_scope(user.tenant_id):
        held = RoleAssignment.objects.in_force().filter(user_id=user.pk)
        minutes = list(held.values_list("role__idle_minutes", flat=True))
    return min((own or usual for own in minutes), default=usual)


def wait_for_second_step(request: HttpRequest, user: User) -> None:
    """The password was right; nothing is open until the code is too."""
    request.session[PENDING] = {
        "user": str(user.pk),
        "at": int(time.time()),
        "hash": user.get_session_auth_hash(),
    }


def who_waits(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago, if it still is their password."""
    pending: Any = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        return None
    user = User.objects.select_related("tenant").filter(pk=pending["user"]).first()
    if user is None or not user.is_in_service:
        return None
    same = constant_time_compare(pending["hash"], user.get_session_auth_hash())
    return user if same else None


def open_session(request: HttpRequest, user: User) -> None:
    """A session under a new id that knows when it ends."""
    request.session.pop(PENDING, None)
    login(request, user, backend=_BACKEND)
    session = request.session
    ends = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    session.set_expiry(ends)
    session[IDLE] = idle_minutes_of(user)
    session[SEEN] = int(time.time())
    services.must_change(user, services.rules_for(user), now=timezone.now())
    services.note_session(
        user=user,
        session_key=str(session.session_key),
        address=request.META.get("REMOTE_ADDR"),
        agent=request.headers.get("User-Agent", ""),
    )
