"""Days that people type: a slip of the keyboard is no day."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError

EARLIEST: Final = date(1990, 1, 1)
YEARS_AHEAD: Final = 10


def check_far(day: date | None, *, field: str, years_ahead: int = YEARS_AHEAD) -> None:
    """Refuse a day before 1990 or more than ``years_ahead`` years from now.

    Raises ``DomainError`` at ``field``; nothing typed is nothing to refuse.
    """
    if day is None:
        return
    if day < EARLIEST or day.year > timezone.localdate().year + years_ahead:
        raise DomainError(_("This date is too far away."), field=field)
