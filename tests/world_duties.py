"""What a county of the tests has done of its duties: one of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from enterprises.models import BoundaryDuty, CopyNotice
from enterprises.services import end_direct_supervision, supervise_directly
from grids.models import OfficeStandard, WorkItemVersion, WorkRecord
from grids.services import record_work
from tenants.tenancy import tenant_scope
from tests.factories import County, make_photo

if TYPE_CHECKING:
    from accounts.models import User
    from enterprises.models import Enterprise
    from evidence.models import Photo


@dataclass(frozen=True)
class DutiesDone:
    record: WorkRecord
    photo: Photo
    standard: OfficeStandard
    boundary: BoundaryDuty
    copy: CopyNotice


def do_duties(county: County, plant: Enterprise, owner: User) -> DutiesDone:
    """A record with its photo, and the copy of a supervision that has ended."""
    photo = make_photo(owner)
    today = timezone.localdate()
    with tenant_scope(county.tenant.pk):
        version = WorkItemVersion.objects.select_related("item").get(name="用电")
        record = record_work(
            actor=owner,
            node_id=county.village.pk,
            item_id=version.item_id,
            on=today,
            note="已查看。",
            photo_ids=[photo.pk],
        )
        record.item = version.item
        supervision = supervise_directly(
            actor=None,
            enterprise_id=plant.pk,
            level="county",
            by_node_id=county.root.pk,
            since=today,
            document="安委办〔2026〕1号",
            reason="大型企业",
        )
        end_direct_supervision(
            actor=None, enterprise_id=plant.pk, until=today, reason="移交属地"
        )
        return DutiesDone(
            record=record,
            photo=photo,
            standard=OfficeStandard.objects.get(seq=1),
            boundary=BoundaryDuty.objects.get(name="月子中心"),
            copy=supervision.copies.get(kind="placed"),
        )
