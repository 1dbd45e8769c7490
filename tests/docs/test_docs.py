"""What the documentation names exists, and what it repeats is still so."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.checks.project import ROOT
from config.schedule import BEAT_SCHEDULE
from config.settings import env
from portal.demo import DEMO_PASSWORD, SIGN_INS
from portal.demo.places import COUNTY_NAME
from tests.docs import tables

README, ENGLISH = ROOT / "README.md", ROOT / "README.en.md"
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted([README, ENGLISH, ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_PATH = re.compile(
    r"(?:[\w.-]+/)+[\w.-]*|[\w.-]+\.(?:py|md|toml|yml|yaml|lock)|Makefile"
)
_VARIABLE = re.compile(r"\b(?:ANWANG_[A-Z_]+|DATABASE_[A-Z_]*URL|REDIS_URL)\b")
# Things that the platform makes, or that are no path of this project.
_MADE = ("var/", ".venv/", "http", "/")


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[str]:
    """The command lines of a page, without comments; joined where continued."""
    blocks = _FENCE.findall(page.read_text(encoding="utf-8"))
    lines = "\n".join(body for kind, body in blocks if kind == "sh")
    joined = lines.replace("\\\n", " ").splitlines()
    bare = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined)
    return [line for line in bare if line]


def codes(page: Path) -> list[str]:
    return _CODE.findall(prose(page))


def slug(heading: str) -> str:
    """The anchor that code hosts make of a heading."""
    text = re.sub(r"[`*]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def words_of_commands(page: Path) -> list[list[str]]:
    everything = [*commands(page), *codes(page)]
    return [_split(text) for text in everything]


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def rows(page: Path, *, after: str) -> list[list[str]]:
    """The cells of the first table after a marker."""
    text = page.read_text(encoding="utf-8").partition(after)[2]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert table is not None, after
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page):
    broken = []
    for target in _LINK.findall(prose(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md":
            known = {slug(h) for _level, h in _HEADING.findall(file.read_text("utf-8"))}
            if anchor not in known:
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_named_paths_exist(page):
    named = {
        code
        for code in codes(page)
        if _PATH.fullmatch(code) and not code.startswith(_MADE)
    }
    assert [path for path in sorted(named) if not _exists(path)] == []


def _exists(path: str) -> bool:
    """From the root, or inside some app: ``services.py``."""
    return (ROOT / path).exists() or any(ROOT.glob(f"*/{path}"))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_named_make_targets_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = set(phony[1].split())

    named = {
        words[i + 1]
        for words in words_of_commands(page)
        for i, word in enumerate(words[:-1])
        if word == "make" and re.fullmatch(r"[a-z]+", words[i + 1])
    }

    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_named_management_commands_exist(page):
    named = set()
    for words in words_of_commands(page):
        if "manage.py" in words[:-1]:
            named.add(words[words.index("manage.py") + 1])
        named |= {
            word.removeprefix("ARGS=").split()[0]
            for word in words
            if word.startswith("ARGS=") and "manage" in words
        }
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_named_variables_are_read(page):
    known = env._known | _of_the_deployment()
    named = set(_VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert named - known == set()


def _of_the_deployment() -> set[str]:
    """What only the containers know."""
    text = (ROOT / "config/deploy/anwang.env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))


@pytest.mark.parametrize("page", [README, ENGLISH], ids=["zh", "en"])
def test_the_table_of_settings_is_complete(page):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [row[0].strip("`") for row in rows(page, after="<!-- settings -->")] == (
        re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    )


@pytest.mark.parametrize("page", [README, ENGLISH], ids=["zh", "en"])
def test_the_table_of_sign_ins_is_that_of_the_demo(page):
    table = rows(page, after="<!-- sign-ins -->")
    assert [row[1].strip("`") for row in table] == [s.username for s in SIGN_INS]
    text = page.read_text(encoding="utf-8")
    assert DEMO_PASSWORD in text
    assert COUNTY_NAME in text


def test_the_roles_of_the_sign_ins_are_called_as_the_demo_calls_them():
    table = rows(README, after="<!-- sign-ins -->")
    assert [row[0] for row in table] == [s.role_label for s in SIGN_INS]


@pytest.mark.parametrize("page", [README, ENGLISH], ids=["zh", "en"])
def test_the_map_of_the_code_shows_the_whole_street(page):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    street = contracts["tool"]["importlinter"]["root_packages"]
    shown = [row[0].strip("`/") for row in rows(page, after="<!-- street -->")]
    assert [name for name in street if name not in shown] == []


def test_both_languages_have_the_same_headings_and_commands():
    def outline(page: Path) -> list[str]:
        bare = _FENCE.sub("", page.read_text(encoding="utf-8"))
        return [level for level, _text in _HEADING.findall(bare)]

    assert outline(README) == outline(ENGLISH)
    assert commands(README) == commands(ENGLISH)


def test_the_workflow_page_says_what_the_code_does():
    text = tables.WORKFLOW.read_text(encoding="utf-8")
    hint = "write it anew: python -m tests.docs.tables"
    assert text == tables.written_anew(text), hint


def test_a_wrong_table_would_be_noticed():
    text = tables.WORKFLOW.read_text(encoding="utf-8")
    wrong = text.replace("reported --> assessed", "reported --> closed", 1)
    assert wrong != text
    assert tables.written_anew(wrong) == text


def test_every_runtime_dependency_is_accounted_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        re.match(r"[\w-]+", line)[0] for line in project["project"]["dependencies"]
    ]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w-]+)(?:\[[\w,]+\])?==(\S+)", lock, re.MULTILINE))

    told = rows(DECISIONS / "0018-dependencies.md", after="## Decision")

    assert [(row[0], row[1]) for row in told] == [(n, locked[n]) for n in wanted]


def test_operations_name_everything_that_runs_by_itself():
    told = rows(ROOT / "docs" / "operations.md", after="<!-- schedule -->")
    assert {row[0].strip("`") for row in told} == {
        entry["task"] for entry in BEAT_SCHEDULE.values()
    }


def test_every_decision_says_what_was_decided_why_and_when():
    for page in sorted(DECISIONS.glob("0*.md")):
        text = page.read_text(encoding="utf-8")
        first = text.splitlines()[0]
        assert first.startswith(f"# {page.name[:4]} "), page.name
        assert re.search(r"^\d{4}-\d{2}-\d{2}$", text, re.MULTILINE), page.name


def test_decisions_are_numbered_once_each():
    numbers = [page.name[:4] for page in sorted(DECISIONS.glob("0*.md"))]
    assert numbers == sorted(set(numbers))
