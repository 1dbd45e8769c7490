"""Load the hazards of many ledgers, shared out among processes by days.

Two processes on two cores, each with its own connection. Days are disjoint, so
neither waits for the other's row of numbers, and the numbers are the same however
many processes there are.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connections

from hazards.services import load_courses
from portal.scenarios.courses import courses_of
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from portal.scenarios.courses import Ledger

    Books = Sequence[tuple[int, Ledger]]  # id of the tenant and its ledger

BATCH: Final = 4_000  # hazards of one transaction, about
_TELL_EVERY: Final = 20_000


class _Part(NamedTuple):
    """Some days of one ledger: a task that says all it needs by number."""

    book: int
    first: int
    last: int


class _Done(NamedTuple):
    hazards: int
    processor_seconds: float


_books: Books = ()  # inherited by the processes that are forked below


def fill(
    books: Books, *, processes: int, say: Callable[[str], None]
) -> tuple[int, float]:
    """Load everything; returns how many hazards and our own processor seconds."""
    global _books  # noqa: PLW0603  so that no process is sent a ledger
    _books = books
    parts = list(_parts(books))
    whole = sum(sum(_per_day(book)) for _tenant, book in books)
    began, done, spent, told = time.monotonic(), 0, 0.0, 0
    for result in _work(parts, processes):
        done += result.hazards
        spent += result.processor_seconds
        if done - told >= _TELL_EVERY or done == whole:
            told = done
            passed = time.monotonic() - began
            say(f"隐患 {done:,} / {whole:,},每秒 {done / passed:,.0f} 条")
    return done, spent


def _work(parts: list[_Part], processes: int) -> Iterator[_Done]:
    if processes < 2:
        yield from map(_load_part, parts)
        return
    # A connection must not be shared with a child: each opens its own.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_load_part, parts)


def _load_part(part: _Part) -> _Done:
    tenant_id, book = _books[part.book]
    began = time.process_time()
    days = range(part.first, part.last)
    courses = list(chain.from_iterable(courses_of(book, day) for day in days))
    with tenant_scope(tenant_id):
        count = len(load_courses(courses=courses))
    return _Done(count, time.process_time() - began)


def _per_day(book: Ledger) -> list[int]:
    return [
        len(book.own.found_on(n)) + len(book.inspected.found_on(n))
        for n in range(book.days)
    ]


def _parts(books: Books) -> Iterable[_Part]:
    """Runs of days with about ``BATCH`` hazards each."""
    for n, (_tenant, book) in enumerate(books):
        first, held = 0, 0
        for day, count in enumerate(_per_day(book), start=1):
            held += count
            if held >= BATCH or day == book.days:
                yield _Part(n, first, day)
                first, held = day, 0
