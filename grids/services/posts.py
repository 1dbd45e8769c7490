"""Appoint people to posts and end posts; the roles follow in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import access
from grids.models import GridEvent, GridNode, Leave, Post, PostRule
from grids.posts import BASIS, POST_RULES
from grids.services.roles import seed_roles
from grids.services.settling import settle_posts
from tenants.copying import copy_rows
from tenants.days import check_far
from tenants.errors import DomainError, InvalidTransition
from tenants.locks import Lock, acquire
from tenants.tenancy import require_tenant
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

APPOINT = "appoint_posts"
# Further back or ahead is a slip of the keyboard.


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post to fill, for those who fill many at once."""

    user_id: UUID
    node_id: UUID
    kind: str
    begins_on: date
    ends_on: date | None = None
    basis: str = ""


@transaction.atomic
def seed_posts() -> int:
    """Which posts there are on which grids; keeps what is there. How many are new."""
    roles = seed_roles()
    known = set(PostRule.objects.values_list("kind", "node_kind"))
    fresh = [
        PostRule(
            kind=seed.kind,
            node_kind=seed.node_kind,
            role=roles[seed.role],
            is_needed=seed.is_needed,
            basis=BASIS,
        )
        for seed in POST_RULES
        if (seed.kind, seed.node_kind) not in known
    ]
    return len(PostRule.objects.bulk_create(fresh))


@transaction.atomic
def appoint(
    *,
    actor: User | None,
    user_id: UUID,
    node_id: UUID,
    kind: str,
    begins_on: date,
    ends_on: date | None = None,
    basis: str = "",
) -> Post:
    """Give somebody a post on a grid; its role is theirs while it lasts.

    ``ends_on`` is the first day without it. Nobody appoints himself. A person may
    hold any number of posts, but not the same one twice at a time. Raises
    ``DomainError`` at ``user``, ``node``, ``kind``, ``begins_on`` or ``ends_on``.
    """
    acquire(Lock.POSTS)
    node = find_node(node_id)
    behalf = require_appointing(actor, node.pk)
    if actor is not None and actor.pk == user_id:
        raise DomainError(_("Nobody appoints himself. Ask a colleague."), field="user")
    user = find_person(user_id)
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="node")
    _check_kind(kind, node)
    _check_days(begins_on, ends_on)
    _check_free(user, node, kind, begins_on, ends_on)
    post = Post.objects.create(
        user=user,
        node=node,
        kind=kind,
        begins_on=begins_on,
        ends_on=ends_on,
        basis=tidy_line(basis),
        appointed_by=actor,
    )
    record_posts([post], name="appointed", actor=actor, on_behalf_of_id=behalf)
    settle_after(actor=actor, user_ids=[user.pk])
    return post


@transaction.atomic
def end_post(*, actor: User | None, post_id: UUID, on: date, reason: str = "") -> Post:
    """End a post on a day. Today ends it at once: the next request is refused.

    A post that has not begun by then never begins.
    """
    acquire(Lock.POSTS)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("user", "node")
        .filter(pk=post_id)
        .first()
    )
    if post is None:
        raise DomainError(_("This post does not exist."), field="post")
    behalf = require_appointing(actor, post.node_id)
    if post.ends_on is not None and post.ends_on <= timezone.localdate():
        raise InvalidTransition(_("This post has already ended."))
    check_far(on, field="on")
    post.ends_on = max(on, post.begins_on)
    post.ended_by = actor
    post.reason = tidy_line(reason)
    post.save(update_fields=["ends_on", "ended_by", "reason"])
    record_posts(
        [post],
        name="post_ended",
        actor=actor,
        on_behalf_of_id=behalf,
        note=post.reason,
    )
    settle_after(actor=actor, user_ids=[post.user_id])
    return post


@transaction.atomic
def appoint_in_bulk(*, posts: Sequence[NewPost], on: date) -> list[Post]:
    """Fill many posts at once, for imports and the demo; ``on`` is today.

    Rows are taken as they are: the database refuses what cannot be.
    """
    acquire(Lock.POSTS)
    if not PostRule.objects.exists():
        seed_posts()
    rows = [
        Post(
            user_id=new.user_id,
            node_id=new.node_id,
            kind=new.kind,
            begins_on=new.begins_on,
            ends_on=new.ends_on,
            basis=new.basis,
            appointed_at=timezone.now(),
        )
        for new in posts
    ]
    copy_rows(
        Post,
        (
            *("id", "node", "user", "kind", "begins_on", "ends_on", "basis"),
            *("appointed_at", "reason"),
        ),
        (
            (
                *(row.pk, row.node_id, row.user_id, str(row.kind), row.begins_on),
                *(row.ends_on, row.basis, row.appointed_at, row.reason),
            )
            for row in rows
        ),
    )
    record_posts(rows, name="appointed", actor=None)
    settle_posts(on=on, user_ids={row.user_id for row in rows})
    return rows


def require_appointing(actor: User | None, node_id: UUID) -> UUID | None:
    """Refuse whoever may not appoint here; returns whom they stand in for."""
    return None if actor is None else access.require(actor, APPOINT, [node_id])


def settle_after(*, actor: User | None, user_ids: Iterable[UUID]) -> None:
    """After posts of these people changed: their roles, and their substitutes'."""
    today = timezone.localdate()
    people = set(user_ids)
    settle_posts(on=today, user_ids=people | standing_in_for(people), actor=actor)


def standing_in_for(people: set[UUID]) -> set[UUID]:
    """Who holds something on behalf of these people, or should from today on."""
    leaves = Leave.objects.filter(user_id__in=people)
    return set(leaves.values_list("substitute_id", flat=True))


def find_node(node_id: UUID) -> GridNode:
    """A grid of this bureau. Foreign and unknown ids read the same."""
    node: GridNode | None = (
        GridNode.objects.filter(pk=node_id).defer("boundary").first()
    )
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    return node


def find_person(user_id: UUID, *, field: str = "user") -> User:
    """Somebody of this bureau whose account works. Foreign and unknown read alike."""
    user = User.objects.filter(pk=user_id, tenant_id=require_tenant()).first()
    if user is None or not user.is_active:
        raise DomainError(_("This user does not exist or is disabled."), field=field)
    return user


def _check_kind(kind: str, node: GridNode) -> None:
    if not PostRule.objects.exists():
        seed_posts()
    if not PostRule.objects.filter(kind=kind, node_kind=node.kind).exists():
        raise DomainError(
            _("There is no such post on a grid of this kind."), field="kind"
        )


def _check_days(begins_on: date, ends_on: date | None) -> None:
    check_far(begins_on, field="begins_on")
    if ends_on is None:
        return
    check_far(ends_on, field="ends_on")
    if ends_on <= begins_on:
        raise DomainError(_("The post must end after it begins."), field="ends_on")


def _check_free(
    user: User, node: GridNode, kind: str, begins_on: date, ends_on: date | None
) -> None:
    held = Post.objects.filter(user=user, node=node, kind=kind)
    if held.overlapping(begins_on=begins_on, ends_on=ends_on).exists():
        raise DomainError(
            _("%(person)s holds this post here already in that time.")
            % {"person": user},
            field="user",
        )


def record_posts(
    posts: Sequence[Post],
    *,
    name: str,
    actor: User | None,
    on_behalf_of_id: UUID | None = None,
    note: str = "",
) -> None:
    """One event on each grid, with the person's name as it is now."""
    people = User.objects.in_bulk({post.user_id for post in posts})
    GridEvent.objects.bulk_create(
        [
            GridEvent(
                node_id=post.node_id,
                name=name,
                actor=actor,
                on_behalf_of_id=on_behalf_of_id,
                note=note,
                details={
                    "post": str(post.pk),
                    "kind": post.kind,
                    "user": str(post.user_id),
                    "person": str(people[post.user_id]),
                    "begins_on": post.begins_on.isoformat(),
                    "ends_on": post.ends_on.isoformat() if post.ends_on else "",
                },
            )
            for post in posts
        ],
        batch_size=2000,
    )
