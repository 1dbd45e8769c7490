"""A phone number in full, in the place of the masked one; and the page's watermark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.pages import only_sent
from portal import showing
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@never_cache
@only_sent(instead="portal:home")
def show(request: HttpRequest, kind: str, pk: UUID, field: str) -> HttpResponse:
    """A part for htmx, a page of its own without script."""
    context = {"kind": kind, "pk": pk, "field": field}
    status = 200
    try:
        context["shown"] = showing.show_personal_data(
            actor=request.user,
            kind=kind,
            object_id=pk,
            field=field,
            reason=request.POST.get("reason", ""),
            request=request,
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        status = int(refusal.status)
        context |= {
            "error": str(refusal),
            "may_show": True,
            "masked": showing.masked_value(request.user, kind, pk, field),
        }
    part = "components/personal.html" if request.htmx else "portal/personal.html"
    return render(request, part, context, status=status)


@never_cache
@require_safe
def watermark(request: HttpRequest) -> HttpResponse:
    """Who looks at this page, and when: small, pale, and all over it.

    An address and not a style, because pages carry no inline style.
    """
    user = request.user
    words = (
        f"{user.full_name} {user.phone[-4:] or user.username}"
        f" {timezone.localtime():%Y-%m-%d %H:%M}"
    )
    return render(
        request,
        "portal/watermark.svg",
        {"words": words},
        content_type="image/svg+xml",
    )
