"""``.ci/run``: what it installs, what it passes on, and how it ends."""

import os
import subprocess
from pathlib import Path

import pytest

from config.checks.project import ROOT

CLOSING = "==== 1 failed, 3 passed in 2.50s (0:00:02) ===="


@pytest.fixture
def machine(tmp_path):
    """A machine whose make, apt-get, sudo and find only tell what they were asked."""
    told = tmp_path / "told"
    write(tmp_path / "make", f'echo "make $* $ANWANG_REQUIRE_BROWSER" >>{told}')
    write(tmp_path / "apt-get", f'echo "apt-get $*" >>{told}')
    write(tmp_path / "sudo", '"$@"')
    write(tmp_path / "find", "echo font")
    write(tmp_path / "chromium", "")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run_ci(machine: Path, **more: str) -> tuple[int, list[str], list[str]]:
    done = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci" / "run")],
        env={"PATH": f"{machine}:{os.environ['PATH']}", **more},
        capture_output=True,
        text=True,
        check=False,
    )
    told = machine / "told"
    asked = told.read_text().splitlines() if told.exists() else []
    return done.returncode, done.stdout.splitlines(), asked


def test_with_browser_and_fonts_nothing_is_installed(machine):
    _, _, asked = run_ci(machine)

    assert asked == ["make test 1"]


def test_what_is_missing_is_installed_first(machine):
    write(machine / "find", "")

    _, _, asked = run_ci(machine, ANWANG_CHROMIUM="no-such-browser")

    assert [line.split()[:2] for line in asked[:2]] == [
        ["apt-get", "update"],
        ["apt-get", "install"],
    ]
    assert asked[1].endswith("--no-install-recommends chromium fonts-noto-cjk")
    assert asked[2] == "make test 1"


@pytest.mark.parametrize("status", [0, 2])
def test_it_ends_as_make_does_with_pytests_closing_line_last(machine, status):
    write(machine / "make", f'echo "{CLOSING}"; echo "more to say"; exit {status}')

    ended, lines, _ = run_ci(machine)

    assert ended == status
    assert lines[-1] == CLOSING


def test_it_says_so_when_pytest_did_not_finish(machine):
    write(machine / "make", "exit 2")

    ended, lines, _ = run_ci(machine)

    assert (ended, lines[-1]) == (2, "pytest did not finish")
