"""Scenes about fire, escape and electricity, each as found and as put right."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from portal.demo.drawing import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    RED,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    mix,
    shade,
)

if TYPE_CHECKING:
    from portal.demo.things import Canvas


def exit_boxes(c: Canvas, *, right: bool) -> None:
    c.room((198, 204, 200), (150, 152, 148))
    c.door(330, 130, 300, 330, (96, 140, 120))
    c.rect(470, 300, 8, 60, STEEL)
    c.rect(484, 300, 8, 60, STEEL)
    c.exit_sign(405, 50, 150)
    if right:
        c.hatch(340, 480, 290, 150, YELLOW)
        c.extinguisher(720, 500, 44)
        return
    c.pile(250, 640, [2, 3, 2, 1], 118)
    c.pile(420, 700, [1, 2], 130 + c.rng.randint(-10, 10))


def exit_locked(c: Canvas, *, right: bool) -> None:
    c.room((206, 198, 184), (140, 134, 126), horizon=640)
    c.door(180, 70, 600, 610, (92, 128, 150))
    c.exit_sign(380, 6, 200, lit=right)
    if right:
        for x in (206, 506):
            c.rect(x, 400, 248, 44, shade(RED, 0.75), radius=8)
            c.rect(x, 396, 248, 34, RED, radius=8)
            c.rect(x + 10, 402, 228, 8, shade(RED, 1.4), radius=4)
        return
    for x in (436, 508):
        c.rect(x, 350, 18, 130, shade(STEEL, 0.8), radius=8)
    links = 17
    for n in range(links):
        turn = n / links * 2 * pi
        c.ring(482 + cos(turn) * 74, 430 + sin(turn) * 46, 16, shade(STEEL, 1.1), 7)
    c.ring(482, 488, 34, shade(STEEL, 0.8), 12)
    c.rect(430, 496, 104, 92, (196, 154, 52), radius=12)
    c.rect(430, 496, 104, 18, (230, 196, 104), radius=9)
    c.disc(482, 540, 12, BLACK)
    c.rect(477, 540, 10, 28, BLACK)


def extinguisher_red(c: Canvas, *, right: bool) -> None:
    c.room((214, 210, 200), (148, 146, 142), horizon=560)
    c.extinguisher(190, 660, 176)
    c.line([(330, 210), (500, 190)], shade(STEEL, 0.6), 5)
    c.soft(450, 110, 480, 480, BLACK, 0.35)
    c.disc(680, 320, 196, shade(STEEL, 1.2))
    angle = c.rng.uniform(-8, 10) if right else c.rng.uniform(-72, -52)
    c.gauge(680, 320, 160, angle)
    if right:
        c.rect(560, 560, 200, 110, (250, 250, 236), radius=6)
        c.rect(578, 576, 120, 12, GREEN)
        for n in range(3):
            c.rect(578, 602 + n * 20, 164, 8, STEEL)


def extinguisher_missing(c: Canvas, *, right: bool) -> None:
    c.room((216, 214, 206), (156, 150, 142))
    c.rect(396, 96, 168, 168, RED, edge=shade(RED, 0.6), radius=8)
    c.rect(462, 140, 40, 92, WHITE, radius=10)
    c.line([(450, 132), (488, 126), (518, 140)], WHITE, 9)
    c.line([(502, 150), (526, 180), (524, 214)], WHITE, 8)
    c.shadow(330, 600, 300, 60)
    c.rect(340, 400, 280, 200, shade(RED, 0.8))
    c.rect(352, 412, 256, 176, shade(RED, 0.42) if right else (62, 40, 40))
    if right:
        c.extinguisher(384, 584, 62)
        c.extinguisher(500, 584, 62)
    else:
        c.pile(700, 620, [2, 1], 110)
        c.line([(352, 412), (420, 470), (360, 520)], (92, 92, 88), 2)
        c.soft(380, 520, 200, 70, (120, 110, 96), 0.5)
    c.rect(340, 588, 280, 14, shade(RED, 0.7))


def hydrant_blocked(c: Canvas, *, right: bool) -> None:
    c.room((190, 200, 206), (146, 150, 150))
    c.rect(350, 120, 250, 330, shade(RED, 0.7))
    c.fade(360, 130, 230, 310, shade(RED, 1.05), shade(RED, 0.88))
    c.rect(390, 160, 170, 150, (196, 212, 214), edge=shade(RED, 0.6))
    c.disc(475, 236, 52, shade(RED, 0.85))
    c.disc(475, 236, 40, (232, 226, 206))
    for r in (32, 22, 12):
        c.ring(475, 236, r, (190, 180, 156), 4)
    c.rect(400, 340, 150, 60, WHITE, radius=4)
    c.rect(414, 356, 122, 10, RED)
    c.rect(414, 376, 84, 10, RED)
    c.disc(574, 300, 9, STEEL)
    if right:
        c.hatch(370, 470, 220, 140, RED)
        return
    c.shadow(250, 690, 470, 90)
    c.rect(250, 652, 470, 16, WOOD)
    c.rect(250, 680, 470, 14, shade(WOOD, 0.7))
    for x in (254, 470, 688):
        c.rect(x, 666, 30, 16, shade(WOOD, 0.6))
    c.pile(262, 652, [3, 2, 3, 2], 110)


def emergency_light(c: Canvas, *, right: bool) -> None:
    wall = (168, 172, 176) if right else (104, 110, 118)
    c.room(wall, mix(wall, BLACK, 0.3), horizon=520)
    c.exit_sign(300, 380, 250, lit=right)
    if not right:
        c.line([(360, 384), (410, 430), (392, 452), (440, 482)], BLACK, 3)
    c.rect(330, 150, 300, 104, WHITE if right else shade(WHITE, 0.72), radius=10)
    c.rect(456, 196, 48, 12, (60, 200, 90) if right else (92, 60, 58), radius=4)
    for x in (366, 594):
        if right:
            c.soft(x - 200, 0, 400, 400, (255, 246, 196), 0.75)
        c.rect(x - 12, 120, 24, 40, DARK)
        c.disc(x, 112, 60, shade(STEEL, 0.75))
        c.disc(x, 112, 48, (255, 250, 214) if right else (74, 78, 84))
        if not right:
            c.arc(x, 112, 34, (200, 260), (130, 134, 140), 6)
    if not right:
        c.curve([(480, 254), (480, 300), (520, 340), (506, 372)], BLACK, 5)


def cables(c: Canvas, *, right: bool) -> None:
    c.room((204, 200, 190), (156, 150, 140), horizon=330)
    if right:
        c.rect(0, 236, 960, 34, shade(STEEL, 1.25), edge=shade(STEEL, 0.8))
        for x in (180, 470, 760):
            c.rect(x + 14, 110, 16, 130, shade(STEEL, 1.2))
            c.rect(x - 34, 60, 112, 84, WHITE, edge=STEEL, radius=8)
            for dx in (-6, 34):
                c.rect(x + dx, 88, 6, 22, BLACK)
                c.rect(x + dx + 12, 88, 6, 22, BLACK)
        c.hatch(110, 560, 720, 90, YELLOW)
        return
    for n in range(9):
        colour = (BLACK, (180, 60, 40), (40, 74, 140), (226, 180, 40))[n % 4]
        start = c.rng.uniform(0, 960)
        points = [(start, 330.0)]
        for k in range(25):
            left, down = points[-1]
            sway = 70 * sin(k * (0.5 + n * 0.07) + n * 1.7) + (480 - left) * 0.04
            points.append((left + sway, down + 13 + 3 * cos(k + n)))
        c.curve([(px + 4, py + 8) for px, py in points], shade((156, 150, 140), 0.6), 9)
        c.curve(points, colour, 8)
    for x, y in ((250, 520), (560, 600), (600, 420)):
        c.shadow(x, y + 46, 210, 30)
        c.rect(x, y, 210, 46, (236, 234, 226), edge=STEEL, radius=10)
        for k in range(4):
            c.rect(x + 20 + k * 46, y + 14, 6, 18, BLACK)
            c.rect(x + 34 + k * 46, y + 14, 6, 18, BLACK)
    c.rect(420, 488, 40, 20, (40, 40, 44), radius=5)


def switchboard_open(c: Canvas, *, right: bool) -> None:
    c.room((200, 204, 196), (144, 144, 140), horizon=560)
    c.soft(250, 80, 520, 520, BLACK, 0.3)
    c.fade(300, 70, 360, 440, shade(STEEL, 1.2), shade(STEEL, 0.95))
    if right:
        c.rect(318, 88, 324, 404, shade(STEEL, 1.12), edge=shade(STEEL, 0.7))
        c.warning(480, 170, 190, bolt=True)
        c.rect(414, 370, 132, 40, YELLOW, radius=4)
        c.rect(428, 384, 104, 10, BLACK)
        c.rect(600, 270, 20, 60, DARK, radius=6)
        c.rect(596, 340, 28, 30, (196, 154, 52), radius=5)
        c.hatch(340, 600, 280, 90, YELLOW)
        return
    c.rect(322, 92, 316, 396, (58, 62, 66))
    for row in range(2):
        for n in range(6):
            x, y = 346 + n * 46, 150 + row * 150
            c.rect(x, y, 38, 74, (226, 226, 220), radius=4)
            c.rect(x + 12, y + 22 + (n % 2) * 14, 14, 18, BLACK)
    for n in range(11):
        colour = (RED, YELLOW, GREEN, BLUE, BLACK)[n % 5]
        x = 354 + n * 26
        sway = c.rng.uniform(-60, 60)
        c.curve(
            [(x, 224), (x + sway, 262), (x - sway / 2, 300), (x + sway / 3, 376)],
            colour,
            6,
        )
        c.curve([(x, 376), (x + sway, 440), (x + sway * 1.5, 560)], colour, 6)
    c.soft(320, 440, 320, 90, (150, 140, 120), 0.6)
    c.pile(250, 690, [1, 2, 1, 1], 120)


def e_bike(c: Canvas, *, right: bool) -> None:
    c.room((212, 206, 192), (166, 158, 148))
    c.door(60, 120, 170, 330, (150, 106, 70))
    c.rect(700, 150, 200, 150, (164, 196, 208), edge=shade(STEEL, 0.7))
    c.rect(796, 150, 8, 150, shade(STEEL, 0.8))
    if right:
        c.forbidden(460, 240, 92)
        c.rect(380, 350, 160, 40, WHITE, edge=RED, radius=4)
        c.rect(396, 364, 128, 12, RED)
        c.hatch(300, 500, 360, 130, RED)
        return
    for n, (x, base, colour) in enumerate(
        ((130, 590, BLUE), (330, 640, (176, 40, 52)), (560, 690, DARK))
    ):
        _bike(c, x + c.rng.randint(-12, 12), base, colour)
        if n == 1:
            c.curve([(800, 300), (770, 430), (640, 450), (470, 520)], BLACK, 6)
            c.rect(448, 506, 50, 30, BLACK, radius=5)
            c.disc(460, 516, 4, (240, 60, 50))


def _bike(c: Canvas, x: float, base: float, colour: tuple[int, int, int]) -> None:
    c.shadow(x, base, 310, 46)
    for wheel in (x + 52, x + 262):
        c.disc(wheel, base - 52, 52, BLACK)
        c.disc(wheel, base - 52, 34, shade(STEEL, 0.9))
        c.disc(wheel, base - 52, 12, DARK)
    c.poly(
        [
            (x + 40, base - 96),
            (x + 140, base - 112),
            (x + 160, base - 66),
            (x + 216, base - 66),
            (x + 236, base - 196),
            (x + 262, base - 190),
            (x + 246, base - 40),
            (x + 130, base - 36),
            (x + 96, base - 70),
        ],
        colour,
    )
    c.poly(
        [
            (x + 20, base - 132),
            (x + 150, base - 140),
            (x + 146, base - 112),
            (x + 30, base - 106),
        ],
        BLACK,
    )
    c.line([(x + 262, base - 52), (x + 234, base - 230)], shade(STEEL, 0.8), 10)
    c.line(
        [(x + 190, base - 246), (x + 234, base - 232), (x + 262, base - 250)], BLACK, 9
    )
    c.disc(x + 256, base - 196, 17, (250, 244, 206))


def bunk_bed(c: Canvas, *, right: bool) -> None:
    c.room((186, 180, 168), (142, 136, 126))
    c.bricks((168, 162, 150), 428)
    if right:
        _rack(c, 120, 700)
        c.hatch(330, 560, 320, 110, YELLOW)
        return
    c.pile(690, 610, [3, 2], 116)
    c.shadow(120, 640, 520, 60)
    for x in (120, 620):
        c.rect(x, 150, 18, 490, (74, 96, 130))
    for y, cover in ((300, (190, 70, 70)), (500, (70, 120, 160))):
        c.rect(120, y + 34, 518, 20, (74, 96, 130))
        c.rect(138, y - 14, 482, 50, (232, 226, 214), radius=14)
        c.rect(250, y - 34, 372, 70, cover, radius=18)
        for n in range(4):
            c.rect(270 + n * 88, y - 32, 30, 66, shade(cover, 1.3))
        c.rect(146, y - 38, 96, 46, (244, 240, 228), radius=16)
    c.line([(560, 330), (560, 520)], (74, 96, 130), 8)
    c.line([(600, 330), (600, 520)], (74, 96, 130), 8)
    for n in range(5):
        c.line([(560, 350 + n * 36), (600, 350 + n * 36)], (74, 96, 130), 6)
    c.line([(0, 96), (960, 120)], BLACK, 2)
    for x, colour in ((240, WHITE), (360, (110, 140, 90)), (480, (60, 70, 110))):
        c.poly([(x, 102), (x + 84, 105), (x + 76, 206), (x + 10, 204)], colour)


def _rack(c: Canvas, left: float, width: float) -> None:
    for y in (210, 350, 490):
        c.rect(left, y, width, 16, (228, 110, 34))
        for n in range(6):
            size = 84 + c.rng.randint(-6, 6)
            c.box(left + 22 + n * width / 6.2, y - size * 0.86, size * 0.9, size * 0.86)
    for x in (left, left + width / 2 - 8, left + width - 16):
        c.rect(x, 90, 18, 480, BLUE)


def gas_stove(c: Canvas, *, right: bool) -> None:
    c.room((222, 222, 216), (138, 130, 122), horizon=520)
    for n in range(1, 16):
        c.line([(n * 64, 0), (n * 64, 508)], (206, 206, 200), 1.5)
    for n in range(1, 9):
        c.line([(0, n * 58), (960, n * 58)], (206, 206, 200), 1.5)
    c.shadow(120, 670, 560, 60)
    c.fade(120, 400, 560, 260, shade(STEEL, 1.3), shade(STEEL, 0.8))
    c.rect(110, 386, 580, 24, shade(STEEL, 1.45))
    for x in (270, 530):
        c.oval(x - 84, 366, 168, 36, BLACK)
        for n in range(9):
            fx = x - 64 + n * 16
            c.poly(
                [(fx - 7, 376), (fx, 330 + (n % 3) * 8), (fx + 7, 376)], (70, 140, 240)
            )
        c.oval(x - 96, 250, 192, 110, (70, 74, 80))
        c.rect(x - 96, 282, 192, 48, (70, 74, 80))
        c.oval(x - 96, 236, 192, 60, (112, 118, 124))
        c.disc(x, 480, 24, BLACK)
        c.rect(x - 4, 460, 8, 24, WHITE)
    if right:
        c.line([(690, 440), (800, 440), (800, 260), (960, 260)], (214, 180, 70), 16)
        c.rect(776, 320, 48, 40, (214, 180, 70), radius=6)
        c.line([(800, 320), (850, 290)], RED, 12)
        c.rect(720, 96, 150, 104, WHITE, edge=STEEL, radius=12)
        c.disc(760, 150, 15, (50, 205, 90))
        for n in range(4):
            c.rect(792, 126 + n * 14, 58, 6, STEEL)
        return
    c.soft(690, 600, 240, 90, BLACK, 0.5)
    c.drum(728, 440, 150, 200, (70, 130, 150), bands=1)
    c.oval(728, 396, 150, 90, (86, 150, 170))
    c.rect(776, 360, 54, 50, shade(STEEL, 0.8), radius=6)
    c.curve([(800, 366), (736, 330), (716, 450), (688, 500)], (210, 96, 40), 12)
    for n in range(4):
        c.line([(722, 340 + n * 34), (734, 348 + n * 34)], BLACK, 2)
