"""Between the password and the open session: the second factor, and what is due."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth import login
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import services
from accounts.models import User
from accounts.services import second_factor
from grids.models import RoleAssignment
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from django.http import HttpRequest

PENDING: Final = "pending_sign_in"
PENDING_SECONDS: Final = 5 * 60
# What a session carries: how long it may rest, when it was seen, what is due.
IDLE: Final = "idle_minutes"
SEEN: Final = "seen_at"
FACTOR_DUE: Final = "second_factor_due"
KEPT: Final = "kept_form"
_BACKEND: Final = settings.AUTHENTICATION_BACKENDS[0]


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rules of the bureau and the roles ask of somebody's sessions."""

    idle_minutes: int
    needs_second_factor: bool


def demands_on(user: User) -> Demands:
    """The strictest of the roles; an operator of the platform holds none."""
    rules = services.rules_for(user)
    usual = rules.admin_idle_minutes if user.is_administrator else rules.idle_minutes
    if user.tenant_id is None:
        return Demands(usual, needs_second_factor=False)
    with tenant_scope(user.tenant_id):
        roles = list(
            RoleAssignment.objects.in_force()
            .filter(user_id=user.pk)
            .values_list("role__idle_minutes", "role__second_factor_required")
        )
    idle = usual
    if roles and not user.is_administrator:
        idle = min(minutes or usual for minutes, _needed in roles)
    return Demands(idle, any(needed for _minutes, needed in roles))


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
    """A session under a new id that knows when it ends and what is due first."""
    request.session.pop(PENDING, None)
    demands = demands_on(user)
    login(request, user, backend=_BACKEND)
    session = request.session
    ends = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    session.set_expiry(ends)
    session[IDLE] = demands.idle_minutes
    session[SEEN] = int(time.time())
    if demands.needs_second_factor and not second_factor.is_on(user):
        session[FACTOR_DUE] = True
    services.must_change(user, services.rules_for(user), now=timezone.now())
    services.note_session(
        user=user,
        session_key=str(session.session_key),
        address=request.META.get("REMOTE_ADDR"),
        agent=request.headers.get("User-Agent", ""),
    )
