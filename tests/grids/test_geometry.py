"""Boundaries: what is refused and why, what is repaired, and how it is measured."""

import pytest
from django.utils import translation

from grids import geometry
from grids.datum import Datum, from_wgs84

# About 930 m east-west and 1,110 m north-south.
LONGITUDE, LATITUDE, SIDE = 115.6, 33.2, 0.01


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def square(west=LONGITUDE, south=LATITUDE, side=SIDE):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [*(rings or [square()])]}


def shape(*rings):
    return geometry.to_shape(polygon(*rings))


def test_a_sound_boundary_is_taken_as_it_is():
    found = geometry.checked(polygon())

    assert (found.geometry, found.corners, found.notes) == (polygon(), 5, [])


BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
BAD = [
    (polygon(BOW_TIE), "The outline crosses itself at 0.5 0.5 (longitude latitude)."),
    (polygon(square(), square(west=120.0)), "A hole lies outside of the outline"),
    ({"type": "Point", "coordinates": [1, 2]}, "A boundary is a Polygon or"),
    (None, "A boundary is a Polygon or"),
    ({"type": "Polygon"}, "The coordinates are not nested"),
    ({"type": "Polygon", "coordinates": []}, "The boundary is empty."),
    ({"type": "MultiPolygon", "coordinates": [[]]}, "The boundary is empty."),
    (polygon([[1, 1], [2, 2]]), "A ring needs at least three corners."),
    (polygon([[1, 1], [2, "x"], [1, 2]]), "A corner is a pair of numbers"),
    (polygon([[1], [2], [3]]), "A corner is a pair of numbers"),
    (polygon([[1, 1], [2, float("nan")], [1, 2]]), "These are no degrees"),
    (polygon([[500000, 3670000], [500100, 3670000], [1, 2]]), "These are no degrees"),
    (polygon([[33.2, 115.6], [33.3, 115.6], [33.2, 115.7]]), "Longitude comes first"),
]


@pytest.mark.parametrize(("given", "sentence"), BAD)
def test_what_is_no_boundary_is_refused_with_the_reason(given, sentence):
    with pytest.raises(geometry.BadBoundary) as refusal:
        geometry.checked(given)

    assert str(refusal.value).startswith(sentence)


def test_more_corners_than_a_province_has_are_refused(monkeypatch):
    monkeypatch.setattr(geometry, "CORNERS_AT_MOST", 5)
    geometry.checked(polygon())
    ring = square()
    ring.insert(2, [LONGITUDE + SIDE, LATITUDE + SIDE / 2])

    with pytest.raises(geometry.BadBoundary, match="more than 5 corners"):
        geometry.checked(polygon(ring))


def test_an_open_ring_and_repeated_corners_are_put_right_and_noted():
    ring = square()[:-1]
    ring.insert(1, ring[1])

    found = geometry.checked(polygon(ring))

    assert found.geometry == polygon()
    assert found.notes == [
        "A ring that was left open was closed.",
        "Corners that were given twice in a row were left out.",
    ]


def test_heights_are_dropped_and_a_single_part_becomes_a_polygon():
    high = [[*corner, 31.5] for corner in square()]

    found = geometry.checked({"type": "MultiPolygon", "coordinates": [[high]]})

    assert found.geometry == polygon()


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_boundary_of_another_datum_is_stored_in_wgs_84(datum):
    shifted = [list(from_wgs84(*corner, datum)) for corner in square()]

    found = geometry.checked(polygon(shifted), datum=datum)

    (stored,) = found.geometry["coordinates"]
    for corner, meant in zip(stored, square(), strict=True):
        assert corner == pytest.approx(meant, abs=2e-7)


def test_holes_and_the_border():
    holed = shape(square(), square(LONGITUDE + 0.004, LATITUDE + 0.004, 0.002))

    assert geometry.covers(holed, LONGITUDE + 0.001, LATITUDE + 0.001)
    assert geometry.covers(holed, LONGITUDE, LATITUDE)
    assert not geometry.covers(holed, LONGITUDE + 0.005, LATITUDE + 0.005)
    assert not geometry.covers(holed, LONGITUDE - 0.001, LATITUDE)


# By Vincenty's formula on WGS-84: 0.001° of longitude at 33.2° are 93.2 m, 0.001°
# of latitude 110.9 m.
@pytest.mark.parametrize(
    ("longitude", "latitude", "metres"),
    [
        (LONGITUDE - 0.001, LATITUDE + 0.005, 93.24),
        (LONGITUDE + 0.005, LATITUDE - 0.001, 110.91),
        (LONGITUDE + 0.005, LATITUDE + 0.005, 0),
    ],
)
def test_distances_are_in_metres(longitude, latitude, metres):
    found = geometry.metres_to(shape(), longitude, latitude)

    assert found == pytest.approx(metres, rel=0.001)


def test_areas_are_in_square_metres():
    # 932.4 m × 1,109.1 m.
    assert geometry.square_metres(shape()) == pytest.approx(1_034_100, rel=0.002)


def test_overlaps_beyond_the_tolerance_are_found_with_their_area():
    first, beside = shape(), shape(square(LONGITUDE + SIDE))
    upon = shape(square(LONGITUDE + SIDE * 0.9, LATITUDE))

    found = geometry.overlaps([first, beside, upon], above=1_000)

    assert [(o.first, o.second) for o in found] == [(1, 2), (0, 2)]
    assert found[1].square_metres == pytest.approx(103_410, rel=0.01)
    assert geometry.overlaps([first, beside], above=0.5) == []


def test_gaps_are_what_no_part_covers():
    whole = shape([[115.6, 33.2], [115.62, 33.2], [115.62, 33.21], [115.6, 33.21]])
    left, narrow = shape(), shape(square(115.612, 33.2, 0.01))

    found = geometry.gaps([left, narrow], whole=whole, above=1_000)

    assert found == [pytest.approx(0.2 * geometry.square_metres(left), rel=0.01)]
    assert geometry.gaps([whole], whole=whole, above=1_000) == []


def test_thinning_out_opens_no_gap_between_neighbours():
    n = 200
    border = [[115.61 + 0.00002 * (i % 2), 33.2 + 0.01 * i / n] for i in range(n + 1)]
    west = polygon([[115.6, 33.2], *border, [115.6, 33.21], [115.6, 33.2]])
    east = polygon([*border[::-1], [115.62, 33.2], [115.62, 33.21], border[-1]])

    thin = geometry.thinned([west, east], metres=10)

    shapes = [geometry.to_shape(g) for g in thin]
    whole = geometry.library().union_all(
        [geometry.to_shape(west), geometry.to_shape(east)]
    )
    assert all(geometry.corners_of(g) < 20 for g in thin)
    assert geometry.overlaps(shapes, above=0.1) == []
    assert geometry.gaps(shapes, whole=whole, above=0.1) == []
    assert geometry.thinned([west], metres=0) == [west]
