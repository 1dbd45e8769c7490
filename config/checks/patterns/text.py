"""What must not stand in any file: where packages come from, where we worked."""

import re
from collections.abc import Iterator

from config.checks.patterns.engine import Hit, Rule, Source
from config.checks.patterns.python import session_statements

# Spelt in parts, so that this file does not name what no file may name.
_REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare", "com"),
        ("esm", "sh"),
        ("skypack", "dev"),
        ("googleapis", "com"),
        ("gstatic", "com"),
        ("tuna", "tsinghua", "edu", "cn"),
        ("mirrors", "aliyun", "com"),
        ("npmmirror", "com"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
    )
)
_HOSTS = re.compile("|".join(rf"\b{re.escape(host)}\b" for host in _REGISTRIES))
_INDEX = re.compile(r"--(?:extra-)?index-url\b|--find-links\b|PIP_(?:EXTRA_)?INDEX_URL")
_MACHINE = re.compile(r"(?<![\w.>/}-])/(?:work|root|home/\w+)/\w")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_SECRET = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")


def anything(_: Source) -> bool:
    return True


def _sql(source: Source) -> bool:
    return source.path.endswith(".sql")


def _find(pattern: re.Pattern[str], source: Source) -> Iterator[Hit]:
    for found in pattern.finditer(source.text):
        yield source.line_at(found.start()), found.group()


def hosts(source: Source) -> Iterator[Hit]:
    """Hosts of package registries, and options that name one."""
    yield from _find(_HOSTS, source)
    if not source.path.startswith("config/checks/"):
        yield from _find(_INDEX, source)


def machine_paths(source: Source) -> Iterator[Hit]:
    """Folders of the machine on which somebody worked."""
    yield from _find(_MACHINE, source)


def leftovers(source: Source) -> Iterator[Hit]:
    """Marks of an unfinished merge, and private keys."""
    yield from _find(_CONFLICT, source)
    yield from _find(_SECRET, source)


def sessions(source: Source) -> Iterator[Hit]:
    """Session-level SET in a file of SQL."""
    for words in session_statements(source.text):
        yield source.line_at(source.text.find(words)), words


RULES: tuple[Rule, ...] = (
    Rule(
        "registry-host",
        "where packages come from is the machine's business, not the project's",
        anything,
        hosts,
    ),
    Rule("machine-path", "this path exists on one machine", anything, machine_paths),
    Rule("leftover", "this must not be committed", anything, leftovers),
    Rule("session-set-sql", "only SET LOCAL", _sql, sessions),
)
