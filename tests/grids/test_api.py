"""``/api/v1/grids/``: the own branch of the tree, read only."""

import pytest
from django.test import Client

from grids.datum import Datum, from_wgs84
from grids.services import edit_node, merge_nodes
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_node, make_user
from tests.grids.test_geometry import polygon, square
from tests.world import UNKNOWN

pytestmark = pytest.mark.django_db
URL = "/api/v1/grids/"


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def client(county):
    return client_of(make_user(county.tenant, on=county.township, role="grid_worker"))


def client_of(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize("below", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_grids(
    below, county, django_assert_num_queries
):
    for n in range(below):
        make_node(county.village, "subgrid", name=f"第{n}网格")
    client = client_of(make_user(county.tenant, on=county.village, role="grid_worker"))
    client.get(URL)

    # The tenant's scope (savepoint, setting, setting back, release), the session,
    # the user with the tenant, the reach, the count, the rows.
    with django_assert_num_queries(9):
        response = client.get(URL)

    assert response.json()["count"] == below + 1


def test_each_grid_stands_after_its_parent_and_none_outside_the_branch(county, client):
    answer = client.get(URL).json()

    assert [row["name"] for row in answer["results"]] == [
        county.township.name,
        county.village.name,
        county.other_village.name,
    ]
    assert answer["results"][1]["parent"] == str(county.township.pk)
    assert "boundary" not in answer["results"][0]


def test_a_grid_comes_with_its_boundary_and_nothing_of_the_machinery(county, client):
    row = client.get(f"{URL}{county.village.pk}/").json()

    assert (row["name"], row["kind"], row["boundary"]) == (
        county.village.name,
        "village",
        None,
    )
    assert not {"lft", "rght", "tree_id", "tenant"} & row.keys()


def test_a_foreign_and_an_unseen_grid_read_like_one_that_never_was(county, client):
    rival = make_county()

    answers = {
        client.get(f"{URL}{pk}/").content
        for pk in (rival.village.pk, county.root.pk, county.department.pk, UNKNOWN)
    }

    assert len(answers) == 1
    assert client.get(f"{URL}{UNKNOWN}/").status_code == 404


def test_a_foreign_parent_finds_as_little_as_an_unknown_one(county, client):
    rival = make_county()
    for pk in (rival.township.pk, UNKNOWN):
        assert client.get(URL, {"parent": pk}).json()["count"] == 0
    assert client.get(URL, {"parent": county.township.pk}).json()["count"] == 2


def test_kind_and_words_narrow_the_list_with_the_exact_total(county, client):
    make_enterprise(county.village, name="东风机械厂")

    def count(**query):
        return client.get(URL, query).json()["count"]

    assert count() == 4
    assert count(kind="village") == 2
    assert count(q="东关") == 1
    assert count(q=county.village.code) == 1
    assert count(q="%") == 0
    assert client.get(URL, {"kind": "planet"}).status_code == 400


def test_a_position_finds_the_grid_that_one_sees_in_any_datum(county, client):
    village = make_node(county.township, name="图上村", boundary=polygon())
    corner = make_node(village, "subgrid", boundary=polygon(square(side=0.004)))
    narrow = client_of(make_user(county.tenant, on=corner, role="grid_worker"))
    inside = {"lng": 115.608, "lat": 33.208}

    def asked(client, **query):
        answer = client.get(f"{URL}at/", query)
        row = answer.json()
        return answer.status_code, row.get("id"), row.get("how"), row.get("metres")

    assert asked(client, **inside) == (200, str(village.pk), "inside", 0)
    assert asked(client, lng=115.608, lat=33.199)[1:] == (
        str(village.pk),
        "nearest",
        111,
    )
    assert asked(narrow, **inside)[0] == 404
    assert asked(client, lng=116.608, lat=33.208)[0] == 404
    lng, lat = from_wgs84(*inside.values(), Datum.BD09)
    assert asked(client, lng=lng, lat=lat, datum="bd09")[2] == "inside"
    assert asked(client, lng=lng, lat=lat)[2] != "inside"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lng": 115.6},
        {"lng": "x", "lat": 33.2},
        {"lng": 181, "lat": 33.2},
        {"lng": "nan", "lat": 33.2},
        {"lng": 115.6, "lat": 33.2, "datum": "mars"},
    ],
)
def test_a_position_that_is_none_is_refused(query, client):
    answer = client.get(f"{URL}at/", query)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_foreign_grid_is_never_at_a_position(county, client):
    rival = make_county()
    make_node(rival.township, boundary=polygon())

    assert client.get(f"{URL}at/", {"lng": 115.601, "lat": 33.201}).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_tree_is_read_only_here(method, county, client):
    for url in (URL, f"{URL}{county.village.pk}/"):
        answer = getattr(client, method)(url, {"name": "x"}, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (
            405,
            "method_not_allowed",
        )


def test_a_grant_on_two_branches_shows_both_and_no_more(county):
    far = make_node(county.root, "township", name="河东镇")
    user = make_user(county.tenant, on=county.village, may=["view_grids"])
    make_user(county.tenant, on=county.root, may=["view_grids"])
    client = client_of(user)

    assert [row["name"] for row in client.get(URL).json()["results"]] == [
        county.village.name
    ]
    assert client.get(f"{URL}{far.pk}/").status_code == 404


def test_a_grid_is_found_by_every_code_it_ever_had(county):
    client = client_of(make_user(county.tenant, on=county.township, role="grid_worker"))
    third = make_node(county.township)
    first, second = county.village.code, county.other_village.code
    with tenant_scope(county.tenant.pk):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        merge_nodes(
            actor=None, node_id=county.village.pk, into_id=county.other_village.pk
        )
        merge_nodes(actor=None, node_id=county.other_village.pk, into_id=third.pk)

    for code in (first, "NEW-1", second, third.code):
        (row,) = client.get(URL, {"code": code}).json()["results"]
        assert row["id"] == str(third.pk)
    assert client.get(URL, {"code": "never was"}).json()["results"] == []
    old = client.get(f"{URL}{county.village.pk}/").json()
    assert (old["merged_into"], old["former_codes"]) == (str(third.pk), [first])


def test_a_code_outside_the_branch_finds_nothing(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    rival = make_county()

    for node in (county.other_village, rival.village):
        found = client_of(worker).get(URL, {"code": node.code}).json()
        assert found["results"] == []
