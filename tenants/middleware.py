"""Each request runs inside the scope of exactly one tenant, or of none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import redirect, render

from tenants.errors import DomainError, TenantScopeMissing
from tenants.models import Tenant
from tenants.tenancy import active_tenant, tenant_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

CHOSEN_TENANT = "chosen_tenant"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def tenant_of(request: HttpRequest) -> int | None:
    """The tenant a request works in.

    A user's own; for a platform operator the one chosen in the admin; for a
    visitor none.
    """
    user = request.user
    if not user.is_authenticated:
        return None
    if user.tenant_id is not None:
        return user.tenant_id
    chosen = request.session.get(CHOSEN_TENANT)
    if chosen is None or not user.is_superuser:
        return None
    return Tenant.objects.filter(pk=chosen).values_list("pk", flat=True).first()


class TenantMiddleware:
    """Open the scope around the view; reads get a read-only transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant_id = tenant_of(request)
        if tenant_id is None:
            return self.get_response(request)
        with tenant_scope(tenant_id, read_only=request.method in SAFE_METHODS):
            response = self.get_response(request)
            # Inner layers turn exceptions into responses, so the transaction
            # would be committed half done if nobody looked.
            if response.status_code >= 500:
                transaction.set_rollback(True)
        response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """A refusal that no view caught becomes a page that says why.

        A platform operator who opens a tenant's page first chooses the tenant.
        """
        if isinstance(exception, TenantScopeMissing) and _has_no_tenant(request):
            return redirect("admin:index")
        if not isinstance(exception, DomainError):
            return None
        response = render(
            request,
            f"{exception.status:d}.html",
            {"exception": str(exception)},
            status=exception.status,
        )
        # After the page is drawn: nothing can be asked of a doomed transaction.
        if active_tenant() is not None:
            transaction.set_rollback(True)
        return response


def _has_no_tenant(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.tenant_id is None and active_tenant() is None
