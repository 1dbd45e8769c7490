"""Give a tree its intervals from its parents, which are the truth, with room to grow.

Each interval holds those of the nodes below it and, behind them, room for more: a
new node takes a piece of the room of its parent, and nothing else is written.
Where the room is used up, the smallest branch that still has enough of it is laid
out anew. Siblings keep their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from grids.kinds import CHILDREN, NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

Key = TypeVar("Key", bound=Hashable)

# Room behind the last node below: at least for so many, else as much as they take.
ROOM: Final = 64
# The columns are four bytes wide.
MOST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: what MPTT keeps in its columns."""

    lft: int
    rght: int
    level: int


Kept = tuple[int, int]


def room_for(kind: str, taken: int = 0) -> int:
    """How much to leave free in a node of this kind, below which stand ``taken``."""
    return max(ROOM, taken) if CHILDREN[kind] else 0


def number(
    nodes: Iterable[tuple[Key, Key | None, str]], kept: Mapping[Key, Kept] | None = None
) -> dict[Key, Place]:
    """Places for ``(key, parent key, kind)``; siblings keep the given order.

    ``kept`` are the intervals that stand already; they change only where one of
    them has too little room. O(n), without recursion. Raises ``ValueError``
    unless the nodes form exactly one tree.
    """
    rows = list(nodes)
    layout = _Layout(kept or {}, grows=True)
    layout.judge(rows)
    found = layout.places(0)
    if kept and found[layout.top].rght > MOST // 2:
        return number(rows)
    return found


def number_within(
    nodes: Iterable[tuple[Key, Key | None, str]],
    kept: Mapping[Key, Kept],
    *,
    level: int,
) -> dict[Key, Place] | None:
    """The same for a branch whose own interval stays as it is.

    ``level`` is that of its topmost node; ``None`` when it has too little room.
    """
    layout = _Layout(kept, grows=False)
    layout.judge(nodes)
    if layout.top in layout.too_small:
        return None
    return layout.places(level)


@dataclass(slots=True)
class _Layout(Generic[Key]):
    """One numbering of one tree or branch."""

    kept: Mapping[Key, Kept]
    grows: bool
    children: dict[Key | None, list[Key]] = field(
        default_factory=lambda: defaultdict(list)
    )
    kinds: dict[Key, str] = field(default_factory=dict)
    # From the top down: every node after the one above it.
    order: list[Key] = field(default_factory=list)
    # How wide each node is when it is laid out anew.
    widths: dict[Key, int] = field(default_factory=dict)
    # Kept intervals inside which everything is laid out anew, and those that
    # don't hold what stands below them.
    anew: set[Key] = field(default_factory=set)
    too_small: set[Key] = field(default_factory=set)

    @property
    def top(self) -> Key:
        return self.order[0]

    def read(self, nodes: Iterable[tuple[Key, Key | None, str]]) -> None:
        parents: set[Key | None] = set()
        for key, parent, kind in nodes:
            self.children[parent].append(key)
            self.kinds[key] = kind
            parents.add(parent)
        tops = [parent for parent in parents if parent not in self.kinds]
        if len(tops) != 1 or len(self.children[tops[0]]) != 1:
            raise ValueError("A tree has exactly one root, and every parent is in it.")
        stack = list(self.children[tops[0]])
        while stack:
            key = stack.pop()
            self.order.append(key)
            stack.extend(reversed(self.children.get(key, ())))
        if len(self.order) != len(self.kinds):
            raise ValueError("Some nodes hang on a parent that is not in the tree.")

    def measure(self) -> None:
        """Widths with ample room; where the columns can't hold it, with little."""
        for ample in (True, False):
            for key in reversed(self.order):
                inside = self._inside(key)
                room = room_for(self.kinds[key], inside if ample else 0)
                self.widths[key] = inside + room + 2
            if self.widths[self.top] < MOST // 2:
                return

    def _inside(self, key: Key) -> int:
        return sum(self.widths[child] for child in self.children.get(key, ()))

    def judge(self, nodes: Iterable[tuple[Key, Key | None, str]]) -> None:
        """From the leaves up: whose interval holds what stands below it."""
        self.read(nodes)
        self.measure()
        for key in reversed(self.order):
            if key not in self.kept or self._holds(key):
                continue
            low, high = self.kept[key]
            self.anew.add(key)
            if self._inside(key) + 2 > high - low + 1:
                self.too_small.add(key)

    def _holds(self, key: Key) -> bool:
        """Do the kept ones lie in a row inside, and is there room behind them?"""
        low, high = self.kept[key]
        end = low
        for child in self.children.get(key, ()):
            if child not in self.kept:
                end += self.widths[child]
                continue
            first, last = self.kept[child]
            if first <= end or last <= first or child in self.too_small:
                return False
            end = last
        return end < high or (self.grows and key == self.top)

    def places(self, level: int) -> dict[Key, Place]:
        """From the top down: what stays, and the others one behind the other."""
        found: dict[Key, Place] = {}
        low, high = self.kept.get(self.top, (1, 0))
        found[self.top] = Place(low, high, level)
        for key in self.order:
            place = found[key]
            laid_out = key in self.anew or (place.lft, place.rght) != self.kept.get(key)
            end = place.lft
            for child in self.children.get(key, ()):
                if laid_out or child not in self.kept:
                    first, last = end + 1, end + self.widths[child]
                else:
                    first, last = self.kept[child]
                found[child] = Place(first, last, place.level + 1)
                end = last
            if key == self.top and self.grows and end >= high:
                last = end + 1 + room_for(self.kinds[key], end - low)
                found[key] = Place(low, last, level)
        return found


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
