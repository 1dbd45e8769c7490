"""The kinds of background jobs: each app declares its own, once, when it is ready.

``evidence`` keeps jobs and runs them; what is done stands in the app that owns
it, and this table is how the one finds the other without importing it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.utils.translation import gettext_lazy as _

from tenants.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from accounts.models import User
    from evidence.models import Job


KEPT: Final = timedelta(hours=24)


class Run(Protocol):
    """What a kind's work is given: its job, and a way to say how far it is."""

    job: Job
    tenant_id: int

    def report(self, done: int, total: int) -> None:
        """Say how far it is; raises where the job was cancelled or taken over."""

    def new_file(self, suffix: str) -> Path:
        """A path to write to; the file is kept when it stands in the outcome."""

    def settle(self, outcome: Outcome) -> None:
        """End the job inside the caller's transaction, together with its effects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: counts for the page, and a file under the name people see.

    ``rows`` is a file of JSON lines that a page of the owning app looks through.
    """

    result: dict[str, Any] = field(default_factory=dict)
    product: Path | None = None
    product_name: str = ""
    rows: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a result."""

    label: Any
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a job's result is shown: lines, and where to go on."""

    facts: tuple[Fact, ...] = ()
    url: str = ""
    label: Any = ""


def _nothing_to_show(_job: Job) -> Shown:
    return Shown()


def _nothing_more(_user: User, _job: Job) -> None:
    """What came out holds nothing beyond the kind's own permission."""


def _nobody_to_tell(_job: Job) -> None:
    """Nobody waits for the end of such a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """What one kind of job is.

    ``work`` opens its own scope and transactions. It must be safe to begin anew:
    whoever does it may be killed at any line. What it changes in the database it
    changes in the transaction in which it calls ``run.settle``, or not at all.
    ``require`` raises ``NotAllowed`` for who may not: asked at the start, when it
    runs, and for each look at its files. ``require_product`` is asked as well before
    what came out is given away: does the person still reach what is in it? ``tell`` runs in the last transaction.
    ``kept`` is how long its files stay after the end.
    """

    code: str
    title: Any
    work: Callable[[Run], Outcome | None]
    require: Callable[[User], None]
    require_product: Callable[[User, Job], None] = _nothing_more
    show: Callable[[Job], Shown] = _nothing_to_show
    tell: Callable[[Job], None] = _nobody_to_tell
    kept: timedelta = KEPT


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> JobKind:
    """Make a kind known; a code names one kind only."""
    known = _kinds.setdefault(kind.code, kind)
    if known is not kind:
        raise ValueError(f"The job kind {kind.code!r} is registered twice.")
    return kind


def find(code: str) -> JobKind:
    """The kind; one that nobody declares any more can still be shown."""
    return _kinds.get(code) or JobKind(
        code=code, title=_("Background job"), work=_gone, require=_refuse
    )


def _gone(_run: Run) -> Outcome:
    raise LookupError("Nobody declares this kind of job any more.")


def _refuse(_user: User) -> None:
    raise NotAllowed(_("You are not allowed to do this here."))
