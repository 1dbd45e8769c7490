"""The contracts of the street, tried on a small street built for the purpose."""

import os
import subprocess
import sys
import tomllib

import pytest

from config import settings
from config.checks.project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]
STREET = [
    "config",
    "portal",
    "assessment",
    "inspections",
    "hazards",
    "risks",
    "enterprises",
    "grids",
    "notices",
    "evidence",
    "workdays",
    "journal",
    "accounts",
    "tenants",
]
LINT = "from importlinter.cli import lint_imports_command as run; run()"


@pytest.fixture
def street(tmp_path):
    """Every app with a file of each layer, importing nothing."""
    for app in STREET:
        (tmp_path / app).mkdir()
        for name in (
            "__init__",
            "models",
            "querysets",
            "services",
            "views",
            "workflow",
        ):
            (tmp_path / app / f"{name}.py").write_text("")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return tmp_path


def lint(street) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=street,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(street)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_every_app_stands_on_the_street():
    own = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]

    assert own == STREET
    assert CONTRACTS["root_packages"] == STREET


def test_imports_downwards_are_right(street):
    (street / "hazards" / "services.py").write_text("import grids.services")
    (street / "hazards" / "views.py").write_text("import hazards.services")

    assert lint(street)[0] == 0


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("grids/services.py", "hazards.models"),
        ("hazards/models.py", "portal.views"),
        ("tenants/models.py", "config.apps"),
        ("notices/services.py", "evidence.services"),
        ("journal/services.py", "notices.services"),
        ("hazards/models.py", "hazards.services"),
        ("hazards/services.py", "hazards.views"),
        ("accounts/querysets.py", "accounts.models"),
        ("hazards/workflow.py", "hazards.models"),
        ("hazards/workflow.py", "grids.services"),
    ],
)
def test_an_import_upwards_breaks_a_contract(street, file, imported):
    (street / "config" / "apps.py").write_text("")
    (street / file).write_text(f"import {imported}")

    status, told = lint(street)

    assert status == 1
    assert imported.split(".")[0] in told
    assert "BROKEN" in told


def test_an_import_for_the_type_checker_alone_is_free(street):
    (street / "hazards" / "querysets.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from hazards.models import Hazard\n"
    )

    assert lint(street)[0] == 0
