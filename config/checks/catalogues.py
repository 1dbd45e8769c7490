"""The translations: extracted by Babel, kept by polib, without gettext's own tools.

English needs no catalogue, its texts are the keys. Chinese is committed as .po and
as .mo, so that nothing has to be built before the first page.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from config.checks.project import ROOT, files

CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CONTEXT_MARK = "\x04"  # between context and text, as in gettext's own tables
_FREE = ("benchmarks/", "config/checks/", "tests/")
_TEMPLATES = (".html", ".txt", ".svg")
_ONE, _MANY, _IN_CONTEXT, _MANY_IN_CONTEXT = (
    None,
    (1, 2),
    ((1, "c"), 2),
    ((1, "c"), 2, 3),
)
_KEYWORDS = {
    "_": _ONE,
    "gettext": _ONE,
    "gettext_lazy": _ONE,
    "gettext_noop": _ONE,
    "ngettext": _MANY,
    "ngettext_lazy": _MANY,
    "pgettext": _IN_CONTEXT,
    "pgettext_lazy": _IN_CONTEXT,
    "npgettext": _MANY_IN_CONTEXT,
    "npgettext_lazy": _MANY_IN_CONTEXT,
}
_NAMED = re.compile(r"%(?:%|\((?P<name>\w+)\)[#0\- +]*[\d.]*(?P<kind>[a-zA-Z]))")
_BRACES = re.compile(r"(?<!{){(?P<name>\w*)}(?!})")
_BARE = re.compile(r"(?<!%)(?:%%)*%(?=[sd](?![a-zA-Z]))")
_HEAD = {
    "Project-Id-Version": "anwang",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}

# Context (or ""), text.
Key = tuple[str, str]


@dataclass(frozen=True)
class Message:
    """A text to translate, its plural, and where it was first met."""

    context: str
    text: str
    plural: str
    place: str

    @property
    def key(self) -> Key:
        return self.context, self.text


def messages(root: Path = ROOT) -> dict[Key, Message]:
    """Every text of the project, from Python and from templates."""
    found: dict[Key, Message] = {}
    for path in files(".py", *_TEMPLATES, root=root):
        name = path.relative_to(root).as_posix()
        if name.startswith(_FREE) or not _is_source(name):
            continue
        for message in messages_in(path.read_text(encoding="utf-8"), name):
            earlier = found.get(message.key)
            if earlier is None or (message.plural and not earlier.plural):
                found[message.key] = message
    return found


def _is_source(name: str) -> bool:
    return name.endswith(".py") or "templates/" in name


def messages_in(text: str, name: str) -> Iterator[Message]:
    """The texts of one file."""
    if not name.endswith(".py"):
        text = _as_python(text, name)
    readable = io.BytesIO(text.encode())
    for line, found, _comments, context in extract(
        "python", readable, keywords=_KEYWORDS, options={"encoding": "utf-8"}
    ):
        one, many = found if isinstance(found, tuple) else (found, "")
        if one:
            yield Message(context or "", one, many or "", f"{name}:{line}")


def _as_python(template: str, name: str) -> str:
    """Calls of gettext in place of tags; indentation would only confuse."""
    lines = templatize(template, origin=name).split("\n")
    return "\n".join(line.strip() for line in lines)


def read(path: Path = CATALOGUE) -> polib.POFile:
    """The committed catalogue, or an empty one."""
    if path.exists():
        catalogue = polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
    else:
        catalogue = polib.POFile(wrapwidth=0, encoding="utf-8")
    catalogue.metadata = dict(_HEAD)
    return catalogue


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def translation_of(entry: polib.POEntry) -> str:
    """The Chinese; for a plural its only form."""
    if entry.msgid_plural:
        return str(entry.msgstr_plural.get(0, ""))
    return str(entry.msgstr)


def renew(
    catalogue: polib.POFile, wanted: Mapping[Key, Message]
) -> tuple[list[Key], list[Key]]:
    """Add what is new, drop what is gone, keep translations; return both lists."""
    old = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    kept = [_entry(message, old.get(key)) for key, message in wanted.items()]
    added = [key for key in wanted if key not in old]
    dropped = [key for key in old if key not in wanted]
    catalogue.clear()
    catalogue.extend(sorted(kept, key=lambda entry: (entry.msgid, entry.msgctxt or "")))
    return added, dropped


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    known = translation_of(old) if old else ""
    entry = polib.POEntry(
        msgid=message.text,
        msgid_plural=message.plural,
        msgctxt=message.context or None,
        flags=[flag for flag in (old.flags if old else []) if flag == "fuzzy"],
    )
    if placeholders(message.text) or placeholders(message.plural):
        entry.flags.append("python-format")
    fill(entry, known)
    return entry


def fill(entry: polib.POEntry, chinese: str) -> None:
    """Put the translation where a singular or a plural entry wants it."""
    if entry.msgid_plural:
        entry.msgstr_plural = {0: chinese}
    else:
        entry.msgstr = chinese


def merge(catalogue: polib.POFile, translations: Mapping[str, str]) -> list[str]:
    """Fill in translations; return the texts that the catalogue does not know.

    A key is the English text, or the context, ``\\x04`` and the text.
    """
    by_text: dict[str, list[polib.POEntry]] = {}
    for entry in catalogue:
        by_text.setdefault(entry.msgid, []).append(entry)
        if entry.msgctxt:
            by_text[f"{entry.msgctxt}{CONTEXT_MARK}{entry.msgid}"] = [entry]
    unknown = []
    for text, chinese in translations.items():
        for entry in by_text.get(text, []):
            fill(entry, chinese)
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        if text not in by_text:
            unknown.append(text)
    return unknown


def read_translations(path: Path) -> dict[str, str]:
    """A file ``{"English": "中文"}``; ``ValueError`` when it is anything else."""
    table = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict) or not all(
        isinstance(chinese, str) for chinese in table.values()
    ):
        raise ValueError(f"{path.name} is not an object of texts")
    return table


def save(catalogue: polib.POFile, path: Path = CATALOGUE) -> None:
    """Write .po and .mo; the same content always gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def faults(
    catalogue: polib.POFile, wanted: Mapping[Key, Message], compiled: bytes | None
) -> Iterator[str]:
    """Everything that is wrong with the catalogue, a line for each."""
    known = {key_of(entry) for entry in catalogue if not entry.obsolete}
    for key, message in wanted.items():
        if key not in known:
            yield f"missing: {shown(key)} ({message.place})"
    counted = Counter(key_of(entry) for entry in catalogue if not entry.obsolete)
    yield from (f"twice: {shown(key)}" for key, times in counted.items() if times > 1)
    for entry in catalogue:
        if entry.obsolete or key_of(entry) not in wanted:
            yield f"obsolete: {shown(key_of(entry))}"
        else:
            yield from _faults_of(entry, wanted[key_of(entry)])
    if compiled is None:
        yield "django.mo is missing"
    elif compiled != catalogue.to_binary():
        yield "django.mo differs from django.po"


def _faults_of(entry: polib.POEntry, message: Message) -> Iterator[str]:
    name, chinese = shown(message.key), translation_of(entry)
    if entry.fuzzy:
        yield f"fuzzy: {name}"
    if (entry.msgid_plural or "") != message.plural:
        yield f"plural changed: {name} ({message.place})"
    if not chinese.strip():
        yield f"untranslated: {name} ({message.place})"
        return
    expected = placeholders(message.plural or message.text)
    if placeholders(chinese) != expected:
        yield (
            f"placeholders: {name}: {_listed(expected)} in English, "
            f"{_listed(placeholders(chinese))} in Chinese"
        )
    if (message.text[:1] == "\n") != (chinese[:1] == "\n") or (
        message.text[-1:] == "\n"
    ) != (chinese[-1:] == "\n"):
        yield f"line breaks at the ends differ: {name}"


def placeholders(text: str) -> Counter[str]:
    """``%(name)s``, ``%s`` and ``{name}``: which, and each named one once."""
    named = {
        f"%({found['name']}){found['kind']}"
        for found in _NAMED.finditer(text)
        if found["name"]
    }
    braced = {found.group() for found in _BRACES.finditer(text)}
    return Counter([*named, *braced, *(["%s"] * len(_BARE.findall(text)))])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def shown(key: Key) -> str:
    context, text = key
    return json.dumps(text, ensure_ascii=False) + (f" [{context}]" if context else "")
