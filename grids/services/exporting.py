"""Take a list away: at once where it is short, as a job where it is long.

Every export, also a refused or a failed one, stands in the security log with who,
which list, which filters, how many rows.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence import kinds
from evidence.kinds import Fact, JobKind, Outcome, Run, Shown
from evidence.models import Job, JobState
from evidence.services import start_job
from evidence.sheets import Heading, write
from grids import access, exports
from journal.models import SecurityAction
from journal.services import record_security
from notices.services import notify
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.tenancy import require_tenant, tenant_scope
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from accounts.models import User
    from grids.exports import Chosen, ExportList

KIND: Final = exports.KIND
AT_ONCE: Final = 2000
MAX_REASON: Final = 200
_TELL_EVERY: Final = 1000
_NO_NAME: Final = re.compile(r'[\\/:*?"<>|\[\]\s]+')


class Exported:
    """A workbook that is ready, or the job that makes it."""

    def __init__(self, *, file: IO[bytes] | None, name: str, job: Job | None) -> None:
        self.file, self.name, self.job = file, name, job


@transaction.atomic
def export(
    *,
    actor: User,
    code: str,
    query: str,
    full: bool = False,
    reason: str = "",
    request: HttpRequest | None = None,
) -> Exported:
    """Export a filtered list. Raises ``NotAllowed``; the caller logs the refusal."""
    listed = exports.find(code)
    chosen = exports.choose(actor, listed, query)
    reason = tidy_line(reason)[:MAX_REASON]
    if full:
        _require_full(actor, listed, reason)
    parameters: dict[str, Any] = {
        "list": code,
        "query": query,
        "full": full,
        "reason": reason,
    }
    if chosen.rows.count() > AT_ONCE:
        job = start_job(actor=actor, kind=KIND, parameters=parameters)
        return Exported(file=None, name="", job=job)
    rows = list(exports.values(listed, chosen.rows[: AT_ONCE + 1], full=full))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        _write(path, listed, chosen, actor, rows, len(rows), parameters)
        file = io.BytesIO(path.read_bytes())  # of two thousand rows at most
    record_security(
        name=SecurityAction.EXPORTED,
        actor=actor,
        request=request,
        note=str(listed.title),
        rows=len(rows),
        **_told(parameters),
    )
    return Exported(file=file, name=_name(listed), job=None)


def refuse_export(
    *, actor: User, code: str, query: str, full: bool, why: str, request: HttpRequest
) -> None:
    """Write a refused export into the security log."""
    record_security(
        name=SecurityAction.EXPORTED,
        actor=actor,
        succeeded=False,
        request=request,
        note=why,
        list=code,
        query=exports.query_for_log(query),
        full=full,
    )


def _require_full(actor: User, listed: ExportList, reason: str) -> None:
    exports.require_personal(actor, exports.reach_of(actor, listed))
    if not reason:
        raise DomainError(
            _("Say what the names and phones are needed for."), field="reason"
        )


def _told(parameters: dict[str, Any]) -> dict[str, Any]:
    return {**parameters, "query": exports.query_for_log(parameters["query"])}


def _name(listed: ExportList) -> str:
    now = timezone.localtime()
    return f"{_NO_NAME.sub('', str(listed.title))}-{now:%Y%m%d-%H%M}.xlsx"


def _write(
    path: Path,
    listed: ExportList,
    chosen: Chosen,
    actor: User,
    rows: Iterable[Sequence[Any]],
    count: int,
    parameters: dict[str, Any],
) -> int:
    title = str(listed.title)
    return write(
        path,
        sheet_name=_NO_NAME.sub("", title)[:31],
        heading=Heading(
            title=title, lines=_lines(chosen, actor, count, listed, parameters)
        ),
        columns=exports.sheet_columns(listed),
        rows=rows,
    )


def _lines(
    chosen: Chosen,
    actor: User,
    count: int,
    listed: ExportList,
    parameters: dict[str, Any],
) -> list[str]:
    """Where it comes from, what was chosen, who took it, when, how many."""
    tenant = Tenant.objects.get(pk=require_tenant())
    who = f"{actor.full_name}（{actor.username}）"
    lines = [
        _("%(bureau)s. Filters: %(filters)s")
        % {"bureau": tenant.name, "filters": "；".join(chosen.words) or _("none")},
        _("Exported by %(who)s at %(when)s")
        % {"who": who, "when": f"{timezone.localtime():%Y-%m-%d %H:%M:%S}"},
        _("%(count)d rows") % {"count": count},
    ]
    if parameters["full"]:
        lines.append(
            _(
                "Holds personal data in full, for: %(reason)s. Not to be passed on. %(who)s"
            )
            % {"reason": parameters["reason"], "who": who}
        )
    elif listed.is_personal:
        lines.append(_("Names and phones are masked."))
    return lines


# As a job --------------------------------------------------------------------------


def _work(run: Run) -> Outcome:
    """All reads see one moment, so that the count printed equals the rows."""
    given, actor = run.job.parameters, run.job.actor
    path = run.new_file("xlsx")
    with tenant_scope(run.tenant_id, read_only=True, one_snapshot=True):
        listed = exports.find(given["list"])
        chosen = exports.choose(actor, listed, given["query"])
        reach = [str(place.id) for place in exports.reach_of(actor, listed)]
        if given["full"]:
            _require_full(actor, listed, given["reason"])
        count = chosen.rows.count()
        rows = exports.values(listed, chosen.rows, full=given["full"])
        written = _write(
            path, listed, chosen, actor, _reported(run, rows, count), count, given
        )
    if written != count:
        raise DomainError(_("The list changed while it was read. Start again."))
    return Outcome(
        result={"rows": written, "list": given["list"], "reach": reach},
        product=path,
        product_name=_name(listed),
    )


def _reported(run: Run, rows: Iterable[Any], count: int) -> Iterable[Any]:
    for done, row in enumerate(rows):
        if done % _TELL_EVERY == 0:
            run.report(done, count)
        yield row


def _require(user: User) -> None:
    access.require_anywhere(user, exports.EXPORT)


def _require_product(user: User, job: Job) -> None:
    """Whoever took it away must still reach all of it, in full where it is in full."""
    listed = exports.find(job.parameters["list"])
    exports.require_same_reach(
        user, listed, job.result.get("reach", []), full=job.parameters["full"]
    )


def _show(job: Job) -> Shown:
    facts = []
    if "rows" in job.result:
        facts.append(Fact(label=_("Rows"), value=job.result["rows"]))
    listed = exports.find(job.parameters["list"]) if "list" in job.parameters else None
    if listed is None:
        return Shown(facts=tuple(facts))
    facts.insert(0, Fact(label=_("List"), value=listed.title))
    address = reverse(listed.address)
    query = job.parameters["query"]
    return Shown(
        facts=tuple(facts),
        url=f"{address}?{query}" if query else address,
        label=_("Back to the list"),
    )


def _tell(job: Job) -> None:
    """In the last transaction: the log knows of each file, and of each failure."""
    title = str(exports.find(job.parameters["list"]).title)
    done = job.state == JobState.DONE
    record_security(
        name=SecurityAction.EXPORTED,
        actor=job.actor,
        succeeded=done,
        note=title if done else job.error,
        job=str(job.pk),
        rows=job.result.get("rows"),
        **_told(job.parameters),
    )
    notify(
        recipients=[job.actor],
        kind="export-done" if done else "export-failed",
        key=f"job:{job.pk}",
        params={
            "list": title,
            "rows": str(job.result.get("rows", 0)),
            "error": job.error,
        },
        address=job.get_absolute_url(),
    )


def declare() -> None:
    """Make the kind of job known; called when the app is ready."""
    kinds.register(
        JobKind(
            code=KIND,
            title=gettext_lazy("Export a list"),
            work=_work,
            require=_require,
            require_product=_require_product,
            show=_show,
            tell=_tell,
        )
    )
