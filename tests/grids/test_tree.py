"""The tree: what may stand where, and that it stays whole under many hands."""

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import IntegrityError

from grids import numbering
from grids.integrity import check_tree, repair_tree
from grids.kinds import CHILDREN, NodeKind
from grids.models import GridNode
from grids.services import (
    NodeSpec,
    add_node,
    build_tree,
    edit_node,
    move_node,
    restore_node,
    retire_node,
)
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, make_tenant, make_user, root_of
from tests.world import checksum

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_county()


def test_the_tree_manager_is_not_scoped_by_the_guard():
    """Or MPTT would look for free tree ids among one tenant's only."""
    assert GridNode._tree_manager is not GridNode._default_manager


def test_tenants_have_different_tree_ids():
    first, second = root_of(make_tenant()), root_of(make_tenant())
    assert first.tree_id != second.tree_id


@pytest.mark.parametrize(
    ("under", "kind", "allowed"),
    [
        ("root", NodeKind.TOWNSHIP, True),
        ("root", NodeKind.DEPARTMENT, True),
        ("root", NodeKind.ENTERPRISE, True),
        ("root", NodeKind.VILLAGE, False),
        ("root", NodeKind.COUNTY, False),
        ("township", NodeKind.VILLAGE, True),
        ("township", NodeKind.ENTERPRISE, True),
        ("township", NodeKind.TOWNSHIP, False),
        ("village", NodeKind.SUBGRID, True),
        ("village", NodeKind.ENTERPRISE, True),
        ("village", NodeKind.DEPARTMENT, False),
        ("department", NodeKind.DEPARTMENT, True),
        ("department", NodeKind.ENTERPRISE, False),
    ],
)
def test_what_may_stand_under_what(under, kind, allowed, county):
    parent = getattr(county, under)
    if allowed:
        assert make_node(parent, kind).parent_id == parent.pk
        return
    with pytest.raises(DomainError) as refusal:
        make_node(parent, kind)
    assert refusal.value.field == "parent"


def test_the_database_refuses_what_may_not_stand_there(county):
    with (
        pytest.raises(IntegrityError, match="grid_stands_where_its_kind_may"),
        tenant_scope(county.tenant.pk),
    ):
        GridNode.objects.filter(pk=county.village.pk).update(kind=NodeKind.TOWNSHIP)


def test_a_second_root_is_refused_by_the_database(county):
    pk = new_id()
    with tenant_scope(county.tenant.pk):
        second = GridNode(id=pk, township_id=pk, kind="county", code="z", name="z")
        with pytest.raises(IntegrityError, match="one_root_per_tenant"):
            second.save()


def test_a_code_is_used_once(county):
    with pytest.raises(DomainError) as refusal:
        make_node(county.township, code=county.village.code)
    assert refusal.value.field == "code"


def test_a_foreign_parent_reads_like_an_unknown_one(county):
    theirs = make_county()
    with tenant_scope(county.tenant.pk):
        refusals = []
        for parent in (theirs.township.pk, new_id()):
            with pytest.raises(DomainError) as refusal:
                add_node(
                    actor=None,
                    parent_id=parent,
                    kind=NodeKind.VILLAGE,
                    code="c",
                    name="n",
                )
            refusals.append((refusal.value.field, str(refusal.value)))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == "parent"


def test_moving_takes_everything_below_along(county):
    enterprise = make_node(county.village, NodeKind.ENTERPRISE)
    other = make_node(county.root, NodeKind.TOWNSHIP)
    with tenant_scope(county.tenant.pk):
        move_node(actor=None, node_id=county.village.pk, new_parent_id=other.pk)

        assert check_tree() == []
        within = set(GridNode.objects.within(GridNode.objects.get(pk=other.pk)))
        assert {county.village, enterprise} <= within
        enterprise.refresh_from_db()
        assert enterprise.township_id == other.pk


def test_a_node_cannot_move_below_itself(county):
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError) as refusal:
            move_node(
                actor=None, node_id=county.township.pk, new_parent_id=county.village.pk
            )
        assert refusal.value.field == "parent"
        assert check_tree() == []


def test_only_an_empty_node_retires_and_takes_nothing_new(county):
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError):
            retire_node(actor=None, node_id=county.township.pk, on=date(2026, 1, 1))
        retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 1))
        with pytest.raises(InvalidTransition):
            retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 1))
    with pytest.raises(DomainError) as refusal:
        make_node(county.village, NodeKind.ENTERPRISE)
    assert refusal.value.field == "parent"
    with tenant_scope(county.tenant.pk):
        restore_node(actor=None, node_id=county.village.pk)
    assert make_node(county.village, NodeKind.ENTERPRISE).pk


def test_renaming_is_recorded_with_the_old_name(county):
    with tenant_scope(county.tenant.pk):
        before = county.village.name
        edit_node(actor=None, node_id=county.village.pk, name="新名村")
        event = county.village.events.get(name="edited")
    assert event.details == {
        "before": {"name": before, "code": county.village.code},
        "after": "新名村",
    }


def test_without_the_grant_nothing_is_built(county):
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        add_node(
            actor=staff,
            parent_id=county.township.pk,
            kind=NodeKind.VILLAGE,
            code="c",
            name="n",
        )


@pytest.mark.parametrize(
    ("service", "given"),
    [
        (edit_node, {"name": "新名村"}),
        (move_node, {"new_parent_id": "another township"}),
        (retire_node, {"on": date(2026, 1, 1)}),
        (restore_node, {}),
    ],
)
def test_without_the_grant_nothing_is_changed(service, given, county):
    """Whoever sees the grid and works there is still not its manager."""
    staff = make_user(county.tenant, on=county.root, role="township_staff")
    if "new_parent_id" in given:
        given = {"new_parent_id": make_node(county.root, NodeKind.TOWNSHIP).pk}
    before = checksum(county.tenant)

    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        service(actor=staff, node_id=county.village.pk, **given)

    assert checksum(county.tenant) == before


def test_a_move_needs_the_grant_at_both_ends(county):
    far = make_node(county.root, NodeKind.TOWNSHIP)
    manager = make_user(county.tenant, on=county.township, may=["manage_grids"])
    before = checksum(county.tenant)

    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        move_node(actor=manager, node_id=county.village.pk, new_parent_id=far.pk)

    assert checksum(county.tenant) == before


def intervals(county):
    with tenant_scope(county.tenant.pk):
        return {
            pk: place
            for pk, *place in GridNode.objects.values_list("pk", "lft", "rght", "level")
        }


def test_a_node_in_the_middle_moves_no_other(county):
    make_node(county.village, NodeKind.ENTERPRISE)
    before = intervals(county)

    new = make_node(county.village, NodeKind.ENTERPRISE)

    after = intervals(county)
    del after[new.pk]
    assert after == before


def test_a_leaf_is_told_by_what_stands_below_it(county):
    """Its interval has room in it, from which MPTT would take it for a branch."""
    with tenant_scope(county.tenant.pk):
        assert county.village.is_leaf_node()
        assert not county.township.is_leaf_node()
        county.township.refresh_from_db()
        assert county.township.get_descendant_count() == 2


@pytest.mark.parametrize(("seed", "room"), [(1, 1), (2, 2), (3, 64)])
def test_the_tree_stays_whole_under_all_its_services(seed, room, county, monkeypatch):
    """With little room it is widened at every other step."""
    monkeypatch.setattr(numbering, "ROOM", room)
    rng = random.Random(seed)
    with tenant_scope(county.tenant.pk):
        for n in range(40):
            nodes = list(GridNode.objects.all())
            parent = rng.choice([node for node in nodes if CHILDREN[node.kind]])
            kind = rng.choice(sorted(CHILDREN[parent.kind]))
            word = f"a{n}"
            add_node(actor=None, parent_id=parent.pk, kind=kind, code=word, name=word)
            if n % 3 == 0:
                node = rng.choice([node for node in nodes if node.parent_id])
                fit = [t for t in nodes if node.kind in CHILDREN[t.kind]]
                with contextlib.suppress(DomainError):  # a department below itself
                    move_node(
                        actor=None, node_id=node.pk, new_parent_id=rng.choice(fit).pk
                    )
            if n % 10 == 0:
                specs = [
                    NodeSpec(f"b{n}", parent.code, kind, "b"),
                    NodeSpec(f"c{n}", county.department.code, "department", "c"),
                    NodeSpec(f"d{n}", f"c{n}", "department", "d"),
                ]
                build_tree(specs=specs)
            assert check_tree() == []


def test_a_branch_is_built_at_once(county):
    specs = [
        NodeSpec("T9", county.root.code, NodeKind.TOWNSHIP, "九镇"),
        NodeSpec("V9", "T9", NodeKind.VILLAGE, "九村"),
        *(NodeSpec(f"E{n}", "V9", NodeKind.ENTERPRISE, f"企业{n}") for n in range(200)),
    ]
    with tenant_scope(county.tenant.pk):
        nodes = build_tree(specs=specs)
        assert check_tree() == []
        assert nodes["E199"].township_id == nodes["T9"].pk
        assert GridNode.objects.within(GridNode.objects.get(code="V9")).count() == 201
        assert GridNode.objects.get(code="E7").events.count() == 1


def test_a_bad_branch_stores_nothing(county):
    specs = [
        NodeSpec("V8", county.township.code, NodeKind.VILLAGE, "八村"),
        NodeSpec("X", "nowhere", NodeKind.VILLAGE, "无"),
    ]
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError):
            build_tree(specs=specs)
        assert not GridNode.objects.filter(code="V8").exists()


@pytest.mark.parametrize(
    "damage",
    [
        {"lft": 1},
        {"rght": 99},
        {"level": 7},
        {"tree_id": 10_000_000},
    ],
)
def test_the_check_finds_damage_and_the_repair_mends_it(damage, county):
    make_node(county.village, NodeKind.ENTERPRISE)
    with tenant_scope(county.tenant.pk):
        GridNode.objects.filter(pk=county.village.pk).update(**damage)
        assert county.village.pk in {d.node_id for d in check_tree()}

        assert repair_tree() >= 1
        assert check_tree() == []


@pytest.mark.django_db(transaction=True)
def test_tenants_that_grow_at_once_stay_apart():
    counties = [make_county() for _ in range(4)]
    gate, failures = threading.Barrier(8), []

    def grow(county, township):
        gate.wait()
        try:
            for _ in range(5):
                node = make_node(township)
                make_node(node, NodeKind.ENTERPRISE)
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=grow, args=[county, county.township])
        for county in counties
        for _twice in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for county in counties:
        with tenant_scope(county.tenant.pk):
            assert check_tree() == []
            assert GridNode.objects.count() == 5 + 20


WRITER = """
import django; django.setup()
import json, random, sys
from django.db import connection
connection.settings_dict.update(json.loads(sys.argv[3]))
from grids.models import GridNode
from grids.services import add_node, move_node
from tenants.tenancy import tenant_scope
tenant, seed = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
for n in range(12):
    with tenant_scope(tenant):
        villages = list(GridNode.objects.filter(kind="village"))
        if n % 4 == 3:
            towns = list(GridNode.objects.filter(kind="township"))
            move_node(actor=None, node_id=rng.choice(villages).pk,
                      new_parent_id=rng.choice(towns).pk)
        else:
            add_node(actor=None, parent_id=rng.choice(villages).pk,
                     kind="enterprise", code=f"P{seed}-{n}", name="企业")
"""


@pytest.mark.django_db(transaction=True)
def test_eight_processes_write_at_once_and_the_tree_is_whole(county):
    for _ in range(2):
        make_node(county.root, NodeKind.TOWNSHIP)
    for _ in range(3):
        make_node(county.township)
    parts = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = json.dumps({part: connection.settings_dict[part] for part in parts})
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(county.tenant.pk), str(seed), database],
            cwd=Path(settings.BASE_DIR),
            env=environment,
            stderr=subprocess.PIPE,
        )
        for seed in range(8)
    ]
    errors = [writer.communicate(timeout=120)[1].decode() for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * 8, errors
    with tenant_scope(county.tenant.pk):
        assert check_tree() == []
        assert GridNode.objects.filter(kind=NodeKind.ENTERPRISE).count() == 8 * 9


def test_a_person_retires_no_grid_without_a_reason(county):
    clerk = make_user(county.tenant, on=county.root, may=["manage_grids"])
    with tenant_scope(county.tenant.pk):
        for reason in ("", " \u200e "):
            with pytest.raises(DomainError) as refusal:
                retire_node(
                    actor=clerk,
                    node_id=county.village.pk,
                    on=date(2026, 1, 1),
                    reason=reason,
                )
            assert refusal.value.field == "reason"
        county.village.refresh_from_db()
        assert county.village.retired_on is None
