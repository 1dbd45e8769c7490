"""What all API views share: scope, one shape of errors, pages with exact totals."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.paginator import Paginator
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_exception_handler

from tenants.errors import DomainError
from tenants.middleware import SAFE_METHODS
from tenants.tenancy import active_tenant, tenant_scope

CODES = {
    status.HTTP_400_BAD_REQUEST: "invalid",
    status.HTTP_401_UNAUTHORIZED: "not_authenticated",
    status.HTTP_403_FORBIDDEN: "not_allowed",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_429_TOO_MANY_REQUESTS: "throttled",
}


TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class TenantAPIMixin(APIView):
    """Open the tenant's scope once DRF knows who asks."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scopes:
            return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Any) -> None:
        super().perform_authentication(request)
        user = request.user
        if not user.is_authenticated or active_tenant() is not None:
            return
        if user.tenant_id is None:
            raise PermissionDenied
        self._scopes.enter_context(
            tenant_scope(user.tenant_id, read_only=request.method in SAFE_METHODS)
        )


class _KnownTotalPaginator(Paginator):
    """A paginator that was told the total and does not count again."""

    def __init__(self, *args: Any, total: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if total is not None:
            # Shadows the cached property of the base class.
            self.__dict__["count"] = total


class Pagination(PageNumberPagination):
    """Pages of 50 with the exact total; ``page_size`` up to 200.

    A view with a method ``known_total()`` may answer it from counts that are
    kept; ``None`` means count the rows.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(
        self, queryset: Any, request: Any, view: Any = None
    ) -> list[Any]:
        known = getattr(view, "known_total", None)
        total = known() if known is not None else None
        self.django_paginator_class = partial(_KnownTotalPaginator, total=total)
        return list(super().paginate_queryset(queryset, request, view) or [])


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal has one shape: ``{"code", "detail"}`` and perhaps ``fields``."""
    if isinstance(error, DomainError):
        body: dict[str, Any] = {"code": error.code, "detail": str(error)}
        if error.field:
            body["fields"] = {error.field: [str(error)]}
        return Response(body, status=error.status)
    if isinstance(error, TOO_MUCH):
        return Response(
            {
                "code": "too_large",
                "detail": str(_("This is more than can be sent at once.")),
            },
            status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        )
    response = drf_exception_handler(error, context)
    if response is None:
        return None
    code = CODES.get(response.status_code, "error")
    if isinstance(error, exceptions.ValidationError):
        fields = response.data if isinstance(response.data, dict) else {}
        response.data = {
            "code": "invalid",
            "detail": _first_sentence(response.data),
            "fields": fields,
        }
    elif isinstance(error, Http404):
        response.data = {"code": code, "detail": str(exceptions.NotFound().detail)}
    else:
        response.data = {"code": code, "detail": response.data.get("detail", "")}
    return response


def _first_sentence(messages: Any) -> str:
    while isinstance(messages, dict | list) and messages:
        messages = (
            next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
        )
    return str(messages)
