"""The query string of the list and of the API: one set of filters for both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    FilterSet,
    ModelChoiceFilter,
    OrderingFilter,
)

from enterprises.models import (
    Enterprise,
    EnterpriseState,
    IndustryCategory,
    IndustrySubcategory,
    ManagementLevel,
    Scale,
    SpecialDomain,
)
from grids import access, choices
from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.http import HttpRequest


def _nodes(request: HttpRequest) -> Any:
    """Townships, villages and departments that this user's register may touch."""
    reach = access.reaches_of(request).get("view_enterprises", [])
    return choices.areas_met(reach)


def _if_asked(name: str, kind: str) -> Callable[[HttpRequest | None], Any]:
    """The nodes that the filter ``name`` may name; looked up only if it is set."""

    def nodes(request: HttpRequest | None) -> Any:
        if request is None or name not in request.GET:
            return GridNode.objects.none()
        return _nodes(request).filter(kind=kind)

    return nodes


def _categories(_request: HttpRequest | None) -> Any:
    return IndustryCategory.objects.all()


def _subcategories(_request: HttpRequest | None) -> Any:
    return IndustrySubcategory.objects.all()


def _domains(_request: HttpRequest | None) -> Any:
    return SpecialDomain.objects.all()


class EnterpriseFilter(FilterSet):
    """Filters of the register. Choices come from the user's own tenant and reach."""

    q = CharFilter(
        method="_search",
        label=_("Name, code, person or address"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    township = ModelChoiceFilter(
        queryset=_if_asked("township", NodeKind.TOWNSHIP), label=_("Township")
    )
    village = ModelChoiceFilter(
        field_name="area_node",
        queryset=_if_asked("village", NodeKind.VILLAGE),
        method="_within",
        label=_("Village"),
    )
    category = ModelChoiceFilter(
        field_name="subcategory__category",
        queryset=_categories,
        label=_("Industry category"),
    )
    subcategory = ModelChoiceFilter(
        queryset=_subcategories, label=_("Industry subcategory")
    )
    department = ModelChoiceFilter(
        field_name="department_node",
        queryset=_if_asked("department", NodeKind.DEPARTMENT),
        method="_within",
        label=_("Competent department"),
    )
    state = ChoiceFilter(
        choices=EnterpriseState.choices, label=_("State"), empty_label=_("All")
    )
    level = ChoiceFilter(
        field_name="management_level",
        choices=[*ManagementLevel.choices, ("none", _("Not rated"))],
        method="_level",
        label=_("Management level"),
        empty_label=_("All"),
    )
    scale = ChoiceFilter(
        choices=Scale.choices, label=_("Size class"), empty_label=_("All")
    )
    domain = ModelChoiceFilter(
        field_name="domains__domain",
        queryset=_domains,
        method="_domain",
        label=_("Special domain"),
    )
    ending = ChoiceFilter(
        choices=[("30", _("Within 30 days")), ("90", _("Within 90 days"))],
        method="_ending",
        label=_("Certificate runs out"),
        empty_label=_("All"),
    )
    supervision = ChoiceFilter(
        method="_supervised",
        choices=[
            ("direct", _("Direct supervision")),
            ("basic", _("In the basic grid")),
        ],
        label=_("Supervision"),
        empty_label=_("All"),
    )
    sort = OrderingFilter(
        fields={
            "name": "name",
            "township__code": "township",
            "subcategory__code": "trade",
            "registered_at": "registered",
        },
        field_labels={
            "name": _("Name of the unit"),
            "township__code": _("Township"),
            "subcategory__code": _("Industry subcategory"),
            "registered_at": _("Registered on"),
        },
        label=_("Sort by"),
        empty_label=_("As usual"),
    )

    class Meta:
        model = Enterprise
        fields = ()

    def filter_queryset(self, queryset: Any) -> Any:
        """Whatever the order, pages never show a row twice: it ends in the key."""
        found = super().filter_queryset(queryset)
        return found.order_by(*found.query.order_by, "pk")

    def rows(self) -> Any:
        """The chosen rows; none where a filter makes no sense."""
        return self.qs if self.is_valid() else self.queryset.none()

    @property
    def active(self) -> int:
        """How many filters are set, the order not counted."""
        if not self.is_valid():
            return len(self.form.errors)
        chosen = self.form.cleaned_data
        return sum(bool(value) for name, value in chosen.items() if name != "sort")

    def offer_choices(self) -> None:
        """Fill the selects for a page: four queries, however many there are.

        A select that leaves no choice is taken away.
        """
        nodes = list(_nodes(self.request).in_force().values_list(*choices.COLUMNS))
        trades = list(IndustrySubcategory.objects.select_related("category"))
        codes = choices.codes_of(nodes)
        self._offer("township", choices.of_kind(nodes, NodeKind.TOWNSHIP), codes)
        self._offer("village", choices.by_township(nodes), codes)
        self._offer("department", choices.of_kind(nodes, NodeKind.DEPARTMENT), codes)
        self._offer(
            "category",
            dict.fromkeys((t.category_id, t.category.name) for t in trades),
        )
        trade_codes = {trade.pk: trade.code for trade in trades}
        self._offer("subcategory", _by_category(trades), trade_codes)
        domains = SpecialDomain.objects.filter(is_active=True)
        self._offer("domain", domains.values_list("pk", "name"))

    def _offer(
        self,
        name: str,
        options: Iterable[tuple[Any, Any]],
        codes: Mapping[Any, str] | None = None,
    ) -> None:
        options = list(options)
        if choices.leaves(options) < 2 and name not in self.form.data:
            del self.form.fields[name]
            return
        field = self.form.fields[name]
        choices.offer(field, options, nothing=_("All"), codes=codes)

    def _level(self, rows: Any, _name: str, level: str) -> Any:
        return rows.filter(management_level="" if level == "none" else level)

    def _domain(self, rows: Any, _name: str, domain: SpecialDomain) -> Any:
        return rows.in_domain(domain)

    def _ending(self, rows: Any, _name: str, days: str) -> Any:
        today = timezone.localdate()
        return rows.with_certificate_ending(
            on=today, until=today + timedelta(days=int(days))
        )

    def _search(self, rows: Any, _name: str, text: str) -> Any:
        return rows.search(text, shown=access.shown_to(self.request))

    def _within(self, rows: Any, _name: str, node: GridNode) -> Any:
        return rows.within(node)

    def _supervised(self, rows: Any, _name: str, how: str) -> Any:
        if how == "direct":
            return rows.directly_supervised()
        return rows.in_basic_grid()


def _by_category(trades: Iterable[IndustrySubcategory]) -> list[tuple[Any, Any]]:
    groups: dict[str, list[tuple[Any, str]]] = {}
    for trade in trades:
        groups.setdefault(trade.category.name, []).append((trade.pk, trade.name))
    return list(groups.items())
