"""What the hazards' forms share: an enterprise to search for, photos, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise

if TYPE_CHECKING:
    from tenants.errors import DomainError

# Up to here the whole list is sent, which also works without a connection.
LISTED: Final = 120
NAMED: Final = 5
_ANY: Final = reverse_lazy("enterprises:pick")


class EnterpriseSelect(forms.Select):
    """A select that searches on the server; without script a name is typed."""

    template_name = "hazards/widgets/enterprise.html"
    is_remote = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name) or data.get(f"{name}_name", "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        known = {str(option) for option, _label in self.choices}
        context["typed"] = "" if str(value or "") in known else value
        context["is_remote"] = self.is_remote
        return context


class EnterpriseField(forms.ModelChoiceField):
    """One of the enterprises offered: chosen from a list, or named in words."""

    def __init__(self, *, pick_url: Any = None, **given: Any) -> None:
        self.pick_url = _ANY if pick_url is None else pick_url
        given.setdefault("label", gettext_lazy("Enterprise"))
        given.setdefault("widget", EnterpriseSelect(attrs={"data-picker": True}))
        super().__init__(queryset=Enterprise.objects.none(), **given)

    def offer(self, enterprises: Any, *, chosen: Any = None) -> list[tuple[UUID, str]]:
        """Offer these; one query. ``chosen`` is listed even where all are too many."""
        self.queryset = enterprises
        columns = enterprises.order_by("name", "pk").values_list("pk", "name")
        found: list[tuple[UUID, str]] = list(columns[: LISTED + 1])
        self.widget.is_remote = len(found) > LISTED
        if self.widget.is_remote:
            self.widget.attrs["data-picker-url"] = str(self.pick_url)
            found = list(columns.filter(pk=chosen)) if chosen else []
        self.choices = [("", gettext_lazy("Choose")), *found]
        return found

    def to_python(self, value: Any) -> Enterprise | None:
        if value in self.empty_values:
            return None
        try:
            key = UUID(str(value))
        except ValueError:
            return self._named(str(value))
        offered: Any = self.queryset
        found: Enterprise | None = offered.filter(pk=key).first()
        if found is None:
            raise ValidationError(_("This enterprise does not exist."))
        self._list(found)
        return found

    def _named(self, text: str) -> Enterprise:
        """The one enterprise that these words mean, or who could be meant."""
        offered: Any = self.queryset
        found = list(offered.search(text[:100]).order_by("name")[: NAMED + 1])
        exact = [each for each in found if each.name == text.strip()]
        if len(found) == 1 or len(exact) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(_("No enterprise of this name is found."))
        names = "、".join(each.name for each in found[:NAMED])
        raise ValidationError(
            _("Several enterprises are meant: %(names)s. Type more of the name.")
            % {"names": names}
        )

    def _list(self, found: Enterprise) -> None:
        """So that the choice is still shown when the form comes back."""
        if getattr(self.widget, "is_remote", False):
            listed: Any = self.choices
            self.choices = [*listed, (found.pk, found.name)]


class PhotoIdsField(forms.Field):
    """Photos that were handed in with an earlier try, as ticked boxes."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", gettext_lazy("Photos"))
        super().__init__(required=False, **given)

    def clean(self, value: Any) -> tuple[UUID, ...]:
        ids = []
        for each in value or ():
            try:
                ids.append(UUID(str(each)))
            except ValueError as error:
                raise ValidationError(
                    _("A photo is not there any more. Remove it and add it again.")
                ) from error
        return tuple(dict.fromkeys(ids))


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the field it belongs to."""

    # How the services call an input, where the form calls it otherwise.
    called = {"photos": "photo_ids"}

    def refuse(self, refusal: DomainError, *, field: str | None = None) -> None:
        name = field or self.called.get(refusal.field or "", refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))
