"""The checklist of grid offices: seed it, and state what an office has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.services import attach
from grids import access
from grids.kinds import NodeKind
from grids.models import (
    OFFICE_KINDS,
    GridNode,
    OfficeKind,
    OfficeMark,
    OfficePhoto,
    OfficeStandard,
)
from grids.work_items import EDITION, TEN_HAVES, TEN_SOURCE
from tenants.errors import DomainError
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User

PERMISSION = "record_work"
MANAGE = "manage_rules"


@transaction.atomic
def seed_standards() -> int:
    """The ten rows and the kinds of offices; keeps what is there."""
    known = set(OfficeStandard.objects.values_list("seq", flat=True))
    fresh = [
        OfficeStandard(
            seq=seq, name=name, hint=hint, source=TEN_SOURCE, edition=EDITION
        )
        for seq, (name, hint) in enumerate(TEN_HAVES, start=1)
        if seq not in known
    ]
    if fresh and not OfficeKind.objects.exists():
        OfficeKind.objects.bulk_create(
            [OfficeKind(kind=kind) for kind in (NodeKind.TOWNSHIP, NodeKind.VILLAGE)]
        )
    return len(OfficeStandard.objects.bulk_create(fresh))


@transaction.atomic
def choose_office_kinds(*, actor: User | None, kinds: Collection[str]) -> None:
    """Which kinds of nodes have an office; what was stated elsewhere stays."""
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, MANAGE, [root.pk])
    wanted = set(kinds)
    if not wanted or not wanted <= set(OFFICE_KINDS):
        raise DomainError(_("Choose the kinds of grids with an office."), field="kinds")
    OfficeKind.objects.exclude(kind__in=wanted).delete()
    known = set(OfficeKind.objects.values_list("kind", flat=True))
    OfficeKind.objects.bulk_create(
        [OfficeKind(kind=kind) for kind in sorted(wanted - known)]
    )


@transaction.atomic
def mark_standard(
    *,
    actor: User | None,
    node_id: UUID,
    standard_id: UUID,
    has: bool,
    since: date,
    document: str = "",
    note: str = "",
    photo_ids: Sequence[UUID] = (),
) -> OfficeMark:
    """State whether an office has something; what was stated before stays."""
    node: GridNode | None = (
        GridNode.objects.select_for_update(of=("self",)).filter(pk=node_id).first()
    )
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    if actor is not None:
        access.require(actor, PERMISSION, [node.pk])
    if node.is_retired or not OfficeKind.objects.filter(kind=node.kind).exists():
        raise DomainError(_("This grid has no office to which this applies."))
    standard = OfficeStandard.objects.filter(pk=standard_id, is_active=True).first()
    if standard is None:
        raise DomainError(_("This standard is not in use."), field="standard")
    if since > timezone.localdate():
        raise DomainError(_("The date lies in the future."), field="since")
    OfficeMark.objects.filter(node=node, standard=standard, is_current=True).update(
        is_current=False
    )
    mark: OfficeMark = OfficeMark.objects.create(
        node=node,
        standard=standard,
        has=has,
        since=since,
        document=tidy_line(document)[:100],
        note=tidy(note)[:300],
        marked_by=actor,
    )
    if actor is not None:
        attached = attach(photo_ids=photo_ids, actor=actor)
        OfficePhoto.objects.bulk_create(
            [OfficePhoto(mark=mark, photo_id=pk) for pk in attached]
        )
    return mark
