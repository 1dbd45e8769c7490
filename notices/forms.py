"""What the pages of the inbox accept."""

from datetime import datetime

from django import forms
from django.utils import timezone


class ReadAllForm(forms.Form):
    """Up to which moment the person has seen the inbox; now, if it is not said."""

    up_to = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"]
    )

    def moment(self) -> datetime:
        up_to = self.cleaned_data.get("up_to") if self.is_valid() else None
        return up_to or timezone.now()
