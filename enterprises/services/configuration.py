"""The rule rows of the dossier, as a bureau changes them; nothing is deleted.

What was decided by a row names it or its edition, so that rows go out of use and
stay readable. Each change stands in the security log with who, what and the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    DirectReason,
    ExpiryRung,
    LevelThreshold,
    ScaleBound,
    ScaleGroup,
    SpecialDomain,
)
from enterprises.standing import LEVELS
from grids import access
from grids.models import GridNode, Role
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError, refused_at_its_field
from tenants.texts import tidy

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import Model

    from accounts.models import User

MANAGE = "manage_rules"
Row = TypeVar("Row", bound="Model")


@transaction.atomic
def save_domain(
    *, actor: User | None, row_id: UUID | None, **fields: Any
) -> SpecialDomain:
    """Enter or change a special domain; ``fields`` are those of the model."""
    return _save(SpecialDomain, actor, row_id, fields)


@transaction.atomic
def save_direct_reason(
    *, actor: User | None, row_id: UUID | None, **fields: Any
) -> DirectReason:
    """Enter or change what puts an enterprise on level D at once."""
    return _save(DirectReason, actor, row_id, fields)


@transaction.atomic
def save_expiry_rung(
    *, actor: User | None, row_id: UUID | None, **fields: Any
) -> ExpiryRung:
    """Enter or change how long before its end a certificate is spoken of, and to whom.

    A rung in use tells somebody, by roles that the bureau has.
    """
    roles = [*fields["area_roles"], *fields["department_roles"]]
    if fields["is_active"] and not roles:
        raise DomainError(_("Choose at least one role to tell."), field="area_roles")
    known = set(Role.objects.values_list("code", flat=True))
    for at in ("area_roles", "department_roles"):
        if set(fields[at]) - known:
            raise DomainError(_("This role does not exist."), field=at)
    if not 0 < fields["days"] <= 3650:
        raise DomainError(_("Between 1 and 3,650 days."), field="days")
    return _save(ExpiryRung, actor, row_id, fields)


@transaction.atomic
def save_threshold(
    *, actor: User | None, row_id: UUID, lowest: Decimal, edition: str, **fields: Any
) -> LevelThreshold:
    """Change the lowest score of a level.

    Decisions name the edition they were made by. Another score is therefore a row of
    another edition, and the one before goes out of use; source and confirmation are
    changed in place. The levels keep their order: A above B above C above D.
    """
    _require(actor)
    row = LevelThreshold.objects.select_for_update().get(pk=row_id)
    if not row.is_active:
        raise DomainError(_("This edition is out of use: change the one in use."))
    if lowest == row.lowest:
        return _write(row, actor, {"edition": row.edition, **fields})
    edition = tidy(edition)
    taken = LevelThreshold.objects.filter(level=row.level, edition=edition)
    if not edition or taken.exists():
        raise DomainError(
            _(
                "Another score is another edition: decisions name the edition they"
                " were made by."
            ),
            field="edition",
        )
    _check_order(row.level, lowest)
    row.is_active = False
    row.save(update_fields=["is_active"])
    fresh = LevelThreshold(level=row.level)
    return _write(fresh, actor, {"lowest": lowest, "edition": edition, **fields})


def _check_order(level: str, lowest: Decimal) -> None:
    rows = LevelThreshold.objects.filter(is_active=True).exclude(level=level)
    scores = {row.level: row.lowest for row in rows} | {level: lowest}
    falling = [scores[each] for each in LEVELS if each in scores]
    if falling != sorted(set(falling), reverse=True):
        raise DomainError(
            _("Each level begins above the next: A above B above C above D."),
            field="lowest",
        )
    if level == LEVELS[-1] and lowest != 0:
        raise DomainError(
            _("Level D begins at 0: every score has a level."), field="lowest"
        )


@transaction.atomic
def save_scale_group(*, actor: User | None, row_id: UUID, **fields: Any) -> ScaleGroup:
    """Change what is above designated size in a group, its edition and its source.

    Entries are measured again when they are next edited or imported.
    """
    return _save(ScaleGroup, actor, row_id, fields)


@transaction.atomic
def save_scale_bound(*, actor: User | None, row_id: UUID, **fields: Any) -> ScaleBound:
    """Change the lower bounds of a size class; at least one is given.

    ``fields``: employees, revenue and assets (both in ten thousand yuan); none of
    them lies below that of the next smaller class.
    """
    _require(actor)
    row = ScaleBound.objects.select_for_update().get(pk=row_id)
    if all(value is None for value in fields.values()):
        raise DomainError(_("Give at least one bound."), field="employees")
    order = ("small", "medium", "large")
    at = order.index(row.scale)
    for other in ScaleBound.objects.filter(group=row.group_id).exclude(pk=row.pk):
        for name, value in fields.items():
            theirs = getattr(other, name)
            if value is None or theirs is None:
                continue
            smaller = order.index(other.scale) < at
            if value < theirs if smaller else value > theirs:
                raise DomainError(
                    _("A larger class begins no lower than a smaller one."), field=name
                )
    return _write(row, actor, fields)


# What they share -----------------------------------------------------------------------


def _require(actor: User | None) -> None:
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, MANAGE, [root.pk])


def _save(
    model: type[Row], actor: User | None, row_id: UUID | None, fields: dict[str, Any]
) -> Row:
    _require(actor)
    rows = model._default_manager.select_for_update()
    row = model() if row_id is None else rows.get(pk=row_id)
    return _write(row, actor, fields)


def _write(row: Row, actor: User | None, fields: dict[str, Any]) -> Row:
    for name, value in fields.items():
        setattr(row, name, tidy(value) if isinstance(value, str) else value)
    empty = [name for name, value in fields.items() if value == []]
    with refused_at_its_field():
        row.full_clean(exclude=empty)  # a line along which nobody is told
    row.save()
    record_security(
        name=SecurityAction.RULE_ROWS_CHANGED,
        actor=actor,
        note=f"{row._meta.verbose_name} · {row}"[:200],
        row=str(row.pk),
        values={name: _plain(value) for name, value in fields.items()},
    )
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | list | None) else str(value)
