"""Open the accounts of a list: look at it, do it whole, show the passwords once.

Two kinds of jobs as for the register: one looks, one does what was shown. The
one-time passwords never stand anywhere in clear: the accounts keep their hash,
the job a sealed file, which goes when it was opened once, or after an hour.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sealed_text
from accounts import services as accounts
from accounts.masking import mask_phone
from accounts.models import User
from evidence import job_files, sheets
from evidence.kinds import Outcome, Run
from evidence.models import Job
from evidence.services import Source, start_job
from evidence.sheets.checking import check_name
from grids import access
from grids.models import GridNode
from grids.posts import PostKind
from grids.services import propose_roles
from journal.models import SecurityAction
from journal.services import record_security
from portal.people.plan import Plan, Row, plan_accounts, read_list
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import require_tenant, tenant_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from uuid import UUID

    from django.http import HttpRequest

CHECK: Final = "account-import-check"
APPLY: Final = "account-import-apply"
MANAGE: Final = "manage_accounts"
MAX_UPLOAD: Final = 5 * 1024 * 1024
# With the sweep every five minutes the file is gone within the hour.
KEPT: Final = timedelta(minutes=50)
_LONGEST: Final = timedelta(hours=1)
_PURPOSE: Final = "one-time passwords of a list"
_TOLD_EVERY: Final = 20


def require(user: User) -> None:
    """Whoever manages accounts of the whole county."""
    if user.tenant_id is None:
        raise NotAllowed(
            _(
                "A list is handed in by the bureau's own system administrator, because"
                " its job stays theirs. Open that account first."
            )
        )
    root = GridNode.objects.get(parent__isnull=True)
    access.require(user, MANAGE, [root.pk])


@transaction.atomic
def start_check(*, actor: User, name: str, size: int, pieces: Iterable[bytes]) -> Job:
    """Take a list in and have it looked at."""
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
def start_apply(*, actor: User, job: Job) -> Job:
    """Open the accounts that the preview ``job`` showed; refused while rows are bad."""
    require(actor)
    _check_whole(job.result.get("counts", {"bad": 1}))
    return start_job(
        actor=actor,
        kind=APPLY,
        parameters={"digest": job.result["digest"]},
        source_of=job,
    )


def _check_whole(counts: dict[str, int]) -> None:
    if counts["bad"]:
        raise DomainError(_("Correct the rows that cannot be taken first."))


# Done by workers -----------------------------------------------------------------------


def check(run: Run) -> Outcome:
    """Look at a list: who would get an account, and what is wrong, row by row."""
    with tenant_scope(run.tenant_id, read_only=True):
        return _preview(run, _plan(run))


def apply(run: Run) -> Outcome | None:
    """All accounts or none. The passwords are hashed before anything is locked."""
    with tenant_scope(run.tenant_id, read_only=True):
        plan = _plan(run)
        if plan.digest() != run.job.parameters["digest"]:
            return _preview(run, plan, changed=True)
        _check_whole(plan.counts())
    passwords = _passwords(run, len(plan.rows))
    with tenant_scope(run.tenant_id):
        plan = _plan(run)
        if plan.digest() != run.job.parameters["digest"]:
            return _preview(run, plan, changed=True)
        _open(run, plan, passwords)
    return None


@dataclass(frozen=True, slots=True)
class Password:
    clear: str
    digest: str


def _passwords(run: Run, count: int) -> list[Password]:
    made = []
    for done in range(count):
        if done % _TOLD_EVERY == 0:
            run.report(done, count)
        clear = accounts.one_time_password()
        made.append(Password(clear, make_password(clear)))
    run.report(count, count)
    return made


def _plan(run: Run) -> Plan:
    rows = read_list(job_files.path_of(run.job.source_path))
    return plan_accounts(rows, actor=run.job.actor)


def _preview(run: Run, plan: Plan, *, changed: bool = False) -> Outcome:
    rows = run.new_file("jsonl")
    with rows.open("w", encoding="utf-8") as file:
        for row in plan.rows:
            file.write(json.dumps(_shown(row), ensure_ascii=False) + "\n")
    result: dict[str, Any] = {"counts": plan.counts(), "digest": plan.digest()}
    if changed:
        result["changed"] = True
    return Outcome(result=result, rows=rows)


def _shown(row: Row) -> dict[str, Any]:
    """For the preview, and without the number in full: the file has it."""
    phone = row.cells["phone"]
    return {
        "line": row.line,
        "cells": row.cells | {"phone": mask_phone(phone)},
        "grid": row.node.name if row.node else "",
        "role": row.role.name if row.role else row.cells.get("role", ""),
        "post": str(PostKind(row.post).label)
        if row.post
        else row.cells.get("post", ""),
        "begins_on": str(row.begins_on or ""),
        "reasons": row.reasons,
    }


def _open(run: Run, plan: Plan, passwords: list[Password]) -> None:
    actor = run.job.actor
    require(actor)  # a right that ended while the passwords were made
    users = _create(actor, plan, passwords)
    wishes = [
        wish
        for user, row in zip(users, plan.rows, strict=True)
        for wish in row.wishes(user.pk)
    ]
    propose_roles(
        actor=actor,
        batch=run.job.pk,
        source_name=run.job.source_name,
        wishes=wishes,
    )
    record_security(
        name=SecurityAction.ACCOUNTS_OPENED,
        actor=actor,
        note=run.job.source_name,
        count=len(users),
        batch=str(run.job.pk),
    )
    run.settle(
        Outcome(
            result={"applied": True, "count": len(users)},
            rows=_seal(run, plan, passwords),
        )
    )


def _create(actor: User, plan: Plan, passwords: list[Password]) -> list[User]:
    now = timezone.now()
    people = [
        User(
            tenant_id=require_tenant(),
            username=row.cells["username"],
            full_name=row.cells["full_name"],
            phone=row.cells["phone"],
            title=row.cells.get("title", ""),
            password=password.digest,
            password_changed_at=now,
            must_change_password=True,
            password_set_by=actor,
        )
        for row, password in zip(plan.rows, passwords, strict=True)
    ]
    try:
        with transaction.atomic():
            return accounts.create_users(people)
    except IntegrityError as error:
        raise DomainError(
            _("A user name or number was taken in the meantime. Look at it again.")
        ) from error


# The slips -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed: how to sign in for the first time."""

    full_name: str
    username: str
    password: str
    title: str
    grid: str


def _seal(run: Run, plan: Plan, passwords: list[Password]) -> Path:
    slips = [
        asdict(
            Slip(
                full_name=row.cells["full_name"],
                username=row.cells["username"],
                password=password.clear,
                title=row.cells.get("title", ""),
                grid=row.node.name if row.node else "",
            )
        )
        for row, password in zip(plan.rows, passwords, strict=True)
    ]
    path = run.new_file("sealed")
    text = json.dumps(slips, ensure_ascii=False)
    path.write_text(sealed_text.seal(text, purpose=_PURPOSE), encoding="ascii")
    return path


def has_slips(job: Job) -> bool:
    """Is there a hand-over sheet that nobody has opened, and is its time not over?"""
    return bool(
        job.kind == APPLY
        and job.result.get("applied")
        and job.rows_path
        and not job.is_expired
    )


@transaction.atomic
def open_slips(*, actor: User, job_id: UUID, request: HttpRequest) -> list[Slip]:
    """The passwords of a list, this once: the file is gone before they are shown.

    Removed before the end of the transaction: where that fails they are lost, and
    set anew one by one, rather than there twice.
    """
    require(actor)
    mine = Job.objects.visible_to(actor).select_for_update(of=("self",))
    job: Job | None = mine.filter(pk=job_id).first()
    if job is None or not has_slips(job):
        raise DomainError(
            _(
                "The hand-over sheet was opened already, or its hour is over. Set a new"
                " password where somebody has none."
            )
        )
    slips = _unseal(job.rows_path)
    job_files.remove([job.rows_path])
    job.rows_path = ""
    job.save(update_fields=["rows_path"])
    record_security(
        name=SecurityAction.FIRST_PASSWORDS_SHOWN,
        actor=actor,
        request=request,
        note=job.source_name,
        count=len(slips),
        batch=str(job.pk),
    )
    return slips


def _unseal(name: str) -> list[Slip]:
    try:
        sealed = job_files.path_of(name).read_text(encoding="ascii")
        text = sealed_text.unseal(
            sealed, purpose=_PURPOSE, seconds=int(_LONGEST.total_seconds())
        )
    except (FileNotFoundError, sealed_text.Unreadable) as error:
        raise DomainError(_("The hand-over sheet is no longer kept.")) from error
    return [Slip(**each) for each in json.loads(text)]
