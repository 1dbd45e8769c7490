"""The tree for machines: read only; the address stays when a grid moves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated

from grids.filters import GridNodeFilter
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
        )
        read_only_fields = fields


class GridNodeDetailSerializer(GridNodeSerializer):
    class Meta(GridNodeSerializer.Meta):
        fields = (*GridNodeSerializer.Meta.fields, "boundary")
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
