"""What posts and leaves give today: roles that begin and end with them.

One comparison does it all: what posts and leaves say for a day against the derived
assignments that are open. Appointing, ending, leaves and the night all call it, so
they cannot disagree, and running it twice changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from grids.models import GridNode, Leave, Post, PostRule, RoleAssignment
from grids.models.roles import Origin
from grids.services.grants import derive_grants
from journal.models import SecurityAction
from journal.services import record_security
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from accounts.models import User

# Up to here the security log names each role; above it, how many.
NAMED_EACH = 200


class Derived(NamedTuple):
    """An assignment that a post or a leave asks for."""

    user_id: UUID
    role_id: UUID
    node_id: UUID
    origin: str
    on_behalf_of_id: UUID | None


class Settled(NamedTuple):
    """How many roles began and ended."""

    begun: int
    ended: int


@transaction.atomic
def settle_posts(
    *,
    on: date,
    user_ids: Collection[UUID] | None = None,
    actor: User | None = None,
) -> Settled:
    """Make the derived roles of these users (of all) what this day asks for.

    The caller holds ``Lock.POSTS``. Each role that begins or ends is written to
    the security log.
    """
    wanted = _wanted(on, user_ids)
    open_now = RoleAssignment.objects.exclude(origin=Origin.GIVEN).filter(
        ended_at__isnull=True
    )
    if user_ids is not None:
        open_now = open_now.filter(user_id__in=user_ids)
    held = {_key(row): row for row in open_now}
    stale = [row for key, row in held.items() if key not in wanted]
    fresh = [
        RoleAssignment(**key._asdict()) for key in sorted(wanted - held.keys(), key=str)
    ]
    RoleAssignment.objects.filter(pk__in=[row.pk for row in stale]).update(
        ended_at=timezone.now()
    )
    RoleAssignment.objects.bulk_create(fresh, batch_size=2000)
    changed = {row.user_id for row in (*stale, *fresh)}
    if changed:
        derive_grants(list(changed))
    _log(SecurityAction.ROLE_GRANTED, fresh, actor)
    _log(SecurityAction.ROLE_REVOKED, stale, actor)
    return Settled(len(fresh), len(stale))


@transaction.atomic
def settle_day(*, on: date) -> Settled:
    """What a new day changes for everybody: posts and leaves begin and end."""
    acquire(Lock.POSTS)
    return settle_posts(on=on)


def _key(row: RoleAssignment) -> Derived:
    return Derived(
        row.user_id, row.role_id, row.node_id, row.origin, row.on_behalf_of_id
    )


def _wanted(on: date, user_ids: Collection[UUID] | None) -> set[Derived]:
    roles = {
        (kind, node_kind): role
        for kind, node_kind, role in PostRule.objects.values_list(
            "kind", "node_kind", "role_id"
        )
    }
    leaves = Leave.objects.in_force(on=on).select_related("node")
    posts = Post.objects.lasting(on=on)
    if user_ids is not None:
        leaves = leaves.filter(substitute_id__in=user_ids)
        absent = {leave.user_id for leave in leaves}
        posts = posts.filter(user_id__in={*user_ids, *absent})
    wanted = set()
    by_user: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for user, kind, node, node_kind in posts.values_list(
        "user_id", "kind", "node_id", "node__kind"
    ):
        role = roles.get((kind, node_kind))
        if role is None:
            continue
        by_user.setdefault(user, []).append((role, node))
        if user_ids is None or user in user_ids:
            wanted.add(Derived(user, role, node, Origin.POST, None))
    for leave in leaves:
        wanted |= _stood_in(leave, by_user.get(leave.user_id, []))
    return wanted


def _stood_in(leave: Leave, held: list[tuple[UUID, UUID]]) -> set[Derived]:
    """The posts' roles of the absent one, never a substitute's own chain."""
    if leave.node is not None:
        inside = GridNode.objects.within(leave.node).filter(
            pk__in=[node for _role, node in held]
        )
        nodes = set(inside.order_by().values_list("pk", flat=True))
        held = [(role, node) for role, node in held if node in nodes]
    return {
        Derived(leave.substitute_id, role, node, Origin.LEAVE, leave.user_id)
        for role, node in held
    }


def _log(name: str, rows: list[RoleAssignment], actor: User | None) -> None:
    if not rows:
        return
    if len(rows) > NAMED_EACH:
        record_security(name=name, actor=actor, count=len(rows), bulk=True)
        return
    named = RoleAssignment.objects.filter(pk__in=[row.pk for row in rows])
    for row in named.select_related("user", "role", "node").defer("node__boundary"):
        record_security(name=name, actor=actor, note=str(row), **_particulars(row))


def _particulars(row: RoleAssignment) -> dict[str, Any]:
    found = {
        "user": str(row.user_id),
        "role": row.role.code,
        "node": str(row.node_id),
        "origin": row.origin,
    }
    if row.on_behalf_of_id is not None:
        found["on_behalf_of"] = str(row.on_behalf_of_id)
    return found
