"""Ids of others in every address, choice and field; files that are too much."""

import pytest

from hazards.models import Hazard, HazardKind
from hazards.workflow import HazardState
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_photo,
    make_user,
)
from tests.hazards.test_views_case import press, state_of, text
from tests.hazards.test_views_list import shown

LIST = "/hazards/"


@pytest.fixture
def rival(db):
    """Another county with a hazard of its own: a leak must be able to show."""
    county = make_county()
    make_hazard(make_enterprise(county.village, department=county.department))
    return county


def ids_of(county):
    """The ids of another county, by the filter that would take them."""
    with tenant_scope(county.tenant.pk):
        hazard = Hazard.objects.get()
        kind = HazardKind.objects.first()
    return {
        "township": county.township.pk,
        "village": county.village.pk,
        "department": county.department.pk,
        "enterprise": hazard.enterprise_id,
        "kind": kind.pk,
    }


def test_ids_of_another_tenant_are_no_filter(enterprise, official, rival, client_for):
    own = make_hazard(enterprise)
    client = client_for(official)

    for name, foreign in ids_of(rival).items():
        response = client.get(LIST, {name: foreign})
        assert shown(response) == []
        assert response.context["filter"].form.errors.keys() == {name}
    assert shown(client.get(LIST)) == [own.title]


def test_nonsense_in_the_query_string_is_answered(official, client_for, enterprise):
    make_hazard(enterprise)
    client = client_for(official)

    for query in (
        "page=-1",
        "page=99",
        "page=x",
        "sort=upside-down",
        "state=unknown",
        "township=1",
        "q=%00",
        "q=" + "长" * 300,
        "reported_from=9999-12-31&reported_to=9999-12-31",
        "work=everything",
    ):
        assert client.get(f"{LIST}?{query}").status_code == 200


def test_an_assessment_takes_no_foreign_enterprise_and_no_foreign_department(
    furnished, official, rival, client_for
):
    hazard = make_hazard(furnished.village)
    foreign = ids_of(rival)
    hidden = make_enterprise(
        _other_township(furnished), name="别处的工厂", department=furnished.department
    )
    client = client_for(official)

    for field, value in (
        ("enterprise", foreign["enterprise"]),
        ("enterprise", hidden.pk),
        ("department_node", foreign["department"]),
        ("department_node", furnished.village.pk),
    ):
        response = press(client, hazard, "assess", level="general", **{field: value})
        assert response.status_code == 422
        assert response.context["primary"].form.errors.keys() == {field}
    assert state_of(hazard) == HazardState.REPORTED


def _other_township(county):
    from tests.factories import make_node  # noqa: PLC0415

    return make_node(county.root, "township", name="远方镇")


def test_major_cannot_be_chosen_and_says_who_decides(official, enterprise, client_for):
    hazard = make_hazard(enterprise, suspected_major=True)
    client = client_for(official)

    response = press(client, hazard, "assess", level="major")

    assert response.status_code == 422
    assert "two people of the county department" in text(response)
    assert state_of(hazard) == HazardState.REPORTED


def test_a_photo_of_a_colleague_is_not_taken_into_a_report(
    furnished, enterprise, worker, official, kind, client_for
):
    theirs = make_photo(official)
    entry = {
        "client_id": "019aaaaa-0000-7000-8000-000000000001",
        "enterprise": enterprise.pk,
        "kind": kind.pk,
        "photo_ids": [str(theirs.pk)],
    }

    response = client_for(worker).post("/hazards/report/", entry)

    assert response.status_code == 422
    assert "A photo is not there any more." in text(response)
    assert response.context["kept"] == []
    with tenant_scope(furnished.tenant.pk):
        assert not Hazard.objects.exists()


def test_a_photo_of_thirty_megabytes_is_refused_by_its_size(
    enterprise, officer, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    huge = picture(1, content=b"\xff\xd8" + bytes(30 * 1024 * 1024))

    response = press(
        client_for(officer), hazard, "submit", measures="已清理", photos=[huge]
    )

    assert response.status_code == 422
    assert "larger than 15 MB" in text(response)
    assert "已清理" in text(response)


def test_an_enterprises_officer_sees_only_its_own_hazards(
    furnished, enterprise, officer, client_for
):
    own = make_hazard(enterprise)
    neighbour = make_enterprise(furnished.village)
    hidden = make_hazard(neighbour)
    client = client_for(officer)

    assert shown(client.get(LIST)) == [own.title]
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(f"/hazards/of-enterprise/{neighbour.pk}/").status_code == 404


def test_who_holds_no_role_sees_nothing(furnished, enterprise, client_for):
    nobody = make_user(furnished.tenant)
    hazard = make_hazard(enterprise)
    client = client_for(nobody)

    assert shown(client.get(LIST)) == []
    assert client.get(hazard.get_absolute_url()).status_code == 404
    assert client.get("/hazards/report/").status_code == 403
