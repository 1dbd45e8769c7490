"""A serializer per use case for input, one for output."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from evidence.services import MAX_PHOTOS
from grids.models import GridNode
from hazards.models import Hazard, HazardEvent, HazardSource
from hazards.workflow import HAZARD_WORKFLOW, HazardLevel

# What an assessor may choose.
DECIDED_LEVELS = [
    (level.value, level.label) for level in (HazardLevel.GENERAL, HazardLevel.MAJOR)
]


class NamedSerializer(serializers.Serializer):
    """Something with an id and a name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class HazardRows(serializers.ListSerializer):
    """Rows of a list, written by hand: fifty of them cost as much as the query.

    A test compares a row with what ``HazardSerializer`` says of the same hazard.
    """

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        """From hazards read with ``for_api``; one query for the names of grids."""
        hazards = list(data)
        nodes = _nodes_of(hazards)
        return [_row(hazard, nodes) for hazard in hazards]


def _nodes_of(hazards: list[Hazard]) -> dict[Any, dict[str, str]]:
    """Their grids by id; asked for only where they were not read along."""
    found = {}
    for hazard in hazards:
        for name in ("area_node", "township", "department_node"):
            relation: Any = Hazard._meta.get_field(name)
            if relation.is_cached(hazard) and (node := getattr(hazard, name)):
                found[node.pk] = _named(node.pk, node.name)
    wanted = {pk for h in hazards for pk in (*h.lines(), h.township_id)} - found.keys()
    if wanted:
        nodes = GridNode.objects.filter(pk__in=wanted).order_by()
        for pk, name in nodes.values_list("pk", "name"):
            found[pk] = _named(pk, name)
    return found


def _row(hazard: Hazard, nodes: dict[Any, dict[str, str]]) -> dict[str, Any]:
    enterprise, kind = hazard.enterprise, hazard.kind
    return {
        "id": str(hazard.pk),
        "number": hazard.number,
        "title": hazard.title,
        "place": hazard.place,
        "kind": _named(kind.pk, kind.name),
        "source": hazard.source,
        "level": hazard.level,
        "suspected_major": hazard.suspected_major,
        "state": hazard.state,
        "enterprise": enterprise and _named(enterprise.pk, enterprise.name),
        "area_node": nodes[hazard.area_node_id],
        "township": nodes[hazard.township_id],
        "department_node": nodes.get(hazard.department_node_id),
        "longitude": _told(hazard.longitude, _DEGREES),
        "latitude": _told(hazard.latitude, _DEGREES),
        "reported_at": _told(hazard.reported_at, _MOMENT),
        "due_on": _told(hazard.due_on, _DAY),
        "first_due_on": _told(hazard.first_due_on, _DAY),
        "days_left": hazard.days_left(),
        "times_failed": hazard.times_failed,
        "closed_at": _told(hazard.closed_at, _MOMENT),
        "revision": hazard.revision,
    }


def _named(pk: Any, name: str) -> dict[str, str]:
    return {"id": str(pk), "name": name}


def _told(value: Any, field: serializers.Field) -> Any:
    return None if value is None else field.to_representation(value)


_DEGREES: Final = serializers.DecimalField(max_digits=10, decimal_places=7)
_MOMENT: Final = serializers.DateTimeField()
_DAY: Final = serializers.DateField()


class HazardSerializer(serializers.ModelSerializer):
    """A hazard as a row of a list."""

    enterprise = NamedSerializer(allow_null=True)
    township = NamedSerializer()
    area_node = NamedSerializer()
    department_node = NamedSerializer(allow_null=True)
    kind = NamedSerializer()
    days_left = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Hazard
        list_serializer_class = HazardRows
        fields = (
            "id",
            "number",
            "title",
            "place",
            "kind",
            "source",
            "level",
            "suspected_major",
            "state",
            "enterprise",
            "area_node",
            "township",
            "department_node",
            "longitude",
            "latitude",
            "reported_at",
            "due_on",
            "first_due_on",
            "days_left",
            "times_failed",
            "closed_at",
            "revision",
        )
        read_only_fields = fields


class HazardEventSerializer(serializers.ModelSerializer):
    """One step of the course."""

    actor = serializers.StringRelatedField()
    on_behalf_of = serializers.StringRelatedField()

    class Meta:
        model = HazardEvent
        fields = (
            "id",
            "at",
            "name",
            "actor",
            "on_behalf_of",
            "from_state",
            "to_state",
            "note",
        )
        read_only_fields = fields


class HazardDetailSerializer(HazardSerializer):
    """A hazard with its course and with what this user may do next."""

    reported_by = serializers.StringRelatedField()
    rectified_by = serializers.StringRelatedField()
    verified_by = serializers.StringRelatedField()
    events = HazardEventSerializer(many=True)
    steps = serializers.SerializerMethodField()

    class Meta(HazardSerializer.Meta):
        fields = (
            *HazardSerializer.Meta.fields,
            "description",
            "requirement",
            "responsible",
            "measures",
            "cost",
            "reported_by",
            "rectified_by",
            "verified_by",
            "submitted_at",
            "verified_at",
            "events",
            "steps",
        )
        read_only_fields = fields

    def get_steps(self, hazard: Hazard) -> list[str]:
        held = self.context["permissions_held"]
        return [
            move.name
            for move in HAZARD_WORKFLOW.leaving(hazard.state)
            if move.permission in held
        ]


class _PhotosField(serializers.ListField):
    child = serializers.UUIDField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PHOTOS, default=list, **kwargs)


class ReportHazardSerializer(serializers.Serializer):
    """What a phone sends. ``client_id`` is made there and makes it count once."""

    client_id = serializers.UUIDField()
    kind = serializers.UUIDField()
    title = serializers.CharField(max_length=100, required=False, default="")
    description = serializers.CharField(max_length=2000, required=False, default="")
    place = serializers.CharField(max_length=200, required=False, default="")
    source = serializers.ChoiceField(
        choices=HazardSource.choices, required=False, default="", allow_blank=True
    )
    enterprise = serializers.UUIDField(required=False, allow_null=True, default=None)
    area_node = serializers.UUIDField(required=False, allow_null=True, default=None)
    longitude = serializers.DecimalField(
        max_digits=10,
        decimal_places=7,
        min_value=-180,
        max_value=180,
        required=False,
        allow_null=True,
        default=None,
    )
    latitude = serializers.DecimalField(
        max_digits=10,
        decimal_places=7,
        min_value=-90,
        max_value=90,
        required=False,
        allow_null=True,
        default=None,
    )
    accuracy_m = serializers.IntegerField(
        min_value=0, max_value=100_000, required=False, allow_null=True, default=None
    )
    suspected_major = serializers.BooleanField(required=False, default=False)
    photos = _PhotosField()


class AdvanceHazardSerializer(serializers.Serializer):
    """A step. Which fields count depends on ``transition``."""

    transition = serializers.ChoiceField(choices=sorted(HAZARD_WORKFLOW.names))
    revision = serializers.IntegerField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=2000, required=False, default="")
    level = serializers.ChoiceField(
        choices=DECIDED_LEVELS,
        required=False,
        allow_blank=True,
        default="",
    )
    enterprise = serializers.UUIDField(required=False, allow_null=True, default=None)
    department_node = serializers.UUIDField(
        required=False, allow_null=True, default=None
    )
    days = serializers.IntegerField(
        min_value=1, max_value=365, required=False, allow_null=True, default=None
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    requirement = serializers.CharField(max_length=2000, required=False, default="")
    responsible = serializers.CharField(max_length=50, required=False, default="")
    measures = serializers.CharField(max_length=2000, required=False, default="")
    cost = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
    )
    photos = _PhotosField()
