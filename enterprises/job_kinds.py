"""The register's background jobs: look at a ledger, and import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.services import importing
from evidence.kinds import Fact, JobKind, Shown, register
from evidence.models import JobState
from notices.services import notify

if TYPE_CHECKING:
    from evidence.models import Job


def _show(job: Job) -> Shown:
    counts = job.result.get("counts", {})
    labels = {
        "new": _("New"),
        "changed": _("Changed"),
        "same": _("Unchanged"),
        "bad": _("To correct"),
    }
    facts = tuple(
        Fact(label=label, value=counts[name])
        for name, label in labels.items()
        if name in counts
    )
    return Shown(facts=facts, url=_page(job), label=_("To the import"))


def _page(job: Job) -> str:
    return reverse("enterprises:import-preview", kwargs={"pk": job.pk})


def _tell(job: Job) -> None:
    counts = job.result.get("counts", {})
    if job.state == JobState.FAILED:
        kind = "import-failed"
    elif job.result.get("applied"):
        kind = "import-done"
    else:
        kind = "import-checked" if counts else "import-columns"
    notify(
        recipients=[job.actor],
        kind=kind,
        key=f"job:{job.pk}",
        params={"file": job.source_name, "error": job.error, **counts},
        address=_page(job),
    )


register(
    JobKind(
        code=importing.CHECK,
        title=_("Look at a ledger of enterprises"),
        work=importing.check,
        require=importing.require,
        show=_show,
        tell=_tell,
    )
)
register(
    JobKind(
        code=importing.APPLY,
        title=_("Import enterprises"),
        work=importing.apply,
        require=importing.require,
        show=_show,
        tell=_tell,
    )
)
