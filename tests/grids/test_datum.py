"""The shifts of Chinese maps against published vectors, and there and back again."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.datum import Datum, from_wgs84, to_wgs84

# github.com/googollee/eviltransform, go/transform_test.go and the same table in
# its other languages: Shanghai, Shenzhen, Beijing.
EVILTRANSFORM = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
# github.com/wandergis/coordtransform, README and test/app.js.
COORDTRANSFORM_GCJ = ((116.404, 39.915), (116.41024449916938, 39.91640428150164))
COORDTRANSFORM_BD = ((116.404, 39.915), (116.41662724378733, 39.922699552216216))
# The three systems of one place, as the tests of geotool and pyxis have them.
ONE_PLACE = {
    Datum.WGS84: (121.0917077, 30.6107779),
    Datum.GCJ02: (121.09626935575027, 30.608604331756705),
    Datum.BD09: (121.10271732371203, 30.61484572185035),
}
SHIFTING = (Datum.GCJ02, Datum.BD09)


def metres(one, other):
    east = (one[0] - other[0]) * 111_320 * cos(radians(one[1]))
    return hypot(east, (one[1] - other[1]) * 111_320)


@pytest.mark.parametrize(("wgs", "gcj"), [*EVILTRANSFORM, COORDTRANSFORM_GCJ])
def test_the_published_vectors_of_gcj_02_are_met(wgs, gcj):
    assert from_wgs84(*wgs, Datum.GCJ02) == pytest.approx(gcj, abs=1e-9)


def test_the_published_vector_of_bd_09_is_met():
    wgs, baidu = COORDTRANSFORM_BD

    assert from_wgs84(*wgs, Datum.BD09) == pytest.approx(baidu, abs=1e-9)


@pytest.mark.parametrize("datum", Datum)
def test_one_place_has_three_pairs_of_numbers(datum):
    stored = ONE_PLACE[Datum.WGS84]

    assert from_wgs84(*stored, datum) == pytest.approx(ONE_PLACE[datum], abs=1e-7)
    assert metres(to_wgs84(*ONE_PLACE[datum], datum), stored) < 0.02


@pytest.mark.parametrize("datum", SHIFTING)
@given(
    longitude=st.floats(73.5, 135.0),
    latitude=st.floats(18.2, 53.5),
)
def test_there_and_back_is_the_same_place(datum, longitude, latitude):
    shown = from_wgs84(longitude, latitude, datum)

    back = to_wgs84(*shown, datum)

    assert 10 < metres((longitude, latitude), shown) < 2000
    assert metres((longitude, latitude), back) < 0.5


@pytest.mark.parametrize("datum", SHIFTING)
@given(
    longitude=st.floats(-180, 180),
    latitude=st.floats(-85, 85),
)
def test_outside_china_nothing_is_shifted(datum, longitude, latitude):
    if 72.0 < longitude < 137.9 and 0.8 < latitude < 55.9:
        longitude = -longitude

    assert from_wgs84(longitude, latitude, datum) == (longitude, latitude)
    assert to_wgs84(longitude, latitude, datum) == (longitude, latitude)


def test_wgs_84_stays_as_it_is():
    assert to_wgs84(115.6, 33.2, Datum.WGS84) == (115.6, 33.2)
    assert from_wgs84(115.6, 33.2, Datum.WGS84) == (115.6, 33.2)
