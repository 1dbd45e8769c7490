"""Bureaus: opened and closed by platform operators only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.admin.base import ScopedAdmin, ServiceForm, is_operator
from portal.services import change_bureau, open_bureau
from tenants.models import Tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


class TenantForm(ServiceForm):
    """A new bureau comes with its root grid, roles, calendar and rules."""

    centre_longitude = forms.DecimalField(
        label=_("Map centre longitude"), min_value=-180, max_value=180, initial=0
    )
    centre_latitude = forms.DecimalField(
        label=_("Map centre latitude"), min_value=-90, max_value=90, initial=0
    )

    class Meta:
        model = Tenant
        fields = (
            "name",
            "division_code",
            "level",
            "parent",
            "centre_longitude",
            "centre_latitude",
            "map_zoom",
            "is_active",
        )

    def save_by_service(self, given: dict[str, Any]) -> Tenant:
        centre = (
            float(given["centre_longitude"]),
            float(given["centre_latitude"]),
        )
        if self.is_new:
            return open_bureau(
                name=given["name"],
                division_code=given["division_code"],
                level=given["level"],
                parent=given["parent"],
                centre=centre,
            )
        return change_bureau(
            tenant_id=self.instance.pk,
            name=given["name"],
            parent=given["parent"],
            centre=centre,
            map_zoom=given["map_zoom"],
            is_active=given["is_active"],
        )


@admin.register(Tenant)
class TenantAdmin(ScopedAdmin):
    form = TenantForm
    needs_tenant = False
    can_add = can_change = True
    list_display = ("name", "division_code", "level", "parent", "is_active")
    list_filter = ("level", "is_active")
    search_fields = ("name", "division_code")
    ordering = ("division_code",)

    def may(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        later = ("map_zoom", "is_active")
        fields = TenantForm.Meta.fields
        return fields if obj else [name for name in fields if name not in later]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("division_code", "level") if obj else ()
