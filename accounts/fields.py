"""Form fields for personal data that a page shows masked."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.masking import mask_phone


class MaskedPhoneField(forms.CharField):
    """Shows the kept number masked; left as it is shown, it stays what it was."""

    kept = ""

    def clean(self, value: Any) -> Any:
        if self.kept and str(value or "").strip() == mask_phone(self.kept):
            return self.kept
        return super().clean(value)


def keep_phone(form: forms.BaseForm, name: str, kept: str) -> None:
    """Fill the field of a form with what is kept, masked; who only looks has none."""
    field = form.fields.get(name)
    if field is None:
        return
    if isinstance(field, MaskedPhoneField):
        field.kept = kept
    form.initial[name] = mask_phone(kept)
