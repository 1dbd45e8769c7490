"""Handing photos in, once; using each once; clearing away what nobody used."""

import errno
import io
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from evidence import files, imaging
from evidence.labels import watermark_lines
from evidence.models import Blob, Clock, Photo
from evidence.services import (
    MAX_PHOTOS,
    Position,
    Shot,
    attach,
    store_drawn_photos,
    store_photo,
    store_photos,
    storing,
    sweep,
)
from tenants.errors import Conflict, DomainError, NotAllowed
from tenants.ids import new_id
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from tests.evidence import pictures
from tests.factories import make_user

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in China


def size_on_disk(name):
    return Image.open(io.BytesIO(files.read(name))).size


def age(media, hours):
    moment = time.time() - hours * 3600
    for path in media.rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))


# Handing in


@time_machine.travel(NOW, tick=False)
def test_a_photo_keeps_who_when_where_and_three_copies(in_bureau, worker, media):
    received = pictures.picture(4000, 3000)
    taken_at = NOW - timedelta(minutes=5)

    photo = store_photo(
        content=received,
        actor=worker,
        taken_at=taken_at,
        position=Position(Decimal("115.6212345"), Decimal("33.1654321"), 12),
        place="城关镇 东关村",
    )

    photo.refresh_from_db()
    assert photo.blob.sha256 == imaging.sha256_of(received)
    assert (photo.blob.width, photo.blob.height) == (2560, 1920)
    assert (photo.uploaded_by, photo.uploaded_at) == (worker, NOW)
    assert (photo.taken_at, photo.clock) == (taken_at, Clock.PAGE)
    assert (photo.longitude, photo.latitude) == (
        Decimal("115.6212345"),
        Decimal("33.1654321"),
    )
    assert (photo.accuracy_m, photo.method) == (12, "gps")
    assert (photo.place, photo.reporter) == ("城关镇 东关村", "王芳")
    assert not photo.is_attached
    assert size_on_disk(photo.blob.path) == (2560, 1920)
    assert size_on_disk(photo.blob.thumbnail_path) == (480, 360)
    marked = size_on_disk(files.marked_name(in_bureau.pk, photo.pk))
    assert marked[0] == 2560
    assert marked[1] > 1920


def test_the_kept_copy_is_what_its_digest_says(in_bureau, worker):
    blob = store_photo(content=pictures.picture(), actor=worker).blob

    assert imaging.sha256_of(files.read(blob.path)) == blob.digest


def test_the_same_bytes_are_kept_once_by_whomever_they_are_sent(
    in_bureau, worker, colleague, files_on_disk
):
    first = store_photo(content=pictures.picture(), actor=worker)
    second = store_photo(content=pictures.picture(), actor=colleague)

    assert first.pk != second.pk
    assert first.blob == second.blob
    assert Blob.objects.count() == 1
    assert len(files_on_disk()) == 4  # picture, thumbnail, one marked copy each


def test_the_same_bytes_in_two_bureaus_stay_apart(in_bureau, worker):
    store_photo(content=pictures.picture(), actor=worker)
    other = create_tenant(name="邻县", division_code="341223")
    stranger = make_user(other)

    with tenant_scope(other.pk):
        photo = store_photo(content=pictures.picture(), actor=stranger)
        assert Blob.objects.count() == 1
        assert photo.blob.path.startswith(f"{other.pk}/")

    assert Blob.objects.count() == 1


def test_sending_again_under_one_id_gives_the_photo_stored_first(in_bureau, worker):
    photo_id = new_id()
    first = store_photo(content=pictures.picture(), actor=worker, photo_id=photo_id)
    again = store_photo(content=pictures.picture(), actor=worker, photo_id=photo_id)

    assert first.pk == again.pk == photo_id
    assert Photo.objects.count() == 1


def test_one_id_for_two_photos_is_a_conflict(in_bureau, worker, colleague):
    photo_id = new_id()
    store_photo(content=pictures.picture(), actor=worker, photo_id=photo_id)

    with pytest.raises(Conflict):
        store_photo(content=pictures.picture(100), actor=worker, photo_id=photo_id)
    with pytest.raises(Conflict):
        store_photo(content=pictures.picture(), actor=colleague, photo_id=photo_id)

    assert Photo.objects.count() == 1


def test_an_id_that_another_bureau_uses_is_a_conflict_and_shows_nothing(
    in_bureau, worker
):
    photo_id = new_id()
    other = create_tenant(name="邻县", division_code="341223")
    stranger = make_user(other)
    with tenant_scope(other.pk):
        store_photo(content=pictures.picture(), actor=stranger, photo_id=photo_id)

    with pytest.raises(Conflict):
        store_photo(content=pictures.picture(), actor=worker, photo_id=photo_id)

    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "..\\..\\x.jpg", "<script>.jpg", "照片 1.jpg"]
)
def test_the_given_name_of_a_file_is_never_used(
    name, in_bureau, worker, media, files_on_disk
):
    upload = SimpleUploadedFile("x.jpg", pictures.picture())
    upload._name = name  # what a hostile client sent, past Django's own cleaning

    store_photo(content=upload, actor=worker)

    assert len(files_on_disk()) == 3
    assert all(files._SAFE.match(kept) for kept in files_on_disk())
    assert [path.name for path in media.parent.iterdir()] == ["media"]


@pytest.mark.parametrize(
    "name",
    ["../x.jpg", "1/aa/../../x.jpg", "/etc/passwd", "1/aa/x.php", "1/aa/%2e.jpg"],
)
def test_no_path_outside_our_own_names_is_opened(name):
    with pytest.raises(ValueError, match="Not a name of ours"):
        files.path_of(name)


def test_an_upload_that_is_too_large_is_not_even_read(in_bureau, worker):
    class Huge:
        size = 30 * 1024 * 1024

        def read(self):
            raise AssertionError("read into memory")

    with pytest.raises(DomainError) as refusal:
        store_photo(content=Huge(), actor=worker)

    assert refusal.value.field == "photos"


@pytest.mark.parametrize(
    "content", [b"", pictures.HTML, pictures.huge_png(20000, 10000)]
)
def test_a_refused_photo_leaves_no_row_and_no_file(
    content, in_bureau, worker, files_on_disk
):
    with pytest.raises(DomainError) as refusal:
        store_photo(content=content, actor=worker)

    assert refusal.value.field == "photos"
    assert not Photo.objects.exists()
    assert not Blob.objects.exists()
    assert files_on_disk() == []


def test_of_several_photos_one_bad_one_stores_none(in_bureau, worker):
    with pytest.raises(DomainError):
        store_photos(contents=[pictures.picture(), pictures.SVG], actor=worker)

    assert not Photo.objects.exists()


def test_people_of_another_bureau_and_of_the_platform_hand_nothing_in(in_bureau):
    other = create_tenant(name="邻县", division_code="341223")
    for stranger in (make_user(other), make_user(None)):
        with pytest.raises(NotAllowed):
            store_photo(content=pictures.picture(), actor=stranger)

    assert not Photo.objects.exists()


def test_nobody_fills_the_disk_with_photos_he_does_not_use(
    in_bureau, worker, colleague, monkeypatch
):
    monkeypatch.setattr(storing, "MAX_WAITING", 2)
    used = store_photo(content=pictures.picture(), actor=worker)
    attach(photo_ids=[used.pk], actor=worker)
    store_photo(content=pictures.picture(), actor=worker)
    store_photo(content=pictures.picture(), actor=worker)

    with pytest.raises(DomainError) as refusal:
        store_photo(content=pictures.picture(), actor=worker)
    assert refusal.value.field == "photos"

    assert store_photo(content=pictures.picture(), actor=colleague)


# Time and place are claims


@time_machine.travel(NOW, tick=False)
def test_without_the_page_the_camera_says_the_time_but_never_the_place(
    in_bureau, worker
):
    photo = store_photo(
        content=pictures.with_exif(taken="2026:03:01 10:20:30"), actor=worker
    )

    assert (timezone.localtime(photo.taken_at).isoformat(), photo.clock) == (
        "2026-03-01T10:20:30+08:00",
        Clock.CAMERA,
    )
    assert photo.claims["latitude"] == "33.1750000"
    assert (photo.longitude, photo.latitude, photo.method) == (None, None, "")


@time_machine.travel(NOW, tick=False)
def test_a_moment_that_has_yet_to_come_is_not_believed(in_bureau, worker):
    photo = store_photo(
        content=pictures.with_exif(taken="2031:01:01 00:00:00"),
        actor=worker,
        taken_at=NOW + timedelta(days=1),
    )

    assert (photo.taken_at, photo.clock) == (None, "")
    assert photo.claims["taken_at"].startswith("2031-01-01")


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(181, 0), (0, 91), ("x", 0), ("NaN", 0), ("inf", 1)]
)
def test_a_position_that_is_not_on_earth_is_refused(longitude, latitude):
    with pytest.raises(DomainError) as refusal:
        Position(longitude, latitude)

    assert refusal.value.field == "position"


def test_a_position_is_kept_to_the_centimetre_and_its_accuracy_in_metres():
    position = Position(115.62123456789, 33.1, 17.6)

    assert str(position.longitude) == "115.6212346"
    assert position.accuracy_m == 18


@time_machine.travel(NOW, tick=False)
def test_the_watermark_says_time_place_and_reporter(in_bureau, worker, settings):
    settings.LANGUAGE_CODE = "en"
    photo = store_photo(
        content=pictures.picture(),
        actor=worker,
        taken_at=NOW,
        position=Position(115.6, 33.1, 12),
        place="东关村",
    )
    plain = store_photo(content=pictures.picture(), actor=worker)

    with override("zh-hans"):  # whoever looks, the band is the bureau's
        assert watermark_lines(photo) == [
            "Taken 2026-03-02 12:00",
            "Place: 东关村 (115.60000, 33.10000 ±12 m)",
            "Reported by 王芳",
        ]
        assert watermark_lines(plain) == [
            "Received 2026-03-02 12:00",
            "Reported by 王芳",
        ]


# The disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_disk_is_one_clear_sentence_and_leaves_no_half_file(
    number, in_bureau, worker, files_on_disk, monkeypatch
):
    def full(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    sentence = "The server cannot store photos at the moment"
    with override("en"), pytest.raises(files.StorageRefused, match=sentence) as refusal:
        store_photo(content=pictures.picture(), actor=worker)

    assert (refusal.value.status, refusal.value.field) == (507, "photos")
    assert files_on_disk() == []
    assert not Photo.objects.exists()
    assert not Blob.objects.exists()


def test_a_file_stands_under_its_name_only_when_it_is_whole(
    in_bureau, worker, media, monkeypatch
):
    seen = []
    real = os.fsync

    def look(descriptor):
        seen.append([path.suffix for path in media.rglob("*") if path.is_file()])
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    store_photo(content=pictures.picture(), actor=worker)

    assert seen == [[".part"], *seen[1:]]
    assert all(suffixes.count(".part") == 1 for suffixes in seen)


def test_a_lost_file_comes_back_with_the_next_upload(in_bureau, worker):
    blob = store_photo(content=pictures.picture(), actor=worker).blob
    files.path_of(blob.path).unlink()

    again = store_photo(content=pictures.picture(), actor=worker)

    assert again.blob == blob
    assert size_on_disk(blob.path) == (320, 240)


# Using


def test_photos_are_used_once_in_the_order_given(in_bureau, worker):
    first, second = store_photos(
        contents=[pictures.picture(), pictures.picture(100)], actor=worker
    )

    used = attach(photo_ids=[second.pk, first.pk, second.pk], actor=worker)

    assert used == [second.pk, first.pk]
    assert all(photo.is_attached for photo in Photo.objects.filter(pk__in=used))
    with pytest.raises(DomainError) as refusal:
        attach(photo_ids=[first.pk], actor=worker)
    assert refusal.value.field == "photos"


def test_photos_of_somebody_else_or_of_nobody_are_the_same_refusal(
    in_bureau, worker, colleague
):
    theirs = store_photo(content=pictures.picture(), actor=colleague)
    own = store_photo(content=pictures.picture(), actor=worker)
    sentences = set()

    for photo_id in (theirs.pk, new_id()):
        with pytest.raises(DomainError) as refusal:
            attach(photo_ids=[own.pk, photo_id], actor=worker)
        sentences.add(str(refusal.value))

    assert len(sentences) == 1
    assert not Photo.objects.filter(attached_at__isnull=False).exists()


def test_photos_of_another_bureau_cannot_be_used(in_bureau, worker):
    other = create_tenant(name="邻县", division_code="341223")
    stranger = make_user(other)
    with tenant_scope(other.pk):
        foreign = store_photo(content=pictures.picture(), actor=stranger)

    with pytest.raises(DomainError):
        attach(photo_ids=[foreign.pk], actor=worker)
    with tenant_scope(other.pk):
        assert not Photo.objects.get(pk=foreign.pk).is_attached


def test_too_many_photos_at_once_are_refused(in_bureau, worker):
    with pytest.raises(DomainError) as refusal:
        attach(photo_ids=[new_id() for _ in range(MAX_PHOTOS + 1)], actor=worker)
    assert refusal.value.field == "photos"

    with pytest.raises(DomainError):
        store_photos(contents=[b"x"] * (MAX_PHOTOS + 1), actor=worker)


def test_no_photos_are_nothing_to_use(in_bureau, worker):
    assert attach(photo_ids=[], actor=worker) == []


# The walls


def test_a_photo_cannot_show_a_picture_of_another_bureau(in_bureau, worker):
    other = create_tenant(name="邻县", division_code="341223")
    stranger = make_user(other)
    with tenant_scope(other.pk):
        foreign = store_photo(content=pictures.picture(), actor=stranger).blob

    Photo.objects.create(blob=foreign, uploaded_by=worker)
    with (
        pytest.raises(IntegrityError, match="blob_id_same_tenant"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Photo.objects.filter(blob=foreign).delete()


def test_the_database_refuses_a_position_off_the_earth(in_bureau, worker):
    photo = store_photo(content=pictures.picture(), actor=worker)

    with (
        pytest.raises(IntegrityError, match="photo_position_is_on_earth"),
        transaction.atomic(),
    ):
        Photo.objects.filter(pk=photo.pk).update(longitude=200, latitude=0)
    with (
        pytest.raises(IntegrityError, match="photo_position_is_on_earth"),
        transaction.atomic(),
    ):
        Photo.objects.filter(pk=photo.pk).update(longitude=20)


# Sweeping


def test_files_without_rows_go_after_a_day_and_files_with_rows_stay(
    in_bureau, worker, media, files_on_disk
):
    store_photo(content=pictures.picture(), actor=worker)
    kept = files_on_disk()
    with transaction.atomic():
        store_photo(content=pictures.picture(100), actor=worker)
        transaction.set_rollback(True)
    part = media / str(in_bureau.pk) / "aa" / "x.jpg.123.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"half")
    assert len(files_on_disk()) == len(kept) + 4

    assert sweep(now=timezone.now()).files == 0  # too young
    age(media, 25)
    assert sweep(now=timezone.now()).files == 4

    assert files_on_disk() == kept


def test_photos_nobody_used_go_after_ninety_days_and_their_files_next_time(
    in_bureau, worker, media, files_on_disk
):
    used = store_photo(content=pictures.picture(100), actor=worker)
    attach(photo_ids=[used.pk], actor=worker)
    stale = store_photo(content=pictures.picture(), actor=worker)
    fresh = store_photo(content=pictures.picture(), actor=worker)
    long_ago = timezone.now() - timedelta(days=91)
    Photo.objects.filter(pk__in=[used.pk, stale.pk]).update(uploaded_at=long_ago)
    Blob.objects.update(created_at=long_ago)
    age(media, 25)

    first = sweep(now=timezone.now())
    second = sweep(now=timezone.now())

    assert (first.files, first.photos, first.pictures) == (0, 1, 0)
    assert (second.files, second.photos, second.pictures) == (1, 0, 0)
    assert set(Photo.objects.all()) == {used, fresh}
    Photo.objects.filter(pk=fresh.pk).delete()
    third = sweep(now=timezone.now())
    fourth = sweep(now=timezone.now())
    assert (third.files, third.pictures, fourth.files) == (1, 1, 2)
    assert len(files_on_disk()) == 3


def test_a_sweep_of_one_part_looks_at_its_own_folders(in_bureau, media):
    for folder in ("0a", "a0"):
        path = media / str(in_bureau.pk) / folder / "x.part"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
    age(media, 25)

    assert sweep(now=timezone.now(), part=10).files == 1
    assert (media / str(in_bureau.pk) / "0a" / "x.part").exists()


def test_a_sweep_leaves_the_files_of_other_bureaus(in_bureau, media):
    other = create_tenant(name="邻县", division_code="341223")
    stranger = make_user(other)
    with tenant_scope(other.pk):
        photo = store_photo(content=pictures.picture(), actor=stranger)
    age(media, 25)

    assert sweep(now=timezone.now()).files == 0
    assert files.exists(photo.blob.path)


# The demo


def test_the_demos_photos_share_their_pictures_and_are_stored_in_a_moment(
    in_bureau, worker
):
    drawn = {
        f"scene-{n}": pictures.picture(960, 720 + n, quality=85) for n in range(40)
    }
    shots = [
        Shot(
            picture=f"scene-{n % 40}",
            uploaded_by_id=worker.pk,
            reporter=worker.full_name,
            taken_at=NOW - timedelta(hours=n),
            uploaded_at=NOW - timedelta(hours=n),
            place="东关村",
            position=Position(115.6, 33.1, 8),
        )
        for n in range(1000)
    ]
    began = time.perf_counter()

    photos = store_drawn_photos(pictures=drawn, shots=shots)

    assert time.perf_counter() - began < 10  # 2 s on a quiet machine
    assert (Blob.objects.count(), Photo.objects.count()) == (40, 1000)
    assert [photo.taken_at for photo in photos] == [shot.taken_at for shot in shots]
    assert all(photo.is_attached for photo in photos)
    assert files.exists(photos[7].blob.path)


# Two at once


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_the_same_photo_sent_twice_at_once_one_is_kept(media):
    tenant = create_tenant(name="测试县", division_code="341222")
    worker = make_user(tenant)
    photo_id, received = new_id(), pictures.picture(1600, 1200)
    outcomes, gate = [], threading.Barrier(4)

    def send(given):
        try:
            gate.wait()
            with tenant_scope(tenant.pk):
                photo = store_photo(content=received, actor=worker, photo_id=given)
            outcomes.append(photo.pk)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=[given])
        for given in (photo_id, photo_id, None, None)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4
    assert len(set(outcomes)) == 3
    with tenant_scope(tenant.pk):
        assert (Blob.objects.count(), Photo.objects.count()) == (1, 3)
        age(Path(media), 25)
        sweep(now=timezone.now())
        blob = Blob.objects.get()
        assert size_on_disk(blob.path) == (1600, 1200)
        assert len([p for p in Path(media).rglob("*") if p.is_file()]) == 5


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_reports_with_one_photo_the_second_is_told():
    tenant = create_tenant(name="测试县", division_code="341222")
    worker = make_user(tenant)
    with tenant_scope(tenant.pk):
        photo = store_photo(content=pictures.picture(), actor=worker)
    outcomes, first_is_in = [], threading.Event()

    def use(*, is_first):
        try:
            if not is_first:
                first_is_in.wait(10)
            with tenant_scope(tenant.pk):
                attach(photo_ids=[photo.pk], actor=worker)
                if is_first:
                    first_is_in.set()
                    time.sleep(0.5)  # the second arrives before the first commits
            outcomes.append("used")
        except DomainError:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=use, kwargs={"is_first": is_first})
        for is_first in (True, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["told", "used"]
