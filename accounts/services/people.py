"""Accounts: create, sign in and out, change a password, tokens for machines."""

import hashlib
import re
import secrets
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import LIKE_A_PHONE, ApiToken, User
from accounts.naming import plain_name
from accounts.services.passwords import check_new_password, give_password
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.texts import tidy_line

# A key that nobody thinks of any more must not open the door for ever.
TOKEN_DAYS: Final = 180
LONGEST_TOKEN_DAYS: Final = 365


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
    must_change: bool = False,
    set_by: User | None = None,
) -> User:
    """Make an account of one tenant, or of the platform where ``tenant`` is None.

    Without a password nobody can sign in until one is set; with ``must_change``
    it opens nothing but the page where another one is chosen, and ``set_by`` is
    who knows it until then. The security log is written by the callers above (``grids.services`` and the admin).
    """
    user = User(
        tenant=tenant,
        username=username,
        full_name=tidy_line(full_name),
        phone=phone,
        title=tidy_line(title),
        email=email,
        is_staff=is_staff,
        is_superuser=tenant is None and is_staff,
    )
    if password is None:
        user.set_unusable_password()
    else:
        check_new_password(password, user)
        user.set_password(password)
        user.password_changed_at = timezone.now()
        user.must_change_password = must_change
        user.password_set_by = set_by if must_change else None
    _check_facts(user)
    user.save()
    return user


@transaction.atomic
def edit_user(
    *,
    user_id: UUID,
    username: str,
    full_name: str,
    phone: str,
    title: str,
    email: str,
    is_staff: bool,
    is_active: bool,
) -> tuple[User, list[str], list[ApiToken]]:
    """Change an account; returns it, the fields that changed, the tokens that ended.

    Disabling ends sessions and tokens for good: they do not come back with the
    account. Neither the tenant nor a superuser's power can be changed. The security log
    is written by the callers above.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    wanted = {
        "username": username,
        "full_name": tidy_line(full_name),
        "phone": phone,
        "title": tidy_line(title),
        "email": email,
        "is_staff": is_staff or user.is_superuser,
        "is_active": is_active,
    }
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    _check_facts(user, exclude=["password"])
    ended = []
    if "is_active" in changed and not is_active:
        user.session_epoch += 1
        ended = _end_tokens(user)
    elif "is_active" in changed:
        user.reactivated_at = timezone.now()
    user.save(update_fields=[*changed, "session_epoch", "reactivated_at"])
    return user, changed, ended


@transaction.atomic
def disable(*, user_id: UUID) -> list[ApiToken]:
    """Close an account; its sessions and tokens end for good. Returns the tokens."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    return _end_tokens(user)


@transaction.atomic
def set_password(
    *,
    user_id: UUID,
    password: str,
    must_change: bool = True,
    set_by: User | None = None,
) -> tuple[User, list[ApiToken]]:
    """Give somebody a new password without the old one; sessions and tokens end.

    It has been known to another, so its owner chooses one at the sign-in.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    check_new_password(password, user, old=user.password)
    give_password(user, password, must_change=must_change, set_by=set_by)
    return user, _end_tokens(user)


def create_users(users: list[User]) -> list[User]:
    """Insert many prepared accounts at once (imports and the demo)."""
    return User.objects.bulk_create(users)


def _check_facts(user: User, *, exclude: list[str] | None = None) -> None:
    try:
        user.full_clean(exclude=exclude)
    except ValidationError as error:
        field, errors = next(iter(error.error_dict.items()))
        # A constraint stands at no field; ours name it by their code.
        at_field = errors[0].code if field == NON_FIELD_ERRORS else field
        raise DomainError(errors[0].messages[0], field=at_field) from error


@transaction.atomic
def change_password(*, user: User, old: str, new: str) -> tuple[User, list[ApiToken]]:
    """Set a new password for somebody who knows the old one.

    Every other session of theirs ends with it, because a session carries a hash
    of the password; the caller renews its own. The tokens end as well, for the
    password that made them may have been known to others. The fields of a refusal are
    those of ``accounts.forms.PasswordForm``.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.check_password(old):
        raise DomainError(_("The old password is wrong."), field="old_password")
    if old == new:
        raise DomainError(
            _("Choose a password you do not have yet."), field="new_password1"
        )
    check_new_password(new, user, field="new_password1", old=user.password)
    give_password(user, new, must_change=False)
    return user, _end_tokens(user)


def user_named(name: str) -> User | None:
    """The one user of this phone number, if it is one, or of this user name.

    Neither case nor full-width characters matter: attempts are counted in the
    same form (``accounts.naming``). Looked up before there is a tenant; nothing
    lists users this way.
    """
    name = plain_name(name)
    users = User.objects.select_related("tenant")
    if re.fullmatch(LIKE_A_PHONE, name, re.ASCII):
        return users.filter(phone=name).first()
    return users.alias(plain=Lower("username")).filter(plain=name).first()


def set_language(*, user: User, language: str) -> None:
    """Remember in which language to write to this user."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


def set_large_text(*, user: User, large_text: bool) -> None:
    """Remember the size of text that new devices of this user start with."""
    User.objects.filter(pk=user.pk).update(large_text=large_text)


@transaction.atomic
def make_token(
    *, user: User, name: str, expires_on: date | None = None
) -> tuple[ApiToken, str]:
    """A key for a machine. The second value is the key, shown this once.

    Without a last day it is valid for half a year.
    """
    name = tidy_line(name)
    if not name:
        raise DomainError(_("Say what the token is for."), field="name")
    last = timezone.localdate() + timedelta(days=LONGEST_TOKEN_DAYS)
    if expires_on is not None and expires_on > last:
        raise DomainError(
            _("A token is valid for %(days)d days at most.")
            % {"days": LONGEST_TOKEN_DAYS},
            field="expires_on",
        )
    if expires_on is None:
        expires_on = timezone.localdate() + timedelta(days=TOKEN_DAYS)
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=token_digest(key), expires_on=expires_on
    )
    return token, key


def token_digest(key: str) -> str:
    """Tokens are long and random: a plain SHA-256 is enough to keep."""
    return hashlib.sha256(key.encode()).hexdigest()


def token_with(key: str) -> ApiToken | None:
    """The token this key opens, or None: unknown, expired, or its user is out.

    A user whose password is due to be changed, or whose second factor is due to be
    set up, is out as well until it is.
    """
    token = (
        ApiToken.objects.select_related("user__tenant")
        .filter(digest=token_digest(key))
        .first()
    )
    if token is None or token.is_expired or not token.user.is_in_service:
        return None
    # Keys keep to the rules of passwords and of second factors.
    if token.user.must_change_password or token.user.is_second_factor_due:
        return None
    return token


def note_token_use(token: ApiToken) -> None:
    """Remember that a token still lives, with one write a day at most."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def revoke_token(*, user: User, token_id: UUID) -> ApiToken | None:
    """End a token of this very user; None where they have no such token."""
    token = ApiToken.objects.filter(pk=token_id, user=user).first()
    if token is not None:
        ApiToken.objects.filter(pk=token.pk).delete()
    return token


def tokens_of(user_id: UUID) -> list[ApiToken]:
    """The keys somebody made for machines, the newest first."""
    return list(ApiToken.objects.filter(user_id=user_id).order_by("-created_at"))


def _end_tokens(user: User) -> list[ApiToken]:
    """End all of a user's keys; returns them for the log."""
    ended = tokens_of(user.pk)
    ApiToken.objects.filter(user=user).delete()
    return ended
