"""Workflows as data: one table of transitions feeds guard, buttons, API and docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tenants.errors import InvalidTransition

if TYPE_CHECKING:
    from django.db.models import TextChoices

Rule = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One allowed step.

    ``permission`` is asked on the case's area line or department line;
    ``rules`` are pure functions that raise a ``DomainError``; ``label`` is the
    button, ``done`` the word in the course of the case.
    """

    name: str
    sources: frozenset[TextChoices]
    target: TextChoices
    permission: str
    label: Any
    done: Any
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A frozen table of transitions. What is not in it does not happen."""

    initial: TextChoices
    transitions: tuple[Transition, ...]
    _by_name: dict[str, Transition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_name = {t.name: t for t in self.transitions}
        if len(by_name) != len(self.transitions):
            raise ValueError("Two transitions share a name.")
        object.__setattr__(self, "_by_name", by_name)

    @property
    def names(self) -> Iterable[str]:
        return self._by_name

    def resolve(self, name: str, *, state: str) -> Transition:
        """The step ``name``, or a refusal where it does not leave ``state``."""
        transition = self._by_name.get(name)
        if transition is None or state not in transition.sources:
            raise InvalidTransition(
                _("This has moved on in the meantime: the step is no longer possible.")
            )
        return transition

    def leaving(self, state: str) -> tuple[Transition, ...]:
        return tuple(t for t in self.transitions if state in t.sources)

    def as_mermaid(self) -> str:
        """The state diagram for the documentation."""
        arrows = (
            f"    {source} --> {t.target}: {t.name}"
            for t in self.transitions
            for source in sorted(t.sources)
        )
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *arrows])
