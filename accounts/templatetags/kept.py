"""What a refused form still holds when it is shown again."""

from __future__ import annotations

from typing import Any

from django import forms, template

register = template.Library()


@register.filter
def keeps_all(form: Any) -> bool:
    """Is everything still there? Browsers get neither passwords nor files back.

    Photos are the exception: their forms keep them under ``photo_ids``.
    """
    fields = form.fields
    return not any(
        _is_emptied(field.widget, keeps_photos="photo_ids" in fields)
        for field in fields.values()
    )


def _is_emptied(widget: forms.Widget, *, keeps_photos: bool) -> bool:
    if isinstance(widget, forms.PasswordInput):
        return not widget.render_value
    return widget.needs_multipart_form and not keeps_photos
