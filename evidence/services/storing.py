"""Take a photo in, once; and tie photos to the thing they show, each once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evidence import files, imaging
from evidence.imaging import Picture
from evidence.labels import watermark_lines
from evidence.models import MAX_NAME, MAX_PLACE, Blob, Clock, Photo
from evidence.positions import Position
from tenants.errors import Conflict, DomainError, NotAllowed
from tenants.ids import new_id
from tenants.prepared import rows_of
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

MAX_PHOTOS: Final = 30  # of one submission; a form shows them all on a phone
MAX_WAITING: Final = 500  # uploaded and unused by one person: sixteen full reports
CLOCK_SLACK: Final = timedelta(minutes=10)  # a phone's clock may be a little fast


class Upload(Protocol):
    """What Django and DRF hand over as a file."""

    @property
    def size(self) -> int | None: ...
    def read(self) -> bytes: ...


@transaction.atomic
def store_photo(
    *,
    content: bytes | Upload,
    actor: User,
    photo_id: UUID | None = None,
    taken_at: datetime | None = None,
    position: Position | None = None,
    place: str = "",
    reporter: str | None = None,
) -> Photo:
    """Check one photo, keep it, and mark the copy that people see.

    With ``photo_id``, made by the phone, sending again is harmless: the same
    bytes give the photo stored the first time, other bytes a ``Conflict``. The
    same bytes are kept once, however often and by whomever they are sent.
    """
    _check_actor(actor)
    received = _bytes_of(content)
    sha256 = imaging.sha256_of(received)
    if photo_id is not None:
        earlier = _sent_before(photo_id, sha256, actor)
        if earlier is not None:
            return earlier
    _check_waiting(actor)
    blob, picture = _blob_for(received, sha256)
    claims = picture.claims if picture else imaging.claims_of(received)
    taken_at, clock = _time_of_taking(taken_at, claims)
    photo = Photo(
        id=photo_id or new_id(),
        blob=blob,
        uploaded_by=actor,
        taken_at=taken_at,
        clock=clock,
        place=_short(place, MAX_PLACE),
        reporter=_short(actor.full_name if reporter is None else reporter, MAX_NAME),
        claims=claims,
    )
    if position is not None:
        photo.longitude, photo.latitude = position.longitude, position.latitude
        photo.accuracy_m, photo.method = position.accuracy_m, position.method
    keep_marked(photo, draw_marked(photo, picture))
    return _insert(photo, sha256, actor)


def store_photos(
    *,
    contents: Sequence[bytes | Upload],
    actor: User,
    taken_at: datetime | None = None,
    position: Position | None = None,
    place: str = "",
) -> list[Photo]:
    """The photos of one form, all or none."""
    _check_count(len(contents))
    with transaction.atomic():
        return [
            store_photo(
                content=content,
                actor=actor,
                taken_at=taken_at,
                position=position,
                place=place,
            )
            for content in contents
        ]


# All of them or none, in one statement: whoever comes second finds them used.
_ATTACH: Final = """
WITH own AS (
    SELECT id FROM evidence_photo
    WHERE tenant_id = %(tenant)s AND uploaded_by_id = %(actor)s
      AND id = ANY(%(wanted)s) AND attached_at IS NULL
    ORDER BY id FOR UPDATE
)
UPDATE evidence_photo SET attached_at = %(now)s
WHERE tenant_id = %(tenant)s AND id IN (SELECT id FROM own)
  AND (SELECT count(*) FROM own) = %(count)s
RETURNING id
"""


def attach(*, photo_ids: Iterable[UUID], actor: User) -> list[UUID]:
    """Use the actor's own waiting photos for one thing; their ids, each once.

    Raises ``DomainError`` at ``photos`` for one that is missing, somebody
    else's (the same words, so that nobody can probe), or already used; then
    none of them is used.
    """
    wanted = list(dict.fromkeys(photo_ids))
    _check_count(len(wanted))
    if not wanted:
        return []
    attached = rows_of(
        _ATTACH,
        {
            "tenant": require_tenant(),
            "actor": actor.pk,
            "wanted": wanted,
            "count": len(wanted),
            "now": timezone.now(),
        },
    )
    if not attached:
        raise _why_not_attached(wanted, actor)
    return wanted


def _why_not_attached(wanted: list[UUID], actor: User) -> DomainError:
    own = Photo.objects.uploaded_by(actor.pk).filter(pk__in=wanted)
    if own.count() != len(wanted):
        return imaging.refuse(
            _("A photo is not there any more. Remove it and add it again.")
        )
    return imaging.refuse(_("A photo was used before. Remove it and take a new one."))


def draw_marked(photo: Photo, picture: Picture | None = None) -> bytes:
    """The copy that people see, from what was just decoded or from the disk."""
    if picture is not None:
        return imaging.marked_copy(picture.upright, watermark_lines(photo))
    upright = imaging.open_kept(files.read(photo.blob.path))
    return imaging.marked_copy(upright, watermark_lines(photo))


def keep_marked(photo: Photo, marked: bytes) -> None:
    files.write(files.marked_name(require_tenant(), photo.pk), marked)


def _check_actor(actor: User) -> None:
    if actor.tenant_id != require_tenant():
        raise NotAllowed(_("Only people of this bureau hand in photos."))


def _check_count(count: int) -> None:
    if count > MAX_PHOTOS:
        raise imaging.refuse(
            _("At most %(limit)s photos at once.") % {"limit": MAX_PHOTOS}
        )


def _check_waiting(actor: User) -> None:
    if Photo.objects.uploaded_by(actor.pk).waiting().count() >= MAX_WAITING:
        raise imaging.refuse(
            _(
                "%(limit)s of your photos are not used in any report yet."
                " Send the reports first."
            )
            % {"limit": MAX_WAITING}
        )


def _bytes_of(content: bytes | Upload) -> bytes:
    """Read an upload only after its size was looked at."""
    if isinstance(content, bytes):
        imaging.check_size(len(content))
        return content
    imaging.check_size(content.size or 0)
    return content.read()


def _sent_before(photo_id: UUID, sha256: str, actor: User) -> Photo | None:
    photo = Photo.objects.select_related("blob").filter(pk=photo_id).first()
    if photo is None:
        return None
    if photo.uploaded_by_id != actor.pk or photo.blob.sha256 != sha256:
        raise _sent_otherwise()
    return photo


def _insert(photo: Photo, sha256: str, actor: User) -> Photo:
    """Of two copies that arrive at once under one id, the second gets the first."""
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except IntegrityError as error:
        earlier = _sent_before(photo.pk, sha256, actor)
        if earlier is None:  # the id is taken where we cannot look
            raise _sent_otherwise() from error
        return earlier
    return photo


def _sent_otherwise() -> Conflict:
    return Conflict(_("This photo was sent before with other content."))


def _blob_for(received: bytes, sha256: str) -> tuple[Blob, Picture | None]:
    """The kept picture of these bytes, made now if they are new.

    The row is locked against removal until the photo that shows it stands. Of
    two first uploads at once one finds the other's row; its own files, which
    have names of their own, are left to the sweep.
    """
    blob = _locked_blob(sha256)
    if blob is not None and files.exists(blob.path):
        return blob, None
    picture = imaging.prepare(received)
    if blob is not None:  # the files were lost; put them back
        write_files(blob, picture)
        blob.save(update_fields=["digest", "size", "width", "height"])
        return blob, picture
    blob = new_blob(picture)
    write_files(blob, picture)
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return _locked_blob(sha256) or blob, picture


def _locked_blob(sha256: str) -> Blob | None:
    blobs = Blob.objects.filter(sha256=sha256)
    return blobs.select_for_update(no_key=True).first()


def new_blob(picture: Picture) -> Blob:
    """The row of a picture, not saved."""
    tenant_id, blob_id = require_tenant(), new_id()
    blob = Blob(
        id=blob_id,
        sha256=picture.sha256,
        path=files.kept_name(tenant_id, picture.sha256, blob_id),
        thumbnail_path=files.thumbnail_name(tenant_id, picture.sha256, blob_id),
        received_size=picture.received_size,
        received_format=picture.received_format,
    )
    _describe(blob, picture)
    return blob


def _describe(blob: Blob, picture: Picture) -> None:
    blob.digest = picture.digest
    blob.size = len(picture.content)
    blob.width, blob.height = picture.width, picture.height


def write_files(blob: Blob, picture: Picture) -> None:
    """Our copy and its thumbnail, durably on disk."""
    _describe(blob, picture)
    files.write(blob.path, picture.content)
    files.write(blob.thumbnail_path, picture.thumbnail)


def _time_of_taking(
    given: datetime | None, claims: dict[str, str]
) -> tuple[datetime | None, str]:
    """What the page says, else the camera; never a moment that has yet to come."""
    latest = timezone.now() + CLOCK_SLACK
    if given is not None and given <= latest:
        return given, Clock.PAGE
    if "taken_at" in claims:
        claimed = datetime.fromisoformat(claims["taken_at"])
        if claimed <= latest:
            return claimed, Clock.CAMERA
    return None, ""


def _short(text: str, limit: int) -> str:
    """The watermark shows what fits; a long address is no reason to refuse."""
    return " ".join(tidy_line(text).split())[:limit]
