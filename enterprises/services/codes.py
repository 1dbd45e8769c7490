"""QR codes: one for every entry, new ones beside old ones, none ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    CodeDirectory,
    Enterprise,
    EnterpriseAction,
    EnterpriseCode,
)
from enterprises.services.checks import record
from enterprises.tokens import digest, new_token, tidy_token
from grids import access
from tenants.errors import DomainError, InvalidTransition
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User

BATCH = 2000
EDIT = "edit_enterprises"


@transaction.atomic
def issue_codes(
    *, enterprises: Sequence[Enterprise], actor: User | None
) -> list[EnterpriseCode]:
    """A fresh code for each entry, in two statements whatever the count.

    Called where entries come about; the caller has asked for the permission.
    """
    tokens = [new_token() for _enterprise in enterprises]
    CodeDirectory.objects.bulk_create(
        [CodeDirectory(digest=digest(t), tenant_id=require_tenant()) for t in tokens],
        batch_size=BATCH,
    )
    return EnterpriseCode.objects.bulk_create(
        [
            EnterpriseCode(enterprise=enterprise, token=token, issued_by=actor)
            for enterprise, token in zip(enterprises, tokens, strict=True)
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def issue_new_code(*, actor: User | None, enterprise_id: UUID) -> EnterpriseCode:
    """One more code for an entry: the sheets that hang already go on working."""
    enterprise = editable(enterprise_id, actor)
    (code,) = issue_codes(enterprises=[enterprise], actor=actor)
    record(enterprise, name=EnterpriseAction.CODE_ISSUED, actor=actor)
    return code


@transaction.atomic
def withdraw_code(*, actor: User | None, code_id: UUID, reason: str) -> EnterpriseCode:
    """Stop a code that was abused; its page then says so and shows no facts.

    The last code in force cannot be withdrawn without another: an enterprise is
    never without one.
    """
    found = EnterpriseCode.objects.filter(pk=code_id).first()
    if found is None:
        raise DomainError(_("This code does not exist."), field="code")
    enterprise = editable(found.enterprise_id, actor)
    code: EnterpriseCode = EnterpriseCode.objects.get(pk=code_id)
    if code.is_withdrawn:
        raise InvalidTransition(_("This code was withdrawn already."), field="code")
    if not tidy_line(reason):
        raise DomainError(_("Say why the code is withdrawn."), field="reason")
    code.withdrawn_at = timezone.now()
    code.withdrawn_because = tidy_line(reason)[:200]
    code.save(update_fields=["withdrawn_at", "withdrawn_because"])
    record(
        enterprise,
        name=EnterpriseAction.CODE_WITHDRAWN,
        actor=actor,
        note=code.withdrawn_because,
    )
    if not enterprise.qr_codes.filter(withdrawn_at__isnull=True).exists():
        issue_new_code(actor=actor, enterprise_id=enterprise.pk)
    return code


def tenant_of_token(typed: str) -> int | None:
    """Whose code this is: the one question that is asked before there is a tenant."""
    token = tidy_token(typed)
    if not token:
        return None
    found = CodeDirectory.objects.filter(
        digest=digest(token), tenant__is_active=True
    ).values_list("tenant_id", flat=True)
    return found.first()


def code_with_token(typed: str) -> EnterpriseCode | None:
    """The code in the tenant one works in, with its enterprise."""
    codes = EnterpriseCode.objects.select_related("enterprise")
    found: EnterpriseCode | None = codes.filter(token=tidy_token(typed)).first()
    return found


def editable(enterprise_id: UUID, actor: User | None) -> Enterprise:
    """The locked entry, if the actor may edit it. Foreign and unknown ids are one."""
    enterprise: Enterprise | None = (
        Enterprise.objects.select_for_update(of=("self",))
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    if actor is not None:
        access.require(actor, EDIT, [enterprise.area_node_id])
    return enterprise
