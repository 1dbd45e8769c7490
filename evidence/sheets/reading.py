"""Read the first visible sheet as the text that people see in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import python_calamine
from django.utils.translation import gettext as _

from evidence.sheets.checking import SheetRefused, inspect
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

HEADER_WITHIN: Final = 20  # titles, units and notes stand above it
EXACT_DIGITS: Final = 10**15  # beyond it a workbook's numbers are rounded
_SPACES: Final = re.compile(r"\s+")
_NOTE: Final = re.compile(r"[(\[【（〔].*$|[*＊:：]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells as text. ``first`` is the number of the first row, as Excel counts."""

    name: str
    rows: list[list[str]]
    first: int = 1

    def number(self, index: int) -> int:
        """The number that Excel shows beside the row at ``index``."""
        return self.first + index


def read(path: Path) -> Sheet:
    """Read a workbook that was looked at first; raises ``SheetRefused``."""
    extent = inspect(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            name = _first_visible(book)
            cells = book.get_sheet_by_name(name).to_python(
                skip_empty_area=False, nrows=extent.rows
            )
    except python_calamine.CalamineError as error:
        raise SheetRefused(
            _("The file is damaged or not a workbook. Open it, save it as .xlsx again.")
        ) from error
    return Sheet(name, [[as_text(cell) for cell in row] for row in cells])


def _first_visible(book: python_calamine.CalamineWorkbook) -> str:
    for sheet in book.sheets_metadata:
        if (
            sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ):
            return str(sheet.name)
    raise SheetRefused(_("The workbook has no sheet that can be seen."))


def as_text(cell: Any) -> str:
    """A cell as people read it: no ``.0``, days as they are written here.

    A number longer than a workbook can hold was rounded when it was typed; it is
    shown as Excel shows it (9.13E+17), so that no code is made of it.
    """
    if isinstance(cell, str):
        return tidy_line(cell)
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    if isinstance(cell, float | int):
        return _number(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else ""


def _number(value: float) -> str:
    if abs(value) >= EXACT_DIGITS:
        return f"{value:.5E}"
    if value == int(value):
        return str(int(value))
    return repr(round(value, 10))


def plain_header(text: str) -> str:
    """A header to compare: without spaces, marks of required, and what is in brackets."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _NOTE.sub("", plain) or plain


def find_header(sheet: Sheet, known: Collection[str]) -> int:
    """The row that holds the headers: most known words, else most different cells.

    Above it stand merged titles, units and notes.
    """
    best, score = 0, (-1, -1)
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        words = {plain_header(cell) for cell in row if cell}
        found = (len(words & set(known)), len(words) if len(words) > 1 else 0)
        if found > score:
            best, score = index, found
    return best
