"""The second factor: begun, confirmed, asked for, removed (RFC 6238, SHA-1, 30 s)."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Final

import pyotp
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import RecoveryCode, SecondFactor, User
from accounts.sealed_text import seal, unseal
from accounts.services.passwords import READABLE
from tenants.errors import DomainError

PURPOSE: Final = "second factor"
ISSUER: Final = "安网 Anwang"
PERIOD: Final = 30
CODES: Final = 10
CODE_LENGTH: Final = 10  # 50 bits; guesses are counted like those of passwords


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(
        user_id=user.pk, confirmed_at__isnull=False
    ).exists()


def factor_of(user: User) -> SecondFactor | None:
    return SecondFactor.objects.filter(user_id=user.pk).first()


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user_id=user.pk, used_at__isnull=True).count()


@transaction.atomic
def begin(*, user: User) -> SecondFactor:
    """A new secret that waits for its first code; one that works is not replaced."""
    _lock(user)
    factor = factor_of(user)
    if factor is not None and factor.confirmed_at is not None:
        raise DomainError(_("The second factor is set up already."))
    SecondFactor.objects.filter(user_id=user.pk).delete()
    secret = seal(pyotp.random_base32(), purpose=PURPOSE)
    return SecondFactor.objects.create(user=user, secret=secret)


def secret_of(factor: SecondFactor) -> str:
    """To be typed where no camera reads the picture; only until it is confirmed."""
    return unseal(factor.secret, purpose=PURPOSE)


def address_of(factor: SecondFactor) -> str:
    """The ``otpauth://`` address that an authenticator reads from the picture."""
    totp = pyotp.TOTP(secret_of(factor))
    return totp.provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


@transaction.atomic
def confirm(*, user: User, code: str) -> list[str]:
    """The first code shows that the phone has the secret; returns recovery codes."""
    _lock(user)
    factor = factor_of(user)
    if factor is None or factor.confirmed_at is not None:
        raise DomainError(_("Begin once more: there is nothing to confirm."))
    if not _take(factor, code):
        raise DomainError(
            _("This code does not fit. Is the clock of the phone right?"), field="code"
        )
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    _mark(user, is_on=True)
    return _new_codes(user)


@transaction.atomic
def check(*, user: User, code: str) -> str:
    """What this code is: ``code``, ``recovery``, or an empty text for neither.

    Under a lock, and each code once: not even two requests at the same moment
    get in with the same one.
    """
    _lock(user)
    factor = factor_of(user)
    if factor is None or factor.confirmed_at is None:
        return ""
    if _take(factor, code):
        return "code"
    digest = _digest(user, code)
    used = RecoveryCode.objects.filter(user=user, digest=digest, used_at__isnull=True)
    return "recovery" if used.update(used_at=timezone.now()) else ""


@transaction.atomic
def new_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; the ones before are void."""
    _lock(user)
    if not is_on(user):
        raise DomainError(_("There is no second factor yet."))
    return _new_codes(user)


@transaction.atomic
def remove(*, user: User) -> bool:
    """Whether there was one. Who may, and the log, are the callers' business."""
    _lock(user)
    RecoveryCode.objects.filter(user=user).delete()
    removed, _rows = SecondFactor.objects.filter(user=user).delete()
    _mark(user, is_on=False)
    return bool(removed)


def _mark(user: User, *, is_on: bool) -> None:
    """Beside the account, where each request and each key looks."""
    User.objects.filter(pk=user.pk).update(second_factor_on=is_on)
    user.second_factor_on = is_on


def _lock(user: User) -> None:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _take(factor: SecondFactor, code: str) -> bool:
    """Accept a code of now, or of one step before or after; none a second time."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"\d{6}", digits, re.ASCII):
        return False
    totp = pyotp.TOTP(secret_of(factor), interval=PERIOD)
    now = int(timezone.now().timestamp()) // PERIOD
    for step in (now - 1, now, now + 1):
        fits = hmac.compare_digest(totp.at(step * PERIOD), digits)
        if fits and step > factor.last_step:
            factor.last_step = step
            factor.save(update_fields=["last_step"])
            return True
    return False


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        "".join(secrets.choice(READABLE) for _n in range(CODE_LENGTH))
        for _code in range(CODES)
    ]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=_digest(user, code)) for code in codes]
    )
    half = CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _digest(user: User, code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).lower()
    return salted_hmac(
        "accounts.recovery_code", f"{user.pk}:{plain}", algorithm="sha256"
    ).hexdigest()
