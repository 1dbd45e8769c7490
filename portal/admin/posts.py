"""The rules of posts: which there are, which are needed, which role each gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from grids.models import PostRule, Role
from grids.services import save_post_rule
from grids.services.post_rules import GIVES
from portal.admin.base import (
    ScopedAdmin,
    ServiceForm,
    acting,
    holds,
)
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


class PostRuleForm(ServiceForm):
    class Meta:
        model = PostRule
        fields = (
            "kind",
            "node_kind",
            "role",
            "is_needed",
            "vacant_days",
            "basis",
            "is_proposed",
        )

    def save_by_service(self, given: dict[str, Any]) -> PostRule:
        return save_post_rule(
            actor=acting(self.request),
            rule_id=None if self.is_new else self.instance.pk,
            today=timezone.localdate(),
            **given,
        )


@admin.register(PostRule)
class PostRuleAdmin(ScopedAdmin):
    form = PostRuleForm
    permission = "manage_rules"
    can_add = can_change = True
    list_display = (
        "kind",
        "node_kind",
        "role",
        "is_needed",
        "vacant_days",
        "is_proposed",
    )
    list_filter = ("kind", "node_kind", "is_needed")
    list_select_related = ("role",)
    ordering = ("kind", "node_kind")

    def may(self, request: HttpRequest) -> bool:
        """Who looks after the rules, and who says which role a post gives."""
        chosen = active_tenant() is not None
        return super().may(request) or (chosen and holds(request, GIVES))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and holds(request, GIVES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        fixed = ("kind", "node_kind")
        if not holds(request, GIVES):
            return (*fixed, "role")
        if not super().may(request):
            return (*fixed, "is_needed", "vacant_days", "basis", "is_proposed")
        return fixed

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "role":
            kwargs["queryset"] = Role.objects.order_by("rank", "code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
