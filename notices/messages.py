"""What notices say: kinds are registered once, rendered in the reader's language.

A notice keeps the code of its kind and its parameters, not a text: whoever reads
it chooses the language, and a better wording reaches old notices as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Message:
    """Title and body in English, with ``%(name)s`` for the parameters."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice as one person reads it."""

    title: str
    body: str


_kinds: dict[str, Message] = {}
# A kind that was renamed since: better a plain sentence than a broken inbox.
_FALLBACK = Message(title=noop("There is news for you"))


def register(kind: str, *, title: str, body: str = "") -> None:
    """Make a kind known. Mark the texts with ``gettext_noop`` where they stand.

    Registering the same again is harmless; another text under a known code is
    a mistake between two apps.
    """
    message = Message(title=title, body=body)
    if _kinds.setdefault(kind, message) != message:
        raise ValueError(f"The notice kind {kind!r} is registered twice.")


def is_known(kind: str) -> bool:
    return kind in _kinds


def render(kind: str, params: Mapping[str, Any]) -> Rendered:
    """Title and body in the active language. Never raises for an old notice."""
    message = _kinds.get(kind, _FALLBACK)
    readable = _Readable({name: _in_words(value) for name, value in params.items()})
    return Rendered(
        title=gettext(message.title) % readable,
        body=gettext(message.body) % readable if message.body else "",
    )


def on_day(day: date) -> dict[str, str]:
    """A parameter that is a day, written as the reader's language writes days."""
    return {"day": day.isoformat()}


def in_words(msgid: str) -> dict[str, str]:
    """A parameter that is itself translated, for example the name of a state."""
    return {"words": msgid}


class _Readable(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        if "day" in value:
            return date_format(date.fromisoformat(value["day"]), "DATE_FORMAT")
        words = value.get("words")
        return gettext(words) if words else UNKNOWN
    return str(value)
