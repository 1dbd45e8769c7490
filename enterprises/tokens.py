"""The words in a QR code's address: drawn by chance, readable aloud, never reused.

``/q/<token>/`` is printed on doors and stays valid for as long as the paper
hangs. Nothing of the enterprise is in the token, so that nothing of it can get
old.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

# Without 0 O, 1 I l: somebody may have to type it from a scratched sign.
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH: Final = 18  # 31 letters to the power of 18: 89 bits
PATTERN: Final = rf"^[{ALPHABET}]{{{LENGTH}}}$"
_WELL_FORMED: Final = re.compile(PATTERN)


def new_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def tidy_token(typed: str) -> str:
    """The token in its stored form, or nothing where it cannot be one."""
    token = typed.strip().lower()
    return token if _WELL_FORMED.match(token) else ""


def digest(token: str) -> str:
    """What the directory of all tenants keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def in_groups(token: str) -> str:
    """The token as a person reads it: six letters at a time."""
    return " ".join(token[start : start + 6] for start in range(0, len(token), 6))
