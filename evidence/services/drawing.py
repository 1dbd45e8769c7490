"""The demo's photos: few drawn pictures, shown by many photos, stored in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from evidence import imaging
from evidence.models import Blob, Clock, Photo
from evidence.positions import Position
from evidence.services.storing import new_blob, write_files
from tenants.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One photo of the demo: which picture, who, when, where."""

    picture: str
    uploaded_by_id: UUID
    reporter: str
    taken_at: datetime
    uploaded_at: datetime
    place: str = ""
    position: Position | None = None
    attached: bool = True


@transaction.atomic
def store_drawn_photos(
    *, pictures: Mapping[str, bytes], shots: Sequence[Shot]
) -> list[Photo]:
    """Store the pictures once and one photo per shot, in the order of the shots.

    The marked copies are not drawn here but when somebody first looks: a
    thousand of them would take longer than the whole demo may.
    """
    blobs = {key: _blob_of(content) for key, content in pictures.items()}
    photos = [_photo(shot, blobs[shot.picture]) for shot in shots]
    return Photo.objects.bulk_create(photos, batch_size=1000)


def _blob_of(content: bytes) -> Blob:
    known = Blob.objects.filter(sha256=imaging.sha256_of(content)).first()
    if known is not None:
        return known
    picture = imaging.prepare(content)
    blob = new_blob(picture)
    write_files(blob, picture)
    blob.save(force_insert=True)
    return blob


def _photo(shot: Shot, blob: Blob) -> Photo:
    photo = Photo(
        id=new_id(),
        blob=blob,
        uploaded_by_id=shot.uploaded_by_id,
        uploaded_at=shot.uploaded_at,
        taken_at=shot.taken_at,
        clock=Clock.PAGE,
        place=shot.place,
        reporter=shot.reporter,
        attached_at=shot.uploaded_at if shot.attached else None,
    )
    if shot.position is not None:
        photo.longitude = shot.position.longitude
        photo.latitude = shot.position.latitude
        photo.accuracy_m = shot.position.accuracy_m
        photo.method = shot.position.method
    return photo
