"""Leave with a dated substitute: the rights begin and end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.models import GridEvent, GridNode, Leave, Post
from grids.services.posts import (
    APPOINT,
    find_node,
    find_person,
    settle_after,
)
from notices.messages import on_day
from notices.services import NoticeRow, notify_many
from tenants.days import check_far
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.locks import Lock, acquire
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from typing import Any
    from uuid import UUID

    from accounts.models import User

LONGEST_DAYS = 366


@transaction.atomic
def enter_leave(
    *,
    actor: User | None,
    user_id: UUID,
    substitute_id: UUID,
    begins_on: date,
    ends_on: date,
    reason: str = "",
    node_id: UUID | None = None,
) -> Leave:
    """Somebody is away from – to; the substitute holds what the posts give.

    With ``node_id`` only for the posts there and below. Whoever is away enters it
    himself when the substitute holds a post in the same township (or department);
    otherwise it takes the right to appoint on every grid concerned. No chains: a
    substitute is not away himself, and whoever stands in does not go away.
    Raises ``DomainError`` at ``user``, ``substitute``, ``begins_on``, ``ends_on``
    or ``node``.
    """
    acquire(Lock.POSTS)
    absent = find_person(user_id)
    substitute = find_person(substitute_id, field="substitute")
    node = find_node(node_id) if node_id else None
    _check_days(begins_on, ends_on)
    if absent.pk == substitute.pk:
        raise DomainError(_("Nobody stands in for himself."), field="substitute")
    posts = _posts_of(absent, node, begins_on, ends_on)
    if not posts:
        raise DomainError(
            _(
                "%(person)s holds no post in that time; there is nothing to stand in for."
            )
            % {"person": absent},
            field="user",
        )
    _require_entering(actor, absent, substitute, posts)
    _check_chain(absent, substitute, begins_on, ends_on)
    _check_other_leaves(absent, node, begins_on, ends_on)
    leave = Leave.objects.create(
        user=absent,
        substitute=substitute,
        node=node,
        begins_on=begins_on,
        ends_on=ends_on,
        reason=tidy_line(reason),
        entered_by=actor,
    )
    _record(leave, posts, name="leave_entered", actor=actor)
    settle_after(actor=actor, user_ids=[absent.pk, substitute.pk])
    _tell(leave, kind="leave-entered", actor=actor)
    return leave


@transaction.atomic
def cancel_leave(*, actor: User | None, leave_id: UUID) -> Leave:
    """End a leave now: the substitute's next request is refused already."""
    acquire(Lock.POSTS)
    leave = (
        Leave.objects.select_for_update(of=("self",))
        .select_related("user", "substitute", "node")
        .filter(pk=leave_id)
        .first()
    )
    if leave is None:
        raise DomainError(_("This leave does not exist."))
    posts = _posts_of(leave.user, leave.node, leave.begins_on, leave.ends_on)
    if actor is not None and actor.pk != leave.user_id and not _may(actor, posts):
        raise NotAllowed(_("You are not allowed to do this here."))
    if leave.cancelled_at is not None or leave.ends_on < timezone.localdate():
        raise InvalidTransition(_("This leave is over already."))
    leave.cancelled_at = timezone.now()
    leave.cancelled_by = actor
    leave.save(update_fields=["cancelled_at", "cancelled_by"])
    _record(leave, posts, name="leave_cancelled", actor=actor)
    settle_after(actor=actor, user_ids=[leave.user_id, leave.substitute_id])
    _tell(leave, kind="leave-cancelled", actor=actor)
    return leave


def _check_days(begins_on: date, ends_on: date) -> None:
    check_far(begins_on, field="begins_on")
    check_far(ends_on, field="ends_on")
    if ends_on < begins_on:
        raise DomainError(_("The leave must end after it begins."), field="ends_on")
    if ends_on < timezone.localdate():
        raise DomainError(_("This leave would be over already."), field="ends_on")
    if (ends_on - begins_on).days >= LONGEST_DAYS:
        raise DomainError(
            _("A leave lasts a year at most. Hand the grids over instead."),
            field="ends_on",
        )


def _posts_of(
    absent: User, node: GridNode | None, begins_on: date, ends_on: date
) -> list[Post]:
    """The posts that somebody needs a substitute for."""
    posts = Post.objects.filter(user=absent, begins_on__lte=ends_on)
    posts = posts.overlapping(begins_on=begins_on, ends_on=None)
    if node is not None:
        posts = posts.within(node)
    return list(posts.for_list())


def _may(actor: User, posts: Iterable[Post]) -> bool:
    """May the actor appoint on every one of these grids?"""
    nodes = {post.node_id for post in posts}
    within = GridNode.objects.granted(actor, APPOINT).filter(pk__in=nodes)
    return bool(nodes) and within.count() == len(nodes)


def _require_entering(
    actor: User | None, absent: User, substitute: User, posts: list[Post]
) -> None:
    if actor is None:
        return
    if actor.pk == substitute.pk:
        raise DomainError(
            _("Nobody makes himself a substitute. Ask a colleague."),
            field="substitute",
        )
    if _may(actor, posts):
        return
    if actor.pk != absent.pk:
        raise NotAllowed(_("You are not allowed to do this here."))
    today = timezone.localdate()
    near = Post.objects.in_force(on=today).filter(user=substitute)
    if not _areas(posts) <= _areas(near.for_list()):
        raise DomainError(
            _(
                "Choose somebody who holds a post in the same township, or ask "
                "whoever appoints there."
            ),
            field="substitute",
        )


def _areas(posts: Iterable[Post]) -> set[Any]:
    """The townships of posts; departments lie in none and stand for themselves."""
    return {
        post.node_id if post.node.is_department else post.node.township_id
        for post in posts
    }


def _check_chain(
    absent: User, substitute: User, begins_on: date, ends_on: date
) -> None:
    then = Leave.objects.overlapping(begins_on=begins_on, ends_on=ends_on)
    if then.filter(user=substitute).exists():
        raise DomainError(
            _("%(person)s is away himself in that time. Choose somebody else.")
            % {"person": substitute},
            field="substitute",
        )
    stands_in = then.filter(substitute=absent).select_related("user").first()
    if stands_in is not None:
        raise DomainError(
            _(
                "%(person)s stands in for %(other)s in that time. Give %(other)s "
                "another substitute first."
            )
            % {"person": absent, "other": stands_in.user},
            field="user",
        )


def _check_other_leaves(
    absent: User, node: GridNode | None, begins_on: date, ends_on: date
) -> None:
    """Several substitutes, but one for each grid."""
    then = Leave.objects.overlapping(begins_on=begins_on, ends_on=ends_on)
    for other in then.filter(user=absent).select_related("node"):
        if node is None or other.node is None or _share(node, other.node):
            raise DomainError(
                _("There is a substitute for these grids in that time already."),
                field="begins_on",
            )


def _share(one: GridNode, other: GridNode) -> bool:
    above = GridNode.objects.above
    return bool(
        above(one).filter(pk=other.pk).exists()
        or above(other).filter(pk=one.pk).exists()
    )


def _record(
    leave: Leave, posts: Iterable[Post], *, name: str, actor: User | None
) -> None:
    nodes = list(dict.fromkeys(post.node_id for post in posts))
    GridEvent.objects.bulk_create(
        GridEvent(
            node_id=node,
            name=name,
            actor=actor,
            on_behalf_of_id=access.acting_for(actor, [APPOINT], [node]),
            details={
                "leave": str(leave.pk),
                "person": str(leave.user),
                "substitute": str(leave.substitute),
                "begins_on": leave.begins_on.isoformat(),
                "ends_on": leave.ends_on.isoformat(),
            },
        )
        for node in nodes
    )


def _tell(leave: Leave, *, kind: str, actor: User | None) -> None:
    """Both of them, but not the one who did it."""
    told = {leave.user_id, leave.substitute_id} - {actor.pk if actor else None}
    notify_many(
        NoticeRow(
            recipient_id=person,
            kind=kind,
            params={
                "person": str(leave.user),
                "substitute": str(leave.substitute),
                "begins_on": on_day(leave.begins_on),
                "ends_on": on_day(leave.ends_on),
            },
            address="/accounts/me/",
            key=f"{kind}:{leave.pk}",
        )
        for person in told
        if person is not None
    )
