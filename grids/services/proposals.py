"""Roles that wait for a decision: proposed by one, decided by another.

A row may ask for a post, whose rule gives the role. Then whoever handed it in
appoints, and must hold ``appoint_posts`` there on both days; whoever gives roles
confirms. No role is given beside that of the post.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids import access
from grids.models import (
    GridNode,
    PostRule,
    ProposalState,
    Role,
    RoleAssignment,
    RoleProposal,
)
from grids.roles import RESERVED
from grids.services.appointing import appoint_people
from grids.services.posts import NewPost
from grids.services.roles import MANAGE, assign_roles_in_bulk, misfit
from grids.services.separation import permissions_of
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError, NotAllowed
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User

ACCOUNTS = "manage_accounts"


@dataclass(frozen=True, slots=True)
class Wish:
    """A role for somebody on a grid, or a post and its role, as a list asks for it."""

    user_id: UUID
    role_id: UUID
    node_id: UUID
    post_kind: str = ""
    post_begins_on: date | None = None


def roles_for_lists() -> list[Role]:
    """The roles that a list may ask for: none that runs the platform itself."""
    roles = Role.objects.select_related("group").prefetch_related("group__permissions")
    return [
        role
        for role in roles
        if not RESERVED & {each.codename for each in role.group.permissions.all()}
    ]


@transaction.atomic
def propose_roles(
    *, actor: User, batch: UUID, source_name: str, wishes: Sequence[Wish]
) -> list[RoleProposal]:
    """Hand in the roles of a list; nothing opens before another person confirms."""
    root = GridNode.objects.get(parent__isnull=True)
    access.require(actor, ACCOUNTS, [root.pk])
    _check_roles({wish.role_id for wish in wishes})
    rows = RoleProposal.objects.bulk_create(
        [
            RoleProposal(
                batch=batch,
                source_name=source_name,
                user_id=wish.user_id,
                role_id=wish.role_id,
                node_id=wish.node_id,
                post_kind=wish.post_kind,
                post_begins_on=wish.post_begins_on,
                proposed_by=actor,
            )
            for wish in wishes
        ],
        batch_size=2000,
    )
    record_security(
        name=SecurityAction.ACCOUNTS_PROPOSED,
        actor=actor,
        note=source_name,
        roles=len(rows),
        batch=str(batch),
    )
    return list(rows)


@transaction.atomic
def confirm_roles(
    *,
    actor: User,
    batch: UUID,
    only: Collection[UUID] | None = None,
) -> int:
    """Give the waiting roles of a list, or ``only`` some of them: all or none.

    Rows that ask for a post are appointed, by whoever handed them in.
    What was right when the list was handed in is asked again, under a lock on
    the roles: a role may have got a duty since, an account may be closed.
    """
    # Before the roles are locked: appointing takes it first and reads them then.
    acquire(Lock.POSTS)
    rows = _waiting(actor, batch, only)
    _check_roles({row.role_id for row in rows})
    for row in rows:
        _check_row(actor, row)
    _appoint(actor, [row for row in rows if row.post_kind])
    _give(actor, [row for row in rows if not row.post_kind])
    return _decide(actor, rows, ProposalState.CONFIRMED)


def _give(actor: User, rows: list[RoleProposal]) -> None:
    if not rows:
        return
    held = set(
        RoleAssignment.objects.filter(
            user_id__in={row.user_id for row in rows}, ended_at__isnull=True
        ).values_list("user_id", "role_id", "node_id")
    )
    assign_roles_in_bulk(
        assignments=[
            (row.user_id, row.role.code, row.node_id)
            for row in rows
            if (row.user_id, row.role_id, row.node_id) not in held
        ],
        actor=actor,
        note=rows[0].source_name,
    )


def _appoint(actor: User, rows: list[RoleProposal]) -> None:
    """In the name of whoever asked; the security log names who confirmed."""
    rules = {
        (rule.kind, rule.node_kind): rule.role_id for rule in PostRule.objects.all()
    }
    by_whom: dict[User, list[NewPost]] = {}
    for row in rows:
        if rules.get((row.post_kind, row.node.kind)) != row.role_id:
            raise DomainError(
                _(
                    "The post of %(name)s gives another role by now. Refuse this row and"
                    " appoint on the page of the grid."
                )
                % {"name": row.user}
            )
        if row.post_begins_on is None:
            continue
        by_whom.setdefault(row.proposed_by, []).append(
            NewPost(
                user_id=row.user_id,
                node_id=row.node_id,
                kind=row.post_kind,
                begins_on=row.post_begins_on,
            )
        )
    for appointing, posts in by_whom.items():
        appoint_people(actor=appointing, posts=posts, confirmed_by=actor)


@transaction.atomic
def refuse_roles(
    *,
    actor: User,
    batch: UUID,
    only: Collection[UUID] | None = None,
) -> int:
    """Refuse the waiting roles of a list, or some: the accounts stay without."""
    rows = _waiting(actor, batch, only)
    record_security(
        name=SecurityAction.ROLES_REFUSED,
        actor=actor,
        note=rows[0].source_name,
        count=len(rows),
        by_role=dict(Counter(row.role.code for row in rows)),
        batch=str(batch),
    )
    return _decide(actor, rows, ProposalState.REFUSED)


def _waiting(
    actor: User, batch: UUID, only: Collection[UUID] | None
) -> list[RoleProposal]:
    """The rows, locked; of those on grids where the actor gives roles."""
    if actor.tenant_id is not None:
        access.require_anywhere(actor, MANAGE)
    elif not actor.is_superuser:
        raise NotAllowed(_("You are not allowed to do this here."))
    found = RoleProposal.objects.visible_to(actor).waiting().filter(batch=batch)
    if only is not None:
        found = found.filter(pk__in=only)
    found = found.select_related("user", "role", "node", "proposed_by").order_by("pk")
    rows = list(found.select_for_update(of=("self",)))
    if not rows:
        raise DomainError(_("Nothing chosen that still waits for a decision."))
    if only is not None and len(rows) != len(set(only)):
        raise DomainError(
            _("Some of the chosen rows no longer wait for you. Choose again.")
        )
    if any(row.proposed_by_id == actor.pk for row in rows):
        raise NotAllowed(_("Whoever handed in a list does not decide on it."))
    return rows


def _check_roles(role_ids: Collection[UUID]) -> None:
    """Locks them, so that none gets a duty while it is handed out."""
    roles = Role.objects.select_for_update(of=("self",)).filter(pk__in=role_ids)
    for role in roles.order_by("pk"):
        if RESERVED & permissions_of(role):
            raise DomainError(
                _("“%(role)s” is a role of administrators: not given by a list.")
                % {"role": role.name},
                field="role",
            )


def _check_row(actor: User, row: RoleProposal) -> None:
    if row.user_id == actor.pk:
        raise DomainError(_("Nobody gives a role to himself. Ask a colleague."))
    if not row.user.is_active:
        raise DomainError(
            _("The account of %(name)s is disabled. Refuse this row.")
            % {"name": row.user}
        )
    if row.node.is_retired:
        raise DomainError(
            _("“%(grid)s” is no longer in use. Refuse this row.")
            % {"grid": row.node.name}
        )
    if not row.post_kind and not row.role.fits(row.node):
        raise DomainError(f"{row.user}: {misfit(row.role, row.node)}")


def _decide(actor: User, rows: list[RoleProposal], state: ProposalState) -> int:
    now = timezone.now()
    by = actor.pk if actor.tenant_id is not None else None
    return RoleProposal.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, decided_at=now, decided_by=by
    )
