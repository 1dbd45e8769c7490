"""Reads of the register that are used in more than one place."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

from grids.querysets import SupervisedQuerySet

if TYPE_CHECKING:
    from accounts.models import User

# States in which a unit is still supervised: hazards are found in it.
SUPERVISED_STATES = ("preparing", "operating", "suspended")


def search_words(text: str) -> list[str]:
    """The words somebody typed, written as ``Enterprise.search_text`` is."""
    return unicodedata.normalize("NFKC", text).lower().split()


class EnterpriseQuerySet(SupervisedQuerySet):
    """Reads of the register."""

    def visible_to(self, user: User) -> Any:
        """Enterprises on an area or department line that the user may see."""
        return self.on_lines(user, "view_enterprises")

    def search(self, text: str) -> Any:
        """Enterprises with every word somewhere in name, code, contact or address.

        A substring search reads the tenant's rows: LIKE cannot use an index
        under row-level security. Measured among 12,765: 6 to 14 ms to count.
        """
        found = self
        for word in search_words(text):
            found = found.filter(search_text__contains=word)
        return found

    def supervised(self) -> Any:
        """Enterprises that have not closed or left."""
        return self.filter(state__in=SUPERVISED_STATES)

    def for_list(self) -> Any:
        """With what a row of a list shows, in one query.

        Boundaries stay in the database: a village's outline is longer than the row.
        """
        return self.select_related(
            "subcategory__category", "area_node__parent", "township", "department_node"
        ).defer(
            "search_text",
            "area_node__boundary",
            "area_node__parent__boundary",
            "township__boundary",
            "department_node__boundary",
        )

    def for_public(self) -> Any:
        """The same with the bureau, for a page that anybody may open."""
        return self.for_list().select_related("tenant")


class DecisionQuerySet(models.QuerySet):
    """Reads of the decisions on levels."""

    def in_force(self) -> DecisionQuerySet:
        """Without what was withdrawn as a mistake."""
        return self.filter(withdrawn_at__isnull=True)

    def latest_first(self) -> DecisionQuerySet:
        """A direct D of a year stands after that year's rating."""
        return self.order_by("-year", "-recorded_at", "-pk")
