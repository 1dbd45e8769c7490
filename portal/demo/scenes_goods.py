"""Scenes about stored goods, gases, dust, pits and papers."""

from __future__ import annotations

from math import cos, pi, sin
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
    WOOD,
    YELLOW,
    shade,
)

if TYPE_CHECKING:
    from portal.demo.things import Canvas

_OXYGEN, _ACETYLENE = (70, 140, 200), (232, 232, 226)


def cylinders(c: Canvas, *, right: bool) -> None:
    c.room((196, 192, 184), (140, 138, 134))
    c.bricks((178, 174, 166), 428)
    if right:
        for x, colour in (
            (190, _OXYGEN),
            (290, _OXYGEN),
            (590, _ACETYLENE),
            (690, _ACETYLENE),
        ):
            c.shadow(x, 620, 80, 40)
            c.cylinder_bottle(x, 620, colour)
        for left in (160, 560):
            for y in (280, 620):
                c.rect(left, y, 250, 12, (60, 66, 74))
            for x in (left, left + 240):
                c.rect(x, 250, 12, 382, (60, 66, 74))
            for n in range(13):
                c.ring(left + 10 + n * 19, 430, 10, shade(STEEL, 1.2), 4)
            c.warning(left + 125, 170, 84)
        return
    for x, colour, lean in (
        (200, _OXYGEN, -6),
        (296, _ACETYLENE, 20),
        (400, _OXYGEN, -14),
        (620, _OXYGEN, 46),
    ):
        c.shadow(x, 630, 90, 44)
        c.cylinder_bottle(x + c.rng.randint(-8, 8), 630, colour, lean=lean)
    c.shadow(520, 690, 300, 40)
    c.rect(500, 622, 300, 66, shade(_ACETYLENE, 0.9), radius=30)
    c.rect(510, 630, 280, 14, WHITE, radius=7)
    c.rect(800, 640, 36, 28, STEEL)
    c.curve([(440, 290), (520, 420), (470, 560), (580, 610)], (200, 60, 40), 8)


def papers(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 720, shade(WOOD, 1.1), shade(WOOD, 0.8))
    for n in range(24):
        y = n * 30 + c.rng.randint(-6, 6)
        c.line([(0, y), (960, y + 14)], shade(WOOD, 0.9), 1.5)
    c.soft(190, 60, 620, 660, BLACK, 0.6)
    c.poly([(200, 70), (740, 50), (770, 650), (220, 670)], (250, 247, 236))
    c.poly(
        [(200, 70), (740, 50), (742, 110), (202, 130)],
        BLUE if right else shade(BLUE, 0.9),
    )
    c.rect(590, 160, 130, 160, (206, 220, 232), edge=STEEL)
    c.disc(655, 218, 34, (226, 180, 146))
    c.oval(606, 258, 98, 90, (60, 74, 104))
    c.rect(590, 320, 130, 30, (250, 247, 236))
    for n, width in enumerate((300, 260, 310, 220)):
        c.rect(250, 180 + n * 44, width, 14, (120, 124, 130))
    for n in range(4):
        c.rect(250, 390 + n * 38, 420, 10, (176, 178, 180))
    if right:
        c.ring(600, 560, 74, RED, 8)
        points = []
        for n in range(10):
            r = 34 if n % 2 == 0 else 14
            turn = -pi / 2 + n * pi / 5
            points.append((600 + cos(turn) * r, 560 + sin(turn) * r))
        c.poly(points, RED)
        c.line([(290, 576), (336, 620), (430, 520)], GREEN, 20)
    else:
        c.rect(250, 546, 420, 26, (250, 214, 210))
        c.line([(300, 480), (620, 620)], RED, 18)
        c.line([(620, 480), (300, 620)], RED, 18)
    c.line([(830, 200), (900, 520)], (40, 54, 90), 18)
    c.line([(900, 520), (908, 556)], STEEL, 9)


def confined_space(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 240, (150, 186, 212), (206, 220, 222))
    c.rect(0, 150, 960, 100, (186, 180, 168))
    for n in range(13):
        c.line([(n * 80, 150), (n * 80, 250)], (168, 162, 150), 2)

    c.fade(0, 240, 960, 480, (140, 140, 134), (176, 174, 166))
    c.oval(230, 380, 500, 250, shade(STEEL, 0.7))
    c.oval(244, 386, 472, 230, shade(STEEL, 1.05))
    if right:
        _covered_and_fenced(c)
    else:
        _left_open(c)


def _covered_and_fenced(c: Canvas) -> None:
    c.oval(262, 396, 436, 204, (98, 102, 108))
    for n in range(9):
        c.line([(290 + n * 46, 430), (290 + n * 46, 566)], (70, 74, 80), 9)
    for n in range(4):
        c.line([(282, 440 + n * 40), (676, 440 + n * 40)], (70, 74, 80), 7)
    c.rect(455, 470, 52, 44, (196, 154, 52), radius=6)
    for x in (150, 800):
        c.rect(x, 330, 14, 300, RED)
    for y in (350, 450):
        for n in range(8):
            c.rect(150 + n * 82, y, 83, 14, RED if n % 2 == 0 else WHITE)
    c.rect(472, 280, 16, 110, DARK)
    c.rect(390, 90, 180, 200, YELLOW, edge=BLACK, radius=6)
    c.warning(480, 106, 120)
    c.rect(410, 230, 140, 14, BLACK)
    c.rect(410, 256, 100, 12, BLACK)


def _left_open(c: Canvas) -> None:
    c.oval(262, 396, 436, 204, (30, 30, 32))
    c.soft(300, 430, 360, 170, (60, 74, 50), 0.8)
    for x in (440, 500):
        c.line([(x, 404), (x + 4, 596)], shade(STEEL, 0.8), 9)
    for n in range(5):
        c.line([(440, 430 + n * 36), (502, 430 + n * 36)], shade(STEEL, 0.8), 7)
    c.shadow(640, 650, 260, 60)
    c.oval(620, 560, 300, 120, shade(STEEL, 0.6))
    c.oval(620, 548, 300, 120, shade(STEEL, 0.9))
    for n in range(4):
        c.oval(660 + n * 56, 590, 26, 20, shade(STEEL, 0.7))
    c.curve([(0, 330), (200, 400), (300, 400), (360, 540)], (60, 90, 150), 14)


def dust(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 720, (120, 128, 134), (170, 174, 174))
    for n in range(12):
        c.line([(n * 90 - 60, 0), (n * 90 + 30, 330)], (106, 114, 120), 4)
    beam = (70, 104, 140)
    powder = (214, 190, 148)
    for y, h in ((120, 40), (330, 54), (560, 70)):
        c.rect(0, y, 960, h, shade(beam, 0.8))
        c.rect(0, y, 960, h * 0.22, shade(beam, 1.15))
        c.rect(0, y + h * 0.8, 960, h * 0.24, shade(beam, 0.6))
        if not right:
            _drift(c, y, h, powder)
    for x in (230, 700):
        c.rect(x, 0, 42, 720, shade(beam, 0.9))
        c.rect(x + 30, 0, 12, 720, shade(beam, 0.65))
    c.drum(400, 400, 170, 180, shade(STEEL, 1.1), bands=3)
    c.line([(485, 400), (485, 300), (620, 240), (960, 240)], shade(STEEL, 0.6), 52)
    c.line([(485, 400), (485, 300), (620, 240), (960, 240)], shade(STEEL, 1.15), 40)
    if right:
        c.soft(60, 20, 300, 120, WHITE, 0.4)
        c.warning(850, 420, 120)
        return
    c.oval(396, 356, 178, 60, powder)
    c.line([(490, 292), (622, 228), (960, 226)], powder, 18)
    for _ in range(150):
        at = (c.rng.uniform(0, 960), c.rng.uniform(0, 720))
        c.disc(*at, c.rng.uniform(0.8, 2.4), shade(powder, 1.2))
    c.soft(100, 480, 760, 260, powder, 0.35)


def _drift(c: Canvas, y: float, h: float, powder: tuple[int, int, int]) -> None:
    points = [(0.0, y + h * 0.3)]
    x = 0.0
    while x < 960:
        points.append((x, y - c.rng.uniform(4, 24)))
        x += c.rng.uniform(18, 46)
    c.poly([*points, (960, y + h * 0.3)], powder)
    for px, _ in points[1::3]:
        drop = c.rng.uniform(10, h * 0.7)
        c.poly([(px - 14, y + 6), (px + 16, y + 6), (px + 2, y + drop)], powder)


def chemicals(c: Canvas, *, right: bool) -> None:
    c.room((206, 206, 196), (150, 148, 142))
    c.rect(60, 90, 840, 14, shade(STEEL, 0.8))
    if right:
        c.shadow(150, 660, 660, 60)
        c.poly([(130, 590), (830, 590), (870, 670), (90, 670)], shade(YELLOW, 0.9))
        c.rect(90, 660, 780, 34, shade(YELLOW, 0.75))
    else:
        c.oval(300, 600, 480, 96, (96, 112, 70))
        c.oval(350, 612, 240, 40, (132, 150, 96))
    tones = (BLUE, (58, 110, 130), (150, 64, 54), (88, 96, 104))
    for n in range(4):
        x = 160 + n * 172
        tone = tones[n] if right else shade(tones[(n + c.rng.randint(0, 1)) % 4], 0.85)
        c.drum(x, 360, 140, 250, tone, bands=2)
        if right:
            c.rect(x + 24, 410, 92, 110, WHITE, radius=3)
            c.poly([(x + 70, 416), (x + 96, 442), (x + 70, 468), (x + 44, 442)], RED)
            c.poly([(x + 70, 424), (x + 88, 442), (x + 70, 460), (x + 52, 442)], WHITE)
            c.disc(x + 70, 444, 7, BLACK)
            for k in range(3):
                c.rect(x + 36, 476 + k * 13, 68, 6, STEEL)
        else:
            c.soft(x + 20, 480, 90, 110, (120, 80, 40), 0.4)
    if right:
        c.rect(380, 140, 200, 130, WHITE, edge=BLUE)
        for k in range(5):
            c.rect(400, 160 + k * 20, 160 - (k % 2) * 40, 8, BLUE)
        return
    c.box(700, 560, 130, 110, shade(CARTON, 0.9))
    c.curve([(230, 356), (330, 250), (420, 330), (404, 356)], (120, 104, 70), 9)


def shelves(c: Canvas, *, right: bool) -> None:
    c.room((196, 200, 204), (150, 150, 148))
    bend = 0 if right else 46
    for y in (200, 340, 480):
        sag = 0 if right else 20
        c.poly(
            [
                (120, y),
                (480, y + sag),
                (840, y),
                (840, y + 18),
                (480, y + 18 + sag),
                (120, y + 18),
            ],
            (230, 112, 36),
        )
        for n in range(6):
            size = 92 + c.rng.randint(-8, 8) + (0 if right else 14)
            drop = sag * (1 - abs(n - 2.5) / 3)
            c.box(
                140 + n * 114,
                y - size * 0.88 + drop,
                size * 0.92,
                size * 0.88,
                shade(CARTON, c.rng.uniform(0.85, 1.1)),
            )
    for x in (112, 832):
        if x == 832 and not right:
            c.line(
                [(x + 9, 80), (x + 9, 340), (x + 9 - bend, 450), (x + 9, 600)], BLUE, 20
            )
        else:
            c.rect(x, 80, 20, 520, BLUE)
        c.rect(x - 12, 596, 44, 12, shade(BLUE, 0.6))
    c.rect(470, 80, 18, 520, shade(BLUE, 0.85))
    if right:
        _labels_and_guards(c)
        return
    c.box(640, 590, 120, 96)
    c.box(560, 640, 90, 70, shade(CARTON, 0.85))
    c.line([(800, 380), (780, 440), (812, 470)], (90, 92, 96), 3)


def _labels_and_guards(c: Canvas) -> None:
    for y in (200, 340, 480):
        c.rect(420, y + 1, 120, 16, WHITE)
        c.rect(434, y + 6, 70, 6, BLACK)
    for x in (96, 816):
        c.rect(x, 500, 50, 110, YELLOW)
        for n in range(3):
            c.poly(
                [
                    (x, 530 + n * 30),
                    (x + 50, 508 + n * 30),
                    (x + 50, 520 + n * 30),
                    (x, 542 + n * 30),
                ],
                BLACK,
            )
    c.hatch(260, 640, 460, 60, YELLOW)
