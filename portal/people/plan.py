"""What a list of people would do, row by row, or why not; nothing is written.

The same function makes the preview and, later, what is done: both give the same
digest, or something has changed in between.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from evidence import sheets
from grids.models import Role
from grids.services import Wish, misfit, nodes_with_codes, roles_for_lists
from portal.people.columns import FIELDS, KNOWN_HEADERS, columns_of, missing
from portal.people.posts import Posts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path
    from uuid import UUID

    from grids.models import GridNode

MAX_ROWS: Final = 2000
_FACTS: Final = frozenset({"username", "full_name", "phone", "title"})
_NOT_ASKED: Final = [f.name for f in User._meta.fields if f.name not in _FACTS]
_REQUIRED: Final = tuple(f for f in FIELDS if f.required)


@dataclass(slots=True)
class Row:
    """One person of the list."""

    line: int
    cells: dict[str, str]
    reasons: dict[str, str] = field(default_factory=dict)
    role: Role | None = None
    node: GridNode | None = None
    post: str = ""
    post_role: Role | None = None
    begins_on: date | None = None

    def refuse(self, at: str, why: object) -> None:
        self.reasons.setdefault(at, str(why))

    def stands_for(self) -> list[Any]:
        """What is done, for the digest."""
        role = str(self.role.pk) if self.role else ""
        node = str(self.node.pk) if self.node else ""
        post = [self.post, str(self.post_role.pk) if self.post_role else ""]
        cells = sorted(self.cells.items())
        return [self.line, cells, role, node, post, sorted(self.reasons)]

    def wishes(self, user_id: UUID) -> list[Wish]:
        """What is asked for: the role, and the post with the role of its rule.

        Where both are the same role there is one wish: the post gives it.
        """
        if self.node is None:
            return []
        found = []
        if self.role is not None and self.role != self.post_role:
            found.append(Wish(user_id, self.role.pk, self.node.pk))
        if self.post_role is not None:
            found.append(
                Wish(
                    user_id,
                    self.post_role.pk,
                    self.node.pk,
                    self.post,
                    self.begins_on,
                )
            )
        return found


@dataclass(slots=True)
class Plan:
    rows: list[Row]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.reasons]

    def counts(self) -> dict[str, int]:
        bad = len(self.bad)
        return {"good": len(self.rows) - bad, "bad": bad}

    def digest(self) -> str:
        made = hashlib.sha256()
        for row in self.rows:
            made.update(json.dumps(row.stands_for(), ensure_ascii=False).encode())
        return made.hexdigest()


def read_list(path: Path) -> list[Row]:
    """The rows below the headers; a file without our columns is refused."""
    sheet = sheets.read(path)
    top = sheets.find_header(sheet, KNOWN_HEADERS)
    columns = columns_of(sheet.rows[top])
    if lacking := missing(columns):
        raise sheets.SheetRefused(
            _("These columns are missing: %(names)s. Take the template.")
            % {"names": "、".join(lacking)}
        )
    rows = [
        Row(sheet.number(at), _cells(cells, columns))
        for at, cells in enumerate(sheet.rows[top + 1 :], start=top + 1)
        if any(cells)
    ]
    if not rows:
        raise sheets.SheetRefused(_("There are no rows below the headers."))
    if len(rows) > MAX_ROWS:
        raise sheets.SheetRefused(
            _("More than %(count)s rows. Divide the file and import each part.")
            % {"count": MAX_ROWS}
        )
    return rows


def _cells(cells: list[str], columns: dict[str, int]) -> dict[str, str]:
    found = {
        code: cells[at].strip() if at < len(cells) else ""
        for code, at in columns.items()
    }
    found["phone"] = re.sub(r"[\s-]", "", found["phone"])
    return found


def plan_accounts(rows: list[Row], *, actor: User) -> Plan:
    """Judge every row against the accounts, roles and grids as they are now.

    ``actor`` hands the list in, and appoints those for whom it asks for a post.
    """
    words = _Words(rows)
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        _check_given(row)
        _check_facts(row)
        words.check(row)
        _check_twice(row, seen)
    posts = Posts(actor, rows)
    for row in rows:
        posts.check(row)
        _check_fits(row)
    return Plan(rows)


def _check_given(row: Row) -> None:
    for each in _REQUIRED:
        if not row.cells[each.code]:
            row.refuse(each.code, _("It is missing."))


def _check_facts(row: Row) -> None:
    """By the rules of the account itself, each at its column."""
    given = {name: row.cells.get(name, "") for name in _FACTS}
    try:
        User(**given).clean_fields(exclude=_NOT_ASKED)
    except ValidationError as error:
        for at, sentences in error.message_dict.items():
            row.refuse(at, sentences[0])


def _check_twice(row: Row, seen: dict[tuple[str, str], int]) -> None:
    """The same name or number twice is a mistake of the list, whichever is right."""
    for at in ("username", "phone"):
        text = row.cells[at].casefold()
        first = seen.setdefault((at, text), row.line) if text else row.line
        if first != row.line:
            row.refuse(at, _("The same as in row %(line)d.") % {"line": first})


def _check_fits(row: Row) -> None:
    """A wrong cell must not give a villager the whole county."""
    if row.role is None or row.node is None or row.role == row.post_role:
        return
    if not row.role.fits(row.node):
        row.refuse("role", misfit(row.role, row.node))


class _Words:
    """Everything that the cells may name, looked up once for the whole file."""

    def __init__(self, rows: list[Row]) -> None:
        names = {row.cells["username"].lower() for row in rows}
        phones = {row.cells["phone"] for row in rows} - {""}
        self._names = _values(Lower("username"), names)
        self._phones = _values(F("phone"), phones)
        codes = {row.cells["grid"] for row in rows}
        self._nodes = {
            code: node
            for code, node in nodes_with_codes(codes).items()
            if not node.is_retired
        }
        self._allowed = {role.pk for role in roles_for_lists()}
        self._roles: dict[str, list[Role]] = {}
        for role in Role.objects.all():
            for word in {role.code, role.name}:
                self._roles.setdefault(word, []).append(role)

    def check(self, row: Row) -> None:
        if row.cells["username"].lower() in self._names:
            row.refuse("username", _("This user name is already in use."))
        if row.cells["phone"] in self._phones:
            row.refuse("phone", _("This mobile number is already in use."))
        self._find_role(row)
        row.node = self._nodes.get(row.cells["grid"])
        if row.node is None:
            row.refuse("grid", _("There is no grid in use with this code."))

    def _find_role(self, row: Row) -> None:
        if not row.cells.get("role"):
            if not row.cells.get("post"):
                row.refuse("role", _("It is missing: give a role or a post."))
            return
        found = self._roles.get(row.cells["role"], [])
        if len(found) != 1:
            several = _("Several roles are called so: give the code.")
            none = _("There is no such role. The template lists them.")
            row.refuse("role", several if found else none)
        elif found[0].pk not in self._allowed:
            row.refuse(
                "role",
                _("A role of administrators is not given by a list."),
            )
        else:
            row.role = found[0]


def _values(of: Lower | F, wanted: Iterable[str]) -> set[str]:
    """Which of these are taken, by whomever: a name signs in one person only."""
    found = User.objects.annotate(taken=of).filter(taken__in=list(wanted))
    return set(found.values_list("taken", flat=True))
