"""Appoint many people at once: all of them, or nobody."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids import access
from grids.models import GridNode, Post, PostRule, RoleAssignment
from grids.models.roles import Origin
from grids.services.posts import (
    APPOINT,
    NewPost,
    record_posts,
    seed_posts,
    settle_after,
)
from tenants.days import check_far
from tenants.errors import DomainError, NotAllowed
from tenants.locks import Lock, acquire
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID


@transaction.atomic
def appoint_people(
    *, actor: User, posts: Sequence[NewPost], confirmed_by: User | None = None
) -> list[Post]:
    """Fill many posts by the rules of ``appoint``; one that cannot be refuses all.

    ``actor`` appoints and must hold ``appoint_posts`` on every grid;
    ``confirmed_by`` is named in the security log in his place where somebody else
    had to confirm. Posts are without a term. Raises ``NotAllowed``, or
    ``DomainError`` that names the person or the grid.
    """
    acquire(Lock.POSTS)
    if not posts:
        raise DomainError(_("Tick whom to appoint."), field="rows")
    nodes = _nodes(actor, {post.node_id for post in posts})
    people = _people({post.user_id for post in posts})
    _check(actor, posts, nodes, people)
    rows = Post.objects.bulk_create(
        [
            Post(
                user=people[post.user_id],
                node=nodes[post.node_id],
                kind=post.kind,
                begins_on=post.begins_on,
                basis=tidy_line(post.basis),
                appointed_by=actor,
            )
            for post in posts
        ],
        batch_size=2000,
    )
    _record(actor, rows)
    settle_after(actor=confirmed_by or actor, user_ids=people)
    return list(rows)


def may_appoint_on(actor: User, node_ids: Collection[UUID]) -> set[UUID]:
    """Those of these grids where the actor appoints."""
    granted = GridNode.objects.granted(actor, APPOINT).order_by()
    return set(granted.filter(pk__in=node_ids).values_list("pk", flat=True))


def _nodes(actor: User, node_ids: set[UUID]) -> dict[UUID, GridNode]:
    found = GridNode.objects.filter(pk__in=node_ids).defer("boundary").in_bulk()
    if len(found) != len(node_ids):
        raise DomainError(_("This grid does not exist."), field="node")
    mine = may_appoint_on(actor, node_ids)
    for node in found.values():
        if node.pk not in mine:
            raise NotAllowed(
                _("%(name)s does not appoint on “%(grid)s”.")
                % {"name": actor, "grid": node.name}
            )
        if node.is_retired:
            raise DomainError(
                _("“%(grid)s” is no longer in use.") % {"grid": node.name},
                field="node",
            )
    return dict(found)


def _people(user_ids: set[UUID]) -> dict[UUID, User]:
    users = User.objects.filter(tenant_id=require_tenant(), is_active=True)
    found = users.in_bulk(user_ids)
    if len(found) != len(user_ids):
        raise DomainError(_("This user does not exist or is disabled."), field="user")
    return found


def _check(
    actor: User,
    posts: Sequence[NewPost],
    nodes: dict[UUID, GridNode],
    people: dict[UUID, User],
) -> None:
    if actor.pk in people:
        raise DomainError(_("Nobody appoints himself. Ask a colleague."), field="user")
    if not PostRule.objects.exists():
        seed_posts()
    known = set(PostRule.objects.values_list("kind", "node_kind"))
    held = _held(posts)
    for post in posts:
        node = nodes[post.node_id]
        if (post.kind, node.kind) not in known:
            raise DomainError(
                _("There is no such post on a grid of this kind."), field="kind"
            )
        check_far(post.begins_on, field="begins_on")
        key = (post.user_id, post.node_id, post.kind)
        if key in held:
            raise DomainError(
                _("%(person)s holds this post on “%(grid)s” already in that time.")
                % {"person": people[post.user_id], "grid": node.name},
                field="user",
            )
        held.add(key)


def _held(posts: Sequence[NewPost]) -> set[tuple[UUID, UUID, str]]:
    """Who holds which of these posts on or after the day the new one begins."""
    begins = {(p.user_id, p.node_id, p.kind): p.begins_on for p in posts}
    there = Post.objects.filter(
        user_id__in={post.user_id for post in posts},
        node_id__in={post.node_id for post in posts},
    ).overlapping(begins_on=min(begins.values()), ends_on=None)
    rows = there.values_list("user_id", "node_id", "kind", "ends_on")
    return {
        (user, node, kind)
        for user, node, kind, ends_on in rows
        if (day := begins.get((user, node, kind))) is not None
        and (ends_on is None or ends_on > day)
    }


def _record(actor: User, rows: Sequence[Post]) -> None:
    """One event on each grid, with the one whom the actor stands in for there."""
    stands_in = RoleAssignment.objects.filter(
        user=actor, origin=Origin.LEAVE, ended_at__isnull=True
    ).exists()
    behalf: dict[UUID, UUID | None] = {
        row.node_id: access.acting_for(actor, [APPOINT], [row.node_id])
        if stands_in
        else None
        for row in rows
    }

    def whom(row: Post) -> str:
        return str(behalf[row.node_id] or "")

    for _whom, group in groupby(sorted(rows, key=whom), key=whom):
        posts = list(group)
        record_posts(
            posts,
            name="appointed",
            actor=actor,
            on_behalf_of_id=behalf[posts[0].node_id],
        )
