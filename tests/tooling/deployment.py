"""Reads the deployment files as Docker would, without Docker."""

import json
import re
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from config.checks.project import ROOT

_VARIABLE = re.compile(
    r"\$\$|\$\{(?P<name>\w+)(?:(?P<mark>:?[-?])(?P<rest>[^}]*))?\}|\$(?P<bare>\w+)"
)


class MissingVariable(Exception):
    """A variable that Docker Compose would refuse to start without."""


@dataclass
class Stage:
    """One ``FROM`` of a Dockerfile and the instructions after it."""

    base: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, keyword: str) -> list[str]:
        return [rest for found, rest in self.instructions if found == keyword]

    def command(self) -> list[str]:
        return json.loads(self.all("CMD")[-1])

    def user(self) -> str:
        return self.all("USER")[-1]

    def environment(self) -> dict[str, str]:
        pairs = (part for text in self.all("ENV") for part in shlex.split(text))
        return dict(part.split("=", 1) for part in pairs)


def read_dockerfile(path: Path = ROOT / "Dockerfile") -> dict[str, Stage]:
    """The stages by name. Continued lines are joined, comments left out."""
    lines = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("#")
    ]
    stages: dict[str, Stage] = {}
    current = Stage("", "")
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword == "FROM":
            base, _, name = rest.partition(" AS ")
            current = stages[name] = Stage(base, name)
        elif keyword:
            current.instructions.append((keyword, " ".join(rest.split())))
    return stages


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Docker Compose's ``${NAME}``, ``:-default``, ``:?message`` and ``$$``."""

    def value(found: re.Match[str]) -> str:
        if found.group() == "$$":
            return "$"
        name, mark = found["name"] or found["bare"], found["mark"] or ""
        given = variables.get(name)
        if given is None or (mark.startswith(":") and not given):
            if mark.endswith("?"):
                raise MissingVariable(name)
            return found["rest"] if mark.endswith("-") else ""
        return given

    return _VARIABLE.sub(value, text)


def variables_of(text: str) -> set[str]:
    return {
        found["name"] or found["bare"]
        for found in _VARIABLE.finditer(text)
        if found.group() != "$$"
    }


def read_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """The compose file with its variables filled in, value by value."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return _filled(yaml.safe_load(text), variables)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return interpolate(value, variables)
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, variables) for key, each in value.items()}
    return value


def read_env_file(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and line[0] != "#")


def ignored(path: str, rules: Path = ROOT / ".dockerignore") -> bool:
    """Whether ``.dockerignore`` keeps this path out of the image."""
    parts = path.strip("/").split("/")
    prefixes = {"/".join(parts[: end + 1]) for end in range(len(parts))}
    plain = [
        line.strip().strip("/")
        for line in rules.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return any(
        rule in prefixes or (rule.startswith("**/") and rule[3:] in parts)
        for rule in plain
    )


def simple_commands(command: list[str]) -> list[list[str]]:
    """The programs that a command starts: itself, or those of ``sh -c "a && b"``."""
    if command[:2] == ["sh", "-c"]:
        return [shlex.split(part) for part in command[2].split("&&")]
    return [command]


# The files as they stand, with an environment filled in by somebody careful.
EXAMPLE = ROOT / "config" / "deploy" / "anwang.env.example"
PLATFORM = ("beat", "migrate", "web", "worker")
FILLED_IN = {
    "SITE_ADDRESS": "anwang.example.cn",
    "ANWANG_SECRET_KEY": secrets.token_urlsafe(64),
    "POSTGRES_PASSWORD": "superuserpassword",
    "DATABASE_OWNER_PASSWORD": "ownerpassword",
    "DATABASE_APP_PASSWORD": "apppassword",
    "REDIS_PASSWORD": "redispassword",
    "ANWANG_METRICS_TOKEN": "metricstoken",
}
VARIABLES = {**read_env_file(EXAMPLE), **FILLED_IN}
COMPOSE = read_compose(VARIABLES)
SERVICES = COMPOSE["services"]
STAGES = read_dockerfile()
