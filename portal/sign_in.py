"""Signing in and out, passwords and keys: each of them in the security log.

They stand here because an account may not know the journal, which lies above it.
"""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.attempts import (
    TooManyAttempts,
    count_attempt,
    counted_as,
    forget_attempts,
)
from accounts.models import ApiToken, User
from accounts.services import second_factor
from journal.models import SecurityAction
from journal.services import record_security
from portal import sign_in_steps as steps
from tenants.errors import DomainError, NotAllowed


class WrongCredentials(DomainError):
    """One sentence for an unknown name, a wrong password and a closed account."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not_authenticated"

    def __init__(self) -> None:
        super().__init__(_("The user name or the password is wrong."))


class WrongCode(DomainError):
    """A code that does not fit, was used before, or is too old."""

    def __init__(self) -> None:
        super().__init__(
            _("This code does not fit. Wait for the next one."), field="code"
        )


class SignInAnew(DomainError):
    """The password was given too long ago, or has changed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("That took too long. Sign in once more."))


def check_credentials(*, request: HttpRequest, username: str, password: str) -> User:
    """Whose name and password these are.

    Counted before the password is looked at. Each failure is logged, and of the
    refusals after too many only the first.
    """
    address = request.META.get("REMOTE_ADDR", "")
    name = counted_as(services.user_named(username), username)
    try:
        count_attempt(name=name, address=address)
    except TooManyAttempts as refusal:
        if refusal.is_first:
            _record_failure(request, username, note=str(_("Too many attempts")))
        raise
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _record_failure(request, username)
        raise WrongCredentials
    forget_attempts(name=name, address=address)
    return user


def sign_in(*, request: HttpRequest, username: str, password: str) -> User | None:
    """Check, open a session under a new id, and log it.

    None where a second factor is set up: its code is asked for next.
    """
    user = check_credentials(request=request, username=username, password=password)
    if second_factor.is_on(user):
        steps.wait_for_second_step(request, user)
        return None
    return _opened(request, user)


def second_step(*, request: HttpRequest, code: str) -> User:
    """The code of the authenticator, or a recovery code; counted like a password."""
    user = steps.who_waits(request)
    if user is None:
        raise SignInAnew
    check_code(request=request, user=user, code=code)
    return _opened(request, user)


def check_all(*, request: HttpRequest, username: str, password: str, code: str) -> User:
    """Everything at once, for programs that make themselves a key.

    What a person would have to do first, a program cannot do for them.
    """
    user = check_credentials(request=request, username=username, password=password)
    if second_factor.is_on(user):
        check_code(request=request, user=user, code=code)
    elif user.is_second_factor_due:
        raise NotAllowed(_("Set up your second factor first."))
    if services.must_change(user, services.rules_for(user), now=timezone.now()):
        raise NotAllowed(_("Choose a password of your own first."))
    return user


def check_code(*, request: HttpRequest, user: User, code: str) -> None:
    """A right code, or a refusal; wrong ones are counted and logged."""
    address = request.META.get("REMOTE_ADDR", "")
    name = f"second factor {user.pk}"
    try:
        count_attempt(name=name, address=address)
    except TooManyAttempts as refusal:
        refusal.field = "code"
        if refusal.is_first:
            _record_code(request, user, note=str(_("Too many attempts")))
        raise
    kind = second_factor.check(user=user, code=code)
    if not kind:
        _record_code(request, user)
        raise WrongCode
    forget_attempts(name=name, address=address)
    if kind == "recovery":
        record_security(
            name=SecurityAction.RECOVERY_CODE_USED,
            actor=user,
            request=request,
            tenant_id=user.tenant_id,
        )


def _record_code(request: HttpRequest, user: User, *, note: str = "") -> None:
    record_security(
        name=SecurityAction.SECOND_FACTOR_FAILED,
        actor=None,
        succeeded=False,
        note=f"{user} ({user.username})" + (f" · {note}" if note else ""),
        request=request,
        tenant_id=user.tenant_id,
        user=str(user.pk),
    )


def _opened(request: HttpRequest, user: User) -> User:
    steps.open_session(request, user)
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
    services.session_over(request.session.session_key)
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
    name = counted_as(user, user.username)
    count_attempt(name=name, address=address)
    try:
        user, ended = services.change_password(user=user, old=old, new=new)
    except DomainError:
        _record_password(request, user, succeeded=False)
        raise
    forget_attempts(name=name, address=address)
    key = request.session.session_key
    update_session_auth_hash(request, user)
    services.session_renewed(old=key, new=request.session.session_key)
    services.end_sessions(user=user, besides=request.session.session_key)
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


def end_sessions(*, request: HttpRequest, session_id: UUID | None = None) -> int:
    """Sign this very person out elsewhere: at one place, or at all others."""
    user = _signed_in(request)
    ended = services.end_sessions(
        user=user, besides=request.session.session_key, session_id=session_id
    )
    if ended:
        record_security(
            name=SecurityAction.SESSION_ENDED,
            actor=user,
            request=request,
            tenant_id=user.tenant_id,
            count=ended,
        )
    return ended
