"""The report page: few fields, once per submission, nothing lost."""

import re
from uuid import uuid4

import pytest

from hazards.models import Hazard
from hazards.workflow import HazardState
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_user,
)

URL = "/hazards/report/"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[115, 33], [116, 33], [116, 34], [115, 34], [115, 33]]],
}


def text(response):
    return response.content.decode()


@pytest.fixture
def entry(enterprise, kind, picture):
    """What a grid worker sends; a test changes what it is about."""
    return {
        "client_id": str(new_id()),
        "where": "enterprise",
        "enterprise": str(enterprise.pk),
        "kind": str(kind.pk),
        "title": "东门被锁",
        "photos": [picture(1)],
    }


def stored(tenant):
    with tenant_scope(tenant.pk):
        whole = Hazard.objects.for_case().select_related("area_node")
        return list(whole.order_by("pk"))


def send(client, entry, **changed):
    """Files are read up by sending them, so each try brings its own."""
    return client.post(URL, entry | changed)


# The page ----------------------------------------------------------------------


def test_the_page_brings_a_fresh_key_and_the_enterprises_of_the_village(
    furnished, enterprise, worker, client_for
):
    hidden = make_enterprise(furnished.other_village, name="西风机械厂")
    client = client_for(worker)

    first, second = client.get(URL), client.get(URL)

    keys = [
        re.search(r'name="client_id" value="([0-9a-f-]{36})"', text(r))[1]
        for r in (first, second)
    ]
    assert keys[0] != keys[1]
    assert enterprise.name in text(first)
    assert hidden.name not in text(first)
    assert furnished.other_village.name not in text(first)


def test_an_officers_own_enterprise_stands_fast(enterprise, officer, client_for):
    response = client_for(officer).get(URL)

    form = response.context["form"]
    assert form.only_enterprise == enterprise.name
    assert "where" not in form.fields
    assert f'name="enterprise" value="{enterprise.pk}"' in text(response)


def test_the_enterprises_page_leads_to_a_report_about_it(
    furnished, enterprise, official, client_for
):
    make_enterprise(furnished.village)

    response = client_for(official).get(f"{URL}?enterprise={enterprise.pk}")

    assert f'<option value="{enterprise.pk}" selected>' in text(response)


def test_only_staff_choose_the_source(official, worker, client_for):
    assert "source" in client_for(official).get(URL).context["form"].fields
    assert "source" not in client_for(worker).get(URL).context["form"].fields


def test_who_may_report_nowhere_is_told_so(furnished, client_for):
    auditor = make_user(furnished.tenant, on=furnished.root, role="auditor")

    response = client_for(auditor).get(URL)

    assert response.status_code == 403
    assert "You are not allowed to report hazards here." in text(response)


def test_the_search_offers_only_where_one_may_report(
    furnished, enterprise, worker, client_for
):
    make_enterprise(furnished.other_village, name="东风二厂")
    make_enterprise(make_county().village, name="东风三厂")

    response = client_for(worker).get("/hazards/enterprise-choices/?q=东风")

    assert [r["text"] for r in response.json()["results"]] == ["东风机械厂"]


def test_a_long_register_is_searched_on_the_server(
    furnished, enterprise, official, client_for, monkeypatch
):
    monkeypatch.setattr("hazards.forms.fields.LISTED", 1)
    make_enterprise(furnished.other_village, name="西风机械厂")

    page = text(client_for(official).get(URL))

    assert 'data-picker-url="/hazards/enterprise-choices/"' in page
    assert "西风机械厂" not in page
    assert 'name="enterprise_name"' in page  # for a browser without script


# Sending -----------------------------------------------------------------------


def test_a_photo_a_place_and_a_kind_are_enough(
    furnished, enterprise, worker, client_for, kind, entry
):
    client = client_for(worker)

    response = send(client, entry, title="")

    (hazard,) = stored(furnished.tenant)
    address = f"{hazard.get_absolute_url()}?reported={entry['client_id']}"
    assert (response.status_code, response["Location"]) == (302, address)
    assert (hazard.enterprise, hazard.title) == (enterprise, kind.name)
    assert (hazard.source, hazard.reported_by) == ("patrol", worker)
    page = text(client.get(address))
    assert f'data-draft-done="{entry["client_id"]}"' in page
    assert "Report another" in page
    assert hazard.number in page


def test_the_same_form_sent_twice_is_one_hazard(
    furnished, worker, client_for, entry, picture
):
    client = client_for(worker)

    first = send(client, entry)
    second = send(client, entry, photos=[picture(1)])

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert len(stored(furnished.tenant)) == 1


def test_the_same_key_with_another_content_is_told_and_can_be_sent_anew(
    furnished, worker, client_for, entry, picture
):
    client = client_for(worker)
    send(client, entry)

    other = send(client, entry, title="另一处", photos=[picture(2)])

    assert other.status_code == 409
    (first,) = stored(furnished.tenant)
    assert first.number in text(other)
    assert "另一处" in text(other)
    assert f'data-draft-done="{entry["client_id"]}"' in text(other)
    fresh = re.search(r'name="client_id" value="([0-9a-f-]{36})"', text(other))[1]
    assert fresh != entry["client_id"]
    (kept,) = other.context["kept"]
    again = send(
        client,
        entry,
        title="另一处",
        client_id=fresh,
        photos=[],
        photo_ids=[str(kept.pk)],
    )
    assert again.status_code == 302
    assert [h.title for h in stored(furnished.tenant)] == ["东门被锁", "另一处"]


def test_somebody_elses_key_shows_nothing_of_their_report(
    furnished, enterprise, worker, officer, client_for, entry, picture
):
    send(client_for(worker), entry)

    response = send(client_for(officer), entry, photos=[picture(7)])

    assert response.status_code == 409
    assert response.context["earlier"] is None
    assert len(stored(furnished.tenant)) == 1


@pytest.mark.parametrize(
    ("missing", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "Choose what kind of hazard it is."),
        ({"enterprise": ""}, "enterprise", "Choose the enterprise or the village."),
        (
            {"where": "area", "area_node": ""},
            "area_node",
            "Choose the enterprise or the village.",
        ),
        (
            {"where": "position"},
            "where",
            "Take your position first, or choose the enterprise or the village.",
        ),
        ({"kind": str(uuid4())}, "kind", "Choose what kind of hazard it is."),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    missing, field, sentence, furnished, worker, client_for, entry
):
    client = client_for(worker)

    response = send(client, entry, description="门后有货物", **missing)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert sentence in text(response)
    assert "门后有货物" in text(response)
    assert entry["client_id"] in text(response)
    (kept,) = response.context["kept"]
    assert f'name="photo_ids" value="{kept.pk}" checked' in text(response)
    assert stored(furnished.tenant) == []


def test_photos_that_were_kept_go_into_the_second_try(
    furnished, worker, client_for, entry
):
    client = client_for(worker)
    first = send(client, entry, kind="")

    kept = [str(photo.pk) for photo in first.context["kept"]]
    second = send(client, entry, photos=[], photo_ids=kept)

    assert second.status_code == 302
    (hazard,) = stored(furnished.tenant)
    with tenant_scope(furnished.tenant.pk):
        assert [str(p.photo_id) for p in hazard.photos.all()] == kept


def test_a_report_without_a_photo_is_refused_at_the_photos(
    furnished, worker, client_for, entry
):
    response = send(client_for(worker), entry, photos=[])

    assert response.status_code == 422
    assert response.context["form"].errors == {"photo_ids": ["Add at least one photo."]}
    assert "东门被锁" in text(response)


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"\xff\xd8\xff\xe0junk"],
)
def test_what_is_no_photo_is_refused_and_the_good_photo_stays(
    content, furnished, worker, client_for, entry, picture
):
    response = send(
        client_for(worker), entry, photos=[picture(1), picture(2, content=content)]
    )

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"photo_ids"}
    assert len(response.context["kept"]) == 1
    assert stored(furnished.tenant) == []


def test_in_a_village_without_an_enterprise(furnished, worker, client_for, entry):
    send(
        client_for(worker),
        entry,
        where="area",
        area_node=str(furnished.village.pk),
        place="村口",
    )

    (hazard,) = stored(furnished.tenant)
    assert (hazard.area_node, hazard.enterprise) == (furnished.village, None)
    assert hazard.place == "村口"


def test_the_position_finds_the_grid(furnished, client_for, entry, kind):
    village = make_node(furnished.township, name="有界村", boundary=SQUARE)
    worker = make_user(furnished.tenant, on=village, role="grid_worker")

    send(
        client_for(worker),
        entry,
        where="position",
        enterprise="",
        lat="33.5",
        lng="115.5",
        accuracy="12.4",
    )

    (hazard,) = stored(furnished.tenant)
    assert hazard.area_node == village
    assert (float(hazard.longitude), float(hazard.latitude)) == (115.5, 33.5)
    assert hazard.accuracy_m == 12


@pytest.mark.parametrize(("lat", "is_said"), [("33.5", False), ("32.9990", True)])
def test_a_position_beside_every_grid_goes_to_the_nearest_and_says_so(
    lat, is_said, furnished, client_for, entry
):
    village = make_node(furnished.township, name="有界村", boundary=SQUARE)
    client = client_for(make_user(furnished.tenant, on=village, role="grid_worker"))

    answer = send(client, entry, where="position", enterprise="", lat=lat, lng="115.5")

    (hazard,) = stored(furnished.tenant)
    assert hazard.area_node == village
    page = client.get(answer.url).content.decode()
    assert ("at the nearest, 有界村, 111 m away: please check." in page) == is_said


def test_a_position_outside_every_grid_asks_for_the_village(
    furnished, worker, client_for, entry
):
    response = send(
        client_for(worker), entry, where="position", enterprise="", lat="1", lng="1"
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "area_node": ["This position lies in none of the grids. Choose the village."]
    }


def test_a_foreign_or_unseen_place_is_no_choice(furnished, worker, client_for, entry):
    client = client_for(worker)
    rival = make_county()
    strangers = [
        {"enterprise": str(make_enterprise(rival.village).pk)},
        {"enterprise": str(make_enterprise(furnished.other_village).pk)},
        {"where": "area", "area_node": str(rival.village.pk)},
        {"where": "area", "area_node": str(furnished.other_village.pk)},
        {"where": "area", "area_node": "nonsense"},
        {"enterprise": "no such name"},
    ]

    for stranger in strangers:
        assert send(client, entry, photos=[], **stranger).status_code == 422
    assert stored(furnished.tenant) == []


def test_a_name_does_where_there_is_no_script(
    furnished, enterprise, worker, client_for, entry
):
    make_enterprise(furnished.village, name="东风木业")
    client = client_for(worker)

    several = send(client, entry, enterprise="", enterprise_name="东风")
    one = send(
        client,
        entry,
        enterprise="",
        enterprise_name="东风机",
        photos=[],
        photo_ids=[str(several.context["kept"][0].pk)],
    )

    assert "Several enterprises are meant: 东风木业、东风机械厂" in text(several)
    assert one.status_code == 302
    assert stored(furnished.tenant)[0].enterprise == enterprise


# Fixed on the spot ---------------------------------------------------------------


def test_report_and_fix_in_one_go(furnished, worker, client_for, entry, picture):
    send(
        client_for(worker),
        entry,
        fixed="on",
        measures="当场打开",
        after_photos=[picture(5)],
    )

    (hazard,) = stored(furnished.tenant)
    assert (hazard.state, hazard.rectified_by) == (HazardState.VERIFIED, worker)
    with tenant_scope(furnished.tenant.pk):
        phases = hazard.photos.order_by("id").values_list("phase", flat=True)
        assert list(phases) == ["before", "after"]


def test_a_fix_that_is_refused_takes_the_report_back_too(
    furnished, worker, client_for, entry, picture
):
    client = client_for(worker)

    no_words = send(client, entry, fixed="on", after_photos=[picture(5)])
    no_photo = send(client, entry, fixed="on", measures="当场打开", photos=[picture(1)])

    assert no_words.context["form"].errors == {"measures": ["Describe what was done."]}
    assert no_photo.context["form"].errors == {
        "after_photo_ids": ["Add a photo taken after the rectification."]
    }
    assert (len(no_words.context["kept"]), len(no_words.context["kept_after"])) == (
        1,
        1,
    )
    assert stored(furnished.tenant) == []


# Bad luck ------------------------------------------------------------------------


def test_a_session_that_ended_keeps_the_report(furnished, worker, client_for, entry):
    client = client_for(worker)
    client.session.flush()

    response = send(client, entry, description="写了很久的情况")

    assert response.status_code == 403
    assert "写了很久的情况" in text(response)
    assert entry["client_id"] in text(response)
    assert stored(furnished.tenant) == []


def test_reporting_reads_nothing_on_a_mere_look(
    furnished, enterprise, worker, client_for
):
    make_hazard(enterprise)

    response = client_for(worker).head(URL)

    assert (response.status_code, response.content) == (200, b"")


def test_a_workers_only_village_is_chosen_beforehand(furnished, worker, client_for):
    make_node(furnished.village, "subgrid", name="第一网格")

    form = client_for(worker).get(URL).context["form"]

    assert form["area_node"].value() == furnished.village.pk


def test_a_report_that_is_opened_again_shows_what_was_typed_and_stores_nothing(
    furnished, entry, worker, client_for
):
    entry.pop("photos")

    opened = send(client_for(worker), entry, place="东门", **{"reopen-form": "1"})

    assert opened.status_code == 200
    assert 'value="东门"' in text(opened)
    assert f'value="{entry["client_id"]}"' in text(opened)
    assert f'<option value="{entry["enterprise"]}" selected>' in text(opened)
    assert "errorlist" not in text(opened)
    assert stored(furnished.tenant) == []


def links_to_errors(response):
    summary = text(response).split("error-summary")[1].split("</ul>")[0]
    return re.findall(r'<a href="#(\w+)">', summary)


def test_everything_that_is_missing_is_said_in_one_round(
    furnished, entry, worker, client_for
):
    entry.pop("photos")

    response = send(client_for(worker), entry, kind="", fixed="on")

    assert response.status_code == 422
    assert links_to_errors(response) == [
        "id_photo_ids",
        "id_kind",
        "id_measures",
        "id_after_photo_ids",
    ]
    assert all(
        f'id="{anchor}"' in text(response) for anchor in links_to_errors(response)
    )
    assert stored(furnished.tenant) == []


def test_what_the_service_refuses_is_said_together_with_the_rest(
    entry, worker, client_for
):
    entry.pop("photos")

    response = send(client_for(worker), entry, fixed="on")

    assert links_to_errors(response) == [
        "id_photo_ids",
        "id_measures",
        "id_after_photo_ids",
    ]


@pytest.mark.parametrize(
    ("fixed", "sentence"),
    [
        (False, "whoever decides about it has been told."),
        (True, "it was fixed on the spot and now waits to be closed by a colleague."),
    ],
)
def test_the_thanks_say_what_happens_next(
    fixed, sentence, entry, worker, client_for, picture
):
    client = client_for(worker)
    if fixed:
        entry |= {"fixed": "on", "measures": "门已打开", "after_photos": [picture(2)]}

    sent = send(client, entry)

    assert sentence in text(client.get(sent["Location"]))
