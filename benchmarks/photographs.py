"""Photos without drawing any: one small picture that many rows show."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from PIL import Image

from evidence.services import Shot, store_drawn_photos

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from evidence.models import Photo
    from hazards.services import CourseStep, HazardCourse

EVERY: Final = 10  # so many hazards have photos; the pages measured are of those
WITH_PHOTOS: Final = frozenset({"submit", "fix_on_spot"})


def unused_photos(owners: list[UUID]) -> list[Photo]:
    """One photo per owner that waits to be used."""
    now = timezone.now()
    return _store([_shot(owner, now, attached=False) for owner in owners])


def some_with_photos(courses: list[HazardCourse]) -> list[HazardCourse]:
    """Every tenth course with a photo before and one with each rectification."""
    chosen = courses[::EVERY]
    shots = []
    for course in chosen:
        shots.append(_shot(course.reported_by_id, course.reported_at))
        shots += [_shot(step.actor_id, step.at) for step in _showing(course)]
    ids = iter([photo.pk for photo in _store(shots)])
    courses[::EVERY] = [_with(course, ids=ids) for course in chosen]
    return courses


def _showing(course: HazardCourse) -> list[CourseStep]:
    return [step for step in course.steps if step.name in WITH_PHOTOS]


def _with(course: HazardCourse, *, ids: Iterator[UUID]) -> HazardCourse:
    first = (next(ids),)
    steps = tuple(
        replace(step, photo_ids=(next(ids),)) if step.name in WITH_PHOTOS else step
        for step in course.steps
    )
    return replace(course, photo_ids=first, steps=steps)


def _shot(owner: UUID, at: datetime, *, attached: bool = True) -> Shot:
    return Shot(
        picture="one",
        uploaded_by_id=owner,
        reporter="测速",
        taken_at=at,
        uploaded_at=at,
        place="测速县",
        attached=attached,
    )


def _store(shots: list[Shot]) -> list[Photo]:
    buffer = BytesIO()
    Image.new("RGB", (96, 72), (200, 90, 30)).save(buffer, "JPEG")
    return store_drawn_photos(pictures={"one": buffer.getvalue()}, shots=shots)
