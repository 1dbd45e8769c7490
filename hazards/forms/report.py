"""The report form: three things are asked for, everything else may stay empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from evidence.positions import Position
from grids import choices
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.forms.fields import EnterpriseField, PhotoIdsField, RefusableForm
from hazards.models import HazardKind, HazardSource
from hazards.services import Report
from tenants.errors import DomainError, NotAllowed
from tenants.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User

ENTERPRISE, AREA, POSITION = "enterprise", "area", "position"
PLACES = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)
_HIDDEN = forms.HiddenInput


class ReportForm(RefusableForm):
    """What the finder gives. Photos come beside it, as files.

    ``client_id`` is the device's key of this one submission; ``where`` says
    which of the three ways to the place counts. Raises ``NotAllowed`` for
    somebody who may report nowhere.
    """

    client_id = forms.UUIDField(widget=_HIDDEN)
    where = forms.ChoiceField(
        label=_("Where is it?"),
        choices=[
            (ENTERPRISE, _("In an enterprise")),
            (AREA, _("In a village")),
            (POSITION, _("My position")),
        ],
        initial=ENTERPRISE,
        required=False,
        widget=forms.RadioSelect,
    )
    enterprise = EnterpriseField(
        pick_url=reverse_lazy("hazards:enterprise_choices"), required=False
    )
    area_node: forms.ModelChoiceField[GridNode] = forms.ModelChoiceField(
        label=_("Village or grid"),
        queryset=GridNode.objects.none(),
        required=False,
        widget=forms.Select(attrs={"data-picker": True}),
    )
    place = forms.CharField(
        label=_("Exact spot"),
        max_length=200,
        required=False,
        help_text=_("For example: workshop 2, beside the east door."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ModelChoiceField(
        label=_("What kind of hazard is it?"),
        queryset=HazardKind.objects.none(),
        widget=forms.Select(attrs={"data-picker": "guided"}),
        error_messages={
            "required": _("Choose what kind of hazard it is."),
            "invalid_choice": _("Choose what kind of hazard it is."),
        },
    )
    title = forms.CharField(
        label=_("What is wrong"),
        max_length=100,
        required=False,
        help_text=_("Left empty, the kind stands here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.ChoiceField(
        label=_("Source"),
        choices=[("", _("By my role")), *HazardSource.choices],
        required=False,
    )
    suspected_major = forms.BooleanField(
        label=_("This may be a major hazard"),
        required=False,
        help_text=_(
            "Lives are in danger at once, or work would have to stop."
            " The leaders are told immediately."
        ),
    )
    fixed = forms.BooleanField(label=_("It was fixed on the spot"), required=False)
    measures = forms.CharField(
        label=_("What was done"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lat = forms.DecimalField(required=False, widget=_HIDDEN)
    lng = forms.DecimalField(required=False, widget=_HIDDEN)
    accuracy = forms.FloatField(
        required=False, min_value=0, max_value=1_000_000, widget=_HIDDEN
    )
    position_at = forms.CharField(max_length=40, required=False, widget=_HIDDEN)
    photo_ids = PhotoIdsField()
    after_photo_ids = PhotoIdsField(label=_("Photos after rectification"))
    field_order = ("photo_ids",)  # as on the page, for the list of what is wrong

    def __init__(
        self, *args: Any, user: User, at_enterprise: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        reaches = GridNode.objects.reach_by_permission(user)
        reach = reaches.get("report_hazards")
        if not reach:
            raise NotAllowed(_("You are not allowed to report hazards here."))
        self.initial.setdefault("client_id", new_id())
        self.only_enterprise: str = ""
        self._offer_places(reach)
        self._offer_enterprises(reach, at_enterprise)
        self._offer_kinds()
        if "assess_hazards" not in reaches:
            del self.fields["source"]

    def _offer_enterprises(self, reach: Any, wanted: str) -> None:
        """Those where the user may report; the only one stands fast."""
        field: Any = self.fields["enterprise"]
        chosen = wanted or self.data.get("enterprise", "")
        listed = field.offer(
            Enterprise.objects.reached_by(reach).supervised(), chosen=_uuid(chosen)
        )
        if len(listed) == 1 and not self.has_areas and not field.widget.is_remote:
            key, self.only_enterprise = listed[0]
            self.initial["enterprise"] = key
            field.widget = forms.HiddenInput()
            field.required = True
        elif any(str(key) == wanted for key, _name in listed):
            self.initial["enterprise"] = wanted

    def _offer_places(self, reach: Any) -> None:
        nodes = GridNode.objects.reached(reach).in_force().filter(kind__in=PLACES)
        columns = ("pk", "parent_id", "name", "kind", "township__name", "code")
        rows = list(nodes.in_order().values_list(*columns))
        self.has_areas = bool(rows)
        if not rows:
            del self.fields["where"], self.fields["area_node"]
            return
        field: Any = self.fields["area_node"]
        field.queryset = nodes
        field.widget = choices.SearchableSelect(
            field.widget.attrs, codes={row[0]: row[-1] for row in rows}
        )
        field.choices = [("", _("Choose")), *_by_township(rows)]
        villages = [row[0] for row in rows if row[3] == NodeKind.VILLAGE]
        if len(villages) == 1:
            self.initial["area_node"] = villages[0]

    def _offer_kinds(self) -> None:
        kinds = HazardKind.objects.filter(is_active=True)
        groups: dict[str, list[tuple[Any, str]]] = {}
        for pk, heading, name in kinds.values_list("pk", "heading", "name"):
            groups.setdefault(heading, []).append((pk, name))
        field: Any = self.fields["kind"]
        field.queryset = kinds
        field.choices = [("", _("Choose")), *groups.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        way = cleaned.get("where") or self._implied(cleaned)
        cleaned["where"] = way
        if way != POSITION and not cleaned.get(_FIELD_OF[way]):
            if _FIELD_OF[way] not in self.errors:
                self.add_error(
                    _FIELD_OF[way], _("Choose the enterprise or the village.")
                )
        elif way == POSITION and self.position() is None:
            self.add_error(
                "where",
                _("Take your position first, or choose the enterprise or the village."),
            )
        return cleaned

    def _implied(self, cleaned: dict[str, Any]) -> str:
        if not cleaned.get("enterprise") and cleaned.get("area_node"):
            return AREA
        return ENTERPRISE

    def ask_for_the_rest(self, *, before: bool, after: bool) -> None:
        """What would be refused next, so that all is said in one round.

        ``before`` and ``after`` say which photos came with the form.
        """
        if not before:
            self._ask("photo_ids", _("Add at least one photo."))
        if not self.cleaned_data.get("fixed"):
            return
        if not self.cleaned_data.get("measures"):
            self._ask("measures", _("Describe what was done."))
        if not after:
            self._ask(
                "after_photo_ids", _("Add a photo taken after the rectification.")
            )

    def _ask(self, field: str, sentence: Any) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def position(self) -> Position | None:
        """Where the device says it is, as far as it says so."""
        given = getattr(self, "cleaned_data", {})
        longitude, latitude = given.get("lng"), given.get("lat")
        if longitude is None or latitude is None:
            return None
        try:
            return Position(longitude, latitude, given.get("accuracy"))
        except DomainError:
            return None

    def only_position(self) -> Position | None:
        """The position, where it alone says in which grid the hazard is."""
        by_position = self.cleaned_data.get("where") == POSITION
        return self.position() if by_position else None

    def place_in_words(self) -> str:
        """For the band under the photos, as far as it is known."""
        given = getattr(self, "cleaned_data", {})
        where = given.get("enterprise") or given.get("area_node")
        parts = [where.name if where else "", given.get("place") or ""]
        return " ".join(part for part in parts if part)

    def report(self, photo_ids: tuple[UUID, ...]) -> Report:
        given, position = self.cleaned_data, self.position()
        by_enterprise = given["where"] == ENTERPRISE
        by_area = given["where"] == AREA
        return Report(
            kind_id=given["kind"].pk,
            title=given["title"],
            description=given["description"],
            place=given["place"],
            source=given.get("source", ""),
            enterprise_id=given["enterprise"].pk if by_enterprise else None,
            area_node_id=given["area_node"].pk if by_area else None,
            longitude=position.longitude if position else None,
            latitude=position.latitude if position else None,
            accuracy_m=position.accuracy_m if position else None,
            suspected_major=given["suspected_major"],
            photo_ids=photo_ids,
        )


_FIELD_OF = {ENTERPRISE: "enterprise", AREA: "area_node"}


def _uuid(text: str) -> UUID | None:
    try:
        return forms.UUIDField().clean(text)
    except forms.ValidationError:
        return None


def _by_township(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, Any]]:
    """Grids under their township; a sub-grid says which village it is part of."""
    groups: dict[str, list[tuple[Any, str]]] = {}
    names: dict[Any, str] = {}
    for pk, parent, name, kind, township, _code in rows:
        names[pk] = name
        is_part = kind == NodeKind.SUBGRID and parent in names
        shown = f"{names[parent]} · {name}" if is_part else name
        groups.setdefault(township, []).append((pk, shown))
    return list(groups.items())
