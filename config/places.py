"""Where the embedded servers live, as functions of ``var/`` alone.

Settings, the supervisor and the tests must agree on the addresses before any
server runs, so nothing here looks at the disk.
"""

import hashlib
from pathlib import Path
from urllib.parse import quote

# A socket's path may have 107 characters on Linux, 103 on macOS.
LONGEST_SOCKET_PATH = 100
OWNER_ROLE = "anwang_owner"
APP_ROLE = "anwang_app"
DATABASE = "anwang"


def socket_folder(var: Path) -> Path:
    """``var/run``, or a short folder of its own when that path is too long."""
    folder = var / "run"
    if len(str(folder / ".s.PGSQL.5432").encode()) <= LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:16]
    return Path("/tmp") / f"anwang-{digest}"  # noqa: S108 (owner and mode are checked)


def database_url(var: Path, *, role: str, database: str = DATABASE) -> str:
    """The address of the embedded PostgreSQL for one role."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket_folder(var)))}"


def redis_url(var: Path) -> str:
    """The address of the embedded Redis, as redis-py writes it."""
    return f"unix://{quote(str(socket_folder(var) / 'redis.sock'))}"
