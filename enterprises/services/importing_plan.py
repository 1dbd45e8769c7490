"""What an import would do, row by row: new, changed, unchanged, or why not.

The same function makes the preview and, under the lock, what is done: both give
the same digest, or the register has changed in between.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from enterprises.codes import compact
from enterprises.columns import BY_CODE
from enterprises.models import Enterprise, PositionSource
from enterprises.services import importing_words as words_of
from enterprises.services.checks import KEYS, judge_code, settle_position
from enterprises.services.editing import differences, state_of
from enterprises.services.importing_words import Place, Unclear, Words, given, plain
from enterprises.services.registering import PERMISSION
from grids.kinds import NodeKind
from grids.models import GridNode
from tenants.errors import DomainError

if TYPE_CHECKING:
    from accounts.models import User
    from grids.querysets import Reach

NEW: Final = "new"
CHANGED: Final = "changed"
SAME: Final = "same"
BAD: Final = "bad"
_TEXTS: Final = (
    *("legal_person", "principal", "principal_phone", "safety_manager"),
    *("safety_manager_phone", "address", "uscc_missing_reason"),
)
_TOLD_EVERY: Final = 200
_NOT_NEEDED: Final = (
    "search_text",
    "merged_into__search_text",
    "area_node__boundary",
    "area_node__parent__boundary",
)


@dataclass(slots=True)
class Planned:
    """One row: what it says, what would be done, and what is wrong with it."""

    line: int
    cells: dict[str, str]
    action: str = NEW
    reasons: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    enterprise: Enterprise | None = None
    place: Place | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def refuse(self, at: str, why: object) -> None:
        self.action = BAD
        self.reasons.setdefault(at, str(why))

    def stands_for(self) -> list[Any]:
        """What is done, for the digest."""
        if self.action in {BAD, SAME}:
            return [self.line, self.action, sorted(self.reasons)]
        entry = self.enterprise
        assert entry is not None  # noqa: S101  only bad rows have none
        facts = {name: str(value) for name, value in state_of(entry).items()}
        facts.pop("registered_at", None)
        if self.action == NEW:
            facts.pop("id", None)
        place = self.place.code if self.place else ""
        return [self.line, self.action, place, sorted(facts.items())]


@dataclass(slots=True)
class Plan:
    """All rows of a file."""

    rows: list[Planned]

    def counts(self) -> dict[str, int]:
        found = Counter(row.action for row in self.rows)
        return {action: found[action] for action in (NEW, CHANGED, SAME, BAD)} | {
            "warned": sum(bool(row.warnings) for row in self.rows)
        }

    def digest(self) -> str:
        made = hashlib.sha256()
        for row in self.rows:
            made.update(json.dumps(row.stands_for(), ensure_ascii=False).encode())
        return made.hexdigest()

    def of(self, action: str) -> list[Planned]:
        return [row for row in self.rows if row.action == action]


def plan_import(
    *,
    lines: Sequence[tuple[int, Sequence[str]]],
    columns: dict[str, int],
    actor: User | None,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Plan:
    """Judge every row against the register as it is now; nothing is written."""
    rows = [Planned(line, _cells(row, columns)) for line, row in lines]
    words = words_of.look_up(actor, written=_places_of(rows))
    known = _Register(rows, actor)
    seen = _Seen()
    for done, row in enumerate(rows):
        if done % _TOLD_EVERY == 0:
            report(done, len(rows))
        _plan_row(row, words, known, seen)
    report(len(rows), len(rows))
    return Plan(rows)


def _places_of(rows: list[Planned]) -> set[str]:
    return {
        text
        for row in rows
        for at in ("village", "township")
        if (text := row.cells.get(at, ""))
    }


def _cells(row: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    return {
        code: given(row[at]) if at < len(row) else ""
        for code, at in columns.items()
        if code in BY_CODE
    }


def _plan_row(row: Planned, words: Words, known: _Register, seen: _Seen) -> None:
    values = _values(row, words)
    if "name" not in values:
        row.refuse("name", _("The name is missing."))
    found = known.find(row)
    if found is None:
        _plan_new(row, values)
    elif row.action != BAD:
        _plan_change(row, values, found)
    if row.action == BAD:
        seen.note(row)
    else:
        seen.check(row)
    if row.action in {BAD, SAME}:
        row.enterprise = None  # ten thousand of them are memory


# What the cells say -------------------------------------------------------------------


def _values(row: Planned, words: Words) -> dict[str, Any]:
    """The cells that say something, as values; what is unclear becomes a reason."""
    found: dict[str, Any] = {}
    for code, text in row.cells.items():
        read = _READ.get(code)
        if not text or read is None:
            continue
        try:
            found[code] = read(words, text)
        except Unclear as why:
            row.refuse(code, why)
    try:
        _find_place(row, words)
    except Unclear as why:
        row.refuse("village" if row.cells.get("village") else "township", why)
    return found


def _find_place(row: Planned, words: Words) -> None:
    village, township = row.cells.get("village", ""), row.cells.get("township", "")
    if village or township:
        row.place = words.place(village, township)


_Reader = Callable[[Words, str], Any]
_READ: Final[dict[str, _Reader]] = {
    "name": lambda _w, text: text,
    "uscc": lambda _w, text: words_of.code_cell(text),
    "unit_type": lambda w, text: w.one_of(w.kinds, text),
    "subcategory": lambda w, text: w.trade(text),
    "state": lambda w, text: w.one_of(w.states, text),
    "scale": lambda w, text: w.one_of(w.scales, text),
    "longitude": lambda _w, text: words_of.degrees(text),
    "latitude": lambda _w, text: words_of.degrees(text),
    "employees": lambda _w, text: words_of.whole_number(text),
    "above_designated_size": lambda _w, text: words_of.yes_or_no(text),
    **{name: lambda _w, text: text for name in _TEXTS},
}


# What would be done -------------------------------------------------------------------


def _plan_new(row: Planned, values: dict[str, Any]) -> None:
    if row.place is None:
        row.refuse("village", _("The village or grid is missing."))
    if "subcategory" not in values:
        row.refuse("subcategory", _("The industry subcategory is missing."))
    entry = Enterprise(**{k: v for k, v in values.items() if k != "unit_type"})
    if "subcategory" in values:
        entry.department_node_id = values["subcategory"].department_node_id
    entry.unit_type = values.get("unit_type") or words_of.kind_of(
        entry.uscc, entry.name
    )
    if not entry.uscc and not entry.uscc_missing_reason:
        with override(settings.LANGUAGE_CODE):  # data of the bureau, in its language
            entry.uscc_missing_reason = _("The imported list has no code")
    row.enterprise = entry
    _judge(row, entry, known_doubt=False)


def _plan_change(row: Planned, values: dict[str, Any], found: Enterprise) -> None:
    if row.place is not None and not _stands_in(found, row.place):
        row.refuse(
            "village",
            _("Registered in “%(place)s”. Move it on its own page first.")
            % {"place": found.grid.name},
        )
        return
    before = state_of(found)
    entry = copy.copy(found)
    for name, value in values.items():
        setattr(entry, name, value)
    if "subcategory" in values and entry.subcategory_id != before["subcategory_id"]:
        entry.department_node_id = entry.subcategory.department_node_id
    if _same_position(found, entry):
        entry.longitude, entry.latitude = found.longitude, found.latitude
    elif entry.has_position:
        entry.position_source = PositionSource.IMPORTED
        entry.position_accuracy = None
    row.enterprise = entry
    _judge(row, entry, known_doubt=found.uscc_check_failed, known_code=found.uscc)
    if row.action == BAD:
        return
    row.changes = differences(before, state_of(entry))
    row.action = CHANGED if row.changes else SAME


def _same_position(old: Enterprise, new: Enterprise) -> bool:
    return (old.longitude, old.latitude) == (new.longitude, new.latitude)


def _stands_in(found: Enterprise, place: Place) -> bool:
    """Is the place where it stands, or a wider one around it?"""
    grid = found.grid
    if place.kind == NodeKind.TOWNSHIP:
        return found.township_id == place.pk
    return place.pk in {grid.pk, grid.parent_id}


def _judge(
    row: Planned, entry: Enterprise, *, known_doubt: bool, known_code: str = ""
) -> None:
    """All that is wrong with the entry, each at its column."""
    if entry.has_position and not entry.position_source:
        entry.position_source = PositionSource.IMPORTED
    for check in (judge_code, settle_position):
        try:
            check(entry)
        except DomainError as refusal:
            row.refuse(refusal.field or "name", refusal)
    try:
        entry.clean_fields(exclude=(*KEYS, *row.reasons))
    except ValidationError as error:
        for at, sentences in error.message_dict.items():
            row.refuse(at, sentences[0])
    accepted = known_doubt and known_code == entry.uscc
    if entry.uscc_check_failed and not accepted and row.action != BAD:
        row.warnings["uscc"] = _(
            "The check digit does not fit: compare the code with the licence."
        )


# Against the register and the file --------------------------------------------------


class _Register:
    """The entries that rows of the file may mean, read in three queries."""

    def __init__(self, rows: list[Planned], actor: User | None) -> None:
        self._reach: list[Reach] | None = (
            None if actor is None else GridNode.objects.reach(actor, PERMISSION)
        )
        codes = {_code(row) for row in rows} - {""}
        own = {row.cells.get("own_code", "").upper() for row in rows} - {""}
        self.by_uscc = {e.uscc: e for e in self._entries(uscc__in=codes)}
        unknown = (row for row in rows if _code(row) not in self.by_uscc)
        names = {row.cells.get("name", "") for row in unknown} - {""}
        self.by_own = {e.own_code: e for e in self._entries(own_code__in=own)}
        self.by_name: dict[str, list[Enterprise]] = {}
        for entry in self._entries(name__in=names):
            self.by_name.setdefault(entry.name, []).append(entry)

    def _entries(self, **condition: Any) -> Iterator[Enterprise]:
        found = Enterprise.objects.filter(**condition).defer(*_NOT_NEEDED)
        found = found.select_related("area_node__parent", "merged_into").order_by()
        yield from found.iterator(chunk_size=2000)

    def find(self, row: Planned) -> Enterprise | None:
        """By its code, else by our number, else by name and place.

        One that stands outside the person's grids is a bad row, and so is a
        name that an entry with another code has in the same place.
        """
        uscc = _code(row)
        found = self.by_uscc.get(uscc) or self.by_own.get(
            row.cells.get("own_code", "").upper()
        )
        if found is not None:
            return self._within_reach(row, found)
        namesakes = self._namesakes(row)
        for other in namesakes:
            if not uscc or not other.uscc:
                return self._within_reach(row, other)
        if namesakes:
            row.refuse(
                "name",
                _("An entry of this name with the code %(code)s is already there.")
                % {"code": namesakes[0].code},
            )
        return None

    def _namesakes(self, row: Planned) -> list[Enterprise]:
        if row.place is None:
            return []
        return [
            other
            for other in self.by_name.get(row.cells.get("name", ""), [])
            if other.merged_into_id is None and _stands_in(other, row.place)
        ]

    def _within_reach(self, row: Planned, found: Enterprise) -> Enterprise | None:
        node = found.area_node
        if self._reach is None or any(each.holds(node) for each in self._reach):
            return self._unless_merged(row, found)
        row.refuse(
            "uscc",
            _("This code is already registered in this county, outside your grids."),
        )
        return None

    def _unless_merged(self, row: Planned, found: Enterprise) -> Enterprise | None:
        """A duplicate stays as it was closed; its facts stand at the other entry."""
        into = found.merged_into
        if into is None:
            return found
        row.refuse(
            "uscc"
            if _code(row)
            else "own_code"
            if row.cells.get("own_code")
            else "name",
            _(
                "This entry was merged into “%(name)s” (%(code)s): use that code, or "
                "leave the row out."
            )
            % {"name": into.name, "code": into.code},
        )
        return None


def _code(row: Planned) -> str:
    return compact(row.cells.get("uscc", ""))


class _Seen:
    """What earlier rows of the file said."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, ...], int] = {}

    def check(self, row: Planned) -> None:
        """The same unit twice is a mistake of the file, whichever row is right."""
        for at, key in self._keys(row):
            first = self._lines.setdefault(key, row.line)
            if first != row.line:
                row.refuse(at, _("The same as in row %(line)d.") % {"line": first})

    def note(self, row: Planned) -> None:
        for _at, key in self._keys(row):
            self._lines.setdefault(key, row.line)

    def _keys(self, row: Planned) -> Iterator[tuple[str, tuple[str, ...]]]:
        if code := _code(row):
            yield "uscc", ("uscc", code)
        if row.place is not None and (name := row.cells.get("name")):
            yield "name", ("name", plain(name), str(row.place.pk))
        if row.action in {CHANGED, SAME} and row.enterprise is not None:
            yield "name", ("entry", str(row.enterprise.pk))
