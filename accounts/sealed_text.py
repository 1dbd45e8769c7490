"""Short texts that stand encrypted in the database (AES-128-CBC with HMAC: Fernet).

The key is derived from ``ANWANG_FIELD_KEY``. Several are given as a list: the
first writes, all read, so that keys change without an hour of standstill. The
secret key of the installation reads as well, because it wrote before there was
a key of its own.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """None of the keys opens this text."""


def seal(text: str, *, purpose: str) -> str:
    return _keys(purpose, _secrets()).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, seconds: int | None = None) -> str:
    """The text; ``seconds`` is how old it may be at most."""
    try:
        return _keys(purpose, _secrets()).decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _secrets() -> tuple[str, ...]:
    return (*settings.FIELD_KEYS, settings.SECRET_KEY)


@lru_cache(maxsize=16)
def _keys(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(_derived(s, purpose))) for s in secrets]
    )


def _derived(secret: str, purpose: str) -> bytes:
    made = HKDF(hashes.SHA256(), 32, None, f"anwang field {purpose}".encode())
    return made.derive(secret.encode())
