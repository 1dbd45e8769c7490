"""The query string of the list and of the API: one set of filters for both."""

from __future__ import annotations

import copy
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    DateFilter,
    FilterSet,
    ModelChoiceFilter,
    MultipleChoiceFilter,
)

from enterprises.models import Enterprise
from grids import choices
from grids.access import reaches_of
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.models import Hazard, HazardKind, HazardSource
from hazards.totals import kept_total
from hazards.work import BY_NAME, PILES, SEE, waiting
from hazards.workflow import ON_THE_CLOCK, OPEN, HazardLevel, HazardState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest

    from grids.querysets import Reach

DUE_SOON_DAYS: Final = 3
ONE_DAY: Final = timedelta(days=1)
UNASSESSED: Final = "unassessed"
_WHOLE_NUMBER: Final = re.compile(r"^YH-\d{6}-\d{8}-\d{4,}$")
_PART_OF_NUMBER: Final = re.compile(r"^(YH[\d-]*|[\d-]{8,})$")
_LEVELS: Final = (
    (UNASSESSED, HazardLevel.UNASSESSED.label),
    (HazardLevel.GENERAL.value, HazardLevel.GENERAL.label),
    (HazardLevel.MAJOR.value, HazardLevel.MAJOR.label),
)
_TICKS: Final = frozenset({"overdue", "due_soon", "suspected_major", "mine", "open"})
_MORE: Final = frozenset(
    {
        "village",
        "department",
        "kind",
        "source",
        "enterprise",
        "reported_from",
        "reported_to",
        "closed_from",
        "closed_to",
    }
)
# None of them changes which rows are meant.
_NO_FILTER: Final = frozenset({"sort"})


def reach_of(request: Any) -> list[Reach]:
    """Where this user sees hazards."""
    return reaches_of(request).get(SEE, [])


def _nodes(request: HttpRequest | None) -> Any:
    """Townships, villages and departments that this user's hazards may touch."""
    if request is None:  # while the API's schema is being drawn
        return GridNode.objects.none()
    return choices.areas_met(reach_of(request))


def _townships(request: HttpRequest | None) -> Any:
    """The townships in which hazards may lie; the county for what lies in none."""
    if request is None:
        return GridNode.objects.none()
    nodes = GridNode.objects.filter(kind__in=(NodeKind.TOWNSHIP, NodeKind.COUNTY))
    reach = reach_of(request)
    if choices.meets_all_areas(reach):
        return nodes.in_order()
    inside = GridNode.objects.reached(reach).order_by().values("township_id")
    return nodes.filter(pk__in=inside).in_order()


def _villages(request: HttpRequest | None) -> Any:
    return _nodes(request).filter(kind=NodeKind.VILLAGE)


def _departments(request: HttpRequest | None) -> Any:
    return _nodes(request).filter(kind=NodeKind.DEPARTMENT)


def _kinds(_request: HttpRequest | None) -> Any:
    return HazardKind.objects.all()


def _enterprises(request: HttpRequest | None) -> Any:
    if request is None:
        return Enterprise.objects.none()
    return Enterprise.objects.reached_by(
        reaches_of(request).get("view_enterprises", [])
    )


class _TickField(forms.NullBooleanField):
    """Ticked or nothing: unticked means "all" and not "the others"."""

    widget = forms.CheckboxInput

    def clean(self, value: Any) -> bool | None:
        return super().clean(value) or None


class _Ticked(BooleanFilter):
    field_class = _TickField


_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Copied(dict):
    """Filters that are copied one level deep for each request.

    A request's filter writes its own queryset into ``extra``, so that is copied;
    what lies below is only read, and a field copies its widget itself.
    """

    def __deepcopy__(self, _memo: Any) -> dict[str, Any]:
        return {name: self._fresh(one) for name, one in self.items()}

    @staticmethod
    def _fresh(one: Any) -> Any:
        fresh = copy.copy(one)
        fresh.extra = {**one.extra}
        fresh.__dict__.pop("_field", None)
        fresh.method = one.method  # which is bound to its filter anew
        return fresh


class HazardFilter(FilterSet):
    """Filters of the list. Choices come from the user's own tenant and reach."""

    q = CharFilter(
        method="_search",
        label=_("Number, title or enterprise"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    state = MultipleChoiceFilter(
        choices=HazardState.choices,
        method="_in_states",
        label=_("State"),
        widget=forms.CheckboxSelectMultiple,
    )
    work = ChoiceFilter(
        choices=[(pile.name, pile.label) for pile in PILES],
        empty_label=_("All"),
        method="_waiting",
        label=_("Waits for me"),
    )
    township = ModelChoiceFilter(queryset=_townships, label=_("Township"))
    level = ChoiceFilter(
        choices=_LEVELS,
        empty_label=_("All"),
        method="_of_level",
        label=_("Level"),
    )
    overdue = _Ticked(method="_overdue", label=_("Overdue"))
    due_soon = _Ticked(method="_due_soon", label=_("Due within 3 days"))
    suspected_major = _Ticked(label=_("Suspected major hazard"))
    mine = _Ticked(method="_mine", label=_("Reported by me"))
    open = _Ticked(method="_open", label=_("Not closed yet"))
    village = ModelChoiceFilter(
        field_name="area_node",
        queryset=_villages,
        method="_within",
        label=_("Village"),
    )
    department = ModelChoiceFilter(
        field_name="department_node",
        queryset=_departments,
        method="_within",
        label=_("Competent department"),
    )
    kind = ModelChoiceFilter(queryset=_kinds, label=_("Kind"))
    source = ChoiceFilter(
        choices=HazardSource.choices, empty_label=_("All"), label=_("Source")
    )
    enterprise = ModelChoiceFilter(
        queryset=_enterprises,
        label=_("Enterprise"),
        widget=forms.Select(
            attrs={
                "data-picker": True,
                "data-picker-url": reverse_lazy("enterprises:pick"),
            }
        ),
    )
    reported_from = DateFilter(
        method="_reported_from", label=_("Reported from"), widget=_DATE
    )
    reported_to = DateFilter(
        method="_reported_to", label=_("Reported until"), widget=_DATE
    )
    closed_from = DateFilter(
        method="_closed_from", label=_("Closed from"), widget=_DATE
    )
    closed_to = DateFilter(method="_closed_to", label=_("Closed until"), widget=_DATE)
    sort = ChoiceFilter(
        choices=[("deadline", _("Deadline")), ("oldest", _("Oldest first"))],
        empty_label=_("Newest first"),
        method="_sorted",
        label=_("Sort by"),
    )

    base_filters: Any  # made by django-filter from the fields above

    class Meta:
        model = Hazard
        fields = ()

    def __init__(self, data: Any = None, *given: Any, **named: Any) -> None:
        """``named["form_shown"]`` False: only the filters that ``data`` names.

        Each filter is copied and made into a field for each request; an answer
        without a form has no use for the twenty that nobody asked for.
        """
        wanted = self.base_filters
        if not named.pop("form_shown", True):
            wanted = {name: one for name, one in wanted.items() if name in data}
        self.base_filters = _Copied(wanted)
        super().__init__(data, *given, **named)

    def rows(self) -> Any:
        """The chosen rows in a total order; none where a filter makes no sense."""
        if not self.is_valid():
            return self.queryset.none()
        return self.qs

    def known_total(self, reach: list[Reach]) -> int | None:
        """How many rows there are, where the kept counts can say it."""
        if not self.is_valid():
            return None
        filters = self._for_the_tally()
        return None if filters is None else kept_total(reach, filters)

    @property
    def active(self) -> int:
        """How many filters are set, the order not counted."""
        if not self.is_valid():
            return len(self.form.errors)
        return len(self._chosen())

    def _chosen(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.form.cleaned_data.items()
            if value and name not in _NO_FILTER
        }

    def _for_the_tally(self) -> dict[str, Any] | None:
        """The filters as the tally knows them; None for what it cannot know."""
        filters = self._chosen()
        if filters.pop("open", None):
            chosen = filters.get("state") or list(OPEN)
            filters["state"] = [state for state in chosen if state in OPEN]
        if filters.get("level") == UNASSESSED:
            filters["level"] = HazardLevel.UNASSESSED.value
        department = filters.get("department")
        # The tally knows a department, not the offices below it.
        if department is not None and not department.is_leaf_node():
            return None
        return filters

    # How the page groups the fields --------------------------------------------

    @property
    def ticks(self) -> list[Any]:
        return self._fields(_TICKS)

    @property
    def more(self) -> list[Any]:
        """What is folded away: seldom asked, or many to choose from."""
        return self._fields(_MORE)

    @property
    def has_more(self) -> bool:
        return self.is_valid() and bool(_MORE & self._chosen().keys())

    def _fields(self, names: Iterable[str]) -> list[Any]:
        return [field for field in self.form if field.name in names]

    # The page's choices -------------------------------------------------------

    def offer_choices(self) -> None:
        """Fill the selects for a page: two queries, however many there are.

        A select that leaves no choice is taken away.
        """
        nodes = list(_nodes(self.request).in_force().values_list(*choices.COLUMNS))
        townships = [*choices.of_kind(nodes, NodeKind.TOWNSHIP), *self._no_township()]
        codes = choices.codes_of(nodes)
        self._offer("township", townships, codes=codes)
        self._offer("village", choices.by_township(nodes), codes=codes)
        departments = choices.of_kind(nodes, NodeKind.DEPARTMENT)
        self._offer("department", departments, codes=codes)
        kinds = HazardKind.objects.values_list("pk", "name", "heading")
        self._offer("kind", _by_heading(kinds))
        held = reaches_of(self.request)
        piles = [(p.name, p.label) for p in PILES if p.permission in held]
        self._offer("work", piles, least=1)
        chosen = [("", _("All")), *self._enterprise()]
        self.form.fields["enterprise"].widget.choices = chosen

    def _offer(
        self,
        name: str,
        options: Iterable[tuple[Any, Any]],
        *,
        least: int = 2,
        codes: Mapping[Any, str] | None = None,
    ) -> None:
        options = list(options)
        if choices.leaves(options) < least and name not in self.form.data:
            del self.form.fields[name]
            return
        field = self.form.fields[name]
        choices.offer(field, options, nothing=_("All"), codes=codes)

    def _no_township(self) -> list[tuple[Any, Any]]:
        """Offered only where the board has led to it; most counties have none."""
        chosen = self.form.cleaned_data.get("township") if self.is_valid() else None
        if chosen is None or chosen.kind != NodeKind.COUNTY:
            return []
        return [(chosen.pk, _("In no township"))]

    def _enterprise(self) -> list[tuple[Any, str]]:
        chosen = self.form.cleaned_data.get("enterprise") if self.is_valid() else None
        return [(chosen.pk, chosen.name)] if chosen else []

    # The filters --------------------------------------------------------------

    def _search(self, rows: Any, _name: str, text: str) -> Any:
        """By number, else by any part of the title or the enterprise's name."""
        text = text.strip()
        number = text.upper()
        if _WHOLE_NUMBER.match(number):
            return rows.filter(number=number)
        found = Q(title__icontains=text)
        if _PART_OF_NUMBER.match(number):
            found |= Q(number__contains=number)
        named = Enterprise.objects.filter(name__icontains=text).order_by()
        return rows.filter(found | Q(enterprise_id__in=named.values("pk")))

    def _waiting(self, rows: Any, _name: str, pile: str) -> Any:
        """The pile of the home page; oldest first, unless an order is chosen."""
        found = waiting(
            rows,
            pile=BY_NAME[pile],
            user=self.request.user,
            reach=reaches_of(self.request),
        )
        return found.order_by(BY_NAME[pile].first_by, "id")

    def _in_states(self, rows: Any, _name: str, states: list[str]) -> Any:
        return rows.filter(state__in=states) if states else rows

    def _of_level(self, rows: Any, _name: str, level: str) -> Any:
        return rows.filter(level="" if level == UNASSESSED else level)

    def _overdue(self, rows: Any, _name: str, _ticked: bool) -> Any:  # noqa: FBT001
        return rows.overdue(on=timezone.localdate())

    def _due_soon(self, rows: Any, _name: str, _ticked: bool) -> Any:  # noqa: FBT001
        today = timezone.localdate()
        return rows.due_within(on=today, until=today + timedelta(days=DUE_SOON_DAYS))

    def _mine(self, rows: Any, _name: str, _ticked: bool) -> Any:  # noqa: FBT001
        return rows.filter(reported_by=self.request.user)

    def _open(self, rows: Any, _name: str, _ticked: bool) -> Any:  # noqa: FBT001
        return rows.open()

    def _within(self, rows: Any, _name: str, node: GridNode) -> Any:
        return rows.within(node)

    def _reported_from(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(reported_at__gte=_midnight(day))

    def _reported_to(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(reported_at__lt=_midnight_after(day))

    def _closed_from(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(closed_at__gte=_midnight(day))

    def _closed_to(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(closed_at__lt=_midnight_after(day))

    def _sorted(self, rows: Any, _name: str, order: str) -> Any:
        """By deadline: first what the clock still runs for, the nearest on top."""
        if order == "oldest":
            return rows.order_by("reported_at", "id")
        running = Case(When(state__in=ON_THE_CLOCK, then=Value(0)), default=Value(1))
        return rows.order_by(
            running, F("due_on").asc(nulls_last=True), "-reported_at", "-id"
        )


def _midnight(day: date) -> datetime:
    """Where a day begins for the people here; a range keeps the index usable."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight_after(day: date) -> datetime:
    """Where a day ends; the last one that can be written has no next one."""
    return _midnight(min(day, date.max - ONE_DAY) + ONE_DAY)


def _by_heading(kinds: Iterable[tuple[Any, str, str]]) -> list[tuple[Any, Any]]:
    groups: dict[str, list[tuple[Any, str]]] = {}
    for pk, name, heading in kinds:
        groups.setdefault(heading, []).append((pk, name))
    return list(groups.items())
