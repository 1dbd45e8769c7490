"""One enterprise, one file: what the parts of its dossier show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import (
    EnterpriseEvent,
    StaffCertificate,
    StaffPost,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from enterprises.models import (
        Enterprise,
        EnterpriseCode,
        EnterpriseDocument,
        LevelDecision,
        StaffMember,
    )

SOON_DAYS = 90
MANY_STAFF = 100
_DEDICATED = (StaffPost.SAFETY_DIRECTOR, StaffPost.SAFETY_MANAGER)
_SAFETY = (*_DEDICATED, StaffPost.PART_TIME)


@dataclass(frozen=True, slots=True)
class Validity:
    """How a certificate stands today, as a badge."""

    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    row: Any
    validity: Validity


@dataclass(frozen=True, slots=True)
class ShownMember:
    """Somebody on the staff list."""

    row: StaffMember
    certificates: list[ShownCertificate]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything beside the facts, the hazards and the course."""

    decisions: list[LevelDecision]
    domains: list[str]
    standardization: list[ShownCertificate]
    members: list[ShownMember]
    staffing_hint: str
    documents: list[EnterpriseDocument]
    codes: list[EnterpriseCode]
    scale_words: list[str]

    @property
    def code(self) -> EnterpriseCode | None:
        """The one to print: the newest in force."""
        return next((code for code in self.codes if not code.is_withdrawn), None)

    @property
    def latest(self) -> LevelDecision | None:
        return next((row for row in self.decisions if not row.is_withdrawn), None)


@dataclass(frozen=True, slots=True)
class Stay:
    """Where an enterprise stood from one day to another."""

    place: str
    since: datetime
    until: datetime | None


def dossier(enterprise: Enterprise) -> Dossier:
    """Seven queries, whatever the number of rows."""
    today = timezone.localdate()
    staff = list(enterprise.staff.filter(left_on__isnull=True))
    held: dict[Any, list[StaffCertificate]] = {}
    for row in StaffCertificate.objects.in_force().filter(member__in=staff):
        held.setdefault(row.member_id, []).append(row)
    decisions = enterprise.level_decisions.select_related("decided_by", "reason")
    return Dossier(
        decisions=list(decisions.latest_first()),
        domains=list(
            enterprise.domains.order_by("domain__order").values_list(
                "domain__name", flat=True
            )
        ),
        standardization=[
            ShownCertificate(row, _validity(row.valid_to, row.revoked_on, today))
            for row in enterprise.standardization.all()
        ],
        members=[_member(member, held.get(member.pk, []), today) for member in staff],
        staffing_hint=_staffing_hint(enterprise, staff),
        documents=list(
            enterprise.documents.filter(removed_at__isnull=True).select_related(
                "uploaded_by"
            )
        ),
        codes=list(enterprise.qr_codes.all()),
        scale_words=scale_words(enterprise),
    )


def _member(
    member: StaffMember, certificates: list[StaffCertificate], today: date
) -> ShownMember:
    shown = [
        ShownCertificate(row, _validity(row.next_end, row.revoked_on, today))
        for row in certificates
    ]
    return ShownMember(member, shown)


def _validity(ends_on: date | None, revoked_on: date | None, today: date) -> Validity:
    if revoked_on is not None:
        return Validity(_("Revoked"), "retired")
    if ends_on is None:
        return Validity(_("No end"), "active")
    left = (ends_on - today).days
    if left < 0:
        return Validity(_("Expired"), "failed")
    if left <= SOON_DAYS:
        return Validity(_("%(days)s days left") % {"days": left}, "assigned")
    return Validity(_("Valid"), "active")


def _staffing_hint(enterprise: Enterprise, staff: list[StaffMember]) -> str:
    """What article 24 asks for, as far as the number of employees tells.

    More than a hundred: somebody full-time. The trades that need somebody in any
    case are the county's to judge.
    """
    posts = {member.post for member in staff}
    if enterprise.employees is None:
        return _("The number of employees is not known, so staffing is not judged.")
    if enterprise.employees > MANY_STAFF and not posts & set(_DEDICATED):
        return _("More than 100 employees: a full-time safety manager is required.")
    if enterprise.employees <= MANY_STAFF and not posts & set(_SAFETY):
        return _("A full-time or part-time safety manager is required.")
    return ""


def scale_words(enterprise: Enterprise) -> list[str]:
    """How the size class was computed, line by line."""
    basis = enterprise.scale_basis
    if not basis:
        return [_("No industry is known, so no size class is computed.")]
    lines = [
        _("Measured as %(group)s, edition %(edition)s.")
        % {"group": basis["group"], "edition": basis["edition"]}
    ]
    names = {
        "employees": _("employees"),
        "revenue": _("yearly revenue"),
        "assets": _("total assets"),
    }
    known = [f"{names[n]} {basis[n]}" for n in names if basis.get(n) is not None]
    if known:
        lines.append(_("Known: %(figures)s.") % {"figures": "、".join(known)})
    if basis.get("missing"):
        missing = "、".join(names[name] for name in basis["missing"])
        lines.append(_("Missing: %(figures)s.") % {"figures": missing})
    else:
        result = enterprise.get_computed_scale_display()
        lines.append(_("The table gives: %(scale)s.") % {"scale": result})
    if basis.get("above_designated_size") is not None:
        above = basis["above_designated_size"]
        lines.append(
            _("By its revenue above designated size.")
            if above
            else _("By its revenue below designated size.")
        )
    return lines


def stays(enterprise: Enterprise) -> list[Stay]:
    """Where it stood, the latest first; one query, from what the journal wrote."""
    moves = list(
        EnterpriseEvent.objects.filter(enterprise=enterprise, name="moved").order_by(
            "at", "pk"
        )
    )
    found: list[Stay] = []
    since = enterprise.registered_at
    for move in moves:
        found.append(Stay(move.details["before"]["name"], since, move.at))
        since = move.at
    found.append(Stay(enterprise.grid.name, since, None))
    return found[::-1]
