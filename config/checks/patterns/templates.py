"""What must not stand in templates and in our own scripts and styles.

The Content-Security-Policy would block most of it silently, in the browser of the
person who needed it; so it fails here, aloud.
"""

import re
from collections.abc import Callable, Iterator

from config.checks.patterns.engine import Hit, Rule, Source

_COMMENT = re.compile(
    r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|<!--.*?-->|/\*.*?\*/|^\s*//.*?$",
    re.DOTALL | re.MULTILINE,
)
_SAFE = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off\b")
_STYLE = re.compile(r"<[^<>]*?\sstyle\s*=|<style\b", re.IGNORECASE)
_HANDLER = re.compile(
    r"[\s\"']on[a-z]{3,}\s*=\s*[\"'{]|\s(?:data-)?hx-on[:\w.-]*\s*=|javascript:",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>", re.IGNORECASE)
_DATA_BLOCK = re.compile(r"type\s*=\s*[\"']application/(?:ld\+)?json[\"']")
_ADDRESS = r"(?:https?:)?//[\w.-]"
_ASSET = re.compile(
    rf"\s(?:src|srcset|poster|data-src|background)\s*=\s*[\"']?\s*{_ADDRESS}"
    rf"|<(?:link|use|image|object|base)\b[^>]*?(?:href|data)\s*=\s*[\"']?\s*{_ADDRESS}"
    rf"|url\(\s*[\"']?\s*{_ADDRESS}|@import\s+[\"']\s*{_ADDRESS}",
    re.IGNORECASE,
)
_IMPORT = re.compile(
    rf"(?:\bfrom\s*|\bimport\s*\(?\s*|\bfetch\(\s*|\bWorker\(\s*)[\"'`]{_ADDRESS}"
)
_EVAL = re.compile(r"\beval\s*\(|\bnew\s+Function\s*\(|\bdocument\.write\s*\(")
_TREE_WORDS = re.compile(r"(?<![a-zA-Z])(?:lft|rght|tree_id|mptt|guardian)(?![a-zA-Z])")
_ENDINGS = (".html", ".txt", ".svg")
_TRANSLATED = re.compile(
    r"{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*-?%}"
    r"|{%.*?%}|{{.*?}}|<(script|style)\b.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
# A block that fills in an attribute, and words marked as another language's own.
_ATTRIBUTE_BLOCK = re.compile(r"{%\s*block\s+\w*class\w*\s*%}.*?{%\s*endblock.*?%}")
_OTHER_LANGUAGE = re.compile(
    r"<(?!html\b)(\w+)\b[^<>]*\slang\s*=[^<>]*>.*?</\1\s*>", re.DOTALL
)
_TAG = re.compile(r"<[!/a-zA-Z][^<>]*>")
_SPOKEN_ATTRIBUTE = re.compile(
    r"\s(?:title|placeholder|alt|aria-label|aria-description|hx-confirm|hx-prompt"
    r"|data-confirm|data-title|label)\s*=\s*(\"[^\"]*\"|'[^']*')"
)
_ENTITY = re.compile(r"&#?\w+;")
_WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")
# The same in every language.
_UNITS = frozenset({"API", "CSV", "GB", "ID", "KB", "MB", "PDF", "XLSX", "km"})


def template(source: Source) -> bool:
    """A template: under templates/, at the top or inside an app."""
    return source.path.endswith(_ENDINGS) and (
        source.app == "templates" or "/templates/" in source.path
    )


def own_asset(source: Source) -> bool:
    """A script or style of our own; vendored ones are not read."""
    return source.app == "static" and source.path.endswith((".js", ".mjs", ".css"))


def matching(
    pattern: re.Pattern[str], *, keep: Callable[[re.Match[str]], bool] | None = None
) -> Callable[[Source], Iterator[Hit]]:
    """Every match outside comments, with its line."""

    def find(source: Source) -> Iterator[Hit]:
        bare = Source(source.path, _COMMENT.sub(_blank, source.text))
        for found in pattern.finditer(bare.text):
            if keep is None or keep(found):
                words = " ".join(found.group().split())
                yield bare.line_at(found.end()), words[-60:]

    return find


def _blank(comment: re.Match[str]) -> str:
    return "\n" * comment.group().count("\n")


def _is_inline(script: re.Match[str]) -> bool:
    attributes = script["attributes"]
    return not re.search(r"\ssrc\s*=", attributes) and not _DATA_BLOCK.search(
        attributes
    )


def untranslated(source: Source) -> Iterator[Hit]:
    """Words that a reader of another language would meet as they are."""
    text = source.text
    for silent in (_COMMENT, _ATTRIBUTE_BLOCK, _TRANSLATED, _OTHER_LANGUAGE):
        text = silent.sub(_blank, text)
    bare = Source(source.path, text)
    for tag in _TAG.finditer(bare.text):
        for attribute in _SPOKEN_ATTRIBUTE.finditer(tag.group()):
            if _WORD.search(_ENTITY.sub("", attribute[1])):
                at = tag.start() + attribute.start() + 1
                yield bare.line_at(at), " ".join(attribute.group().split())
    spoken = _ENTITY.sub("", _TAG.sub(_blank, bare.text))
    for number, line in enumerate(spoken.splitlines(), start=1):
        words = [word for word in _WORD.findall(line) if word not in _UNITS]
        if words:
            yield number, " ".join(words)


def _page(source: Source) -> bool:
    return template(source) and not source.path.endswith(".svg")


def _either(source: Source) -> bool:
    return template(source) or own_asset(source)


RULES: tuple[Rule, ...] = (
    Rule(
        "safe-filter",
        "escape; unescaped text is a script tomorrow",
        template,
        matching(_SAFE),
    ),
    Rule(
        "inline-style",
        "the policy blocks it; use a class of static/css/anwang.css",
        template,
        matching(_STYLE),
    ),
    Rule(
        "inline-handler",
        "the policy blocks it; listen in a module of static/js/",
        template,
        matching(_HANDLER),
    ),
    Rule(
        "inline-script",
        "the policy blocks it; write a module in static/js/",
        template,
        matching(_SCRIPT, keep=_is_inline),
    ),
    Rule(
        "remote-asset",
        "nothing is loaded from another host; vendor it",
        _either,
        matching(_ASSET),
    ),
    Rule(
        "remote-import",
        "nothing is loaded from another host; vendor it",
        own_asset,
        matching(_IMPORT),
    ),
    Rule(
        "untranslated",
        "say it in English through translate or blocktranslate",
        _page,
        untranslated,
    ),
    Rule(
        "chinese-in-script",
        "take words from data attributes that the template has translated",
        own_asset,
        matching(re.compile(r"[\u3400-\u9fff]+")),
    ),
    Rule("eval", "the policy blocks it", _either, matching(_EVAL)),
    Rule(
        "tree-words-in-template",
        "only grids/ knows the tree library",
        template,
        matching(_TREE_WORDS),
    ),
)
