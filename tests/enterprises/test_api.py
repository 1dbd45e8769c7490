"""``/api/v1/enterprises/``: the same rows, the same walls."""

from uuid import uuid4

import pytest

from tests.factories import make_enterprise, make_user

URL = "/api/v1/enterprises/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    rows, county, worker, client_for, django_assert_num_queries
):
    made = [
        make_enterprise(county.village, name=f"{n}号厂", department=county.department)
        for n in range(rows)
    ]
    client = client_for(worker)
    client.get(URL)

    # tenant's scope (savepoint, set, reset, release), session, user, reach, rows,
    # count
    with django_assert_num_queries(9):
        response = client.get(URL)

    answer = response.json()
    assert answer["count"] == rows
    assert [row["id"] for row in answer["results"]] == [str(e.pk) for e in made]


def test_a_row_says_where_and_whose_it_is(county, worker, client_for):
    enterprise = make_enterprise(
        county.village, name="东风厂", department=county.department, principal="张三"
    )
    row = client_for(worker).get(f"{URL}{enterprise.pk}/").json()

    assert (row["name"], row["uscc"], row["principal"]) == (
        "东风厂",
        enterprise.uscc,
        "张三",
    )
    assert row["grid"]["id"] == str(county.village.pk)
    assert row["township"]["name"] == county.township.name
    assert row["department"]["name"] == county.department.name
    assert row["subcategory"]["code"] == "0405"
    assert row["subcategory"]["category"] == "冶金工贸"
    assert "tenant" not in row
    assert "search_text" not in row


def test_filters_and_search_give_the_exact_total(county, clerk, client_for):
    make_enterprise(county.village, name="顺达木业厂", trade="0411")
    make_enterprise(county.other_village, name="顺达机械厂")
    make_enterprise(county.village, name="宏达机械厂")
    client = client_for(clerk)

    def count(**query):
        return client.get(URL, query).json()["count"]

    assert count() == 3
    assert count(q="顺达") == 2
    assert count(q="顺达", village=county.village.pk) == 1
    assert count(township=county.township.pk) == 3
    assert count(state="closed") == 0


def test_another_tenants_enterprise_does_not_exist(county, rival, clerk, client_for):
    foreign = make_enterprise(rival.village, name="外县的厂")
    unseen = make_enterprise(county.root, name="看不见的厂")
    client = client_for(clerk)

    answers = {
        (response.status_code, response.content)
        for pk in (foreign.pk, unseen.pk, uuid4())
        if (response := client.get(f"{URL}{pk}/"))
    }

    assert client.get(URL).json()["count"] == 0
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_a_foreign_filter_reads_like_one_that_never_existed(rival, clerk, client_for):
    client = client_for(clerk)
    for name, node in (("township", rival.township), ("village", rival.village)):
        said = []
        for pk in (node.pk, uuid4()):
            response = client.get(URL, {name: pk})
            assert response.status_code == 400
            said.append(response.json())
        assert said[0] == said[1]


def test_without_signing_in_there_is_nothing(client, db):
    assert client.get(URL).status_code in {401, 403}


def test_the_register_is_read_only_here(county, clerk, client_for):
    enterprise = make_enterprise(county.village)
    client = client_for(clerk)
    for method in ("post", "put", "patch", "delete"):
        address = URL if method == "post" else f"{URL}{enterprise.pk}/"
        assert getattr(client, method)(address, {"name": "x"}).status_code == 405


def test_a_user_without_any_grant_sees_an_empty_list(county, client_for):
    make_enterprise(county.village)
    nobody = make_user(county.tenant)
    assert client_for(nobody).get(URL).json()["count"] == 0
