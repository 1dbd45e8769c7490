"""The rule rows of the dossier: levels, sizes, special domains, reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    DirectReason,
    ExpiryRung,
    LevelThreshold,
    ScaleBound,
    ScaleGroup,
    SpecialDomain,
)
from enterprises.services import (
    save_direct_reason,
    save_domain,
    save_expiry_rung,
    save_scale_bound,
    save_scale_group,
    save_threshold,
)
from grids.models import Role
from portal.admin.base import ScopedAdmin, ServiceForm, acting

if TYPE_CHECKING:
    from django.http import HttpRequest

MANAGE = "manage_rules"
SOURCE = ("edition", "basis", "is_proposed")


class RuleForm(ServiceForm):
    """A row of rules that its service saves, new or not."""

    service: Any

    def save_by_service(self, given: dict[str, Any]) -> Any:
        row_id = None if self.is_new else self.instance.pk
        return type(self).service(actor=acting(self.request), row_id=row_id, **given)


class ThresholdForm(RuleForm):
    service = save_threshold

    class Meta:
        model = LevelThreshold
        fields = ("lowest", *SOURCE)


@admin.register(LevelThreshold)
class LevelThresholdAdmin(ScopedAdmin):
    form = ThresholdForm
    permission = MANAGE
    can_change = True
    list_display = ("level", "lowest", *SOURCE, "is_active")
    list_filter = ("is_active", "edition")
    ordering = ("-is_active", "level", "-edition")
    fields = ("level", "lowest", *SOURCE, "is_active")
    readonly_fields = ("level", "is_active")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is out of use says what decisions were made by."""
        in_use = obj is None or obj.is_active
        return in_use and super().has_change_permission(request, obj)


class CodedAdmin(ScopedAdmin):
    """Rows that other rows name by their code: it stays."""

    permission = MANAGE
    can_add = can_change = True
    list_display = ("name", "code", "order", *SOURCE, "is_active")
    list_filter = ("is_active", "is_proposed")
    search_fields = ("name", "code", "basis")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()


class DirectReasonForm(RuleForm):
    service = save_direct_reason

    class Meta:
        model = DirectReason
        fields = ("code", "name", "order", *SOURCE, "is_active")


@admin.register(DirectReason)
class DirectReasonAdmin(CodedAdmin):
    form = DirectReasonForm


class DomainForm(RuleForm):
    service = save_domain

    class Meta:
        model = SpecialDomain
        fields = ("code", "name", "order", *SOURCE, "is_active")


@admin.register(SpecialDomain)
class SpecialDomainAdmin(CodedAdmin):
    form = DomainForm


class ExpiryRungForm(RuleForm):
    service = save_expiry_rung
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

    class Meta:
        model = ExpiryRung
        fields = ("days", "area_roles", "department_roles", *SOURCE, "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = list(Role.objects.values_list("code", "name"))
        for name in ("area_roles", "department_roles"):
            field: Any = self.fields[name]
            field.choices = roles


@admin.register(ExpiryRung)
class ExpiryRungAdmin(ScopedAdmin):
    form = ExpiryRungForm
    permission = MANAGE
    can_add = can_change = True
    list_display = ("days", *SOURCE, "is_active")
    list_filter = ("is_active", "is_proposed")


class ScaleGroupForm(RuleForm):
    service = save_scale_group

    class Meta:
        model = ScaleGroup
        fields = ("designated_revenue", *SOURCE)


@admin.register(ScaleGroup)
class ScaleGroupAdmin(ScopedAdmin):
    form = ScaleGroupForm
    permission = MANAGE
    can_change = True
    list_display = ("name", "designated_revenue", *SOURCE)
    list_filter = ("is_proposed", "edition")
    search_fields = ("name", "code", "basis")
    fields = ("name", "code", "codes", "designated_revenue", *SOURCE)
    readonly_fields = ("name", "code", "codes")


class ScaleBoundForm(RuleForm):
    service = save_scale_bound

    class Meta:
        model = ScaleBound
        fields = ("employees", "revenue", "assets")


@admin.register(ScaleBound)
class ScaleBoundAdmin(ScopedAdmin):
    """Bounds carry the edition and the source of their group."""

    form = ScaleBoundForm
    permission = MANAGE
    can_change = True
    list_display = ("group", "scale", "employees", "revenue", "assets", "edition")
    list_filter = ("scale",)
    list_select_related = ("group",)
    search_fields = ("group__name",)
    ordering = ("group__order", "scale")
    fields = ("group", "scale", "employees", "revenue", "assets", "edition", "basis")
    readonly_fields = ("group", "scale", "edition", "basis")

    @admin.display(description=_("Edition"))
    def edition(self, bound: ScaleBound) -> str:
        return bound.group.edition

    @admin.display(description=_("Basis"))
    def basis(self, bound: ScaleBound) -> str:
        return bound.group.basis
