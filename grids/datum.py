"""Between WGS-84 and what Chinese maps show: GCJ-02 and BD-09.

Everything is stored in WGS-84; CGCS2000 is the same within centimetres. Maps of
Amap and Tencent shift a position by 50 to 700 m (GCJ-02), Baidu shifts it again
(BD-09). Both are converted where they come in. The shift has no closed inverse:
it is found by iteration, to far less than half a metre. Outside China nothing is
shifted.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin, sqrt
from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable


class Datum(models.TextChoices):
    """Which system the numbers of a position are in."""

    WGS84 = "wgs84", _("WGS-84 or CGCS2000 (GPS, Tianditu)")
    GCJ02 = "gcj02", _("GCJ-02 (Amap, Tencent)")
    BD09 = "bd09", _("BD-09 (Baidu)")


Position = tuple[float, float]

# The ellipsoid of Krasovsky, on which the shift is defined.
_AXIS: Final = 6378245.0
_ECCENTRICITY: Final = 0.00669342162296594323
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_BAIDU_TURN: Final = pi * 3000.0 / 180.0
_BAIDU_EAST, _BAIDU_NORTH = 0.0065, 0.006
# 1e-9 degrees are a tenth of a millimetre; the iteration gains two digits a time.
_CLOSE: Final = 1e-9
_ROUNDS: Final = 20


def to_wgs84(longitude: float, latitude: float, datum: str) -> Position:
    """A position of this datum as it is stored."""
    if datum == Datum.GCJ02:
        return _inverse(_shifted, longitude, latitude)
    if datum == Datum.BD09:
        return _inverse(_baidu, longitude, latitude)
    return longitude, latitude


def from_wgs84(longitude: float, latitude: float, datum: str) -> Position:
    """A stored position as a map of this datum shows it."""
    if datum == Datum.GCJ02:
        return _shifted(longitude, latitude)
    if datum == Datum.BD09:
        return _baidu(longitude, latitude)
    return longitude, latitude


def is_in_china(longitude: float, latitude: float) -> bool:
    """Inside the rectangle in which positions are shifted."""
    return _WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH


def _shifted(longitude: float, latitude: float) -> Position:
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    x, y = longitude - 105.0, latitude - 35.0
    angle = latitude / 180.0 * pi
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    root = sqrt(magic)
    per_degree_north = _AXIS * (1 - _ECCENTRICITY) / (magic * root) * pi / 180.0
    per_degree_east = _AXIS / root * cos(angle) * pi / 180.0
    return (
        longitude + _metres_east(x, y) / per_degree_east,
        latitude + _metres_north(x, y) / per_degree_north,
    )


def _waves(value: float, *terms: tuple[float, float]) -> float:
    """Two thirds of some sines: every part of the shift is made of such sums."""
    return sum(weight * sin(value * pi / part) for weight, part in terms) * 2.0 / 3.0


def _metres_north(x: float, y: float) -> float:
    level = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y
    return (
        level
        + 0.2 * sqrt(abs(x))
        + _waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
        + _waves(y, (20.0, 1.0), (40.0, 3.0))
        + _waves(y, (160.0, 12.0), (320.0, 30.0))
    )


def _metres_east(x: float, y: float) -> float:
    level = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y
    return (
        level
        + 0.1 * sqrt(abs(x))
        + _waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
        + _waves(x, (20.0, 1.0), (40.0, 3.0))
        + _waves(x, (150.0, 12.0), (300.0, 30.0))
    )


def _baidu(longitude: float, latitude: float) -> Position:
    """GCJ-02 turned and stretched once more."""
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    x, y = _shifted(longitude, latitude)
    length = hypot(x, y) + 0.00002 * sin(y * _BAIDU_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * _BAIDU_TURN)
    return length * cos(angle) + _BAIDU_EAST, length * sin(angle) + _BAIDU_NORTH


def _inverse(
    forward: Callable[[float, float], Position], longitude: float, latitude: float
) -> Position:
    """Walk back by as much as going forward misses the mark.

    A position outside China is its own image. One beside the border may be the
    image of none; it stays as it is rather than be moved by a guess.
    """
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    x, y = longitude, latitude
    for _round in range(_ROUNDS):
        shown = forward(x, y)
        east, north = longitude - shown[0], latitude - shown[1]
        x, y = x + east, y + north
        if abs(east) < _CLOSE and abs(north) < _CLOSE:
            return x, y
    return longitude, latitude
