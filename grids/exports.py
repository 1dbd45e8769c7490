"""Lists that can be taken away as workbooks: declared by the apps that own them.

A declaration names the columns and builds the rows from the list's own filters,
so that a workbook holds what the page showed. Who may: whoever sees the rows and
holds ``export_rows`` there. Names and phones of people are masked, unless
somebody who may see them says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.masking import mask_name, mask_phone
from accounts.models import User
from evidence.sheets import Column, Kind
from grids import access
from grids.models import GridNode
from grids.querysets import Reach
from tenants.errors import NotAllowed
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import QuerySet


KIND: Final = "export"  # of the background jobs that make long workbooks
EXPORT: Final = "export_rows"
SHOW: Final = "show_personal_data"
NAME: Final = "name"
PHONE: Final = "phone"
NOTE: Final = "note"
_MASKS: Final = {NAME: mask_name, PHONE: mask_phone}
_BETWEEN_WORDS: Final = re.compile(r"([\s·()（）、,，;；:：→]+)")
_MOBILE: Final = re.compile(r"(?<!\d)1\d{10}(?!\d)", re.ASCII)
# What a filter may be called and be: codes, ids, days. Anything else was typed.
_CODED: Final = re.compile(r"[A-Za-z0-9_.:-]{0,40}", re.ASCII)
HIDDEN: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumn:
    """A column: header, the value's path from the row, what it is.

    ``words`` gives the words for stored values; ``personal`` says how it is masked.
    """

    title: Any
    source: str
    width: int = 14
    kind: Kind = Kind.TEXT
    words: Callable[[], dict[Any, Any]] | None = None
    personal: str = ""


class Asked:
    """What the filters need of a request, where there is none: who, and the query."""

    def __init__(self, user: User, query: str) -> None:
        self.user = user
        self.GET = QueryDict(query)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filtered rows, and the filters in words."""

    rows: QuerySet[Any]
    words: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportList:
    """A list. ``choose`` builds its rows within a reach, from a query string."""

    code: str
    title: Any
    see: str
    columns: tuple[ExportColumn, ...]
    choose: Callable[[Asked, list[Reach]], Chosen]
    address: str

    @property
    def is_personal(self) -> bool:
        return any(column.personal for column in self.columns)


_lists: dict[str, ExportList] = {}


def register(listed: ExportList) -> None:
    """Make a list known; a code names one list only."""
    if _lists.setdefault(listed.code, listed) is not listed:
        raise ValueError(f"The list {listed.code!r} is registered twice.")


def find(code: str) -> ExportList:
    if code not in _lists:
        raise Http404
    return _lists[code]


def codes() -> list[str]:
    """All lists, for the addresses; apps have declared theirs when these are made."""
    return sorted(_lists)


def reach_of(user: User, listed: ExportList) -> list[Reach]:
    """Where this user sees the rows and may take them away. Raises ``NotAllowed``."""
    held = GridNode.objects.reach_by_permission(user)
    both = overlap(held.get(listed.see, []), held.get(EXPORT, []))
    if not both:
        raise NotAllowed(_("You are not allowed to export this list."))
    return both


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page says of its export: where it is, and how many rows it writes."""

    address: str
    count: int


def offer(request: Any, code: str, *, shown: int | None = None) -> Offer | None:
    """The export of the page's list, with the very count that would be written.

    ``shown`` is the list's own count: it is the export's as well where everything
    that one sees may be taken away. Elsewhere, or without it, the rows are counted.
    None for whoever may take nothing away.
    """
    listed = find(code)
    held = access.reaches_of(request)
    seen = held.get(listed.see, [])
    both = overlap(seen, held.get(EXPORT, []))
    if not both:
        return None
    query = request.GET.urlencode()
    if shown is None or not all(any(_covers(b, s) for b in both) for s in seen):
        shown = listed.choose(Asked(request.user, query), both).rows.count()
    return Offer(address=reverse(f"exports:{code}"), count=shown)


def overlap(one: list[Reach], other: list[Reach]) -> list[Reach]:
    """The nodes inside both: of each pair that overlaps the smaller one."""
    found: dict[Any, Reach] = {}
    for a in one:
        for b in other:
            if _covers(a, b):
                found[b.id] = b
            elif _covers(b, a):
                found[a.id] = a
    return list(found.values())


def _covers(outer: Reach, inner: Reach) -> bool:
    return (
        outer.tree_id == inner.tree_id
        and outer.lft <= inner.lft
        and outer.rght >= inner.rght
    )


def require_same_reach(
    user: User, listed: ExportList, nodes: Sequence[str], *, full: bool
) -> None:
    """Does the user still reach these nodes, on which a file was made? Raises
    ``NotAllowed``."""
    rows = GridNode.objects.filter(pk__in=nodes)
    then = [
        Reach(*row) for row in rows.values_list("id", "kind", "tree_id", "lft", "rght")
    ]
    now = reach_of(user, listed)
    if not then or not all(any(_covers(n, t) for n in now) for t in then):
        raise NotAllowed(
            _("You no longer reach all of what is in this file. Export it again.")
        )
    if full:
        require_personal(user, then)


def require_personal(user: User, reach: list[Reach]) -> None:
    """May the user see the personal data of everything in this reach?"""
    shown = GridNode.objects.reach(user, SHOW)
    if not all(any(_covers(s, r) for s in shown) for r in reach):
        raise NotAllowed(_("You may not take away names and phones in full here."))


def choose(user: User, listed: ExportList, query: str) -> Chosen:
    return listed.choose(Asked(user, query), reach_of(user, listed))


def sheet_columns(listed: ExportList) -> list[Column]:
    return [
        Column(title=str(column.title), width=column.width, kind=column.kind)
        for column in listed.columns
    ]


def values(
    listed: ExportList, rows: QuerySet[Any], *, full: bool
) -> Iterator[list[Any]]:
    """The rows as a workbook shows them, streamed."""
    sources = [column.source for column in listed.columns]
    return shown(
        listed, rows.values_list(*sources).iterator(chunk_size=2000), full=full
    )


def shown(
    listed: ExportList, rows: Iterable[Sequence[Any]], *, full: bool
) -> Iterator[list[Any]]:
    readers = [_reader(column, full=full) for column in listed.columns]
    for row in rows:
        yield [
            value if reader is None else reader(value)
            for reader, value in zip(readers, row, strict=True)
        ]


def _reader(column: ExportColumn, *, full: bool) -> Callable[[Any], Any] | None:
    if column.words is not None:
        words = {value: str(label) for value, label in column.words().items()}
        return lambda value: words.get(value, value)
    if column.personal == NOTE and not full:
        return _note_mask()
    if column.personal and not full:
        mask = _MASKS[column.personal]
        return lambda value: mask(value) if value else value
    return None


def _note_mask() -> Callable[[Any], Any]:
    """Sentences of ours name people of the bureau: their names and any number."""
    people = User.objects.filter(Q(tenant_id=require_tenant()) | Q(tenant__isnull=True))
    names = frozenset(people.values_list("full_name", flat=True))

    def mask(note: str) -> str:
        words = _BETWEEN_WORDS.split(note or "")
        hidden = "".join(mask_name(word) if word in names else word for word in words)
        return _MOBILE.sub(lambda found: mask_phone(found[0]), hidden)

    return mask


def query_for_log(query: str) -> str:
    """The filters without what somebody typed: a log that cannot forget keeps no
    names and phones that were searched for."""
    return "&".join(
        f"{_told(name)}={_told(value)}"
        for name, values in QueryDict(query).lists()
        for value in values
    )


def _told(word: str) -> str:
    is_coded = _CODED.fullmatch(word) and not _MOBILE.search(word)
    return word if is_coded else HIDDEN


def yes_no() -> dict[Any, Any]:
    return {True: _("Yes"), False: _("No")}


def filter_words(filters: Any) -> list[str]:
    """What is set in a filter form, as people read it."""
    form = filters.form
    if not form.is_valid():
        return []
    found = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", [], False) or name == "sort":
            continue
        label = form.fields[name].label
        found.append(f"{label}={_as_words(form.fields[name], value)}")
    return found


def _as_words(of: Any, value: Any) -> str:
    choices = dict(getattr(of, "choices", ())) if not hasattr(of, "queryset") else {}
    if value is True:
        return _("Yes")
    if isinstance(value, list | tuple):
        return "、".join(str(choices.get(each, each)) for each in value)
    return str(choices.get(value, value))
