"""Calendar, time limits, kinds of hazards and the ladder of alerts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext_lazy as _

from grids.models import PrintRule, Role
from grids.posts import PostKind
from grids.services import save_print_rule
from hazards.models import EscalationRung, HazardKind
from hazards.services import save_kind, save_rung
from portal.admin.base import ScopedAdmin, ServiceForm, acting
from tenants.errors import DomainError
from workdays.models import Day, DaySource, DeadlineRule
from workdays.services import remove_day, set_day, set_rule

if TYPE_CHECKING:
    from django.http import HttpRequest

MANAGE = "manage_rules"


class DayForm(ServiceForm):
    class Meta:
        model = Day
        fields = ("on", "is_workday", "name")

    def save_by_service(self, given: dict[str, Any]) -> Day:
        on = given.get("on") or self.instance.on
        return set_day(on=on, is_workday=given["is_workday"], name=given["name"])


@admin.register(Day)
class DayAdmin(ScopedAdmin):
    form = DayForm
    permission = MANAGE
    can_add = can_change = True
    list_display = ("on", "name", "is_workday", "source")
    list_filter = ("is_workday", "source")
    search_fields = ("name",)
    date_hierarchy = "on"
    ordering = ("-on",)
    actions = ["take_back"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("on",) if obj else ()

    @admin.action(
        description=gettext_lazy("Take own entries back (the published day returns)"),
        permissions=["change"],
    )
    def take_back(self, request: HttpRequest, queryset: Any) -> None:
        self.do_each(request, queryset, self._take_back, _days_taken_back)

    @staticmethod
    def _take_back(day: Day) -> None:
        if day.source != DaySource.OWN:
            raise DomainError(_("This day comes from the published schedule."))
        remove_day(on=day.on)


def _days_taken_back(n: int) -> str:
    text = ngettext("%(n)s entry taken back.", "%(n)s entries taken back.", n)
    return text % {"n": n}


class LengthsField(forms.CharField):
    """Whole numbers with anything between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = [part for part in re.split(r"[\s,，、;；]+", text) if part]
        if not all(part.isdecimal() and len(part) <= 4 for part in parts):
            raise forms.ValidationError(
                gettext("The lengths to choose from are whole numbers from 1.")
            )
        return [int(part) for part in parts]


class DeadlineRuleForm(ServiceForm):
    choices = LengthsField(
        label=_("Lengths to choose from"),
        required=False,
        help_text=_("Numbers with commas between them; empty: no choice."),
    )

    class Meta:
        model = DeadlineRule
        fields = ("value", "choices", "basis")

    def save_by_service(self, given: dict[str, Any]) -> DeadlineRule:
        return set_rule(key=self.instance.key, **given)


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(ScopedAdmin):
    form = DeadlineRuleForm
    permission = MANAGE
    can_change = True
    list_display = ("name", "value", "unit", "is_hard", "is_proposed")
    list_filter = ("is_hard", "is_proposed")
    search_fields = ("name", "key", "basis")
    fields = (
        "name",
        "key",
        "value",
        "unit",
        "choices",
        "basis",
        "edition",
        "is_hard",
        "is_proposed",
    )
    readonly_fields = ("name", "key", "unit", "edition", "is_hard", "is_proposed")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a norm binds is not changed here."""
        is_free = obj is None or not obj.is_hard
        return is_free and super().has_change_permission(request, obj)


class HazardKindForm(ServiceForm):
    class Meta:
        model = HazardKind
        fields = (
            "code",
            "heading",
            "name",
            "requirement",
            "days",
            "rank",
            "basis",
            "is_active",
        )

    def save_by_service(self, given: dict[str, Any]) -> HazardKind:
        kind_id = None if self.is_new else self.instance.pk
        return save_kind(kind_id=kind_id, **given)


@admin.register(HazardKind)
class HazardKindAdmin(ScopedAdmin):
    form = HazardKindForm
    permission = MANAGE
    can_add = can_change = True
    list_display = ("name", "heading", "days", "rank", "is_active")
    list_filter = ("heading", "is_active")
    search_fields = ("name", "code", "requirement")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()


class RungForm(ServiceForm):
    area_roles = forms.MultipleChoiceField(
        label=_("Roles on the area line"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    department_roles = forms.MultipleChoiceField(
        label=_("Roles on the department line"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    area_posts = forms.MultipleChoiceField(
        label=_("Posts on the area line"),
        choices=PostKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Told is the nearest one: of the village, or of the township where the"
            " village has none."
        ),
    )
    department_posts = forms.MultipleChoiceField(
        label=_("Posts on the department line"),
        choices=PostKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = EscalationRung
        fields = (
            "code",
            "name",
            "offset_days",
            "area_roles",
            "department_roles",
            "area_posts",
            "department_posts",
            "urgency",
            "basis",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = list(Role.objects.values_list("code", "name"))
        for name in ("area_roles", "department_roles"):
            field: Any = self.fields[name]
            field.choices = roles

    def save_by_service(self, given: dict[str, Any]) -> EscalationRung:
        rung_id = None if self.is_new else self.instance.pk
        return save_rung(rung_id=rung_id, today=timezone.localdate(), **given)


@admin.register(EscalationRung)
class EscalationRungAdmin(ScopedAdmin):
    form = RungForm
    permission = MANAGE
    can_add = can_change = True
    list_display = ("name", "offset_days", "urgency", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()


class PrintRuleForm(ServiceForm):
    class Meta:
        model = PrintRule
        fields = (
            "phones",
            "duty_phone",
            "report_line",
            "emergency_phones",
            "duties",
            "tasks",
            "frequency",
            "forbidden",
            "reporting",
            "basis",
        )

    def save_by_service(self, given: dict[str, Any]) -> PrintRule:
        return save_print_rule(actor=acting(self.request), **given)


@admin.register(PrintRule)
class PrintRuleAdmin(ScopedAdmin):
    form = PrintRuleForm
    permission = MANAGE
    can_change = True
    list_display = ("__str__", "phones", "duty_phone", "edition", "is_proposed")
    readonly_fields = ("edition", "is_proposed")
