"""Parse, call one service, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from grids import access
from grids.access import reaches_of
from hazards import services
from hazards.api.serializers import (
    AdvanceHazardSerializer,
    HazardDetailSerializer,
    HazardSerializer,
    ReportHazardSerializer,
)
from hazards.filters import HazardFilter, reach_of
from hazards.models import Hazard
from hazards.reports import complete
from hazards.services import Report
from hazards.workflow import Step
from tenants.api import TenantAPIMixin

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


@extend_schema_view(
    list=extend_schema(summary="Hazards that you may see, newest first"),
)
class HazardViewSet(TenantAPIMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Hazards along the lines on which the user may see them."""

    queryset = Hazard.objects.all()
    serializer_class = HazardSerializer
    permission_classes = (IsAuthenticated,)
    filterset_class = HazardFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Hazard.objects.all()
        self.reach = reach_of(self.request)
        return Hazard.objects.reached_by(self.reach)

    def filter_queryset(self, queryset: Any) -> Any:
        if self.action != "list":
            return queryset
        self.filterset = HazardFilter(
            self.request.query_params,
            queryset=queryset,
            request=self.request,
            form_shown=False,
        )
        if not self.filterset.is_valid():
            raise ValidationError(self.filterset.errors)
        return self.filterset.qs.for_api()

    def known_total(self) -> int | None:
        """From the kept counts, where the reach and the filters allow it."""
        return self.filterset.known_total(self.reach)

    @extend_schema(
        summary="One hazard with its course", responses=HazardDetailSerializer
    )
    def retrieve(self, request: Request, pk: UUID | None = None) -> Response:
        hazard = get_object_or_404(self.get_queryset().for_case().with_events(), pk=pk)
        return Response(self._detail(hazard))

    @extend_schema(
        summary="Report a hazard",
        description=(
            "The same submission again (same client_id, same body) answers 200 with"
            " the first hazard; the same client_id with another body answers 409."
        ),
        request=ReportHazardSerializer,
        responses={
            201: HazardSerializer,
            200: HazardSerializer,
            409: OpenApiResponse(description="Same client_id, other body"),
        },
    )
    def create(self, request: Request) -> Response:
        values = self._validated(ReportHazardSerializer)
        hazard, is_new = services.report_hazard(
            actor=request.user, key=values.pop("client_id"), report=_report(values)
        )
        (shown,) = HazardSerializer([hazard], many=True).data
        return Response(
            shown,
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )

    @extend_schema(
        summary="Take a step of the workflow",
        request=AdvanceHazardSerializer,
        responses=HazardDetailSerializer,
    )
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: UUID | None = None) -> Response:
        hazard = get_object_or_404(self.get_queryset(), pk=pk)
        values = self._validated(AdvanceHazardSerializer)
        services.advance_hazard(
            hazard_id=hazard.pk,
            transition=values.pop("transition"),
            revision=values.pop("revision"),
            actor=request.user,
            step=_step(values),
        )
        shown = Hazard.objects.for_case().with_events().get(pk=hazard.pk)
        return Response(self._detail(shown))

    def _detail(self, hazard: Hazard) -> Any:
        complete(hazard)
        held = access.permissions_among(reaches_of(self.request), hazard.line_nodes())
        serializer = HazardDetailSerializer(hazard, context={"permissions_held": held})
        return serializer.data

    def _validated(self, serializer_class: type[Any]) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def _report(values: dict[str, Any]) -> Report:
    return Report(
        kind_id=values.pop("kind"),
        enterprise_id=values.pop("enterprise"),
        area_node_id=values.pop("area_node"),
        photo_ids=tuple(values.pop("photos")),
        **values,
    )


def _step(values: dict[str, Any]) -> Step:
    return Step(
        enterprise_id=values.pop("enterprise"),
        department_node_id=values.pop("department_node"),
        photo_ids=tuple(values.pop("photos")),
        **values,
    )
