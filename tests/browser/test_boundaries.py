"""Draw a boundary in the admin with clicks, beside neighbours, and see it stored."""

import json

import pytest

from grids.models import GridNode
from grids.services import set_boundary
from tests.factories import make_user
from tests.grids.test_geometry import polygon, square

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = polygon(
    [
        [115.59, 33.19],
        [115.63, 33.19],
        [115.63, 33.22],
        [115.59, 33.22],
        [115.59, 33.19],
    ]
)


def test_a_boundary_is_drawn_with_clicks_and_saved(town, visit, scope):
    county = town.county
    make_user(
        county.tenant,
        on=county.root,
        may=["view_grids", "manage_grids"],  # a role without second factor
        username="boundary_admin",
        is_staff=True,
    )
    with scope():
        set_boundary(actor=None, node_id=county.township.pk, boundary=WHOLE)
        set_boundary(
            actor=None, node_id=county.other_village.pk, boundary=polygon(square())
        )
    visitor = visit("boundary_admin")
    page = visitor.open(f"/admin/grids/gridnode/{county.village.pk}/boundary/")
    page.wait_for_selector(".leaflet-draw-draw-polygon")

    # The neighbour and the parent are there to draw along.
    assert page.locator("path.boundary-sibling").count() == 1
    assert page.locator("path.boundary-parent").count() == 1
    assert page.locator(".map-label", has_text=county.other_village.name).count() == 1

    page.click(".leaflet-draw-draw-polygon")
    box = page.locator("#boundary-map").bounding_box()
    corners = [(0.6, 0.3), (0.8, 0.3), (0.8, 0.6), (0.6, 0.6), (0.6, 0.3)]
    for x, y in corners:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(350)  # two clicks at once would zoom in
    drawn = json.loads(page.locator("#id_boundary").input_value())
    visitor.press("input[type=submit].default")

    with scope():
        stored = GridNode.objects.get(pk=county.village.pk).boundary
    assert stored == drawn
    assert len(stored["coordinates"][0]) == 5
    assert page.locator("path[stroke='#b3261e']").count() == 1
    assert visitor.complaints == []
