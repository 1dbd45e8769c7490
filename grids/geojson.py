"""A GeoJSON file as people hand it in: limits first, then its features."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Never

from django.utils.translation import gettext as _

from grids.datum import Datum
from tenants.errors import DomainError

# Of all features together: as many as are looked at in a second or two.
CORNERS_AT_MOST: Final = 200_000
SIZE_AT_MOST: Final = 10 * 1024 * 1024
FEATURES_AT_MOST: Final = 5_000
_DEPTH: Final = 4
_LARGEST: Final = 1e12  # metres of any projection; what is beyond is no coordinate
# Names under which WGS-84 and CGCS2000 degrees go, at the end of the whole name.
_DEGREES: Final = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490")


@dataclass(frozen=True, slots=True)
class Collection:
    """What the file holds, as it stands there."""

    features: list[dict[str, Any]]
    datum: str


def read(content: bytes, *, datum: str = "") -> Collection:
    """The features of a file; ``datum`` is what the person chose, if anything.

    Raises ``DomainError`` at ``file`` or ``datum``. A file whose own note names
    another system than degrees of WGS-84 or CGCS2000 is refused, unless the
    person says what its numbers are.
    """
    if len(content) > SIZE_AT_MOST:
        raise _refusal(
            _("The file is larger than %(n)s MB. Thin the boundaries out first.")
            % {"n": SIZE_AT_MOST // 1024 // 1024}
        )
    whole = _parsed(content)
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection":
        raise _refusal(
            _("This is no GeoJSON FeatureCollection; export the layer as GeoJSON.")
        )
    features = whole.get("features")
    if not isinstance(features, list) or not features:
        raise _refusal(_("The file holds no feature."))
    if len(features) > FEATURES_AT_MOST:
        raise _refusal(
            _("The file holds more than %(n)s features.") % {"n": FEATURES_AT_MOST}
        )
    if not all(isinstance(feature, dict) for feature in features):
        raise _refusal(
            _("This is no GeoJSON FeatureCollection; export the layer as GeoJSON.")
        )
    slim = [_slim(feature) for feature in features]
    if sum(_corners(f["geometry"] and f["geometry"]["coordinates"]) for f in slim) > (
        CORNERS_AT_MOST
    ):
        raise _refusal(
            _("The file holds more than %(n)s corners. Thin the boundaries out first.")
            % {"n": f"{CORNERS_AT_MOST:,}"}
        )
    return Collection(slim, datum or _datum(whole))


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal(
            _("The file is not in UTF-8. Export it again with this encoding.")
        ) from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _refusal(_("The file is no JSON, or it is broken off.")) from None


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def _slim(feature: dict[str, Any]) -> dict[str, Any]:
    """Properties that can be compared, as text; the geometry as it is."""
    given = feature.get("properties")
    given = given if isinstance(given, dict) else {}
    properties = {
        as_text(key)[:60]: as_text(value)
        for key, value in list(given.items())[:100]
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    shape = feature.get("geometry")
    if isinstance(shape, dict):
        parts = _numbers(shape.get("coordinates"))
        shape = {"type": as_text(shape.get("type")), "coordinates": parts}
    else:
        shape = None
    return {"properties": properties, "geometry": shape}


def _numbers(value: Any, depth: int = 0) -> Any:
    """Nested lists of numbers, as deep as a MultiPolygon goes; the rest is None."""
    if isinstance(value, list) and depth < _DEPTH:
        return [_numbers(part, depth + 1) for part in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < _LARGEST else None


def _corners(value: Any) -> int:
    """How many pairs of numbers there are, however they are nested."""
    if not isinstance(value, list):
        return 0
    inside = sum(_corners(part) for part in value if isinstance(part, list))
    return inside or 1


def as_text(value: Any) -> str:
    """A code that some program turned into a number is the code again."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).encode("utf-8", "ignore").decode()
    return text.replace("\0", "").strip()[:120]


def _datum(whole: dict[str, Any]) -> str:
    crs = whole.get("crs")
    if crs is None:
        return Datum.WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.upper().endswith(_DEGREES):
        return Datum.WGS84
    raise DomainError(
        _(
            "The file says that its coordinates are in “%(name)s”. Export it in "
            "WGS-84 or CGCS2000, or choose here what they are."
        )
        % {"name": str(name)[:80]},
        field="datum",
    )


def _refusal(sentence: str) -> DomainError:
    return DomainError(sentence, field="file")
