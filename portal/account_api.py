"""Keys for machines: made with a user name and a password, ended by themselves."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.attempts import TooManyAttempts
from accounts.forms import LONGEST_PASSWORD
from accounts.models import ApiToken
from portal import sign_in
from tenants.api import TenantAPIMixin
from tenants.parsers import FlatJSONParser


class MakeTokenSerializer(serializers.Serializer):
    username = serializers.CharField(
        max_length=50, help_text=_("User name or mobile phone.")
    )
    password = serializers.CharField(
        max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True
    )
    code = serializers.CharField(
        max_length=40,
        default="",
        allow_blank=True,
        write_only=True,
        help_text=_("Of the authenticator, where a second factor is set up."),
    )
    name = serializers.CharField(
        max_length=100, default="API", help_text=_("What the token is for.")
    )
    expires_on = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Its last day; empty: after half a year."),
    )

    def validate_expires_on(self, day: Any) -> Any:
        if day is not None and day < timezone.localdate():
            raise serializers.ValidationError(_("This day is already over."))
        return day


class TokenSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    key = serializers.CharField(help_text=_("Shown this once; keep it safe."))
    expires_on = serializers.DateField()


class TokensView(APIView):
    """Make a token with a user name and a password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FlatJSONParser,)

    @extend_schema(
        operation_id="tokens_create",
        request=MakeTokenSerializer,
        responses={201: TokenSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        given = MakeTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        plain = request._request  # noqa: SLF001  the log wants Django's request
        try:
            user = sign_in.check_all(
                request=plain,
                username=wanted["username"],
                password=wanted["password"],
                code=wanted["code"],
            )
        except TooManyAttempts as refusal:
            raise Throttled(wait=refusal.seconds, detail=str(refusal)) from refusal
        token, key = sign_in.make_token(
            request=plain,
            user=user,
            name=wanted["name"],
            expires_on=wanted["expires_on"],
        )
        answer = TokenSerializer(
            {
                "id": token.pk,
                "name": token.name,
                "key": key,
                "expires_on": token.expires_on,
            }
        )
        return Response(answer.data, status=status.HTTP_201_CREATED)


class CurrentTokenView(TenantAPIMixin):
    """The token that the request itself carries."""

    @extend_schema(
        operation_id="tokens_current_destroy",
        request=None,
        responses={204: OpenApiResponse(description=_("Revoked."))},
    )
    def delete(self, request: Request) -> Response:
        """Revoke it: the next request with it is refused."""
        if not isinstance(request.auth, ApiToken):
            raise NotFound
        sign_in.revoke_token(
            request=request._request,  # noqa: SLF001
            user=request.user,
            token_id=request.auth.pk,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
