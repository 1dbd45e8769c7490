"""The one typed reader of environment variables.

Every variable is read once, in ``config/settings.py``. A malformed value, a
missing one and an unknown ``ANWANG_`` name are collected and told together, in
one sentence each, so that a typing mistake never turns into a silent default.
"""

import difflib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

PREFIX: Final = "ANWANG_"


class SettingsError(ImproperlyConfigured):
    """Everything that is wrong with the settings, a line for each."""


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Where mail goes; no host means the console."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


class Environment:
    """Reads, converts and remembers; ``finish`` raises what went wrong."""

    def __init__(self) -> None:
        self._env = Env()
        self._known: set[str] = set()
        self._problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._read(self._env.str, name, default, "文本", "a text")

    def flag(self, name: str, *, default: bool) -> bool:
        wanted = ("true 或 false", "true or false")
        return self._read(self._env.bool, name, default, *wanted)

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self._read(self._env.int, name, default, "整数", "a whole number")
        if not low <= value <= high:
            self.refuse(
                f"{name} 应在 {low} 到 {high} 之间，现在是 {value}。",
                f"{name} must be from {low} to {high}, but is {value}.",
            )
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            listed = ", ".join(choices)
            self.refuse(
                f"{name} 只能取 {listed} 之一，现在是“{value}”。",
                f'{name} must be one of {listed}, but is "{value}".',
            )
            return default
        return value

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A list separated by commas; blanks around a word do not count."""
        found = self.text(name, ",".join(default)).split(",")
        return [word.strip() for word in found if word.strip()]

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def database(self, name: str, default: str) -> dict[str, Any]:
        """PostgreSQL only. A password is never repeated in the sentence."""
        url = self.text(name, default)
        try:
            return database_from_url(url)
        except ValueError:
            self.refuse(
                f"{name} 不是 PostgreSQL 地址，应形如 "
                "postgresql://用户:密码@主机:5432/库名。",
                f"{name} is not a PostgreSQL address such as "
                "postgresql://user:password@host:5432/name.",
            )
            return database_from_url(default)

    def address(self, name: str, default: str, schemes: Sequence[str]) -> str:
        """A URL whose scheme is one of ``schemes``; an empty one is allowed."""
        url = self.text(name, default)
        if url and urlsplit(url).scheme not in schemes:
            listed = ", ".join(f"{scheme}://" for scheme in schemes)
            self.refuse(
                f"{name} 应以 {listed} 之一开头。",
                f"{name} must begin with one of {listed}.",
            )
            return default
        return url

    def smtp(self, name: str) -> "Smtp":
        """``smtp://``, ``smtps://`` or ``smtp+tls://`` with user and password."""
        url = self.address(name, "", ("smtp", "smtps", "smtp+tls"))
        parts = urlsplit(url)
        return Smtp(
            host=parts.hostname or "",
            port=parts.port or (465 if parts.scheme == "smtps" else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp+tls",
        )

    def require(self, name: str) -> None:
        if not os.environ.get(name):
            self.refuse(f"必须设置 {name}。", f"{name} must be set.")

    @staticmethod
    def origins(url: str) -> list[str]:
        """The origin of an address, for the content security policy."""
        parts = urlsplit(url)
        return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []

    def given(self, name: str) -> bool:
        self._known.add(name)
        return bool(os.environ.get(name))

    def read_elsewhere(self, *names: str) -> None:
        """Names that are right, but nothing of the settings."""
        self._known.update(names)

    def refuse(self, chinese: str, english: str) -> None:
        """Note one problem; all are told by ``finish``."""
        self._problems.append(f"{chinese} / {english}")

    def finish(self) -> None:
        """Name unknown variables, then raise everything that was found."""
        for name in sorted(os.environ):
            if name.startswith(PREFIX) and name not in self._known:
                self._refuse_unknown(name)
        if self._problems:
            raise SettingsError("\n".join(self._problems))

    def _refuse_unknown(self, name: str) -> None:
        close = difflib.get_close_matches(name, self._known, n=1)
        self.refuse(
            f"不认识环境变量 {name}" + (f",是否指 {close[0]}?" if close else "。"),
            f"{name} is unknown" + (f"; is {close[0]} meant?" if close else "."),
        )

    def _read(
        self,
        parse: Callable[..., Any],
        name: str,
        default: Any,
        chinese: str,
        english: str,
    ) -> Any:
        self._known.add(name)
        if os.environ.get(name, "") == "":
            return default
        try:
            return parse(name)
        except EnvError:
            value = os.environ[name]
            self.refuse(
                f"{name} 应为{chinese}，现在是“{value}”。",
                f'{name} must be {english}, but is "{value}".',
            )
            return default


def database_from_url(url: str) -> dict[str, Any]:
    """Django's form of a PostgreSQL address; a socket folder goes into ``?host=``."""
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name or "/" in name:
        raise ValueError
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # Only what goes through tenants.prepared can be prepared at all. Behind a
        # pooler that hands out connections per transaction, ?prepare_threshold=none.
        "OPTIONS": {**query, "prepare_threshold": _threshold(query)},
    }


def _threshold(query: dict[str, str]) -> int | None:
    wanted = query.get("prepare_threshold", "4")
    return None if wanted == "none" else int(wanted)


def refuse_unsafe_production(env: Environment, *, debug: bool, secret: str) -> None:
    """What a demo may leave to chance and a real deployment may not."""
    env.require("ANWANG_HOSTS")
    env.require("ANWANG_SECRET_KEY")
    if debug:
        env.refuse(
            "生产环境不允许 ANWANG_DEBUG=true。",
            "ANWANG_DEBUG=true is not allowed in production.",
        )
    if secret and weak(secret):
        env.refuse(
            "ANWANG_SECRET_KEY 太弱，至少 50 个字符且不得使用示例值。",
            "ANWANG_SECRET_KEY is weak: at least 50 characters, and no sample value.",
        )


def weak(secret: str) -> bool:
    """Short, monotonous, or copied from an example."""
    sample = any(word in secret.lower() for word in ("change", "insecure", "example"))
    return len(secret) < 50 or len(set(secret)) < 10 or sample
