"""``python -m benchmarks.codes``: the page behind a code on a door, as visitors load it.

The production web server serves a county of 2,184 enterprises from an embedded
database of the benchmark's own. Visitors without a session ask for codes of many
enterprises over some connections at once: first each page once (it is drawn from the
database), then the same codes again and again (they are kept for a minute), and the
same with the ETag a browser kept (304). All of it on this machine's cores, the load
generator as well.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks import serving

BASE_DIR: Final = Path(__file__).resolve().parent.parent
HAZARDS: Final = 10_000
TARGET: Final = 200  # requests a second
LANGUAGE: Final = {"Accept-Language": "zh-CN,zh;q=0.9", "Accept-Encoding": "gzip"}
_ADDRESSES: Final = """
import json, sys, django
django.setup()
from enterprises.models import EnterpriseCode
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
with tenant_scope(Tenant.objects.earliest("pk").pk):
    codes = EnterpriseCode.objects.filter(withdrawn_at__isnull=True).order_by("pk")
    print(json.dumps([c.get_absolute_url() for c in codes[:int(sys.argv[1])]]))
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.codes")
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--codes", type=int, default=400, help="different ones")
    chosen = parser.parse_args()
    from benchmarks.__main__ import PORT, prepare_environment  # noqa: PLC0415

    prepare_environment()
    from benchmarks import databases, serving  # noqa: PLC0415  reads the settings
    from config.embedded import servers  # noqa: PLC0415

    var = BASE_DIR / "var" / "bench"
    with servers(var):
        name = databases.ready(var, HAZARDS)
        env = {**databases.environment(var, name), "ANWANG_VAR": str(var)}
        paths = _paths(env, chosen.codes)
        with serving.served(
            serving.PLATFORM, port=PORT, var=var, environment=env
        ) as web:
            rates = _measure(web, paths, chosen.requests, chosen.connections)
    return 0 if min(rates) >= TARGET else 1


def _paths(env: dict[str, str], count: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _ADDRESSES, str(count)],
        env=env,
        cwd=BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(done.stdout))


def _measure(
    web: serving.Served, paths: list[str], count: int, connections: int
) -> list[float]:
    """Print each round; the rates of those in which pages are kept already."""
    from benchmarks import load, processor  # noqa: PLC0415

    first = [load.Request(path, headers=LANGUAGE) for path in paths]
    again = [first[n % len(first)] for n in range(count)]
    tag = _etag(web.port, paths[0])
    known = replace(first[0], headers={**LANGUAGE, "If-None-Match": tag}, status=304)
    rounds = (
        ("first visit", first),
        ("kept", again),
        ("not modified", [known] * count),
    )
    rates = []
    for name, requests in rounds:
        before = processor.spent_by(processor.family(web.pid))
        started = time.monotonic()
        seconds = load.send(port=web.port, requests=requests, connections=connections)
        wall = time.monotonic() - started
        spent = processor.used(before, processor.spent_by(processor.family(web.pid)))
        # Closed loop: the connections were busy all the time; without the generator's start.
        rate = len(seconds) * connections / sum(seconds)
        rates.append(rate)
        print(
            f"{name:13} {len(seconds):6,} requests over {connections} connections: "
            f"{rate:6.0f} a second ({wall:.1f} s with the start of the load), "
            f"p50 {median(seconds) * 1000:.1f} ms, "
            f"p95 {quantiles(seconds, n=20)[18] * 1000:.1f} ms, "
            f"web {spent / len(seconds) * 1000:.2f} ms of processor time each",
            flush=True,
        )
    return rates[1:]


def _etag(port: int, path: str) -> str:
    caller = HTTPConnection("127.0.0.1", port, timeout=30)
    caller.request("GET", path, headers=LANGUAGE)
    answer = caller.getresponse()
    answer.read()
    return answer.headers["ETag"]


if __name__ == "__main__":
    sys.exit(main())
