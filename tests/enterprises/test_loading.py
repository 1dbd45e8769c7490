"""Levels and certificates in bulk are what the services would have left."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from enterprises.models import (
    Enterprise,
    EnterpriseEvent,
    LevelDecision,
    StaffCertificate,
    StaffMember,
    StandardizationCertificate,
)
from enterprises.services import (
    add_staff,
    add_staff_certificate,
    rate_enterprise,
    record_standardization,
    seed_rating,
)
from enterprises.services.loading import (
    HeldCertificate,
    Rating,
    Standardized,
    load_certificates,
    load_levels,
)
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_user

pytestmark = pytest.mark.django_db
OWN = {"id", "enterprise_id", "member_id"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-26T10:00+08:00", tick=False):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_rating()
        yield county


def _columns(row):
    fields = {field.attname for field in row._meta.concrete_fields} - OWN
    return {name: getattr(row, name) for name in fields}


def test_loaded_levels_are_judged_like_single_decisions(county):
    clerk = make_user(county.tenant, on=county.root, role="bureau_staff")
    one, other = (make_enterprise(county.village) for _n in range(2))
    # From A straight to C is one step too many: held back to B.
    scores = [(2025, Decimal("95.5")), (2026, Decimal("61.0"))]
    for year, score in scores:
        rate_enterprise(
            actor=clerk,
            enterprise_id=one.pk,
            year=year,
            score=score,
            decided_on=date(year, 7, 1),
        )

    load_levels(
        ratings=[
            Rating(
                enterprise_id=other.pk,
                year=year,
                score=score,
                decided_on=date(year, 7, 1),
                decided_by_id=clerk.pk,
                recorded_at=timezone.now(),
            )
            for year, score in scores
        ]
    )

    decisions = [
        [
            _columns(d)
            for d in LevelDecision.objects.filter(enterprise=e).order_by("year")
        ]
        for e in (one, other)
    ]
    assert decisions[0] == decisions[1]
    assert [d["level"] for d in decisions[1]] == ["A", "B"]
    assert Enterprise.objects.get(pk=other.pk).management_level == "B"
    told = [
        sorted(
            (e.name, e.actor_id, e.details["year"], str(e.details))
            for e in EnterpriseEvent.objects.filter(
                enterprise=which, name="level_decided"
            )
        )
        for which in (one, other)
    ]
    assert told[0] == told[1]


def test_loaded_certificates_have_every_column_that_single_ones_have(county):
    one, other = (make_enterprise(county.village) for _n in range(2))
    paper = {
        "number": "AQBⅢ202600001",
        "issuer": "评审组织单位",
        "valid_from": date(2026, 1, 5),
        "valid_to": date(2029, 1, 4),
    }
    record_standardization(actor=None, enterprise_id=one.pk, level=3, **paper)
    member = add_staff(
        actor=None, enterprise_id=one.pk, name="李安全", post="safety_manager"
    )
    add_staff_certificate(
        actor=None, member_id=member.pk, kind="safety_manager", **paper
    )

    load_certificates(
        standardized=[
            Standardized(
                enterprise_id=other.pk, level=3, recorded_at=timezone.now(), **paper
            )
        ],
        held=[
            HeldCertificate(
                enterprise_id=other.pk,
                name="李安全",
                post="safety_manager",
                kind="safety_manager",
                joined_at=timezone.now(),
                **paper,
            )
        ],
    )

    for model, key in (
        (StandardizationCertificate, "enterprise"),
        (StaffMember, "enterprise"),
        (StaffCertificate, "member__enterprise"),
    ):
        first, second = (
            _columns(model.objects.get(**{key: which})) for which in (one, other)
        )
        assert first == second
