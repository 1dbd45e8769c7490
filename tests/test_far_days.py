"""A day that can only be a slip of the keyboard is refused at its field."""

from datetime import date

import pytest
from django.utils import timezone

from enterprises.models import DirectSupervision
from enterprises.services import (
    add_staff,
    add_staff_certificate,
    record_standardization,
    supervise_directly,
)
from grids.models import WorkItem, WorkRecord
from grids.services import record_work, seed_work_items
from tenants.days import EARLIEST, check_far
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise

pytestmark = pytest.mark.django_db
FAR = date(9999, 12, 31)
LONG_AGO = date(1, 1, 1)


@pytest.fixture
def plant():
    county = make_county()
    plant = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        yield plant


@pytest.mark.parametrize("day", [FAR, LONG_AGO])
def test_a_certificate_of_another_age_is_refused(plant, day):
    with pytest.raises(DomainError) as refused:
        record_standardization(
            actor=None,
            enterprise_id=plant.pk,
            level=3,
            number="皖AQB-1",
            issuer="应急管理局",
            valid_from=day,
        )
    assert refused.value.field == "valid_from"


@pytest.mark.parametrize("field", ["valid_from", "valid_to", "review_due"])
def test_so_is_a_certificate_of_somebody(plant, field):
    member = add_staff(actor=None, enterprise_id=plant.pk, name="王工", post="other")
    with pytest.raises(DomainError) as refused:
        add_staff_certificate(
            actor=None, member_id=member.pk, kind="other", **{field: FAR}
        )
    assert refused.value.field == field


@pytest.mark.parametrize("day", [FAR, LONG_AGO])
def test_work_of_another_age_is_refused(plant, day):
    seed_work_items()
    village = plant.area_node.parent
    with pytest.raises(DomainError) as refused:
        record_work(
            actor=None, node_id=village.pk, item_id=WorkItem.objects.all()[0].pk, on=day
        )
    assert (refused.value.field, WorkRecord.objects.count()) == ("on", 0)


@pytest.mark.parametrize("day", [FAR, LONG_AGO, None])
def test_a_unit_is_not_supervised_from_a_day_that_never_comes(plant, day):
    """It would stand outside the basic grid and never come back."""
    tomorrow = date.fromordinal(timezone.localdate().toordinal() + 1)
    root = plant.township.parent
    with pytest.raises(DomainError) as refused:
        supervise_directly(
            actor=None,
            enterprise_id=plant.pk,
            level="county",
            by_node_id=root.pk,
            since=day or tomorrow,
            document="1号",
            reason="规模以上",
        )
    assert refused.value.field == "since"
    assert not DirectSupervision.objects.exists()


def test_a_day_within_reason_is_taken():
    check_far(EARLIEST, field="on")
    check_far(timezone.localdate(), field="on")
    check_far(None, field="on")
