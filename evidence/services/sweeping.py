"""Clear away files without rows, photos nobody used, and pictures no photo shows.

Files go first and rows after, so that a sweep which is rolled back has removed
nothing that a row still names; the files of today's rows go next time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from evidence import files
from evidence.models import Blob, Photo
from tenants.tenancy import require_tenant

FILE_AGE: Final = timedelta(hours=24)  # no transaction lasts that long
WAITING_AGE: Final = timedelta(days=90)  # phones stay offline for weeks
BATCH: Final = 500
PARTS: Final = 16


@dataclass(slots=True)
class Swept:
    """What a sweep removed."""

    files: int = 0
    photos: int = 0
    pictures: int = 0


@transaction.atomic
def sweep(*, now: datetime, part: int | None = None) -> Swept:
    """Sweep the active tenant; ``part`` 0 to 15 looks at a sixteenth of the files."""
    swept = Swept()
    tenant_id = require_tenant()
    for folder in files.folders(tenant_id):
        if part is None or folder.name.startswith(f"{part % PARTS:x}"):
            swept.files += _sweep_folder(tenant_id, folder, now - FILE_AGE)
    swept.photos = _drop_waiting(now - WAITING_AGE)
    swept.pictures = _drop_unused(now - FILE_AGE)
    return swept


def _sweep_folder(tenant_id: int, folder: Path, before: datetime) -> int:
    """Remove files that no row names."""
    old = files.old_files(folder, before=before)
    removed = 0
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        names = {path: f"{tenant_id}/{folder.name}/{path.name}" for path in batch}
        kept = _named_by_rows(names.values())
        for path, name in names.items():
            if name not in kept:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _named_by_rows(names: Iterable[str]) -> set[str]:
    names = set(names)
    photo_ids = {
        photo_id: name for name in names if (photo_id := _photo_id(name)) is not None
    }
    photos = Photo.objects.filter(pk__in=photo_ids).values_list("pk", flat=True)
    blob_ids = {pk for name in names if (pk := _blob_id(name)) is not None}
    paths = Blob.objects.filter(pk__in=blob_ids).values_list("path", "thumbnail_path")
    return {photo_ids[pk] for pk in photos} | {path for pair in paths for path in pair}


def _photo_id(name: str) -> UUID | None:
    return _uuid(Path(name).name.removesuffix("-marked.jpg"))


def _blob_id(name: str) -> UUID | None:
    stem = Path(name).name.removesuffix(".jpg").removesuffix("-thumbnail")
    return _uuid(stem.rpartition("-")[2])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _drop_waiting(before: datetime) -> int:
    """Photos that were handed in and never used."""
    stale = Photo.objects.waiting().filter(uploaded_at__lt=before)
    locked = stale.select_for_update(skip_locked=True).values_list("pk", flat=True)
    count, _details = Photo.objects.filter(pk__in=list(locked[:5000])).delete()
    return count


def _drop_unused(before: datetime) -> int:
    """Pictures that no photo shows: locked first, asked again, then removed."""
    unused = Blob.objects.older_than(before).unused()
    locked = unused.select_for_update(skip_locked=True).values_list("pk", flat=True)
    chosen = Blob.objects.filter(pk__in=list(locked[:5000]))
    count, _details = chosen.unused().delete()
    return count
