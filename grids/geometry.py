"""Boundaries as shapes: read, judged, measured, thinned out.

Everything here takes and gives GeoJSON in WGS-84. shapely is imported when the
first shape is made: a process that never asks where something is does not carry
it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import cos, inf, radians
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grids.datum import Datum, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

Geometry = dict[str, Any]
Ring = list[list[float]]

# The outline of a province has some 20,000 corners; more is a mistake or an attack.
CORNERS_AT_MOST: Final = settings.BOUNDARY_CORNERS
RINGS_AT_MOST: Final = 1_000
# Between real outlines each piece of border comes near a handful of others. Teeth of
# a comb come near all of each other: what costs milliseconds there costs minutes here.
NEIGHBOURS_AT_MOST: Final = 40
_HARMLESS: Final = 400  # pieces of which any tangle is still cheap
_LOOKED_AT_ONCE: Final = 64
DECIMALS: Final = 7  # a centimetre, as positions are stored
TYPES: Final = ("Polygon", "MultiPolygon")


class BadBoundary(ValueError):
    """Not a boundary; the sentence says why."""


@cache
def library() -> ModuleType:
    import shapely  # noqa: PLC0415  see the docstring of this module

    return shapely


# Reading ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A boundary as it may be stored, and what was put right on the way."""

    geometry: Geometry
    corners: int
    notes: list[str] = field(default_factory=list)


def checked(given: Any, *, datum: str = Datum.WGS84) -> Checked:
    """Judge a geometry and bring it into the form that is stored.

    Harmless slips are repaired and noted: rings that do not end where they
    began, corners given twice. An outline that crosses itself has no one
    meaning, so it is refused and the crossing named. Raises ``BadBoundary``.
    """
    if not isinstance(given, dict) or given.get("type") not in TYPES:
        raise BadBoundary(_("A boundary is a Polygon or a MultiPolygon."))
    parts = given.get("coordinates")
    parts = [parts] if given["type"] == "Polygon" else parts
    reader = _Reader(datum)
    polygons = [reader.polygon(part) for part in _list(parts)]
    if not polygons:
        raise BadBoundary(_("The boundary is empty."))
    single = len(polygons) == 1
    geometry: Geometry = {
        "type": "Polygon" if single else "MultiPolygon",
        "coordinates": polygons[0] if single else polygons,
    }
    _refuse_crossings(geometry)
    return Checked(geometry, reader.corners, sorted(reader.notes))


class _Reader:
    """Walks through rings, counts corners and remembers what it repaired."""

    def __init__(self, datum: str) -> None:
        self.datum = datum
        self.corners = 0
        self.rings = 0
        self.notes: set[str] = set()

    def polygon(self, part: Any) -> list[Ring]:
        rings = [self.ring(ring) for ring in _list(part)]
        if not rings:
            raise BadBoundary(_("The boundary is empty."))
        return rings

    def ring(self, given: Any) -> Ring:
        self.rings += 1
        self.corners += len(_list(given))
        if self.corners > CORNERS_AT_MOST or self.rings > RINGS_AT_MOST:
            raise BadBoundary(
                _("The boundary has more than %(most)s corners.")
                % {"most": CORNERS_AT_MOST}
            )
        corners = [self.corner(corner) for corner in given]
        ring: Ring = [c for i, c in enumerate(corners) if i == 0 or c != corners[i - 1]]
        if len(ring) < len(corners):
            self.notes.add(_("Corners that were given twice in a row were left out."))
        if ring and ring[0] != ring[-1]:
            ring.append(list(ring[0]))
            self.notes.add(_("A ring that was left open was closed."))
        if len(ring) < 4:
            raise BadBoundary(_("A ring needs at least three corners."))
        return ring

    def corner(self, given: Any) -> list[float]:
        try:
            longitude, latitude = float(given[0]), float(given[1])
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            raise BadBoundary(
                _("A corner is a pair of numbers: longitude, latitude.")
            ) from None
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise BadBoundary(_not_degrees(longitude, latitude))
        longitude, latitude = to_wgs84(longitude, latitude, self.datum)
        return [round(longitude, DECIMALS), round(latitude, DECIMALS)]


def _not_degrees(longitude: float, latitude: float) -> str:
    if -90 <= longitude <= 90 and -180 <= latitude <= 180:
        return _("Longitude comes first, then latitude; here they are exchanged.")
    return _(
        "These are no degrees: %(x)s, %(y)s. Export the file in WGS-84 or CGCS2000 "
        "longitude and latitude."
    ) % {"x": f"{longitude:g}", "y": f"{latitude:g}"}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadBoundary(_("The coordinates are not nested as GeoJSON wants it."))
    return value


def is_tangled(one: Any, other: Any) -> bool:
    """Do so many pieces of the two borders lie near each other that exact answers
    would take minutes? Answered in milliseconds, whatever the shapes.

    Boxes around pieces are compared, some at a time, and the counting stops early.
    """
    shapely = library()
    pieces = [_pieces_of_border(shape) for shape in (one, other)]
    if sum(len(part) for part in pieces) <= _HARMLESS:
        return False
    tree = shapely.STRtree(pieces[0])
    left = NEIGHBOURS_AT_MOST * (len(pieces[0]) + len(pieces[1]))
    for start in range(0, len(pieces[1]), _LOOKED_AT_ONCE):
        near, _far = tree.query(pieces[1][start : start + _LOOKED_AT_ONCE])
        left -= len(near)
        if left < 0:
            return True
    return False


def _pieces_of_border(shape: Any) -> Any:
    """Each straight piece of all rings, as an array of lines."""
    shapely = library()
    rings = shapely.get_parts(shapely.get_rings(shapely.get_parts(shape)))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    starts, ends = corners[:-1][joined], corners[1:][joined]
    both = [(*start, *end) for start, end in zip(starts, ends, strict=True)]
    return shapely.linestrings([((a, b), (c, d)) for a, b, c, d in both])


def _refuse_crossings(geometry: Geometry) -> None:
    shape = to_shape(geometry)
    if is_tangled(shape, shape):
        raise BadBoundary(
            _(
                "The outline is tangled: its pieces lie across each other like the teeth"
                " of a comb. Thin it out, or draw it anew."
            )
        )
    if library().is_valid(shape):
        return
    reason = str(library().is_valid_reason(shape))
    words, _bracket, place = reason.partition("[")
    sentence = _INVALID.get(words.strip(), _OTHERWISE)
    raise BadBoundary(str(sentence) % {"place": place.rstrip("]") or "?"})


_INVALID: Final = {
    "Self-intersection": gettext_lazy(
        "The outline crosses itself at %(place)s (longitude latitude). Draw it anew "
        "there: such a bow tie has no one meaning, so it is not repaired by guessing."
    ),
    "Ring Self-intersection": gettext_lazy(
        "The outline touches itself at %(place)s (longitude latitude). Make two parts "
        "of it, or cut the hole out as a ring of its own."
    ),
    "Hole lies outside shell": gettext_lazy(
        "A hole lies outside of the outline, at %(place)s (longitude latitude)."
    ),
    "Nested shells": gettext_lazy(
        "One part lies inside another, at %(place)s (longitude latitude)."
    ),
}
_OTHERWISE: Final = gettext_lazy(
    "The outline is not valid at %(place)s (longitude latitude)."
)


def to_shape(geometry: Geometry) -> Any:
    """The shape of a geometry that was checked before."""
    return library().geometry.shape(geometry)


def to_geojson(shape: Any) -> Geometry:
    """What is stored of a shape, in the seven decimals of positions."""
    rounded: Geometry = _rounded(library().geometry.mapping(shape))
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


# Measuring ----------------------------------------------------------------------


def degrees_of_a_metre(latitude: float) -> tuple[float, float]:
    """How many degrees of longitude and of latitude one metre is there (WGS-84)."""
    angle = radians(latitude)
    north = 111_132.954 - 559.822 * cos(2 * angle) + 1.175 * cos(4 * angle)
    east = 111_412.84 * cos(angle) - 93.5 * cos(3 * angle)
    return 1 / max(east, 1.0), 1 / north


def covers(shape: Any, longitude: float, latitude: float) -> bool:
    """Is the position inside, the border included and holes left out?"""
    return bool(shape.covers(library().Point(longitude, latitude)))


def metres_to(shape: Any, longitude: float, latitude: float) -> float:
    """How far the position is from the shape; nothing inside of it.

    On a plane that touches the earth at the position: within some kilometres the
    error stays under a thousandth.
    """
    flat = Plane(longitude, latitude).flat(shape)
    return float(flat.distance(library().Point(0, 0)))


def square_metres(shape: Any) -> float:
    """The area, on the plane that touches the earth at its middle."""
    if shape.is_empty:
        return 0.0
    west, south, east, north = shape.bounds
    return float(Plane((west + east) / 2, (south + north) / 2).flat(shape).area)


class Plane:
    """The plane that touches the earth at a position, in metres from there."""

    def __init__(self, longitude: float, latitude: float) -> None:
        self.longitude, self.latitude = longitude, latitude
        self.east, self.north = degrees_of_a_metre(latitude)

    def flat(self, shape: Any) -> Any:
        return library().transform(shape, self._onto, interleaved=False)

    def _onto(self, x: Any, y: Any) -> tuple[Any, Any]:
        return (x - self.longitude) / self.east, (y - self.latitude) / self.north


# Beside each other --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two of several shapes that lie on each other, by their places in the list."""

    first: int
    second: int
    square_metres: float


def overlaps(shapes: Sequence[Any], *, above: float) -> list[Overlap]:
    """Pairs that share more than ``above`` square metres, the largest first.

    Two that are too tangled to say how much stand first, with an infinite area.
    """
    tree = library().STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    found = []
    for first, second in zip(left.tolist(), right.tolist(), strict=True):
        if first < second:
            if is_tangled(shapes[first], shapes[second]):
                found.append(Overlap(first, second, inf))
                continue
            shared = square_metres(shapes[first].intersection(shapes[second]))
            if shared > above:
                found.append(Overlap(first, second, shared))
    return sorted(found, key=lambda overlap: -overlap.square_metres)


def outside(shape: Any, *, whole: Any) -> float:
    """How much of a shape lies outside, in square metres; infinite where the
    outlines are too tangled to say."""
    if is_tangled(whole, shape):
        return inf
    return square_metres(shape.difference(whole))


def gaps(parts: Sequence[Any], *, whole: Any, above: float) -> list[float]:
    """Areas of the whole that no part covers, in square metres, largest first.

    None where the outlines are too tangled to say.
    """
    if any(is_tangled(whole, part) for part in parts):
        return []
    left = whole.difference(library().union_all(list(parts)))
    areas = [square_metres(piece) for piece in _pieces(left)]
    return sorted((area for area in areas if area > above), reverse=True)


def _pieces(shape: Any) -> Iterable[Any]:
    return [p for p in library().get_parts(shape) if p.geom_type == "Polygon"]


def united(geometries: Sequence[Geometry]) -> Geometry:
    """One outline around several; a common border is no border any more."""
    return to_geojson(library().union_all([to_shape(each) for each in geometries]))


def thinned(geometries: Sequence[Geometry], *, metres: float) -> list[Geometry]:
    """With fewer corners, none moved by more than about ``metres``.

    All at once: neighbours share their border, and where it is thinned out for
    one it is for the other, so no gap opens between them.
    """
    shapes = [to_shape(geometry) for geometry in geometries]
    if not shapes or metres <= 0:
        return list(geometries)
    latitude = sum(shape.centroid.y for shape in shapes) / len(shapes)
    _east, north = degrees_of_a_metre(latitude)
    found = library().coverage_simplify(shapes, metres * north)
    return [
        to_geojson(thin if not thin.is_empty and thin.is_valid else shape)
        for thin, shape in zip(found, shapes, strict=True)
    ]


def corners_of(geometry: Geometry) -> int:
    return int(library().get_num_coordinates(to_shape(geometry)))


def area_in_words(area: float) -> str:
    """Square metres or square kilometres, whichever reads better."""
    if area == inf:
        return _("an area that cannot be told")
    if area >= 100_000:
        return _("%(n)s km²") % {"n": f"{area / 1e6:,.2f}"}
    whole = max(1, round(area))
    return ngettext("%(n)s m²", "%(n)s m²", whole) % {"n": f"{whole:,}"}
