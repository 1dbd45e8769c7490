"""What the pages of duties accept: shape and choices, no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.boundary_forms import RULE
from enterprises.forms import TradeField
from enterprises.models import SupervisionLevel
from grids.forms import RefusableForm
from grids.kinds import NodeKind
from grids.models import (
    OFFICE_KINDS,
    DutyEvidence,
    DutyRole,
    DutyUnit,
    GridNode,
)
from grids.models.duties import MOST_TIMES
from hazards.forms.fields import PhotoIdsField

if TYPE_CHECKING:
    from tenants.errors import DomainError


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _words(*, rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PhotosForm(RefusableForm):
    """A form with photos: those of an earlier try come back as ids."""

    photo_ids = PhotoIdsField()

    def refuse(self, refusal: DomainError) -> None:
        if refusal.field == "photos":
            self.add_error("photo_ids", str(refusal))
        else:
            super().refuse(refusal)


class RecordForm(PhotosForm):
    """That an item was done, for the running period or the one before it."""

    on = forms.DateField(
        label=_("Done on"),
        widget=DayInput,
        error_messages={"required": _("Say on which day it was done.")},
    )
    note = forms.CharField(
        label=_("Work done"), max_length=500, required=False, widget=_words()
    )
    document = forms.CharField(
        label=_("Document number"), max_length=100, required=False
    )

    def __init__(self, *args: Any, evidence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate
        if evidence != DutyEvidence.DOCUMENT:
            del self.fields["document"]


class WithdrawForm(RefusableForm):
    reason = forms.CharField(max_length=300, required=False)


class ItemForm(RefusableForm):
    """What an item says."""

    name = forms.CharField(label=_("Name"), max_length=100)
    owner_role = forms.ChoiceField(label=_("Whose work"), choices=DutyRole.choices)
    times = forms.IntegerField(
        label=_("Times in the period"), min_value=1, max_value=MOST_TIMES, initial=1
    )
    unit = forms.ChoiceField(label=_("Period"), choices=DutyUnit.choices)
    evidence = forms.ChoiceField(label=_("What shows it"), choices=DutyEvidence.choices)
    help = forms.CharField(
        label=_("Help"), max_length=300, required=False, widget=_words()
    )


class AddItemForm(ItemForm):
    aspect_code = forms.ChoiceField(label=_("Aspect"))

    field_order = ("aspect_code",)

    def __init__(
        self, *args: Any, aspects: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aspect_code"].choices = aspects  # type: ignore[attr-defined]


class MarkForm(PhotosForm):
    """Whether an office has something of the checklist."""

    has = forms.TypedChoiceField(
        label=_("State"),
        choices=[("yes", _("Has it")), ("no", _("Does not have it yet"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    since = forms.DateField(label=_("Date"), widget=DayInput)
    document = forms.CharField(
        label=_("Document number"), max_length=100, required=False
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=_words()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate


class OfficeKindsForm(RefusableForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of grids with an office"),
        choices=[(kind.value, kind.label) for kind in OFFICE_KINDS],
        widget=forms.CheckboxSelectMultiple,
    )


class BoundaryDutyForm(RefusableForm):
    """A business form that nobody claims."""

    name = forms.CharField(label=_("Business form"), max_length=50)
    similar_to = forms.CharField(
        label=_("Similar business"), max_length=100, required=False
    )
    suggestion = forms.CharField(
        label=_("Suggested department"), max_length=100, required=False
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class DecideForm(RefusableForm):
    """Which department answers for a business form, and by which rule."""

    department_node: Any = forms.ModelChoiceField(
        label=_("Competent department"),
        queryset=GridNode.objects.none(),
        empty_label=_("Choose"),
    )
    subcategory = TradeField(
        required=False,
        help_text=_("Registering such a unit then proposes this trade."),
    )
    rule = forms.CharField(
        label=_("Rule"), max_length=300, widget=_words(), initial=RULE
    )
    document = forms.CharField(
        label=_("Document number"),
        max_length=100,
        help_text=_("The document in which the county decided."),
    )
    decided_on = forms.DateField(
        label=pgettext_lazy("a boundary duty", "Decided on"), widget=DayInput
    )
    valid_from = forms.DateField(label=_("Holds from"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = GridNode.objects.in_force().filter(kind=NodeKind.DEPARTMENT)
        self.fields["department_node"].queryset = departments.in_order()  # type: ignore[attr-defined]
        self.fields["subcategory"].offer()  # type: ignore[attr-defined]
        for name in ("decided_on", "valid_from"):
            self.fields[name].initial = timezone.localdate


class SuperviseForm(RefusableForm):
    """Take a unit under direct supervision."""

    level = forms.ChoiceField(label=_("Level"), choices=SupervisionLevel.choices)
    by_node: Any = forms.ModelChoiceField(
        label=_("Answerable in the county"),
        queryset=GridNode.objects.none(),
        empty_label=_("Choose"),
        help_text=_("The county itself, or one of its departments."),
    )
    by_name = forms.CharField(
        label=_("Supervising body above the county"),
        max_length=100,
        required=False,
        help_text=_("Only for units that the city or somebody above it supervises."),
    )
    since = forms.DateField(label=_("Since"), widget=DayInput)
    document = forms.CharField(label=_("Document number"), max_length=100)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=_words())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (NodeKind.COUNTY, NodeKind.DEPARTMENT)
        nodes = GridNode.objects.in_force().filter(kind__in=kinds).in_order()
        self.fields["by_node"].queryset = nodes  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate


class HandBackForm(RefusableForm):
    until = forms.DateField(label=_("From which day on"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=_words())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate
