"""What people type, before it is stored."""

from __future__ import annotations

import re
from typing import Final

# Nobody types these; they come with text that was copied, or from somebody who
# wants a page to show another order than the one that is stored.
_HIDDEN: Final = dict.fromkeys(
    [
        *range(0x09),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        0x061C,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)
_BREAKS: Final = re.compile("[\t\n\r\v\f\u0085\u2028\u2029]+")


def tidy(text: str) -> str:
    """The text without control characters, those that turn it around, and margins.

    Line breaks and tabs stay.
    """
    return text.translate(_HIDDEN).strip()


def tidy_line(text: str) -> str:
    """The same for a name or an address, which has one line only."""
    return tidy(_BREAKS.sub(" ", text))
