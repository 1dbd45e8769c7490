"""Change an entry: its facts, its state, its place.

The register is kept along the territory line: what counts is the permission on
the enterprise's own grid or above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, EnterpriseAction, EnterpriseState
from enterprises.services.checks import (
    Facts,
    check_fields,
    find_subcategory,
    node_code,
    record,
    settle_code,
)
from enterprises.services.registering import PERMISSION, next_own_code
from enterprises.services.scale import check_scale, settle_scales
from enterprises.services.supervision import copy_moved_units
from grids import access
from grids.services import edit_node, move_node
from tenants.errors import DomainError, InvalidTransition
from tenants.locks import Lock, acquire
from tenants.texts import tidy

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

# Of people the journal keeps only that something changed, not what it was: it
# cannot forget.
_PERSONAL = frozenset(
    {
        "legal_person",
        "principal",
        "principal_phone",
        "safety_manager",
        "safety_manager_phone",
    }
)


class Changes(Facts, total=False):
    """What :func:`edit_enterprise` may change; what is not named stays."""

    name: str
    unit_type: str
    uscc: str
    uscc_missing_reason: str
    subcategory_id: UUID


@transaction.atomic
def edit_enterprise(
    *,
    actor: User | None,
    enterprise_id: UUID,
    accept_check_digit: bool = False,
    **changes: Unpack[Changes],
) -> Enterprise:
    """Change facts of an entry; its grid follows with name and code.

    Writes one event that names the fields, and none where nothing changed.
    """
    acquire(Lock.GRID_TREE)
    enterprise = _locked(enterprise_id, actor)
    before = state_of(enterprise)
    if "subcategory_id" in changes:
        _change_trade(enterprise, changes.pop("subcategory_id"))
    for field, value in changes.items():
        setattr(enterprise, field, value)
    # A check digit that was accepted once stays accepted until the code changes.
    known = before["uscc"] == enterprise.uscc and before["uscc_check_failed"]
    settle_code(enterprise, actor=actor, accept_check_digit=accept_check_digit or known)
    check_fields(enterprise)
    settle_scales([enterprise])
    check_scale(enterprise)
    if not enterprise.code:
        enterprise.own_code = next_own_code()
    changed = differences(before, state_of(enterprise))
    changed.pop("scale_basis", None)
    if not changed:
        return enterprise
    enterprise.save(update_fields=written())
    if {"name", "uscc", "own_code"} & changed.keys():
        edit_node(
            actor=actor,
            node_id=enterprise.area_node_id,
            name=enterprise.name,
            code=node_code(enterprise),
            permission=PERMISSION,
        )
    record(enterprise, name=EnterpriseAction.EDITED, actor=actor, changed=changed)
    return enterprise


@transaction.atomic
def change_state(
    *, actor: User | None, enterprise_id: UUID, state: str, note: str
) -> Enterprise:
    """Suspend, resume, close a unit, with a reason. Its grid and cases stay."""
    enterprise = _locked(enterprise_id, actor)
    if state not in EnterpriseState.values:
        raise DomainError(_("This state does not exist."), field="state")
    if state == enterprise.state:
        raise InvalidTransition(
            _("The enterprise is already in this state."),
            field="state",
        )
    if enterprise.merged_into_id is not None:
        raise InvalidTransition(
            _("This entry was merged into another one and stays closed."),
            field="state",
        )
    if not tidy(note):
        raise DomainError(_("Say why the state changes."), field="note")
    before, enterprise.state = enterprise.state, state
    enterprise.save(update_fields=["state"])
    record(
        enterprise,
        name=EnterpriseAction.STATE_CHANGED,
        actor=actor,
        note=tidy(note),
        before=before,
        after=state,
    )
    return enterprise


@transaction.atomic
def move_enterprise(
    *, actor: User | None, enterprise_id: UUID, new_parent_id: UUID, note: str = ""
) -> Enterprise:
    """Put an enterprise below another village, sub-grid or township.

    The permission is asked where it stands and where it goes. The township of
    the row follows by foreign key.
    """
    acquire(Lock.GRID_TREE)
    enterprise = _locked(enterprise_id, actor)
    before = enterprise.grid
    if new_parent_id == before.pk:
        raise DomainError(
            _("The enterprise already stands in this grid."), field="parent"
        )
    move_node(
        actor=actor,
        node_id=enterprise.area_node_id,
        new_parent_id=new_parent_id,
        permission=PERMISSION,
    )
    enterprise = Enterprise.objects.for_list().get(pk=enterprise.pk)
    record(
        enterprise,
        name=EnterpriseAction.MOVED,
        actor=actor,
        note=tidy(note),
        before={"id": str(before.pk), "name": before.name},
        after={"id": str(new_parent_id), "name": enterprise.grid.name},
    )
    copy_moved_units(actor=actor)
    return enterprise


def _locked(enterprise_id: UUID, actor: User | None) -> Enterprise:
    enterprise: Enterprise | None = (
        Enterprise.objects.select_for_update(of=("self",))
        .select_related("area_node__parent", "subcategory")
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    if actor is not None:
        access.require(actor, PERMISSION, [enterprise.area_node_id])
    return enterprise


def _change_trade(enterprise: Enterprise, subcategory_id: UUID) -> None:
    if subcategory_id == enterprise.subcategory_id:
        return
    subcategory = find_subcategory(subcategory_id)
    enterprise.subcategory = subcategory
    enterprise.department_node_id = subcategory.department_node_id


def written() -> list[str]:
    fixed = {
        *("id", "tenant", "area_node", "township", "state", "registered_at"),
        *("management_level", "merged_into"),
    }
    return [
        field.name
        for field in Enterprise._meta.concrete_fields
        if field.name not in fixed and not field.generated
    ]


def state_of(enterprise: Enterprise) -> dict[str, Any]:
    return {
        field.attname: field.value_from_object(enterprise)
        for field in Enterprise._meta.concrete_fields
        if not field.generated
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Old and new values of what changed; of people only that they changed."""
    return {
        field: None if field in _PERSONAL else [_plain(old), _plain(after[field])]
        for field, old in before.items()
        if old != after[field]
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
