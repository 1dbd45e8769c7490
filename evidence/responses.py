"""Send a photo to somebody who was found to be allowed to see it."""

import io
from contextlib import suppress
from enum import StrEnum

from django.http import FileResponse, Http404

from evidence import files
from evidence.models import Photo
from evidence.services import draw_marked, keep_marked
from tenants.tenancy import require_tenant

# Nothing in a picture may run, load or be framed, whatever a browser makes of it.
SANDBOX = "default-src 'none'; sandbox"
MAX_AGE = 60 * 60


class Variant(StrEnum):
    """``MARKED`` is what people see; ``UNMARKED`` is for those who examine it."""

    MARKED = "marked"
    THUMBNAIL = "thumbnail"
    UNMARKED = "unmarked"


def photo_response(photo: Photo, variant: str) -> FileResponse:
    """The picture under a name of our own, inert, cached by this browser only.

    The caller has checked that the user may see what the photo belongs to.
    Select ``blob`` along with the photo. Raises ``Http404`` for a variant that
    does not exist and for a file that is lost.
    """
    if variant not in set(Variant):
        raise Http404
    try:
        content = _content(photo, Variant(variant))
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        io.BytesIO(content),
        content_type="image/jpeg",
        filename=f"photo-{photo.pk.hex[-12:]}-{variant}.jpg",
        headers={
            "Cache-Control": f"private, max-age={MAX_AGE}, immutable",
            "Content-Security-Policy": SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _content(photo: Photo, variant: Variant) -> bytes:
    if variant is Variant.THUMBNAIL:
        return files.read(photo.blob.thumbnail_path)
    if variant is Variant.UNMARKED:
        return files.read(photo.blob.path)
    name = files.marked_name(require_tenant(), photo.pk)
    if files.exists(name):
        return files.read(name)
    marked = draw_marked(photo)
    with suppress(files.StorageRefused):  # a full disk keeps nobody from looking
        keep_marked(photo, marked)
    return marked
