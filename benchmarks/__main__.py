"""``make bench``: what each request costs with few and with many hazards.

``SIZES="10000 200000"`` chooses how many hazards; ``ARGS="--help"`` tells the rest.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PORT = 8790


def prepare_environment() -> None:
    """A world of its own, whatever the shell says: before settings are read."""
    for name in [*os.environ]:
        if name.startswith("ANWANG_") or name in {
            *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"),
        }:
            del os.environ[name]
    os.environ["ANWANG_VAR"] = str(BASE_DIR / "var" / "bench")
    os.environ["ANWANG_PORT"] = str(PORT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def arguments() -> argparse.Namespace:
    sizes = os.environ.get("SIZES", "10000 200000").split()
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(map(int, sizes)))
    parser.add_argument("--requests", type=int, default=120, help="per repetition")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--fresh", action="store_true", help="make the data anew")
    parser.add_argument("--workers", type=int, help="web processes (as make up)")
    parser.add_argument("--threads", type=int, help="threads of each (as make up)")
    parser.add_argument("--tree", action="store_true", help="writes of a tree only")
    parser.add_argument("--ground", action="store_true", help="owners and work only")
    parser.add_argument("--write", action="store_true", help="docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    prepare_environment()
    from benchmarks.run import run

    sys.exit(run(arguments()))
