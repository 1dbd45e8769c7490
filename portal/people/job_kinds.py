"""The background jobs of lists of accounts: look at one, and open its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evidence.kinds import Fact, JobKind, Shown, register
from evidence.models import JobState
from grids import access
from grids.models import GridNode
from notices.services import notify
from portal.people import importing

if TYPE_CHECKING:
    from evidence.models import Job


def _show(job: Job) -> Shown:
    counts = job.result.get("counts", job.result)
    labels = {
        "good": _("To open"),
        "bad": _("To correct"),
        "count": _("Accounts opened"),
    }
    facts = tuple(
        Fact(label=label, value=counts[name])
        for name, label in labels.items()
        if name in counts
    )
    return Shown(facts=facts, url=_page(job), label=_("To the list"))


def _page(job: Job) -> str:
    return reverse("people:list", kwargs={"pk": job.pk})


def _tell(job: Job) -> None:
    if job.state == JobState.FAILED:
        kind = "accounts-failed"
    elif job.result.get("applied"):
        kind = "accounts-opened"
        _tell_who_gives_roles(job)
    else:
        kind = "accounts-checked"
    counts = job.result.get("counts", {})
    notify(
        recipients=[job.actor],
        kind=kind,
        key=f"job:{job.pk}",
        params={
            "file": job.source_name,
            "error": job.error,
            "count": job.result.get("count", 0),
            **counts,
        },
        address=_page(job),
    )


def _tell_who_gives_roles(job: Job) -> None:
    root = GridNode.objects.get(parent__isnull=True)
    notify(
        recipients=access.holders("assign_roles", [root.pk]),
        kind="roles-proposed",
        key=f"roles:{job.pk}",
        params={"file": job.source_name, "count": job.result["count"]},
        address=reverse("people:roles", kwargs={"batch": job.pk}),
    )


register(
    JobKind(
        code=importing.CHECK,
        title=_("Look at a list of accounts"),
        work=importing.check,
        require=importing.require,
        show=_show,
        tell=_tell,
    )
)
register(
    JobKind(
        code=importing.APPLY,
        title=_("Open the accounts of a list"),
        work=importing.apply,
        require=importing.require,
        show=_show,
        tell=_tell,
        kept=importing.KEPT,
    )
)
