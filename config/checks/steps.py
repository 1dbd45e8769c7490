"""The gates, in the order in which they are told."""

import os
import secrets
import sys
from collections.abc import Mapping, Sequence

from config.checks.runner import Options, Step

Commands = Sequence[Sequence[str]]
_PYTHON = sys.executable
_MANAGE = (_PYTHON, "manage.py")
_MOST_WORKERS = 3


def _module(name: str, *arguments: str) -> list[str]:
    return [_PYTHON, "-m", name, *arguments]


def _format(options: Options) -> Commands:
    return [_module("ruff", "format", *([] if options.write else ["--check"]), ".")]


def _lint(options: Options) -> Commands:
    wish = ["--fix"] if options.write else ["--no-fix"]
    return [_module("ruff", "check", "--output-format=concise", *wish, ".")]


def _patterns(_: Options) -> Commands:
    return [_module("config.checks.patterns")]


def _imports(_: Options) -> Commands:
    start = (
        "import sys; from importlinter.cli import lint_imports_command as run; run()"
    )
    return [[_PYTHON, "-c", start, "--no-cache"]]


def _types(_: Options) -> Commands:
    return [_module("mypy")]


def _deploy(_: Options) -> Commands:
    return [[*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"]]


def _migrations(_: Options) -> Commands:
    return [_module("config.checks.migrations")]


def _openapi(options: Options) -> Commands:
    return [_module("config.checks.openapi", *(["--write"] if options.write else []))]


def _translations(options: Options) -> Commands:
    wanted = [[*_MANAGE, "catalogues", "--check"]]
    if options.write:
        wanted.insert(0, [*_MANAGE, "catalogues", "--write"])
    return wanted


def _templates(options: Options) -> Commands:
    return [_module("config.checks.templates", *(["--write"] if options.write else []))]


def _lockfile(_: Options) -> Commands:
    return [_module("config.checks.lockfile")]


def _pytest(options: Options) -> Commands:
    workers = str(max(2, min(_MOST_WORKERS, os.cpu_count() or 1)))
    return [
        _module(
            "pytest",
            "--ds=config.settings_test",  # importing config has named the others
            "-p",
            "config.checks.browser_gate",
            "-n",
            workers,
            *options.pytest_arguments,
        )
    ]


def _testing() -> Mapping[str, str]:
    return {"ANWANG_MODE": "test"}


def _production() -> Mapping[str, str]:
    """Settings as on a server; nothing connects while the checks run."""
    return {
        "ANWANG_MODE": "production",
        "ANWANG_DEBUG": "",
        "ANWANG_DB_ROLE": "app",
        "ANWANG_HOSTS": "anwang.example.cn",
        "ANWANG_SECRET_KEY": secrets.token_urlsafe(64),
        "ANWANG_BEHIND_PROXY": "true",
        "ANWANG_METRICS_TOKEN": secrets.token_urlsafe(32),
        "DATABASE_URL": "postgresql://anwang_app:unused@database/anwang",
        "DATABASE_OWNER_URL": "postgresql://anwang_owner:unused@database/anwang",
        "REDIS_URL": "redis://redis:6379/0",
    }


STEPS: tuple[Step, ...] = (
    Step("format", "Python is formatted (ruff)", _format),
    Step("lint", "Python keeps the rules (ruff)", _lint),
    Step("patterns", "what must not be written stands nowhere", _patterns),
    Step("imports", "apps depend downwards only (import-linter)", _imports),
    Step("types", "types hold (mypy)", _types, _testing),
    Step("deploy", "settings are fit for production", _deploy, _production),
    Step("migrations", "no migration is missing", _migrations, _testing),
    Step("openapi", "the API is as docs/openapi.yaml says", _openapi, _testing),
    Step("translations", "every string has its Chinese", _translations, _testing),
    Step("templates", "templates are indented, compile and link", _templates, _testing),
    Step("lockfile", "dependencies are pinned by hash", _lockfile),
    Step("pytest", "the tests", _pytest, _testing, alone=True),
)
_GROUPS = {
    "lint": tuple(step for step in STEPS if not step.alone),
    "test": STEPS,
    "ruff": STEPS[:2],
}


def chosen(names: Sequence[str]) -> tuple[Step, ...]:
    """The steps meant by these names, each once, in the order of ``STEPS``.

    ``lint`` alone is the whole group before pytest; ``KeyError`` for a strange name.
    """
    by_name = {step.name: (step,) for step in STEPS} | _GROUPS
    wanted = {step.name for name in names or ["test"] for step in by_name[name]}
    return tuple(step for step in STEPS if step.name in wanted)
