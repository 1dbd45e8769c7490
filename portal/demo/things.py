"""What the drawn photos are made of: cartons, drums, cylinders, doors, people, signs."""

from __future__ import annotations

from math import cos, radians, sin
from typing import TYPE_CHECKING

from portal.demo.drawing import (
    BLACK,
    BLUE,
    CARTON,
    DARK,
    GREEN,
    RED,
    STEEL,
    WHITE,
    YELLOW,
    Sheet,
    shade,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.demo.drawing import Colour


class Canvas(Sheet):
    """A sheet that knows the things found in workshops and shops."""

    # Things

    def box(
        self, x: float, y: float, w: float, h: float, colour: Colour = CARTON
    ) -> None:
        """A carton standing at (x, y + h), seen a little from the right and above."""
        d = w * 0.2
        self.poly(
            [(x, y), (x + d, y - d * 0.6), (x + w + d, y - d * 0.6), (x + w, y)],
            shade(colour, 1.25),
        )
        self.poly(
            [
                (x + w, y),
                (x + w + d, y - d * 0.6),
                (x + w + d, y + h - d * 0.6),
                (x + w, y + h),
            ],
            shade(colour, 0.62),
        )
        self.fade(x, y, w, h, shade(colour, 1.06), shade(colour, 0.86))
        self.rect(x + w * 0.42, y, w * 0.16, h, shade(colour, 1.3))
        self.rect(x + w * 0.08, y + h * 0.66, w * 0.24, h * 0.2, shade(colour, 0.72))

    def pile(self, x: float, base: float, columns: Sequence[int], size: float) -> None:
        """Cartons in columns of the given heights, standing on ``base``."""
        self.shadow(x, base, size * 1.1 * len(columns), size * 0.5)
        for n, count in enumerate(columns):
            for level in range(count):
                wobble = self.rng.uniform(-0.06, 0.06) * size
                tone = shade(CARTON, self.rng.uniform(0.82, 1.08))
                high = size * self.rng.uniform(0.8, 0.92)
                self.box(
                    x + n * size * 1.06 + wobble,
                    base - (level + 1) * size * 0.84,
                    size * 0.96,
                    high,
                    tone,
                )

    def drum(
        self, x: float, y: float, w: float, h: float, colour: Colour, *, bands: int = 2
    ) -> None:
        """A barrel or bottle, lit from the left."""
        strips = 20
        for n in range(strips):
            light = 1.25 - abs(n / strips - 0.3) * 1.15
            left = x + n * w / strips
            self.rect(left, y, w / strips + 1, h, shade(colour, light))
        self.oval(x, y + h - w * 0.14, w, w * 0.28, shade(colour, 0.72))
        self.oval(x, y - w * 0.14, w, w * 0.28, shade(colour, 1.2))
        self.oval(x + w * 0.08, y - w * 0.09, w * 0.84, w * 0.18, shade(colour, 0.85))
        for n in range(bands):
            at = y + h * (n + 1) / (bands + 1)
            self.rect(x, at, w, 5, shade(colour, 0.66))
            self.rect(x, at - 4, w, 4, shade(colour, 1.3))

    def cylinder_bottle(
        self, x: float, base: float, colour: Colour, *, lean: float = 0, h: float = 300
    ) -> None:
        """A tall gas cylinder with valve and shoulder; ``lean`` pixels to the right."""
        w, strips = 74, 36
        top = base - h
        for n in range(strips):
            light = 1.3 - abs(n / strips - 0.3) * 1.2
            a, b = x + n * w / strips, x + (n + 1) * w / strips + 0.8
            dip = 34 * abs((n + 0.5) / strips - 0.5) ** 2 * 4
            self.poly(
                [(a + lean, top + dip), (b + lean, top + dip), (b, base), (a, base)],
                shade(colour, light),
            )
        self.rect(x + w * 0.36 + lean, top - 34, w * 0.28, 38, STEEL)
        self.rect(
            x + w * 0.2 + lean, top - 48, w * 0.6, 16, shade(STEEL, 0.7), radius=5
        )
        self.rect(
            x + w * 0.14 + lean * 0.7, top + h * 0.3, w * 0.72, 46, shade(colour, 1.5)
        )

    def extinguisher(self, x: float, base: float, size: float) -> None:
        """``size`` is its width."""
        h = size * 2.3
        self.shadow(x, base, size, size * 0.3)
        self.drum(x, base - h, size, h, RED, bands=0)
        self.oval(x, base - h - size * 0.3, size, size * 0.62, shade(RED, 1.05))
        self.rect(
            x + size * 0.36, base - h - size * 0.52, size * 0.28, size * 0.3, DARK
        )
        self.line(
            [
                (x + size * 0.2, base - h - size * 0.66),
                (x + size * 0.5, base - h - size * 0.5),
                (x + size * 1.05, base - h - size * 0.72),
            ],
            DARK,
            size * 0.11,
        )
        self.line(
            [
                (x + size * 0.6, base - h - size * 0.42),
                (x + size * 1.18, base - h - size * 0.1),
                (x + size * 1.2, base - h * 0.4),
            ],
            BLACK,
            size * 0.1,
        )
        self.rect(
            x + size * 0.12, base - h * 0.7, size * 0.76, h * 0.34, WHITE, radius=4
        )
        self.rect(x + size * 0.2, base - h * 0.64, size * 0.4, h * 0.06, RED)
        for n in range(3):
            self.rect(
                x + size * 0.2,
                base - h * (0.54 - n * 0.055),
                size * 0.6,
                h * 0.018,
                STEEL,
            )

    def door(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        """A double door with frame and panes."""
        self.rect(x - 16, y - 16, w + 32, h + 16, shade(STEEL, 0.72))
        self.fade(x, y, w, h, shade(colour, 1.1), shade(colour, 0.85))
        self.rect(x + w / 2 - 2, y, 4, h, shade(colour, 0.5))
        for side in (0.1, 0.6):
            self.rect(
                x + w * side,
                y + h * 0.12,
                w * 0.3,
                h * 0.34,
                (170, 200, 208),
                edge=shade(colour, 0.6),
            )
            self.poly(
                [
                    (x + w * (side + 0.04), y + h * 0.44),
                    (x + w * (side + 0.2), y + h * 0.14),
                    (x + w * (side + 0.26), y + h * 0.14),
                    (x + w * (side + 0.1), y + h * 0.44),
                ],
                (206, 226, 230),
            )

    def person(
        self, x: float, base: float, h: float, coat: Colour, *, helmet: bool, vest: bool
    ) -> None:
        """A standing worker seen from the front."""
        u = h / 8
        skin, hair = (226, 180, 146), (44, 36, 32)
        self.shadow(x - u * 1.4, base, u * 2.8, u * 0.7)
        for side in (-1, 1):
            self.rect(
                x + side * u * 0.62 - u * 0.44,
                base - u * 3.8,
                u * 0.88,
                u * 3.6,
                (52, 62, 84),
            )
            self.rect(
                x + side * u * 0.66 - u * 0.52,
                base - u * 0.36,
                u * 1.04,
                u * 0.36,
                BLACK,
                radius=5,
            )
            self.line(
                [
                    (x + side * u * 1.1, base - u * 6.1),
                    (x + side * u * 1.75, base - u * 4.6),
                    (x + side * u * 1.5, base - u * 3.4),
                ],
                shade(coat, 0.85),
                u * 0.62,
            )
            self.disc(x + side * u * 1.5, base - u * 3.3, u * 0.34, skin)
        self.rect(x - u * 1.25, base - u * 6.5, u * 2.5, u * 3.1, coat, radius=u * 0.45)
        if vest:
            self.rect(
                x - u * 1.15,
                base - u * 6.45,
                u * 2.3,
                u * 2.7,
                (255, 128, 22),
                radius=u * 0.4,
            )
            for offset in (-0.75, 0.45):
                self.rect(
                    x + u * offset, base - u * 6.4, u * 0.3, u * 2.6, (238, 240, 190)
                )
            self.rect(x - u * 1.15, base - u * 4.7, u * 2.3, u * 0.3, (238, 240, 190))
        self.rect(x - u * 0.28, base - u * 6.9, u * 0.56, u * 0.6, shade(skin, 0.86))
        self.oval(x - u * 0.62, base - u * 8.1, u * 1.24, u * 1.42, skin)
        self.half_disc(x, base - u * 7.56, u * 0.68, YELLOW if helmet else hair)
        if helmet:
            self.rect(
                x - u * 0.86,
                base - u * 7.66,
                u * 1.72,
                u * 0.2,
                shade(YELLOW, 0.86),
                radius=4,
            )
            self.rect(
                x - u * 0.1, base - u * 8.3, u * 0.2, u * 0.66, shade(YELLOW, 1.3)
            )
        for side in (-1, 1):
            self.disc(x + side * u * 0.25, base - u * 7.36, u * 0.07, BLACK)

    # Signs

    def warning(self, x: float, y: float, size: float, *, bolt: bool = False) -> None:
        """The yellow triangle, centred on x with its top at y."""
        h = size * 0.88
        self.poly([(x, y), (x + size / 2, y + h), (x - size / 2, y + h)], BLACK)
        self.poly(
            [
                (x, y + h * 0.14),
                (x + size * 0.4, y + h * 0.93),
                (x - size * 0.4, y + h * 0.93),
            ],
            YELLOW,
        )
        if bolt:
            points = [
                (0.06, 0.3),
                (-0.14, 0.64),
                (0, 0.64),
                (-0.06, 0.88),
                (0.15, 0.54),
                (0.02, 0.54),
            ]
            self.poly([(x + a * size, y + b * h) for a, b in points], BLACK)
        else:
            self.rect(x - size * 0.045, y + h * 0.36, size * 0.09, h * 0.32, BLACK)
            self.disc(x, y + h * 0.8, size * 0.055, BLACK)

    def forbidden(self, x: float, y: float, r: float) -> None:
        self.disc(x, y, r, WHITE)
        self.rect(x - r * 0.42, y - r * 0.1, r * 0.7, r * 0.3, BLACK, radius=4)
        self.disc(x - r * 0.34, y + r * 0.3, r * 0.2, BLACK)
        self.disc(x + r * 0.36, y + r * 0.3, r * 0.2, BLACK)
        self.line(
            [(x + r * 0.3, y + r * 0.26), (x + r * 0.2, y - r * 0.36)], BLACK, r * 0.1
        )
        self.ring(x, y, r, RED, r * 0.17)
        self.line(
            [(x - r * 0.64, y - r * 0.64), (x + r * 0.64, y + r * 0.64)], RED, r * 0.17
        )

    def duty(self, x: float, y: float, r: float) -> None:
        """The blue disc: a head with a helmet."""
        self.disc(x, y, r, BLUE)
        self.disc(x, y + r * 0.12, r * 0.42, WHITE)
        self.half_disc(x, y - r * 0.08, r * 0.54, WHITE)
        self.rect(x - r * 0.66, y - r * 0.1, r * 1.32, r * 0.1, BLUE)

    def exit_sign(self, x: float, y: float, w: float, *, lit: bool = True) -> None:
        """Green plate with a running figure and an arrow; grey when it is dark."""
        h = w * 0.42
        plate = GREEN if lit else (72, 84, 78)
        ink = WHITE if lit else (128, 136, 132)
        if lit:
            self.soft(x - w * 0.3, y - h * 0.5, w * 1.6, h * 2, (120, 240, 170), 0.45)
        self.rect(x, y, w, h, plate, edge=shade(plate, 0.6), radius=4)
        u = h / 10
        cx, cy = x + w * 0.32, y + h * 0.5
        self.disc(cx + u, cy - 2.8 * u, 0.95 * u, ink)
        for limb in (
            [(0.6, -1.6), (-0.5, 0.6)],
            [(0.4, -1.4), (2.2, -0.4), (3.0, -1.2)],
            [(0.3, -1.3), (-1.8, -1.4), (-2.4, 0)],
            [(-0.5, 0.6), (1.4, 1.4), (1.0, 3.4)],
            [(-0.5, 0.6), (-1.4, 2.2), (-3.2, 2.4)],
        ):
            self.line([(cx + a * u, cy + b * u) for a, b in limb], ink, 0.9 * u)
        ax = x + w * 0.66
        self.rect(ax, cy - u * 0.6, w * 0.16, u * 1.2, ink)
        self.poly(
            [
                (ax + w * 0.14, cy - 2 * u),
                (ax + w * 0.25, cy),
                (ax + w * 0.14, cy + 2 * u),
            ],
            ink,
        )

    def gauge(self, x: float, y: float, r: float, angle: float) -> None:
        """A pressure gauge; ``angle`` in degrees, 0 = straight up, negative = red."""
        self.disc(x + r * 0.05, y + r * 0.07, r * 1.14, shade(STEEL, 0.5))
        self.disc(x, y, r * 1.12, (206, 176, 92))
        self.disc(x, y, r, WHITE)
        for span, colour in (
            ((180, 245), RED),
            ((245, 295), (40, 168, 84)),
            ((295, 360), YELLOW),
        ):
            self.arc(x, y, r * 0.86, span, colour, r * 0.26)
        turn = radians(angle - 90)
        tip = (x + cos(turn) * r * 0.8, y + sin(turn) * r * 0.8)
        self.line([(x, y), tip], BLACK, r * 0.08)
        self.disc(x, y, r * 0.13, BLACK)
