"""Outlines made to be slow are refused in a moment, and never under the tree's lock."""

import json
import time
from contextlib import contextmanager
from math import cos, inf, pi, sin

import pytest
from django.test import Client

from grids import boundary_report, geojson, geometry
from grids.models import BoundaryImport, GridNode
from grids.services import apply_boundaries, hand_in_boundaries, set_boundary
from grids.services import boundaries as services
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user

TEETH = 9_990  # some fewer corners than the limit


def comb(teeth, *, turned=0.0):
    """Two corners a tooth; turned by an eighth, each box overlaps all others."""
    corners = [(0.0, 0.0)]
    for n in range(teeth):
        corners += [((n + 0.25) / teeth, 1.0), ((n + 0.5) / teeth, 0.05)]
    corners.append((1.0, 0.0))
    east, north = cos(turned), sin(turned)
    ring = [
        [115.6 + (x * east - y * north) / 10, 33 + (x * north + y * east) / 10]
        for x, y in corners
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@contextmanager
def in_a_second():
    begun = time.process_time()
    yield
    assert time.process_time() - begun < 1.5  # of a machine that does other things


def test_a_comb_is_refused_in_a_moment():
    with in_a_second(), pytest.raises(geometry.BadBoundary, match="梳齿"):
        geometry.checked(comb(TEETH, turned=pi / 4))


def test_more_corners_than_the_limit_are_refused(settings):
    too_many = comb(geometry.CORNERS_AT_MOST // 2)

    with in_a_second(), pytest.raises(geometry.BadBoundary, match="顶点"):
        geometry.checked(too_many)
    assert geometry.CORNERS_AT_MOST == settings.BOUNDARY_CORNERS


def test_a_border_of_many_real_corners_is_taken():
    ring = [
        [115.6 + (0.1 + sin(90 * t) / 500) * cos(t), 33 + 0.1 * sin(t)]
        for t in (2 * pi * n / 19_000 for n in range(19_000))
    ]
    outline = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    assert geometry.checked(outline).corners == 19_001


def test_two_combs_across_each_other_are_not_cut_out():
    one, other = (geometry.to_shape(comb(3_000, turned=t)) for t in (0, pi / 2))
    moved = geometry.library().transform(other, lambda corners: corners + 0.05)

    with in_a_second():
        (found,) = geometry.overlaps([one, moved], above=1)
        assert geometry.outside(one, whole=moved) == inf
        assert geometry.gaps([one], whole=moved, above=1) == []

    assert found.square_metres == inf
    assert geometry.area_in_words(found.square_metres)


@pytest.fixture
def county(db):
    return make_county()


def _file(*outlines):
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": outline}
        for code, outline in outlines
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_file_of_too_many_corners_is_refused_at_its_field():
    outlines = [("G1", comb(9_000))] * (geojson.CORNERS_AT_MOST // 18_000 + 1)

    with pytest.raises(DomainError) as refusal:
        geojson.read(_file(*outlines))

    assert refusal.value.field == "file"
    assert "200,000" in str(refusal.value)


def test_a_file_with_a_comb_is_shown_with_its_reason(county):
    with tenant_scope(county.tenant.pk):
        content = _file((county.village.code, comb(TEETH, turned=pi / 4)))
        kept = hand_in_boundaries(actor=None, content=content, file_name="a.geojson")
        with in_a_second(), pytest.raises(DomainError):
            apply_boundaries(actor=None, import_id=kept.pk)
        assert GridNode.objects.get(pk=county.village.pk).boundary is None


def test_a_drawn_comb_is_refused_at_its_field(county):
    admin = make_user(county.tenant, on=county.root, role="tenant_admin", is_staff=True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin)
    outline = json.dumps(comb(2_000, turned=pi / 4))

    answer = client.post(
        f"/admin/grids/gridnode/{county.village.pk}/boundary/",
        {"boundary": outline, "datum": "wgs84"},
    )

    assert answer.status_code == 422
    assert "teeth of a comb" in answer.content.decode()


@pytest.mark.parametrize("way", ["drawn", "file"])
def test_shapes_are_judged_before_the_lock_of_the_tree(way, county, monkeypatch):
    order = []
    taken = services.acquire
    monkeypatch.setattr(
        services, "acquire", lambda lock: (order.append("lock"), taken(lock))
    )
    checked = geometry.checked
    monkeypatch.setattr(
        geometry,
        "checked",
        lambda given, **more: (order.append("judge"), checked(given, **more))[1],
    )
    outline = {
        "type": "Polygon",
        "coordinates": [[[115.6, 33], [115.7, 33], [115.7, 33.1], [115.6, 33]]],
    }
    with tenant_scope(county.tenant.pk):
        if way == "drawn":
            set_boundary(actor=None, node_id=county.village.pk, boundary=outline)
        else:
            content = _file((county.village.code, outline))
            kept = hand_in_boundaries(actor=None, content=content, file_name="a")
            apply_boundaries(actor=None, import_id=kept.pk)
            assert BoundaryImport.objects.get().applied_at is not None
        assert GridNode.objects.get(pk=county.village.pk).boundary is not None

    assert order == ["judge", "lock"]


def test_a_tree_that_changed_meanwhile_is_judged_again(county, monkeypatch):
    outline = {
        "type": "Polygon",
        "coordinates": [[[115.6, 33], [115.7, 33], [115.7, 33.1], [115.6, 33]]],
    }
    with tenant_scope(county.tenant.pk):
        content = _file((county.village.code, outline))
        kept = hand_in_boundaries(actor=None, content=content, file_name="a")
        taken = services.acquire

        def somebody_is_faster(lock):
            monkeypatch.setattr(services, "acquire", taken)
            set_boundary(actor=None, node_id=county.other_village.pk, boundary=outline)
            taken(lock)

        monkeypatch.setattr(services, "acquire", somebody_is_faster)
        with pytest.raises(DomainError):  # they lie on each other now
            apply_boundaries(actor=None, import_id=kept.pk)
        assert GridNode.objects.get(pk=county.village.pk).boundary is None


def test_a_report_over_tangled_outlines_ends_and_says_so(county):
    turned = comb(3_000, turned=pi / 2)
    ring = [[x + 0.1, y] for x, y in turned["coordinates"][0]]
    with tenant_scope(county.tenant.pk):
        for node, outline in (
            (county.township, {**turned, "coordinates": [ring]}),
            (county.village, comb(3_000)),
        ):
            GridNode.objects.filter(pk=node.pk).update(boundary=outline)
        with in_a_second():
            families = list(boundary_report.families())

    outside = [row for family in families for row in family.outside]
    assert [(node.pk, area) for node, area in outside] == [(county.village.pk, inf)]
