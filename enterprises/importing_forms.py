"""What people choose on the pages of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.columns import FIELDS, REQUIRED

if TYPE_CHECKING:
    from tenants.errors import DomainError


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Ledger (.xlsx)"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument"
                ".spreadsheetml.sheet"
            }
        ),
        error_messages={"required": _("Choose a file."), "empty": _("It is empty.")},
    )

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("file", str(refusal))


class ColumnsForm(forms.Form):
    """For each of our fields the column of the ledger that holds it."""

    def __init__(self, *args: Any, seen: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        samples = seen["samples"]
        options: list[tuple[str, Any]] = [("", _("Not in this file"))]
        for at, header in enumerate(seen["headers"]):
            example = next((r[at] for r in samples if at < len(r) and r[at]), "")
            label = header or _("Column %(number)d") % {"number": at + 1}
            options.append(
                (str(at), f"{label}（{example[:16]}）" if example else label)
            )
        for field in FIELDS:
            self.fields[field.code] = forms.ChoiceField(
                label=field.label,
                choices=options,
                required=field.code in REQUIRED,
                initial=str(seen["columns"].get(field.code, "")),
                error_messages={"required": _("Choose the column that says it.")},
            )

    def clean(self) -> dict[str, Any]:
        """One column says one thing."""
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for code, at in cleaned.items():
            if at and at in taken:
                self.add_error(code, _("This column is chosen for another field."))
            elif at:
                taken[at] = code
        return cleaned

    def columns(self) -> dict[str, int]:
        return {code: int(at) for code, at in self.cleaned_data.items() if at}

    def refuse(self, refusal: DomainError) -> None:
        self.add_error(
            refusal.field if refusal.field in self.fields else None, str(refusal)
        )
