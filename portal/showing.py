"""Show personal data in full: to whoever may, for a reason, and never unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import personal_data
from accounts.models import User
from grids import access
from journal.models import SecurityAction, SecurityEvent
from journal.services import record_security
from tenants.errors import DomainError
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SHOW: Final = "show_personal_data"
WINDOW: Final = timedelta(minutes=10)
SHOWN_AT_MOST: Final = 30  # in one window; whoever needs more needs an export
SHORTEST_REASON: Final = 2
LONGEST_REASON: Final = 200


class TooManyShown(DomainError):
    """Nobody reads a register out one number after the other."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "throttled"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in full, and what it is."""

    value: str
    label: Any
    whose: str


@transaction.atomic
def show_personal_data(
    *,
    actor: Any,
    kind: str,
    object_id: UUID,
    field: str,
    reason: str,
    request: HttpRequest,
) -> Shown:
    """The value, once the security log says who wanted to see it and why.

    What the actor may not see at all is not found. Counting waits for the
    actor's other requests, so that the limit is exact.
    """
    known = personal_data.kind_of(kind, field)
    if known is None or not isinstance(actor, User) or actor.tenant_id is None:
        raise Http404
    holder = known.find(actor, object_id)
    if holder is None:
        raise Http404
    access.require(actor, SHOW, holder.nodes)
    reason = _checked(reason)
    _check_limit(actor)
    label = known.labels[field]
    record_security(
        name=SecurityAction.PERSONAL_DATA_SHOWN,
        actor=actor,
        request=request,
        note=f"{holder.whose} · {label} · {reason}",
        kind=kind,
        object=str(object_id),
        field=field,
        reason=reason,
    )
    return Shown(getattr(holder.row, field) or "", label, holder.whose)


def masked_value(actor: User, kind: str, object_id: UUID, field: str) -> str:
    """The same as everybody may read it; empty for what the actor may not see."""
    known = personal_data.kind_of(kind, field)
    holder = None if known is None else known.find(actor, object_id)
    if known is None or holder is None:
        return ""
    return known.masks[field](getattr(holder.row, field) or "")


def _checked(reason: str) -> str:
    reason = tidy_line(reason)
    if len(reason) < SHORTEST_REASON:
        raise DomainError(_("Say why you need it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(
            _("The reason has %(most)d characters at most.") % {"most": LONGEST_REASON},
            field="reason",
        )
    return reason


def _check_limit(actor: User) -> None:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    shown = SecurityEvent.objects.filter(
        tenant_id=require_tenant(),
        at__gt=timezone.now() - WINDOW,
        actor=actor,
        name=SecurityAction.PERSONAL_DATA_SHOWN,
    )
    if shown.count() >= SHOWN_AT_MOST:
        raise TooManyShown(
            _("That were %(most)d within ten minutes. Wait a little, then go on.")
            % {"most": SHOWN_AT_MOST},
            field="reason",
        )
