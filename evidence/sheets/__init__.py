"""Workbooks: read what people's programs write, and write what they can trust."""

from evidence.sheets.checking import SheetRefused, inspect
from evidence.sheets.reading import Sheet, find_header, read
from evidence.sheets.writing import Column, Heading, Kind, write, write_table

__all__ = [
    "Column",
    "Heading",
    "Kind",
    "Sheet",
    "SheetRefused",
    "find_header",
    "inspect",
    "read",
    "write",
    "write_table",
]
