"""The tree for machines: read only; the address stays when a grid moves."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from grids.datum import Datum, to_wgs84
from grids.filters import GridNodeFilter
from grids.locating import INSIDE, NEAREST, locate
from grids.models import GridNode, Post
from grids.post_filters import PostFilter
from tenants.api import TenantAPIMixin


class GridNodeSerializer(serializers.ModelSerializer):
    """A node with its parent; the boundary comes with the detail only."""

    class Meta:
        model = GridNode
        fields = (
            "id",
            "kind",
            "code",
            "name",
            "parent",
            "township",
            "level",
            "retired_on",
            "merged_into",
        )
        read_only_fields = fields


class GridNodeDetailSerializer(GridNodeSerializer):
    former_codes = serializers.SlugRelatedField(
        many=True, read_only=True, slug_field="code"
    )

    class Meta(GridNodeSerializer.Meta):
        fields = (*GridNodeSerializer.Meta.fields, "former_codes", "boundary")
        read_only_fields = fields


class PositionSerializer(serializers.Serializer):
    """A position in degrees, and what system its numbers are in."""

    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(choices=Datum.choices, default=Datum.WGS84)


class LocatedSerializer(GridNodeSerializer):
    """The grid with how it was found: the position lies in it, or near it."""

    how = serializers.ChoiceField(choices=(INSIDE, NEAREST), read_only=True)
    metres = serializers.IntegerField(
        read_only=True, help_text="Distance to the boundary; 0 inside."
    )

    class Meta(GridNodeSerializer.Meta):
        fields = (*GridNodeSerializer.Meta.fields, "how", "metres")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="Grids that you may see, each after its parent"),
    retrieve=extend_schema(summary="One grid with its boundary"),
)
class GridNodeViewSet(
    TenantAPIMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet,
):
    queryset = GridNode.objects.all()
    permission_classes = (IsAuthenticated,)
    filterset_class = GridNodeFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return GridNode.objects.all()
        return GridNode.objects.granted(self.request.user, "view_grids").in_order()

    def get_serializer_class(self) -> Any:
        if self.action == "list":
            return GridNodeSerializer
        return GridNodeDetailSerializer

    @extend_schema(
        summary="The grid at a position, among those that you may see",
        description=(
            "The deepest grid whose boundary contains the position; outside of all "
            "the nearest within 200 m, marked so. 404 where there is neither."
        ),
        parameters=[PositionSerializer],
        responses=LocatedSerializer,
        filters=False,
    )
    @action(detail=False, url_path="at", pagination_class=None, filterset_class=None)
    def at(self, request: Any) -> Response:
        asked = PositionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        position = asked.validated_data
        found = locate(
            *to_wgs84(position["lng"], position["lat"], position["datum"]),
            among=self.get_queryset(),
        )
        if found is None:
            raise Http404
        row = GridNodeSerializer(found.node).data
        return Response({**row, "how": found.how, "metres": found.whole_metres})


class PostSerializer(serializers.ModelSerializer):
    """Who holds which post where; ``ends_on`` is the first day without it."""

    person = serializers.CharField(source="user.full_name", read_only=True)
    grid = serializers.CharField(source="node.name", read_only=True)

    class Meta:
        model = Post
        fields = (
            "id",
            "kind",
            "node",
            "grid",
            "user",
            "person",
            "begins_on",
            "ends_on",
            "basis",
        )
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="Posts on the grids that you may see"),
    retrieve=extend_schema(summary="One post"),
)
class PostViewSet(
    TenantAPIMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet,
):
    queryset = Post.objects.all()
    serializer_class = PostSerializer
    permission_classes = (IsAuthenticated,)
    filterset_class = PostFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Post.objects.all()
        return Post.objects.visible_to(self.request.user).for_list()

    def filter_queryset(self, queryset: Any) -> Any:
        """A post has its address for good; only the list asks about a day."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset
