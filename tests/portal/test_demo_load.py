from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from enterprises.models import (
    BoundaryDuty,
    CopyNotice,
    DirectSupervision,
    Enterprise,
    LevelDecision,
    StaffCertificate,
    StandardizationCertificate,
)
from evidence.models import Blob, Photo
from grids import access
from grids.integrity import check_tree
from grids.models import (
    GridNode,
    Leave,
    OfficeMark,
    Post,
    RoleAssignment,
    WorkPhoto,
    WorkRecord,
)
from grids.post_querysets import lacking as lacking_posts
from grids.posts import PostKind
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
        of_work = WorkPhoto.objects.values("photo_id")
        assert Photo.objects.exclude(pk__in=of_work).count() == shown


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


def test_every_grid_has_its_posts_but_for_the_faults_to_see(county: Tenant) -> None:
    today = timezone.localdate()
    with tenant_scope(county.pk):
        lacking = {
            kind: Counter(lacking_posts(kind, on=today).values_list("kind", flat=True))
            for kind in PostKind.values
        }
        held = Post.objects.in_force(on=today).values_list("node__name", "kind")
        doubled = [key for key, n in Counter(held).items() if n > 1]
        over = Post.objects.filter(ends_on__lte=today).count()
        derived = RoleAssignment.objects.in_force().filter(role__code="grid_worker")
        assert set(derived.values_list("origin", flat=True)) == {"post", "leave"}
    assert lacking == {
        "responsible": Counter(village=3),
        "worker": Counter(subgrid=2),
        "liaison": Counter(),
    }
    assert [kind for _name, kind in doubled] == ["responsible"]
    assert over == 3


def test_somebody_is_away_and_a_neighbour_stands_in(county: Tenant) -> None:
    today = timezone.localdate()
    with tenant_scope(county.pk):
        leave = Leave.objects.in_force(on=today).get()
        absent = Post.objects.in_force(on=today).filter(user=leave.user)
        nodes = list(absent.values_list("node_id", flat=True))
        assert nodes
        assert access.can(leave.substitute, "recheck_hazards", [nodes[0]])


def test_work_is_recorded_as_the_service_would_have_it(county: Tenant) -> None:
    with tenant_scope(county.pk):
        records = WorkRecord.objects.select_related("version")
        assert {r.node.kind for r in records.select_related("node")} == {"village"}
        assert records.count() > 100
        for record in records.prefetch_related("photos"):
            asked = record.version.evidence
            shown = {
                "photo": record.photos.count() == 1,
                "text": bool(record.note),
                "document": bool(record.document),
                "none": True,
            }
            assert shown[asked], record
            assert record.done_at <= timezone.now()
            assert record.number <= record.version.times
        assert not WorkRecord.objects.filter(events__isnull=True).exists()


def test_offices_duties_supervision_levels_and_papers_are_there(county: Tenant) -> None:
    today = timezone.localdate()
    soon = today + timedelta(days=90)
    with tenant_scope(county.pk):
        offices = GridNode.objects.filter(kind__in=["township", "village"]).count()
        assert OfficeMark.objects.filter(is_current=True).count() == 10 * offices
        assert OfficeMark.objects.filter(has=False).exists()
        undecided = BoundaryDuty.objects.undecided().count()
        assert 0 < undecided < BoundaryDuty.objects.count()
        running = DirectSupervision.objects.filter(until__isnull=True)
        assert (running.count(), DirectSupervision.objects.count()) == (3, 4)
        copies = CopyNotice.objects.values_list("kind", "acknowledged_at")
        assert Counter(kind for kind, _at in copies) == {"placed": 4, "ended": 1}
        assert {at is None for _kind, at in copies} == {True, False}
        levels = set(Enterprise.objects.values_list("management_level", flat=True))
        assert levels == {"", "A", "B", "C", "D"}
        assert set(LevelDecision.objects.values_list("kind", flat=True)) == {
            "initial",
            "yearly",
            "direct",
        }
        for model in (StandardizationCertificate, StaffCertificate):
            ending = model.objects.filter(valid_to__range=(today, soon)).count()
            assert 0 < ending < model.objects.count()


def test_every_area_has_a_boundary(county: Tenant) -> None:
    with tenant_scope(county.pk):
        areas = GridNode.objects.filter(
            kind__in=["county", "township", "village", "subgrid"]
        )
        assert not areas.filter(boundary__isnull=True).exists()


def test_a_second_county_is_refused_and_nothing_changes(county: Tenant) -> None:
    users = User.objects.count()

    with pytest.raises(DomainError):
        load_demo(seed=7, today=TODAY)

    assert User.objects.count() == users
    assert Tenant.objects.count() == 1
