"""Intervals with room: they agree with the parents whatever happens to the tree."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids import numbering
from grids.kinds import CHILDREN, NodeKind
from grids.numbering import Place, number, number_within


@pytest.fixture
def two_spare(monkeypatch):
    monkeypatch.setattr(numbering, "ROOM", 2)


ROWS = [
    ("county", None, NodeKind.COUNTY),
    ("town", "county", NodeKind.TOWNSHIP),
    ("village", "town", NodeKind.VILLAGE),
    ("shop", "village", NodeKind.ENTERPRISE),
    ("bureau", "county", NodeKind.DEPARTMENT),
]


@pytest.mark.usefixtures("two_spare")
def test_a_new_tree_has_room_behind_what_stands_below_each_node():
    assert number(ROWS) == {
        "county": Place(1, 38, 0),
        "town": Place(2, 15, 1),
        "village": Place(3, 8, 2),
        "shop": Place(4, 5, 3),
        "bureau": Place(16, 19, 1),
    }


@pytest.mark.usefixtures("two_spare")
def test_a_newcomer_takes_room_and_moves_nobody():
    kept = {key: (p.lft, p.rght) for key, p in number(ROWS).items()}

    places = number([*ROWS, ("mill", "village", NodeKind.ENTERPRISE)], kept)

    # 3 … 8 holds the shop on 4 and 5, so that the mill gets 6 and 7.
    assert places.pop("mill") == Place(6, 7, 3)
    assert {key: (p.lft, p.rght) for key, p in places.items()} == kept


@pytest.mark.usefixtures("two_spare")
def test_where_the_room_is_used_up_the_branch_above_is_laid_out_anew():
    rows = [*ROWS, ("hamlet", "town", NodeKind.VILLAGE)]
    kept = {key: (p.lft, p.rght) for key, p in number(rows).items()}
    more = [(f"mill {n}", "village", NodeKind.ENTERPRISE) for n in range(2)]

    places = number([*rows, *more], kept)

    # Neither the town nor what stands to its right is written.
    changed = {k for k, p in places.items() if k in kept and kept[k] != (p.lft, p.rght)}
    assert changed == {"village", "hamlet"}
    assert (places["village"], places["hamlet"]) == (Place(3, 16, 2), Place(17, 20, 2))


@pytest.mark.usefixtures("two_spare")
def test_a_branch_that_may_not_grow_says_that_it_is_too_small():
    branch = [row for row in ROWS if row[0] in {"village", "shop"}]
    kept = {"village": (3, 6), "shop": (4, 5)}

    full = [*branch, ("mill", "village", NodeKind.ENTERPRISE)]

    assert number_within(full, kept, level=2) is None
    kept["village"] = (3, 8)
    assert number_within(full, kept, level=2) == {
        "village": Place(3, 8, 2),
        "shop": Place(4, 5, 3),
        "mill": Place(6, 7, 3),
    }


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("a", None), ("b", None)],
        [("a", None), ("b", "x")],
        [("a", None), ("b", "c"), ("c", "b")],
    ],
)
def test_numbering_refuses_what_is_not_one_tree(pairs):
    with pytest.raises(ValueError, match=r"root|parent"):
        number([(key, parent, NodeKind.DEPARTMENT) for key, parent in pairs])


def test_a_deep_tree_stays_inside_the_columns():
    """Room that doubles with each level would soon leave four bytes."""
    chain = [("0", None, NodeKind.COUNTY)]
    chain += [(f"{n}", f"{n - 1}", NodeKind.DEPARTMENT) for n in range(1, 60)]

    places = number(chain)

    assert places["0"].rght < numbering.MOST
    check(chain, places)


def test_a_tree_that_has_wandered_to_the_end_of_the_columns_is_laid_out_anew():
    last = numbering.MOST - 5
    kept = {"county": (1, last), "town": (last - 4, last - 3)}

    places = number(ROWS, kept)

    assert places["county"].rght < 10_000
    check(ROWS, places)


def check(rows, places):
    """Inside the parent, one behind the other, in the given order."""
    end = {}
    for key, parent, _kind in rows:
        place = places[key]
        assert place.lft < place.rght <= numbering.MOST
        if parent is None:
            assert place.level == 0
            continue
        above = places[parent]
        assert above.lft < place.lft
        assert place.rght < above.rght
        assert place.level == above.level + 1
        assert place.lft > end.get(parent, above.lft)
        end[parent] = place.rght


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    room=st.sampled_from([1, 2, 5, 64]),
    steps=st.integers(1, 120),
)
def test_whatever_is_added_and_moved_the_intervals_agree_with_the_parents(
    seed, room, steps
):
    rng = random.Random(seed)
    tree = Grown(rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "ROOM", room)
        for _step in range(steps):
            rng.choice([tree.add, tree.add, tree.add, tree.move])()
            check(tree.rows, tree.places)


class Grown:
    """A tree under random hands, kept as the services keep it."""

    def __init__(self, rng):
        self.rng = rng
        self.rows = [("root", None, NodeKind.COUNTY)]
        self.places = number(self.rows)

    def add(self):
        key, _parent, kind = self.rng.choice(self.rows)
        if below := sorted(CHILDREN[kind]):
            new = f"n{len(self.rows)}"
            self.rows.append((new, key, self.rng.choice(below)))
            self._renumber(gone=set())

    def move(self):
        key, parent, kind = self.rng.choice(self.rows)
        if parent is None:
            return
        branch = {key}
        for below, above, _kind in self.rows:
            if above in branch:
                branch.add(below)
        fit = [k for k, _p, its in self.rows if kind in CHILDREN[its]]
        target = self.rng.choice([k for k in fit if k not in branch])
        moved = [row for row in self.rows if row[0] in branch]
        moved[0] = (key, target, kind)
        self.rows = [row for row in self.rows if row[0] not in branch] + moved
        self._renumber(gone=branch)

    def _renumber(self, gone):
        kept = {
            key: (place.lft, place.rght)
            for key, place in self.places.items()
            if key not in gone
        }
        self.places = number(self.rows, kept)
        self.rows.sort(key=lambda row: self.places[row[0]].lft)
