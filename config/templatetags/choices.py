"""The options of selects and groups of boxes, without a template for each."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Iterable

register = template.Library()


@register.simple_tag
def options(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """What Django's own template writes, which includes two others per option.

    A county has 170 villages to choose from: that made half of a list's page.
    """
    written: list[str] = []
    for name, choices, _index in groups:
        if name:
            written.append(format_html('\n  <optgroup label="{}">', name))
        written += ["\n  " + _option(choice) for choice in choices]
        if name:
            written.append("\n  </optgroup>")
    return mark_safe("".join(written))  # noqa: S308  every part is escaped


@register.simple_tag
def ticks(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The boxes or radios of a group, where Django includes three templates each."""
    written: list[str] = []
    for name, choices, _index in groups:
        if name:
            written.append(format_html("\n  <div><label>{}</label>", name))
        written += [f"<div>\n    {_tick(choice)}</div>" for choice in choices]
        if name:
            written.append("\n  </div>")
    return mark_safe("".join(written))  # noqa: S308  every part is escaped


def _tick(choice: dict[str, Any]) -> str:
    attributes = {"type": choice["type"], "name": choice["name"]}
    if choice["value"] is not None:
        attributes["value"] = str(choice["value"])
    attributes |= choice["attrs"]
    box = f"<input{''.join(starmap(_attribute, attributes.items()))}>"
    if not choice["wrap_label"]:
        return box
    label = conditional_escape(choice["label"])
    identity = choice["attrs"].get("id")
    whose = _attribute("for", identity) if identity else ""
    return f"<label{whose}>{box} {label}</label>"


def _option(choice: dict[str, Any]) -> str:
    value, label = conditional_escape(str(choice["value"])), choice["label"]
    attributes = "".join(starmap(_attribute, choice["attrs"].items()))
    return f'<option value="{value}"{attributes}>{conditional_escape(label)}</option>'


def _attribute(name: str, value: Any) -> str:
    if value is False:
        return ""
    if value is True:
        return f" {conditional_escape(name)}"
    return f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
