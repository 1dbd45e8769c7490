"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from enterprises.models import Enterprise, EnterpriseEvent
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise


@pytest.fixture
def enterprise(county):
    with tenant_scope(county.tenant.pk):
        yield make_enterprise(county.village)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"uscc": "123"}, "enterprise_uscc_is_well_formed"),
        ({"uscc": "91350100M0O0100Y43"}, "enterprise_uscc_is_well_formed"),
        ({"uscc": ""}, "enterprise_without_uscc_says_why"),
        ({"name": ""}, "enterprise_has_a_name"),
        ({"state": "vanished"}, "enterprise_state_is_known"),
        ({"unit_type": "pirate"}, "enterprise_unit_type_is_known"),
        ({"longitude": 115}, "enterprise_position_is_on_earth"),
        (
            {"longitude": 115, "latitude": 91, "position_source": "device"},
            "enterprise_position_is_on_earth",
        ),
        (
            {"uscc": "", "own_code": "LS1", "uscc_missing_reason": "x"}
            | {"uscc_check_failed": True},
            "enterprise_check_failed_of_a_uscc",
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused(change, constraint, enterprise):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(**change)


def test_two_rows_never_share_a_code_or_a_grid(county, enterprise):
    other = make_enterprise(county.village)
    for change, constraint in (
        ({"uscc": enterprise.uscc}, "enterprise_uscc_once_per_tenant"),
        ({"area_node": enterprise.area_node}, "enterprise_has_its_own_node"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Enterprise.objects.filter(pk=other.pk).update(**change)


def change(enterprise, **values):
    """As at the end of a transaction: deferred keys are asked as well."""
    with transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(**values)
        connection.check_constraints()


def test_a_township_that_is_not_the_nodes_own_is_refused(county, enterprise):
    with pytest.raises(IntegrityError, match="area_node_with_township"):
        change(enterprise, township_id=county.root.pk)


@pytest.mark.parametrize("field", ["area_node", "department_node", "subcategory"])
def test_a_row_never_points_into_another_tenant(field, rival, enterprise):
    foreign = make_enterprise(rival.village, department=rival.department)
    with pytest.raises(IntegrityError, match=r"same_tenant|with_township"):
        change(enterprise, **{field: getattr(foreign, f"{field}_id")})


def test_the_course_cannot_be_rewritten(enterprise):
    for attempt in (
        lambda: EnterpriseEvent.objects.update(note="x"),
        lambda: EnterpriseEvent.objects.all().delete(),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            attempt()


def test_an_event_waits_for_the_seal(enterprise):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM journal_unsealed WHERE event_id = %s",
            [enterprise.events.get().pk],
        )
        assert cursor.fetchone() == (1,)
