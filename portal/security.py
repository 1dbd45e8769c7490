"""What the security administrator does: rules, locks, second factors of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import attempts
from accounts import services as accounts
from accounts.models import SecurityRules, User
from accounts.services import second_factor
from grids import access
from grids.models import GridNode
from journal.models import SecurityAction
from journal.services import record_security
from portal.services import own_users
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

MANAGE: Final = "manage_security"


@transaction.atomic
def change_rules(*, request: HttpRequest, **given: Any) -> SecurityRules:
    """Change the rules of security of the bureau one works in."""
    actor = _security_manager(request)
    rules, changed = accounts.set_security(**given)
    if changed:
        record_security(
            name=SecurityAction.RULES_CHANGED,
            actor=actor,
            request=request,
            note=str(rules),
            changed=changed,
        )
    return rules


@transaction.atomic
def unlock_account(*, request: HttpRequest, user_id: UUID) -> User:
    """Somebody who typed a wrong password too often need not wait."""
    actor = _security_manager(request)
    user = _own(user_id)
    attempts.unlock(*_counted(user))
    _log(request, SecurityAction.ACCOUNT_UNLOCKED, actor, user)
    return user


@transaction.atomic
def remove_second_factor(*, request: HttpRequest, user_id: UUID) -> User:
    """For somebody who has lost phone and codes; their own never this way."""
    actor = _security_manager(request)
    user = _own(user_id)
    if user.pk == actor.pk:
        raise DomainError(_("Remove your own on your own page, with its code."))
    if not second_factor.remove(user=user):
        raise DomainError(_("There is no second factor yet."))
    _log(request, SecurityAction.SECOND_FACTOR_REMOVED, actor, user)
    return user


def is_locked(user: User) -> bool:
    return attempts.is_locked(*_counted(user))


def _counted(user: User) -> tuple[str, str]:
    """Under what their passwords and their codes are counted."""
    return attempts.counted_as(user, user.username), f"second factor {user.pk}"


def _security_manager(request: HttpRequest) -> User:
    """Who asks, if they may: on the county itself, or as the platform."""
    actor = request.user
    if not isinstance(actor, User):
        raise NotAllowed(_("You are not allowed to do this here."))
    if actor.tenant_id is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, MANAGE, [root.pk])
    elif not actor.is_superuser:
        raise NotAllowed(_("You are not allowed to do this here."))
    return actor


def _own(user_id: UUID) -> User:
    user = own_users().filter(pk=user_id).first()
    if user is None:
        raise DomainError(_("This user does not exist or is disabled."), field="user")
    return user


def _log(request: HttpRequest, name: str, actor: User, user: User) -> None:
    record_security(
        name=name,
        actor=actor,
        request=request,
        tenant_id=user.tenant_id,
        note=str(user),
        user=str(user.pk),
    )
