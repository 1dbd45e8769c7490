"""What the grid pages accept: shape and choices, no rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from grids import geometry
from grids.division_lists import kind_by_code, standard_code
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
        label=_("Grid code"),
        max_length=40,
        help_text=_(
            "Townships and villages: the statistical division code; others: your own."
        ),
    )


class CodeAskedForm(NodeForm):
    """Asks once whether a township or village shall really have another code.

    The box appears with the question; who ticks it keeps the code.
    """

    keep_code = forms.BooleanField(label=_("Keep this code"), required=False)

    county_code = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keep: Any = self.fields.pop("keep_code")
        if self.data.get("keep_code"):
            self.fields["keep_code"] = self._keep

    def kind_of_node(self, given: dict[str, Any]) -> str:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        keeps = given.pop("keep_code", False)
        kind, code = self.kind_of_node(given), given.get("code", "")
        asked = kind in {NodeKind.TOWNSHIP, NodeKind.VILLAGE} and code and not keeps
        if asked and not _is_division_code(code, kind, county=self.county_code):
            self.fields["keep_code"] = self._keep
            self.add_error(
                "code",
                _(
                    "Not the twelve digits of a %(kind)s of this county: they begin"
                    " with %(county)s. Correct it, or tick “Keep this code”."
                )
                % {"kind": NodeKind(kind).label, "county": self.county_code},
            )
        return given


def _is_division_code(code: str, kind: str, *, county: str) -> bool:
    whole = len(code) == len(standard_code(code))
    return whole and kind_by_code(code, county=county) == kind


# What is nearly always meant below a node of such a kind.
_USUAL: Final = {
    NodeKind.COUNTY: NodeKind.TOWNSHIP,
    NodeKind.TOWNSHIP: NodeKind.VILLAGE,
    NodeKind.VILLAGE: NodeKind.SUBGRID,
}


class AddNodeForm(CodeAskedForm):
    """A node below another one."""

    kind = forms.ChoiceField(label=_("Kind"))

    field_order = ("kind", "name", "code")

    def __init__(self, *args: Any, parent: GridNode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county_code = parent.tenant.division_code
        kinds = [(kind.value, kind.label) for kind in kinds_below(parent)]
        field: Any = self.fields["kind"]
        field.choices = kinds
        field.initial = _USUAL.get(NodeKind(parent.kind))

    def kind_of_node(self, given: dict[str, Any]) -> str:
        return str(given.get("kind", ""))


class EditNodeForm(CodeAskedForm):
    """Another name or code; the code that it has is not asked about again."""

    def __init__(self, *args: Any, node: GridNode, **kwargs: Any) -> None:
        super().__init__(
            *args, initial={"name": node.name, "code": node.code}, **kwargs
        )
        self.county_code = node.tenant.division_code
        self._node = node

    def kind_of_node(self, given: dict[str, Any]) -> str:
        return "" if given.get("code") == self._node.code else str(self._node.kind)


class DivisionsForm(RefusableForm):
    """A list of divisions: pasted, or as a workbook."""

    lines = forms.CharField(
        label=_("Lines"),
        required=False,
        strip=False,  # a reason names the row of the sheet
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "class": "textarea code-lines"}
        ),
        help_text=_(
            "One grid a line: code, name, and where the code does not say it kind and"
            " parent. Copied from a sheet, with or without its headers."
        ),
    )
    file = forms.FileField(
        label=_("Or a workbook (.xlsx)"),
        required=False,
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument"
                ".spreadsheetml.sheet"
            }
        ),
        error_messages={"empty": _("It is empty.")},
    )
    renames = forms.BooleanField(
        label=_("Rename grids that the list calls otherwise"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        if given["file"] and given["lines"].strip():
            self.add_error("file", _("Paste the lines or choose a file, not both."))
        elif not given["file"] and not given["lines"].strip():
            self.add_error("lines", _("Paste at least one line, or choose a file."))
        return given


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
        field.choices = _with_what_is_above(field.queryset)


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


class MergeForm(RefusableForm):
    """The grid that takes over: of the same kind, where the user manages grids."""

    into: Any = forms.ModelChoiceField(
        label=_("Grid that takes over"),
        queryset=GridNode.objects.none(),
        widget=forms.Select(attrs={"data-picker": ""}),
    )

    def __init__(self, *args: Any, node: GridNode, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = (
            GridNode.objects.granted(user, "manage_grids")
            .in_force()
            .filter(kind=node.kind)
            .exclude(pk=node.pk)
            .in_order()
        )
        field.choices = _with_what_is_above(field.queryset)


class RetireForm(RefusableForm):
    """Why, and what was seen before."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the grid's course, for whoever asks later."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SplitForm(NodeForm):
    """The new grid beside the node, and what it gets."""

    BY_HAND, BY_BOUNDARY = "hand", "boundary"
    STAY, BY_POSITION = "stay", "position"

    boundary = forms.CharField(
        label=_("Boundary of the new grid (GeoJSON, WGS-84)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A Polygon or MultiPolygon. May be left empty and drawn later."),
    )
    how = forms.ChoiceField(
        label=_("What the new grid gets"),
        choices=[
            (BY_HAND, _("What I choose below")),
            (BY_BOUNDARY, _("Everything whose position lies inside the new boundary")),
        ],
        initial=BY_HAND,
        widget=forms.RadioSelect,
    )
    children = forms.MultipleChoiceField(
        label=_("Grids and enterprises that go"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cases = forms.ChoiceField(
        label=_("Cases on the grid itself"),
        choices=[
            (STAY, _("They stay")),
            (BY_POSITION, _("Those whose position lies inside the new boundary go")),
        ],
        initial=STAY,
        widget=forms.RadioSelect,
    )
    keep_people = forms.BooleanField(
        label=_("Whoever works on the grid works on the new one as well"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, node: GridNode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = GridNode.objects.filter(parent=node).in_force().order_by("kind", "code")
        field: Any = self.fields["children"]
        field.choices = [(str(n.pk), n.name) for n in below.defer("boundary")]

    def clean_boundary(self) -> dict[str, Any] | None:
        words = self.cleaned_data["boundary"].strip()
        if not words:
            return None
        try:
            return read_boundary(json.loads(words))
        except geometry.BadBoundary as error:
            raise forms.ValidationError(str(error)) from error
        except (ValueError, TypeError, RecursionError) as error:
            raise forms.ValidationError(
                _("This is not a boundary in GeoJSON.")
            ) from error

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        needs = (given.get("how"), given.get("cases"))
        asked = self.BY_BOUNDARY in needs or self.BY_POSITION in needs
        if asked and not given.get("boundary") and "boundary" not in self.errors:
            self.add_error("boundary", _("Give the boundary to choose by it."))
        if given.get("how") == self.BY_HAND and not given.get("children"):
            self.add_error("children", _("Choose what the new grid gets."))
        return given


def read_boundary(given: Any) -> dict[str, Any]:
    """The outline in a GeoJSON; raises ``ValueError`` where there is none."""
    if isinstance(given, dict) and given.get("type") == "FeatureCollection":
        features = given.get("features")
        given = features[0] if isinstance(features, list) and features else None
    if isinstance(given, dict) and given.get("type") == "Feature":
        given = given.get("geometry")
    return geometry.checked(given).geometry


def _with_what_is_above(nodes: Any) -> list[tuple[Any, Any]]:
    rows = nodes.values_list("pk", "name", "parent__name")
    return [
        ("", _("Choose")),
        *((pk, f"{above} · {name}" if above else name) for pk, name, above in rows),
    ]
