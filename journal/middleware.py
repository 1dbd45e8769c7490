"""Which request is being answered, for whatever is written meanwhile."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse

answering: Final[ContextVar[HttpRequest | None]] = ContextVar("answering", default=None)


class RememberRequest:
    """So that a line of the security log names address and operator.

    Services are told who acts, not by which request; and an operator acts in a
    bureau as the platform, for whom no permission is asked. Stands behind the
    middleware that knows the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = answering.set(request)
        try:
            return self.get_response(request)
        finally:
            answering.reset(token)
