"""The files of jobs: what was handed in and what came out, for a day.

They lie in a folder of their own beside the photos, under names of ours; a name
that people see is never part of a path.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from evidence.files import PART, StorageRefused
from tenants.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

FOLDER: Final = "jobs"
_SAFE: Final = re.compile(r"^\d+/[0-9a-f]{32}\.(xlsx|jsonl|sealed)$")


def root_of(tenant_id: int) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / str(tenant_id)


def new_name(tenant_id: int, suffix: str) -> str:
    return f"{tenant_id}/{new_id().hex}.{suffix}"


def path_of(name: str) -> Path:
    """The place of one of our own names; anything else is a programming error."""
    if not _SAFE.match(name):
        raise ValueError(f"Not a name of ours: {name!r}")
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def keep(name: str, pieces: Iterable[bytes]) -> None:
    """Write what came in, whole or not at all. Raises ``StorageRefused``."""
    target = path_of(name)
    part = target.with_name(target.name + PART)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            for piece in pieces:
                file.write(piece)
        settle(part, target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageRefused(
            _(
                "The server cannot store files at the moment (disk full or not"
                " writable). Please try again later and tell the administrator."
            ),
            field="file",
        ) from error


def copy(name: str, to: str) -> None:
    """The same content under a second name, for a second look at it."""
    source, target = path_of(name), path_of(to)
    part = target.with_name(target.name + PART)
    shutil.copyfile(source, part)
    settle(part, target)


def settle(part: Path, target: Path) -> None:
    """Flush a finished file to the disk and give it its name."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    part.replace(target)


def remove(names: Iterable[str]) -> None:
    for name in names:
        if name:
            path_of(name).unlink(missing_ok=True)


def old_files(tenant_id: int, *, before: datetime) -> dict[str, Path]:
    """Files last written before a moment, by their names."""
    folder, limit = root_of(tenant_id), before.timestamp()
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:
        return {
            f"{tenant_id}/{entry.name}": Path(entry.path)
            for entry in entries
            if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < limit
        }
