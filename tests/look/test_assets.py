"""What the browser loads: unchanged, small, without inline code, readable."""

import gzip
import hashlib
import re
from itertools import chain
from pathlib import Path

import pytest
from PIL import ImageFont

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"

SHA256 = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
ICON = re.compile(r"icon(?:\.html\" with name)?=\"([a-z0-9-]+)\"")
ICON_IN_CODE = re.compile(r"<use href=\"[^\"]*icons\.svg[^#\"]*#([a-z0-9-]+)\"")
INLINE = re.compile(
    r"<style|\sstyle=\"|\son[a-z]+=\"|\shx-on|<script(?![^>]*\s(?:src=|type=\"application/json\"))",
    re.IGNORECASE,
)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
COLOUR = re.compile(r"--(?P<name>[a-z0-9-]+): (?P<value>#[0-9a-f]{6});")

REPORT_PAGE = (
    "vendor/tabler/tabler.min.css",
    "css/anwang.css",
    "vendor/htmx/htmx.min.js",
    "js/app.js",
    "js/photos.js",
    "js/position.js",
    "js/locate.js",
    "js/picker.js",
    "js/draft.js",
    "icons.svg",
    "favicon.svg",
    "img/mark.svg",
)
ROOM_FOR_THE_PAGE = 20_000
FIRST_LOAD = 150_000


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def code_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def test_vendored_files_are_the_ones_written_down() -> None:
    folder = STATIC / "vendor"
    written = SHA256.findall((folder / "VENDORED.md").read_text(encoding="utf-8"))

    found = [
        (hashlib.sha256((folder / name).read_bytes()).hexdigest(), name)
        for _, name in written
    ]

    assert len(written) == 5
    assert found == written


def test_every_vendored_script_and_style_is_written_down() -> None:
    folder = STATIC / "vendor"
    names = {
        path.relative_to(folder).as_posix()
        for path in chain(folder.rglob("*.js"), folder.rglob("*.css"))
    }
    written = SHA256.findall((folder / "VENDORED.md").read_text(encoding="utf-8"))

    assert names - {name for _, name in written} == set()


def test_the_first_page_on_a_phone_stays_within_150_kilobytes() -> None:
    sizes = {
        name: len(gzip.compress((STATIC / name).read_bytes(), 6))
        for name in REPORT_PAGE
    }

    assert sum(sizes.values()) + ROOM_FOR_THE_PAGE <= FIRST_LOAD, sizes


def test_no_template_holds_inline_script_or_style() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): INLINE.findall(code_of(path))
        for path in templates()
    }

    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r"<symbol id=\"([a-z0-9-]+)\"", sprite))
    named = {
        (path.relative_to(TEMPLATES).as_posix(), name)
        for path in templates()
        for name in [
            *ICON.findall(code_of(path)),
            *ICON_IN_CODE.findall(code_of(path)),
        ]
    }

    assert {pair for pair in named if pair[1] not in drawn} == set()


def test_styles_and_scripts_load_nothing_from_another_host() -> None:
    own = [*STATIC.glob("js/*.js"), *STATIC.glob("css/*.css"), *templates()]
    foreign = re.compile(
        r"(?:src|href|url\(|import|fetch\()[\"'=( ]+(?:https?:)?//[a-z]"
    )

    found = [path.name for path in own if foreign.search(code_of(path))]

    assert found == []


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("ink-2", "paper"),
        ("ink-2", "ground"),
        ("brand", "paper"),
        ("brand", "ground"),
        ("paper", "brand"),
        ("paper", "brand-night"),
        ("good", "good-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
    ],
)
def test_text_is_readable_on_its_ground(text: str, ground: str) -> None:
    css = (STATIC / "css/anwang.css").read_text(encoding="utf-8")
    colours = {hit["name"]: hit["value"] for hit in COLOUR.finditer(css)}

    assert contrast(colours[text], colours[ground]) >= 4.5


def test_the_four_risk_colours_are_the_agreed_ones() -> None:
    css = (STATIC / "css/anwang.css").read_text(encoding="utf-8")
    colours = {hit["name"]: hit["value"] for hit in COLOUR.finditer(css)}

    assert {
        name: value for name, value in colours.items() if name.startswith("risk-")
    } == {
        "risk-red": "#e02020",
        "risk-orange": "#ff7a00",
        "risk-yellow": "#f5c400",
        "risk-blue": "#2f7df6",
        "risk-unrated": "#9aa0a6",
    }


def test_the_shipped_font_draws_chinese_names_and_places() -> None:
    font = ImageFont.truetype(STATIC / "fonts/NotoSansSC-subset.otf", 24)
    missing = font.getmask("\U0010ffff").getbbox(), bytes(font.getmask("\U0010ffff"))

    for character in "安网县岚城镇昉旸堃淼喆，。：（）①℃㎡":
        mask = font.getmask(character)
        assert (mask.getbbox(), bytes(mask)) != missing, character
