from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.models import User
from enterprises.models import Enterprise
from evidence.models import Blob, Photo
from grids import access
from grids.integrity import check_tree
from grids.models import GridNode
from hazards.models import Hazard, HazardEvent
from hazards.workflow import HAZARD_WORKFLOW
from portal.demo.load import load_demo
from portal.demo.people import DEMO_PASSWORD, SIGN_INS
from portal.demo.plan import DEFAULT_SEED, build_plan
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.portal.demo_plan import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    """Loaded once for the module; each test works in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(seed=DEFAULT_SEED, today=TODAY)
        transaction.set_rollback(True)


def test_the_whole_plan_is_in_the_database(county: Tenant) -> None:
    plan = build_plan(DEFAULT_SEED, TODAY)
    with tenant_scope(county.pk):
        kinds = Counter(GridNode.objects.values_list("kind", flat=True))
        states = Counter(Hazard.objects.values_list("state", flat=True))
        assert kinds == {
            "county": 1,
            "township": 3,
            "village": 12,
            "subgrid": 18,
            "department": 5,
            "enterprise": 150,
        }
        assert states == Counter(h.state for h in plan.hazards)
        assert HazardEvent.objects.count() == sum(len(h.steps) for h in plan.hazards)
        assert Enterprise.objects.filter(uscc_check_failed=True).count() == 4
        assert check_tree() == []


def test_each_picture_is_stored_once_and_every_photo_shown(county: Tenant) -> None:
    plan = build_plan(DEFAULT_SEED, TODAY)
    shown = sum(len(s.photos) for h in plan.hazards for s in h.steps)
    with tenant_scope(county.pk):
        assert Blob.objects.count() == len(plan.photo_keys())
        assert Photo.objects.count() == shown


def test_deadlines_are_those_of_the_plan(county: Tenant) -> None:
    plan = build_plan(DEFAULT_SEED, TODAY)
    with tenant_scope(county.pk):
        stored = Counter(
            Hazard.objects.filter(state__in=["assigned", "rectifying"]).values_list(
                "due_on", flat=True
            )
        )
    assert stored == Counter(
        h.due_on for h in plan.hazards if h.state in {"assigned", "rectifying"}
    )


def test_departments_supervise_their_enterprises(county: Tenant) -> None:
    with tenant_scope(county.pk):
        assert (
            Enterprise.objects.filter(
                department_node__name__endswith="工业和信息化局"
            ).count()
            == 70
        )
        assert not (
            Enterprise.objects.filter(department_node__isnull=True)
            .exclude(subcategory__code__startswith="03")
            .exclude(subcategory__code__startswith="13")
            .exists()
        )


def test_every_sign_in_of_the_tour_works(county: Tenant) -> None:
    signed_in = [
        authenticate(None, username=s.username, password=s.password) for s in SIGN_INS
    ]

    assert [user.username for user in signed_in if user] == [
        s.username for s in SIGN_INS
    ]
    assert [user.username for user in signed_in if user and user.is_superuser] == [
        "operator"
    ]
    validate_password(DEMO_PASSWORD)


def test_people_see_their_own_part(county: Tenant) -> None:
    with tenant_scope(county.pk):
        seen = {
            name: Hazard.objects.visible_to(User.objects.get(username=name)).count()
            for name in ("bureau", "township", "grid", "enterprise", "department")
        }
    assert seen["bureau"] == 600
    assert seen["bureau"] > seen["township"] > seen["grid"] > seen["enterprise"] == 19
    assert 0 < seen["department"] < 600


def test_everybody_was_allowed_to_do_what_he_did(county: Tenant) -> None:
    """The bulk path doesn't ask; the plan must not rely on that."""
    needed = {move.name: move.permission for move in HAZARD_WORKFLOW.transitions}
    needed["report"] = "report_hazards"
    with tenant_scope(county.pk):
        asked: dict[tuple[str, object, object], bool] = {}
        for event in HazardEvent.objects.select_related("hazard", "actor"):
            lines = tuple(event.hazard.lines())
            key = (needed[event.name], event.actor_id, lines)
            if key not in asked:
                asked[key] = access.can(event.actor, needed[event.name], list(lines))
    refused = [key[0] for key, allowed in asked.items() if not allowed]
    assert refused == []


def test_a_second_county_is_refused_and_nothing_changes(county: Tenant) -> None:
    users = User.objects.count()

    with pytest.raises(DomainError):
        load_demo(seed=7, today=TODAY)

    assert User.objects.count() == users
    assert Tenant.objects.count() == 1
