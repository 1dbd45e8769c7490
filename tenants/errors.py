"""Refusals: what the platform says no to, in words a user can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal that the user can understand and act on.

    ``field`` names the input it belongs to, so that forms and the API can show
    the sentence beside it.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The user may see the object but not do this to it."""

    status = HTTPStatus.FORBIDDEN
    code = "not_allowed"


class InvalidTransition(DomainError):
    """The case has moved on, or the step never existed from this state."""

    status = HTTPStatus.CONFLICT
    code = "invalid_transition"


class Conflict(DomainError):
    """The same key was used before for something else."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class TenantScopeMissing(RuntimeError):
    """Tenant-owned rows were asked for outside a scope: a programming error."""

    def __init__(self, model: type) -> None:
        super().__init__(f"{model.__name__} was queried outside a tenant scope.")


@contextmanager
def refused_at_its_field() -> Iterator[None]:
    """Turn what a model's own validation finds into a refusal at the first field."""
    try:
        yield
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=field) from error
