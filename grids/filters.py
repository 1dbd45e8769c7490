"""The tree's query strings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.kinds import NodeKind
from grids.models import FormerCode, GridNode
from grids.services import node_with_code


class GridNodeFilter(django_filters.FilterSet):
    """By kind, by parent, by any part of the name or the beginning of the code."""

    kind = django_filters.ChoiceFilter(choices=NodeKind.choices, label=_("Kind"))
    parent = django_filters.UUIDFilter(field_name="parent_id", label=_("Parent"))
    code = django_filters.CharFilter(
        method="by_code", label=_("Code, as it is or as it was once")
    )
    q = django_filters.CharFilter(method="search", label=_("Name or code"))

    class Meta:
        model = GridNode
        fields = ("kind", "parent", "code", "q")

    def search(self, queryset: Any, _name: str, words: str) -> Any:
        words = words.strip()
        former = FormerCode.objects.filter(code__contains=words).values("node_id")
        return queryset.filter(
            Q(name__icontains=words) | Q(code__contains=words) | Q(pk__in=former)
        )

    def by_code(self, queryset: Any, _name: str, code: str) -> Any:
        """The grid that answers for the code today, wherever the code comes from."""
        node = node_with_code(code)
        return queryset.filter(pk=node.pk) if node else queryset.none()
