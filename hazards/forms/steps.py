"""What people give with a step: one small form each; the rules are the workflow's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.forms.fields import EnterpriseField, PhotoIdsField, RefusableForm
from hazards.workflow import HazardLevel, Step
from workdays import deadlines
from workdays.rules import GENERAL_RECTIFY
from workdays.services import calendar, get_rule

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from hazards.models import Hazard

_LONG = forms.Textarea(attrs={"rows": 3})
_SHORT = forms.Textarea(attrs={"rows": 2})


class StepForm(RefusableForm):
    """What every step has: the revision the page was drawn from, and photos.

    ``photo_ids`` are photos that an earlier try has already handed in.
    """

    takes_photos: ClassVar = False
    needs_photos: ClassVar = False

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    photo_ids = PhotoIdsField()

    def __init__(
        self, *args: Any, hazard: Hazard, user: User, transition: str, **kwargs: Any
    ) -> None:
        # Several of these stand on one page, so their ids carry the step's name.
        kwargs.setdefault("auto_id", f"{transition}_%s")
        super().__init__(*args, **kwargs)
        # Last, as on the page: the list of what is wrong goes by this order.
        self.fields["photo_ids"] = self.fields.pop("photo_ids")
        self.hazard, self.user, self.transition = hazard, user, transition
        self.initial["revision"] = hazard.revision
        self.prepare()

    def prepare(self) -> None:
        """Fill in what is usual for this hazard."""

    def ask_for_photos(self, photo_ids: tuple[UUID, ...]) -> None:
        """Beside what was refused, so that all is said in one round."""
        if self.needs_photos and not photo_ids and "photo_ids" not in self.errors:
            self.add_error("photo_ids", _("Add a photo taken after the rectification."))

    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that stand above each other; photos come with a component."""
        return [field for field in self.visible_fields() if field.name != "photo_ids"]

    @property
    def typed(self) -> list[tuple[Any, str]]:
        """What stands in the form, to be read where the form is no longer shown."""
        texts = (forms.CharField, forms.DecimalField, forms.DateField)
        return [
            (field.label, field.data)
            for field in self.visible_fields()
            if isinstance(field.field, texts) and field.data
        ]

    def step(self, photo_ids: tuple[UUID, ...]) -> Step:
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"revision", "photo_ids"}
        }
        return Step(photo_ids=photo_ids, **self.as_step(given))

    def as_step(self, given: dict[str, Any]) -> dict[str, Any]:
        return given


class _LevelRadios(forms.RadioSelect):
    """Major is shown and closed: who decides it stands beside."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        if value == HazardLevel.MAJOR:
            option["attrs"]["disabled"] = True
        return option


class AssessForm(StepForm):
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[
            (HazardLevel.GENERAL.value, HazardLevel.GENERAL.label),
            (HazardLevel.MAJOR.value, HazardLevel.MAJOR.label),
        ],
        initial=HazardLevel.GENERAL.value,
        widget=_LevelRadios,
        help_text=_(
            "A major hazard is decided by two people of the county department:"
            " leave the case as it is and hand it to the bureau."
        ),
        error_messages={"required": _("Choose the level.")},
    )
    enterprise = EnterpriseField(
        label=_("Responsible enterprise"),
        required=False,
        help_text=_("Leave empty if no enterprise is responsible."),
    )
    department_node: forms.ModelChoiceField[GridNode] = forms.ModelChoiceField(
        label=_("Competent department"),
        queryset=GridNode.objects.none(),
        required=False,
        widget=forms.Select,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=_SHORT)

    def prepare(self) -> None:
        if self.hazard.enterprise_id is not None:
            del self.fields["enterprise"]
        else:
            self.fields["enterprise"].offer(  # type: ignore[attr-defined]
                Enterprise.objects.visible_to(self.user).supervised()
            )
        departments = GridNode.objects.in_force().filter(kind=NodeKind.DEPARTMENT)
        field: Any = self.fields["department_node"]
        field.queryset = departments
        names = departments.in_order().values_list("pk", "name")
        field.choices = [("", _("Not known")), *names]
        self.initial["department_node"] = self.hazard.department_node_id

    def as_step(self, given: dict[str, Any]) -> dict[str, Any]:
        enterprise = given.pop("enterprise", None)
        department = given.pop("department_node")
        if department is not None and department.pk != self.hazard.department_node_id:
            given["department_node_id"] = department.pk
        if enterprise is not None:
            given["enterprise_id"] = enterprise.pk
        return given


class _DeadlineForm(StepForm):
    """Days as buttons, each with the day it leads to, or a date of one's own."""

    days = forms.TypedChoiceField(
        label=_("Deadline"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(
        label=_("Or another date"),
        required=False,
        help_text=_("If you fill this in, it counts instead of the days."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def prepare(self) -> None:
        rule = get_rule(GENERAL_RECTIFY)
        lengths = sorted({*rule.choices, rule.value})
        suggested = self.hazard.kind.days
        self.initial["days"] = suggested if suggested in lengths else rule.value
        self.fields["days"].choices = _dated(lengths)  # type: ignore[attr-defined]
        today = timezone.localdate()
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()


class AssignForm(_DeadlineForm):
    requirement = forms.CharField(
        label=_("Required rectification"),
        widget=_LONG,
        error_messages={"required": _("Say what must be done.")},
    )
    responsible = forms.CharField(
        label=_("Responsible person"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=_SHORT)
    field_order = ("requirement", "days", "due_on", "responsible", "note")

    def prepare(self) -> None:
        super().prepare()
        self.initial["requirement"] = (
            self.hazard.requirement or self.hazard.kind.requirement
        )
        enterprise = self.hazard.enterprise
        if enterprise is not None:
            self.initial["responsible"] = (
                enterprise.safety_manager or enterprise.principal
            )


class StartForm(StepForm):
    note = forms.CharField(label=_("Note"), required=False, widget=_SHORT)


class _RectifiedForm(StepForm):
    takes_photos = needs_photos = True

    measures = forms.CharField(
        label=_("What was done"),
        widget=_LONG,
        error_messages={"required": _("Describe what was done.")},
    )


class SubmitForm(_RectifiedForm):
    cost = forms.DecimalField(
        label=_("Cost (yuan)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )


class FixOnSpotForm(_RectifiedForm):
    pass


class PassForm(StepForm):
    takes_photos = True

    note = forms.CharField(
        label=_("What you found on the spot"), required=False, widget=_LONG
    )


class FailForm(_DeadlineForm):
    takes_photos = True

    note = forms.CharField(
        label=_("What is still wrong"),
        widget=_LONG,
        error_messages={"required": _("Say why.")},
    )
    field_order = ("note", "days", "due_on")

    def prepare(self) -> None:
        super().prepare()
        self.fields["days"].label = _("New deadline")


class CloseForm(StepForm):
    note = forms.CharField(label=_("Note"), required=False, widget=_SHORT)


class _ReasonForm(StepForm):
    note = forms.CharField(
        label=_("Reason"), widget=_LONG, error_messages={"required": _("Say why.")}
    )


class RejectForm(_ReasonForm):
    pass


class ReopenForm(_ReasonForm):
    pass


STEP_FORMS: dict[str, type[StepForm]] = {
    "assess": AssessForm,
    "fix_on_spot": FixOnSpotForm,
    "assign": AssignForm,
    "start": StartForm,
    "submit": SubmitForm,
    "pass_recheck": PassForm,
    "fail_recheck": FailForm,
    "close": CloseForm,
    "reject": RejectForm,
    "reopen": ReopenForm,
}


def _dated(lengths: list[int]) -> list[tuple[int, Any]]:
    """Each length with the day it would lead to, counted as the service counts."""
    today = timezone.localdate()
    worked = calendar(first=today, last=today)
    return [
        (
            days,
            _("%(days)s days (%(date)s)")
            % {
                "days": days,
                "date": date_format(
                    deadlines.count(
                        start=today,
                        value=days,
                        unit=deadlines.Unit.DAY,
                        calendar=worked,
                    ).due_on,
                    "MONTH_DAY_FORMAT",
                ),
            },
        )
        for days in lengths
    ]
