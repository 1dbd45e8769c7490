"""Direct supervision: who may, what the township hears, what is not counted."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from enterprises import tasks
from enterprises.models import CopyNotice, DirectSupervision, Enterprise
from enterprises.services import (
    acknowledge_copy,
    copy_moved_units,
    end_direct_supervision,
    move_enterprise,
    supervise_directly,
)
from grids.models import GridNode
from grids.services import merge_nodes, move_node
from notices.models import Notice
from portal.reports.grids import node_page
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_hazard, make_node, make_user

FACTS = {
    "level": "county",
    "document": "安委办〔2026〕8号",
    "reason": "大型危险化学品企业",
}


@pytest.fixture(autouse=True)
def _scope(county):
    with tenant_scope(county.tenant.pk):
        yield


@pytest.fixture
def plant(county):
    return make_enterprise(county.village)


@pytest.fixture
def official(county):
    return make_user(county.tenant, on=county.root, role="bureau_staff")


def place(actor, plant, county, **given):
    facts = {**FACTS, "since": timezone.localdate(), "by_node_id": county.root.pk}
    return supervise_directly(actor=actor, enterprise_id=plant.pk, **(facts | given))


def test_placing_a_unit_writes_its_event_and_copies_the_township_in(
    county, plant, official, clerk
):
    supervision = place(official, plant, county)

    copy = CopyNotice.objects.get()
    day = timezone.localdate()
    assert copy.number == f"CG-{county.tenant.division_code}-{day:%Y%m%d}-001"
    assert (copy.kind, copy.township_id, copy.supervision_id) == (
        "placed",
        county.township.pk,
        supervision.pk,
    )
    assert plant.name in copy.text
    assert FACTS["document"] in copy.text
    assert re.search("[\u4e00-\u9fff]抄告", copy.text)  # in the bureau's language
    event = plant.events.get(name="supervision_begun")
    assert (event.actor, event.note) == (official, FACTS["reason"])
    notice = Notice.objects.get(kind="copy-placed")
    assert (notice.recipient, notice.address) == (clerk, copy.get_absolute_url())


def test_numbers_count_up_through_the_day(county, official):
    for plant in [make_enterprise(county.village) for _ in range(3)]:
        place(official, plant, county)

    assert [n[-3:] for n in CopyNotice.objects.values_list("number", flat=True)] == [
        "003",
        "002",
        "001",
    ]


def test_a_unit_under_direct_supervision_is_not_in_the_basic_grid(
    county, plant, official
):
    other = make_enterprise(county.village)
    place(official, plant, county)

    assert list(Enterprise.objects.in_basic_grid()) == [other]
    assert list(Enterprise.objects.directly_supervised()) == [plant]

    end_direct_supervision(
        actor=official,
        enterprise_id=plant.pk,
        until=timezone.localdate(),
        reason="移交属地",
    )

    assert set(Enterprise.objects.in_basic_grid()) == {plant, other}
    assert {c.kind for c in CopyNotice.objects.all()} == {"placed", "ended"}


@pytest.mark.parametrize("role", ["township_staff", "grid_worker", "bureau_leader"])
def test_only_the_county_places_units(county, plant, role):
    node = county.root if role == "bureau_leader" else county.township
    who = make_user(county.tenant, on=node, role=role)

    with pytest.raises(NotAllowed):
        place(who, plant, county)

    assert DirectSupervision.objects.count() == CopyNotice.objects.count() == 0


def test_a_grant_on_a_township_is_not_enough(county, plant):
    who = make_user(county.tenant, on=county.township, may=["supervise_directly"])

    with pytest.raises(NotAllowed):
        place(who, plant, county)

    assert DirectSupervision.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"document": " "}, "document"),
        ({"reason": ""}, "reason"),
        ({"level": "moon"}, "level"),
        ({"level": "province"}, "by_name"),
    ],
)
def test_what_is_missing_is_said_at_its_field(county, plant, official, given, field):
    with pytest.raises(DomainError) as refusal:
        place(official, plant, county, **given)

    assert refusal.value.field == field
    assert DirectSupervision.objects.count() == 0


def test_a_village_supervises_nobody(county, plant, official):
    with pytest.raises(DomainError) as refusal:
        place(official, plant, county, by_node_id=county.village.pk)

    assert refusal.value.field == "by_node"


def test_a_unit_is_placed_once_at_a_time(county, plant, official):
    first = place(official, plant, county)

    with pytest.raises(InvalidTransition):
        place(official, plant, county)
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectSupervision.objects.create(
            enterprise=plant,
            by_node=county.root,
            since=first.since,
            **FACTS,
        )

    assert CopyNotice.objects.count() == 1


def test_the_day_of_handing_back_lies_between_beginning_and_today(
    county, plant, official
):
    place(official, plant, county)

    for days in (-1, 1):
        with pytest.raises(DomainError) as refusal:
            end_direct_supervision(
                actor=official,
                enterprise_id=plant.pk,
                until=timezone.localdate() + timedelta(days=days),
                reason="移交属地",
            )
        assert refusal.value.field == "until"

    assert DirectSupervision.objects.get().until is None


def test_the_township_acknowledges_by_name_and_time_once(
    county, plant, official, clerk
):
    place(official, plant, county)
    copy = CopyNotice.objects.get()

    acknowledge_copy(actor=clerk, copy_id=copy.pk)

    copy.refresh_from_db()
    assert copy.acknowledged_by == clerk
    assert copy.acknowledged_at is not None
    with pytest.raises(InvalidTransition):
        acknowledge_copy(actor=clerk, copy_id=copy.pk)


def test_the_county_does_not_acknowledge_for_the_township(county, plant, official):
    place(official, plant, county)
    copy = CopyNotice.objects.get()
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    for who in (official, worker):
        with pytest.raises(NotAllowed):
            acknowledge_copy(actor=who, copy_id=copy.pk)

    copy.refresh_from_db()
    assert copy.acknowledged_at is None


def test_the_worker_still_sees_the_unit_and_its_badge(
    county, plant, official, worker, client_for
):
    place(official, plant, county)

    page = client_for(worker).get(plant.get_absolute_url())
    listed = client_for(worker).get("/enterprises/")

    assert page.status_code == 200
    assert "Supervised by the county" in page.content.decode()
    assert "Report a hazard" in page.content.decode()
    assert '<span class="tag">Direct supervision</span>' in listed.content.decode()


def test_a_hazard_of_the_unit_goes_to_whoever_supervises_it_first(
    county, plant, official, clerk, worker
):
    place(official, plant, county)
    other = make_enterprise(county.village)

    apart = make_hazard(plant, reporter=worker_of(county))
    usual = make_hazard(other, reporter=worker_of(county))

    def told(hazard):
        found = Notice.objects.filter(address=hazard.get_absolute_url())
        return set(found.values_list("recipient_id", flat=True))

    assert official.pk in told(apart)
    assert clerk.pk not in told(apart)
    assert clerk.pk in told(usual)


def worker_of(county):
    return make_user(county.tenant, on=county.village, role="grid_worker")


def test_the_figures_of_a_township_leave_the_unit_out_and_the_countys_do_not(
    county, plant, official
):
    make_enterprise(county.village)
    place(official, plant, county)

    def units(node):
        reach = GridNode.objects.reach_by_permission(official)
        page = node_page(node=node, reach=reach, on=timezone.localdate())
        return [
            (str(f.label), f.value)
            for f in page.figures
            if "nterprise" in f.label or "direct" in f.label
        ]

    outside = ("Under direct supervision", 1)
    assert units(county.township) == [("Number of enterprises", 1), outside]
    assert units(county.village)[0] == ("Number of enterprises", 1)
    assert units(county.root) == [("Number of enterprises", 2)]


def test_the_list_shows_either_side_of_the_basic_grid(
    county, plant, official, client_for
):
    other = make_enterprise(county.village)
    place(official, plant, county)
    desk = client_for(official)

    direct = desk.get("/enterprises/?supervision=direct").content.decode()
    basic = desk.get("/enterprises/?supervision=basic").content.decode()

    assert (plant.name in direct, other.name in direct) == (True, False)
    assert (plant.name in basic, other.name in basic) == (False, True)


def test_pages_place_hand_back_and_acknowledge(
    county, plant, official, clerk, client_for
):
    desk, town = client_for(official), client_for(clerk)
    today = timezone.localdate().isoformat()
    form = {**FACTS, "since": today, "by_node": str(county.root.pk)}
    url = f"/direct-supervision/units/{plant.pk}"

    refused = desk.post(f"{url}/place/", form | {"document": ""})
    placed = desk.post(f"{url}/place/", form)
    copy = CopyNotice.objects.get()
    sheet = town.get(copy.get_absolute_url())
    town.post(f"/direct-supervision/copies/{copy.pk}/acknowledge/")
    back = desk.post(f"{url}/hand-back/", {"until": today, "reason": "移交属地"})

    assert (refused.status_code, placed.status_code, back.status_code) == (
        422,
        302,
        302,
    )
    assert FACTS["reason"] in refused.content.decode()  # nothing typed is lost
    assert "Acknowledge" in sheet.content.decode()
    copy.refresh_from_db()
    assert copy.acknowledged_by == clerk
    assert not Enterprise.objects.directly_supervised().exists()


# Moving to another township -------------------------------------------------------


@pytest.fixture
def other_township(county):
    return make_node(county.root, "township", name="河东镇")


def copies():
    rows = CopyNotice.objects.order_by("number")
    return [(copy.kind, copy.township_id) for copy in rows]


def test_both_townships_hear_of_a_unit_that_moves(
    county, plant, official, clerk, other_township
):
    there = make_user(county.tenant, on=other_township, role="township_staff")
    place(official, plant, county)
    Notice.objects.all().delete()

    move_enterprise(actor=None, enterprise_id=plant.pk, new_parent_id=other_township.pk)

    assert copies() == [
        ("placed", county.township.pk),
        ("moved_away", county.township.pk),
        ("moved_in", other_township.pk),
    ]
    heard = Notice.objects.values_list("recipient_id", "kind")
    assert set(heard) == {
        (clerk.pk, "copy-moved-away"),
        (there.pk, "copy-moved-in"),
    }
    copy = CopyNotice.objects.get(kind="moved_in")
    assert county.township.name in copy.text
    assert acknowledge_copy(actor=there, copy_id=copy.pk).acknowledged_by == there


def test_a_unit_that_stays_in_its_township_is_not_copied_again(county, plant, official):
    place(official, plant, county)

    move_enterprise(
        actor=None, enterprise_id=plant.pk, new_parent_id=county.other_village.pk
    )

    assert copies() == [("placed", county.township.pk)]
    assert copy_moved_units(actor=None) == 0


def test_a_unit_that_is_supervised_by_nobody_above_moves_without_copies(
    county, plant, official, other_township
):
    place(official, plant, county)
    end_direct_supervision(
        actor=official,
        enterprise_id=plant.pk,
        until=timezone.localdate(),
        reason="规模缩减",
    )

    move_enterprise(actor=None, enterprise_id=plant.pk, new_parent_id=other_township.pk)

    assert [kind for kind, _township in copies()] == ["placed", "ended"]


def test_a_unit_that_moves_with_its_village_is_copied_by_the_daily_pass(
    county, plant, official, other_township
):
    place(official, plant, county)
    move_node(actor=None, node_id=county.village.pk, new_parent_id=other_township.pk)

    tasks.remind_of_endings_of(
        tenant_id=county.tenant.pk, on=timezone.localdate().isoformat()
    )

    assert copies()[1:] == [
        ("moved_away", county.township.pk),
        ("moved_in", other_township.pk),
    ]
    assert copy_moved_units(actor=None) == 0


def test_a_unit_that_moves_back_is_copied_again(
    county, plant, official, other_township
):
    place(official, plant, county)
    for parent in (other_township, county.village):
        move_enterprise(actor=None, enterprise_id=plant.pk, new_parent_id=parent.pk)

    assert [kind for kind, _township in copies()] == [
        "placed",
        "moved_away",
        "moved_in",
        "moved_away",
        "moved_in",
    ]


def test_a_merged_township_hands_its_copies_over_without_new_ones(
    county, plant, official, other_township
):
    place(official, plant, county)

    merge_nodes(actor=None, node_id=county.township.pk, into_id=other_township.pk)

    assert copy_moved_units(actor=None) == 0
    assert copies() == [("placed", other_township.pk)]
