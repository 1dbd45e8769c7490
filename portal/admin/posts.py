"""The rules of posts: which there are, which are needed, which role each gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from grids.models import PostRule, Role
from grids.services import save_post_rule
from portal.admin.base import (
    ScopedAdmin,
    ServiceForm,
    acting,
    is_operator,
    permissions_here,
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
        return super().may(request) or self._gives_roles(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self._gives_roles(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        fixed = ("kind", "node_kind")
        if not self._gives_roles(request):
            return (*fixed, "role")
        if not super().may(request):
            return (*fixed, "is_needed", "vacant_days", "basis", "is_proposed")
        return fixed

    def _gives_roles(self, request: HttpRequest) -> bool:
        if active_tenant() is None:
            return False
        return is_operator(request) or "assign_roles" in permissions_here(request)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "role":
            kwargs["queryset"] = Role.objects.order_by("rank", "code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
