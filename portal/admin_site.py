"""Django's admin as this platform runs it: inside exactly one bureau at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, gettext_lazy

from portal.services import choose_tenant, current_tenant
from tenants.errors import DomainError
from tenants.middleware import CHOSEN_TENANT
from tenants.models import Tenant
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CHOOSE = "admin:choose_tenant"


class OwnAdmin(admin.ModelAdmin):
    """Mark of the classes that know tenants; ``portal.admin.base`` builds on it."""


class Choices(AutocompleteJsonView):
    """What a search field offers: names that two people share are told apart."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        row = super().serialize_result(obj, to_field_name)
        known_as = getattr(obj, "username", "") or getattr(obj, "code", "")
        return {**row, "text": f"{obj} ({known_as})" if known_as else str(obj)}


class Site(admin.AdminSite):
    """A platform operator chooses a bureau first; its own people are in theirs."""

    site_header = gettext_lazy("Anwang administration")
    site_title = gettext_lazy("Anwang administration")
    index_title = gettext_lazy("Administration")
    # Its view looks rows up past the guard; our pages link to the platform.
    _NOT_OFFERED = frozenset({"view_on_site"})

    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:
        """Only admins of ours: others (groups, for one) know nothing of tenants."""
        if admin_class is not None and issubclass(admin_class, OwnAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(
            user.is_active
            and user.is_staff
            and (user.tenant_id is not None or user.is_superuser)
        )

    def get_urls(self) -> list[Any]:
        offered = [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in self._NOT_OFFERED
        ]
        choose = self.admin_view(self.choose_tenant)
        return [path("choose/", choose, name="choose_tenant"), *offered]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Choices.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if self.has_permission(request):
            context["working_in"] = current_tenant()
            context["is_operator"] = request.user.tenant_id is None
        return context

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.user.tenant_id is None and active_tenant() is None:
            return redirect(CHOOSE)
        return super().index(request, extra_context)

    def choose_tenant(self, request: HttpRequest) -> HttpResponse:
        """Which bureau to work in; each choice stands in its security log."""
        if request.user.tenant_id is not None:
            return redirect("admin:index")
        if request.method == "POST":
            return self._choose(request)
        context = {
            **self.each_context(request),
            "title": gettext("Choose a bureau"),
            "tenants": Tenant.objects.order_by("division_code"),
        }
        return TemplateResponse(request, "admin/choose_tenant.html", context)

    def _choose(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("tenant", "")
        if not wanted:
            request.session.pop(CHOSEN_TENANT, None)
            return redirect(CHOOSE)
        try:
            tenant = choose_tenant(request=request, tenant_id=wanted)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(CHOOSE)
        request.session[CHOSEN_TENANT] = tenant.pk
        return redirect("admin:index")
