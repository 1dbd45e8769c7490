"""The rules of security, and what is done when somebody is locked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from accounts.models import SecurityRules
from accounts.models.rules import BOUNDS
from accounts.services import second_factor
from portal.admin.base import ScopedAdmin, ServiceForm, holds
from portal.security import (
    MANAGE,
    change_rules,
    is_locked,
    remove_second_factor,
    unlock_account,
)
from tenants.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


class RulesForm(ServiceForm):
    class Meta:
        model = SecurityRules
        fields = (*BOUNDS, "basis")

    def save_by_service(self, given: dict[str, Any]) -> SecurityRules:
        return change_rules(request=self.request, **given)


@admin.register(SecurityRules)
class SecurityRulesAdmin(ScopedAdmin):
    form = RulesForm
    permission = MANAGE
    can_change = True
    list_display = ("__str__", "password_length", "password_days", "idle_minutes")
    fields = (*BOUNDS, "basis", "edition", "is_proposed")
    readonly_fields = ("edition", "is_proposed")


class SecurityOfAccounts(ScopedAdmin):
    """The part of the page of an account that the security administrator uses."""

    def handles_security(self, request: HttpRequest) -> bool:
        return holds(request, MANAGE)

    @admin.display(description=gettext_lazy("Sign-in and second factor"))
    def security(self, user: User) -> Any:
        address = reverse("admin:accounts_user_security", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Look and unlock"))

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.show_security)
        return [
            path("<path:object_id>/security/", page, name="accounts_user_security"),
            *super().get_urls(),
        ]

    def show_security(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Is the account locked, has it a second factor; and what to do then."""
        user: User | None = self.get_object(request, unquote(object_id))
        if user is None or not self.handles_security(request):
            raise Http404
        if request.method == "POST":
            self._do(request, user)
            return redirect("admin:accounts_user_security", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "is_locked": is_locked(user),
            "has_second_factor": second_factor.is_on(user),
            "title": gettext("Sign-in and second factor"),
        }
        return TemplateResponse(request, "admin/security.html", context)

    def _do(self, request: HttpRequest, user: User) -> None:
        services = {
            "unlock": (unlock_account, gettext("The account is unlocked.")),
            "remove": (
                remove_second_factor,
                gettext("The second factor is removed."),
            ),
        }
        wanted = request.POST.get("do", "")
        if wanted not in services:
            raise Http404
        service, done = services[wanted]
        try:
            service(request=request, user_id=user.pk)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
