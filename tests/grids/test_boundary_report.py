"""Overlaps, gaps and what sticks out, with their areas."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grids.boundary_report import families
from grids.services import edit_node
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_node
from tests.grids.test_geometry import polygon, square

pytestmark = pytest.mark.django_db
# Two villages of 0.01° side by side fill the township.
WHOLE = polygon([[115.6, 33.2], [115.62, 33.2], [115.62, 33.21], [115.6, 33.21]])
HALF = 1_034_100


@pytest.fixture
def county():
    county = make_county()
    draw(county.township, WHOLE)
    draw(county.village, polygon(square(115.6)))
    draw(county.other_village, polygon(square(115.61)))
    return county


def draw(node, boundary):
    with tenant_scope(node.tenant_id):
        edit_node(actor=None, node_id=node.pk, name=node.name, boundary=boundary)


def report(county):
    """What is said about the township's villages."""
    with tenant_scope(county.tenant.pk):
        found = {family.parent: family for family in families()}
    return found[county.township]


def said(county):
    out = StringIO()
    call_command("check_boundaries", county.tenant.division_code, stdout=out)
    return out.getvalue()


def test_villages_that_fill_their_township_are_sound(county):
    assert report(county).is_sound
    assert "2 parents" in said(county)


def test_siblings_on_each_other_are_named_with_the_area(county):
    draw(county.other_village, polygon(square(115.609)))

    (overlap,) = report(county).overlaps

    assert {overlap.first, overlap.second} == {county.village, county.other_village}
    assert overlap.square_metres == pytest.approx(HALF / 10, rel=0.01)
    with pytest.raises(CommandError, match="2 faults"):
        said(county)


def test_what_no_village_covers_is_a_gap(county):
    draw(county.other_village, polygon(square(115.612, side=0.008)))

    family = report(county)

    assert family.overlaps == []
    assert family.gaps == [pytest.approx(HALF * 0.36, rel=0.01)]


def test_a_grid_beyond_its_parent_sticks_out(county):
    draw(county.other_village, polygon(square(115.61, side=0.011)))

    ((node, area),) = report(county).outside

    assert node == county.other_village
    assert area == pytest.approx(HALF * 0.21, rel=0.01)


def test_without_a_boundary_of_every_village_nothing_is_called_a_gap(county):
    new = make_node(county.township, name="未画村")

    family = report(county)

    assert (family.undrawn, family.gaps) == ([new], [])
    assert "no boundary: 未画村" in said(county)


def test_a_county_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="no county 000000"):
        call_command("check_boundaries", "000000")
