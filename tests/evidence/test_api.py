"""``/api/v1/evidence/``: photos from phones, one by one, as often as it takes."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence.models import Photo
from evidence.services import attach, store_photo
from tenants.ids import new_id
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from tests.evidence import pictures
from tests.factories import make_user

pytestmark = pytest.mark.django_db
UPLOAD = "/api/v1/evidence/"
WHICH = "/api/v1/evidence/which/"


@pytest.fixture
def client(worker):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(worker)
    return client


def send(client, content, name="photo.jpg", **fields):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), **fields})


def photos_of(bureau):
    with tenant_scope(bureau.pk):
        return list(Photo.objects.select_related("blob"))


def test_an_upload_answers_with_what_is_needed_to_use_the_photo(client, bureau):
    received = pictures.picture(4000, 3000)

    response = send(
        client,
        received,
        taken_at="2026-03-02T10:00:00+08:00",
        longitude="115.6212345",
        latitude="33.1654321",
        accuracy="12.4",
        place="东关村",
    )

    assert response.status_code == 201
    (photo,) = photos_of(bureau)
    assert response.json() == {
        "id": str(photo.pk),
        "sha256": hashlib.sha256(received).hexdigest(),
        "width": 2560,
        "height": 1920,
        "attached": False,
        "thumbnail": f"/evidence/{photo.pk}/thumbnail/",
    }
    assert (str(photo.longitude), photo.accuracy_m) == ("115.6212345", 12)
    assert client.get(response.json()["thumbnail"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.jpg", b"", "This file is empty"),
        ("photo.jpg", pictures.SVG, "This is no photo"),
        ("photo.jpg", pictures.HTML, "This is no photo"),
        ("photo.jpg", pictures.picture(kind="GIF"), "This is no photo"),
        ("photo.jpg", pictures.moving("GIF", 200), "This is no photo"),
        ("photo.png", pictures.huge_png(20000, 10000), "more than 40 megapixels"),
        ("photo.jpg", b"\xff\xd8\xff" + b"\0" * (30 << 20), "larger than 15 MB"),
        ("photo.jpg", pictures.picture()[:-1500], "damaged or not complete"),
    ],
    ids=["empty", "svg", "html", "gif", "200 frames", "200 MP", "30 MB", "truncated"],
)
def test_what_is_no_photo_gets_a_plain_answer_and_stores_nothing(
    name, content, sentence, client, bureau, files_on_disk
):
    response = send(client, content, name)

    assert response.status_code == 422
    answer = response.json()
    assert answer["code"] == "invalid"
    assert sentence in answer["detail"]
    assert answer["fields"] == {"photos": [answer["detail"]]}
    assert photos_of(bureau) == []
    assert files_on_disk() == []


def test_a_request_without_a_file_is_told_so(client):
    response = client.post(UPLOAD, {})

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["file"]


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"longitude": "115"}, 400, "latitude"),
        ({"latitude": "33"}, 400, "longitude"),
        ({"longitude": "200", "latitude": "33"}, 422, "position"),
        ({"longitude": "115", "latitude": "1E+999999999"}, 422, "position"),
        ({"longitude": "-1E+999999999", "latitude": "33"}, 422, "position"),
        ({"longitude": "east", "latitude": "33"}, 400, "longitude"),
        ({"longitude": "NaN", "latitude": "33"}, 400, "longitude"),
        ({"taken_at": "yesterday"}, 400, "taken_at"),
        ({"id": "7"}, 400, "id"),
        ({"method": "guess"}, 400, "method"),
        ({"accuracy": "-1"}, 400, "accuracy"),
        ({"place": "x" * 201}, 400, "place"),
    ],
)
def test_a_wrong_field_is_named(fields, status, named, client, bureau):
    response = send(client, pictures.picture(), **fields)

    assert response.status_code == status
    assert list(response.json()["fields"]) == [named]
    assert photos_of(bureau) == []


def test_sending_again_with_one_id_is_harmless_and_with_other_bytes_a_conflict(
    client, bureau
):
    photo_id = str(new_id())

    answers = [send(client, pictures.picture(), id=photo_id) for _ in range(3)]
    other = send(client, pictures.picture(100), id=photo_id)

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert {answer.json()["id"] for answer in answers} == {photo_id}
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert len(photos_of(bureau)) == 1


def test_fields_that_the_phone_must_not_set_are_ignored(client, bureau, colleague):
    other = create_tenant(name="邻县", division_code="341223")

    send(
        client,
        pictures.picture(),
        tenant=str(other.pk),
        uploaded_by=str(colleague.pk),
        reporter="李四",
        attached_at="2026-01-01",
    )

    (photo,) = photos_of(bureau)
    assert (photo.reporter, photo.is_attached) == ("王芳", False)
    with tenant_scope(other.pk):
        assert not Photo.objects.exists()


def test_a_phone_learns_which_of_its_photos_have_arrived(
    client, bureau, worker, colleague
):
    sent, used, theirs = (pictures.picture(n) for n in (100, 110, 120))
    with tenant_scope(bureau.pk):
        first = store_photo(content=sent, actor=worker)
        second = store_photo(content=used, actor=worker)
        attach(photo_ids=[second.pk], actor=worker)
        store_photo(content=theirs, actor=colleague)
    digests = [hashlib.sha256(c).hexdigest() for c in (sent, used, theirs, b"never")]

    response = client.post(WHICH, {"sha256": digests}, content_type="application/json")

    assert response.status_code == 200
    assert response.json() == {
        "photos": [
            {"id": str(first.pk), "sha256": digests[0], "attached": False},
            {"id": str(second.pk), "sha256": digests[1], "attached": True},
        ]
    }


@pytest.mark.parametrize(
    "asked", [{}, {"sha256": "x"}, {"sha256": ["x"]}, {"sha256": ["a" * 64] * 201}]
)
def test_a_malformed_question_is_refused(asked, client):
    response = client.post(WHICH, asked, content_type="application/json")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["sha256"]


@pytest.mark.parametrize("item_count", [1, 3])
def test_asking_costs_the_same_for_any_number_of_photos(
    item_count, client, bureau, worker, django_assert_num_queries
):
    contents = [pictures.picture(100 + n) for n in range(item_count)]
    with tenant_scope(bureau.pk):
        for content in contents:
            store_photo(content=content, actor=worker)
    digests = [hashlib.sha256(content).hexdigest() for content in contents]

    # session, user, photos with their pictures; four open and close the scope
    with django_assert_num_queries(7):
        response = client.post(
            WHICH, {"sha256": digests}, content_type="application/json"
        )

    assert len(response.json()["photos"]) == item_count


def test_visitors_and_operators_hand_nothing_in(bureau):
    operator = Client()
    operator.force_login(make_user(None))

    for client in (Client(), operator):
        assert send(client, pictures.picture()).status_code in {401, 403}
        asked = client.post(WHICH, {"sha256": []}, content_type="application/json")
        assert asked.status_code in {401, 403}
    assert photos_of(bureau) == []
