"""What must not stand in Python: doors past the guard, and other apps' secrets.

Read from the syntax tree, so that comments and docstrings may name what is
forbidden. Tests and benchmarks are free: they prove leaks and measure floors.
"""

import ast
import re
from collections.abc import Callable, Iterator

from config.checks.patterns.engine import Hit, Rule, Source

_FREE = frozenset({"benchmarks", "docs", "tests"})
_TREE_WORDS = re.compile(
    r"(?<![a-zA-Z])(lft|rght|tree_id|mptt|guardian)(?![a-zA-Z])", re.IGNORECASE
)
_PREFIX = re.compile(r"\w__i?startswith\b")
# A statement that outlives its transaction. "Set deadline to …" is a label, not SQL.
_SESSION_SET = re.compile(
    r"(?:^|;)\s*(?:SET|set)\s+(?!LOCAL\b|local\b|CONSTRAINTS\b|constraints\b)"
    r"(?:SESSION\b|session\b|ROLE\b|role\b|[\w.]+\s*(?:=|\bTO\b|\bto\b))"
)
_IMPURE = ("django.db", "django.apps", "rest_framework", "celery")
# Mere names for states; nothing in them reads or writes.
_ENUMERATIONS = frozenset(
    {"django.db.models.TextChoices", "django.db.models.IntegerChoices"}
)
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
# Files whose words are shown to people; seeded data is Chinese on purpose.
_SPEAKING = re.compile(
    r"/(?:admin|api|errors|filters|forms|middleware|models|querysets|reports|views"
    r"|workflow|\w+_views|\w+_api)(?:/\w+)*\.py$"
)
_SET_CONFIG = re.compile(r"set_config\s*\(", re.IGNORECASE)
_LOCAL_CONFIG = re.compile(
    r"set_config\s*\((?:[^()]|\([^()]*\))*,\s*(?:is_local\s*=>\s*)?true\s*\)",
    re.IGNORECASE,
)


def python(source: Source) -> bool:
    """Python that runs on the server."""
    return source.path.endswith(".py") and source.app not in _FREE


def _outside_grids(source: Source) -> bool:
    return python(source) and source.app != "grids"


def _workflow(source: Source) -> bool:
    return python(source) and source.path.endswith("/workflow.py")


def attribute(name: str) -> Callable[[Source], Iterator[Hit]]:
    """``x.name``, whatever is done with it."""

    def find(source: Source) -> Iterator[Hit]:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr == name:
                yield node.lineno, f".{name}"

    return find


def method(name: str) -> Callable[[Source], Iterator[Hit]]:
    """A call ``x.name(…)``."""

    def find(source: Source) -> Iterator[Hit]:
        for node in ast.walk(source.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == name
            ):
                yield node.lineno, f".{name}("

    return find


def word(*names: str) -> Callable[[Source], Iterator[Hit]]:
    """A name that is imported, or used in any other way."""

    def find(source: Source) -> Iterator[Hit]:
        for line, name in _names(source.tree):
            if name in names:
                yield line, name

    return find


def _names(tree: ast.Module) -> Iterator[Hit]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name


def _docstrings(tree: ast.Module) -> set[int]:
    """The ids of constants that only explain: strings that stand alone."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def strings(tree: ast.Module) -> Iterator[Hit]:
    """Every text in the code but the docstrings; holes of f-strings become ``?``."""
    inside: set[int] = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = []
            for part in node.values:
                inside.add(id(part))
                parts.append(str(part.value) if isinstance(part, ast.Constant) else "?")
            yield node.lineno, "".join(parts)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
        ):
            yield node.lineno, node.value


def session_set(source: Source) -> Iterator[Hit]:
    """SQL that sets something for longer than its transaction."""
    for line, text in strings(source.tree):
        yield from ((line, words) for words in session_statements(text))


def session_statements(sql: str) -> Iterator[str]:
    """The statements in this text that outlive their transaction."""
    for found in _SESSION_SET.finditer(sql):
        yield found.group().lstrip("; \n")
    if len(_SET_CONFIG.findall(sql)) > len(_LOCAL_CONFIG.findall(sql)):
        yield "set_config without is_local"


def _speaking(source: Source) -> bool:
    return python(source) and bool(_SPEAKING.search(source.path))


def chinese(source: Source) -> Iterator[Hit]:
    """Chinese in a text of the code, where only its English key belongs."""
    for line, text in strings(source.tree):
        for found in _CHINESE.finditer(text):
            yield line, found.group()


def prefix_lookup(source: Source) -> Iterator[Hit]:
    """``…__startswith`` as a keyword or in a text."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and _PREFIX.search(node.arg or ""):
            yield node.value.lineno, str(node.arg)
    for line, text in strings(source.tree):
        if found := _PREFIX.search(text):
            yield line, found.group()


def tree_words(source: Source) -> Iterator[Hit]:
    """Words of the tree library, in names, keywords, imports and texts."""
    for line, text in _everything_said(source.tree):
        for found in _TREE_WORDS.finditer(text):
            yield line, found.group()


def _everything_said(tree: ast.Module) -> Iterator[Hit]:
    yield from _names(tree)
    yield from strings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def impure(source: Source) -> Iterator[Hit]:
    """What a table of transitions must not import, save for the type checker."""
    for node in _running(source.tree):
        for module, name in _imported(node):
            full = f"{module}.{name}" if name else module
            if full in _ENUMERATIONS:
                continue
            if module.startswith(_IMPURE) or module.endswith(".models"):
                yield node.lineno, f"import of {full}"


def _running(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements that run, without those under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.stmt):
            yield child
        yield from _running(child)


def _imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        yield from ((node.module or "", alias.name) for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)


RULES: tuple[Rule, ...] = (
    Rule(
        "base-manager",
        "the base manager does not know the tenant",
        python,
        attribute("_base_manager"),
    ),
    Rule("raw", "raw SQL goes past the guard", python, method("raw")),
    Rule("raw-sql", "raw SQL goes past the guard", python, word("RawSQL")),
    Rule("extra", "raw SQL goes past the guard", python, method("extra")),
    Rule("cursor", "a cursor goes past the guard", python, method("cursor")),
    Rule(
        "session-set",
        "only SET LOCAL: a pooled connection carries the value to somebody else",
        python,
        session_set,
    ),
    Rule(
        "mark-safe",
        "escape by format_html; unescaped text is a script tomorrow",
        python,
        word("mark_safe", "SafeString", "SafeText", "SafeData"),
    ),
    Rule(
        "startswith",
        "LIKE uses no index under row-level security; search a prefix by ^@",
        python,
        prefix_lookup,
    ),
    Rule(
        "rebuild",
        "it renumbers every tenant's tree; use the repair of grids",
        python,
        method("rebuild"),
    ),
    Rule(
        "tree-words",
        "only grids/ knows the tree library; ask within, above, granted",
        _outside_grids,
        tree_words,
    ),
    Rule(
        "chinese-in-python",
        "say it in English through gettext; Chinese stands in the catalogue",
        _speaking,
        chinese,
    ),
    Rule(
        "pure-workflow",
        "a workflow is data and pure functions; it imports no model",
        _workflow,
        impure,
    ),
)
