"""Reads of the working-day calendar."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models


class DayQuerySet(models.QuerySet[Any]):
    def between(self, first: date, last: date) -> "DayQuerySet":
        return self.filter(on__range=(first, last))

    def as_rows(self) -> Iterable[tuple[date, bool, str]]:
        """What ``deadlines.Calendar`` is built from."""
        return self.order_by().values_list("on", "is_workday", "name")
