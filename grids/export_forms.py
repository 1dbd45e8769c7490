"""What somebody says who takes a list away."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    full = forms.BooleanField(
        label=_("With names and phones in full"),
        required=False,
        help_text=_("Stands in the security log with the reason."),
    )
    reason = forms.CharField(
        label=_("What they are needed for"), max_length=200, required=False
    )
