"""What happened: hazards, the security log and its seals. Read only, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from grids import exports
from hazards.models import Hazard
from journal.models import Seal, SecurityEvent
from portal.admin.base import ScopedAdmin
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Hazard)
class HazardAdmin(ScopedAdmin):
    permission = "view_hazards"
    list_display = ("number", "title", "enterprise", "township", "state", "due_on")
    list_filter = ("state", "level", "suspected_major", "source")
    list_select_related = ("enterprise", "township")
    search_fields = ("number", "title")
    date_hierarchy = "reported_at"
    ordering = ("-reported_at", "-pk")
    fields = (
        "number",
        "title",
        "page",
        "description",
        "enterprise",
        "place",
        "area_node",
        "township",
        "department_node",
        "kind",
        "source",
        "level",
        "suspected_major",
        "state",
        "reported_by",
        "reported_at",
        "requirement",
        "responsible",
        "due_on",
        "first_due_on",
        "rectified_by",
        "measures",
        "cost",
        "submitted_at",
        "verified_by",
        "verified_at",
        "closed_at",
        "times_failed",
    )
    readonly_fields = ("page",)

    @admin.display(description=gettext_lazy("On the platform"))
    def page(self, hazard: Hazard) -> Any:
        return format_html(
            '<a href="{}">{}</a>', hazard.get_absolute_url(), gettext("Open the page")
        )


class JournalAdmin(ScopedAdmin):
    """Of the chosen bureau; of the platform itself where none is chosen."""

    permission = "view_security_log"
    needs_tenant = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(tenant_id=active_tenant())


@admin.register(SecurityEvent)
class SecurityEventAdmin(JournalAdmin):
    list_display = ("at", "name", "actor", "succeeded", "note", "address")
    list_filter = ("name", "succeeded")
    list_select_related = ("actor",)
    search_fields = ("note", "actor__full_name", "actor__username")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        chosen = active_tenant() is not None
        offer = exports.offer(request, "security-log") if chosen else None
        return super().changelist_view(
            request, {**(extra_context or {}), "export": offer}
        )

    fields = (
        "at",
        "name",
        "actor",
        "succeeded",
        "note",
        "address",
        "agent",
        "request_id",
        "details",
    )


@admin.register(Seal)
class SealAdmin(JournalAdmin):
    list_display = ("number", "stream", "sealed_at", "algorithm", "digest")
    list_filter = ("stream",)
    ordering = ("-number",)
    fields = ("number", "stream", "sealed_at", "algorithm", "previous", "digest")
