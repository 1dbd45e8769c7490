"""Papers as they were handed in: kept by their content, given out as downloads only.

Unlike a photo a paper is not drawn anew, so nothing of it is ever shown by us: the
browser gets it as a file, inert, under a name of its own.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from evidence.files import PART, StorageRefused
from evidence.responses import SANDBOX
from tenants.errors import DomainError
from tenants.ids import new_id
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

MAX_BYTES: Final = 20 * 1024 * 1024
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    _DOCX: ".docx",
}
_ODD: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper on disk, as a row remembers it."""

    sha256: str
    size: int
    media_type: str
    file_name: str


def keep(*, content: bytes, name: str) -> Kept:
    """Write a paper durably and once per content. Raises at ``file``."""
    if not content:
        raise DomainError(_("The file is empty."), field="file")
    if len(content) > MAX_BYTES:
        raise DomainError(_("The file is larger than 20 MB."), field="file")
    media_type = _kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    _write(_place(digest), content)
    return Kept(digest, len(content), media_type, _named(name, media_type))


def send(*, sha256: str, media_type: str, file_name: str) -> FileResponse:
    """The paper as a download. Raises ``FileNotFoundError`` where it is lost.

    Read whole: a paper is bounded, and no file stays open behind an answer that
    nobody fetches.
    """
    response = FileResponse(
        io.BytesIO(_place(sha256).read_bytes()),
        as_attachment=True,
        filename=file_name,
        content_type=media_type if media_type in _ENDINGS else None,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _kind_of(content: bytes) -> str:
    """What the bytes are, whatever the name says."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"PK\x03\x04") and _is_docx(content):
        return _DOCX
    raise DomainError(_("Only PDF, JPG, PNG and DOCX files are kept."), field="file")


def _is_docx(content: bytes) -> bool:
    """A Word file without macros; only the directory of the archive is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "word/document.xml" in names and not has_macros


def _named(name: str, media_type: str) -> str:
    stem = _ODD.sub("_", tidy_line(Path(name.replace("\\", "/")).name))
    stem = stem.rpartition(".")[0] or stem or "file"
    return stem[:80].strip(". ") + _ENDINGS[media_type]


def _place(sha256: str) -> Path:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError(f"Not a hash of ours: {sha256!r}")
    root = Path(settings.MEDIA_ROOT) / "documents" / str(require_tenant())
    return root / sha256[:2] / sha256


def _write(target: Path, content: bytes) -> None:
    if target.is_file():
        return
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
                "The server cannot store files at the moment (disk full or not"
                " writable). Please try again later and tell the administrator."
            ),
            field="file",
        ) from error
