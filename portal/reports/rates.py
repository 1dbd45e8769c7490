"""Parts of wholes, as they are shown: exact, and honest where there is no whole."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_HUNDREDTH: Final = Decimal("0.01")


def rate(part: int, whole: int) -> Decimal | None:
    """Per cent, rounded half up to two places; None where nothing was due."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(
        _HUNDREDTH, rounding=ROUND_HALF_UP
    )
