"""What the pages of an account accept: shape and type, no rule."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services import LONGEST_TOKEN_DAYS

# Argon2 reads every byte: an endless password would be an endless sign-in.
LONGEST_PASSWORD = 200


def _password(label: Any, *, autocomplete: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class SignInForm(forms.Form):
    """A user name or a phone number, and the password."""

    username = forms.CharField(
        label=_("User name or mobile phone"),
        max_length=50,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "autocorrect": "off",
                "spellcheck": "false",
            }
        ),
    )
    password = _password(_("Password"), autocomplete="current-password")


class PasswordForm(forms.Form):
    """The old password and twice the new one."""

    old_password = _password(_("Old password"), autocomplete="current-password")
    new_password1 = _password(
        _("New password"),
        autocomplete="new-password",
    )
    new_password2 = _password(_("New password again"), autocomplete="new-password")

    def explain(self, rule: str) -> None:
        """Say at the field what the rules of the bureau are."""
        self.fields["new_password1"].help_text = rule

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password1"), cleaned.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", _("The two new passwords differ."))
        return cleaned


_CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class CodeForm(forms.Form):
    """The six digits of an authenticator."""

    code = forms.CharField(
        label=_("Code of the authenticator"),
        max_length=12,
        widget=forms.TextInput(attrs=_CODE | {"inputmode": "numeric"}),
        help_text=_("Six digits; a new code every 30 seconds."),
    )


class SecondStepForm(forms.Form):
    """The same at the sign-in, or a recovery code instead."""

    code = forms.CharField(
        label=_("Code of the authenticator"),
        max_length=40,
        widget=forms.TextInput(attrs=_CODE | {"autofocus": True}),
        help_text=_("Six digits. Phone lost? Type one of your recovery codes."),
    )


class ConfirmItIsYouForm(forms.Form):
    """Before a second factor is removed: password and code once more."""

    password = _password(_("Password"), autocomplete="current-password")
    code = forms.CharField(
        label=_("Code of the authenticator, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs=_CODE),
    )


class TokenForm(forms.Form):
    """What a machine's key is for, until when it is valid, and that it is you: a key
    outlives the session that made it, and asks for no second factor."""

    name = forms.CharField(label=_("Purpose"), max_length=100)
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: for half a year. A year at most."),
    )
    password = _password(_("Password"), autocomplete="current-password")
    code = forms.CharField(
        label=_("Code of the authenticator, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs=_CODE),
    )

    def __init__(self, *args: Any, asks_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_code:
            del self.fields["code"]

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is already over."))
        last = timezone.localdate() + timedelta(days=LONGEST_TOKEN_DAYS)
        if day is not None and day > last:
            raise forms.ValidationError(
                _("A token is valid for %(days)d days at most.")
                % {"days": LONGEST_TOKEN_DAYS}
            )
        return day
