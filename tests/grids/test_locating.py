"""Which grid a position lies in, and how near the nearest is."""

import subprocess
import sys

import pytest

from grids.locating import NEAREST_WITHIN, locate
from grids.models import GridNode
from grids.services import edit_node, retire_node
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node, root_of
from tests.grids.test_geometry import polygon, square

pytestmark = pytest.mark.django_db
LONGITUDE, LATITUDE = 115.6, 33.2
METRE = 1 / 110_911  # in degrees of latitude, there


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def mapped(county):
    """A village of about a square kilometre with a sub-grid in its south-west."""
    village = make_node(county.township, name="图上村", boundary=polygon())
    corner = polygon(square(side=0.004))
    subgrid = make_node(village, "subgrid", name="第一网格", boundary=corner)
    with tenant_scope(county.tenant.pk):
        yield village, subgrid


def found(longitude, latitude, **given):
    located = locate(longitude, latitude, **given)
    return located and (located.node.name, located.how, located.whole_metres)


def test_the_deepest_grid_around_a_position_is_found(mapped):
    assert found(LONGITUDE + 0.001, LATITUDE + 0.001) == ("第一网格", "inside", 0)
    assert found(LONGITUDE + 0.008, LATITUDE + 0.008) == ("图上村", "inside", 0)


def test_outside_of_all_the_nearest_is_given_and_says_so(mapped):
    south = LATITUDE - 120 * METRE

    assert found(LONGITUDE + 0.008, south) == ("图上村", "nearest", 120)


def test_beside_two_grids_the_deeper_of_the_equally_near_is_given(mapped):
    assert found(LONGITUDE + 0.001, LATITUDE - 50 * METRE) == (
        "第一网格",
        "nearest",
        50,
    )


def test_nearest_ends_where_a_wrong_datum_begins(mapped):
    near, far = (LATITUDE - (NEAREST_WITHIN + d) * METRE for d in (-2, 2))

    assert found(LONGITUDE + 0.008, near) == ("图上村", "nearest", 198)
    assert found(LONGITUDE + 0.008, far) is None


def test_somebody_outside_is_never_nought_metres_away(mapped):
    assert found(LONGITUDE + 0.008, LATITUDE - 0.1 * METRE) == ("图上村", "nearest", 1)


def test_a_hole_belongs_to_whoever_lies_in_it(county):
    hole = square(LONGITUDE + 0.004, LATITUDE + 0.004, 0.002)
    make_node(county.township, name="环村", boundary=polygon(square(), hole))
    make_node(county.township, name="内村", boundary=polygon(hole))

    with tenant_scope(county.tenant.pk):
        assert found(LONGITUDE + 0.005, LATITUDE + 0.005)[0] == "内村"
        assert found(LONGITUDE + 0.001, LATITUDE + 0.001)[0] == "环村"


def test_every_part_of_a_boundary_counts(county):
    far = square(LONGITUDE + 0.05)
    parts = {"type": "MultiPolygon", "coordinates": [[square()], [far]]}
    make_node(county.township, name="飞地村", boundary=parts)

    with tenant_scope(county.tenant.pk):
        for longitude in (LONGITUDE + 0.001, LONGITUDE + 0.051):
            assert found(longitude, LATITUDE + 0.001) == ("飞地村", "inside", 0)
        assert found(LONGITUDE + 0.03, LATITUDE + 0.001) is None


def test_where_two_overlap_the_smaller_one_counts(county):
    make_node(county.township, name="大村", boundary=polygon(square(side=0.02)))
    make_node(county.township, name="小村", boundary=polygon())

    with tenant_scope(county.tenant.pk):
        assert found(LONGITUDE + 0.001, LATITUDE + 0.001)[0] == "小村"


def test_a_new_boundary_counts_at_once_and_a_retired_grid_no_more(mapped):
    village, subgrid = mapped
    retire_node(actor=None, node_id=subgrid.pk, on=village.created_at.date())
    assert found(LONGITUDE + 0.001, LATITUDE + 0.001)[0] == "图上村"

    moved = polygon(square(LONGITUDE + 1))
    edit_node(actor=None, node_id=village.pk, name="图上村", boundary=moved)

    assert found(LONGITUDE + 0.001, LATITUDE + 0.001) is None
    assert found(LONGITUDE + 1.001, LATITUDE + 0.001)[0] == "图上村"


def test_the_database_keeps_the_extent_beside_the_boundary(mapped):
    village, _subgrid = mapped
    edit_node(
        actor=None,
        node_id=village.pk,
        name="图上村",
        boundary=polygon([[1, 2], [5, 3], [4, 7], [1, 2]]),
    )

    assert GridNode.objects.get(pk=village.pk).extent == [1, 2, 5, 7]
    assert GridNode.objects.get(pk=village.parent_id).extent is None


def test_only_those_who_are_asked_are_found(mapped):
    _village, subgrid = mapped
    others = GridNode.objects.exclude(pk=subgrid.pk)

    assert found(LONGITUDE + 0.001, LATITUDE + 0.001, among=others)[0] == "图上村"


def test_another_county_is_never_found(mapped):
    rival = make_county()
    make_node(root_of(rival.tenant), "township", name="邻县镇", boundary=polygon())

    assert found(LONGITUDE + 0.001, LATITUDE + 0.001)[0] == "第一网格"
    with tenant_scope(rival.tenant.pk):
        assert found(LONGITUDE + 0.001, LATITUDE + 0.001)[0] == "邻县镇"


@pytest.mark.parametrize("villages", [1, 3])
def test_one_query_finds_the_grid(villages, county, django_assert_num_queries):
    for n in range(villages):
        make_node(county.township, boundary=polygon(square(LONGITUDE + n * 0.001)))

    with tenant_scope(county.tenant.pk), django_assert_num_queries(1):
        assert locate(LONGITUDE + 0.0035, LATITUDE + 0.001) is not None


def test_a_process_that_never_locates_does_not_load_the_geometry_library():
    ask = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings_test';"
        "import django; django.setup(); import config.urls, grids.locating;"
        "sys.exit('shapely' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
