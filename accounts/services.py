"""Accounts: create, sign in and out, change a password, tokens for machines."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User
from tenants.errors import DomainError
from tenants.models import Tenant


@transaction.atomic
def create_user(
    *,
    tenant: Tenant | None,
    username: str,
    full_name: str,
    password: str | None = None,
    phone: str = "",
    title: str = "",
    email: str = "",
    is_staff: bool = False,
) -> User:
    """Make an account of one tenant, or of the platform where ``tenant`` is None.

    Without a password nobody can sign in until one is set. The security log is
    written by the callers above (``grids.services`` and the admin).
    """
    user = User(
        tenant=tenant,
        username=username,
        full_name=full_name,
        phone=phone,
        title=title,
        email=email,
        is_staff=is_staff,
        is_superuser=tenant is None and is_staff,
    )
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=field) from error
    user.save()
    return user


def create_users(users: list[User]) -> list[User]:
    """Insert many prepared accounts at once (imports and the demo)."""
    return User.objects.bulk_create(users)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(error.messages[0], field="password") from error


@transaction.atomic
def make_token(
    *, user: User, name: str, expires_on: date | None = None
) -> tuple[ApiToken, str]:
    """A key for a machine. The second value is the key, shown this once."""
    if not name.strip():
        raise DomainError(_("Say what the token is for."), field="name")
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name.strip(), digest=token_digest(key), expires_on=expires_on
    )
    return token, key


def token_digest(key: str) -> str:
    """Tokens are long and random: a plain SHA-256 is enough to keep."""
    return hashlib.sha256(key.encode()).hexdigest()
