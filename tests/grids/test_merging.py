"""Merged, split, moved, retired: nothing is lost, and old codes still lead somewhere."""

import threading
import uuid
from datetime import date

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from enterprises.models import Enterprise, IndustrySubcategory
from enterprises.services import EnterpriseRow, register_in_bulk
from grids import previews
from grids.access import can
from grids.integrity import check_tree
from grids.kinds import NodeKind
from grids.models import FormerCode, GridEvent, GridNode, RoleAssignment
from grids.pointing import every_key_has_a_rule, pointers
from grids.services import (
    add_node,
    assign_role,
    edit_node,
    merge_nodes,
    move_node,
    node_with_code,
    restore_node,
    retire_node,
    split_node,
)
from hazards.models import Hazard, HazardEvent
from hazards.services import Report, check_tallies, report_hazard
from hazards.workflow import HazardState
from journal.models import SecurityEvent
from tenants.errors import Conflict, DomainError, NotAllowed
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_photo,
    make_uscc,
    make_user,
)
from tests.world import checksum

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_county()


def merge(county, node, into, **given):
    given.setdefault("actor", None)
    with tenant_scope(county.tenant.pk):
        return merge_nodes(node_id=node.pk, into_id=into.pk, **given)


def fresh(row):
    with tenant_scope(row.tenant_id):
        return type(row).objects.get(pk=row.pk)


# Merging -------------------------------------------------------------------------


def test_a_merged_village_gives_everything_to_the_other(county):
    plant = make_enterprise(county.village)
    subgrid = make_node(county.village, NodeKind.SUBGRID)
    in_plant = make_hazard(plant)
    on_village = make_hazard(county.village)
    closed = make_hazard(county.village, state=HazardState.CLOSED)
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    merge(county, county.village, county.other_village)

    with tenant_scope(county.tenant.pk):
        assert check_tree() == []
        assert check_tallies() == {}
        other = GridNode.objects.get(pk=county.other_village.pk)
        below = set(GridNode.objects.within(other).values_list("pk", flat=True))
        assert below == {other.pk, plant.area_node_id, subgrid.pk}
        there = Hazard.objects.within(other).values_list("pk", flat=True)
        assert set(there) == {in_plant.pk, on_village.pk, closed.pk}
        assert can(worker, "recheck_hazards", [other.pk])
        assert not can(worker, "recheck_hazards", [county.village.pk])
    village = fresh(county.village)
    assert (village.merged_into_id, village.is_retired) == (other.pk, True)


def test_both_grids_and_every_case_say_so_in_their_course(county):
    admin = make_user(county.tenant, on=county.root, role="tenant_admin")
    hazard = make_hazard(county.village)

    merge(county, county.village, county.other_village, actor=admin)

    with tenant_scope(county.tenant.pk):
        events = GridEvent.objects.filter(name__in=["merged", "took_over"])
        assert {(e.name, e.node_id, e.actor_id) for e in events} == {
            ("merged", county.village.pk, admin.pk),
            ("took_over", county.other_village.pk, admin.pk),
        }
        event = HazardEvent.objects.get(hazard=hazard, name="grid_changed")
        assert (event.actor_id, event.to_state) == (admin.pk, hazard.state)
        assert event.note == f"{county.village.name} → {county.other_village.name}"


def test_roles_end_there_and_begin_here_in_the_security_log(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    merge(county, county.village, county.other_village)

    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.filter(user=worker).order_by("began_at")
        assert [(row.node_id, row.ended_at is None) for row in held] == [
            (county.village.pk, False),
            (county.other_village.pk, True),
        ]
        logged = SecurityEvent.objects.filter(details__user=str(worker.pk))
        assert [
            (row.name, row.details["node"])
            for row in logged.filter(name__startswith="role_").order_by("at")
        ][-2:] == [
            ("role_granted", str(county.other_village.pk)),
            ("role_revoked", str(county.village.pk)),
        ]


def test_whoever_worked_on_both_holds_the_role_once(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        assign_role(
            actor=None,
            user_id=worker.pk,
            role_code="grid_worker",
            node_id=county.other_village.pk,
        )

    merge(county, county.village, county.other_village)

    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.filter(user=worker, ended_at__isnull=True)
        assert [row.node_id for row in held] == [county.other_village.pk]


def test_a_merged_township_takes_its_cases_to_the_other_township(county):
    other = make_node(county.root, NodeKind.TOWNSHIP)
    plant = make_enterprise(county.village)
    hazards = [make_hazard(plant), make_hazard(county.township)]

    merge(county, county.township, other)

    assert {fresh(hazard).township_id for hazard in hazards} == {other.pk}
    assert fresh(plant).township_id == other.pk
    with tenant_scope(county.tenant.pk):
        assert check_tree() == []
        assert check_tallies() == {}


def test_a_merged_department_hands_over_trades_enterprises_and_cases(county):
    other = make_node(county.root, NodeKind.DEPARTMENT)
    plant = make_enterprise(county.village, department=county.department)
    hazard = make_hazard(plant)

    merge(county, county.department, other)

    assert fresh(plant).department_node_id == other.pk
    assert fresh(hazard).department_node_id == other.pk
    with tenant_scope(county.tenant.pk):
        trade = IndustrySubcategory.objects.get(code="0405")
        assert trade.department_node_id == other.pk
        assert plant.events.filter(name="department_changed").count() == 1
        assert check_tallies() == {}


def test_codes_lead_on_through_renaming_and_merging(county):
    third = make_node(county.township)
    old = county.village.code
    with tenant_scope(county.tenant.pk):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        assert node_with_code(old) == county.village
        assert node_with_code(" NEW-1 ") == county.village
    merge(county, county.village, county.other_village)
    merge(county, county.other_village, third)
    with tenant_scope(county.tenant.pk):
        for code in (old, "NEW-1", county.other_village.code, third.code):
            assert node_with_code(code) == third
        assert node_with_code("never was") is None


def test_an_import_by_an_old_code_goes_to_the_grid_that_answers_now(county):
    make_enterprise(county.other_village)
    merge(county, county.village, county.other_village)

    with tenant_scope(county.tenant.pk):
        (plant,) = register_in_bulk(
            rows=[
                EnterpriseRow(
                    parent=county.village.code,
                    name="老名单上的厂",
                    unit_type="company",
                    subcategory="0405",
                    uscc=make_uscc(),
                )
            ]
        )
        assert plant.area_node.parent_id == county.other_village.pk


def test_a_report_and_a_registration_on_a_merged_grid_go_to_its_heir(county):
    """A phone may have been without signal since before the merger."""
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    kind = make_hazard(county.village).kind_id
    photo = make_photo(worker)
    merge(county, county.village, county.other_village)

    with tenant_scope(county.tenant.pk):
        report = Report(
            kind_id=kind, area_node_id=county.village.pk, photo_ids=(photo.pk,)
        )
        hazard, _new = report_hazard(actor=worker, key=uuid.uuid4(), report=report)
        assert hazard.area_node_id == county.other_village.pk
    plant = make_enterprise(county.village)
    assert fresh(plant.area_node).parent_id == county.other_village.pk


@pytest.mark.parametrize("into", ["township", "village", "department", "retired"])
def test_only_two_of_a_kind_in_use_merge(into, county):
    target = getattr(county, into, county.other_village)
    if into == "retired":
        with tenant_scope(county.tenant.pk):
            retire_node(actor=None, node_id=target.pk, on=date(2026, 1, 1))
    before = checksum(county.tenant)

    with pytest.raises(DomainError) as refusal:
        merge(county, county.village, target)

    assert refusal.value.field == "into"
    assert checksum(county.tenant) == before


def test_a_department_does_not_merge_with_an_office_of_its_own(county):
    office = make_node(county.department, NodeKind.DEPARTMENT)
    for pair in ((office, county.department), (county.department, office)):
        with pytest.raises(DomainError) as refusal:
            merge(county, *pair)
        assert refusal.value.field == "into"


def test_enterprises_and_the_county_do_not_merge(county):
    plants = [make_enterprise(county.village) for _n in range(2)]
    with pytest.raises(DomainError):
        merge(county, plants[0].area_node, plants[1].area_node)


def test_a_merger_needs_the_grant_at_both_ends(county):
    before = checksum(county.tenant)
    for place in (county.village, county.other_village):
        manager = make_user(county.tenant, on=place, may=["manage_grids"])
        before = checksum(county.tenant)
        with pytest.raises(NotAllowed):
            merge(county, county.village, county.other_village, actor=manager)
        assert checksum(county.tenant) == before


def test_a_grid_of_another_bureau_is_as_unknown_as_one_that_never_was(county):
    theirs = make_county().village
    refusals = []
    for pk in (theirs.pk, new_id()):
        with tenant_scope(county.tenant.pk), pytest.raises(DomainError) as refusal:
            merge_nodes(actor=None, node_id=county.village.pk, into_id=pk)
        refusals.append((refusal.value.field, str(refusal.value)))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == "into"


def test_a_merged_grid_is_not_restored_but_points_to_its_heir(county):
    merge(county, county.village, county.other_village)
    with tenant_scope(county.tenant.pk), pytest.raises(DomainError) as refusal:
        restore_node(actor=None, node_id=county.village.pk)
    assert county.other_village.name in str(refusal.value)


def test_what_changed_since_the_preview_is_not_done_silently(county):
    with tenant_scope(county.tenant.pk):
        seen = previews.preview_merge(
            node=county.village, into=county.other_village
        ).fingerprint
    make_hazard(county.village)
    before = checksum(county.tenant)

    with pytest.raises(Conflict):
        merge(county, county.village, county.other_village, seen=seen)

    assert checksum(county.tenant) == before
    with tenant_scope(county.tenant.pk):
        village = GridNode.objects.get(pk=county.village.pk)
        seen = previews.preview_merge(
            node=village, into=county.other_village
        ).fingerprint
    merge(county, county.village, county.other_village, seen=seen)
    assert fresh(county.village).merged_into_id == county.other_village.pk


def test_the_preview_counts_what_the_merger_then_carries(county):
    plant = make_enterprise(county.village)
    make_hazard(plant)
    make_hazard(county.village, state=HazardState.CLOSED)
    make_user(county.tenant, on=county.village, role="grid_worker")

    with tenant_scope(county.tenant.pk):
        village = GridNode.objects.get(pk=county.village.pk)
        preview = previews.preview_merge(node=village, into=county.other_village)

    # The enterprise's own node is counted as an enterprise.
    assert (preview.nodes, len(preview.people)) == (0, 1)
    assert preview.count("enterprises.Enterprise") == 1
    assert preview.count("hazards.Hazard") == 2
    assert preview.unsettled("hazards.Hazard") == 1
    assert preview.township is None


# Splitting -----------------------------------------------------------------------


def test_a_split_village_gives_the_chosen_part_to_a_new_one(county):
    stays, goes = (make_enterprise(county.village) for _n in range(2))
    cases = [make_hazard(county.village) for _n in range(2)]
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    with tenant_scope(county.tenant.pk):
        part = split_node(
            actor=None,
            node_id=county.village.pk,
            code="S-1",
            name="东关二村",
            children=[goes.area_node_id],
            rows=[cases[1].pk],
        )
        assert check_tree() == []
        assert part.parent_id == county.township.pk
        assert fresh(goes.area_node).parent_id == part.pk
        assert fresh(stays.area_node).parent_id == county.village.pk
        assert [fresh(case).area_node_id for case in cases] == [
            county.village.pk,
            part.pk,
        ]
        for node in (county.village, part):
            assert can(worker, "recheck_hazards", [node.pk])
        names = GridEvent.objects.filter(node__in=[county.village, part])
        assert set(names.values_list("name", "node_id")) == {
            ("created", county.village.pk),
            ("split", county.village.pk),
            ("created", part.pk),
            ("split_off", part.pk),
        }


def test_a_split_takes_only_what_stands_directly_below(county):
    plant = make_enterprise(county.other_village)
    before = checksum(county.tenant)

    with tenant_scope(county.tenant.pk), pytest.raises(DomainError) as refusal:
        split_node(
            actor=None,
            node_id=county.village.pk,
            code="S-1",
            name="东关二村",
            children=[plant.area_node_id],
        )

    assert refusal.value.field == "children"
    assert checksum(county.tenant) == before


def test_a_split_needs_the_grant_where_the_new_grid_will_stand(county):
    manager = make_user(county.tenant, on=county.village, may=["manage_grids"])
    before = checksum(county.tenant)

    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        split_node(actor=manager, node_id=county.village.pk, code="S-1", name="二村")

    assert checksum(county.tenant) == before


# Codes ---------------------------------------------------------------------------


def test_a_former_code_is_not_given_to_another_grid(county):
    old = county.village.code
    with tenant_scope(county.tenant.pk):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        with pytest.raises(DomainError) as refusal:
            add_node(
                actor=None,
                parent_id=county.township.pk,
                kind=NodeKind.VILLAGE,
                code=old,
                name="新村",
            )
        assert refusal.value.field == "code"
        assert "东关" in str(refusal.value)


def test_a_grid_takes_back_a_code_of_its_own(county):
    old = county.village.code
    with tenant_scope(county.tenant.pk):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        edit_node(actor=None, node_id=county.village.pk, name="东关", code=old)
        assert list(FormerCode.objects.values_list("code", flat=True)) == ["NEW-1"]
        assert node_with_code("NEW-1") == node_with_code(old) == county.village


def test_a_unified_code_goes_to_the_enterprise_that_it_belongs_to(county):
    """What another one had by mistake is no former code of its own."""
    code = make_uscc()
    wrong = make_enterprise(county.village, uscc=code)
    with tenant_scope(county.tenant.pk):
        edit_node(
            actor=None, node_id=wrong.area_node_id, name="甲厂", code="Q-corrected"
        )
        Enterprise.objects.filter(pk=wrong.pk).update(uscc=make_uscc())
    right = make_enterprise(county.village, uscc=code)

    with tenant_scope(county.tenant.pk):
        assert node_with_code(f"Q-{code}") == right.area_node


def test_the_database_holds_no_code_that_is_former_and_in_use(county):
    with (
        pytest.raises(IntegrityError, match="a grid has this code"),
        tenant_scope(county.tenant.pk),
    ):
        FormerCode.objects.create(node=county.village, code=county.township.code)


def test_the_database_gives_no_grid_a_former_code(county):
    with tenant_scope(county.tenant.pk):
        FormerCode.objects.create(node=county.village, code="OLD-1")
        with pytest.raises(IntegrityError, match="a grid had this code before"):
            GridNode.objects.filter(pk=county.township.pk).update(code="OLD-1")


# Retiring and moving -------------------------------------------------------------


def test_a_grid_with_open_cases_is_not_retired_and_says_what_they_are(county):
    hazard = make_hazard(county.village)
    before = checksum(county.tenant)

    with tenant_scope(county.tenant.pk), pytest.raises(DomainError) as refusal:
        retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 1))

    assert str(Hazard._meta.verbose_name_plural) in str(refusal.value)
    assert checksum(county.tenant) == before
    merge(county, county.village, county.other_village)
    assert fresh(hazard).area_node_id == county.other_village.pk


def test_closed_cases_don_t_keep_a_grid_from_retiring(county):
    make_hazard(county.village, state=HazardState.CLOSED)
    with tenant_scope(county.tenant.pk):
        node = retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 1))
    assert node.is_retired


def test_a_move_that_was_confirmed_for_something_else_is_not_done(county):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    with tenant_scope(county.tenant.pk):
        village = GridNode.objects.get(pk=county.village.pk)
        seen = previews.preview_move(node=village, parent=far).fingerprint
    make_enterprise(county.village)

    with tenant_scope(county.tenant.pk), pytest.raises(Conflict):
        move_node(
            actor=None, node_id=county.village.pk, new_parent_id=far.pk, seen=seen
        )

    assert fresh(county.village).parent_id == county.township.pk


# What points to a grid -----------------------------------------------------------


def test_every_key_to_a_grid_says_what_a_merger_does_to_it():
    assert every_key_has_a_rule() == []
    carried = {(p.label, p.field) for p in pointers()}
    assert {
        ("hazards.Hazard", "area_node"),
        ("hazards.Hazard", "department_node"),
        ("enterprises.Enterprise", "department_node"),
        ("enterprises.IndustrySubcategory", "department_node"),
    } <= carried


def test_a_key_without_a_rule_is_found(monkeypatch):
    monkeypatch.delattr(GridEvent, "when_grids_merge")

    (error,) = every_key_has_a_rule()

    assert (error.id, error.obj) == ("grids.E001", GridEvent)
    with pytest.raises(LookupError, match=r"grids\.GridEvent\.node"):
        pointers()


# At once -------------------------------------------------------------------------


def at_once(*tasks, hands):
    """Do the tasks by so many hands, who all begin together; what failed."""
    gate, failures = threading.Barrier(hands), []

    def work(own):
        gate.wait()
        try:
            for task in own:
                task()
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    shares = [tasks[n::hands] for n in range(hands)]
    threads = [threading.Thread(target=work, args=[share]) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_eight_go_on_writing_while_their_village_is_merged_and_nothing_is_lost():
    county = make_county()
    worker = make_user(county.tenant, on=county.township, role="grid_worker")
    kind = make_hazard(county.village).kind_id
    make_enterprise(county.township)  # with it the trades
    reported, registered = [], []

    def report():
        photo = make_photo(worker)
        with tenant_scope(county.tenant.pk):
            sent = Report(
                kind_id=kind, area_node_id=county.village.pk, photo_ids=(photo.pk,)
            )
            hazard, _new = report_hazard(actor=worker, key=uuid.uuid4(), report=sent)
        reported.append(hazard.pk)

    def register():
        registered.append(make_enterprise(county.village).pk)

    failures = at_once(
        *([report] * 4 + [register] * 4) * 4,
        lambda: merge(county, county.village, county.other_village),
        hands=9,
    )

    assert failures == []
    assert (len(reported), len(registered)) == (16, 16)
    with tenant_scope(county.tenant.pk):
        assert check_tree() == []
        assert check_tallies() == {}
        other = county.other_village
        assert Hazard.objects.filter(area_node=other).count() == 17
        assert not Hazard.objects.filter(area_node=county.village).exists()
        plants = Enterprise.objects.filter(pk__in=registered)
        assert plants.filter(area_node__parent=other).count() == 16


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_case_committed_after_the_merger_follows_the_heir():
    """It was written before the merger and commits after it."""
    county = make_county()
    hazard_written, merged = threading.Event(), threading.Event()
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    kind = make_hazard(county.village).kind_id
    photo = make_photo(worker)
    found = []

    def report_slowly():
        try:
            with tenant_scope(county.tenant.pk):
                report = Report(
                    kind_id=kind, area_node_id=county.village.pk, photo_ids=(photo.pk,)
                )
                hazard, _new = report_hazard(
                    actor=worker, key=uuid.uuid4(), report=report
                )
                found.append(hazard.area_node_id)
                hazard_written.set()
                merged.wait(timeout=30)
            found.append(fresh(hazard).area_node_id)
        finally:
            connection.close()

    thread = threading.Thread(target=report_slowly)
    thread.start()
    assert hazard_written.wait(timeout=30)
    merge(county, county.village, county.other_village)
    merged.set()
    thread.join()

    assert found == [county.village.pk, county.other_village.pk]
