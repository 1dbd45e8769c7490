"""Where pictures lie on disk: written whole or not at all, never under a given name.

A file is written under a temporary name, flushed to the disk and renamed. Each
carries an id of its own in its name, so that no later upload can want a file
which the sweep is about to remove. The row is inserted after the file exists: a
row without its file cannot come about, a file without a row is swept away.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from tenants.ids import new_id

PART: Final = ".part"
_SAFE: Final = re.compile(r"^\d+/[0-9a-f]{2}/[0-9a-f-]+(-thumbnail|-marked)?\.jpg$")


class StorageRefused(DomainError):
    """The server cannot keep the file now; sending it again later helps."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "storage_refused"


def kept_name(tenant_id: int, sha256: str, blob_id: UUID) -> str:
    return f"{tenant_id}/{sha256[:2]}/{sha256}-{blob_id.hex}.jpg"


def thumbnail_name(tenant_id: int, sha256: str, blob_id: UUID) -> str:
    return f"{tenant_id}/{sha256[:2]}/{sha256}-{blob_id.hex}-thumbnail.jpg"


def marked_name(tenant_id: int, photo_id: UUID) -> str:
    return f"{tenant_id}/{photo_id.hex[-2:]}/{photo_id.hex}-marked.jpg"


def path_of(name: str) -> Path:
    """The place of one of our own names; anything else is a programming error."""
    if not _SAFE.match(name):
        raise ValueError(f"Not a name of ours: {name!r}")
    return Path(settings.MEDIA_ROOT) / name


def write(name: str, content: bytes) -> None:
    """Write durably. Raises ``StorageRefused`` and leaves nothing half done."""
    target = path_of(name)
    part = target.with_name(f"{target.name}.{new_id().hex}{PART}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageRefused(
            _(
                "The server cannot store photos at the moment (disk full or not"
                " writable). Please try again later and tell the administrator."
            ),
            field="photos",
        ) from error


def read(name: str) -> bytes:
    """A few megabytes at most: our own copies are bounded."""
    return path_of(name).read_bytes()


def exists(name: str) -> bool:
    return path_of(name).is_file()


def folders(tenant_id: int) -> Iterator[Path]:
    """The 256 folders of a tenant, as far as they exist."""
    root = Path(settings.MEDIA_ROOT) / str(tenant_id)
    if root.is_dir():
        yield from sorted(path for path in root.iterdir() if path.is_dir())


def old_files(folder: Path, *, before: datetime) -> list[Path]:
    """Files of one folder that were last written before a moment."""
    limit = before.timestamp()
    with os.scandir(folder) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < limit
        ]
