"""``make up``: what it refuses, what it starts, and what it leaves behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from django.conf import settings
from django.db import connection

from config import preflight
from config.processes import StartError, wait_until

PATIENCE = 90  # every core may be busy with other tests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Answer(NamedTuple):
    status: int
    text: str
    request_id: str


@dataclass
class Platform:
    """One ``make up`` of its own folder and port, on the database of the tests."""

    var: Path
    port: int
    database: str
    web_workers: int = 1
    process: subprocess.Popen[str] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "ANWANG_VAR": str(self.var),
            "ANWANG_PORT": str(self.port),
            "ANWANG_WEB_WORKERS": str(self.web_workers),
            "DATABASE_URL": self._url(settings.APP_DATABASE),
            "DATABASE_OWNER_URL": self._url(settings.OWNER_DATABASE),
            **more,
        }

    def _url(self, role: dict[str, str]) -> str:
        user = (
            f"{role['USER']}:{role['PASSWORD']}" if role["PASSWORD"] else role["USER"]
        )
        query = f"?host={role['HOST']}&port={role['PORT'] or 5432}"
        return f"postgresql://{user}@/{self.database}{query}"

    def start(self) -> None:
        with (self.var.parent / "said").open("w") as said:
            self.process = started = subprocess.Popen(
                [sys.executable, "-m", "config.up", "--without-demo"],
                cwd=settings.BASE_DIR,
                env=self.environment(),
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
            )

        def settled() -> bool:
            return self.said("Anwang is up") or started.poll() is not None

        wait_until(settled, seconds=PATIENCE)
        assert self.said("Anwang is up"), self.everything_said()
        assert wait_until(lambda: len(self.children()) == 3, seconds=15)

    def everything_said(self) -> str:
        return (self.var.parent / "said").read_text()

    def said(self, words: str) -> bool:
        return words in self.everything_said()

    def get(self, path: str, request_id: str = "") -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as caller:
            caller.request("GET", path, headers={"X-Request-ID": request_id})
            with caller.getresponse() as response:
                text = response.read().decode()
                return Answer(response.status, text, response.headers["X-Request-ID"])

    def answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except (OSError, HTTPException):
            return False

    def children(self) -> list[int]:
        return list(json.loads((self.var / "children.json").read_text())["groups"])

    def remaining(self) -> list[psutil.Process]:
        """Every process that names this folder or runs in it."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            try:
                place = process.environ().get("ANWANG_VAR")
            except psutil.Error:
                place = None
            if place == str(self.var) or str(self.var) in " ".join(
                process.info["cmdline"] or []
            ):
                found.append(process)
        return found

    def is_gone(self) -> bool:
        return not self.remaining()

    def send(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for process in self.remaining():
            process.kill()


@pytest.fixture
def platform(transactional_db: None, folder: Path) -> Iterator[Platform]:
    name = str(connection.settings_dict["NAME"])
    built = Platform(var=folder / "var", port=free_port(), database=name)
    yield built
    built.end()


def refusal(platform: Platform, **environment: str) -> tuple[int, list[str]]:
    """The exit code and the lines that were told instead of a start."""
    done = subprocess.run(
        [sys.executable, "-m", "config.up"],
        cwd=settings.BASE_DIR,
        env=platform.environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def english(lines: list[str]) -> str:
    (line,) = lines
    chinese, separator, text = line.partition(" / ")
    assert separator
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    return text


def test_a_taken_port_is_told_in_one_sentence(platform: Platform) -> None:
    with socket.create_server(("127.0.0.1", platform.port)):
        code, lines = refusal(platform)

    assert code == 1
    assert english(lines) == (
        f"Port {platform.port} on 127.0.0.1 is taken or not allowed; choose another "
        f"one, for instance: ANWANG_PORT={platform.port + 1} make up."
    )


def test_an_unwritable_folder_is_told_in_one_sentence(platform: Platform) -> None:
    platform.var.write_text("a file where the folder should be")

    code, lines = refusal(platform)

    assert code == 1
    assert english(lines) == (
        f"Cannot write to the data folder {platform.var} (Not a directory): check its "
        "permissions, or choose another one with ANWANG_VAR."
    )


def test_a_database_that_does_not_answer_is_told_without_its_password(
    platform: Platform,
) -> None:
    url = f"postgresql://anwang_app:geheim@127.0.0.1:{platform.port}/anwang"

    code, lines = refusal(platform, DATABASE_URL=url)

    assert code == 1
    assert english(lines).startswith(
        "The database in DATABASE_URL does not answer as expected: "
    )
    assert "geheim" not in lines[0]


def test_a_database_without_its_owner_is_told_in_one_sentence(
    platform: Platform,
) -> None:
    code, lines = refusal(platform, DATABASE_OWNER_URL="")

    assert code == 1
    assert english(lines) == (
        "DATABASE_URL is set; DATABASE_OWNER_URL must name the owner role that "
        "migrates."
    )


def test_wrong_settings_are_told_a_sentence_each(platform: Platform) -> None:
    code, lines = refusal(platform, ANWANG_PORTS="1", ANWANG_WEB_WORKERS="many")

    assert code == 1
    assert [english([line]) for line in lines] == [
        'ANWANG_WEB_WORKERS must be a whole number, but is "many".',
        "ANWANG_PORTS is unknown; is ANWANG_PORT meant?",
    ]


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"The disk is full: .* MB are needed"):
        preflight.require_space(tmp_path, needed=2**62)


def test_it_serves_measures_logs_and_ends_with_ctrl_c(platform: Platform) -> None:
    platform.web_workers = 2
    platform.start()

    answer = platform.get("/readyz", request_id="from-the-test")
    assert json.loads(answer.text) == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
    }
    assert answer.request_id == "from-the-test"
    for _ in range(5):
        platform.get("/healthz")
    measured = platform.get("/metrics").text
    alive = 'anwang_requests_total{method="GET",status="200",view="alive"} 5.0'
    assert alive in measured
    platform.get("/nowhere/", request_id="log-me-please")
    lines = [
        json.loads(line)
        for line in (platform.var / "logs" / "web.log").read_text().splitlines()
    ]
    (logged,) = [line for line in lines if line.get("request_id") == "log-me-please"]
    assert (logged["message"], logged["path"]) == ("request", "/nowhere/")

    code, told = refusal(platform)
    assert code == 1
    assert english(told).startswith("Another make up already uses ")

    platform.send(signal.SIGINT)
    stopped = time.monotonic()
    assert platform.process is not None
    assert platform.process.wait(10) == 0
    assert time.monotonic() - stopped < 10
    assert wait_until(platform.is_gone, seconds=5), platform.remaining()
    assert not (platform.var / "children.json").exists()


def test_killed_children_are_started_again(platform: Platform) -> None:
    platform.start()
    before = platform.children()

    for child in before:
        os.kill(child, signal.SIGKILL)

    def replaced() -> bool:
        return not set(before) & set(platform.children())

    assert wait_until(replaced, seconds=30)
    assert wait_until(platform.answers, seconds=PATIENCE)
    for name in ("web", "worker", "beat"):
        assert platform.said(f"{name} ended (-9) and is started again")


@pytest.mark.parametrize("also", [lambda _: [], Platform.children])
def test_a_killed_parent_leaves_nothing_that_hinders_the_next_start(
    platform: Platform, also: Callable[[Platform], list[int]]
) -> None:
    """Once the parent alone, once with its children at the same moment."""
    platform.start()

    platform.send(signal.SIGSTOP)  # it shall not notice the death of a child
    for child in also(platform):
        os.kill(child, signal.SIGKILL)
    platform.send(signal.SIGKILL)
    assert platform.process is not None
    platform.process.wait()
    platform.start()

    assert platform.get("/readyz").status == 200
    platform.send(signal.SIGTERM)
    assert platform.process.wait(10) == 0
    assert wait_until(platform.is_gone, seconds=10), platform.remaining()
