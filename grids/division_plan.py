"""What a list of divisions would do to the tree, row by row, or why not.

The same function makes the preview and, under the lock of the tree, what is
done: both give the same fingerprint, or something has changed in between.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from grids.division_lists import (
    kind_by_code,
    kind_called,
    read_lines,
    standard_code,
)
from grids.kinds import CHILDREN, NodeKind
from grids.models import FormerCode, GridNode
from grids.services.codes import nodes_with_codes
from tenants.models import Tenant
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from grids.division_lists import Line

NEW: Final = "new"
RENAMED: Final = "renamed"
SAME: Final = "same"
BAD: Final = "bad"
_LONGEST_CODE: Final = GridNode._meta.get_field("code").max_length or 0
_LONGEST_NAME: Final = GridNode._meta.get_field("name").max_length or 0
# 3.41299E+11: the sheet has shortened the number, and its digits are lost.
_ROUNDED: Final = re.compile(r"^\d(\.\d+)?[eE]\+\d+$")
_COLUMNS: Final = ("pk", "code", "name", "kind", "parent_id", "retired_on")


@dataclass(slots=True, eq=False)
class Place:
    """A grid that stands, or will: rows and nodes hang below either."""

    code: str
    name: str
    kind: str
    pk: UUID | None = None
    parent_id: UUID | None = None
    is_retired: bool = False


@dataclass(slots=True, eq=False)
class Row:
    """One line of the list: what becomes of it, and what is wrong with it."""

    line: Line
    code: str
    kind: str = ""
    fate: str = NEW
    place: Place | None = None
    parent: Place | None = None
    problems: list[str] = field(default_factory=list)
    turn: int = 0

    @property
    def kind_label(self) -> Any:
        return NodeKind(self.kind).label if self.kind else ""

    def refuse(self, why: str) -> None:
        self.fate = BAD
        self.problems.append(why)

    def stands_for(self) -> list[Any]:
        """What is done, for the fingerprint."""
        node = str(self.place.pk) if self.place else ""
        parent = self.parent.code if self.parent else ""
        return [
            *(self.line.number, self.code, self.line.name, self.kind, self.fate),
            *(node, parent, self.problems),
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole list, in its order."""

    rows: list[Row]
    renames: bool

    def of(self, fate: str) -> list[Row]:
        return [row for row in self.rows if row.fate == fate]

    @property
    def new(self) -> list[Row]:
        """Parents before children, as the tree is built."""
        return sorted(self.of(NEW), key=lambda row: row.turn)

    @property
    def bad(self) -> list[Row]:
        return self.of(BAD)

    @property
    def renamed(self) -> list[Row]:
        return self.of(RENAMED)

    @property
    def changes(self) -> int:
        """How many grids would be made or renamed."""
        return len(self.of(NEW)) + (len(self.renamed) if self.renames else 0)

    @property
    def fingerprint(self) -> str:
        made = hashlib.sha256(b"renames" if self.renames else b"")
        for row in self.rows:
            made.update(json.dumps(row.stands_for(), ensure_ascii=False).encode())
        return made.hexdigest()


def plan_divisions(*, text: str, renames: bool) -> Plan:
    """Judge every line against the tree as it is now. Changes nothing.

    ``renames``: whether grids that the list calls otherwise get its name.
    Raises ``DomainError`` at ``lines`` where the list cannot be read at all.
    """
    rows = [Row(line, _written(line.code)) for line in read_lines(text)]
    tree = _Tree(rows)
    for row in rows:
        _check_words(row)
    _check_twice(rows)
    for row in rows:
        if row.fate != BAD:
            tree.recognise(row)
        if row.place is not None and row.fate != BAD and row.line.parent:
            _check_parent_of(row, row.place, tree)
    _hang_up(rows, tree)
    _check_names(rows, tree, renames=renames)
    return Plan(rows, renames)


def division_code() -> str:
    """The six digits (GB/T 2260) that all divisions of this county begin with."""
    return str(Tenant.objects.get(pk=require_tenant()).division_code)


def _written(code: str) -> str:
    """A township's nine digits are its twelve without the noughts."""
    return standard_code(code) if len(code) == 9 else code


def _check_words(row: Row) -> None:
    code, name = row.line.code, row.line.name
    if not code:
        row.refuse(_("Enter a code."))
    elif _ROUNDED.match(code):
        row.refuse(_("The sheet has shortened this number. Format the column as text."))
    elif len(code) > _LONGEST_CODE:
        row.refuse(
            _("A code has at most %(count)s characters.") % {"count": _LONGEST_CODE}
        )
    if not name:
        row.refuse(_("Enter a name."))
    elif len(name) > _LONGEST_NAME:
        row.refuse(
            _("A name has at most %(count)s characters.") % {"count": _LONGEST_NAME}
        )


def _check_twice(rows: Iterable[Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        key = standard_code(row.code) or row.code
        earlier = first.setdefault(key, row.line.number) if key else row.line.number
        if earlier != row.line.number:
            row.refuse(_("The same code as in row %(line)d.") % {"line": earlier})


class _Tree:
    """What stands already, found by every code that a list may write."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.county_code = division_code()
        codes = {row.code for row in rows}
        nodes = GridNode.objects.exclude(kind=NodeKind.ENTERPRISE).in_order()
        self.places = [
            Place(code, name, kind, pk, parent, retired_on is not None)
            for pk, code, name, kind, parent, retired_on in nodes.values_list(*_COLUMNS)
        ]
        self.root = next(place for place in self.places if place.parent_id is None)
        self.by_pk = {place.pk: place for place in self.places}
        self.by_code = {place.code: place for place in self.places}
        for place in self.places:
            if standard := standard_code(place.code):
                self.by_code.setdefault(standard, place)
        self.by_code.setdefault(standard_code(self.county_code), self.root)
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            if not place.is_retired:
                self.by_name[place.name].append(place)
        taken = GridNode.objects.filter(kind=NodeKind.ENTERPRISE, code__in=codes)
        self.of_enterprises = set(taken.values_list("code", flat=True))
        former = FormerCode.objects.filter(code__in=codes)
        self.former = dict(former.values_list("code", "node__name"))
        self.parents_by_old_code = self._led_on(rows)

    def _led_on(self, rows: Sequence[Row]) -> dict[str, Place]:
        asked = {row.line.parent for row in rows} - self.by_code.keys() - {""}
        found = nodes_with_codes(asked) if asked else {}
        return {
            code: self.by_pk[node.pk]
            for code, node in found.items()
            if node.pk in self.by_pk
        }

    def stands(self, code: str) -> Place | None:
        return self.by_code.get(code) or self.by_code.get(standard_code(code))

    def recognise(self, row: Row) -> None:
        """Say of which kind a row is, and the grid that it means already."""
        row.place = self.stands(row.code)
        said = row.line.kind
        kind = kind_called(said) if said else None
        if said and kind is None:
            row.refuse(_("“%(word)s” is no kind of grid.") % {"word": said})
        elif row.place is not None:
            self._recognise_standing(row, row.place, kind)
        elif row.code in self.of_enterprises:
            row.refuse(_("This code is already in use."))
        elif row.code in self.former:
            row.refuse(
                _("“%(grid)s” had this code before: old papers lead there.")
                % {"grid": self.former[row.code]}
            )
        else:
            self._recognise_new(row, kind)

    def _recognise_standing(
        self, row: Row, place: Place, kind: NodeKind | None
    ) -> None:
        row.kind = place.kind
        if place.is_retired:
            row.refuse(_("This grid is retired. Restore it on its page first."))
        elif place is self.root:
            row.fate = SAME  # the bureau's own name stands there
        elif kind is not None and kind != place.kind:
            row.refuse(
                _("It stands in the tree as %(kind)s.")
                % {"kind": NodeKind(place.kind).label}
            )
        else:
            row.fate = SAME if row.line.name == place.name else RENAMED

    def _recognise_new(self, row: Row, kind: NodeKind | None) -> None:
        by_code = kind_by_code(row.code, county=self.county_code)
        found = kind or by_code
        divisions = {NodeKind.TOWNSHIP, NodeKind.VILLAGE}
        if found == NodeKind.COUNTY:
            row.refuse(_("The county itself stands already, and there is only one."))
            return
        if found is not None and found in divisions and found != by_code:
            row.refuse(
                _(
                    "Not the twelve digits of a %(kind)s of this county: they begin"
                    " with %(county)s. An own code is entered on the grid's page."
                )
                % {"kind": found.label, "county": self.county_code}
            )
        elif found is None and standard_code(row.code):
            row.refuse(
                _("The code does not begin with this county's %(county)s.")
                % {"county": self.county_code}
            )
        else:  # what is still open, the parent tells
            row.kind = found or ""


def _hang_up(rows: Sequence[Row], tree: _Tree) -> None:
    """Find each new row its parent, in the tree or among the rows, parents first."""
    coming = {row.code: row for row in rows if row.place is None and row.fate == NEW}
    named: dict[str, list[Row]] = defaultdict(list)
    for row in coming.values():
        named[row.line.name].append(row)
    waiting = list(coming.values())
    for turn in count():
        if not waiting:
            return
        left = [row for row in waiting if not _hang(row, tree, coming, named)]
        for row in waiting:
            row.turn = turn
        if len(left) == len(waiting):
            for row in left:
                row.refuse(_("Its parent is not in the tree and cannot be taken."))
            return
        waiting = left


def _check_parent_of(row: Row, place: Place, tree: _Tree) -> None:
    """A list does not move what stands elsewhere: that has its own page."""
    stands_below = tree.by_pk.get(place.parent_id)
    meant = _standing_parents(row.line.parent, tree)
    if stands_below is not None and stands_below not in meant:
        row.refuse(
            _("It stands below “%(parent)s” in the tree. Move it on its page.")
            % {"parent": stands_below.name}
        )


def _standing_parents(word: str, tree: _Tree) -> list[Place]:
    by_code = tree.stands(word) or tree.parents_by_old_code.get(word)
    return [by_code] if by_code else list(tree.by_name.get(word, ()))


def _hang(
    row: Row, tree: _Tree, coming: dict[str, Row], named: dict[str, list[Row]]
) -> bool:
    """Try to place a row; False as long as its parent waits itself."""
    standing, fresh = _parents(row, tree, coming, named)
    if len(standing) + len(fresh) > 1:
        row.refuse(_("Several grids are called so: give the code of the parent."))
    elif not standing and not fresh:
        row.refuse(_no_parent(row))
    elif fresh and fresh[0].fate == BAD:
        row.refuse(
            _("Row %(line)d above it cannot be taken.") % {"line": fresh[0].line.number}
        )
    elif fresh and fresh[0].place is None:
        return False
    else:
        _settle(row, standing[0] if standing else fresh[0].place)
    return True


def _no_parent(row: Row) -> str:
    if row.line.parent:
        return _("There is no grid with the code or name “%(word)s” above it.") % {
            "word": row.line.parent
        }
    if row.kind == NodeKind.VILLAGE:
        return _("Its township %(code)s is neither in the tree nor in the list.") % {
            "code": row.code[:9] + "000"
        }
    return _("Give its kind, and the code of its parent.")


def _parents(
    row: Row, tree: _Tree, coming: dict[str, Row], named: dict[str, list[Row]]
) -> tuple[list[Place], list[Row]]:
    """What the row may hang below: by what it says, else by its own code."""
    if word := row.line.parent:
        by_code = tree.stands(word) or tree.parents_by_old_code.get(word)
        fresh = coming.get(word) or coming.get(standard_code(word))
        if by_code or fresh:
            return [by_code] if by_code else [], [fresh] if fresh else []
        allowed = {kind for kind in CHILDREN if row.kind in CHILDREN[kind]}
        by_name = [
            place
            for place in tree.by_name.get(word, ())
            if not row.kind or place.kind in allowed
        ]
        return by_name, [other for other in named.get(word, ()) if other is not row]
    if row.kind in {NodeKind.TOWNSHIP, NodeKind.DEPARTMENT}:
        return [tree.root], []
    code = row.code[:9] + "000" if row.kind == NodeKind.VILLAGE else row.code[:12]
    if len(row.code) <= 12 and row.kind != NodeKind.VILLAGE:
        return [], []  # an own code that says nothing of what is above it
    place, other = tree.stands(code), coming.get(code)
    return [place] if place else [], [other] if other else []


_BELOW: Final = {
    NodeKind.VILLAGE: NodeKind.SUBGRID,
    NodeKind.DEPARTMENT: NodeKind.DEPARTMENT,
}


def _settle(row: Row, parent: Place | None) -> None:
    if parent is None:  # pragma: no cover  the caller has looked
        return
    row.kind = row.kind or _BELOW.get(NodeKind(parent.kind), "")
    if parent.is_retired:
        row.refuse(_("“%(parent)s” is no longer in use.") % {"parent": parent.name})
    elif not row.kind:
        row.refuse(_("Give its kind, and the code of its parent."))
    elif row.kind not in CHILDREN[parent.kind]:
        row.refuse(
            _("A grid of this kind cannot stand under “%(parent)s”.")
            % {"parent": parent.name}
        )
    else:
        row.parent = parent
        row.place = Place(row.code, row.line.name, row.kind)


def _check_names(rows: Sequence[Row], tree: _Tree, *, renames: bool) -> None:
    """Two siblings in use never have one name, as the list would leave them."""
    called = {place: place.name for place in tree.places if not place.is_retired}
    new_names = {
        row.place: row
        for row in rows
        if row.place is not None
        and (row.fate == NEW or (renames and row.fate == RENAMED))
    }
    taken: dict[tuple[Place | None, str], Place] = {}
    for place, name in called.items():
        if place not in new_names:
            taken[tree.by_pk.get(place.parent_id), name] = place
    for place, row in new_names.items():
        above = row.parent or tree.by_pk.get(place.parent_id)
        other = taken.setdefault((above, row.line.name), place)
        if other is not place:
            row.refuse(
                _("“%(parent)s” has a grid of this name already (%(code)s).")
                % {"parent": above.name if above else "", "code": other.code}
            )
