"""What the pages of hazards show beside the row itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.models import Hazard, HazardPhoto, PhotoPhase
from hazards.workflow import HAZARD_WORKFLOW, HazardState
from tenants.models import Submission
from workdays.explaining import explain

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from enterprises.models import Enterprise
    from hazards.models import HazardDeadline, HazardEvent

TONES: Final = {
    "fix_on_spot": "good",
    "pass_recheck": "good",
    "close": "good",
    "fail_recheck": "bad",
    "reject": "bad",
    "reopen": "alert",
}
# Read by whoever has nothing to do here now: who has.
WAITS_FOR: Final = {
    HazardState.REPORTED: _("Waits to be assessed by the township or the department."),
    HazardState.ASSESSED: _("Waits to be assigned with a deadline."),
    HazardState.ASSIGNED: _("The responsible unit has to rectify it."),
    HazardState.RECTIFYING: _("The responsible unit is rectifying it."),
    HazardState.SUBMITTED: _("Waits for the recheck by somebody else."),
    HazardState.VERIFIED: _("Waits to be closed."),
    HazardState.CLOSED: _("Everything is done; the case is closed."),
    HazardState.REJECTED: _(
        "The report was rejected; the reason stands in the course."
    ),
}
ROWS_OF_ENTERPRISE: Final = 20


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A photo as ``components/photo_grid.html`` wants it."""

    url: str
    thumb_url: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the course."""

    at: datetime
    label: Any
    actor: Any
    from_label: Any
    to_label: Any
    note: str
    tone: str
    deadline: date | None
    photos: list[ShownPhoto]
    on_behalf_of: Any = None


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    """A deadline with the sentences that explain it."""

    due_on: date
    set_at: datetime
    sentences: list[str]
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything on the case page that is not a field of the hazard."""

    crumbs: list[dict[str, Any]]
    before: list[ShownPhoto]
    after: list[ShownPhoto]
    course: list[Step]
    deadlines: list[ShownDeadline]


def complete(hazard: Hazard) -> Hazard:
    """Bring the grids and the people of a case read with ``for_case``.

    Two queries: one for its grids with what lies above them, one for everybody
    who reported, rectified, rechecked or took a step.
    """
    _bring_grids(hazard)
    _bring_people(hazard)
    return hazard


def _bring_grids(hazard: Hazard) -> None:
    wanted = {hazard.township_id, *hazard.lines()}
    nodes = GridNode.objects.filter(pk__in=wanted).order_by()
    found = {node.pk: node for node in nodes.with_the_way_up()}
    hazard.area_node = found[hazard.area_node_id]
    hazard.township = found[hazard.township_id]
    if hazard.department_node_id is not None:
        hazard.department_node = found[hazard.department_node_id]


_PEOPLE: Final = ("reported_by", "rectified_by", "verified_by")


def _bring_people(hazard: Hazard) -> None:
    wanted: list[tuple[Any, str]] = [(hazard, name) for name in _PEOPLE]
    wanted += [
        (event, name)
        for event in hazard.events.all()
        for name in ("actor", "on_behalf_of")
    ]
    ids = {getattr(row, f"{name}_id") for row, name in wanted} - {None}
    people = User.objects.filter(pk__in=ids).only("full_name", "username")
    found = {user.pk: user for user in people}
    for row, name in wanted:
        pk = getattr(row, f"{name}_id")
        if pk is not None:
            setattr(row, name, found[pk])


def case(hazard: Hazard) -> Case:
    """From a hazard read with ``for_case``, ``with_course`` and ``complete``.

    No query.
    """
    shown = {photo.pk: _photo(hazard, photo) for photo in hazard.photos.all()}
    by_phase: dict[str, list[ShownPhoto]] = {
        PhotoPhase.BEFORE: [],
        PhotoPhase.AFTER: [],
    }
    by_event: dict[UUID, list[ShownPhoto]] = {}
    for photo in hazard.photos.all():
        by_phase[photo.phase].append(shown[photo.pk])
        by_event.setdefault(photo.event_id, []).append(shown[photo.pk])
    return Case(
        crumbs=_crumbs(hazard),
        before=by_phase[PhotoPhase.BEFORE],
        after=by_phase[PhotoPhase.AFTER],
        course=[
            _step(event, by_event.get(event.pk, []))
            for event in reversed(hazard.events.all())
        ],
        deadlines=_deadlines(hazard),
    )


def _photo(hazard: Hazard, photo: HazardPhoto) -> ShownPhoto:
    moment = timezone.localtime(photo.photo.taken_at or photo.photo.uploaded_at)
    caption = f"{moment:%Y-%m-%d %H:%M} {photo.photo.reporter}".strip()
    phase = photo.get_phase_display()

    def address(variant: str) -> str:
        return reverse("hazards:photo", args=[hazard.pk, photo.photo_id, variant])

    return ShownPhoto(
        url=address("marked"),
        thumb_url=address("thumbnail"),
        caption=caption,
        alt=gettext("%(phase)s: %(title)s") % {"phase": phase, "title": hazard.title},
    )


def _step(event: HazardEvent, photos: list[ShownPhoto]) -> Step:
    states = dict(HazardState.choices)
    return Step(
        at=event.at,
        label=step_label(event.name),
        actor=event.actor,
        from_label=states.get(event.from_state, ""),
        # The first state says no more than that it was reported.
        to_label=states.get(event.to_state, "") if event.from_state else "",
        note=event.note,
        tone=TONES.get(event.name, ""),
        deadline=parse_date(event.details.get("due_on") or ""),
        photos=photos,
        on_behalf_of=event.on_behalf_of,
    )


_BESIDES = {
    "report": _("Reported"),
    "grid_changed": _("Given to another grid"),
    "department_merged": _("Given to another department"),
}


def step_label(name: str) -> Any:
    """What was done, as the course says it."""
    for transition in HAZARD_WORKFLOW.transitions:
        if transition.name == name:
            return transition.done
    return _BESIDES.get(name, name)


def _deadlines(hazard: Hazard) -> list[ShownDeadline]:
    """Newest first. A closed or reopened case has none in force."""
    rounds: list[HazardDeadline] = list(hazard.deadlines.all())
    return [
        ShownDeadline(
            due_on=row.due_on,
            set_at=row.set_at,
            sentences=explain(row.steps),
            is_in_force=row is rounds[-1]
            and hazard.is_open
            and hazard.due_on == row.due_on,
        )
        for row in reversed(rounds)
    ]


def _crumbs(hazard: Hazard) -> list[dict[str, Any]]:
    """The way down the grid tree, each grid with its hazards."""
    above = {
        node.pk: node
        for node in (
            hazard.township,
            *_upwards(hazard.area_node),
        )
        if node.kind in _FILTERED_BY
    }
    crumbs: list[dict[str, Any]] = [
        {"label": _("Hazards"), "url": reverse("hazards:list")}
    ]
    crumbs += [
        {"label": node.name, "url": _list_of(_FILTERED_BY[NodeKind(node.kind)], node)}
        for node in above.values()
    ]
    if hazard.enterprise is not None:
        crumbs.append(
            {
                "label": hazard.enterprise.name,
                "url": hazard.enterprise.get_absolute_url(),
            }
        )
    return [*crumbs, {"label": hazard.number, "url": ""}]


_FILTERED_BY: Final = {NodeKind.TOWNSHIP: "township", NodeKind.VILLAGE: "village"}


def _upwards(node: Any) -> list[Any]:
    """The node, its parent and the one above, the highest first.

    Two steps lead from any node of a village to the village: no query, because
    ``complete`` reads them along.
    """
    found = [node]
    while len(found) < 3 and found[-1].parent_id is not None:
        found.append(found[-1].parent)
    return found[::-1]


def _list_of(name: str, node: Any) -> str:
    return f"{reverse('hazards:list')}?{urlencode({name: node.pk})}"


def sent_before(*, user: User, key: UUID) -> Hazard | None:
    """The hazard that this person reported under this key of their device."""
    answer = Submission.objects.filter(key=key).values_list("answer", flat=True).first()
    if not answer or "hazard" not in answer:
        return None
    found: Hazard | None = (
        Hazard.objects.visible_to(user)
        .filter(pk=answer["hazard"], reported_by=user)
        .first()
    )
    return found


# The hazards of one enterprise ------------------------------------------------


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many hazards are in a state, and where to see them."""

    state: str
    label: Any
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class OfEnterprise:
    """What an enterprise's page says about its hazards."""

    counts: list[StateCount]
    total: int
    rows: list[Hazard]
    list_url: str


def of_enterprise(*, user: User, enterprise: Enterprise) -> OfEnterprise:
    """Counts by state and the latest rows, as far as this user may see them."""
    visible = Hazard.objects.visible_to(user).filter(enterprise=enterprise)
    grouped = visible.order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(grouped)
    address = f"{reverse('hazards:list')}?{urlencode({'enterprise': enterprise.pk})}"
    return OfEnterprise(
        counts=[
            StateCount(
                state,
                label,
                by_state[state],
                f"{address}&{urlencode({'state': state})}",
            )
            for state, label in HazardState.choices
            if state in by_state
        ],
        total=sum(by_state.values()),
        rows=list(visible.for_list()[:ROWS_OF_ENTERPRISE]),
        list_url=address,
    )
