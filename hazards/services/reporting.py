"""Report a hazard: once per submission, with its photos, on its two lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from evidence.services import attach
from grids import access
from grids.locating import grid_at
from grids.models import GridNode
from grids.services import heir_of
from hazards.models import (
    Hazard,
    HazardEvent,
    HazardKind,
    HazardPhoto,
    HazardSource,
    PhotoPhase,
)
from hazards.services import telling
from hazards.workflow import HAZARD_WORKFLOW
from tenants.errors import DomainError, NotAllowed
from tenants.ids import new_id
from tenants.models import Tenant
from tenants.services import (
    claim_submission,
    digest_of,
    next_number,
)
from tenants.tenancy import require_tenant
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from accounts.models import User

PERMISSION = "report_hazards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the finder sends.

    ``enterprise_id`` or ``area_node_id`` or a position say where it is, in this
    order; degrees in WGS-84, accuracy in metres. ``source`` may be left empty:
    it follows from who reports.
    """

    kind_id: UUID
    title: str = ""
    description: str = ""
    place: str = ""
    source: str = ""
    enterprise_id: UUID | None = None
    area_node_id: UUID | None = None
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    accuracy_m: int | None = None
    suspected_major: bool = False
    photo_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class _Where:
    area_node: GridNode
    enterprise: Enterprise | None
    department_node: GridNode | None

    def lines(self) -> list[UUID]:
        return [node.pk for node in (self.area_node, self.department_node) if node]


@transaction.atomic
def report_hazard(*, actor: User, key: UUID, report: Report) -> tuple[Hazard, bool]:
    """Record a hazard. The second value says whether it is new.

    ``key`` is made by the device: the same submission again gives back the first
    hazard, the same key with another body raises ``Conflict``. Raises
    ``DomainError`` at the field that is wrong, and ``NotAllowed`` where the
    actor may not report; nothing is stored then.
    """
    digest = digest_of([str(actor.pk), asdict(report)])
    pk = new_id()
    known = claim_submission(key=key, digest=digest, answer={"hazard": str(pk)})
    if known is not None:
        return Hazard.objects.get(pk=known["hazard"]), False

    where = _locate(report)
    standing = access.standing(actor, where.lines())
    _require_grant(standing, where)
    stood_in_for = None
    if standing.stands_in:
        stood_in_for = access.acting_for(actor, [PERMISSION], where.lines())
    kind = _kind(report)
    if not report.photo_ids:
        raise DomainError(_("Add at least one photo."), field="photos")
    hazard = Hazard.objects.create(
        id=pk,
        area_node=where.area_node,
        township=where.area_node.township,
        department_node=where.department_node,
        enterprise=where.enterprise,
        kind=kind,
        title=tidy_line(report.title) or kind.name,
        description=tidy(report.description),
        place=tidy_line(report.place) or _usual_place(where),
        source=_source(report, standing),
        suspected_major=report.suspected_major,
        state=HAZARD_WORKFLOW.initial,
        longitude=report.longitude,
        latitude=report.latitude,
        accuracy_m=report.accuracy_m,
        reported_by=actor,
        number=_number(actor),
    )
    event = HazardEvent.objects.create(
        hazard=hazard,
        name="report",
        actor=actor,
        on_behalf_of_id=stood_in_for,
        to_state=hazard.state,
        at=hazard.reported_at,
        details={"suspected_major": report.suspected_major},
    )
    keep_photos(
        hazard=hazard,
        event=event,
        photo_ids=report.photo_ids,
        phase=PhotoPhase.BEFORE,
        actor=actor,
    )
    telling.tell_reported(hazard=hazard, event=event)
    return hazard, True


def keep_photos(
    *,
    hazard: Hazard,
    event: HazardEvent,
    photo_ids: tuple[UUID, ...],
    phase: PhotoPhase,
    actor: User,
) -> None:
    """Tie the actor's own uploaded photos to the hazard, each only once."""
    if not photo_ids:
        return
    HazardPhoto.objects.bulk_create(
        [
            HazardPhoto(hazard=hazard, photo_id=pk, event=event, phase=phase)
            for pk in attach(photo_ids=photo_ids, actor=actor)
        ]
    )


def _locate(report: Report) -> _Where:
    if report.enterprise_id is not None:
        return _at_enterprise(report.enterprise_id)
    if report.area_node_id is not None:
        return _at_node(report.area_node_id)
    if report.longitude is not None and report.latitude is not None:
        node = grid_at(float(report.longitude), float(report.latitude))
        if node is not None:
            return _Where(node, None, None)
        raise DomainError(
            _("This position lies in none of the grids. Choose the village."),
            field="area_node",
        )
    raise DomainError(_("Choose the enterprise or the village."), field="enterprise")


def _at_enterprise(enterprise_id: UUID) -> _Where:
    enterprise = (
        Enterprise.objects.select_related("area_node__township", "department_node")
        .only(
            *("name", "address", "area_node__kind", "area_node__name"),
            *("area_node__township__name", "department_node__name"),
        )
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    return _Where(enterprise.area_node, enterprise, enterprise.department_node)


def _at_node(node_id: UUID) -> _Where:
    nodes = GridNode.objects.select_related("township", "merged_into__township")
    found = nodes.filter(pk=node_id).first()
    if found is None or found.is_department:
        raise DomainError(_("This grid does not exist."), field="area_node")
    # A phone may have kept the report since before the grid was merged.
    node = heir_of(found)
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="area_node")
    return _Where(node, None, None)


def _require_grant(standing: access.Standing, where: _Where) -> None:
    """Unseen reads like unknown; seen but not granted is said openly."""
    if PERMISSION in standing.permissions:
        return
    if "view_hazards" in standing.permissions:
        raise NotAllowed(_("You are not allowed to report hazards here."))
    if where.enterprise is not None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    raise DomainError(_("This grid does not exist."), field="area_node")


def _kind(report: Report) -> HazardKind:
    kind = HazardKind.objects.filter(pk=report.kind_id, is_active=True).first()
    if kind is None:
        raise DomainError(_("Choose what kind of hazard it is."), field="kind")
    return kind


def _usual_place(where: _Where) -> str:
    if where.enterprise is not None:
        return where.enterprise.address or where.enterprise.name
    return where.area_node.name


def _source(report: Report, standing: access.Standing) -> str:
    if report.source:
        if report.source not in HazardSource.values:
            raise DomainError(_("This source does not exist."), field="source")
        return report.source
    return usual_source(standing.area_roles)


def usual_source(codes: frozenset[str]) -> str:
    """The source that follows from the reporter's roles above the grid."""
    for code, source in (
        ("enterprise_officer", HazardSource.SELF_CHECK),
        ("grid_worker", HazardSource.PATROL),
        ("township_staff", HazardSource.TOWNSHIP),
        ("township_leader", HazardSource.TOWNSHIP),
    ):
        if code in codes:
            return source
    return HazardSource.DEPARTMENT


def number_of(division_code: str, day: date, n: int) -> str:
    """``YH-341222-20261122-0001``: what people call the hazard."""
    return f"YH-{division_code}-{day:%Y%m%d}-{n:04d}"


def _number(actor: User) -> str:
    tenant = actor.tenant
    if tenant is None or tenant.pk != require_tenant():
        tenant = Tenant.objects.get(pk=require_tenant())
    code = tenant.division_code
    today = timezone.localdate()
    return number_of(code, today, next_number(series="YH", day=today))


def photo_details(photo_ids: tuple[UUID, ...]) -> dict[str, Any]:
    return {"photos": [str(pk) for pk in photo_ids]} if photo_ids else {}
