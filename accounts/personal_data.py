"""Which personal data there are: each app that keeps some says how they are found.

A page shows such a value masked (``{% personal %}``); in full it is given by
``portal.showing`` alone, for a reason that goes to the security log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Holder:
    """The row that holds a value, whose it is, and the grids it lies on."""

    row: Any
    whose: str
    nodes: tuple[UUID, ...]


# Finds the row among those that the user may see; None for any other.
Finder = Callable[["User", "UUID"], Holder | None]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The fields of one kind of row, each with its mask and its name."""

    masks: Mapping[str, Mask]
    labels: Mapping[str, Any]
    find: Finder


_kinds: dict[str, PersonalData] = {}


def register(
    kind: str, *, fields: Mapping[str, tuple[Mask, Any]], find: Finder
) -> None:
    """Make a kind of row known by a word that stands in addresses.

    ``fields`` gives each field its mask and what it is called.
    """
    if kind in _kinds:
        raise ValueError(f"Personal data of {kind!r} are registered twice.")
    _kinds[kind] = PersonalData(
        masks={name: mask for name, (mask, _label) in fields.items()},
        labels={name: label for name, (_mask, label) in fields.items()},
        find=find,
    )


def kind_of(kind: str, field: str) -> PersonalData | None:
    """What is registered for this field; None where it is no such thing."""
    found = _kinds.get(kind)
    return found if found is not None and field in found.masks else None


def masked(kind: str, field: str, text: str) -> str:
    """The value as everybody may read it; an unknown field is an error of ours."""
    return _kinds[kind].masks[field](text)
