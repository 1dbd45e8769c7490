"""The QR code on a page: read again module by module, as a phone would."""

import re
from urllib.parse import unquote

import pytest
from django.template import Context, Template

from config.templatetags.qr import qr_uri

# 33 to 42 bytes: version 3 at level M, one block, so that no interleaving and no
# correction stand between the modules and the text.
ADDRESS = "https://anwang.example.org/q/7Jk2mPq4X8"
SIZE = 29
QUIET = 4
LEVELS = {0b00: "M", 0b01: "L", 0b10: "H", 0b11: "Q"}
MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, _c: r % 2,
    lambda _r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: (r * c) % 2 + (r * c) % 3,
    lambda r, c: ((r * c) % 2 + (r * c) % 3) % 2,
    lambda r, c: ((r + c) % 2 + (r * c) % 3) % 2,
)


def drawn(uri):
    """The modules of the picture, the light edge included."""
    svg = unquote(uri.partition(",")[2])
    side = int(re.search(r"viewBox=['\"]0 0 (\d+) \1['\"]", svg).group(1))
    dark = [[0] * side for _ in range(side)]
    lines = re.search(r"class=['\"]qrline['\"][^>]*? d=['\"]([^'\"]+)", svg).group(1)
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", lines):
        values = [float(n) for n in re.findall(r"-?\d*\.?\d+", numbers)]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                dark[int(y)][column] = 1
            x += values[0]
    return dark


def is_pattern(row, column):
    """Finders, timing, alignment and what tells the format: no text."""
    return (
        (row < 9 and column < 9)
        or (row < 9 and column >= SIZE - 8)
        or (row >= SIZE - 8 and column < 9)
        or row == 6
        or column == 6
        or (20 <= row <= 24 and 20 <= column <= 24)
    )


def read(modules):
    """``(level, text)`` of a version 3 code in byte mode."""
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)]
    places += [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    told = int("".join(str(modules[r][c]) for r, c in places), 2) ^ 0x5412
    level, mask = LEVELS[told >> 13], MASKS[told >> 10 & 0b111]
    bits, upwards = [], True
    for right in (*range(SIZE - 1, 6, -2), 5, 3, 1):
        rows = range(SIZE - 1, -1, -1) if upwards else range(SIZE)
        for row in rows:
            bits += [
                modules[row][column] ^ (mask(row, column) == 0)
                for column in (right, right - 1)
                if not is_pattern(row, column)
            ]
        upwards = not upwards

    def number(start, length):
        return int("".join(str(int(bit)) for bit in bits[start : start + length]), 2)

    assert number(0, 4) == 0b0100  # bytes
    length = number(4, 8)
    return level, bytes(number(12 + 8 * i, 8) for i in range(length)).decode()


def test_a_code_reads_back_as_the_address_at_level_m_or_better() -> None:
    modules = drawn(qr_uri(ADDRESS))

    inner = [row[QUIET:-QUIET] for row in modules[QUIET:-QUIET]]

    assert len(inner) == SIZE
    assert read(inner) == ("M", ADDRESS)


def test_another_address_is_another_code() -> None:
    other = ADDRESS.replace("7Jk2", "8Jk2")

    inner = [row[QUIET:-QUIET] for row in drawn(qr_uri(other))[QUIET:-QUIET]]

    assert read(inner)[1] == other


def test_four_light_modules_stand_around_a_code() -> None:
    modules = drawn(qr_uri(ADDRESS))

    edge = [*modules[:QUIET], *modules[-QUIET:]]
    edge += [row[:QUIET] + row[-QUIET:] for row in modules]

    assert not any(any(row) for row in edge)


@pytest.mark.parametrize("address", [ADDRESS, "https://a.example/?x=1&y=<2>", "网格"])
def test_a_page_takes_the_code_as_an_image_whatever_the_address(address) -> None:
    page = Template('{% load qr %}<img src="{% qr_uri address %}" alt="code">')

    shown = page.render(Context({"address": address}))

    assert re.fullmatch(
        r'<img src="data:image/svg\+xml;charset=utf-8,[^"<>&\s]+" alt="code">', shown
    )
