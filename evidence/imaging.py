"""Turn what a phone sent into a picture that is safe to keep and to show.

Pure: bytes in, bytes out. The header is looked at first, so that a file which
would unfold into gigabytes is refused before anything is decoded; then the
picture is decoded, turned upright, shrunk and encoded anew, which leaves behind
everything that is no pixel: EXIF, scripts, a second file glued to its end.
"""

import hashlib
import io
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pillow_heif
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageFile

from evidence.claims import read_claims, read_orientation
from evidence.watermark import mark
from tenants.errors import DomainError

MEGA: Final = 1_000_000
MAX_BYTES: Final = 15 * 1024 * 1024  # a 40-megapixel JPEG of a phone stays below
MAX_PIXELS: Final = 40 * MEGA  # 160 MB while decoding, the most we spend on one
MAX_WEBP_PIXELS: Final = 16 * MEGA  # its decoder holds the picture four times
MAX_EDGE: Final = 2560  # enough to read a gauge or a label in the picture
MIN_EDGE: Final = 64  # below this nothing can be recognised
THUMBNAIL_EDGE: Final = 480
QUALITY: Final = 85
THUMBNAIL_QUALITY: Final = 80
MAX_SCANS: Final = 60  # a progressive JPEG has about ten; each costs a full pass

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
# A phone's JPEG or HEIC may carry further pictures behind the first (depth, HDR).
STILL_WITH_COMPANIONS: Final = frozenset({"MPO", "HEIF"})

# Two pictures at once in one process: memory stays bounded under many uploads.
_decoders = threading.BoundedSemaphore(2)

pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Picture:
    """A received picture as we keep it. ``upright`` is our copy, still decoded."""

    sha256: str
    received_size: int
    received_format: str
    width: int
    height: int
    content: bytes
    thumbnail: bytes
    upright: Image.Image = field(repr=False)
    claims: dict[str, Any]

    @property
    def digest(self) -> str:
        return sha256_of(self.content)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refuse(message: Any) -> DomainError:
    return DomainError(message, field="photos")


def check_size(size: int) -> None:
    """Refuse by the size alone, before the bytes are read into memory."""
    if size == 0:
        raise refuse(_("This file is empty. Take or choose the photo again."))
    if size > MAX_BYTES:
        raise refuse(
            _("The photo is larger than %(limit)s MB. Choose a smaller one.")
            % {"limit": MAX_BYTES // (1024 * 1024)}
        )


def prepare(content: bytes) -> Picture:
    """Check, decode, turn, shrink and encode anew.

    Raises ``DomainError`` at ``photos`` for whatever is not one still photo.
    """
    check_size(len(content))
    with _decoders, _plain_refusals():
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_header(opened, content)
            claims = read_claims(opened)
            received_format = opened.format or ""
            upright = _upright(opened)
        return Picture(
            sha256=sha256_of(content),
            received_size=len(content),
            received_format=received_format,
            width=upright.width,
            height=upright.height,
            content=encode(upright),
            thumbnail=_thumbnail(upright),
            upright=upright,
            claims=claims,
        )


def claims_of(content: bytes) -> dict[str, Any]:
    """The claims of a photo whose picture is known already."""
    with (
        _plain_refusals(),
        Image.open(io.BytesIO(content), formats=FORMATS) as opened,
    ):
        return read_claims(opened)


def marked_copy(picture: Image.Image, lines: list[str]) -> bytes:
    """The copy that people see: the picture above a band that says its origin."""
    return encode(mark(picture, lines))


def open_kept(content: bytes) -> Image.Image:
    """Decode a copy of our own."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
        opened.load()
        return opened.copy()


def encode(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """A plain sRGB JPEG without any metadata."""
    buffer = io.BytesIO()
    picture.info.clear()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


_STUMBLES: Final = (
    OSError,
    SyntaxError,
    ValueError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
)


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """What the decoders stumble over becomes one sentence for the user."""
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except Image.UnidentifiedImageError as error:
        raise refuse(
            _("This is no photo. Send a JPEG, PNG, WebP or HEIC picture.")
        ) from error
    except _STUMBLES as error:
        raise refuse(
            _("The photo is damaged or not complete. Send it again, or take it anew.")
        ) from error


def _too_many_pixels(limit: int = MAX_PIXELS) -> DomainError:
    return refuse(
        _(
            "The photo has more than %(limit)s megapixels."
            " Take it with a lower resolution."
        )
        % {"limit": limit // MEGA}
    )


def _check_header(opened: Image.Image, content: bytes) -> None:
    width, height = opened.size
    limit = MAX_WEBP_PIXELS if opened.format == "WEBP" else MAX_PIXELS
    if width * height > limit:
        raise _too_many_pixels(limit)
    if min(width, height) < MIN_EDGE:
        raise refuse(
            _("The photo is too small to show anything: at least %(edge)s pixels.")
            % {"edge": MIN_EDGE}
        )
    frames = getattr(opened, "n_frames", 1)
    if frames > 1 and opened.format not in STILL_WITH_COMPANIONS:
        raise refuse(_("This is a moving picture. Send a single photo."))
    if opened.format in {"JPEG", "MPO"} and content.count(b"\xff\xda") > MAX_SCANS:
        raise refuse(_("This is no photo. Send a JPEG, PNG, WebP or HEIC picture."))


def _upright(opened: Image.Image) -> Image.Image:
    """RGB, upright, at most ``MAX_EDGE``. JPEG is decoded at reduced size."""
    profile = opened.info.get("icc_profile")
    orientation = read_orientation(opened)
    if opened.format in {"JPEG", "MPO"}:
        opened.draft("RGB", _fitted(opened.size))
    picture = _plain_mode(opened)
    picture.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _on_white(picture)
    if profile:
        picture = _in_srgb(picture, profile)
    return _turned(picture, orientation)


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    longest = max(size)
    if longest <= MAX_EDGE:
        return size
    return (size[0] * MAX_EDGE // longest, size[1] * MAX_EDGE // longest)


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain_mode(opened: Image.Image) -> Image.Image:
    """A mode that can be shrunk well: a palette or 16 bits cannot."""
    if opened.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return opened
    if opened.mode.startswith("I"):
        return opened.convert("I").point(lambda value: value / 256).convert("L")
    if "transparency" in opened.info or opened.mode == "PA":
        return opened.convert("RGBA")
    return opened.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA"}:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a phone's wider space as sRGB; a strange profile is left out."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _thumbnail(upright: Image.Image) -> bytes:
    small = upright.copy()
    small.thumbnail(
        (THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0
    )
    return encode(small, THUMBNAIL_QUALITY)
