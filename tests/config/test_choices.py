"""The options of a select are written as Django writes them."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

CHOICES = [
    ("", "全部"),
    ("a", '甲 < 乙 & "丙"'),
    (7, mark_safe("<b>丁</b>")),
    ("一组 <1>", [("b", "戊"), ("c'", "己")]),
    (None, "无"),
]


def _lines(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip()]


def _tight(written: str) -> str:
    """Without the blanks around tags, where Django's templates break lines."""
    return re.sub(r"\s*([<>])\s*", r"\1", written)


@pytest.mark.parametrize("chosen", ["", "a", "c'", 7, None])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
def test_a_select_is_written_as_by_django_itself(chosen, widget):
    select = widget(attrs={"data-x": 'y"', "class": "wide"}, choices=CHOICES)
    value = chosen if widget is forms.Select else [chosen]

    own = select.render("field", value, {"id": "id_field"})

    theirs = select.render("field", value, {"id": "id_field"}, DjangoTemplates())
    assert _lines(own) == _lines(theirs)


@pytest.mark.parametrize("chosen", ["", "a", "c'", 7])
@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
@pytest.mark.parametrize("attrs", [{}, {"id": "id_field"}])
def test_a_group_of_boxes_is_written_as_by_django_itself(chosen, widget, attrs):
    boxes = widget(attrs={"data-x": 'y"', "class": "wide"}, choices=CHOICES)
    value = chosen if widget is forms.RadioSelect else [chosen]

    own = boxes.render("field", value, attrs)

    theirs = boxes.render("field", value, attrs, DjangoTemplates())
    assert _tight(own) == _tight(theirs)


def test_the_label_of_an_option_is_escaped():
    select = forms.Select(choices=[("<i>", "<script>")])

    written = select.render("field", "")

    assert '<option value="&lt;i&gt;">&lt;script&gt;</option>' in written
