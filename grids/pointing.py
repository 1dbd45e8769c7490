"""What points to a grid, and what becomes of it when the grid becomes another.

Every model with a foreign key to ``GridNode`` says so beside the field::

    when_grids_merge: ClassVar = {"node": Fate.STAYS}

A system check (``grids.E001``) refuses a key without a rule, so that nothing can be
forgotten. Apps above grids/ leave a function here that writes their own events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.checks import Error, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from accounts.models import User
    from grids.models import GridNode


class Fate(Enum):
    """What becomes of a row that points to a grid which is merged or split."""

    # It goes to the grid that answers from then on.
    CARRIED = "carried"
    # The same while it is unsettled; what has ended stays as history.
    CARRIED_WHILE_OPEN = "carried while open"
    # It is history and stays where it happened; the old grid stays as well.
    STAYS = "stays"
    # A service or the database derives it from something else that is carried.
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A foreign key to a grid."""

    model: Any
    field: str
    fate: Fate

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    @property
    def name(self) -> Any:
        return self.model._meta.verbose_name_plural

    def rows(self, nodes: Any) -> Any:
        """Rows that point to these nodes."""
        return self.model.objects.filter(**{f"{self.field}__in": nodes}).order_by()

    def unsettled(self, nodes: Any) -> Any:
        """Those among them that still need the grid; all, unless the model says which
        by ``unsettled_on_grids``: a method of its queryset, or a filter."""
        rows = self.rows(nodes)
        which = getattr(self.model, "unsettled_on_grids", None) or {}
        return (
            getattr(rows, which)() if isinstance(which, str) else rows.filter(**which)
        )

    def carried(self, nodes: Any) -> Any:
        """Those that go over to another grid."""
        is_open = self.fate is Fate.CARRIED_WHILE_OPEN
        return self.unsettled(nodes) if is_open else self.rows(nodes)


@dataclass(frozen=True, slots=True)
class Carried:
    """Rows that went from one grid to another."""

    field: str
    rows: Sequence[UUID]
    before: GridNode
    after: GridNode
    actor: User | None


Teller = Callable[[Carried], None]
_tellers: dict[str, Teller] = {}


def when_carried(label: str, tell: Teller) -> None:
    """After rows of this model were carried, ``tell`` writes their events."""
    _tellers[label] = tell


def tell_carried(pointer: Pointer, carried: Carried) -> None:
    if carried.rows and (tell := _tellers.get(pointer.label)):
        tell(carried)


_GOES: Final = frozenset({Fate.CARRIED, Fate.CARRIED_WHILE_OPEN})


def pointers() -> list[Pointer]:
    """The keys to grids whose rows go over; raises where one has no rule."""
    found = []
    for model, field in _keys():
        rule = _rule(model, field)
        if rule is None:
            raise LookupError(f"{model._meta.label}.{field} has no rule for merges.")
        if rule in _GOES:
            found.append(Pointer(model, field, rule))
    return found


def _keys() -> Iterable[tuple[Any, str]]:
    node = apps.get_model("grids", "GridNode")
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.remote_field and field.related_model is node:
                yield model, field.name


def _rule(model: Any, field: str) -> Fate | None:
    for parent in model.__mro__:
        rules = vars(parent).get("when_grids_merge", {})
        if field in rules:
            return Fate(rules[field])
    return None


@register("grids")
def every_key_has_a_rule(**_given: Any) -> list[Error]:
    """``grids.E001``: a key to a grid that does not say what a merge does to it."""
    return [
        Error(
            f"{model._meta.label}.{field} points to a grid and does not say what"
            " becomes of it when grids merge.",
            hint="Add when_grids_merge to the model, see grids/pointing.py.",
            obj=model,
            id="grids.E001",
        )
        for model, field in _keys()
        if _rule(model, field) is None
    ]
