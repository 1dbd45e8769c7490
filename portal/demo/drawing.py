"""A small flat-illustration kit on Pillow: shapes, gradients, soft light, rooms.

Coordinates are those of the finished 960 × 720 picture; everything is drawn twice
as large and reduced, which smooths the edges.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Colour = tuple[int, int, int]
XY = tuple[float, float]

WIDTH, HEIGHT = 960, 720
_SCALE = 2

BLACK, WHITE = (24, 26, 30), (246, 246, 242)
RED, GREEN, YELLOW, BLUE = (200, 38, 36), (18, 138, 84), (246, 196, 28), (36, 96, 176)
ORANGE, STEEL, DARK = (232, 118, 32), (150, 158, 166), (64, 70, 78)
CARTON, WOOD = (196, 152, 100), (172, 126, 78)


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    if factor <= 1:
        return mix(BLACK, colour, factor)
    return mix(colour, (255, 255, 255), min(1.0, factor - 1))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


class Sheet:
    """Shapes, rooms, and the finished photograph."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), STEEL)
        self._draw = ImageDraw.Draw(self.image)

    # Shapes

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        colour: Colour,
        *,
        edge: Colour | None = None,
        radius: float = 0,
    ) -> None:
        box = [x * _SCALE, y * _SCALE, (x + w) * _SCALE - 1, (y + h) * _SCALE - 1]
        box[2], box[3] = max(box[2], box[0]), max(box[3], box[1])
        width = 2 * _SCALE if edge else 0
        if radius:
            self._draw.rounded_rectangle(box, radius * _SCALE, colour, edge, width)
        else:
            self._draw.rectangle(box, colour, edge, width)

    def poly(self, points: Sequence[XY], colour: Colour) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], colour)

    def line(self, points: Iterable[XY], colour: Colour, width: float = 4) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, colour, round(width * _SCALE), joint="curve")

    def curve(self, points: Sequence[XY], colour: Colour, width: float = 4) -> None:
        """A smooth line through the points (Catmull-Rom)."""
        padded = [points[0], *points, points[-1]]
        smooth: list[XY] = []
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
            smooth += [_between(a, b, c, d, n / 10) for n in range(10)]
        self.line([*smooth, points[-1]], colour, width)

    def disc(self, x: float, y: float, r: float, colour: Colour) -> None:
        self.oval(x - r, y - r, 2 * r, 2 * r, colour)

    def oval(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        box = [x * _SCALE, y * _SCALE, (x + w) * _SCALE, (y + h) * _SCALE]
        self._draw.ellipse(box, colour)

    def ring(self, x: float, y: float, r: float, colour: Colour, width: float) -> None:
        box = [n * _SCALE for n in (x - r, y - r, x + r, y + r)]
        self._draw.ellipse(box, None, colour, round(width * _SCALE))

    def arc(
        self, x: float, y: float, r: float, span: XY, colour: Colour, width: float
    ) -> None:
        box = [n * _SCALE for n in (x - r, y - r, x + r, y + r)]
        self._draw.arc(box, span[0], span[1], colour, round(width * _SCALE))

    def half_disc(self, x: float, y: float, r: float, colour: Colour) -> None:
        """The upper half of a disc around (x, y)."""
        box = [n * _SCALE for n in (x - r, y - r, x + r, y + r)]
        self._draw.pieslice(box, 180, 360, colour)

    def fade(
        self, x: float, y: float, w: float, h: float, top: Colour, bottom: Colour
    ) -> None:
        """A vertical gradient in strips."""
        strips = max(8, min(40, round(h / 8)))
        for n in range(strips):
            colour = mix(top, bottom, n / (strips - 1))
            self.rect(x, y + n * h / strips, w, h / strips + 1, colour)

    def soft(
        self, x: float, y: float, w: float, h: float, colour: Colour, alpha: float
    ) -> None:
        """A blurred spot: a shadow under a thing, the glow of a lamp."""
        size = (max(2, round(w * _SCALE)), max(2, round(h * _SCALE)))
        mask = (
            _spot()
            .resize(size, Image.Resampling.BILINEAR)
            .point([round(v * alpha) for v in range(256)])
        )
        self.image.paste(colour, (round(x * _SCALE), round(y * _SCALE)), mask)

    def shadow(self, x: float, y: float, w: float, h: float = 40) -> None:
        self.soft(x - w * 0.12, y - h / 2, w * 1.24, h, BLACK, 0.55)

    # Rooms

    def room(self, wall: Colour, floor: Colour, *, horizon: float = 440) -> None:
        self.fade(0, 0, WIDTH, horizon, shade(wall, 0.86), shade(wall, 1.14))
        self.fade(
            0, horizon, WIDTH, HEIGHT - horizon, shade(floor, 0.86), shade(floor, 1.16)
        )
        joint = shade(floor, 0.78)
        for n in range(-6, 17):
            self.line(
                [(480 + (n - 5) * 75, horizon), (480 + (n - 5) * 190, 720)], joint, 1.5
            )
        for depth in (0.08, 0.22, 0.44, 0.74):
            y = horizon + (HEIGHT - horizon) * depth
            self.line([(0, y), (WIDTH, y)], joint, 1.5)
        self.rect(0, horizon - 12, WIDTH, 12, shade(wall, 0.6))
        self.soft(180, -220, 620, 420, WHITE, 0.35)

    def bricks(self, colour: Colour, bottom: float) -> None:
        """Courses of bricks, faintly."""
        for row in range(int(bottom // 36)):
            y = row * 36
            self.line([(0, y), (WIDTH, y)], colour, 1)
            for x in range(0 if row % 2 else 40, WIDTH, 80):
                self.line([(x, y), (x, y + 36)], colour, 1)

    def hatch(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        """A no-parking area painted on the floor."""
        slant = h * 0.7
        corners = [
            (x, y),
            (x + w, y),
            (x + w + slant / 2, y + h),
            (x - slant / 2, y + h),
        ]
        for n in range(round(w / 44) + 1):
            left = x + n * 44
            self.line([(left, y), (max(x - slant / 2, left - slant), y + h)], colour, 6)
        self.line([*corners, corners[0]], colour, 7)

    # The photograph

    def _taken_by_hand(self) -> Image.Image:
        """Never twice from quite the same spot, nor in quite the same light."""
        zoom = self.rng.uniform(0.92, 0.99)
        wide, high = WIDTH * _SCALE * zoom, HEIGHT * _SCALE * zoom
        left = (WIDTH * _SCALE - wide) * self.rng.random()
        top = (HEIGHT * _SCALE - high) * self.rng.random()
        picture = self.image.resize(
            (WIDTH, HEIGHT),
            Image.Resampling.BOX,
            box=(left, top, left + wide, top + high),
        )
        light = [self.rng.uniform(0.98, 1.02) for _ in range(3)]
        return picture.point(
            [min(255, round(v * k)) for k in light for v in range(256)]
        )

    def jpeg(self) -> bytes:
        """Reduced, with the corners darker and the grain of a telephone's camera."""
        picture = self._taken_by_hand()
        picture = ImageChops.multiply(picture, _vignette())
        picture = ImageChops.add(picture, _grain(), 1, -128)
        out = BytesIO()
        picture.save(out, "JPEG", quality=80)
        return out.getvalue()


def _between(a: XY, b: XY, c: XY, d: XY, t: float) -> XY:
    x, y = (
        b[i]
        + 0.5 * t * (c[i] - a[i])
        + t * t * (a[i] - 2.5 * b[i] + 2 * c[i] - 0.5 * d[i])
        + t**3 * (1.5 * (b[i] - c[i]) + 0.5 * (d[i] - a[i]))
        for i in (0, 1)
    )
    return (x, y)


@cache
def _spot() -> Image.Image:
    spot = Image.new("L", (128, 128))
    ImageDraw.Draw(spot).ellipse([30, 30, 98, 98], 255)
    return spot.filter(ImageFilter.GaussianBlur(14))


@cache
def _vignette() -> Image.Image:
    light = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    light = light.point([255 - round((v / 255) ** 2.2 * 70) for v in range(256)])
    return Image.merge("RGB", (light, light, light))


@cache
def _grain() -> Image.Image:
    """Always the same grain, so that the same photo has the same hash."""
    rng = Random(7)  # noqa: S311
    tile = Image.frombytes("L", (240, 180), rng.randbytes(240 * 180))
    tile = tile.point([128 + round((v - 128) * 0.055) for v in range(256)])
    grain = Image.new("L", (WIDTH, HEIGHT))
    for x in range(0, WIDTH, 240):
        for y in range(0, HEIGHT, 180):
            grain.paste(tile, (x, y))
    return Image.merge("RGB", (grain, grain, grain))
