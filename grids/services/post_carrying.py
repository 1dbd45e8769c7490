"""Posts of a grid that is merged or split: they go along, with their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from grids.models import Post
from grids.services.posts import record_posts, settle_after
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from grids.models import GridNode


def carry_posts(
    *, before: GridNode, after: GridNode, actor: User | None, ends: bool
) -> set[UUID]:
    """Whoever holds a post on ``before`` holds it on ``after`` too; returns them.

    With ``ends`` the posts end on ``before`` today. Roles follow.
    """
    acquire(Lock.POSTS)
    today = timezone.localdate()
    held = list(Post.objects.filter(node=before).not_over(on=today).order_by("pk"))
    fresh = [
        Post(
            user_id=post.user_id,
            node=after,
            kind=post.kind,
            begins_on=max(today, post.begins_on),
            ends_on=post.ends_on,
            basis=post.basis,
            appointed_by=actor,
        )
        for post in held
        if not _is_held(post, after)
    ]
    Post.objects.bulk_create(fresh)
    if fresh:
        record_posts(fresh, name="appointed", actor=actor)
    if ends and held:
        for post in held:
            post.ends_on, post.ended_by = max(today, post.begins_on), actor
        Post.objects.bulk_update(held, ["ends_on", "ended_by"])
        record_posts(held, name="post_ended", actor=actor)
    people = {post.user_id for post in held}
    if people:
        settle_after(actor=actor, user_ids=people)
    return people


def _is_held(post: Post, after: GridNode) -> bool:
    there = Post.objects.filter(user_id=post.user_id, node=after, kind=post.kind)
    begins_on = max(timezone.localdate(), post.begins_on)
    return there.overlapping(begins_on=begins_on, ends_on=post.ends_on).exists()
