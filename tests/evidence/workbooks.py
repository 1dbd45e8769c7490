"""Workbooks as people's programs write them, and as somebody who means harm does."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
BOOK_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def excel(path: Path, rows: list[list[Any]], *, merged: str = "") -> Path:
    """As Excel does: shared strings, styles, typed cells."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            if hasattr(value, "isoformat"):
                sheet.write_datetime(at, place, value, day)
            elif isinstance(value, str):
                sheet.write_string(at, place, value)
            elif value is not None:
                sheet.write(at, place, value)
    if merged:
        sheet.merge_range(f"A1:{merged}1", rows[0][0])
    book.close()
    return path


def by_hand(path: Path, sheet: str, **parts: str) -> Path:
    """A workbook whose first sheet is this XML; ``parts`` are added or replaced."""
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def inline(*rows: list[tuple[str, str]]) -> str:
    """Inline strings and prefixed tags, as some programs export them."""
    lines = "".join(
        "<x:row>"
        + "".join(
            f'<x:c r="{ref}" t="inlineStr"><x:is><x:t>{text}</x:t></x:is></x:c>'
            for ref, text in row
        )
        + "</x:row>"
        for row in rows
    )
    return f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{lines}</x:sheetData></x:worksheet>'


def bomb(path: Path, megabytes: int = 400) -> Path:
    """A sheet of spaces: small on the disk, far beyond memory when unpacked."""
    piece = b" " * (1024 * 1024)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELS,
        }.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(megabytes):
                sheet.write(piece)
    return path


def empty_rows(path: Path, count: int = 1_000_000) -> Path:
    """One row that says something, and a million that only carry a style."""
    lines = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, count))
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>'
    return by_hand(
        path,
        f'<worksheet xmlns="{MAIN}"><sheetData>{first}{lines}</sheetData></worksheet>',
    )


def shared(path: Path, text: str, cells: int) -> Path:
    """Many cells that all show one text of the table of texts."""
    lines = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>'
        for n in range(1, cells + 1)
    )
    return by_hand(
        path,
        f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
        **{
            "xl/sharedStrings.xml": (
                f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
            )
        },
    )
