"""The rows of the API's list, which are written by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grids.kinds import NodeKind
from hazards.api.serializers import HazardSerializer
from hazards.models import Hazard
from hazards.workflow import HazardState
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "state", [HazardState.REPORTED, HazardState.ASSIGNED, HazardState.CLOSED]
)
def test_a_row_says_what_the_serializer_says_of_the_same_hazard(state):
    county = make_county()
    enterprise = make_enterprise(county.village, department=county.department)
    hazard = make_hazard(
        enterprise, state=state, longitude=Decimal(0), latitude=Decimal("34.7")
    )

    with tenant_scope(county.tenant.pk):
        (row,) = HazardSerializer(Hazard.objects.for_api(), many=True).data
        expected = HazardSerializer(Hazard.objects.get(pk=hazard.pk)).data

    assert row == expected


def test_a_row_of_a_hazard_without_enterprise_department_and_position_is_whole():
    county = make_county()
    subgrid = make_node(county.village, NodeKind.SUBGRID)
    hazard = make_hazard(subgrid)

    with tenant_scope(county.tenant.pk):
        (row,) = HazardSerializer(Hazard.objects.for_api(), many=True).data
        expected = HazardSerializer(Hazard.objects.get(pk=hazard.pk)).data

    assert row == expected
    assert (row["enterprise"], row["department_node"], row["longitude"]) == (None,) * 3
