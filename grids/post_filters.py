"""The query strings of posts and vacancies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    DateFilter,
    FilterSet,
    ModelChoiceFilter,
)

from grids import choices
from grids.models import GridNode, Post
from grids.posts import PostKind

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

ENDING_DAYS = 30


def _nodes(request: HttpRequest | None) -> Any:
    """The grids that one sees; looked up only if one is named."""
    if request is None or not request.GET.get("grid"):
        return GridNode.objects.none()
    return GridNode.objects.granted(request.user, "view_grids")


def _ticked(method: str, label: Any) -> BooleanFilter:
    """A box to tick; its method is told False where it is not ticked."""
    return BooleanFilter(method=method, label=label, widget=forms.CheckboxInput)


class PostFilter(FilterSet):
    """Who holds which post: by grid, kind, person and day."""

    q = CharFilter(
        method="search",
        label=_("Person or grid"),
        max_length=50,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    grid = ModelChoiceFilter(
        field_name="node", queryset=_nodes, method="within", label=_("Grid and below")
    )
    kind = ChoiceFilter(choices=PostKind.choices, label=_("Post"), empty_label=_("All"))
    on = DateFilter(
        method="on_day",
        label=_("In force on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ending = _ticked("ending_soon", _("Ending within 30 days"))
    doubled = _ticked("held_twice", _("Two people in the same post"))
    all = _ticked("nothing", _("Past and future posts too"))

    class Meta:
        model = Post
        fields = ()

    @property
    def day(self) -> date:
        """The day that is asked about."""
        chosen = self.form.cleaned_data.get("on") if self.is_valid() else None
        return chosen or timezone.localdate()

    def filter_queryset(self, queryset: Any) -> Any:
        """In force on the day, unless everything is asked for."""
        found = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        if chosen.get("on") or chosen.get("doubled") or not chosen.get("all"):
            found = found.in_force(on=self.day)
        return found

    def rows(self) -> Any:
        """The chosen rows; none where a filter makes no sense."""
        return self.qs if self.is_valid() else self.queryset.none()

    @property
    def active(self) -> int:
        """How many filters are set."""
        if not self.is_valid():
            return len(self.form.errors)
        return sum(bool(value) for value in self.form.cleaned_data.values())

    def offer_choices(self) -> None:
        """Fill the select of grids for a page; one query."""
        offer_grids(self.form, self.request.user)

    def search(self, rows: Any, _name: str, words: str) -> Any:
        words = words.replace("\0", "").strip()
        return rows.filter(
            Q(user__full_name__icontains=words) | Q(node__name__icontains=words)
        )

    def within(self, rows: Any, _name: str, node: GridNode) -> Any:
        return rows.within(node)

    def on_day(self, rows: Any, _name: str, _day: date) -> Any:
        return rows

    nothing = on_day

    def ending_soon(self, rows: Any, _name: str, value: Any) -> Any:
        if not value:
            return rows
        last = self.day + timedelta(days=ENDING_DAYS)
        return rows.filter(ends_on__isnull=False, ends_on__lte=last)

    def held_twice(self, rows: Any, _name: str, value: Any) -> Any:
        if not value:
            return rows
        posts = Post.objects.in_force(on=self.day).order_by()
        twice = posts.values("node_id", "kind").annotate(n=Count("pk")).filter(n__gt=1)
        doubled = Q()
        for kind in PostKind:
            nodes = twice.filter(kind=kind).values("node_id")
            doubled |= Q(kind=kind, node_id__in=nodes)
        return rows.filter(doubled)


def offer_grids(form: forms.Form, user: Any) -> None:
    """The grids that one sees, townships and villages and departments."""
    reach = GridNode.objects.reach(user, "view_grids")
    nodes = GridNode.objects.reached(reach).in_force().in_order()
    rows = list(nodes.values_list(*choices.COLUMNS))
    offered = [
        *choices.of_kind(rows, "township"),
        *choices.of_kind(rows, "department"),
        *choices.by_township(rows),
    ]
    field: Any = form.fields["grid"]
    field.widget = forms.Select(attrs={"data-picker": True})
    field.widget.choices = [("", _("All")), *offered]
