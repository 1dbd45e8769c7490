"""Work and offices in bulk are what the services would have left."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from grids import periods
from grids.models import (
    OfficeMark,
    OfficeStandard,
    WorkEvent,
    WorkItemVersion,
    WorkRecord,
)
from grids.services import (
    OfficeStatement,
    WorkDone,
    load_offices,
    load_work,
    mark_standard,
    record_work,
    seed_standards,
    seed_work_items,
)
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_photo, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
OWN = {"id", "node_id", "done_at", "marked_at"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-26T10:00+08:00", tick=False):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_work_items()
        seed_standards()
        yield county


def _columns(row):
    fields = {field.attname for field in row._meta.concrete_fields} - OWN
    return {name: getattr(row, name) for name in fields}


@pytest.mark.parametrize("evidence", ["none", "text", "photo", "document"])
def test_loaded_work_has_every_column_that_recorded_work_has(county, evidence):
    worker = make_user(county.tenant, on=county.root, role="grid_worker")
    version = WorkItemVersion.objects.filter(
        evidence=evidence, owner_role="worker", item__scheme__terms__isnull=False
    ).first()
    unit = version.unit
    note, document = "已完成", "青安〔2026〕1号"
    by_hand = record_work(
        actor=worker,
        node_id=county.village.pk,
        item_id=version.item_id,
        on=TODAY,
        note=note,
        document=document,
        photo_ids=[make_photo(worker).pk] if evidence == "photo" else [],
    )
    photos = (make_photo(worker).pk,) if evidence == "photo" else ()

    load_work(
        done=[
            WorkDone(
                node_id=county.other_village.pk,
                version=version,
                period=periods.containing(unit, TODAY),
                number=1,
                done_by_id=worker.pk,
                done_at=timezone.now(),
                note=note,
                document=document,
                photo_ids=photos,
            )
        ]
    )

    loaded = WorkRecord.objects.get(node=county.other_village)
    assert _columns(loaded) == _columns(WorkRecord.objects.get(pk=by_hand.pk))
    told = [
        (e.name, e.actor_id, e.on_behalf_of_id, e.note, e.details, e.at)
        for e in WorkEvent.objects.filter(record__in=[loaded, by_hand])
    ]
    assert len(told) == 2
    assert told[0] == told[1]
    assert [p.photo_id for p in loaded.photos.all()] == list(photos)


def test_a_loaded_statement_has_every_column_that_a_stated_one_has(county):
    worker = make_user(county.tenant, on=county.root, role="grid_worker")
    standard = OfficeStandard.objects.first()
    given = {"has": True, "since": TODAY, "document": "青安〔2026〕2号", "note": "上墙"}
    by_hand = mark_standard(
        actor=worker, node_id=county.village.pk, standard_id=standard.pk, **given
    )

    load_offices(
        statements=[
            OfficeStatement(
                node_id=county.other_village.pk,
                standard_id=standard.pk,
                marked_by_id=worker.pk,
                marked_at=timezone.now(),
                **given,
            )
        ]
    )

    loaded = OfficeMark.objects.get(node=county.other_village)
    assert _columns(loaded) == _columns(by_hand)
