"""What a department hands to a new one: its trades, with their units and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import IndustrySubcategory
from grids.forms import SplitForm
from grids.kinds import NodeKind

if TYPE_CHECKING:
    from grids.models import GridNode


class DepartmentSplitForm(SplitForm):
    """A department has no outline: trades go, and the offices below it."""

    trades = forms.MultipleChoiceField(
        label=_("Industries that go, with their enterprises and cases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, node: GridNode, **kwargs: Any) -> None:
        super().__init__(*args, node=node, **kwargs)
        for name in ("boundary", "how", "cases"):
            del self.fields[name]
        trades = IndustrySubcategory.objects.filter(department_node=node)
        field: Any = self.fields["trades"]
        field.choices = [
            (str(pk), name) for pk, name in trades.values_list("pk", "name")
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("children") and not given.get("trades"):
            self.add_error("trades", _("Choose what the new grid gets."))
        return given


def split_form(node: GridNode, sent: Any) -> SplitForm:
    """The form that fits the grid."""
    fitting = DepartmentSplitForm if node.kind == NodeKind.DEPARTMENT else SplitForm
    return fitting(sent or None, node=node)
