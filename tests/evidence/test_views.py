"""Who gets to see a photo, and in which shape it is sent."""

import io

import pytest
from django.http import Http404
from django.test import Client
from PIL import Image

from evidence import files
from evidence.models import Photo
from evidence.responses import Variant, photo_response
from evidence.services import Shot, attach, store_drawn_photos, store_photo
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from tests.evidence import pictures
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(bureau, worker):
    with tenant_scope(bureau.pk):
        return store_photo(content=pictures.picture(), actor=worker)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def address(photo, variant="marked"):
    return f"/evidence/{photo.pk}/{variant}/"


def body(response):
    return b"".join(response.streaming_content)


def test_the_uploader_sees_his_photo_inert_and_under_our_name(photo, worker):
    response = client_of(worker).get(address(photo))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, max-age=3600, immutable"
    assert response["Content-Disposition"] == (
        f'inline; filename="photo-{photo.pk.hex[-12:]}-marked.jpg"'
    )
    image = Image.open(io.BytesIO(body(response)))
    assert image.width == 320
    assert image.height > 240  # the band


def test_the_thumbnail_is_small(photo, worker):
    response = client_of(worker).get(address(photo, "thumbnail"))

    assert Image.open(io.BytesIO(body(response))).size == (320, 240)


@pytest.mark.parametrize("variant", ["unmarked", "original", "x"])
def test_no_other_shape_is_handed_out_here(photo, worker, variant):
    assert client_of(worker).get(address(photo, variant)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_photo_is_only_looked_at(photo, worker, method):
    assert getattr(client_of(worker), method)(address(photo)).status_code == 405


def test_others_do_not_see_it(photo, colleague, db):
    stranger = make_user(create_tenant(name="邻县", division_code="341223"))
    operator = make_user(None)

    for user in (colleague, stranger, operator):
        assert client_of(user).get(address(photo)).status_code == 404
    assert Client().get(address(photo)).status_code == 302


def test_once_it_is_used_the_case_decides_and_not_the_uploader(photo, worker):
    with tenant_scope(photo.tenant_id):
        attach(photo_ids=[photo.pk], actor=worker)

    assert client_of(worker).get(address(photo)).status_code == 404


def test_a_photo_is_inert_wherever_it_is_sent_from(photo):
    """The case's page sends it too, and no middleware may be needed for safety."""
    with tenant_scope(photo.tenant_id):
        response = photo_response(photo, "marked")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_unmarked_picture_is_there_for_those_who_examine(photo):
    with tenant_scope(photo.tenant_id):
        response = photo_response(photo, Variant.UNMARKED)

    assert Image.open(io.BytesIO(body(response))).size == (320, 240)


@pytest.mark.parametrize("variant", ["", "MARKED", "../marked"])
def test_a_shape_that_does_not_exist_is_not_found(photo, variant):
    with tenant_scope(photo.tenant_id), pytest.raises(Http404):
        photo_response(photo, variant)


def test_a_photo_whose_file_is_lost_is_not_found(photo):
    files.path_of(photo.blob.thumbnail_path).unlink()

    with tenant_scope(photo.tenant_id), pytest.raises(Http404):
        photo_response(photo, "thumbnail")


@pytest.fixture
def drawn(bureau, worker):
    """A photo of the demo, whose marked copy is not drawn yet."""
    with tenant_scope(bureau.pk):
        shot = Shot(
            picture="x",
            uploaded_by_id=worker.pk,
            reporter="王芳",
            taken_at=bureau.created_at,
            uploaded_at=bureau.created_at,
            attached=False,
        )
        return store_drawn_photos(pictures={"x": pictures.picture()}, shots=[shot])[0]


def test_a_missing_marked_copy_is_drawn_at_the_first_look_and_kept(drawn, worker):
    name = files.marked_name(drawn.tenant_id, drawn.pk)
    assert not files.exists(name)

    first = body(client_of(worker).get(address(drawn)))

    assert files.exists(name)
    assert body(client_of(worker).get(address(drawn))) == first


def test_a_full_disk_keeps_nobody_from_looking(drawn, worker, monkeypatch):
    def full(*_):
        raise files.StorageRefused("full")

    monkeypatch.setattr(files, "write", full)

    response = client_of(worker).get(address(drawn))

    assert response.status_code == 200
    assert Image.open(io.BytesIO(body(response))).width == 320


def test_looking_costs_the_same_few_queries(photo, worker, django_assert_num_queries):
    client = client_of(worker)
    client.get(address(photo))

    # session, user, the photo with its picture; four open and close the scope
    with django_assert_num_queries(7):
        client.get(address(photo))


def test_looking_writes_nothing(photo, worker):
    with tenant_scope(photo.tenant_id):
        row = Photo.objects.values().get(pk=photo.pk)

    client_of(worker).get(address(photo))

    with tenant_scope(photo.tenant_id):
        assert Photo.objects.values().get(pk=photo.pk) == row
