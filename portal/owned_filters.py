"""The query strings of vacancies and of the report on owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.kinds import NodeKind
from grids.models import GridNode
from grids.post_filters import offer_grids
from grids.posts import PostKind
from portal.reports.owners import AREA, DEPARTMENT, MISSING, supervised_of

if TYPE_CHECKING:
    from accounts.models import User


class _QueryForm(forms.Form):
    """A form that is sent by GET and asks for nothing where it makes no sense."""

    def asked(self) -> dict[str, Any]:
        """What was chosen, as the report wants it."""
        if not self.is_valid():
            return {"nothing": True}
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def active(self) -> int:
        """How many filters are set."""
        if not self.is_valid():
            return len(self.errors)
        return sum(bool(value) for value in self.cleaned_data.values())


class VacancyFilter(_QueryForm):
    """Vacancies by grid and post."""

    grid: Any = forms.ModelChoiceField(
        label=_("Grid and below"), queryset=GridNode.objects.none(), required=False
    )
    kind = forms.ChoiceField(
        label=_("Post"), choices=[("", _("All")), *PostKind.choices], required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grid"]
        field.queryset = GridNode.objects.granted(user, "view_grids")
        offer_grids(self, user)


class OwnedFilter(_QueryForm):
    """Enterprises by what their two lines say."""

    area = forms.ChoiceField(
        label=_("On the area line"), choices=[("", _("All")), *AREA], required=False
    )
    department = forms.ChoiceField(
        label=_("On the department line"),
        choices=[("", _("All")), *DEPARTMENT, MISSING],
        required=False,
    )
    township: Any = forms.ModelChoiceField(
        label=_("Township"), queryset=GridNode.objects.none(), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["township"]
        places = supervised_of(user).order_by().values("township_id")
        field.queryset = GridNode.objects.filter(
            pk__in=places, kind__in=[NodeKind.TOWNSHIP, NodeKind.COUNTY]
        ).in_order()
        field.empty_label = _("All")


class BoundaryFilter(_QueryForm):
    """Boundary duties by what their department line says."""

    owner = forms.ChoiceField(
        label=_("On the department line"),
        choices=[("", _("All")), *DEPARTMENT],
        required=False,
    )
