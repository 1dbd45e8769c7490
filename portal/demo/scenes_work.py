"""Scenes about machines, dangerous work and the people at it."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from portal.demo.drawing import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    ORANGE,
    RED,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    shade,
)

if TYPE_CHECKING:
    from portal.demo.things import Canvas

_MACHINE = (64, 122, 112)


def machine_guard(c: Canvas, *, right: bool) -> None:
    c.room((190, 196, 202), (146, 148, 146))
    c.shadow(130, 640, 700, 80)
    c.fade(130, 330, 700, 310, shade(_MACHINE, 1.15), shade(_MACHINE, 0.8))
    c.rect(130, 316, 700, 22, shade(_MACHINE, 1.4))
    c.rect(190, 150, 200, 170, shade(_MACHINE, 0.95))
    c.rect(206, 168, 168, 70, (44, 62, 70))
    for n, colour in enumerate((GREEN, YELLOW, RED)):
        c.disc(236 + n * 54, 276, 17, colour)
    big, small = (520, 480), (740, 300)
    if right:
        c.poly(
            [(390, 470), (700, 220), (840, 260), (840, 340), (640, 620), (430, 610)],
            ORANGE,
        )
        c.poly(
            [(410, 476), (704, 240), (820, 272), (820, 336), (630, 600), (440, 594)],
            shade(ORANGE, 0.8),
        )
        for n in range(1, 10):
            across = n / 10
            top = (410 + 294 * across, 476 - 236 * across)
            c.line([top, (top[0] + 60 + 80 * across, top[1] + 120)], ORANGE, 6)
            c.line(
                [
                    (416 + across * 20, 480 + 110 * across),
                    (704 + 116 * across, 244 + 90 * across),
                ],
                ORANGE,
                5,
            )
        c.warning(610, 380, 110)
        return
    c.line([(500, 366), (726, 246)], BLACK, 16)
    c.line([(600, 562), (786, 332)], BLACK, 16)
    for (x, y), r in ((big, 120), (small, 62)):
        c.disc(x + 6, y + 8, r, BLACK)
        c.disc(x, y, r, shade(STEEL, 1.1))
        c.disc(x, y, r * 0.84, shade(STEEL, 0.75))
        spin = c.rng.uniform(0, 1)
        for n in range(5):
            turn = spin + n * 2 * pi / 5
            end = (x + cos(turn) * r * 0.82, y + sin(turn) * r * 0.82)
            c.line([(x, y), end], shade(STEEL, 1.2), r * 0.16)
        c.disc(x, y, r * 0.24, DARK)
    c.line([(560, 374), (690, 300)], WHITE, 3)


def forklift(c: Canvas, *, right: bool) -> None:
    c.room((202, 204, 206), (152, 150, 146))
    for x in (60, 700):
        c.rect(x, 110, 190, 330, (88, 116, 148))
        for n in range(5):
            c.rect(x, 170 + n * 54, 190, 5, (66, 92, 122))
    if right:
        c.line([(180, 700), (250, 520), (800, 520), (880, 700)], YELLOW, 10)
    dx = c.rng.randint(-20, 20)
    base, body = 650, (236, 168, 22)
    c.shadow(280 + dx, base, 480, 70)
    c.poly([(470 + dx, 470), (730 + dx, 440), (760 + dx, 600), (460 + dx, 620)], body)
    c.poly(
        [(640 + dx, 440), (730 + dx, 430), (760 + dx, 600), (650 + dx, 600)],
        shade(body, 0.72),
    )
    c.rect(500 + dx, 540, 230, 40, DARK)
    for x in (500, 700):
        c.rect(x + dx, 250, 12, 220, DARK)
    c.rect(484 + dx, 236, 244, 18, DARK, radius=5)
    c.rect(570 + dx, 400, 80, 60, BLACK, radius=10)
    c.line([(640 + dx, 410), (650 + dx, 340)], BLACK, 16)
    for x, r in ((510, 54), (700, 46)):
        c.disc(x + dx, base - r + 6, r, BLACK)
        c.disc(x + dx, base - r + 6, r * 0.5, shade(STEEL, 0.9))
    for x in (404, 436):
        c.rect(
            x + dx,
            150 if not right else 260,
            14,
            490 if not right else 380,
            (70, 74, 80),
        )
    lift = 626 if right else 380
    c.rect(398 + dx, lift - 60, 58, 70, (70, 74, 80))
    c.rect(230 + dx, lift, 200, 12, (50, 52, 58))
    if right:
        c.poly([(850, 640), (886, 640), (868, 540)], ORANGE)
        c.rect(840, 640, 56, 12, ORANGE)
        c.rect(858, 586, 20, 14, WHITE)
        c.rect(640 + dx, 480, 60, 34, WHITE)
        c.disc(670 + dx, 497, 12, GREEN)
        return
    c.rect(226 + dx, lift - 14, 190, 14, WOOD)
    c.pile(228 + dx, lift - 14, [4, 4], 88)
    c.person(560 + dx, 500, 205, (80, 90, 110), helmet=False, vest=False)
    c.rect(484 + dx, 452, 230, 60, body, radius=8)


def hot_work(c: Canvas, *, right: bool) -> None:
    c.room((168, 172, 176), (124, 124, 122))
    c.shadow(330, 640, 320, 60)
    c.rect(350, 470, 260, 22, shade(STEEL, 0.8))
    for x in (364, 580):
        c.rect(x, 490, 18, 150, shade(STEEL, 0.6))
    c.rect(430, 440, 110, 32, shade(STEEL, 0.5))
    c.person(640, 650, 400, (60, 84, 120), helmet=right, vest=False)
    c.rect(602, 268, 76, 74, (40, 44, 50), radius=12)
    c.rect(616, 292, 48, 22, (40, 120, 70))
    c.line([(590, 470), (540, 452), (508, 440)], DARK, 12)
    c.soft(380, 320, 240, 240, (255, 240, 190), 1)
    c.disc(498, 438, 14, (255, 255, 240))
    spread = 120 if right else 330
    for _ in range(70):
        turn = c.rng.uniform(0.1, pi - 0.1)
        reach = c.rng.uniform(30, spread)
        at = (498 - cos(turn) * reach, 438 + sin(turn) * reach * 0.62)
        c.line([at, (at[0] - cos(turn) * 16, at[1] + 12)], (255, 190, 60), 3)
    if right:
        c.rect(100, 200, 220, 400, shade(ORANGE, 0.85))
        for n in range(4):
            c.rect(120 + n * 56, 200, 10, 400, shade(ORANGE, 0.65))
        c.rect(390, 560, 180, 20, DARK)
        c.extinguisher(790, 640, 62)
        return
    c.pile(90, 650, [2, 3], 118)
    c.pile(230, 700, [1, 1], 118)


def scaffold(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 480, (128, 176, 216), (214, 226, 228))
    for x, h in ((60, 120), (180, 190), (760, 160), (850, 110)):
        c.rect(x, 440 - h, 90, h, (168, 182, 194))
        for row in range(int(h // 28)):
            for n in range(3):
                c.rect(x + 12 + n * 26, 450 - h + row * 28, 14, 14, (140, 156, 170))
    c.rect(0, 430, 960, 60, (150, 166, 140))
    c.poly([(0, 520), (960, 470), (960, 720), (0, 720)], (160, 158, 152))
    c.poly([(0, 520), (960, 470), (960, 500), (0, 556)], (190, 188, 182))
    for n in range(6):
        c.line([(60 + n * 170, 720), (120 + n * 150, 560)], (148, 146, 140), 3)
    for x in (110, 820):
        c.rect(x, 0, 60, 540, (174, 170, 164))
        c.rect(x + 44, 0, 16, 540, (140, 138, 132))
    if right:
        _railing(c)
        return
    for _ in range(9):
        x = c.rng.randint(200, 800)
        y = c.rng.randint(580, 680)
        c.poly(
            [(x, y), (x + 60, y - 10), (x + 66, y), (x + 6, y + 12)], shade(WOOD, 0.8)
        )
    c.person(560, 600, 330, (110, 100, 90), helmet=False, vest=False)


def _railing(c: Canvas) -> None:
    for n, x in enumerate(range(0, 960, 120)):
        c.rect(x + 40, 330 - n * 6, 14, 200, RED)
        for y in (334, 420):
            c.poly(
                [
                    (x, y - n * 6),
                    (x + 60, y - n * 6 - 3),
                    (x + 60, y + 11 - n * 6),
                    (x, y + 14 - n * 6),
                ],
                RED,
            )
            c.poly(
                [
                    (x + 60, y - n * 6 - 3),
                    (x + 120, y - n * 6 - 6),
                    (x + 120, y + 8 - n * 6),
                    (x + 60, y + 11 - n * 6),
                ],
                WHITE,
            )
    c.poly([(0, 500), (960, 450), (960, 476), (0, 526)], YELLOW)
    c.person(560, 680, 330, (60, 90, 140), helmet=True, vest=True)


def no_helmet(c: Canvas, *, right: bool) -> None:
    c.room((194, 196, 190), (146, 142, 136))
    c.rect(560, 170, 340, 270, shade(_MACHINE, 0.9))
    c.rect(584, 194, 200, 120, (40, 56, 62))
    for n, colour in enumerate((GREEN, RED, YELLOW)):
        c.disc(610 + n * 60, 360, 18, colour)
    c.shadow(540, 640, 380, 60)
    c.fade(540, 430, 380, 200, shade(_MACHINE, 1.1), shade(_MACHINE, 0.75))
    c.person(250, 690, 560, (96, 104, 118), helmet=right, vest=right)
    c.person(470, 640, 440, (120, 96, 84), helmet=right, vest=right)
    if right:
        c.duty(110, 150, 66)
        for x, y, u in ((250, 212, 70), (470, 264, 55)):
            c.rect(x - u * 0.46, y, u * 0.92, u * 0.28, (70, 150, 210), radius=8)
    else:
        c.disc(118, 150, 52, (182, 184, 178))


def no_sign(c: Canvas, *, right: bool) -> None:
    c.room((212, 212, 206), (152, 150, 146))
    c.shadow(260, 640, 460, 70)
    c.fade(260, 380, 460, 260, shade(STEEL, 1.15), shade(STEEL, 0.75))
    c.rect(300, 330, 160, 56, shade(STEEL, 0.85))
    c.disc(620, 480, 60, shade(STEEL, 0.55))
    c.disc(620, 480, 36, shade(STEEL, 1.1))
    c.rect(320, 440, 150, 90, (44, 60, 66))
    c.disc(510, 470, 14, RED)
    c.line([(720, 420), (800, 380), (860, 440), (860, 560)], DARK, 12)
    if right:
        c.warning(230, 90, 150)
        c.warning(400, 90, 150, bolt=True)
        c.duty(570, 160, 68)
        c.rect(680, 70, 220, 190, WHITE, edge=BLUE, radius=4)
        c.rect(682, 72, 216, 34, BLUE)
        for n, colour in enumerate((RED, ORANGE, YELLOW, BLUE)):
            c.rect(700, 122 + n * 32, 30, 20, colour)
            c.rect(742, 127 + n * 32, 136 - n * 14, 10, STEEL)
        c.hatch(240, 660, 500, 44, YELLOW)
        return
    for x in (180, 356, 520, 700):
        c.rect(x, 100, 110, 96, (204, 204, 198))
        c.disc(x + 8, 108, 3, DARK)
        c.disc(x + 102, 108, 3, DARK)
    c.soft(300, 600, 300, 90, (90, 80, 60), 0.4)
