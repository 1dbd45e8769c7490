"""Import a ledger: read it, show what it would do, and do it as one transaction.

Two kinds of jobs: one looks, one does. Both read the same file and make the same
plan; the second takes the tree's lock first and compares the digest with what
the person saw, so that nothing else is done than what was shown.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.columns import BY_CODE, FIELDS, KNOWN_HEADERS, guess, missing
from enterprises.models import (
    ColumnMapping,
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
)
from enterprises.services.bulk import enter_all
from enterprises.services.checks import node_code
from enterprises.services.editing import written
from enterprises.services.importing_plan import (
    BAD,
    CHANGED,
    NEW,
    Plan,
    Planned,
    plan_import,
)
from enterprises.services.registering import PERMISSION
from evidence import job_files, sheets
from evidence.kinds import Outcome, Run
from evidence.services import Source, start_job
from evidence.sheets.checking import check_name
from evidence.sheets.reading import plain_header
from grids import access
from grids.services import rename_in_bulk
from tenants.errors import DomainError
from tenants.locks import Lock, acquire
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from accounts.models import User
    from evidence.models import Job

CHECK: Final = "enterprise-import-check"
APPLY: Final = "enterprise-import-apply"
MAX_UPLOAD: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 20_000
BATCH: Final = 2000
SAMPLES: Final = 3


def require(user: User) -> None:
    access.require_anywhere(user, PERMISSION)


# Started by people ---------------------------------------------------------------------


@transaction.atomic
def start_check(*, actor: User, name: str, size: int, pieces: Iterable[bytes]) -> Job:
    """Take a file in and have it looked at."""
    require(actor)
    check_name(name)
    if size > MAX_UPLOAD:
        raise sheets.SheetRefused(
            _("The file is larger than %(megabytes)d MB. Divide it.")
            % {"megabytes": MAX_UPLOAD // 1024**2}
        )
    job = start_job(actor=actor, kind=CHECK, parameters={}, source=Source(name, pieces))
    sheets.inspect(job_files.path_of(job.source_path))
    return job


@transaction.atomic
def choose_columns(*, actor: User, job: Job, columns: dict[str, int]) -> Job:
    """Look again with these columns, and remember them for such headers."""
    require(actor)
    lacking = missing(columns)
    if lacking:
        raise DomainError(
            _("Choose the column for “%(field)s”.")
            % {"field": BY_CODE[lacking[0]].label},
            field=lacking[0],
        )
    ColumnMapping.objects.update_or_create(
        fingerprint=job.result["fingerprint"],
        defaults={"columns": columns, "changed_at": timezone.now()},
    )
    return start_job(
        actor=actor, kind=CHECK, parameters={"columns": columns}, source_of=job
    )


@transaction.atomic
def start_apply(*, actor: User, job: Job, accept_check_digits: bool) -> Job:
    """Do what the preview ``job`` showed; refused while rows are bad."""
    require(actor)
    shown = job.result
    if "digest" not in shown:
        raise DomainError(_("Correct the rows that cannot be imported first."))
    _check_whole(shown["counts"], accepted=accept_check_digits)
    return start_job(
        actor=actor,
        kind=APPLY,
        parameters={
            "columns": shown["columns"],
            "digest": shown["digest"],
            "accept_check_digits": accept_check_digits,
        },
        source_of=job,
    )


def _check_whole(counts: dict[str, int], *, accepted: bool | None) -> None:
    """Every row is right, and somebody answers for the doubtful codes."""
    if counts[BAD]:
        raise DomainError(_("Correct the rows that cannot be imported first."))
    if counts["warned"] and not accepted:
        raise DomainError(
            _("Say that you compared the codes whose check digit does not fit."),
            field="accept_check_digits",
        )


# Done by workers -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file as it was read: its headers, its rows, what its columns mean."""

    headers: list[str]
    lines: list[tuple[int, list[str]]]
    columns: dict[str, int]
    fingerprint: str

    @property
    def is_clear(self) -> bool:
        return not missing(self.columns)


def read_ledger(path: Path, columns: dict[str, int] | None) -> Ledger:
    """Find the header, the rows below it, and the columns: chosen, kept, or guessed."""
    sheet = sheets.read(path)
    top = sheets.find_header(sheet, KNOWN_HEADERS)
    headers = sheet.rows[top]
    lines = [
        (sheet.number(at), row)
        for at, row in enumerate(sheet.rows[top + 1 :], start=top + 1)
        if any(row)
    ]
    if not lines:
        raise sheets.SheetRefused(_("There are no rows below the headers."))
    if len(lines) > MAX_ROWS:
        raise sheets.SheetRefused(
            _("More than %(count)s rows. Divide the file and import each part.")
            % {"count": MAX_ROWS}
        )
    fingerprint = fingerprint_of(headers)
    if columns is None:
        kept = ColumnMapping.objects.filter(fingerprint=fingerprint).first()
        columns = kept.columns if kept else guess(headers)
    return Ledger(headers, lines, columns, fingerprint)


def fingerprint_of(headers: Sequence[str]) -> str:
    text = "\n".join(plain_header(header) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def check(run: Run) -> Outcome:
    """Look at a file: what would be done, and what is wrong, row by row."""
    job = run.job
    with tenant_scope(run.tenant_id, read_only=True):
        ledger = _ledger(run)
        seen = _seen(ledger)
        if not ledger.is_clear:
            return Outcome(result=seen)
        plan = _plan(run, ledger, job.actor)
        return _preview(run, ledger, plan, seen)


def apply(run: Run) -> Outcome | None:
    """Do it all or nothing. Where the register changed, show it again instead."""
    with tenant_scope(run.tenant_id):
        acquire(Lock.GRID_TREE)
        ledger = _ledger(run)
        plan = _plan(run, ledger, run.job.actor)
        if plan.digest() != run.job.parameters["digest"]:
            seen = _seen(ledger) | {"register_changed": True}
            return _preview(run, ledger, plan, seen)
        counts = plan.counts()
        _check_whole(counts, accepted=run.job.parameters.get("accept_check_digits"))
        _write(plan, run.job)
        run.settle(Outcome(result={"applied": True, "counts": counts}))
    return None


def _ledger(run: Run) -> Ledger:
    path = job_files.path_of(run.job.source_path)
    return read_ledger(path, run.job.parameters.get("columns"))


def _plan(run: Run, ledger: Ledger, actor: User) -> Plan:
    return plan_import(
        lines=ledger.lines, columns=ledger.columns, actor=actor, report=run.report
    )


def _seen(ledger: Ledger) -> dict[str, Any]:
    """What the page of the columns shows."""
    return {
        "headers": ledger.headers,
        "samples": [row for _line, row in ledger.lines[:SAMPLES]],
        "columns": ledger.columns,
        "fingerprint": ledger.fingerprint,
        "lines": len(ledger.lines),
    }


def _preview(run: Run, ledger: Ledger, plan: Plan, seen: dict[str, Any]) -> Outcome:
    rows = run.new_file("jsonl")
    with rows.open("w", encoding="utf-8") as file:
        for row in plan.rows:
            file.write(json.dumps(_shown(row), ensure_ascii=False) + "\n")
    bad = plan.of(BAD)
    product = _write_bad(run, ledger, bad) if bad else None
    result = seen | {"counts": plan.counts(), "digest": plan.digest()}
    stem = run.job.source_name.rpartition(".")[0] or run.job.source_name
    return Outcome(
        result=result,
        rows=rows,
        product=product,
        product_name=_("%(name)s - rows to correct.xlsx") % {"name": stem},
    )


def _shown(row: Planned) -> dict[str, Any]:
    changed = [name for name in row.changes if name != "uscc_check_failed"]
    return {
        "line": row.line,
        "action": row.action,
        "cells": row.cells,
        "reasons": row.reasons,
        "warnings": row.warnings,
        "changes": changed,
    }


def _write_bad(run: Run, ledger: Ledger, bad: list[Planned]) -> Path:
    """The bad rows as they were, with the reasons behind: to correct and send again."""
    path = run.new_file("xlsx")
    by_line = dict(ledger.lines)
    width = len(ledger.headers)
    names = [header or str(at + 1) for at, header in enumerate(ledger.headers)]
    sheets.write(
        path,
        sheet_name=_("Rows to correct"),
        heading=sheets.Heading(
            title=_("Rows to correct"),
            lines=[_("%(count)d rows") % {"count": len(bad)}],
        ),
        columns=[
            sheets.Column(title=_("Row")),
            sheets.Column(title=_("Why not"), width=50),
            *(sheets.Column(title=name, width=18) for name in names),
        ],
        rows=(
            (str(row.line), _why(row), *(by_line[row.line] + [""] * width)[:width])
            for row in bad
        ),
    )
    return path


def _why(row: Planned) -> str:
    labels = {field.code: str(field.label) for field in FIELDS}
    return "；".join(f"{labels.get(at, at)}：{why}" for at, why in row.reasons.items())


def _write(plan: Plan, job: Job) -> None:
    """In a few statements, whatever the count."""
    fresh, changed = plan.of(NEW), plan.of(CHANGED)
    entries = [row.enterprise for row in fresh if row.enterprise is not None]
    parents = [row.place.code for row in fresh if row.place is not None]
    if entries:
        enter_all(entries=entries, parents=parents, actor=job.actor)
    if changed:
        _change(changed, job)


def _change(rows: list[Planned], job: Job) -> None:
    entries = [row.enterprise for row in rows if row.enterprise is not None]
    Enterprise.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*written(), "state"],
    )
    renamed = {
        row.enterprise.area_node_id: (row.enterprise.name, node_code(row.enterprise))
        for row in rows
        if row.enterprise is not None and {"name", "uscc"} & row.changes.keys()
    }
    if renamed:
        rename_in_bulk(names=renamed, actor=job.actor)
    EnterpriseEvent.objects.bulk_create(
        [
            EnterpriseEvent(
                enterprise=row.enterprise,
                name=EnterpriseAction.EDITED,
                actor=job.actor,
                details={"changed": row.changes, "import": str(job.pk)},
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
