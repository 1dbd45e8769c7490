"""What a password must be, whether it is one that was had before, when it is old."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import FormerPassword, SecurityRules, User
from accounts.services.rules import rules_for, rules_of
from tenants.errors import DomainError

# Nothing that a hurried eye takes for something else: no 0 O 1 l I.
READABLE: Final = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS: Final = 3  # of four characters: 59 bits, and one is always a capital


def shortest(user: User, rules: SecurityRules) -> int:
    if user.is_administrator:
        return max(rules.password_length, rules.admin_password_length)
    return rules.password_length


def password_help(user: User, rules: SecurityRules) -> str:
    """The rule in one sentence, for the page where one is chosen."""
    text = _(
        "At least %(length)d characters, with %(classes)d of: small letters,"
        " capital letters, digits, other characters. Without the user name, and"
        " none of your last %(history)d passwords."
    )
    return text % {
        "length": shortest(user, rules),
        "classes": rules.password_classes,
        "history": rules.password_history,
    }


def check_new_password(
    password: str, user: User, *, field: str = "password", old: str = ""
) -> None:
    """Refuse what the rules of the user's bureau do not allow, at the field.

    ``old`` is the hash that the account has until now.
    """
    rules = rules_for(user)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(error.messages[0], field=field) from error
    if len(password) < (least := shortest(user, rules)):
        text = ngettext(
            "A password here has at least %(least)d character.",
            "A password here has at least %(least)d characters.",
            least,
        )
        raise DomainError(text % {"least": least}, field=field)
    if kinds_of_characters(password) < rules.password_classes:
        raise DomainError(
            _(
                "Use %(classes)d of: small letters, capital letters, digits,"
                " other characters."
            )
            % {"classes": rules.password_classes},
            field=field,
        )
    plain = password.casefold()
    names = [name.casefold() for name in (user.username, user.phone) if name]
    if any(name in plain for name in names):
        raise DomainError(
            _("The password must not contain the user name or the phone number."),
            field=field,
        )
    if _was_had(password, user, rules, old):
        raise DomainError(
            _("You had this password before. Choose another one."), field=field
        )


def kinds_of_characters(password: str) -> int:
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )


def _was_had(password: str, user: User, rules: SecurityRules, old: str) -> bool:
    former = FormerPassword.objects.filter(user_id=user.pk).order_by("-ended_at", "-pk")
    digests = former.values_list("digest", flat=True)[: rules.password_history - 1]
    return any(check_password(password, digest) for digest in (old, *digests) if digest)


@transaction.atomic
def give_password(
    user: User, password: str, *, must_change: bool, set_by: User | None = None
) -> None:
    """Set it on a locked row and remember the hash of the one before.

    ``set_by`` knows it too, until its owner chooses another.
    """
    rules = rules_for(user)
    if user.password and user.has_usable_password():
        FormerPassword.objects.create(user=user, digest=user.password)
    kept = (
        FormerPassword.objects.filter(user=user)
        .order_by("-ended_at", "-pk")
        .values_list("pk", flat=True)[: rules.password_history]
    )
    FormerPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = must_change
    user.password_set_by = set_by if must_change else None
    user.save(
        update_fields=[
            "password",
            "password_changed_at",
            "must_change_password",
            "password_set_by",
        ]
    )


def is_old(user: User, rules: SecurityRules, *, now: datetime) -> bool:
    """Is it older than the bureau allows?"""
    if not rules.password_days:
        return False
    since = user.password_changed_at or user.date_joined
    return now - since >= timedelta(days=rules.password_days)


@transaction.atomic
def ask_for_new_passwords(*, tenant_id: int, now: datetime) -> int:
    """Mark accounts whose password has grown old, so that keys stop as well."""
    users = User.objects.filter(
        tenant_id=tenant_id, is_active=True, must_change_password=False
    )
    rules = rules_of(tenant_id)
    old = [user.pk for user in users if is_old(user, rules, now=now)]
    return User.objects.filter(pk__in=old).update(must_change_password=True)


def must_change(user: User, rules: SecurityRules, *, now: datetime) -> bool:
    """At the sign-in: is a new password due? Remembered, so that keys know it."""
    if not user.must_change_password and is_old(user, rules, now=now):
        User.objects.filter(pk=user.pk).update(must_change_password=True)
        user.must_change_password = True
    return user.must_change_password


def one_time_password() -> str:
    """Random and readable: ``Kfr7-m2xp-9wqe``. For one sign-in only."""
    groups = [
        "".join(secrets.choice(READABLE) for _n in range(4)) for _group in range(GROUPS)
    ]
    letter = secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ")
    digit = secrets.choice("23456789")
    return "-".join((letter + groups[0][1:3] + digit, *groups[1:]))
