"""``/api/v1/enterprises/``: read the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from accounts.masking import mask_phone
from enterprises.filters import EnterpriseFilter
from enterprises.models import Enterprise, IndustrySubcategory
from grids.models import GridNode
from tenants.api import TenantAPIMixin

if TYPE_CHECKING:
    from enterprises.querysets import EnterpriseQuerySet


class GridReferenceSerializer(serializers.ModelSerializer[GridNode]):
    """A grid in one line."""

    class Meta:
        model = GridNode
        fields = ("id", "code", "name", "kind")


class IndustryReferenceSerializer(serializers.ModelSerializer[IndustrySubcategory]):
    """A trade in one line."""

    category = serializers.CharField(source="category.name")

    class Meta:
        model = IndustrySubcategory
        fields = ("id", "code", "name", "category")


class MaskedPhone(serializers.CharField):
    """A phone number as everybody may read it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            read_only=True,
            help_text=_("Masked; in full by a call that gives a reason."),
            **kwargs,
        )

    def to_representation(self, value: Any) -> str:
        return mask_phone(str(value))


class EnterpriseSerializer(serializers.ModelSerializer[Enterprise]):
    """An entry of the register. ``grid`` is what the enterprise stands in.

    Phones are masked; ``/api/v1/personal-data/`` gives one in full.
    """

    subcategory = IndustryReferenceSerializer()
    grid = GridReferenceSerializer()
    township = GridReferenceSerializer()
    department = GridReferenceSerializer(source="department_node", allow_null=True)
    principal_phone = MaskedPhone()
    safety_manager_phone = MaskedPhone()

    class Meta:
        model = Enterprise
        fields = (
            "id",
            "name",
            "unit_type",
            "uscc",
            "uscc_check_failed",
            "uscc_missing_reason",
            "own_code",
            "state",
            "subcategory",
            "grid",
            "township",
            "department",
            "legal_person",
            "principal",
            "principal_phone",
            "safety_manager",
            "safety_manager_phone",
            "address",
            "longitude",
            "latitude",
            "position_source",
            "position_accuracy",
            "employees",
            "scale",
            "above_designated_size",
            "industry_code",
            "revenue",
            "assets",
            "management_level",
            "merged_into",
            "registered_at",
        )


@extend_schema_view(
    list=extend_schema(
        summary="List enterprises",
        description="Those that the user may see, with the exact total.",
    ),
    retrieve=extend_schema(summary="Read one enterprise"),
)
class EnterpriseViewSet(TenantAPIMixin, viewsets.ReadOnlyModelViewSet[Enterprise]):
    queryset = Enterprise.objects.all()
    serializer_class = EnterpriseSerializer
    filterset_class = EnterpriseFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> EnterpriseQuerySet:
        visible = Enterprise.objects.visible_to(self.request.user)
        return visible.for_list().order_by("name", "pk")
