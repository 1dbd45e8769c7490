"""Boundaries from a file, all or nothing, and one that was drawn."""

import json

import pytest
from django.utils import translation

from grids import geojson
from grids.boundary_matching import judge
from grids.datum import Datum, from_wgs84
from grids.models import BoundaryImport, GridEvent, GridNode
from grids.services import (
    apply_boundaries,
    edit_node,
    hand_in_boundaries,
    merge_nodes,
    read_boundaries_otherwise,
    retire_node,
    set_boundary,
)
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, make_user
from tests.grids.test_geometry import BOW_TIE, polygon, square

pytestmark = pytest.mark.django_db
WHOLE = polygon([[115.6, 33.2], [115.62, 33.2], [115.62, 33.21], [115.6, 33.21]])


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        yield county


@pytest.fixture
def clerk(county):
    return make_user(county.tenant, on=county.root, may=["manage_grids"])


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": shape}


def file_of(*features, **more):
    whole = {"type": "FeatureCollection", "features": list(features), **more}
    return json.dumps(whole).encode()


def two_villages(county, **changed):
    west = changed.get("west", polygon(square(115.6)))
    east = changed.get("east", polygon(square(115.61)))
    return file_of(
        feature(west, BM=county.village.code, MC="甲"),
        feature(east, BM=county.other_village.code, MC="乙"),
    )


def hand_in(actor, content, **given):
    given.setdefault("file_name", "边界.geojson")
    return hand_in_boundaries(actor=actor, content=content, **given)


def boundary_of(node):
    return GridNode.objects.get(pk=node.pk).boundary


def problems(kept):
    return [row.problems for row in judge(kept).rows]


# A file -----------------------------------------------------------------------


def test_a_file_is_matched_by_the_property_that_names_most_grids(county, clerk):
    kept = hand_in(clerk, two_villages(county))

    judged = judge(kept)

    assert judged.matched_by == "BM"
    assert [row.node for row in judged.rows] == [county.village, county.other_village]
    assert judged.may_be_applied
    assert boundary_of(county.village) is None


def test_applying_puts_every_boundary_in_place_with_its_event(county, clerk):
    kept = hand_in(clerk, two_villages(county), datum=Datum.WGS84)

    apply_boundaries(actor=clerk, import_id=kept.pk)

    assert boundary_of(county.village) == polygon(square(115.6))
    assert boundary_of(county.other_village) == polygon(square(115.61))
    event = GridEvent.objects.filter(node=county.village).latest("at")
    assert (event.name, event.actor) == ("boundary_set", clerk)
    assert event.details["source"] == "import"
    assert (event.details["file"], event.details["datum"]) == ("边界.geojson", "wgs84")
    with pytest.raises(InvalidTransition):
        apply_boundaries(actor=clerk, import_id=kept.pk)


BAD_SHAPES = [
    ({"east": polygon(BOW_TIE)}, "The outline crosses itself at 0.5 0.5"),
    ({"east": None}, "A boundary is a Polygon or a MultiPolygon."),
    ({"east": polygon(square(115.605))}, "Overlaps “"),
    ({"east": polygon(square(116.61))}, "1.03 km² of it lie outside of the county"),
]


@pytest.mark.parametrize(("changed", "sentence"), BAD_SHAPES)
def test_a_single_bad_feature_keeps_all_of_them_out(changed, sentence, county, clerk):
    set_boundary(actor=None, node_id=county.root.pk, boundary=WHOLE)
    kept = hand_in(clerk, two_villages(county, **changed))

    assert problems(kept)[1][0].startswith(sentence)
    with pytest.raises(DomainError, match="Nothing was changed"):
        apply_boundaries(actor=clerk, import_id=kept.pk)

    assert boundary_of(county.village) is None
    assert boundary_of(county.other_village) is None


def test_an_unknown_code_and_the_same_grid_twice_are_named(county, clerk):
    kept = hand_in(
        clerk,
        file_of(
            feature(polygon(), BM="999"),
            feature(polygon(), BM=county.village.code),
            feature(polygon(square(115.7)), BM=county.village.code),
            feature(polygon(square(115.8)), other="x"),
        ),
    )

    assert problems(kept) == [
        ["No grid in use has this code or name."],
        [],
        ["Feature 2 is the boundary of this grid already."],
        ["This feature has no “BM”."],
    ]


def test_a_name_that_several_grids_have_is_no_match(county, clerk):
    again = make_node(county.root, "township", name="第二镇")
    make_node(again, name=county.village.name)
    kept = hand_in(clerk, file_of(feature(polygon(), MC=county.village.name)))

    ((problem,),) = problems(kept)

    assert problem == (
        f"Several grids have this name (in {county.township.name}、第二镇); "
        "use the code."
    )


def test_codes_as_numbers_and_without_their_noughts_are_codes(county, clerk):
    town = make_node(county.root, "township", name="九位镇", code="349922105000")
    kept = hand_in(clerk, file_of(feature(polygon(), BM=349922105.0)))

    (row,) = judge(kept).rows

    assert (row.label, row.node) == ("349922105", town)


def test_a_code_of_before_is_the_boundary_of_the_grid_that_answers_today(county, clerk):
    """Also written without its noughts; the preview says so. A retired heir is none."""
    town = make_node(county.root, "township", name="九位镇", code="349922105000")
    edit_node(actor=None, node_id=town.pk, name="九位镇", code="349922106000")
    third = make_node(county.township, name="丙村", code="C-3")
    merge_nodes(actor=None, node_id=third.pk, into_id=county.village.pk)
    gone = make_node(county.township, name="丁村", code="D-4")
    edit_node(actor=None, node_id=gone.pk, name="丁村", code="D-5")
    retire_node(actor=None, node_id=gone.pk, on=gone.created_at.date())
    kept = hand_in(
        clerk,
        file_of(
            feature(polygon(), BM=349922105.0),
            feature(polygon(square(115.7)), BM="C-3"),
            feature(polygon(square(115.8)), BM="D-4"),
        ),
    )

    first, second, last = judge(kept).rows

    assert (first.node, second.node, last.node) == (town, county.village, None)
    assert first.notes == [
        "This is an old code: today “九位镇” answers for it (349922106000)."
    ]
    assert last.problems == ["No grid in use has this code or name."]


def test_an_outline_far_from_what_is_above_it_is_named_in_metres(county, clerk):
    """Also from the township's, of which the county's outline says nothing."""
    set_boundary(actor=None, node_id=county.township.pk, boundary=WHOLE)
    near = file_of(feature(polygon(square(115.615)), BM=county.village.code))
    far = file_of(feature(polygon(square(116.61)), BM=county.village.code))

    assert problems(hand_in(clerk, near)) == [[]]
    (found,) = problems(hand_in(clerk, far))

    assert len(found) == 1
    assert found[0].endswith(f" m away from “{county.township.name}”.")
    assert "," in found[0]
    assert not judge(hand_in(clerk, far)).may_be_applied


def test_how_far_away_is_too_far_is_a_setting(county, clerk, settings):
    set_boundary(actor=None, node_id=county.township.pk, boundary=WHOLE)
    far = file_of(feature(polygon(square(116.61)), BM=county.village.code))
    settings.BOUNDARY_AWAY = 500_000

    assert problems(hand_in(clerk, far)) == [[]]


def test_where_nothing_is_drawn_yet_the_middle_of_the_map_tells_another_part_of_china(
    county, clerk
):
    county.tenant.centre_longitude, county.tenant.centre_latitude = 115.62, 33.16
    county.tenant.save(update_fields=["centre_longitude", "centre_latitude"])
    here = file_of(feature(polygon(square(115.6)), BM=county.village.code))
    there = file_of(feature(polygon(square(87.6)), BM=county.village.code))

    assert problems(hand_in(clerk, here)) == [[]]
    assert "middle of the county's map" in problems(hand_in(clerk, there))[0][0]


def test_a_merged_grids_code_does_not_replace_its_heirs_outline_in_silence(
    county, clerk
):
    gone = make_node(county.township, name="丙村", code="C-3")
    merge_nodes(actor=None, node_id=gone.pk, into_id=county.village.pk)
    content = file_of(feature(polygon(), BM="C-3"))
    assert judge(hand_in(clerk, content)).doubtful == []

    set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())
    judged = judge(hand_in(clerk, content))

    (row,) = judged.doubtful
    assert "丙村" in row.warnings[0]
    assert county.village.name in row.warnings[0]


def test_a_code_that_the_grid_itself_had_is_no_doubt(county, clerk):
    node = make_node(county.township, name="丙村", code="C-3", boundary=polygon())
    edit_node(actor=None, node_id=node.pk, name="丙村", code="C-4")

    judged = judge(hand_in(clerk, file_of(feature(polygon(), BM="C-3"))))

    assert (judged.doubtful, judged.rows[0].node) == ([], node)


def test_a_retired_grid_takes_no_boundary(county, clerk):
    retire_node(
        actor=None, node_id=county.village.pk, on=county.village.created_at.date()
    )
    kept = hand_in(clerk, two_villages(county))

    assert problems(kept)[0] == ["No grid in use has this code or name."]


def test_siblings_that_stay_as_they_are_are_compared_as_well(county, clerk):
    set_boundary(
        actor=None, node_id=county.village.pk, boundary=polygon(square(115.605))
    )
    kept = hand_in(clerk, file_of(feature(polygon(), BM=county.other_village.code)))

    ((problem,),) = problems(kept)

    assert problem.startswith(f"Overlaps “{county.village.name}” by 0.52 km²")


def test_another_property_and_tolerance_may_be_chosen_afterwards(county, clerk):
    crooked = [[115.6 + 0.0001 * n, 33.2 + 0.000001 * (n % 2)] for n in range(100)]
    ring = [*crooked, [115.61, 33.21], [115.6, 33.21], crooked[0]]
    content = file_of(
        feature(polygon(ring), BM=county.village.code, MC=county.other_village.name)
    )
    kept = hand_in(clerk, content)
    assert judge(kept).rows[0].node == county.village

    read_boundaries_otherwise(
        actor=clerk, import_id=kept.pk, matched_by="MC", tolerance=10
    )

    (row,) = judge(BoundaryImport.objects.get()).rows
    assert row.node == county.other_village
    assert (row.corners, row.thinned_to < 20) == (103, True)


def test_a_file_in_a_chinese_datum_is_stored_in_wgs_84(county, clerk):
    shifted = [list(from_wgs84(*corner, Datum.GCJ02)) for corner in square()]
    kept = hand_in(
        clerk,
        file_of(feature(polygon(shifted), BM=county.village.code)),
        datum=Datum.GCJ02,
    )

    apply_boundaries(actor=clerk, import_id=kept.pk)

    west, south, *_rest = GridNode.objects.get(pk=county.village.pk).extent
    assert (west, south) == pytest.approx((115.6, 33.2), abs=1e-6)


def test_the_tree_is_looked_at_again_when_it_is_applied(county, clerk):
    kept = hand_in(clerk, two_villages(county))
    assert judge(kept).may_be_applied
    retire_node(
        actor=None, node_id=county.village.pk, on=county.village.created_at.date()
    )

    with pytest.raises(DomainError, match="Nothing was changed"):
        apply_boundaries(actor=clerk, import_id=kept.pk)

    assert boundary_of(county.other_village) is None


def test_what_was_handed_in_before_and_not_applied_makes_room(county, clerk):
    hand_in(clerk, two_villages(county))
    kept = hand_in(clerk, two_villages(county))

    assert list(BoundaryImport.objects.all()) == [kept]


# What is no such file -----------------------------------------------------------

NO_FILES = [
    (b"\xb1\xdf\xbd\xe7", "file", "The file is not in UTF-8."),
    (b"{", "file", "The file is no JSON"),
    (b"[" * 100_000, "file", "The file is no JSON"),
    (b'{"type": NaN}', "file", "The file is no JSON"),
    (b"[1]", "file", "This is no GeoJSON FeatureCollection"),
    (b'{"type": "Feature"}', "file", "This is no GeoJSON FeatureCollection"),
    (file_of(), "file", "The file holds no feature."),
    (b'{"type": "FeatureCollection", "features": [1]}', "file", "This is no GeoJSON"),
    (
        file_of(
            feature(polygon()),
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}},
        ),
        "datum",
        "The file says that its coordinates are in “urn:ogc:def:crs:EPSG::4527”.",
    ),
]


@pytest.mark.parametrize(("content", "field", "sentence"), NO_FILES)
def test_what_is_no_such_file_is_refused_with_the_reason(
    content, field, sentence, county, clerk
):
    with pytest.raises(DomainError) as refusal:
        hand_in(clerk, content)

    assert refusal.value.field == field
    assert str(refusal.value).startswith(sentence)
    assert not BoundaryImport.objects.exists()


def test_a_file_beyond_the_limits_is_refused_unread(county, clerk, monkeypatch):
    monkeypatch.setattr(geojson, "SIZE_AT_MOST", 100)
    with pytest.raises(DomainError, match="larger than"):
        hand_in(clerk, two_villages(county))
    monkeypatch.setattr(geojson, "SIZE_AT_MOST", 10_000)
    monkeypatch.setattr(geojson, "FEATURES_AT_MOST", 1)
    with pytest.raises(DomainError, match="more than 1 features"):
        hand_in(clerk, two_villages(county))


@pytest.mark.parametrize("name", ["EPSG::4490", "OGC:1.3:CRS84"])
def test_degrees_by_any_of_their_names_are_taken(name, county, clerk):
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{name}"}}

    assert hand_in(clerk, file_of(feature(polygon()), crs=crs)).datum == "wgs84"


def test_odd_values_are_kept_out_of_the_database(county, clerk):
    odd = {
        "type": "Polygon",
        "coordinates": [[["\ud800", 1e300], [{"a": "\0"}, True], [[[[[1]]]]]]],
    }
    content = file_of(feature(odd, **{"a\0": "\ud800x\0", "b": None}))

    kept = hand_in(clerk, content)

    ((problem, *_more),) = problems(kept)
    assert problem == "No grid in use has this code or name."
    assert judge(kept).rows[0].label == "x"


# Who may ------------------------------------------------------------------------


def test_only_whoever_manages_the_county_hands_in_and_applies(county, clerk):
    local = make_user(county.tenant, on=county.township, may=["manage_grids"])
    kept = hand_in(clerk, two_villages(county))

    with pytest.raises(NotAllowed):
        hand_in(local, two_villages(county))
    with pytest.raises(NotAllowed):
        apply_boundaries(actor=local, import_id=kept.pk)

    assert boundary_of(county.village) is None


def test_an_import_of_somebody_else_reads_like_none(county, clerk):
    colleague = make_user(county.tenant, on=county.root, may=["manage_grids"])
    kept = hand_in(clerk, two_villages(county))

    with pytest.raises(DomainError, match="This import does not exist"):
        apply_boundaries(actor=colleague, import_id=kept.pk)


# Drawn --------------------------------------------------------------------------


def test_a_drawn_boundary_is_stored_and_taken_away_with_events(county, clerk):
    local = make_user(county.tenant, on=county.township, may=["manage_grids"])
    set_boundary(actor=local, node_id=county.village.pk, boundary=polygon())
    assert boundary_of(county.village) == polygon()

    set_boundary(actor=local, node_id=county.village.pk, boundary=None)

    assert boundary_of(county.village) is None
    names = GridEvent.objects.filter(node=county.village).order_by("at")
    assert [event.name for event in names][1:] == ["boundary_set", "boundary_removed"]


def test_a_boundary_that_is_none_is_refused_at_its_field(county, clerk):
    with pytest.raises(DomainError, match="crosses itself") as refusal:
        set_boundary(actor=clerk, node_id=county.village.pk, boundary=polygon(BOW_TIE))

    assert refusal.value.field == "boundary"
    assert boundary_of(county.village) is None


def test_a_boundary_elsewhere_is_not_drawn(county):
    stranger = make_user(county.tenant, on=county.other_village, may=["manage_grids"])

    with pytest.raises(NotAllowed):
        set_boundary(actor=stranger, node_id=county.village.pk, boundary=polygon())
    with pytest.raises(DomainError, match="Only areas"):
        set_boundary(actor=None, node_id=county.department.pk, boundary=polygon())

    assert boundary_of(county.village) is None
