from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from portal.demo import photos


def opened(key: str) -> Image.Image:
    return Image.open(io.BytesIO(photos.draw(key)))


def test_every_scene_is_drawn_before_and_after() -> None:
    assert len(photos.SCENES) == 23
    assert len(photos.all_keys()) == 69


def test_the_same_key_gives_the_same_bytes() -> None:
    assert photos.draw("dust-before-1") == photos.draw("dust-before-1")


@pytest.mark.parametrize("scene", photos.SCENES)
def test_a_scene_is_a_photo_that_shows_something(scene: str) -> None:
    before, after = opened(f"{scene}-before-0"), opened(f"{scene}-after-0")

    assert (before.format, before.size) == ("JPEG", (960, 720))
    assert len(before.convert("L").resize((96, 72)).getcolors() or []) > 60
    difference = ImageChops.difference(before, after).convert("L")
    assert ImageStat.Stat(difference).mean[0] > 3  # putting right can be seen


def test_variants_of_a_scene_differ() -> None:
    drawn = {photos.draw(key) for key in photos.all_keys()}

    assert len(drawn) == len(photos.all_keys())
