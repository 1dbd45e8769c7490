"""The band under a photo: when, where and by whom.

Below the picture and not over it, so that it hides nothing of what was found.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

FONT: Final = Path(settings.BASE_DIR) / "static" / "fonts" / "NotoSansSC-subset.otf"
INK: Final = (255, 255, 255)
GROUND: Final = (24, 28, 36)
SMALLEST: Final = 12
LINE_HEIGHT: Final = 1.45
LINES_PER_ENTRY: Final = 2
ELLIPSIS: Final = "…"


def mark(picture: Image.Image, lines: list[str]) -> Image.Image:
    """A copy of the picture with the lines in a band below it."""
    size = max(SMALLEST, min(picture.width, picture.height) // 30)
    margin = size // 2
    font = _font(size)
    rows = [
        row for line in lines for row in _wrapped(line, font, picture.width - 2 * size)
    ]
    step = round(size * LINE_HEIGHT)
    band = 2 * margin + step * len(rows)
    copy = Image.new("RGB", (picture.width, picture.height + band), GROUND)
    copy.paste(picture)
    draw = ImageDraw.Draw(copy)
    for index, row in enumerate(rows):
        top = picture.height + margin + index * step
        draw.text((size, top), row, font=font, fill=INK)
    return copy


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout: Chinese and Latin need no shaping, and it is thrice as fast.
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _wrapped(line: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """At most two rows; what does not fit ends in an ellipsis."""
    rows: list[str] = []
    rest = " ".join(line.split())
    while rest and len(rows) < LINES_PER_ENTRY:
        fitting = _fitting(rest, font, width)
        rows.append(rest[:fitting].rstrip())
        rest = rest[fitting:].lstrip()
    if rest:
        rows[-1] = rows[-1][:-1] + ELLIPSIS
    return rows


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many characters fit, at least one. Chinese may break anywhere."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
