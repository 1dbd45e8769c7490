"""The tree's query strings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.kinds import NodeKind
from grids.models import GridNode


class GridNodeFilter(django_filters.FilterSet):
    """By kind, by parent, by any part of the name or the beginning of the code."""

    kind = django_filters.ChoiceFilter(choices=NodeKind.choices, label=_("Kind"))
    parent = django_filters.UUIDFilter(field_name="parent_id", label=_("Parent"))
    q = django_filters.CharFilter(method="search", label=_("Name or code"))

    class Meta:
        model = GridNode
        fields = ("kind", "parent", "q")

    def search(self, queryset: Any, _name: str, words: str) -> Any:
        words = words.strip()
        return queryset.filter(Q(name__icontains=words) | Q(code__contains=words))
