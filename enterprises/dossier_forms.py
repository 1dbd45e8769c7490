"""What people type into a dossier: shape and type; the rules are in services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import MaskedPhoneField, keep_phone
from enterprises.forms import RefusableForm
from enterprises.models import (
    CertificateKind,
    DirectReason,
    DocumentKind,
    Enterprise,
    EnterpriseDocument,
    ManagementLevel,
    SpecialDomain,
    StaffPost,
    StandardizationLevel,
)
from enterprises.standing import neighbours

if TYPE_CHECKING:
    from accounts.models import User
    from enterprises.models import StaffMember

_LONG = forms.Textarea(attrs={"rows": 3})


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReasonForm(RefusableForm):
    """One sentence: why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=_LONG)


class LevelForm(RefusableForm):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    score = forms.DecimalField(
        label=_("Score"),
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text=_("The level follows from it, one step a year at most."),
    )
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        help_text=_("Leave it to the score, or choose and say why."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=_LONG
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = enterprise.management_level
        allowed = neighbours(before) if before else "ABCD"
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", _("By the score")),
            *(
                (code, label)
                for code, label in ManagementLevel.choices
                if code in allowed
            ),
        ]
        self.initial.setdefault("year", timezone.localdate().year)


class DirectForm(RefusableForm):
    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=DirectReason.objects.none(), empty_label=_("Choose")
    )
    note = forms.CharField(label=_("What happened"), max_length=500, widget=_LONG)
    decided_on = day_field(_("Decided on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = DirectReason.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        )
        self.initial.setdefault("decided_on", timezone.localdate())


class FirstLevelsForm(RefusableForm):
    """The first level of everything that a filter finds and that has none."""

    level = forms.ChoiceField(
        label=_("Level"), choices=ManagementLevel.choices, widget=forms.RadioSelect
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    note = forms.CharField(label=_("On what it is based"), max_length=500, widget=_LONG)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", timezone.localdate().year)


class DomainsForm(RefusableForm):
    domains = forms.ModelMultipleChoiceField(
        label=_("Special domains"),
        queryset=SpecialDomain.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ("invalid_choice", "invalid_pk_value"),
            _("This special domain does not exist."),
        ),
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = enterprise.domains.values_list("domain_id", flat=True)
        self.fields["domains"].queryset = SpecialDomain.objects.filter(  # type: ignore[attr-defined]
            is_active=True
        ) | SpecialDomain.objects.filter(pk__in=held)
        self.initial.setdefault("domains", list(held))


class StandardizationForm(RefusableForm):
    level = forms.TypedChoiceField(
        label=_("Standardization level"),
        choices=StandardizationLevel.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Number"), max_length=50)
    issuer = forms.CharField(label=_("Issued by the authority"), max_length=100)
    valid_from = day_field(_("Valid from"))
    valid_to = day_field(_("Valid until"), required=False)
    document = forms.ModelChoiceField(
        label=_("Paper"),
        queryset=EnterpriseDocument.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Papers are added in the dossier first."),
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_to"].help_text = _("Empty: three years.")
        papers = enterprise.documents.filter(removed_at__isnull=True)
        self.fields["document"].queryset = papers  # type: ignore[attr-defined]


class StaffForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=50)
    post = forms.ChoiceField(
        label=pgettext_lazy("staff of an enterprise", "Post"), choices=StaffPost.choices
    )
    job = forms.CharField(label=_("Job"), max_length=50, required=False)
    phone = MaskedPhoneField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    id_ending = forms.CharField(
        label=_("Last four characters of the identity number"),
        max_length=4,
        required=False,
        help_text=_("Only to tell people of the same name apart."),
    )

    def keep(self, member: StaffMember) -> None:
        """Fill in what is kept; the phone is shown masked and stays what it was."""
        for name in self.base_fields:
            self.initial[name] = getattr(member, name)
        keep_phone(self, "phone", member.phone)


class StaffCertificateForm(RefusableForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=CertificateKind.choices)
    number = forms.CharField(label=_("Number"), max_length=50, required=False)
    issuer = forms.CharField(
        label=_("Issued by the authority"), max_length=100, required=False
    )
    valid_from = day_field(_("Valid from"), required=False)
    valid_to = day_field(_("Valid until"), required=False)
    review_due = day_field(_("Review due"), required=False)


class DocumentForm(RefusableForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    title = forms.CharField(
        label=_("Title"),
        max_length=100,
        required=False,
        help_text=_("Empty: the name of the file."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPG, PNG or DOCX, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx"}),
    )


class MergeForm(RefusableForm):
    """The entry that stays, by its code: two that are alike have the same name."""

    into = forms.CharField(
        label=_("Code of the entry that stays"),
        max_length=20,
        help_text=_("Unified social credit code or temporary number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("How you know that they are the same"), max_length=500, widget=_LONG
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_into(self) -> Enterprise:
        """One that this person sees; what one does not see does not exist."""
        code = self.cleaned_data["into"].strip().upper()
        seen = Enterprise.objects.visible_to(self._user).current()
        found: Enterprise | None = seen.with_code(code).first()
        if found is None:
            raise forms.ValidationError(_("No entry that you see has this code."))
        return found
