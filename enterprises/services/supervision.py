"""Take a unit under direct supervision, hand it back, and copy the township in.

A unit under direct supervision stands outside the basic grid: village and
township are not measured by it. They still see it and report what they notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    CopyKind,
    CopyNotice,
    DirectSupervision,
    Enterprise,
    EnterpriseAction,
    SupervisionLevel,
)
from enterprises.services.checks import record
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode
from notices.messages import on_day
from notices.services import NoticeRow, notify_many
from tenants.days import check_far
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.models import Tenant
from tenants.services import next_number
from tenants.tenancy import require_tenant
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User

PERMISSION = "supervise_directly"
ACKNOWLEDGE = "edit_enterprises"
SERIES = "copy-notice"
_SUPERVISORS = (NodeKind.COUNTY, NodeKind.DEPARTMENT)


@transaction.atomic
def supervise_directly(
    *,
    actor: User | None,
    enterprise_id: UUID,
    level: str,
    by_node_id: UUID,
    since: date,
    document: str,
    reason: str,
    by_name: str = "",
) -> DirectSupervision:
    """Flag the unit, write its event, and issue the copy to its township.

    Decided for the whole county: the permission is asked on its root.
    """
    _require(actor)
    enterprise = _locked(enterprise_id)
    if _running(enterprise) is not None:
        raise InvalidTransition(_("This unit is supervised directly already."))
    check_far(since, field="since")
    if since > timezone.localdate():
        raise DomainError(_("It begins today at the latest."), field="since")
    by_node = _supervisor(by_node_id)
    by_name, document = tidy_line(by_name), tidy_line(document)
    _check(level=level, by_name=by_name, document=document, reason=tidy(reason))
    supervision: DirectSupervision = DirectSupervision.objects.create(
        enterprise=enterprise,
        level=level,
        by_node=by_node,
        by_name=by_name,
        since=since,
        document=document,
        reason=tidy(reason),
        placed_by=actor,
    )
    copy = _issue(supervision, CopyKind.PLACED, actor, on=since)
    record(
        enterprise,
        name=EnterpriseAction.SUPERVISION_BEGUN,
        actor=actor,
        note=tidy(reason),
        level=level,
        by=str(by_node.pk),
        copy=copy.number,
    )
    return supervision


@transaction.atomic
def end_direct_supervision(
    *, actor: User | None, enterprise_id: UUID, until: date, reason: str
) -> DirectSupervision:
    """Hand the unit back to the basic grid; the township gets a copy of that too."""
    _require(actor)
    enterprise = _locked(enterprise_id)
    supervision = _running(enterprise)
    if supervision is None:
        raise InvalidTransition(_("This unit is not supervised directly."))
    if not supervision.since <= until <= timezone.localdate():
        raise DomainError(
            _("The day lies between the beginning and today."), field="until"
        )
    if not tidy(reason):
        raise DomainError(_("Say why it is handed back."), field="reason")
    supervision.until = until
    supervision.save(update_fields=["until"])
    copy = _issue(supervision, CopyKind.ENDED, actor, on=until)
    record(
        enterprise,
        name=EnterpriseAction.SUPERVISION_ENDED,
        actor=actor,
        note=tidy(reason),
        copy=copy.number,
    )
    return supervision


@transaction.atomic
def copy_moved_units(*, actor: User | None) -> int:
    """Tell both townships of units that stand in another one than was copied.

    However it came about: the unit moved, or its village did. The new township
    gets a copy of the supervision, the old one is told. A township that took the
    old one over has its copies already. Safe to repeat; returns how many units.
    """
    told = _townships_told()
    running = (
        DirectSupervision.objects.select_for_update(of=("self",))
        .filter(until__isnull=True)
        .select_related("by_node", "enterprise__township")
        .order_by("pk")
    )
    on = timezone.localdate()
    moved = 0
    for supervision in running:
        before, after = told[supervision.pk], supervision.enterprise.township
        if before.pk == after.pk:
            continue
        moved += 1
        if not before.is_retired:
            _issue(supervision, CopyKind.MOVED_AWAY, actor, on=on, to=before)
        _issue(supervision, CopyKind.MOVED_IN, actor, on=on, before=before)
    return moved


def _townships_told() -> dict[UUID, GridNode]:
    """By running supervision the township that was copied in last, or its heir."""
    copies = (
        CopyNotice.objects.filter(
            supervision__until__isnull=True,
            kind__in=[CopyKind.PLACED, CopyKind.MOVED_IN],
        )
        .select_related("township__merged_into")
        .order_by("issued_at", "number")
    )
    return {
        copy.supervision_id: copy.township.merged_into or copy.township
        for copy in copies
    }


@transaction.atomic
def acknowledge_copy(*, actor: User, copy_id: UUID) -> CopyNotice:
    """The township confirms the copy, by name and time.

    Somebody of the township itself does: a grant that reaches it from above is
    not the township's word.
    """
    copy: CopyNotice | None = (
        CopyNotice.objects.select_for_update(of=("self",)).filter(pk=copy_id).first()
    )
    if copy is None:
        raise DomainError(_("This copy does not exist."))
    if not may_acknowledge(actor, copy):
        raise NotAllowed(_("Only the township to which it went acknowledges a copy."))
    if copy.acknowledged_at is not None:
        raise InvalidTransition(_("This copy was acknowledged already."))
    copy.acknowledged_at, copy.acknowledged_by = timezone.now(), actor
    copy.save(update_fields=["acknowledged_at", "acknowledged_by"])
    return copy


def may_acknowledge(user: User, copy: CopyNotice) -> bool:
    reach = GridNode.objects.reach(user, ACKNOWLEDGE)
    return any(place.id == copy.township_id for place in reach)


def _require(actor: User | None) -> None:
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, PERMISSION, [root.pk])


def _locked(enterprise_id: UUID) -> Enterprise:
    enterprise: Enterprise | None = (
        Enterprise.objects.select_for_update(of=("self",))
        .select_related("township")
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    return enterprise


def _running(enterprise: Enterprise) -> DirectSupervision | None:
    running: DirectSupervision | None = (
        DirectSupervision.objects.select_related("by_node", "enterprise__township")
        .filter(enterprise=enterprise, until__isnull=True)
        .first()
    )
    return running


def _supervisor(node_id: UUID) -> GridNode:
    node: GridNode | None = (
        GridNode.objects.in_force().filter(pk=node_id, kind__in=_SUPERVISORS).first()
    )
    if node is None:
        raise DomainError(
            _("Choose the county or one of its departments."), field="by_node"
        )
    return node


def _check(*, level: str, by_name: str, document: str, reason: str) -> None:
    if level not in SupervisionLevel.values:
        raise DomainError(_("This level does not exist."), field="level")
    if level != SupervisionLevel.COUNTY and not by_name:
        raise DomainError(
            _("Name the body above the county that supervises the unit."),
            field="by_name",
        )
    if not document:
        raise DomainError(_("Enter the number of the document."), field="document")
    if not reason:
        raise DomainError(_("Say why it is supervised directly."), field="reason")


def _issue(
    supervision: DirectSupervision,
    kind: CopyKind,
    actor: User | None,
    *,
    on: date,
    to: GridNode | None = None,
    before: GridNode | None = None,
) -> CopyNotice:
    """A copy ``to`` a township, that of the unit if none is named."""
    today = timezone.localdate()
    enterprise = supervision.enterprise
    township = to or enterprise.township
    division = Tenant.objects.get(pk=require_tenant()).division_code
    n = next_number(series=SERIES, day=today)
    copy: CopyNotice = CopyNotice.objects.create(
        number=f"CG-{division}-{today:%Y%m%d}-{n:03d}",
        kind=kind,
        supervision=supervision,
        enterprise=enterprise,
        township=township,
        text=_text(supervision, kind, on, township, before),
        issued_by=actor,
    )
    _tell(copy, supervision, actor, on)
    return copy


def _text(
    supervision: DirectSupervision,
    kind: CopyKind,
    on: date,
    township: GridNode,
    before: GridNode | None,
) -> str:
    """The sentence of the copy, in the language that the bureau writes in."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = {
            CopyKind.PLACED: gettext(
                "To %(township)s: from %(day)s on, “%(enterprise)s” (%(code)s) is under"
                " direct supervision (%(level)s) by %(supervisor)s, document"
                " %(document)s. It is not counted in the basic grid. Grid workers who"
                " notice a hazard there report it in the platform as before."
            ),
            CopyKind.ENDED: gettext(
                "To %(township)s: from %(day)s on, “%(enterprise)s” (%(code)s) is no"
                " longer under direct supervision (%(level)s) by %(supervisor)s,"
                " document %(document)s. It is counted in the basic grid again; please"
                " take it over."
            ),
            CopyKind.MOVED_IN: gettext(
                "To %(township)s: on %(day)s “%(enterprise)s” (%(code)s) came into your"
                " area from %(before)s. It stays under direct supervision (%(level)s)"
                " by %(supervisor)s, document %(document)s, and is not counted in the"
                " basic grid. Grid workers who notice a hazard there report it in the"
                " platform as before."
            ),
            CopyKind.MOVED_AWAY: gettext(
                "To %(township)s: on %(day)s “%(enterprise)s” (%(code)s), under direct"
                " supervision (%(level)s) by %(supervisor)s, document %(document)s,"
                " moved to %(after)s and is no longer in your area."
            ),
        }[kind]
        enterprise = supervision.enterprise
        return sentence % {
            "township": township.name,
            "before": before.name if before else "",
            "after": enterprise.township.name,
            "day": date_format(on, "DATE_FORMAT"),
            "enterprise": enterprise.name,
            "code": enterprise.code,
            "level": supervision.get_level_display(),
            "supervisor": supervision.supervisor,
            "document": supervision.document,
        }


def _tell(
    copy: CopyNotice, supervision: DirectSupervision, actor: User | None, on: date
) -> None:
    params: dict[str, Any] = {
        "number": copy.number,
        "enterprise": copy.enterprise.name,
        "supervisor": supervision.supervisor,
        "day": on_day(on),
    }
    people = access.nearest_holders(ACKNOWLEDGE, [copy.township_id])
    notify_many(
        NoticeRow(
            recipient_id=person,
            kind=f"copy-{copy.kind}".replace("_", "-"),
            key=f"copy:{copy.pk}",
            params=params,
            address=copy.get_absolute_url(),
        )
        for person in people
        if actor is None or person != actor.pk
    )
