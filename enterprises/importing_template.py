"""The empty ledger to fill in: headers, what each means, and what may stand in it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from enterprises.columns import FIELDS, REQUIRED
from enterprises.models import EnterpriseState, IndustrySubcategory, Scale, UnitType
from enterprises.services.importing_words import PLACES
from enterprises.services.registering import PERMISSION
from evidence.sheets import Column, Heading, write_table
from evidence.sheets.writing import Book
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accounts.models import User


def import_template(user: User) -> bytes:
    """Three sheets; only the first is read, so that no example is ever imported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        book = Book(path)
        fields = [field for field in FIELDS if field.template]
        write_table(
            book,
            book.sheet(_("Ledger")),
            heading=None,
            columns=[Column(title=f.template, width=f.width) for f in fields],
            rows=(),
        )
        _explain(book, fields)
        _list_choices(book, user)
        book.book.close()
        return path.read_bytes()


def _explain(book: Book, fields: Sequence[Any]) -> None:
    write_table(
        book,
        book.sheet(_("How to fill it in")),
        heading=Heading(
            title=_("How to fill it in"),
            lines=[
                _("Fill in the first sheet, one unit a row. Column order is free."),
                _("An empty cell leaves what the register already says."),
            ],
        ),
        columns=[
            Column(title=_("Column"), width=20),
            Column(title=_("Required")),
            Column(title=_("Example"), width=30),
        ],
        rows=[(f.template, _required(f.code), f.example) for f in fields],
    )


def _required(code: str) -> str:
    if code in REQUIRED or code == "village":
        return _("Yes")
    return _("Companies") if code == "uscc" else ""


def _list_choices(book: Book, user: User) -> None:
    write_table(
        book,
        book.sheet(_("What may stand in it")),
        heading=None,
        columns=[
            Column(title=_("Column"), width=20),
            Column(title=_("Value"), width=26),
            Column(title=_("Code"), width=20),
            Column(title=_("Belongs to"), width=20),
        ],
        rows=_choices(user),
    )


def _choices(user: User) -> Iterator[tuple[str, str, str, str]]:
    names = {field.code: field.template for field in FIELDS}
    nodes = GridNode.objects.granted(user, PERMISSION).in_force()
    places = nodes.filter(kind__in=PLACES).in_order()
    for name, code, above in places.values_list("name", "code", "parent__name"):
        yield names["village"], name, code, above
    trades = IndustrySubcategory.objects.filter(is_active=True).order_by("code")
    for name, code, above in trades.values_list("name", "code", "category__name"):
        yield names["subcategory"], name, code, above
    for code, choices in (
        ("unit_type", UnitType),
        ("state", EnterpriseState),
        ("scale", Scale),
    ):
        for choice in choices:
            yield names[code], str(choice.label), "", ""
