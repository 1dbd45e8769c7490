"""Write a list as a workbook: row by row, in constant memory, every text as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LONGEST: Final = 32_767  # a cell holds no more; beyond it the row would lose it
# What a program may take for a formula when the text is edited or copied.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header, how wide (in characters), and what it holds."""

    title: str
    width: int = 14
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above the header: the list's name, and lines about it."""

    title: str
    lines: Sequence[str] = field(default_factory=tuple)


class Book:
    """A workbook that is being written."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
            },
        )
        self.styles = {
            name: self.book.add_format(style) for name, style in _STYLES.items()
        }

    def sheet(self, name: str) -> Any:
        return self.book.add_worksheet(name)

    def text(self, sheet: Any, row: int, at: int, text: str, style: str = "") -> None:
        """A text stays one: written as a string, and marked where it looks otherwise."""
        if not style and text.startswith(_FORMULA):
            style = "quoted"
        sheet.write_string(row, at, text[:LONGEST], self.styles.get(style))


_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "line": {"font_color": "#555555"},
    "header": {
        "bold": True,
        "bg_color": "#DCE6F1",
        "border": 1,
        "text_wrap": True,
        "valign": "vcenter",
    },
    "quoted": {"quote_prefix": True},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    "bad": {"bg_color": "#FDE2E2"},
    "": {},
}


def write(
    path: Path,
    *,
    sheet_name: str,
    heading: Heading,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
) -> int:
    """Write a whole list; returns how many rows were written."""
    book = Book(path)
    try:
        sheet = book.sheet(sheet_name)
        return write_table(book, sheet, heading=heading, columns=columns, rows=rows)
    finally:
        book.book.close()


def write_table(
    book: Book,
    sheet: Any,
    *,
    heading: Heading | None,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
) -> int:
    """One table on a sheet: heading, header, rows; the header stays in sight."""
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    top = 0
    if heading is not None:
        book.text(sheet, 0, 0, heading.title, "title")
        for top, line in enumerate(heading.lines, start=1):
            book.text(sheet, top, 0, line, "line")
        top += 1
    for at, column in enumerate(columns):
        book.text(sheet, top, at, column.title, "header")
    sheet.freeze_panes(top + 1, 1)
    sheet.autofilter(top, 0, top, max(0, len(columns) - 1))
    count = 0
    for count, row in enumerate(rows, start=1):
        _write_row(book, sheet, top + count, columns, row)
    return count


def _write_row(
    book: Book, sheet: Any, at: int, columns: Sequence[Column], row: Sequence[Any]
) -> None:
    for place, (column, value) in enumerate(zip(columns, row, strict=True)):
        if value is None or value == "":
            continue
        if column.kind is Kind.TEXT or isinstance(value, str):
            book.text(sheet, at, place, str(value))
        elif column.kind is Kind.NUMBER:
            sheet.write_number(at, place, float(value))
        else:
            style = book.styles[column.kind.value]
            sheet.write_datetime(at, place, _moment(value), style)


def _moment(value: date | datetime) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value
