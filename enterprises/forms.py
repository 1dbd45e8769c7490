"""What people type into the register: shape and type; the rules are in services."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import MaskedPhoneField, keep_phone
from enterprises.models import (
    Enterprise,
    EnterpriseState,
    IndustrySubcategory,
    PositionSource,
    Scale,
    UnitType,
)
from enterprises.services import CheckDigitDoubtful
from grids import choices
from grids.datum import Datum, to_wgs84
from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from accounts.models import User
    from tenants.errors import DomainError

PLACES = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)
_FACTS = (
    "legal_person",
    "principal",
    "principal_phone",
    "safety_manager",
    "safety_manager_phone",
    "address",
    "longitude",
    "latitude",
    "industry_code",
    "employees",
    "revenue",
    "assets",
    "scale",
    "scale_reason",
    "above_designated_size",
)
_PHONES = ("principal_phone", "safety_manager_phone")
_PHONE = {"inputmode": "tel", "autocomplete": "off"}


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the field it belongs to."""

    needs_acceptance = False

    def refuse(self, refusal: DomainError) -> None:
        known = refusal.field in self.fields
        self.add_error(refusal.field if known else None, str(refusal))
        self.needs_acceptance = isinstance(refusal, CheckDigitDoubtful)


class PlaceField(forms.ModelChoiceField):
    """A village, sub-grid or township, offered township by township."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Village or grid"))
        missing = _("Choose the village or grid in which the unit is.")
        given.setdefault("error_messages", {"required": missing})
        given.setdefault("widget", forms.Select(attrs={"data-picker": "guided"}))
        super().__init__(queryset=GridNode.objects.none(), **given)

    def offer(self, user: User) -> None:
        """Grids in use where the user may register; one query for the choices."""
        nodes = (
            GridNode.objects.granted(user, "edit_enterprises")
            .in_force()
            .filter(kind__in=PLACES)
        )
        self.queryset = nodes
        groups: dict[str, list[tuple[Any, str]]] = {}
        names: dict[Any, str] = {}
        codes: dict[Any, str] = {}
        columns = ("pk", "parent_id", "name", "kind", "township__name", "code")
        rows = nodes.in_order().values_list(*columns)
        for pk, parent, name, kind, township, code in rows:
            names[pk], codes[pk] = name, code
            below_village = kind == NodeKind.SUBGRID and parent in names
            label = f"{names[parent]} · {name}" if below_village else name
            groups.setdefault(township, []).append((pk, label))
        choices.search_if_many(self, codes)
        self.choices = [("", _("Choose")), *groups.items()]


class TradeField(forms.ModelChoiceField):
    """An industry subcategory, offered category by category."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Industry subcategory"))
        missing = _("Choose what the unit does: its industry subcategory.")
        given.setdefault("error_messages", {"required": missing})
        given.setdefault("widget", forms.Select(attrs={"data-picker": "guided"}))
        super().__init__(queryset=IndustrySubcategory.objects.none(), **given)

    def offer(self, *, besides: Any = None) -> None:
        """Subcategories in use, and the one that the enterprise already has."""
        trades = IndustrySubcategory.objects.filter(is_active=True)
        if besides is not None:
            trades |= IndustrySubcategory.objects.filter(pk=besides)
        self.queryset = trades
        groups: dict[str, list[tuple[Any, str]]] = {}
        columns = ("pk", "name", "category__name")
        for pk, name, category in trades.order_by("code").values_list(*columns):
            groups.setdefault(category, []).append((pk, name))
        self.choices = [("", _("Choose")), *groups.items()]


class EnterpriseForm(RefusableForm):
    """The facts of an entry, for editing and, with a place, for registering."""

    name = forms.CharField(
        label=_("Name of the unit"),
        max_length=100,
        help_text=_("As on the licence or the sign."),
        error_messages={"required": _("Fill in the name of the unit.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit_type = forms.ChoiceField(
        label=_("Kind of unit"),
        choices=UnitType.choices,
        initial=UnitType.COMPANY,
        error_messages={"required": _("Choose the kind of unit.")},
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,  # with the spaces people type; the service counts
        required=False,
        help_text=_("18 characters, as on the licence."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    accept_check_digit = forms.BooleanField(
        label=_("I compared it: the licence really says so. Save it and mark it."),
        required=False,
    )
    uscc_missing_reason = forms.CharField(
        label=_("If there is no code: why"),
        max_length=200,
        required=False,
        help_text=_("The unit then gets a temporary number."),
    )
    subcategory = TradeField()
    datum = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=Datum.choices,
        initial=Datum.WGS84,
        required=False,
        help_text=_("Of the numbers as you typed them; they are stored in WGS-84."),
    )
    device_latitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    device_longitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    device_accuracy = forms.FloatField(
        required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, enterprise: Enterprise | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enterprise = enterprise
        masked = dict.fromkeys(_PHONES, MaskedPhoneField)
        facts = forms.fields_for_model(Enterprise, fields=_FACTS, field_classes=masked)
        self.fields.update(facts)
        for name in _PHONES:
            self.fields[name].widget.attrs.update(_PHONE)
        self.fields["scale"].choices = [("", _("By the table")), *Scale.choices]  # type: ignore[attr-defined]
        current = None if enterprise is None else enterprise.subcategory_id
        self.fields["subcategory"].offer(besides=current)  # type: ignore[attr-defined]
        if enterprise is not None:
            self.initial = {name: getattr(enterprise, name) for name in _editable()}
            self.initial["subcategory"] = current
            for name in _PHONES:
                keep_phone(self, name, getattr(enterprise, name))

    def clean(self) -> dict[str, Any]:
        """A position taken on the spot goes before one that was entered."""
        cleaned = super().clean() or self.cleaned_data
        datum = cleaned.pop("datum", "")
        device = [cleaned.pop(f"device_{a}", None) for a in ("longitude", "latitude")]
        accuracy = cleaned.pop("device_accuracy", None)
        if None not in device:
            cleaned["longitude"], cleaned["latitude"] = device
            cleaned["position_source"] = PositionSource.DEVICE
            cleaned["position_accuracy"] = None if accuracy is None else round(accuracy)
        elif {"longitude", "latitude"} & set(self.changed_data):
            cleaned["position_source"] = PositionSource.MANUAL
            cleaned["position_accuracy"] = None
            cleaned.update(_in_wgs84(cleaned, datum))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the services take, by their names."""
        given = dict(self.cleaned_data)
        given["subcategory_id"] = given.pop("subcategory").pk
        return given


class RegisterForm(EnterpriseForm):
    """The same for a unit that is new: where it is comes first."""

    parent = PlaceField()
    field_order = ("parent",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(user)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        given["parent_id"] = given.pop("parent").pk
        return given


class StateForm(RefusableForm):
    state = forms.ChoiceField(
        label=_("New state"),
        choices=EnterpriseState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the new state.")},
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            choice
            for choice in EnterpriseState.choices
            if choice[0] != enterprise.state
        ]


class MoveForm(RefusableForm):
    parent = PlaceField(label=_("New village or grid"))
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(user)  # type: ignore[attr-defined]


def _editable() -> tuple[str, ...]:
    return ("name", "unit_type", "uscc", "uscc_missing_reason", *_FACTS)


def _in_wgs84(given: dict[str, Any], datum: str) -> dict[str, Decimal]:
    """Typed numbers of another datum, as they are stored."""
    east, north = given.get("longitude"), given.get("latitude")
    if east is None or north is None or datum in ("", Datum.WGS84):
        return {}
    found = to_wgs84(float(east), float(north), datum)
    longitude, latitude = (Decimal(f"{degrees:.7f}") for degrees in found)
    return {"longitude": longitude, "latitude": latitude}
