"""Number a whole tree in one pass from its parents, which are the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from grids.kinds import NodeKind

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: what MPTT keeps in its columns."""

    lft: int
    rght: int
    level: int


def number(nodes: Iterable[tuple[Key, Key | None]]) -> dict[Key, Place]:
    """Intervals for ``(key, parent key)`` pairs; siblings keep the given order.

    O(n), without recursion. Raises ``ValueError`` unless the pairs form exactly
    one tree.
    """
    children: dict[Key | None, list[Key]] = defaultdict(list)
    count = 0
    for key, parent in nodes:
        children[parent].append(key)
        count += 1
    if len(children[None]) != 1:
        raise ValueError("A tree has exactly one root.")
    lft: dict[Key, int] = {}
    places: dict[Key, Place] = {}
    counter = 0
    stack: list[tuple[Key, int, bool]] = [(children[None][0], 0, False)]
    while stack:
        key, level, leaving = stack.pop()
        counter += 1
        if leaving:
            places[key] = Place(lft[key], counter, level)
            continue
        lft[key] = counter
        stack.append((key, level, True))
        stack.extend((child, level + 1, False) for child in reversed(children[key]))
    if len(places) != count:
        raise ValueError("Some nodes hang on a parent that is not in the tree.")
    return places


def townships(
    nodes: Iterable[tuple[Key, Key | None, str]],
) -> dict[Key, Key]:
    """The township of each node; the root where there is none above.

    ``nodes`` are ``(key, parent key, kind)`` with parents before children.
    """
    found: dict[Key, Key] = {}
    for key, parent, kind in nodes:
        own = parent is None or kind == NodeKind.TOWNSHIP
        found[key] = key if own else found[parent]  # type: ignore[index]
    return found
