"""The photos of the demo: drawn, each as found ("before") and put right ("after").

A key such as ``cables-before-1`` names one picture; the same key gives the same
bytes on every machine with the same Pillow, so a store by content hash holds each
picture once however many hazards show it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from portal.demo import scenes_fire, scenes_goods, scenes_work
from portal.demo.things import Canvas

Scene = Callable[..., None]

SCENES: dict[str, Scene] = {
    "exit-boxes": scenes_fire.exit_boxes,
    "exit-locked": scenes_fire.exit_locked,
    "extinguisher-red": scenes_fire.extinguisher_red,
    "extinguisher-missing": scenes_fire.extinguisher_missing,
    "hydrant-blocked": scenes_fire.hydrant_blocked,
    "emergency-light": scenes_fire.emergency_light,
    "cables": scenes_fire.cables,
    "switchboard-open": scenes_fire.switchboard_open,
    "e-bike": scenes_fire.e_bike,
    "bunk-bed": scenes_fire.bunk_bed,
    "gas-stove": scenes_fire.gas_stove,
    "cylinders": scenes_goods.cylinders,
    "machine-guard": scenes_work.machine_guard,
    "papers": scenes_goods.papers,
    "forklift": scenes_work.forklift,
    "confined-space": scenes_goods.confined_space,
    "hot-work": scenes_work.hot_work,
    "scaffold": scenes_work.scaffold,
    "dust": scenes_goods.dust,
    "chemicals": scenes_goods.chemicals,
    "shelves": scenes_goods.shelves,
    "no-helmet": scenes_work.no_helmet,
    "no-sign": scenes_work.no_sign,
}
_VARIANTS = {"before": 2, "after": 1}


def keys_of(scene: str, stage: str) -> list[str]:
    return [f"{scene}-{stage}-{n}" for n in range(_VARIANTS[stage])]


def all_keys() -> list[str]:
    return [key for s in SCENES for stage in _VARIANTS for key in keys_of(s, stage)]


def draw(key: str) -> bytes:
    """The JPEG of one key, 960 × 720."""
    scene, stage, _variant = key.rsplit("-", 2)
    canvas = Canvas(Random(f"photo:{key}"))  # noqa: S311
    SCENES[scene](canvas, right=stage == "after")
    return canvas.jpeg()
