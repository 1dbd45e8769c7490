"""Personal data in full for programs: one value a call, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from portal import showing
from tenants.api import TenantAPIMixin
from tenants.parsers import FlatJSONParser

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(
        max_length=showing.LONGEST_REASON,
        help_text=_("Why it is needed; it goes to the security log."),
    )


class ShownSerializer(serializers.Serializer):
    value = serializers.CharField(allow_blank=True)


class ShowPersonalDataView(TenantAPIMixin):
    """One value in full, logged with its reason."""

    parser_classes = (FlatJSONParser,)

    @extend_schema(
        operation_id="personal_data_show",
        summary="Show one value in full",
        request=ReasonSerializer,
        responses={200: ShownSerializer},
    )
    def post(self, request: Request, kind: str, pk: UUID, field: str) -> Response:
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        shown = showing.show_personal_data(
            actor=request.user,
            kind=kind,
            object_id=pk,
            field=field,
            reason=given.validated_data["reason"],
            request=request._request,  # noqa: SLF001  the log wants Django's request
        )
        return Response(ShownSerializer({"value": shown.value}).data)
