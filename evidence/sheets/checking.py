"""Look at a workbook before anything of it is unpacked.

A workbook is a zip: its directory says how large everything becomes, and that is
read in a few milliseconds, where unpacking a bomb of 2 MB took 7 s and 454 MB.
The directory may lie, so every part is also unpacked through a counter, and each
sheet is walked through for its cells before a library lays one out as a
rectangle: two cells in opposite corners of a sheet are 17 thousand million. Texts
stand once in a table of their own, however many cells show them: 140 cells that
all point to one text of 6 MB took 1.7 GB, so what cells point to is added up.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from tenants.errors import DomainError

if TYPE_CHECKING:
    from pathlib import Path

MAX_UNPACKED: Final = 50 * 1024 * 1024
MAX_RATIO: Final = 100
SMALL: Final = 1024 * 1024  # below it a ratio says nothing: empty rows pack well
MAX_PARTS: Final = 2000
MAX_CELLS: Final = 2_000_000  # of the rectangle that a library lays out
MAX_TEXT: Final = 32_767  # of one cell: Excel's own limit
MAX_TEXTS: Final = 20_000_000  # characters of all cells together
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
MAX_LINES: Final = 2 * MAX_ROWS  # with the empty ones, which only carry a format
_PIECE: Final = 256 * 1024
_CELL: Final = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_OLE: Final = b"\xd0\xcf\x11\xe0"  # .xls, .et, and workbooks with a password
_ZIP: Final = b"PK\x03\x04"


class SheetRefused(DomainError):
    """Why a file cannot be taken, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column that say something, counted from 1."""

    rows: int
    columns: int


def check_name(name: str) -> None:
    """By the ending: what people can correct without opening the file."""
    lowered = name.lower()
    if lowered.endswith((".xlsm", ".xltm", ".xlam", ".xlsb")):
        raise SheetRefused(
            _("Workbooks with macros are not taken. Save it as .xlsx and upload that.")
        )
    if not lowered.endswith(".xlsx"):
        raise SheetRefused(
            _("Only .xlsx is read. Open the file in Excel or WPS and save it as .xlsx.")
        )


def inspect(path: Path) -> Extent:
    """Refuse what is no plain workbook of a reasonable size; say how far it goes."""
    _check_beginning(path)
    try:
        with zipfile.ZipFile(path) as archive:
            check_directory(archive)
            return _farthest(archive)
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, NotImplementedError) as e:
        raise _damaged() from e
    except (OSError, EOFError, RuntimeError, ValueError) as e:
        raise _damaged() from e


def _damaged() -> SheetRefused:
    return SheetRefused(
        _("The file is damaged or not a workbook. Open it, save it as .xlsx again.")
    )


def _too_much() -> SheetRefused:
    return SheetRefused(
        _("The file unpacks to more than it should. Copy the rows to a new one.")
    )


def _check_beginning(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(4)
    if first == _OLE:
        raise SheetRefused(
            _("An old format or a password. Save it as .xlsx without a password.")
        )
    if first != _ZIP:
        raise _damaged()


def check_directory(archive: zipfile.ZipFile) -> None:
    """From the directory alone, before a byte is unpacked."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    too_dense = unpacked > SMALL and unpacked / packed > MAX_RATIO
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or too_dense:
        raise _too_much()
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise SheetRefused(
            _("Workbooks with macros are not taken. Save it as .xlsx and upload that.")
        )
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise _damaged()


class _Counter:
    """Reads a part of an archive and refuses once it is longer than it said."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._file: IO[bytes] = archive.open(name)
        self._left = archive.getinfo(name).file_size

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise _damaged()
        return piece


def _parse(archive: zipfile.ZipFile, name: str, **handlers: Any) -> None:
    """Walk through a part. What declares entities is no workbook."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = False
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for handler, function in handlers.items():
        setattr(parser, handler, function)
    file = _Counter(archive, name)
    while piece := file.read(_PIECE):
        parser.Parse(piece, False)  # noqa: FBT003
    parser.Parse(b"", True)  # noqa: FBT003


def _refuse_doctype(*_: Any) -> None:
    raise _damaged()


def _sheets(archive: zipfile.ZipFile) -> list[str]:
    """The parts of all sheets. Which one a library takes for the first is its own
    affair (prefixes and kinds of sheets can be made to differ), so all are walked."""
    targets: list[str] = []

    def of_relations(tag: str, given: dict[str, str]) -> None:
        if tag.endswith("}Relationship") and given.get("Type", "").endswith("sheet"):
            targets.append(given.get("Target", ""))

    _parse(archive, "xl/_rels/workbook.xml.rels", StartElementHandler=of_relations)
    if not targets:
        raise SheetRefused(_("The workbook has no sheet that can be seen."))
    return [t.lstrip("/") if t.startswith("/") else f"xl/{t}" for t in targets]


def _texts(archive: zipfile.ZipFile) -> list[int]:
    """How long each of the texts is that cells point to."""
    names = [
        name
        for name in archive.namelist()
        if name.lower().replace("\\", "/").endswith("sharedstrings.xml")
    ]
    if len(names) > 1:
        raise _damaged()
    lengths: list[int] = []

    def begin(tag: str, _given: dict[str, str]) -> None:
        if tag.endswith("}si"):
            lengths.append(0)

    def text(piece: str) -> None:
        if lengths:
            lengths[-1] += len(piece)
            _check_text(lengths[-1])

    for name in names:
        _parse(archive, name, StartElementHandler=begin, CharacterDataHandler=text)
    return lengths


def _check_text(length: int) -> None:
    if length > MAX_TEXT:
        raise SheetRefused(
            _("A cell holds more than %(count)s characters. Shorten it.")
            % {"count": MAX_TEXT}
        )


def _farthest(archive: zipfile.ZipFile) -> Extent:
    """How far the longest and the widest of the sheets go."""
    texts = _texts(archive)
    found = [_walk(archive, name, texts) for name in _sheets(archive)]
    return Extent(max(e.rows for e in found), max(e.columns for e in found))


class _Walker:
    """Counts how far a sheet goes; cells without a value do not count.

    ``texts``: the lengths of the texts that cells point to by number.
    """

    def __init__(self, texts: list[int]) -> None:
        self.rows = self.columns = self._lines = 0
        self._row = self._column = self._shown = 0
        self._texts = texts
        self._points = self._reads = False
        self._number = ""

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._check_lines()
            self._row, self._column = int(given.get("r", self._row + 1)), 0
        elif name == "c":
            self._place(given.get("r", ""))
            self._points = given.get("t") == "s"
        elif name in {"v", "is"}:
            self._count()
            self._reads, self._number = True, ""

    def text(self, piece: str) -> None:
        """Of a value: the number of a text, or the text itself."""
        if self._reads:
            self._number += piece
            _check_text(len(self._number))

    def end(self, tag: str) -> None:
        if not self._reads or tag.rpartition("}")[2] not in {"v", "is"}:
            return
        self._reads = False
        number = self._number.strip()
        if not self._points:
            self._shown += len(number)
        elif number.isdecimal() and int(number) < len(self._texts):
            self._shown += self._texts[int(number)]
        if self._shown > MAX_TEXTS:
            raise _too_much()

    def _check_lines(self) -> None:
        self._lines += 1
        if self._lines > MAX_LINES:
            raise SheetRefused(
                _(
                    "Very many empty rows. Copy the rows that say something to a new file."
                )
            )

    def _place(self, reference: str) -> None:
        if not reference:
            self._column += 1
            return
        found = _CELL.match(reference)
        if found is None:
            raise _damaged()
        self._column = 0
        for letter in found[1]:
            self._column = self._column * 26 + ord(letter) - 64
        self._row = int(found[2])

    def _count(self) -> None:
        if self._row > MAX_ROWS:
            raise SheetRefused(
                _("More than %(count)s rows. Divide the file and import each part.")
                % {"count": MAX_ROWS}
            )
        if self._column > MAX_COLUMNS:
            raise SheetRefused(
                _("More than %(count)s columns. Delete those that are not needed.")
                % {"count": MAX_COLUMNS}
            )
        self.rows = max(self.rows, self._row)
        self.columns = max(self.columns, self._column)


def _walk(archive: zipfile.ZipFile, sheet: str, texts: list[int]) -> Extent:
    walker = _Walker(texts)
    _parse(
        archive,
        sheet,
        StartElementHandler=walker.start,
        CharacterDataHandler=walker.text,
        EndElementHandler=walker.end,
    )
    if not walker.rows:
        raise SheetRefused(_("The first sheet is empty."))
    if walker.rows * walker.columns > MAX_CELLS:
        raise SheetRefused(
            _("The sheet is very large and mostly empty. Copy the rows to a new file.")
        )
    return Extent(walker.rows, walker.columns)
