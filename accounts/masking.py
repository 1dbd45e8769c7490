"""How personal data look to somebody who does not need them in full."""

from __future__ import annotations

import re

HIDDEN = "****"
_MOBILE = re.compile(r"\+?(?:86[ -]?)?(1\d{2})[ -]?\d{4}[ -]?(\d{4})", re.ASCII)
_ID_LENGTHS = (15, 18)


def mask_phone(text: str) -> str:
    """``138****5678``; of a land line the area code and the last two digits."""
    text = text.strip()
    if mobile := _MOBILE.fullmatch(text):
        return f"{mobile[1]}{HIDDEN}{mobile[2]}"
    area, dash, number = text.rpartition("-")
    tail = number[-2:] if len(number) >= 6 else ""
    return f"{area}{dash}{HIDDEN}{tail}" if text else ""


def mask_id(text: str, *, strict: bool = False) -> str:
    """``341222********1234``; ``3****************4`` where the rule is level 3."""
    text = text.strip()
    if len(text) not in _ID_LENGTHS:
        return "*" * len(text)
    first, last = (1, 1) if strict else (6, 4)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def mask_name(text: str) -> str:
    """``张*``: the first character, and a star for each of the others."""
    text = text.strip()
    return text[:1] + "*" * max(1, len(text) - 1) if text else ""


def mask_bank(text: str) -> str:
    """The last four digits of an account at a bank."""
    digits = re.sub(r"\s", "", text)
    return f"{HIDDEN} {digits[-4:]}" if len(digits) > 4 else "*" * len(digits)
