"""Hand a person's grids over to a successor: all of it in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids.models import GridEvent, Post
from grids.services.posts import find_person, require_appointing, settle_after
from tenants.errors import DomainError
from tenants.locks import Lock, acquire
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Which posts ended and which began."""

    predecessor: User
    successor: User
    ended: list[Post]
    begun: list[Post]

    @property
    def node_ids(self) -> list[UUID]:
        return [post.node_id for post in self.ended]


@transaction.atomic
def hand_over_posts(
    *,
    actor: User | None,
    user_id: UUID,
    successor_id: UUID,
    on: date,
    post_ids: Collection[UUID] | None = None,
    reason: str = "",
) -> HandedOver:
    """End these posts of one person (all of them) on a day and begin the other's.

    A post with an end keeps it, one that has not begun begins with the successor.
    The actor must hold the right to appoint on every grid; one refusal leaves
    everything as it was. Raises ``DomainError`` at ``successor`` or ``posts``.
    """
    acquire(Lock.POSTS)
    if user_id == successor_id:
        raise DomainError(
            _("Choose somebody else as the successor."), field="successor"
        )
    if actor is not None and actor.pk == successor_id:
        raise DomainError(
            _("Nobody appoints himself. Ask a colleague."), field="successor"
        )
    successor = find_person(successor_id, field="successor")
    posts = _posts(user_id, on, post_ids)
    behalf = {post.node_id: require_appointing(actor, post.node_id) for post in posts}
    begun = [
        Post.objects.create(
            user=successor,
            node=post.node,
            kind=post.kind,
            begins_on=max(on, post.begins_on),
            ends_on=post.ends_on,
            basis=post.basis,
            appointed_by=actor,
        )
        for post in posts
        if not _is_held(successor, post, on)
    ]
    for post in posts:
        post.ends_on = max(on, post.begins_on)
        post.ended_by = actor
        post.reason = tidy_line(reason)
        post.save(update_fields=["ends_on", "ended_by", "reason"])
    done = HandedOver(posts[0].user, successor, posts, begun)
    _record(done, actor, behalf)
    settle_after(actor=actor, user_ids=[user_id, successor.pk])
    return done


def _posts(user_id: UUID, on: date, post_ids: Collection[UUID] | None) -> list[Post]:
    held = Post.objects.filter(user_id=user_id).not_over(on=on)
    if post_ids is not None:
        held = held.filter(pk__in=post_ids)
    posts = list(held.for_list())
    if not posts:
        raise DomainError(_("There is no post to hand over."), field="posts")
    if post_ids is not None and len(posts) != len(set(post_ids)):
        raise DomainError(_("One of these posts has ended meanwhile."), field="posts")
    return posts


def _is_held(successor: User, post: Post, on: date) -> bool:
    """The successor may hold the very post already; then it goes on as it is."""
    held = Post.objects.filter(user=successor, node=post.node_id, kind=post.kind)
    begins_on = max(on, post.begins_on)
    return held.overlapping(begins_on=begins_on, ends_on=post.ends_on).exists()


def _record(
    done: HandedOver, actor: User | None, behalf: dict[UUID, UUID | None]
) -> None:
    GridEvent.objects.bulk_create(
        GridEvent(
            node_id=post.node_id,
            name="handed_over",
            actor=actor,
            on_behalf_of_id=behalf[post.node_id],
            note=post.reason,
            details={
                "post": str(post.pk),
                "kind": post.kind,
                "before": str(done.predecessor),
                "after": str(done.successor),
                "user": str(done.predecessor.pk),
                "successor": str(done.successor.pk),
            },
        )
        for post in done.ended
    )
