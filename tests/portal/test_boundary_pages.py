"""Boundaries in the admin: hand in, preview, apply; draw."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grids.geometry import checked
from grids.models import BoundaryImport, GridNode
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user
from tests.grids.test_boundaries import two_villages
from tests.grids.test_geometry import BOW_TIE, polygon, square
from tests.world import UNKNOWN

pytestmark = pytest.mark.django_db
HAND_IN = "/admin/grids/gridnode/boundaries/"


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def browser(county):
    return browser_of(county)


def browser_of(county, role="tenant_admin"):
    client = Client(headers={"accept-language": "en"})
    user = make_user(county.tenant, on=county.root, role=role, is_staff=True)
    client.force_login(user)
    return client


def upload(browser, content, **more):
    file = SimpleUploadedFile("b.geojson", content, "application/geo+json")
    return browser.post(HAND_IN, {"file": file, "tolerance": "0", **more})


def boundaries(county):
    with tenant_scope(county.tenant.pk):
        nodes = GridNode.objects.filter(boundary__isnull=False).order_by("code")
        return {node.name: node.boundary for node in nodes}


def test_a_file_is_shown_first_and_then_put_in_place(browser, county):
    page = upload(browser, two_villages(county)).url

    text = browser.get(page).content.decode()
    assert "All 2 features fit." in text
    assert boundaries(county) == {}

    assert browser.post(page, {"apply": "1"}).status_code == 302
    course = browser.get(f"/grids/{county.village.pk}/").content.decode()
    assert "Boundary imported" in course
    assert "Boundary drawn" not in course
    assert boundaries(county) == {
        county.village.name: polygon(square(115.6)),
        county.other_village.name: polygon(square(115.61)),
    }


def test_a_bad_file_shows_each_reason_and_offers_nothing_to_apply(browser, county):
    page = upload(browser, two_villages(county, east=polygon(BOW_TIE))).url

    text = browser.get(page).content.decode()
    assert "1 of 2 features do not fit" in text
    assert "The outline crosses itself at 0.5 0.5" in text
    assert 'name="apply"' not in text

    browser.post(page, {"apply": "1"})
    assert boundaries(county) == {}


def test_the_property_may_be_chosen_anew(browser, county):
    page = upload(browser, two_villages(county)).url

    browser.post(page, {"matched_by": "MC", "tolerance": "5"})

    text = browser.get(page).content.decode()
    assert text.count("No grid in use has this code or name.") == 2
    browser.post(page, {"matched_by": "nonsense", "tolerance": "5"})
    with tenant_scope(county.tenant.pk):
        assert BoundaryImport.objects.get().matched_by == "MC"


def test_what_is_no_file_comes_back_with_its_reason(browser):
    answer = upload(browser, b"{")

    assert answer.status_code == 422
    assert "The file is no JSON" in answer.content.decode()
    assert "Choose a file." in browser.post(HAND_IN, {}).content.decode()


def test_an_import_of_another_bureau_or_person_is_as_unknown_as_none(browser, county):
    page = upload(browser, two_villages(county)).url
    unknown = reverse("admin:grids_gridnode_boundary_import", args=[UNKNOWN])

    for other in (browser_of(make_county()), browser_of(county)):
        assert other.get(page).status_code == 404
        assert other.post(page, {"apply": "1"}).status_code == 404
    assert browser.get(unknown).status_code == 404
    assert boundaries(county) == {}


def test_the_pages_are_for_whoever_manages_grids(county):
    draw = reverse("admin:grids_gridnode_boundary", args=[county.village.pk])
    auditor = browser_of(county, "auditor")

    for page in (HAND_IN, draw):
        assert auditor.get(page).status_code == 403
        assert auditor.post(page).status_code == 403
        assert Client().get(page).status_code == 302


def test_a_boundary_may_be_pasted_and_neighbours_lie_beside_it(browser, county):
    upload_page = upload(browser, two_villages(county)).url
    browser.post(upload_page, {"apply": "1"})
    page = reverse("admin:grids_gridnode_boundary", args=[county.village.pk])

    beside = browser.get(page).context["around"]["features"]
    assert [f["properties"]["name"] for f in beside] == [county.other_village.name]
    over = checked(polygon(square(115.605))).geometry
    answer = browser.post(
        page, {"boundary": json.dumps(over), "datum": "wgs84"}, follow=True
    )

    assert boundaries(county)[county.village.name] == over
    said = answer.content.decode()
    assert f"Overlaps “{county.other_village.name}” by 0.52 km²." in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "This is no GeoJSON."), (json.dumps(polygon(BOW_TIE)), "crosses itself")],
)
def test_a_boundary_that_is_none_comes_back_as_it_was_typed(
    text, sentence, browser, county
):
    page = reverse("admin:grids_gridnode_boundary", args=[county.village.pk])

    answer = browser.post(page, {"boundary": text, "datum": "wgs84"})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert answer.context["form"]["boundary"].value() == text
    assert boundaries(county) == {}


def test_another_bureaus_grid_is_not_drawn(browser, county):
    rival = make_county()
    for pk in (rival.village.pk, UNKNOWN, county.department.pk):
        page = reverse("admin:grids_gridnode_boundary", args=[pk])
        assert browser.get(page).status_code == 404
        answer = browser.post(page, {"boundary": "", "datum": "wgs84"})
        assert answer.status_code == 404
