"""The unified social credit code (GB 32100-2015): its form and its check digit.

The check digit comes from python-stdnum. The form is checked here: stdnum allows
only digits in the first two places, where the standard also has letters (N2 is a
rural collective), and a person needs to hear *what* is wrong with a code.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _
from stdnum.cn import uscc as standard

LENGTH: Final = 18
PATTERN: Final = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
_SEPARATORS: Final = re.compile(r"[\s\-‐-―]+")
_NEVER_USED: Final = re.compile(r"[IOSVZ]")
_WRITTEN: Final = re.compile(r"^[0-9A-Z]*$")


def compact(text: str) -> str:
    """The code without spaces and hyphens, in capitals, full-width made plain."""
    plain = unicodedata.normalize("NFKC", text)
    return _SEPARATORS.sub("", plain).upper()


def fault(code: str) -> str | None:
    """What is wrong with the form of a compact code, or ``None``."""
    if not _WRITTEN.match(code):
        return _("A code has only digits and capital letters.")
    if len(code) != LENGTH:
        return _("A code has 18 characters; this one has %(count)d.") % {
            "count": len(code)
        }
    if found := _NEVER_USED.search(code):
        return _(
            "The letter %(letter)s is never used in a code. "
            "I and O are usually a 1 and a 0; S, V and Z a 5, a U and a 2."
        ) % {"letter": found.group()}
    if not re.match(PATTERN, code):
        return _("Characters 3 to 8 are the division code: six digits.")
    return None


def check_digit_fits(code: str) -> bool:
    """Does the last character follow from the seventeen before it?

    Some codes were really issued with another one (reference 4.1), so that a
    mismatch is a question to the person and not a refusal.
    """
    return str(standard.calc_check_digit(code[:-1])) == code[-1]
