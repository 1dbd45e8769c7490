"""Photos that come with a form: taken in first, so that a refusal loses none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from evidence.models import Photo
from evidence.services import store_photo
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from evidence.services import Position


@dataclass(slots=True)
class Taken:
    """The photos that are in, and the sentences about those that are not."""

    photo_ids: tuple[UUID, ...] = ()
    refusals: list[DomainError] = field(default_factory=list)


def take_photos(
    files: Iterable[UploadedFile],
    *,
    earlier: tuple[UUID, ...],
    actor: User,
    key: UUID | None = None,
    position: Position | None = None,
    place: str = "",
) -> Taken:
    """Take in what came with the form, behind what an ``earlier`` try brought.

    With the ``key`` of a submission the same file gets the same id each time,
    so that the same form sent twice is the same submission.
    """
    taken = Taken(earlier)
    for file in files:
        try:
            photo = store_photo(
                content=file,
                actor=actor,
                photo_id=_same_id(key, file) if key else None,
                position=position,
                place=place,
            )
        except DomainError as refusal:
            taken.refusals.append(refusal)
        else:
            taken.photo_ids = tuple(dict.fromkeys((*taken.photo_ids, photo.pk)))
    return taken


def _same_id(key: UUID, file: UploadedFile) -> UUID:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return uuid5(key, digest.hexdigest())


def waiting(photo_ids: Iterable[UUID], *, actor: User) -> list[Photo]:
    """Those of the actor's photos that can still be used, for the form to show."""
    wanted = list(photo_ids)
    if not wanted:
        return []
    own = Photo.objects.uploaded_by(actor.pk).waiting().in_bulk(wanted)
    return [own[pk] for pk in wanted if pk in own]
