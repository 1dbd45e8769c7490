"""What a photo says about itself. Anybody can write it there: it is only a claim."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from PIL import ExifTags, Image

_DEGREES_MAX: Final = {"latitude": 90, "longitude": 180}


def read_claims(picture: Image.Image) -> dict[str, Any]:
    """Time and position from the EXIF, as far as they can be read."""
    claims: dict[str, Any] = {}
    with suppress(Exception):  # hostile EXIF fails in many ways; it is dispensable
        exif = picture.getexif()
        taken_at = _taken_at(exif.get_ifd(ExifTags.IFD.Exif))
        if taken_at is not None:
            claims["taken_at"] = taken_at.isoformat()
        claims |= _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
    return claims


def read_orientation(picture: Image.Image) -> int:
    """How the camera was held, 1 to 8; 1 where the file does not say."""
    with suppress(Exception):
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _taken_at(tags: dict[int, Any]) -> datetime | None:
    written = str(tags.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    offset = str(tags.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    with suppress(ValueError):
        if offset:
            return datetime.strptime(written + offset, "%Y:%m:%d %H:%M:%S%z")
        naive = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        return timezone.make_aware(naive)
    return None


def _position(tags: dict[int, Any]) -> dict[str, str]:
    found = {
        "latitude": _degrees(tags.get(2), tags.get(1), "S"),
        "longitude": _degrees(tags.get(4), tags.get(3), "W"),
    }
    if any(
        value is None or abs(value) > _DEGREES_MAX[name]
        for name, value in found.items()
    ):
        return {}
    return {name: f"{value:.7f}" for name, value in found.items()}


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    if not parts or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side).strip("\0 ").upper() == negative else value
