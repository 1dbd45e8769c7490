"""What a scanned code shows to anybody: basic data and whether duties are fulfilled.

Each value is copied by name into a dataclass of plain words. Nothing personal can
reach the page by way of a model's attribute, because the page is given no model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import StandardizationCertificate
from enterprises.querysets import SUPERVISED_STATES
from enterprises.reports import supervision_of
from hazards.models import Hazard
from hazards.workflow import FINAL, HazardLevel

if TYPE_CHECKING:
    from datetime import date

    from enterprises.models import Enterprise


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is known about the enterprise's duties."""

    label: Any
    is_fulfilled: bool
    detail: Any = ""


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """The class of work-safety standardization, and how long it holds.

    Neither number nor issuer: those are for who checks the paper itself.
    """

    level_label: Any
    valid_to: date
    has_expired: bool


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """All that the public page may show of an enterprise."""

    name: str
    code: str
    place: str
    industry: str
    level: str
    level_label: Any
    state: str
    state_label: Any
    state_tone: str
    department: str
    supervisor: str
    is_supervised: bool
    certificate: PublicCertificate | None = None
    duties: list[Duty] = field(default_factory=list)

    @property
    def is_in_order(self) -> bool:
        return all(duty.is_fulfilled for duty in self.duties)

    @property
    def fulfilled(self) -> int:
        return sum(duty.is_fulfilled for duty in self.duties)

    @property
    def unfulfilled(self) -> int:
        return len(self.duties) - self.fulfilled


def public_entry(enterprise: Enterprise, *, on: date) -> PublicEntry:
    """The public side of an entry read with ``for_list``; four queries."""
    is_supervised = enterprise.state in SUPERVISED_STATES
    return PublicEntry(
        name=enterprise.name,
        code=enterprise.code,
        place=_place(enterprise),
        industry=enterprise.subcategory.name,
        level=enterprise.management_level,
        level_label=enterprise.get_management_level_display(),
        state=enterprise.state,
        state_label=enterprise.get_state_display(),
        state_tone=enterprise.state_tone,
        department=enterprise.department_node.name
        if enterprise.department_node
        else "",
        supervisor=_supervisor(enterprise),
        is_supervised=is_supervised,
        certificate=_certificate(enterprise, on),
        duties=_duties(enterprise, on) if is_supervised else [],
    )


def _place(enterprise: Enterprise) -> str:
    """As far as the village: where exactly is nobody's business here."""
    names = [enterprise.township.name]
    if enterprise.grid.pk != enterprise.township_id:
        names.append(enterprise.grid.name)
    return " · ".join(names)


def _supervisor(enterprise: Enterprise) -> str:
    """The township and the bureau, or whoever took the unit under direct supervision."""
    direct = supervision_of(enterprise)
    if direct is not None:
        return direct.supervisor
    return f"{enterprise.township.name} · {enterprise.tenant.name}"


def _certificate(enterprise: Enterprise, on: date) -> PublicCertificate | None:
    """The one that holds longest of those that have begun; none that was revoked."""
    begun = StandardizationCertificate.objects.in_force().filter(
        enterprise=enterprise, valid_from__lte=on
    )
    found = begun.order_by("-valid_to", "level").first()
    if found is None:
        return None
    return PublicCertificate(
        level_label=found.get_level_display(),
        valid_to=found.valid_to,
        has_expired=found.valid_to < on,
    )


def _duties(enterprise: Enterprise, on: date) -> list[Duty]:
    """What is known so far. One overdue or major hazard outweighs all the rest.

    Nothing where no hazard was ever recorded: nobody has looked yet, which is no
    praise.
    """
    recorded, overdue, major = _hazards(enterprise, on)
    if not recorded:
        return []
    return [
        Duty(
            _("Hazards are rectified in time"),
            overdue == 0,
            _("%(n)s overdue") % {"n": overdue} if overdue else "",
        ),
        Duty(
            _("No major hazard is unsettled"),
            major == 0,
            _("%(n)s unsettled") % {"n": major} if major else "",
        ),
    ]


def _hazards(enterprise: Enterprise, on: date) -> tuple[int, int, int]:
    """How many there ever were, are overdue, and are major and open.

    An enterprise's hazards lie on its own node, whose index finds them.
    """
    mine = Hazard.objects.filter(
        area_node_id=enterprise.area_node_id, enterprise_id=enterprise.pk
    )
    overdue = mine.overdue(on=on).order_by().count()
    counted = mine.order_by().aggregate(
        recorded=Count("pk"),
        major=Count("pk", filter=Q(level=HazardLevel.MAJOR) & ~Q(state__in=FINAL)),
    )
    return counted["recorded"], overdue, counted["major"]
