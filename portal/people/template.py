"""The empty list to fill in: headers, what each means, roles and grids to choose from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evidence.sheets import Column, Heading, write_table
from evidence.sheets.writing import Book
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.posts import PostKind
from grids.services import roles_for_lists
from portal.people.columns import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grids.models import Role


def list_template() -> bytes:
    """Only the first sheet is read, so that no example ever becomes an account."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        book = Book(path)
        write_table(
            book,
            book.sheet(_("People")),
            heading=None,
            columns=[Column(title=f.names[0], width=f.width) for f in FIELDS],
            rows=(),
        )
        _explain(book)
        _choices(book)
        book.book.close()
        return path.read_bytes()


def _explain(book: Book) -> None:
    write_table(
        book,
        book.sheet(_("How to fill it in")),
        heading=Heading(
            title=_("How to fill it in"),
            lines=[
                _("Fill in the first sheet, one person a row. Column order is free.")
            ],
        ),
        columns=[
            Column(title=_("Column"), width=20),
            Column(title=_("Required")),
            Column(title=_("Example"), width=30),
            Column(title=_("Note"), width=50),
        ],
        rows=[
            (f.names[0], _("Yes") if f.required else "", f.example, str(f.note))
            for f in FIELDS
        ],
    )


def _choices(book: Book) -> None:
    write_table(
        book,
        book.sheet(_("What may stand in it")),
        heading=None,
        columns=[
            Column(title=_("Column"), width=20),
            Column(title=_("Value"), width=26),
            Column(title=_("Means"), width=26),
            Column(title=_("Belongs to"), width=20),
        ],
        rows=_rows(),
    )


def _where(role: Role) -> str:
    if not role.node_kinds:
        return _("On grids of any kind")
    kinds = [str(NodeKind(kind).label) for kind in role.node_kinds]
    return _("On grids of the kind %(kinds)s") % {"kinds": _(", ").join(kinds)}


def _rows() -> Iterator[tuple[str, str, str, str]]:
    names = {field.code: field.names[0] for field in FIELDS}
    for role in roles_for_lists():
        yield names["role"], role.name, _where(role), ""
    for post in PostKind:
        yield names["post"], str(post.label), _("Its role comes with it"), ""
    nodes = GridNode.objects.in_force().exclude(kind=NodeKind.ENTERPRISE).in_order()
    for code, name, above in nodes.values_list("code", "name", "parent__name"):
        yield names["grid"], code, name, above or ""
