"""Scenes about machines, goods, dangerous work and people."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from portal.demo.drawing import (
    BLACK,
    BLUE,
    CARTON,
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
    from portal.demo.drawing import Canvas

_MACHINE = (64, 122, 112)
_OXYGEN, _ACETYLENE = (70, 140, 200), (232, 232, 226)


def cylinders(c: Canvas, *, right: bool) -> None:
    c.room((196, 192, 184), (140, 138, 134))
    c.bricks((178, 174, 166), 428)
    if right:
        for x, colour in ((190, _OXYGEN), (290, _OXYGEN), (590, _ACETYLENE), (690, _ACETYLENE)):
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
    c.line([(440, 290), (520, 420), (470, 560), (560, 600)], (200, 60, 40), 8)


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
        c.poly([(390, 470), (700, 220), (840, 260), (840, 340), (640, 620), (430, 610)], ORANGE)
        c.poly([(410, 476), (704, 240), (820, 272), (820, 336), (630, 600), (440, 594)], shade(ORANGE, 0.8))
        for n in range(11):
            c.line([(430 + n * 38, 600 - n * 18), (430 + n * 38, 470 - n * 20)], ORANGE, 7)
        for n in range(5):
            c.line([(424, 500 + n * 26), (820, 250 + n * 40)], ORANGE, 5)
        c.warning(640, 372, 110)
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


def papers(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 720, shade(WOOD, 1.1), shade(WOOD, 0.8))
    for n in range(24):
        y = n * 30 + c.rng.randint(-6, 6)
        c.line([(0, y), (960, y + 14)], shade(WOOD, 0.9), 1.5)
    c.soft(190, 60, 620, 660, BLACK, 0.6)
    c.poly([(200, 70), (740, 50), (770, 650), (220, 670)], (250, 247, 236))
    c.poly([(200, 70), (740, 50), (742, 110), (202, 130)], BLUE if right else shade(BLUE, 0.9))
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
    c.poly([(640 + dx, 440), (730 + dx, 430), (760 + dx, 600), (650 + dx, 600)], shade(body, 0.72))
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
        c.rect(x + dx, 150 if not right else 260, 14, 490 if not right else 380, (70, 74, 80))
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
    c.person(570 + dx, 470, 230, (80, 90, 110), helmet=False, vest=False)
    c.rect(484 + dx, 452, 230, 60, body, radius=8)


def confined_space(c: Canvas, *, right: bool) -> None:
    c.fade(0, 0, 960, 240, (150, 186, 212), (206, 220, 222))
    c.rect(0, 170, 960, 80, (176, 172, 162))
    c.bricks((160, 156, 146), 170)
    c.fade(0, 240, 960, 480, (140, 140, 134), (176, 174, 166))
    c.oval(230, 380, 500, 250, shade(STEEL, 0.7))
    c.oval(244, 386, 472, 230, shade(STEEL, 1.05))
    if right:
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
        c.rect(390, 90, 180, 200, YELLOW, edge=BLACK, radius=6)
        c.warning(480, 106, 120)
        c.rect(410, 230, 140, 14, BLACK)
        c.rect(410, 256, 100, 12, BLACK)
        return
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
    c.line([(200, 300), (260, 420), (330, 470), (360, 540)], (60, 90, 150), 14)


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
        x, y = 498 - cos(turn) * reach, 438 + sin(turn) * reach * 0.62
        c.line([(x, y), (x - cos(turn) * 16, y + 12)], (255, 190, 60), 3)
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
        for n, x in enumerate(range(0, 960, 120)):
            c.rect(x + 40, 330 - n * 6, 14, 200, RED)
            for y in (334, 420):
                c.poly([(x, y - n * 6), (x + 60, y - n * 6 - 3), (x + 60, y + 11 - n * 6), (x, y + 14 - n * 6)], RED)
                c.poly([(x + 60, y - n * 6 - 3), (x + 120, y - n * 6 - 6), (x + 120, y + 8 - n * 6), (x + 60, y + 11 - n * 6)], WHITE)
        c.poly([(0, 500), (960, 450), (960, 476), (0, 526)], YELLOW)
        c.person(560, 680, 330, (60, 90, 140), helmet=True, vest=True)
        return
    for _ in range(9):
        x = c.rng.randint(200, 800)
        y = c.rng.randint(580, 680)
        c.poly([(x, y), (x + 60, y - 10), (x + 66, y), (x + 6, y + 12)], shade(WOOD, 0.8))
    c.person(560, 600, 330, (110, 100, 90), helmet=False, vest=False)


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
    c.line([(485, 400), (485, 300), (620, 240), (960, 240)], shade(STEEL, 0.9), 44)
    if right:
        c.soft(60, 20, 300, 120, WHITE, 0.4)
        c.warning(850, 420, 120)
        return
    c.oval(396, 356, 178, 60, powder)
    c.line([(490, 292), (622, 228), (960, 226)], powder, 18)
    for _ in range(150):
        x, y = c.rng.uniform(0, 960), c.rng.uniform(0, 720)
        c.disc(x, y, c.rng.uniform(0.8, 2.4), shade(powder, 1.2))
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
    c.line([(480, 350), (560, 250), (700, 300)], (200, 190, 160), 9)


def shelves(c: Canvas, *, right: bool) -> None:
    c.room((196, 200, 204), (150, 150, 148))
    bend = 0 if right else 46
    for y in (200, 340, 480):
        sag = 0 if right else 20
        c.poly(
            [(120, y), (480, y + sag), (840, y), (840, y + 18), (480, y + 18 + sag), (120, y + 18)],
            (230, 112, 36),
        )
        for n in range(6):
            size = 92 + c.rng.randint(-8, 8) + (0 if right else 14)
            drop = sag * (1 - abs(n - 2.5) / 3)
            c.box(140 + n * 114, y - size * 0.88 + drop, size * 0.92, size * 0.88, shade(CARTON, c.rng.uniform(0.85, 1.1)))
        if right:
            c.rect(420, y + 1, 120, 16, WHITE)
            c.rect(434, y + 6, 70, 6, BLACK)
    for x in (112, 832):
        if x == 832 and not right:
            c.line([(x + 9, 80), (x + 9, 340), (x + 9 - bend, 450), (x + 9, 600)], BLUE, 20)
        else:
            c.rect(x, 80, 20, 520, BLUE)
        c.rect(x - 12, 596, 44, 12, shade(BLUE, 0.6))
    c.rect(470, 80, 18, 520, shade(BLUE, 0.85))
    if right:
        for x in (96, 816):
            c.rect(x, 500, 50, 110, YELLOW)
            for n in range(3):
                c.poly([(x, 530 + n * 30), (x + 50, 508 + n * 30), (x + 50, 520 + n * 30), (x, 542 + n * 30)], BLACK)
        c.hatch(260, 640, 460, 60, YELLOW)
        return
    c.box(640, 590, 120, 96)
    c.box(560, 640, 90, 70, shade(CARTON, 0.85))
    c.line([(800, 380), (780, 440), (812, 470)], (90, 92, 96), 3)


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
