"""The load: ``python -m benchmarks.load`` reads a plan, sends it, tells the times.

A process of its own, so that its processor time is nobody's. Closed loop: each
connection sends its next request when the last one is answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Any, Final

HOST: Final = "127.0.0.1"
PATIENCE: Final = 30


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``status`` is the only right answer."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200


def send(*, port: int, requests: list[Request], connections: int) -> list[float]:
    """Send each request once; returns the seconds each took to be answered.

    Raises ``RuntimeError`` with what was answered where it was not expected.
    """
    plan = {
        "port": port,
        "connections": connections,
        "requests": [asdict(request) for request in requests],
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return list(json.loads(done.stdout))


class _Sender:
    """Some connections that share one list of requests."""

    def __init__(self, port: int, requests: list[dict[str, Any]]) -> None:
        self._port = port
        self._requests = requests
        self._next = count()
        self.seconds: list[float] = []
        self.wrong = ""

    def run(self) -> None:
        connection = HTTPConnection(HOST, self._port, timeout=PATIENCE)
        while not self.wrong and (n := next(self._next)) < len(self._requests):
            wanted = self._requests[n]
            started = time.perf_counter()
            connection.request(
                wanted["method"],
                wanted["path"],
                body=wanted["body"].encode() or None,
                headers=wanted["headers"],
            )
            answer = connection.getresponse()
            content = answer.read()
            self.seconds.append(time.perf_counter() - started)
            if answer.status != wanted["status"]:
                told = content.decode(errors="replace")[:300].replace("\n", " ")
                self.wrong = f"{wanted['path']}: {answer.status} {told}"
        connection.close()


def main() -> None:
    plan = json.load(sys.stdin)
    sender = _Sender(plan["port"], plan["requests"])
    threads = [threading.Thread(target=sender.run) for _ in range(plan["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sender.wrong:
        sys.exit(sender.wrong)
    if len(sender.seconds) != len(plan["requests"]):
        sys.exit("A connection broke.")
    json.dump(sender.seconds, sys.stdout)


if __name__ == "__main__":
    main()
