"""The schemes of work items: seed them, choose one, edit what they say.

What an item says is kept in versions: what was due and done before a change
stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.models import (
    GridNode,
    WorkItem,
    WorkItemVersion,
    WorkScheme,
    WorkSchemeTerm,
)
from grids.work_items import EDITION, IN_FORCE_AT_FIRST, SCHEMES
from tenants.errors import DomainError, InvalidTransition, refused_at_its_field
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from grids.work_items import SchemeSpec

MANAGE = "manage_rules"


@transaction.atomic
def seed_work_items() -> int:
    """Both schemes as proposals, the first in force; safe to repeat.

    A scheme that is there is left as the county made it. Returns how many items
    are new.
    """
    first_of_month = timezone.localdate().replace(day=1)
    known = set(WorkScheme.objects.values_list("code", flat=True))
    added = sum(
        _seed(spec, first_of_month) for spec in SCHEMES if spec.code not in known
    )
    if not WorkSchemeTerm.objects.exists():
        WorkSchemeTerm.objects.create(
            scheme=WorkScheme.objects.get(code=IN_FORCE_AT_FIRST),
            begins_on=first_of_month,
        )
    return added


def _seed(spec: SchemeSpec, begins_on: date) -> int:
    scheme = WorkScheme.objects.create(
        code=spec.code,
        name=spec.name,
        edition=EDITION,
        source=spec.source,
        is_proposed=True,
    )
    versions = []
    for aspect in spec.aspects:
        for seq, given in enumerate(aspect.items, start=1):
            item = WorkItem(
                scheme=scheme, aspect_code=aspect.code, aspect=aspect.name, seq=seq
            )
            versions.append(
                WorkItemVersion(
                    item=item,
                    name=given.name,
                    owner_role=given.role,
                    unit=given.unit,
                    times=given.times,
                    evidence=given.evidence,
                    is_proposed=True,
                    valid_from=begins_on,
                )
            )
    WorkItem.objects.bulk_create([version.item for version in versions])
    WorkItemVersion.objects.bulk_create(versions)
    return len(versions)


@transaction.atomic
def choose_scheme(*, actor: User | None, scheme_id: UUID) -> WorkSchemeTerm:
    """Put a scheme in force from today on; the one before ends, its records stay."""
    _require(actor)
    scheme = _scheme(scheme_id)
    today = timezone.localdate()
    current = (
        WorkSchemeTerm.objects.select_for_update().filter(ends_on__isnull=True).first()
    )
    if current is not None and current.scheme_id == scheme.pk:
        raise InvalidTransition(_("This scheme is in force already."))
    if current is not None:
        current.ends_on = today
        current.save(update_fields=["ends_on"])
    term: WorkSchemeTerm = WorkSchemeTerm.objects.create(
        scheme=scheme, begins_on=today, chosen_by=_own(actor)
    )
    return term


@transaction.atomic
def edit_item(*, actor: User | None, item_id: UUID, **facts: Any) -> WorkItemVersion:
    """Say from today on something else; an earlier version keeps its days.

    ``facts`` are name, owner_role, unit, times, evidence and help. What was
    edited by the county is no proposal any more.
    """
    _require(actor)
    current = _version_in_force(item_id)
    given = {name: getattr(current, name) for name in _FACTS} | _tidied(facts)
    if all(getattr(current, name) == value for name, value in given.items()):
        return current
    today = timezone.localdate()
    current.valid_to = today
    current.save(update_fields=["valid_to"])
    return _new_version(
        actor, current.item, number=current.number + 1, valid_from=today, **given
    )


@transaction.atomic
def add_item(
    *,
    actor: User | None,
    scheme_id: UUID,
    aspect_code: str,
    **facts: Any,
) -> WorkItemVersion:
    """One more item at the end of an aspect that the scheme has."""
    _require(actor)
    scheme = _scheme(scheme_id)
    WorkScheme.objects.select_for_update().get(pk=scheme.pk)
    last = (
        WorkItem.objects.filter(scheme=scheme, aspect_code=aspect_code)
        .order_by("-seq")
        .first()
    )
    if last is None:
        raise DomainError(_("This aspect does not exist."), field="aspect_code")
    item = WorkItem.objects.create(
        scheme=scheme,
        aspect_code=last.aspect_code,
        aspect=last.aspect,
        seq=last.seq + 1,
    )
    today = timezone.localdate()
    return _new_version(actor, item, number=1, valid_from=today, **_tidied(facts))


@transaction.atomic
def withdraw_item(*, actor: User | None, item_id: UUID) -> WorkItem:
    """The item is due no longer, from today on; what was done stays."""
    _require(actor)
    current = _version_in_force(item_id)
    current.valid_to = timezone.localdate()
    current.save(update_fields=["valid_to"])
    item: WorkItem = current.item
    return item


_FACTS = ("name", "owner_role", "unit", "times", "evidence", "help")


def _tidied(facts: dict[str, Any]) -> dict[str, Any]:
    given = dict(facts)
    if "name" in given:
        given["name"] = tidy_line(given["name"])
    if "help" in given:
        given["help"] = tidy(given["help"])
    return given


def _new_version(
    actor: User | None,
    item: WorkItem,
    *,
    number: int,
    valid_from: date,
    **facts: Any,
) -> WorkItemVersion:
    version = WorkItemVersion(
        item=item,
        number=number,
        valid_from=valid_from,
        changed_by=_own(actor),
        **facts,
    )
    if not version.is_periodic and version.times != 1:
        raise DomainError(
            _("What is due whenever it comes up has no number of times."),
            field="times",
        )
    with refused_at_its_field():
        version.clean_fields(exclude=["item", "tenant", "changed_by", "valid_to"])
    version.save(force_insert=True)
    return version


def _version_in_force(item_id: UUID) -> WorkItemVersion:
    found: WorkItemVersion | None = (
        WorkItemVersion.objects.select_for_update(of=("self",))
        .select_related("item")
        .filter(item_id=item_id, valid_to__isnull=True)
        .first()
    )
    if found is None:
        raise DomainError(_("This work item does not exist any more."), field="item")
    return found


def _scheme(scheme_id: UUID) -> WorkScheme:
    scheme: WorkScheme | None = WorkScheme.objects.filter(pk=scheme_id).first()
    if scheme is None:
        raise DomainError(_("This scheme does not exist."), field="scheme")
    return scheme


def _require(actor: User | None) -> None:
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, MANAGE, [root.pk])


def _own(actor: User | None) -> User | None:
    """An operator of the platform is no person of the bureau."""
    return actor if actor is not None and actor.tenant_id is not None else None
