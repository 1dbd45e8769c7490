"""How a machine says who it is: ``Authorization: Bearer <key>``."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """Find the user of a key.

    A request that also carries a session is left to the session: the tenant's
    scope was opened for that user, and nobody may act inside another's.
    """

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        if request._request.user.is_authenticated:  # noqa: SLF001
            return None
        token = services.token_with(_key(words))
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        services.note_token_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


def _key(words: list[bytes]) -> str:
    """The one word after ``Bearer``; anything else opens nothing."""
    if len(words) != 2:
        return ""
    return words[1].decode("ascii", errors="replace")


class TokenScheme(OpenApiAuthenticationExtension):
    """Tells the OpenAPI page how to send a key."""

    target_class = "accounts.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix=TokenAuthentication.keyword
        )
