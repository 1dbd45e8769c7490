"""The options of selects and groups of boxes, without a template for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Option = dict[str, Any]
    Groups = Iterable[tuple[Any, list[Option], int]]

register = template.Library()


@register.simple_tag
def options(groups: Groups) -> str:
    """What Django's own template writes, which includes two others per option.

    A county has 170 villages to choose from: that made a third of a list's page.
    """
    return _joined(_options(groups))


def _options(groups: Groups) -> Iterator[str]:
    for name, choices, _index in groups:
        if name:
            yield format_html('\n  <optgroup label="{}">', name)
        yield format_html_join(
            "",
            '\n  <option value="{}"{}>{}</option>',
            (
                (str(one["value"]), _attributes(one["attrs"]), one["label"])
                for one in choices
            ),
        )
        if name:
            yield format_html("\n  </optgroup>{}", "")


@register.simple_tag
def ticks(groups: Groups) -> str:
    """The boxes or radios of a group, where Django includes three templates each."""
    return _joined(_ticks(groups))


def _ticks(groups: Groups) -> Iterator[str]:
    for name, choices, _index in groups:
        if name:
            yield format_html("\n  <div><label>{}</label>", name)
        for choice in choices:
            yield format_html("<div>\n    {}</div>", _tick(choice))
        if name:
            yield format_html("\n  </div>{}", "")


def _tick(choice: Option) -> str:
    attributes = {"type": choice["type"], "name": choice["name"]}
    if choice["value"] is not None:
        attributes["value"] = str(choice["value"])
    box = format_html("<input{}>", _attributes(attributes | choice["attrs"]))
    if not choice["wrap_label"]:
        return box
    identity = choice["attrs"].get("id")
    whose = {"for": identity} if identity else {}
    return format_html(
        "<label{}>{} {}</label>", _attributes(whose), box, choice["label"]
    )


def _attributes(named: dict[str, Any]) -> str:
    if not named:
        return ""
    return _joined(
        format_html(" {}", name)
        if value is True
        else format_html(' {}="{}"', name, str(value))
        for name, value in named.items()
        if value is not False
    )


def _joined(parts: Iterable[str]) -> str:
    return format_html_join("", "{}", ((part,) for part in parts))
