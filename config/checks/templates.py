"""Templates: indented, compiling, and naming only addresses and files that exist."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.contrib.staticfiles import finders
from django.template import TemplateSyntaxError, engines
from django.urls import URLPattern, URLResolver, get_resolver

from config.checks.migrations import is_own
from config.checks.project import ROOT, files, set_django_up

TAB = "2"
_ENDINGS = (".html", ".txt", ".svg")
_URL = re.compile(r"{%-?\s*url\s+(?P<quote>[\"'])(?P<name>[^\"']+)(?P=quote)")
_STATIC = re.compile(r"{%-?\s*static\s+(?P<quote>[\"'])(?P<name>[^\"']+)(?P=quote)")


def main() -> int:
    """Print what is wrong; 1 if anything is. ``--write`` indents first."""
    set_django_up()
    write = "--write" in sys.argv[1:]
    paths = list(own_templates())
    wrong = [
        *badly_indented(paths, write=write),
        *not_compiling(paths),
        *dead_links(paths, address_names()),
        *missing_files(paths),
    ]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def own_templates() -> Iterator[Path]:
    """Every template of the project, at the top and inside apps."""
    folders = [Path(folder) for engine in engines.all() for folder in engine.dirs]
    folders += [
        Path(app.path) / "templates" for app in apps.get_app_configs() if is_own(app)
    ]
    for folder in folders:
        yield from files(*_ENDINGS, root=folder, under=(".",))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def badly_indented(paths: Iterable[Path], *, write: bool = False) -> list[str]:
    """What djhtml would change; with ``write`` it changes it."""
    pages = [str(path) for path in paths if path.suffix == ".html"]
    if not pages:
        return []
    wish = [] if write else ["--check"]
    tool = [sys.executable, "-X", "utf8", "-m", "djhtml", "-t", TAB]
    blocks = ["-b", "partialdef,endpartialdef"]
    done = subprocess.run(
        [*tool, *wish, *blocks, *pages],
        capture_output=True,
        text=True,
        check=False,
    )
    if write or done.returncode == 0:
        return []
    return [
        line.replace(f"{ROOT}/", "")
        for line in (done.stdout + done.stderr).splitlines()
        if "would have reindented" in line or "rror" in line
    ]


def not_compiling(paths: Iterable[Path]) -> Iterator[str]:
    """Templates that the engine refuses."""
    engine = engines["django"]
    for path in paths:
        try:
            engine.from_string(path.read_text(encoding="utf-8"))
        except (TemplateSyntaxError, UnicodeDecodeError) as error:
            yield f"{shown(path)}: {error}"


def address_names() -> set[str]:
    """Every name that ``{% url %}`` can resolve, with its namespaces."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _names(entry, space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{prefix}{entry.name}"


def dead_links(paths: Iterable[Path], names: set[str]) -> Iterator[str]:
    """``{% url %}`` with a name that no address has."""
    for path in paths:
        for line, found in _found(_URL, path):
            if found not in names:
                yield f'{shown(path)}:{line}: no address is named "{found}"'


def missing_files(paths: Iterable[Path]) -> Iterator[str]:
    """``{% static %}`` with a file that does not exist."""
    for path in paths:
        for line, found in _found(_STATIC, path):
            if finders.find(found) is None:
                yield f'{shown(path)}:{line}: there is no static file "{found}"'


def _found(pattern: re.Pattern[str], path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match["name"]


if __name__ == "__main__":
    sys.exit(main())
