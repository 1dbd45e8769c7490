"""The picture of an icon; a page shows about thirty."""

from __future__ import annotations

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> str:
    """Beside words always, so hidden from screen readers."""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " " if classes else "",
        classes,
        _sheet(),
        name,
    )


@cache
def _sheet() -> str:
    """Its address does not change while a process runs."""
    return static("icons.svg")
