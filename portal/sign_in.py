"""Signing in and out, passwords and keys: each of them in the security log.

They stand here because an account may not know the journal, which lies above it.
"""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.attempts import TooManyAttempts, count_attempt, forget_attempts
from accounts.models import ApiToken, User
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError


class WrongCredentials(DomainError):
    """One sentence for an unknown name, a wrong password and a closed account."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not_authenticated"

    def __init__(self) -> None:
        super().__init__(_("The user name or the password is wrong."))


def check_credentials(*, request: HttpRequest, username: str, password: str) -> User:
    """Whose name and password these are.

    Counted before the password is looked at. Each failure is logged, and of the
    refusals after too many only the first.
    """
    address = request.META.get("REMOTE_ADDR", "")
    try:
        count_attempt(name=username, address=address)
    except TooManyAttempts as refusal:
        if refusal.is_first:
            _record_failure(request, username, note=str(_("Too many attempts")))
        raise
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _record_failure(request, username)
        raise WrongCredentials
    forget_attempts(name=username, address=address)
    return user


def sign_in(*, request: HttpRequest, username: str, password: str) -> User:
    """Check, open a session under a new id, and log it."""
    user = check_credentials(request=request, username=username, password=password)
    login(request, user)
    record_security(
        name=SecurityAction.SIGN_IN,
        actor=user,
        request=request,
        tenant_id=user.tenant_id,
    )
    return user


def sign_out(*, request: HttpRequest) -> None:
    """Log it and end the session; harmless where there is none any more."""
    user = request.user
    if isinstance(user, User):
        record_security(
            name=SecurityAction.SIGN_OUT,
            actor=user,
            request=request,
            tenant_id=user.tenant_id,
        )
    logout(request)


def change_password(*, request: HttpRequest, old: str, new: str) -> User:
    """Change it, keep this session under a new id, end all others and all keys.

    The old password is guessed at under the same limits as at the sign-in.
    """
    user = _signed_in(request)
    address = request.META.get("REMOTE_ADDR", "")
    count_attempt(name=user.username, address=address)
    try:
        user, ended = services.change_password(user=user, old=old, new=new)
    except DomainError:
        _record_password(request, user, succeeded=False)
        raise
    forget_attempts(name=user.username, address=address)
    update_session_auth_hash(request, user)
    for token in ended:
        _record_token(SecurityAction.TOKEN_REVOKED, request, token, user)
    _record_password(request, user, succeeded=True)
    return user


def make_token(
    *, request: HttpRequest, user: User, name: str, expires_on: date | None
) -> tuple[ApiToken, str]:
    """A key for a machine that acts as this user."""
    token, key = services.make_token(user=user, name=name, expires_on=expires_on)
    _record_token(SecurityAction.TOKEN_MADE, request, token, user)
    return token, key


def revoke_token(*, request: HttpRequest, user: User, token_id: UUID) -> bool:
    """End a key of this user; False when they have no such key."""
    token = services.revoke_token(user=user, token_id=token_id)
    if token is None:
        return False
    _record_token(SecurityAction.TOKEN_REVOKED, request, token, user)
    return True


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise WrongCredentials
    return request.user


def _record_failure(request: HttpRequest, username: str, *, note: str = "") -> None:
    # The name as typed is not kept: people type passwords into the wrong field.
    # That of an account is, for whoever reads the log wants to know whose it was.
    user = services.user_named(username)
    whose = f"{user} ({user.username})" if user else str(_("Unknown name"))
    known = {"user": str(user.pk), "username": user.username} if user else {}
    record_security(
        name=SecurityAction.SIGN_IN_FAILED,
        actor=None,
        succeeded=False,
        note=f"{whose} · {note}" if note else whose,
        request=request,
        tenant_id=user.tenant_id if user else None,
        **known,
    )


def _record_password(request: HttpRequest, user: User, *, succeeded: bool) -> None:
    record_security(
        name=SecurityAction.PASSWORD_CHANGED,
        actor=user,
        succeeded=succeeded,
        request=request,
        tenant_id=user.tenant_id,
    )


def _record_token(name: str, request: HttpRequest, token: ApiToken, user: User) -> None:
    record_security(
        name=name,
        actor=user,
        request=request,
        tenant_id=user.tenant_id,
        note=token.name,
        token=str(token.pk),
    )
