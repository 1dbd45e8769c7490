"""What may become a picture here, and what is left of it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.translation import override
from PIL import Image, ImageCms

from evidence import imaging, watermark
from tenants.errors import DomainError
from tests.evidence import pictures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def opened(content):
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def refusal_of(content):
    with pytest.raises(DomainError) as refusal:
        imaging.prepare(content)
    assert refusal.value.field == "photos"
    assert (refusal.value.status, refusal.value.code) == (422, "invalid")
    return str(refusal.value)


NO_PHOTO = "This is no photo. Send a JPEG, PNG, WebP or HEIC picture."
DAMAGED = "The photo is damaged or not complete. Send it again, or take it anew."
TOO_LARGE = "The photo is larger than 15 MB. Choose a smaller one."
TOO_MANY_PIXELS = (
    "The photo has more than 40 megapixels. Take it with a lower resolution."
)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty. Take or choose the photo again."),
        (b"\xff\xd8\xff" + b"\0" * (30 * 1024 * 1024), TOO_LARGE),
        (pictures.SVG, NO_PHOTO),
        (pictures.HTML, NO_PHOTO),
        (pictures.PDF, NO_PHOTO),
        (pictures.MP4, NO_PHOTO),
        (pictures.ZIP, NO_PHOTO),
        (pictures.EPS, NO_PHOTO),
        (b"a photo, honestly", NO_PHOTO),
        (b"\xff\xd8\xff\xe0", NO_PHOTO),
        (pictures.picture(kind="GIF"), NO_PHOTO),
        (pictures.picture(kind="TIFF"), NO_PHOTO),
        (pictures.picture(kind="BMP"), NO_PHOTO),
        (pictures.moving("GIF", 200), NO_PHOTO),
        (
            pictures.moving("PNG", 20),
            "This is a moving picture. Send a single photo.",
        ),
        (
            pictures.moving("WEBP", 20),
            "This is a moving picture. Send a single photo.",
        ),
        (pictures.huge_png(20_000, 10_000), TOO_MANY_PIXELS),
        (pictures.huge_png(2**31 - 1, 2**31 - 1), TOO_MANY_PIXELS),
        (pictures.huge_png(7_000, 6_000), TOO_MANY_PIXELS),
        (pictures.huge_webp(16_383), TOO_MANY_PIXELS),
        (
            pictures.huge_webp(5_000),
            "The photo has more than 16 megapixels. Take it with a lower resolution.",
        ),
        (
            pictures.picture(63, 500),
            "The photo is too small to show anything: at least 64 pixels.",
        ),
        (pictures.picture()[:-1500], DAMAGED),
        (pictures.picture(kind="PNG")[:-200], DAMAGED),
        (pictures.picture(kind="WEBP")[:-100], DAMAGED),
        (pictures.picture(kind="HEIF")[:-200], DAMAGED),
        (pictures.picture() + b"\xff\xda" * 100, NO_PHOTO),
    ],
    ids=[
        "empty",
        "30 MB",
        "svg",
        "html",
        "pdf",
        "mp4",
        "zip",
        "eps",
        "text",
        "only a signature",
        "gif",
        "tiff",
        "bmp",
        "gif of 200 frames",
        "moving png",
        "moving webp",
        "200 megapixels",
        "impossible size",
        "just over 40 megapixels",
        "huge webp",
        "large webp",
        "tiny",
        "truncated jpeg",
        "truncated png",
        "truncated webp",
        "truncated heic",
        "jpeg of a hundred scans",
    ],
)
def test_what_is_not_one_still_photo_is_refused_in_plain_words(content, sentence):
    assert refusal_of(content) == sentence


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_format_of_phones_becomes_a_plain_jpeg(kind):
    made = imaging.prepare(pictures.picture(kind=kind))

    kept = opened(made.content)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (320, 240))
    assert (made.width, made.height, made.received_format) == (320, 240, kind)
    assert opened(made.thumbnail).size == (320, 240)


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16"])
def test_unusual_colours_become_ordinary_ones(mode):
    made = imaging.prepare(pictures.picture(kind="PNG", mode=mode))

    assert opened(made.content).mode == "RGB"


def test_a_16_bit_picture_keeps_its_greys():
    image = Image.new("I;16", (100, 100), 0x8000)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")

    kept = opened(imaging.prepare(buffer.getvalue()).content)

    assert kept.getpixel((50, 50)) == (128, 128, 128)


def test_a_jpeg_for_printers_is_accepted():
    assert opened(imaging.prepare(pictures.picture(mode="CMYK")).content).mode == "RGB"


def test_what_is_transparent_becomes_white():
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")

    kept = opened(imaging.prepare(buffer.getvalue()).content)

    assert kept.getpixel((50, 50)) == (255, 255, 255)


def test_a_large_photo_is_shrunk_and_keeps_its_shape():
    made = imaging.prepare(pictures.picture(4000, 3000))

    assert (made.width, made.height) == (2560, 1920)
    assert opened(made.content).size == (2560, 1920)
    assert opened(made.thumbnail).size == (480, 360)


def test_a_small_photo_is_not_blown_up():
    made = imaging.prepare(pictures.picture(200, 100))

    assert opened(made.content).size == opened(made.thumbnail).size == (200, 100)


RED, GREEN, BLUE = "red", "green", "blue"


def quarters(image):
    """The colour of each quarter: top left, top right, bottom left, bottom right."""
    w, h = image.size
    points = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4)]
    return [
        {0: RED, 1: GREEN, 2: BLUE}[max(range(3), key=image.getpixel(p).__getitem__)]
        for p in points
    ]


@pytest.mark.parametrize(
    ("orientation", "size", "expected"),
    [
        (1, (320, 240), [RED, GREEN, BLUE]),
        (3, (320, 240), [RED, BLUE, GREEN]),
        (6, (240, 320), [BLUE, RED, RED]),
        (8, (240, 320), [GREEN, RED, RED]),
        (99, (320, 240), [RED, GREEN, BLUE]),
    ],
)
def test_a_photo_is_turned_upright(orientation, size, expected):
    kept = opened(imaging.prepare(pictures.with_exif(orientation=orientation)).content)

    assert kept.size == size
    assert quarters(kept) == expected


def test_what_the_camera_wrote_is_gone_from_the_kept_copy():
    received = pictures.with_exif()
    assert b"SecretPhoneMaker" in received  # or the test proves nothing
    assert b"SecretComment" in received

    made = imaging.prepare(received)

    for content in (made.content, made.thumbnail):
        assert b"Exif" not in content
        assert b"Secret" not in content
        assert not opened(content).getexif()
        assert "icc_profile" not in opened(content).info


def test_time_and_position_of_the_file_are_kept_as_claims():
    assert imaging.prepare(pictures.with_exif()).claims == {
        "taken_at": "2026-03-02T10:20:30+08:00",
        "latitude": "33.1750000",
        "longitude": "115.6200000",
    }


@pytest.mark.parametrize("taken", ["", "yesterday", "2026:13:45 99:99:99", "\0" * 19])
def test_a_nonsensical_time_is_no_claim(taken):
    assert "taken_at" not in imaging.prepare(pictures.with_exif(taken=taken)).claims


def test_a_broken_exif_block_does_not_cost_the_photo():
    received = pictures.with_exif().replace(b"II*\0", b"II*\xff")

    assert opened(imaging.prepare(received).content).size == (320, 240)


@pytest.mark.parametrize(
    "hidden",
    [pictures.HTML, b"<?php system($_GET['c']); ?>", pictures.ZIP, pictures.PDF],
)
def test_a_second_file_glued_to_a_photo_is_left_behind(hidden):
    made = imaging.prepare(pictures.picture() + hidden)

    assert hidden not in made.content
    assert b"script" not in made.content
    assert b"PK\x03\x04" not in made.content


def test_a_script_in_a_comment_is_left_behind():
    made = imaging.prepare(pictures.picture(comment=pictures.HTML))

    assert b"<script" not in made.content


def test_a_photo_with_companions_behind_it_gives_the_first():
    """Phones send depth and brightness as further pictures of one file (MPO)."""
    first = Image.open(io.BytesIO(pictures.picture()))
    buffer = io.BytesIO()
    first.save(
        buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (320, 240))]
    )

    made = imaging.prepare(buffer.getvalue())

    assert made.received_format == "MPO"
    assert quarters(opened(made.content)) == [RED, GREEN, BLUE]


def test_a_colour_profile_is_applied_before_it_is_dropped():
    """Red and green of this profile are exchanged, so the picture's must be too."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = (
        srgb.replace(b"rXYZ", b"....")
        .replace(b"gXYZ", b"rXYZ")
        .replace(b"....", b"gXYZ")
    )

    made = imaging.prepare(pictures.picture(icc_profile=exchanged))

    assert quarters(opened(made.content)) == [GREEN, RED, BLUE]
    assert "icc_profile" not in opened(made.content).info


def test_a_profile_that_is_nonsense_is_left_out():
    made = imaging.prepare(pictures.picture(icc_profile=b"nonsense" * 20))

    assert quarters(opened(made.content)) == [RED, GREEN, BLUE]


MEMORY = """
import resource, sys
import django
django.setup()
from evidence import imaging
from tenants.errors import DomainError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    imaging.prepare(open(sys.argv[1], "rb").read())
except DomainError:
    pass
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) // 1024)
"""


@pytest.mark.parametrize(
    ("content", "limit_mb"),
    [
        (lambda: pictures.zipped_png(8_000), 40),  # 256 MB if it were decoded
        (lambda: pictures.huge_webp(16_383), 40),
        (lambda: pictures.picture(5_400, 7_300), 200),  # 39 megapixels, accepted
    ],
    ids=["png bomb", "webp bomb", "largest jpeg"],
)
def test_memory_stays_bounded(content, limit_mb, tmp_path):
    received = tmp_path / "received"
    received.write_bytes(content())

    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(received)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert int(done.stdout) < limit_mb


# The watermark


def test_the_font_of_the_watermark_is_there():
    assert watermark.FONT.is_file()


def test_the_band_stands_below_the_picture_and_hides_nothing():
    upright = imaging.prepare(pictures.picture()).upright

    marked = watermark.mark(upright, ["拍摄 2026-03-02 10:20", "地点 城关镇东关村"])

    assert marked.width == upright.width
    assert marked.height > upright.height
    assert marked.crop((0, 0, *upright.size)).tobytes() == upright.tobytes()
    band = marked.crop((0, upright.height, *marked.size))
    assert len(band.getcolors(100_000)) > 10  # letters on the ground, smoothed


def test_different_words_make_different_bands():
    upright = imaging.prepare(pictures.picture()).upright

    assert (
        watermark.mark(upright, ["王芳"]).tobytes()
        != watermark.mark(upright, ["张伟"]).tobytes()
    )


def test_chinese_letters_are_drawn_and_not_boxes():
    font = watermark._font(40)
    missing = font.getmask("\U0010fffd").getbbox()

    shapes = {bytes(font.getmask(letter)) for letter in "拍摄地点上报人安网"}

    assert missing is not None
    assert len(shapes) == 9


def test_a_long_line_wraps_and_ends_in_an_ellipsis():
    font = watermark._font(20)

    rows = watermark._wrapped("城关镇东关村" * 40, font, 300)

    assert len(rows) == 2
    assert rows[1].endswith("…")
    assert all(font.getlength(row) <= 320 for row in rows)


def test_line_breaks_in_a_place_do_not_break_the_band():
    assert watermark._wrapped("东关\n\n村", watermark._font(20), 300) == ["东关 村"]
