"""Personal data on a page: masked, and in full for a reason that is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from accounts import masking, personal_data

if TYPE_CHECKING:
    from uuid import UUID

register = template.Library()


@register.filter
def mask_phone(text: str) -> str:
    return masking.mask_phone(text or "")


@register.filter
def mask_id(text: str) -> str:
    return masking.mask_id(text or "")


@register.filter
def mask_name(text: str) -> str:
    return masking.mask_name(text or "")


@register.filter
def mask_bank(text: str) -> str:
    return masking.mask_bank(text or "")


@register.inclusion_tag("components/personal.html", takes_context=True)
def personal(context: Any, kind: str, pk: UUID, field: str, value: str) -> Any:
    """The masked value, and a button that shows it to whoever may see it in full."""
    return {
        "kind": kind,
        "pk": pk,
        "field": field,
        "masked": personal_data.masked(kind, field, value or ""),
        "may_show": "show_personal_data" in context["shell"].permissions,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }
