"""Every read of hazards that is used more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Prefetch, Q, Sum

from grids.kinds import NodeKind
from grids.querysets import Reach, SupervisedQuerySet, nodes_reached
from hazards.workflow import FINAL, ON_THE_CLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import User

_ROW: Final = (
    "number",
    "title",
    "place",
    "level",
    "suspected_major",
    "state",
    "due_on",
    "reported_at",
    "enterprise__name",
)
_API_ROW: Final = (
    "source",
    "longitude",
    "latitude",
    "first_due_on",
    "times_failed",
    "closed_at",
    "revision",
    "area_node",
    "township",
    "department_node",
    "kind__name",
)
_CASE: Final = (
    "enterprise__name",
    "enterprise__safety_manager",
    "enterprise__principal",
    "kind__heading",
    "kind__name",
    "kind__days",
    "kind__requirement",
)
_PHOTO: Final = (
    "hazard",
    "event",
    "phase",
    "photo__taken_at",
    "photo__uploaded_at",
    "photo__reporter",
)


class HazardQuerySet(SupervisedQuerySet):
    """Hazards as a chain of sentences."""

    def visible_to(self, user: User) -> Any:
        """What ``user`` may see, along the area line or the department line."""
        return self.on_lines(user, "view_hazards")

    def open(self) -> Any:
        return self.exclude(state__in=FINAL)

    def overdue(self, *, on: date) -> Any:
        """The deadline has passed and nothing was submitted."""
        return self.filter(state__in=ON_THE_CLOCK, due_on__lt=on)

    def due_within(self, *, on: date, until: date) -> Any:
        """The clock runs and ends between two days, both included."""
        return self.filter(state__in=ON_THE_CLOCK, due_on__gte=on, due_on__lte=until)

    def located(self) -> Any:
        return self.filter(longitude__isnull=False, latitude__isnull=False)

    def for_list(self) -> Any:
        """With what a row of a page's list shows and nothing else, newest first."""
        return (
            self.select_related("enterprise", "township")
            .only(*_ROW, "township__name")
            .order_by("-reported_at", "-id")
        )

    def for_api(self) -> Any:
        """With what a row of the API shows, newest first; without names of grids.

        A few grids stand in many rows: the serializer asks for their names once
        (``api.serializers.HazardRows``), which costs less than three joins.
        """
        return (
            self.select_related("enterprise", "kind")
            .only(*_ROW, *_API_ROW)
            .order_by("-reported_at", "-id")
        )

    def for_alerts(self) -> Any:
        """With what an alert says of a hazard, and where it lies."""
        return self.only(
            *("number", "title", "place", "due_on", "enterprise_id"),
            *("area_node_id", "department_node_id"),
        )

    def for_case(self) -> Any:
        """The whole of a hazard, with enterprise and kind.

        Its grids and people come by ``reports.complete``: eight joins more would
        cost the planner more than the two queries.
        """
        own = (field.name for field in self.model._meta.concrete_fields)
        return self.select_related("enterprise", "kind").only(*own, *_CASE)

    def with_events(self) -> Any:
        """With its events (one query more); ``reports.complete`` names the actors."""
        model: Any = self.model
        events = model.events.rel.related_model.objects
        return self.prefetch_related(Prefetch("events", events.order_by("at", "id")))

    def with_course(self) -> Any:
        """With events, their photos and all deadlines (three queries more)."""
        model: Any = self.model
        photos = model.photos.rel.related_model.objects
        deadlines = model.deadlines.rel.related_model.objects
        return self.with_events().prefetch_related(
            Prefetch(
                "photos",
                photos.select_related("photo").only(*_PHOTO).order_by("id"),
            ),
            Prefetch("deadlines", deadlines.order_by("round")),
        )


class HazardTallyQuerySet(models.QuerySet):
    """Sums over the counts that are kept beside the hazards."""

    def held(self) -> HazardTallyQuerySet:
        return self.filter(measure="held", month__isnull=True)

    def reached_by(self, reach: Sequence[Reach]) -> HazardTallyQuerySet | None:
        """The counts along either line of these nodes.

        ``None`` where some node is smaller than a township: the tally does not
        know villages and enterprises.
        """
        kinds = {r.kind for r in reach}
        if NodeKind.COUNTY in kinds:
            return self
        if not reach or kinds - {NodeKind.TOWNSHIP, NodeKind.DEPARTMENT}:
            return None
        townships = [r.id for r in reach if r.kind == NodeKind.TOWNSHIP]
        departments = [r for r in reach if r.kind == NodeKind.DEPARTMENT]
        condition = Q(township_id__in=townships)
        if departments:
            inside = nodes_reached(departments).values("id")
            condition |= Q(department_node_id__in=inside)
        return self.filter(condition)

    def total(self) -> int:
        return int(self.aggregate(total=Sum("n"))["total"] or 0)

    def by(self, *columns: str) -> Any:
        """Rows of ``(*columns, total)``."""
        return self.order_by().values_list(*columns).annotate(total=Sum("n"))
