"""``/api/v1/evidence/``: hand in photos one by one, and ask which have arrived."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evidence.models import Photo, PositionMethod
from evidence.positions import Position
from evidence.services import store_photo
from tenants.api import TenantAPIMixin
from tenants.parsers import FlatJSONParser

MAX_ASKED = 200  # more than a phone keeps for a day's work


class PhotoUploadSerializer(serializers.Serializer[Any]):
    """One photo with what the phone knows about it."""

    file = serializers.FileField(allow_empty_file=True)
    id = serializers.UUIDField(
        required=False,
        help_text="Made by the phone (UUIDv7), so that sending again is harmless.",
    )
    taken_at = serializers.DateTimeField(required=False, allow_null=True)
    longitude = serializers.DecimalField(
        max_digits=None, decimal_places=None, required=False, help_text="WGS-84"
    )
    latitude = serializers.DecimalField(
        max_digits=None, decimal_places=None, required=False, help_text="WGS-84"
    )
    accuracy = serializers.FloatField(required=False, min_value=0, help_text="metres")
    method = serializers.ChoiceField(
        choices=PositionMethod.choices, default=PositionMethod.GPS
    )
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Longitude and latitude come together or not at all."""
        if ("longitude" in attrs) != ("latitude" in attrs):
            missing = "latitude" if "longitude" in attrs else "longitude"
            field = self.fields[missing]
            raise serializers.ValidationError(
                {missing: field.error_messages["required"]}
            )
        return attrs


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    """A photo that has arrived."""

    sha256 = serializers.CharField(source="blob.sha256")
    width = serializers.IntegerField(source="blob.width")
    height = serializers.IntegerField(source="blob.height")
    attached = serializers.BooleanField(source="is_attached")
    thumbnail = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ("id", "sha256", "width", "height", "attached", "thumbnail")

    def get_thumbnail(self, photo: Photo) -> str:
        """For the uploader, until the photo is part of a case."""
        return reverse(
            "evidence:photo", kwargs={"pk": photo.pk, "variant": "thumbnail"}
        )


class WhichSerializer(serializers.Serializer[Any]):
    """The SHA-256 of files that the phone is about to send."""

    sha256 = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$"), max_length=MAX_ASKED
    )


class KnownPhotoSerializer(serializers.ModelSerializer[Photo]):
    sha256 = serializers.CharField(source="blob.sha256")
    attached = serializers.BooleanField(source="is_attached")

    class Meta:
        model = Photo
        fields = ("id", "sha256", "attached")


class KnownSerializer(serializers.Serializer[Any]):
    photos = KnownPhotoSerializer(many=True)


class PhotoUploadView(TenantAPIMixin):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="Hand in a photo",
        description=(
            "JPEG, PNG, WebP or HEIC, at most 15 MB and 40 megapixels. Refusals"
            " name the field `photos`. The same `id` with the same file gives the"
            " photo stored first; with another file 409."
        ),
        request={"multipart/form-data": PhotoUploadSerializer},
        responses={201: PhotoSerializer},
    )
    def post(self, request: Request) -> Response:
        given = PhotoUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        photo = store_photo(
            content=values["file"],
            actor=request.user,
            photo_id=values.get("id"),
            taken_at=values.get("taken_at"),
            position=_position(values),
            place=values.get("place", ""),
        )
        return Response(PhotoSerializer(photo).data, status=status.HTTP_201_CREATED)


class WhichView(TenantAPIMixin):
    parser_classes = (FlatJSONParser,)

    @extend_schema(
        summary="Which photos have arrived",
        description="Of the files named by SHA-256, those that this user sent.",
        request=WhichSerializer,
        responses=KnownSerializer,
    )
    def post(self, request: Request) -> Response:
        given = WhichSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        photos = (
            Photo.objects.uploaded_by(request.user.pk)
            .with_content(given.validated_data["sha256"])
            .select_related("blob")
            .order_by("uploaded_at", "pk")
        )
        return Response(KnownSerializer({"photos": photos}).data)


def _position(values: dict[str, Any]) -> Position | None:
    if "longitude" not in values:
        return None
    return Position(
        longitude=values["longitude"],
        latitude=values["latitude"],
        accuracy_m=values.get("accuracy"),
        method=values["method"],
    )
