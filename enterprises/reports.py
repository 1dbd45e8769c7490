"""What an enterprise's page shows beside the row itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import (
    DirectSupervision,
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    EnterpriseState,
)
from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User

STEPS_SHOWN = 20
_MERGERS = (EnterpriseAction.MERGED, EnterpriseAction.ABSORBED)
_LEVELS = (EnterpriseAction.LEVEL_DECIDED, EnterpriseAction.LEVEL_WITHDRAWN)
_OUTLINED = (NodeKind.TOWNSHIP, NodeKind.VILLAGE)
_FILTERED_BY = {NodeKind.TOWNSHIP: "township", NodeKind.VILLAGE: "village"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the course."""

    at: datetime
    label: Any
    actor: Any
    note: str = ""
    from_label: Any = ""
    to_label: Any = ""
    on_behalf_of: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an enterprise stands: the way down to it, and what a map shows."""

    crumbs: list[dict[str, Any]] = field(default_factory=list)
    features: dict[str, Any] = field(default_factory=dict)


def course(enterprise: Enterprise) -> list[Step]:
    """The latest steps of an entry, newest first; one query.

    What happened to entries that were merged into it belongs to its history.
    """
    its_own = EnterpriseEvent.objects.filter(
        Q(enterprise=enterprise) | Q(enterprise__merged_into=enterprise)
    )
    events = its_own.select_related("actor", "on_behalf_of").order_by("-at", "-pk")
    return [_step(event) for event in events[:STEPS_SHOWN]]


def supervision_of(enterprise: Enterprise) -> DirectSupervision | None:
    """Who supervises the unit directly, if anybody does; one query."""
    running: DirectSupervision | None = (
        DirectSupervision.objects.filter(enterprise=enterprise, until__isnull=True)
        .select_related("by_node")
        .defer("by_node__boundary")
        .first()
    )
    return running


def _step(event: EnterpriseEvent) -> Step:
    before, after = event.details.get("before"), event.details.get("after")
    note = event.note
    if event.name == EnterpriseAction.EDITED:
        note = _("Changed: %(fields)s") % {
            "fields": "、".join(_labels(event.details.get("changed", {})))
        }
    elif event.name == EnterpriseAction.REGISTERED and event.details.get(
        "check_digit_accepted"
    ):
        note = _("The check digit of the code does not fit; it was accepted.")
    elif event.name == EnterpriseAction.STATE_CHANGED:
        states = dict(EnterpriseState.choices)
        before, after = states.get(before), states.get(after)
    elif event.name == EnterpriseAction.MOVED:
        before, after = before["name"], after["name"]
    elif event.name == EnterpriseAction.DOMAINS_SET:
        note = _domains(event.details)
    elif event.name in _MERGERS:
        note = f"{event.details['other']['name']} · {note}"
    elif event.name not in _LEVELS:
        before = after = ""
    return Step(
        at=event.at,
        label=event.label,
        actor=event.actor,
        note=note,
        from_label=before or "",
        to_label=after or "",
        on_behalf_of=event.on_behalf_of,
    )


def _domains(details: dict[str, Any]) -> str:
    added = [f"+ {name}" for name in details["added"]]
    return "、".join([*added, *(f"− {name}" for name in details["ended"])])


def _labels(changed: dict[str, Any]) -> list[str]:
    by_column = {f.attname: f for f in Enterprise._meta.concrete_fields}
    return [str(by_column[c].verbose_name) for c in changed if c in by_column]


def place(enterprise: Enterprise) -> Place:
    """The grids above an enterprise as crumbs and as the frame of its map; one query."""
    above = list(GridNode.objects.above(enterprise.area_node))
    crumbs = [_crumb(node) for node in above[:-1]]
    crumbs.append({"label": enterprise.name, "url": ""})
    drawn = [n for n in above if n.boundary and n.kind != NodeKind.COUNTY]
    features = [_outline(node.name, node.boundary) for node in drawn[-1:]]
    if enterprise.longitude is not None and enterprise.latitude is not None:
        features.append(_point(enterprise, enterprise.longitude, enterprise.latitude))
    return Place(crumbs, {"type": "FeatureCollection", "features": features})


def outlines(user: User, permission: str) -> dict[str, Any]:
    """The townships in which a user may do something, to find one's way on a map."""
    nodes = (
        GridNode.objects.granted(user, permission)
        .in_force()
        .filter(kind__in=_OUTLINED, boundary__isnull=False)
        .in_order()
    )
    rows = list(nodes.values_list("kind", "name", "boundary"))
    kinds = {kind for kind, _name, _boundary in rows}
    kind = NodeKind.TOWNSHIP if NodeKind.TOWNSHIP in kinds else NodeKind.VILLAGE
    features = [_outline(name, line) for its, name, line in rows if its == kind]
    return {"type": "FeatureCollection", "features": features}


def _outline(name: str, boundary: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": boundary, "properties": {"name": name}}


def _crumb(node: GridNode) -> dict[str, Any]:
    address = reverse("enterprises:list")
    if name := _FILTERED_BY.get(NodeKind(node.kind)):
        address = f"{address}?{name}={node.pk}"
    return {"label": node.name, "url": address}


def _point(
    enterprise: Enterprise, longitude: Decimal, latitude: Decimal
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [float(longitude), float(latitude)],
        },
        "properties": {
            "title": enterprise.name,
            "text": enterprise.address,
            "mark": "●",
        },
    }
