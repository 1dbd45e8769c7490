"""Posts of grids that merge, split or retire: history, days, events, vacancies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids import access
from grids.kinds import NodeKind
from grids.models import GridEvent, GridNode, Post, RoleAssignment, Vacancy
from grids.post_querysets import lacking
from grids.services import (
    appoint,
    enter_leave,
    merge_nodes,
    note_vacancies,
    retire_node,
    set_boundary,
    split_node,
)
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_hazard, make_node, make_user
from tests.grids.test_geometry import polygon, square

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        yield county


@pytest.fixture
def admin(county):
    return make_user(county.tenant, on=county.root, role="tenant_admin")


@pytest.fixture
def worker(county):
    return make_user(county.tenant, full_name="陈守业")


def put(node, user, *, begins=0, ends=None, kind="worker"):
    return appoint(
        actor=None,
        user_id=user.pk,
        node_id=node.pk,
        kind=kind,
        begins_on=TODAY() + timedelta(days=begins),
        ends_on=None if ends is None else TODAY() + timedelta(days=ends),
        basis="县安委〔2026〕3号",
    )


def held(node):
    """The posts of a grid as rows: who, what, from, until in days from today."""
    rows = Post.objects.filter(node=node).order_by("begins_on", "kind", "pk")
    return [
        (
            post.kind,
            (post.begins_on - TODAY()).days,
            None if post.ends_on is None else (post.ends_on - TODAY()).days,
        )
        for post in rows
    ]


def course(node, *names):
    events = GridEvent.objects.filter(node=node, name__in=names).order_by("at", "pk")
    return [(event.name, event.details["person"]) for event in events]


# Merging --------------------------------------------------------------------------


def test_a_post_ends_here_today_and_begins_there_with_its_planned_end(
    county, admin, worker
):
    put(county.village, worker, begins=-300, ends=60)

    merge_nodes(actor=admin, node_id=county.village.pk, into_id=county.other_village.pk)

    assert held(county.village) == [("worker", -300, 0)]
    assert held(county.other_village) == [("worker", 0, 60)]
    carried = Post.objects.get(node=county.other_village)
    assert (carried.basis, carried.appointed_by) == ("县安委〔2026〕3号", admin)
    assert Post.objects.get(node=county.village).ended_by == admin


def test_what_was_over_stays_as_history_and_does_not_go_along(county, worker):
    put(county.village, worker, begins=-300, ends=-100)

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    assert held(county.village) == [("worker", -300, -100)]
    assert held(county.other_village) == []


def test_a_post_that_has_not_begun_begins_on_its_day_in_the_other_grid(county, worker):
    put(county.village, worker, begins=10, ends=90)

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    # Never begun: the first day without it is the day on which it would begin.
    assert held(county.village) == [("worker", 10, 10)]
    assert held(county.other_village) == [("worker", 10, 90)]


def test_whoever_held_the_post_in_both_holds_it_once(county, worker):
    put(county.village, worker, begins=-20)
    put(county.other_village, worker, begins=-10)

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    assert held(county.other_village) == [("worker", -10, None)]
    derived = RoleAssignment.objects.in_force().filter(user=worker)
    assert [row.node_id for row in derived] == [county.other_village.pk]


def test_both_courses_name_the_person_and_the_rights_go_along(county, worker):
    put(county.village, worker, begins=-5)

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    assert course(county.village, "appointed", "post_ended") == [
        ("appointed", "陈守业"),
        ("post_ended", "陈守业"),
    ]
    assert course(county.other_village, "appointed") == [("appointed", "陈守业")]
    assert access.can(worker, "recheck_hazards", [county.other_village.pk])
    assert not access.can(worker, "recheck_hazards", [county.village.pk])


def test_a_substitute_stands_in_for_the_carried_post(county, worker):
    substitute = make_user(county.tenant)
    put(county.village, worker, begins=-5)
    enter_leave(
        actor=None,
        user_id=worker.pk,
        substitute_id=substitute.pk,
        begins_on=TODAY(),
        ends_on=TODAY() + timedelta(days=3),
    )

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    assert access.can(substitute, "recheck_hazards", [county.other_village.pk])
    assert not access.can(substitute, "recheck_hazards", [county.village.pk])


def test_the_vacancy_of_a_merged_grid_is_filled_and_its_heir_needs_nobody_more(
    county, worker
):
    put(county.village, worker, begins=-5)
    note_vacancies(on=TODAY())
    open_before = Vacancy.objects.filter(filled_on=None, kind="worker")
    assert [row.node_id for row in open_before] == [county.other_village.pk]

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)
    note_vacancies(on=TODAY())

    assert not Vacancy.objects.filter(filled_on=None, kind="worker").exists()
    on_villages = lacking("worker", on=TODAY()).filter(kind=NodeKind.VILLAGE)
    assert not on_villages.exists()


def test_a_vacant_grid_that_takes_over_nobody_stays_vacant(county):
    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)
    note_vacancies(on=TODAY())

    vacant = Vacancy.objects.filter(filled_on=None, kind="worker")
    assert [row.node_id for row in vacant] == [county.other_village.pk]


def test_two_workers_of_merged_villages_are_two_owners(county, worker):
    put(county.village, worker)
    put(county.other_village, make_user(county.tenant))

    merge_nodes(actor=None, node_id=county.village.pk, into_id=county.other_village.pk)

    assert held(county.other_village) == [("worker", 0, None), ("worker", 0, None)]


# Splitting ------------------------------------------------------------------------


def test_whoever_works_on_a_split_grid_works_on_the_new_one_from_today(
    county, admin, worker
):
    put(county.village, worker, begins=-30, ends=60)
    subgrid = make_node(county.village, NodeKind.SUBGRID)

    part = split_node(
        actor=admin,
        node_id=county.village.pk,
        code="341222999999",
        name="新村",
        children=[subgrid.pk],
    )

    assert held(county.village) == [("worker", -30, 60)]
    assert held(part) == [("worker", 0, 60)]
    assert course(part, "appointed") == [("appointed", "陈守业")]
    assert access.can(worker, "recheck_hazards", [part.pk])


def test_a_split_without_its_people_leaves_a_vacancy(county, worker):
    put(county.village, worker, begins=-30)
    subgrid = make_node(county.village, NodeKind.SUBGRID)

    part = split_node(
        actor=None,
        node_id=county.village.pk,
        code="341222999999",
        name="新村",
        children=[subgrid.pk],
        keep_people=False,
    )

    assert held(part) == []
    assert not access.can(worker, "recheck_hazards", [part.pk])
    assert part.pk in lacking("worker", on=TODAY()).values_list("pk", flat=True)


# Retiring -------------------------------------------------------------------------


def test_a_retired_grid_needs_nobody(county):
    note_vacancies(on=TODAY())
    assert Vacancy.objects.filter(node=county.village, filled_on=None).exists()

    retire_node(actor=None, node_id=county.village.pk, on=TODAY())
    note_vacancies(on=TODAY())

    assert not Vacancy.objects.filter(node=county.village, filled_on=None).exists()
    with pytest.raises(DomainError):
        put(GridNode.objects.get(pk=county.village.pk), make_user(county.tenant))


def test_a_grid_with_open_cases_keeps_its_people(county, worker):
    put(county.village, worker, begins=-5)
    make_hazard(county.village)

    with pytest.raises(DomainError):
        retire_node(actor=None, node_id=county.village.pk, on=TODAY())

    assert held(county.village) == [("worker", -5, None)]
    assert access.can(worker, "recheck_hazards", [county.village.pk])


# Boundaries -----------------------------------------------------------------------


def test_two_drawn_grids_become_one_outline(county, admin):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon(square(115.6)))
    set_boundary(
        actor=None, node_id=county.other_village.pk, boundary=polygon(square(115.61))
    )

    into = merge_nodes(
        actor=admin, node_id=county.village.pk, into_id=county.other_village.pk
    )

    assert into.boundary["type"] == "Polygon"
    west, _south, east, _north = into.extent
    assert (round(west, 4), round(east, 4)) == (115.6, 115.62)
    event = GridEvent.objects.filter(node=into, name="boundary_set").latest("at")
    assert event.actor == admin
    assert event.details["source"] == "merged"
    assert GridNode.objects.get(pk=county.village.pk).boundary is not None


def test_apart_from_each_other_they_become_an_outline_of_two_pieces(county):
    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon(square(115.6)))
    set_boundary(
        actor=None, node_id=county.other_village.pk, boundary=polygon(square(115.7))
    )

    into = merge_nodes(
        actor=None, node_id=county.village.pk, into_id=county.other_village.pk
    )

    assert into.boundary["type"] == "MultiPolygon"


@pytest.mark.parametrize("drawn", ["village", "other_village"])
def test_with_one_of_them_undrawn_the_outline_stays_as_it_was(county, drawn):
    node = getattr(county, drawn)
    set_boundary(actor=None, node_id=node.pk, boundary=polygon())
    before = GridNode.objects.get(pk=county.other_village.pk).boundary

    into = merge_nodes(
        actor=None, node_id=county.village.pk, into_id=county.other_village.pk
    )

    assert into.boundary == before
