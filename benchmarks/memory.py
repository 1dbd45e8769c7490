"""``python -m benchmarks.memory [SIZE]``: what a web process holds after 10,000 requests.

Lists, pages, the board, the map's points and the API in turn, as people ask them.
The most that any of the web's processes holds is told (resident memory).
"""

from __future__ import annotations

import os
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import psutil

REQUESTS: Final = 10_000
CONNECTIONS: Final = 4
LIMIT: Final = 200
_PORT: Final = 8197


def main() -> int:
    """Print before and after; 1 if the limit was passed."""
    from benchmarks.__main__ import prepare_environment  # noqa: PLC0415

    prepare_environment()
    from benchmarks import databases  # noqa: PLC0415  after the environment
    from benchmarks.load import send  # noqa: PLC0415
    from benchmarks.run import cases_of  # noqa: PLC0415
    from benchmarks.serving import PLATFORM, served  # noqa: PLC0415
    from config.embedded import servers  # noqa: PLC0415

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    var = Path(os.environ["ANWANG_VAR"])
    with servers(var):
        env = databases.environment(var, databases.ready(var, size))
        reads = [
            request
            for case in cases_of(env, writes=0)
            if not case.is_floor
            for request in case.requests[:20]
        ]
        with served(PLATFORM, port=_PORT, var=var, environment=env) as web:
            before = _most(web.pid)
            requests = list(islice(cycle(reads), REQUESTS))
            send(port=web.port, requests=requests, connections=CONNECTIONS)
            after = _most(web.pid)
    print(f"{REQUESTS:,} requests of {len(reads)} kinds: {before} MB, then {after} MB")
    return 1 if after > LIMIT else 0


def _most(pid: int) -> int:
    """The largest of the web's worker processes, in megabytes."""
    workers = psutil.Process(pid).children(recursive=True)
    return max(worker.memory_info().rss for worker in workers) // 2**20


if __name__ == "__main__":
    sys.exit(main())
