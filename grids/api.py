"""The tree for machines: read only; the address stays when a grid moves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated

from grids.filters import GridNodeFilter
from grids.models import GridNode
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
