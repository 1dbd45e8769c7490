"""The secret key of a demo: made once, kept under ``var/``."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def choose_secret(var: Path) -> str:
    """Read ``var/secret``, or make it; two processes at once agree on one.

    An unwritable ``var/`` is told by the start-up check in its own sentence, so
    here it only means a key that does not outlive the process.
    """
    file = var / "secret"
    made = secrets.token_urlsafe(64)
    with suppress(OSError):
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f".secret-{os.getpid()}"
        draft.write_text(made)
        draft.chmod(0o600)
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
        return file.read_text().strip()
    return made
