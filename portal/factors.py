"""The second factor of an account, with its line in the security log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.attempts import count_attempt, counted_as, forget_attempts
from accounts.models import User
from accounts.services import second_factor
from journal.models import SecurityAction
from journal.services import record_security
from portal.sign_in import check_code
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from django.http import HttpRequest


def confirm(*, request: HttpRequest, code: str) -> list[str]:
    """The first right code sets it up; sessions and keys are no longer held."""
    user = _own(request)
    codes = second_factor.confirm(user=user, code=code)
    _log(request, SecurityAction.SECOND_FACTOR_ADDED, user)
    return codes


def new_codes(*, request: HttpRequest, password: str, code: str) -> list[str]:
    user = check_it_is_them(request=request, password=password, code=code)
    codes = second_factor.new_codes(user=user)
    _log(request, SecurityAction.RECOVERY_CODES_MADE, user)
    return codes


def remove_own(*, request: HttpRequest, password: str, code: str) -> bool:
    """By its owner, who shows password and code once more."""
    user = check_it_is_them(request=request, password=password, code=code)
    removed = second_factor.remove(user=user)
    if removed:
        _log(request, SecurityAction.SECOND_FACTOR_REMOVED, user)
    return removed


def _own(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotAllowed(_("You are not allowed to do this here."))
    return request.user


def check_it_is_them(*, request: HttpRequest, password: str, code: str | None) -> User:
    """A session left open must not be enough; guesses are counted.

    ``code`` is None for who has no second factor.
    """
    user = _own(request)
    address = request.META.get("REMOTE_ADDR", "")
    name = counted_as(user, user.username)
    count_attempt(name=name, address=address)
    if not user.check_password(password):
        raise DomainError(_("The password is wrong."), field="password")
    forget_attempts(name=name, address=address)
    if code is not None:
        check_code(request=request, user=user, code=code)
    return user


def _log(request: HttpRequest, name: str, user: User) -> None:
    record_security(
        name=name, actor=user, request=request, tenant_id=user.tenant_id, note=str(user)
    )
