"""The register and its trades: read-mostly; states and departments by service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.masking import mask_phone
from enterprises.models import Enterprise, IndustryCategory, IndustrySubcategory
from enterprises.services import change_state, set_departments
from grids.kinds import NodeKind
from grids.models import GridNode
from portal.admin.base import ScopedAdmin, ServiceForm, acting

if TYPE_CHECKING:
    from django.http import HttpRequest

_SHOWN = (
    "name",
    "unit_type",
    "uscc",
    "own_code",
    "uscc_check_failed",
    "uscc_missing_reason",
    "subcategory",
    "department_node",
    "area_node",
    "township",
    "legal_person",
    "principal",
    "phone_of_principal",
    "safety_manager",
    "phone_of_safety_manager",
    "address",
    "registered_at",
)


class EnterpriseForm(ServiceForm):
    """The state, with its reason; facts are edited on the enterprise's own page."""

    note = forms.CharField(
        label=_("Why the state changes"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Enterprise
        fields = ("state",)

    def save_by_service(self, given: dict[str, Any]) -> Enterprise:
        return change_state(
            actor=acting(self.request),
            enterprise_id=self.instance.pk,
            state=given["state"],
            note=given["note"],
        )


@admin.register(Enterprise)
class EnterpriseAdmin(ScopedAdmin):
    form = EnterpriseForm
    permission = "edit_enterprises"
    can_change = True
    list_display = ("name", "code", "subcategory", "township", "state")
    list_filter = ("state", "unit_type")
    list_select_related = ("subcategory", "township")
    search_fields = ("name", "uscc", "own_code")
    fields = (*_SHOWN, "page", "state", "note")
    readonly_fields = (*_SHOWN, "page")
    ordering = ("name", "pk")

    @admin.display(description=gettext_lazy("Principal's phone"))
    def phone_of_principal(self, enterprise: Enterprise) -> str:
        return mask_phone(enterprise.principal_phone)

    @admin.display(description=gettext_lazy("Safety manager's phone"))
    def phone_of_safety_manager(self, enterprise: Enterprise) -> str:
        return mask_phone(enterprise.safety_manager_phone)

    @admin.display(description=gettext_lazy("On the platform"))
    def page(self, enterprise: Enterprise) -> Any:
        return format_html(
            '<a href="{}">{}</a>',
            enterprise.get_absolute_url(),
            gettext("Open the page"),
        )


@admin.register(IndustryCategory)
class IndustryCategoryAdmin(ScopedAdmin):
    permission = "manage_rules"
    list_display = ("code", "name", "usual_department", "order")
    fields = ("code", "name", "usual_department", "order")


class SubcategoryForm(ServiceForm):
    class Meta:
        model = IndustrySubcategory
        fields = ("department_node",)

    def save_by_service(self, given: dict[str, Any]) -> IndustrySubcategory:
        assign_department(self.request, self.instance, given["department_node"])
        return IndustrySubcategory.objects.get(pk=self.instance.pk)


def assign_department(
    request: HttpRequest, row: IndustrySubcategory, department: GridNode | None
) -> int:
    """The trade's enterprises follow; returns how many."""
    wanted = {row.code: department.pk if department else None}
    changed = set_departments(actor=acting(request), departments=wanted)
    if changed:
        text = ngettext(
            "%(name)s: %(n)s enterprise follows.",
            "%(name)s: %(n)s enterprises follow.",
            changed,
        )
        messages.info(request, text % {"name": row.name, "n": changed})
    return changed


class DepartmentActionForm(ActionForm):
    """The action of a list, and beside it the department it gives."""

    department: Any = forms.ModelChoiceField(
        label=_("Competent department"),
        queryset=GridNode.objects.none(),
        required=False,
        empty_label=_("Choose"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        departments = GridNode.objects.in_force().filter(kind=NodeKind.DEPARTMENT)
        field.queryset = departments.in_order()
        field.label_from_instance = lambda node: node.name


@admin.register(IndustrySubcategory)
class IndustrySubcategoryAdmin(ScopedAdmin):
    form = SubcategoryForm
    permission = "manage_rules"
    can_change = True
    list_display = ("code", "name", "category", "department_node", "standing")
    list_display_links = ("code", "name")
    list_editable = ("department_node",)
    list_filter = ("category", ("department_node", admin.EmptyFieldListFilter))
    list_select_related = ("category", "department_node")
    search_fields = ("code", "name")
    fields = (
        "code",
        "name",
        "category",
        "department_node",
        "is_proposed",
        "basis",
        "edition",
        "is_active",
    )
    readonly_fields = (
        "code",
        "name",
        "category",
        "is_proposed",
        "basis",
        "edition",
        "is_active",
    )

    action_form = DepartmentActionForm
    actions = ["set_department"]

    @admin.display(
        description=gettext_lazy("Confirmed or proposed"), ordering="is_proposed"
    )
    def standing(self, trade: IndustrySubcategory) -> str:
        """In words: a green tick beside "proposed" reads like a confirmation."""
        return (
            gettext("Proposed, not yet confirmed")
            if trade.is_proposed
            else gettext("Confirmed")
        )

    @admin.action(
        description=gettext_lazy("Set the department of the ticked rows"),
        permissions=["change"],
    )
    def set_department(self, request: HttpRequest, queryset: Any) -> None:
        """All of them together; their enterprises follow."""
        form: Any = self.action_form(request.POST, auto_id=None)
        form.fields["action"].choices = self.get_action_choices(request)
        department = form.cleaned_data["department"] if form.is_valid() else None
        if department is None:
            text = gettext("Choose the department beside the action.")
            self.message_user(request, text, messages.WARNING)
            return
        rows = list(queryset)
        changed = set_departments(
            actor=acting(request), departments={row.code: department.pk for row in rows}
        )
        for row in rows:
            self.log_change(
                request, row, [{"changed": {"fields": ["department_node"]}}]
            )
        text = ngettext(
            "%(count)d subcategory now belongs to %(name)s; enterprises that follow:"
            " %(n)d.",
            "%(count)d subcategories now belong to %(name)s; enterprises that follow:"
            " %(n)d.",
            len(rows),
        )
        given = {"count": len(rows), "name": department.name, "n": changed}
        self.message_user(request, text % given, messages.SUCCESS)

    def formfield_for_foreignkey(
        self, db_field: Any, request: Any, **kwargs: Any
    ) -> Any:
        if db_field.name != "department_node":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        departments = (
            GridNode.objects.in_force().filter(kind=NodeKind.DEPARTMENT).in_order()
        )
        field = forms.ModelChoiceField(
            label=db_field.verbose_name, queryset=departments, required=False
        )
        # Fifty rows of one list share one query for their choices.
        if not hasattr(request, "departments"):
            request.departments = [("", "–"), *((d.pk, d.name) for d in departments)]
        field.choices = request.departments
        return field

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """A row edited in the list; the form of one row has saved itself."""
        if not isinstance(form, ServiceForm):
            assign_department(request, obj, form.cleaned_data["department_node"])
