"""What the grid pages accept: shape and choices, no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.kinds import CHILDREN, NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from accounts.models import User
    from tenants.errors import DomainError


def kinds_below(node: GridNode) -> list[NodeKind]:
    """What one may add below a node; enterprises come in by the register only."""
    allowed = CHILDREN[node.kind] - {NodeKind.ENTERPRISE}
    return [kind for kind in NodeKind if kind in allowed]


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the field it belongs to."""

    def refuse(self, refusal: DomainError) -> None:
        known = refusal.field in self.fields
        self.add_error(refusal.field if known else None, str(refusal))


class NodeForm(RefusableForm):
    """Name and code of a node."""

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "Townships and villages: the statistical division code; others: your own."
        ),
    )


class AddNodeForm(NodeForm):
    """A node below another one."""

    kind = forms.ChoiceField(label=_("Kind"))

    field_order = ("kind", "name", "code")

    def __init__(self, *args: Any, parent: GridNode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in kinds_below(parent)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class MoveForm(RefusableForm):
    """The new parent, among those where the user may manage grids."""

    parent: Any = forms.ModelChoiceField(
        label=_("New parent"),
        queryset=GridNode.objects.none(),
        widget=forms.Select(attrs={"data-picker": ""}),
    )

    def __init__(self, *args: Any, node: GridNode, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        field.queryset = parents_for(node, user)
        rows = field.queryset.values_list("pk", "name", "parent__name")
        field.choices = [
            ("", _("Choose")),
            *((pk, f"{above} · {name}" if above else name) for pk, name, above in rows),
        ]


def parents_for(node: GridNode, user: User) -> Any:
    """Where a node may go: of a fitting kind, in use, not below itself."""
    kinds = [kind for kind, below in CHILDREN.items() if node.kind in below]
    below = GridNode.objects.within(node).order_by().values("pk")
    return (
        GridNode.objects.granted(user, "manage_grids")
        .in_force()
        .filter(kind__in=kinds)
        .exclude(pk__in=below)
        .exclude(pk=node.parent_id)
        .in_order()
    )
