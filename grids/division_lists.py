"""Lists of divisions as people have them: pasted from a sheet, or written by one.

One line a division: code, name and, where the code doesn't say it, kind and
parent. The line stands for its row in the sheet, so that a reason can name it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from evidence.sheets.reading import HEADER_WITHIN, plain_header
from grids.kinds import NodeKind
from tenants.errors import DomainError
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS_AT_MOST: Final = 5_000
_LINES: Final = re.compile(r"\r\n|\r|\n")
_COMMA: Final = re.compile("[,，;；]")
# The bureau of statistics writes a class of three digits (城乡分类代码) between
# the code and the name of a village; it says nothing that the tree keeps.
_URBAN_OR_RURAL: Final = re.compile(r"^\d{3}$")
_DIVISION: Final = re.compile(r"^(\d{6}|\d{9}|\d{12})$")

_HEADERS: Final = {
    "code": (
        *("代码", "编码", "区划代码", "统计用区划代码", "行政区划代码"),
        *("网格代码", "网格编码", "网格编号", "code"),
    ),
    "name": ("名称", "区划名称", "网格名称", "单位名称", "部门名称", "name"),
    "kind": ("类型", "类别", "级别", "层级", "网格类型", "网格层级", "kind"),
    "parent": (
        *("上级", "上级代码", "上级编码", "上级网格", "上级名称", "上级网格代码"),
        *("所属乡镇", "所属街道", "parent"),
    ),
}
_FIELD_OF: Final = {
    plain_header(word): name for name, words in _HEADERS.items() for word in words
}
_KINDS: Final = {
    NodeKind.COUNTY: ("县", "区", "县区", "county"),
    NodeKind.TOWNSHIP: (
        *("乡镇", "镇", "乡", "街道", "街道办", "街道办事处", "乡镇街道"),
        *("开发区", "园区", "township"),
    ),
    NodeKind.VILLAGE: (
        *("村", "社区", "行政村", "村委会", "居委会", "村社区", "village"),
    ),
    NodeKind.SUBGRID: ("子网格", "村内网格", "网格", "subgrid", "sub-grid"),
    NodeKind.DEPARTMENT: ("部门", "行业部门", "department"),
}
_KIND_OF: Final = {word: kind for kind, words in _KINDS.items() for word in words}


def example_of(county: str) -> str:
    """Some lines as they are written in a county with this six-digit code."""
    return "\n".join(
        (
            f"{county}100000\t城关镇",
            f"{county}100201\t220\t东关村",
            "GXJ\t工业和信息化局\t部门",
            f"{county}100201-01\t东关村一组\t子网格\t{county}100201",
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says, as it was written. ``number`` counts from 1."""

    number: int
    code: str
    name: str
    kind: str = ""
    parent: str = ""


def kind_called(word: str) -> NodeKind | None:
    """The kind that a list calls so; None for a word that nobody knows."""
    return _KIND_OF.get(plain_header(word).replace("/", "").replace("、", ""))


def standard_code(code: str) -> str:
    """The twelve digits of a division code written with 6, 9 or 12; else ``""``.

    统计用区划代码: county 6, township 3, village 3 digits; the rest are noughts.
    """
    return code.ljust(12, "0") if _DIVISION.match(code) else ""


def kind_by_code(code: str, *, county: str) -> NodeKind | None:
    """Of which kind a division with this code is; None outside of ``county``.

    ``county`` is the six-digit code of GB/T 2260.
    """
    standard = standard_code(code)
    if not standard.startswith(county):
        return None
    if standard.endswith("000000"):
        return NodeKind.COUNTY
    return NodeKind.TOWNSHIP if standard.endswith("000") else NodeKind.VILLAGE


def as_text(rows: Sequence[Sequence[str]], *, first: int = 1) -> str:
    """A sheet as lines to paste; its row ``first`` stands in the line of that number."""
    return "\n" * (first - 1) + "\n".join("\t".join(row).rstrip() for row in rows)


def read_lines(text: str) -> list[Line]:
    """The rows of a pasted list; raises ``DomainError`` at ``lines``.

    With headers the columns may stand in any order; without them the division
    code is found by its digits, and the name is the next word.
    """
    rows = [
        (number, _cells(line))
        for number, line in enumerate(_LINES.split(text), start=1)
        if line.strip()
    ]
    at, columns = _header(rows)
    rows = rows[at:]
    if not rows:
        raise DomainError(_("Paste at least one line."), field="lines")
    if len(rows) > ROWS_AT_MOST:
        raise DomainError(
            _("More than %(count)s rows. Divide the list.") % {"count": ROWS_AT_MOST},
            field="lines",
        )
    return [
        _by_header(number, cells, columns) if columns else _by_place(number, cells)
        for number, cells in rows
    ]


def _cells(line: str) -> list[str]:
    """By tabs, as sheets are copied; else by commas; else by spaces."""
    if "\t" in line:
        parts = line.split("\t")
    elif _COMMA.search(line):
        parts = _COMMA.split(line)
    else:
        parts = line.split()
    return [tidy_line(part) for part in parts]


def _header(
    rows: Sequence[tuple[int, Sequence[str]]],
) -> tuple[int, dict[str, int]]:
    """Where the rows below the headers begin, and the column of each field."""
    for at, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
        found: dict[str, int] = {}
        for column, cell in enumerate(cells):
            if field := _FIELD_OF.get(plain_header(cell)):
                found.setdefault(field, column)
        if {"code", "name"} <= found.keys():
            return at + 1, found
    return 0, {}


def _by_header(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> Line:
    return Line(
        number,
        **{
            field: cells[column] if column < len(cells) else ""
            for field, column in columns.items()
        },
    )


def _named_first(words: Sequence[str]) -> bool:
    return (
        len(words) > 1
        and not _DIVISION.match(words[0])
        and bool(_DIVISION.match(words[1]))
    )


def _by_place(number: int, cells: Sequence[str]) -> Line:
    """Code and name, and behind them kind and parent in either order."""
    words = [cell for cell in cells if cell and not _URBAN_OR_RURAL.match(cell)]
    at = 1 if _named_first(words) else 0
    code = words.pop(at) if words else ""
    name = words.pop(0) if words else ""
    kind, parent = "", ""
    for word in words:
        if not kind and kind_called(word):
            kind = word
        elif not parent:
            parent = word
    return Line(number, code, name, kind, parent)
