"""``make`` on a machine that lacks something says what, in one sentence."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n'


NO_VENV = (
    "./python lacks venv or ensurepip: install them first "
    "(Debian and Ubuntu: apt install python3-venv)."
)
# Not those of the make that may have started this test.
ENVIRONMENT = {"PATH": os.environ["PATH"]}


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (TOO_OLD, "Python 3.11 or later is needed; ./python is not."),
        (WITHOUT_VENV, NO_VENV),
    ],
)
def test_an_unfit_python_is_told(tmp_path: Path, python: str, sentence: str) -> None:
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "python").write_text(python)
    (tmp_path / "python").chmod(0o755)

    done = subprocess.run(
        ["make", "up", "PYTHON=./python"],  # noqa: S607
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    told, ending = done.stderr.splitlines()
    assert told.partition(" / ")[2] == sentence
    assert ending.startswith("make: ***")


def test_every_target_of_the_house_is_there() -> None:
    """Asked without running anything, against the real Makefile."""
    for target in ("up", "test", "lint", "bench", "scenario", "shell", "clean"):
        done = subprocess.run(
            ["make", "--dry-run", target],  # noqa: S607
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
