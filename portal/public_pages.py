"""What stands behind printed codes: shared pages without cookies, and no guessing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.core.cache import caches
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from tenants.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest

# Addresses on paper. Nobody signs in there, so nothing of a visitor is kept.
PREFIXES: Final = ("/q/", "/g/")
KEPT_SECONDS: Final = 60
# Wrong codes from one network in a minute. A torn sign gives one or two; the codes
# themselves are of 89 bits, so that this spares the database and hides nothing.
WRONG_AT_MOST: Final = 60
WINDOW_SECONDS: Final = 60


class TooManyWrongCodes(DomainError):
    """Somebody tries codes. What was printed and is known stays open to them."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self) -> None:
        super().__init__(
            _("Too many wrong codes came from your network. Wait a minute.")
        )


def draw(template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page drawn without its request: nothing of the visitor can be in it, no
    token of a form and so no cookie."""
    return HttpResponse(render_to_string(template, context), status=status)


def shared(response: HttpResponse, *, seconds: int = KEPT_SECONDS) -> HttpResponse:
    """Caches on the way may keep it. Signed in or in another language it is another."""
    response["Cache-Control"] = f"public, max-age={seconds}, s-maxage={seconds}"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: behind a printed address one page for all that is no code."""
    if not request.path.startswith(PREFIXES):
        return page_not_found(request, exception)
    return shared(draw("404.html", {}, status=404))


def too_many() -> HttpResponse:
    refusal = TooManyWrongCodes()
    response = draw("429.html", {"exception": str(refusal)}, status=refusal.status)
    response["Retry-After"] = str(WINDOW_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def has_guessed_too_often(request: HttpRequest) -> bool:
    """Asked before a code is looked up, of this process alone: what is printed and
    known is served without Redis."""
    return bool(caches["public"].get(_key(request)))


def count_wrong_code(request: HttpRequest) -> None:
    """Counted in Redis for all processes; while it is away nobody is held up."""
    cache, key = caches["default"], _key(request)
    try:
        count = 1 if cache.add(key, 1, timeout=WINDOW_SECONDS) else cache.incr(key)
    except (RedisError, ValueError):  # away, or the minute ended this moment
        return
    if count >= WRONG_AT_MOST:
        caches["public"].set(key, value=True, timeout=WINDOW_SECONDS)


def _key(request: HttpRequest) -> str:
    """No address is kept, not even for a minute: a keyed digest of the day."""
    text = f"{timezone.localdate()}:{request.META.get('REMOTE_ADDR', '')}"
    return f"wrong-codes:{salted_hmac('portal.wrong_codes', text).hexdigest()}"
