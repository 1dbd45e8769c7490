"""What the pages of posts show: people, vacancies, hand-overs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode, Leave, Post, PostRule, RoleAssignment
from grids.post_querysets import lacking, lacking_rows
from grids.posts import PostKind
from hazards.models import Hazard
from hazards.services import notices_of_cases

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from uuid import UUID

    from accounts.models import User

SEE_GRIDS: Final = "view_grids"
# Vacancies ----------------------------------------------------------------------


def vacancies(
    *,
    user: User,
    on: date,
    kind: str = "",
    grid: GridNode | None = None,
    nothing: bool = False,
) -> Any:
    """Grids that one sees and that lack a post they need, a line for each post."""
    where = GridNode.objects.reach(user, SEE_GRIDS)
    kinds = [each for each in PostKind if not kind or each == kind]
    return lacking_rows(kinds, on=on, reach=[] if nothing else where, node=grid)


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """One line of the list of vacancies."""

    pk: UUID
    name: str
    kind: Any
    post: str
    post_label: Any
    township: str
    since: date
    days: int
    is_held_by_disabled: bool
    may_appoint: bool


def vacancy_rows(
    user: User, rows: Iterable[dict[str, Any]], *, on: date
) -> list[VacancyRow]:
    rows = list(rows)
    within = GridNode.objects.granted(user, "appoint_posts").order_by()
    mine = set(
        within.filter(pk__in=[row["pk"] for row in rows]).values_list("pk", flat=True)
    )
    return [
        VacancyRow(
            pk=row["pk"],
            name=row["name"],
            kind=NodeKind(row["kind"]).label,
            post=row["post"],
            post_label=PostKind(row["post"]).label,
            township="" if row["township_id"] == row["pk"] else row["township__name"],
            since=row["vacant_since"],
            days=(on - row["vacant_since"]).days,
            is_held_by_disabled=row["is_held_by_disabled"],
            may_appoint=row["pk"] in mine,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """Of the grids themselves: what is vacant, what is held twice."""

    vacant: int
    doubled: int


def node_figures(*, user: User, on: date) -> NodeFigures:
    """Two queries, for the lists behind them to open."""
    posts = Post.objects.visible_to(user).in_force(on=on).order_by()
    twice = posts.values("node_id", "kind").annotate(n=Count("pk")).filter(n__gt=1)
    return NodeFigures(
        vacant=vacancies(user=user, on=on).count(), doubled=twice.count()
    )


def endable(user: User, posts: Iterable[Post], *, on: date) -> set[UUID]:
    """Which of these posts one may end."""
    posts = [post for post in posts if post.ends_on is None or post.ends_on > on]
    within = GridNode.objects.granted(user, "appoint_posts").order_by()
    nodes = within.filter(pk__in={post.node_id for post in posts})
    mine = set(nodes.values_list("pk", flat=True))
    return {post.pk for post in posts if post.node_id in mine}


def person_option(person: Any) -> dict[str, str]:
    """A person as the search field wants it: with what he holds already."""
    held = _("%(count)d posts") % {"count": person.held} if person.held else ""
    return {
        "id": str(person.pk),
        "text": str(person),
        "hint": " · ".join(filter(None, (person.title, held))),
    }


def may_enter_leaves(user: User, *, on: date) -> bool:
    """Whoever holds a post, or appoints somewhere."""
    if access.can_anywhere(user, "appoint_posts"):
        return True
    return Post.objects.not_over(on=on).filter(user=user).exists()


# One grid, one person -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NodePosts:
    """Who holds posts on a grid now or soon, and who did."""

    now: list[Post]
    past: list[Post]
    missing: list[Any]


PAST_SHOWN: Final = 20


def posts_of_node(node: GridNode, *, on: date) -> NodePosts:
    """Three queries: who is or will be, who was, what is needed and vacant."""
    posts = Post.objects.filter(node=node).select_related("user")
    now = posts.not_over(on=on).order_by("kind", "begins_on", "pk")
    past = posts.filter(ends_on__lte=on).order_by("-ends_on", "kind", "pk")
    shown = list(now)
    needed = set()
    if not node.is_retired:
        needed = _needed_on(node)
    filled = {
        post.kind for post in shown if post.begins_on <= on and post.user.is_active
    }
    return NodePosts(
        now=shown,
        past=list(past[:PAST_SHOWN]),
        missing=[kind.label for kind in PostKind if kind in needed - filled],
    )


def _needed_on(node: GridNode) -> set[str]:
    rules = PostRule.objects.filter(node_kind=node.kind, is_needed=True)
    return set(rules.values_list("kind", flat=True))


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own posts and leaves, and for whom one stands in."""

    posts: list[Post]
    leaves: list[Leave]
    substitutions: list[Leave]


def mine(user: User, *, on: date) -> Mine:
    """Three queries."""
    leaves = Leave.objects.not_over(on=on).select_related("user", "substitute", "node")
    leaves = leaves.defer("node__boundary").order_by("begins_on", "pk")
    return Mine(
        posts=list(Post.objects.filter(user=user).not_over(on=on).for_list()),
        leaves=list(leaves.filter(user=user)),
        substitutions=list(leaves.filter(substitute=user)),
    )


@dataclass(frozen=True, slots=True)
class LackingPosts:
    """How many hold the role of a post where one appoints, and not the post."""

    kind: str
    label: Any
    count: int


def lacking_posts(user: User, *, on: date) -> list[LackingPosts]:
    """One query for each kind of post."""
    return [
        LackingPosts(
            kind.value,
            kind.label,
            RoleAssignment.objects.lacking_post(kind, actor=user, on=on).count(),
        )
        for kind in PostKind
    ]


@dataclass(frozen=True, slots=True)
class Appointing:
    """What appointing many would do, said before it is done."""

    rows: list[RoleAssignment]
    people: int
    filled: int


def preview_appointing(
    *, rows: Iterable[RoleAssignment], kind: str, on: date
) -> Appointing:
    """The people, their grids, and how many vacancies of today end with it."""
    chosen = list(rows)
    vacant = lacking(kind, on=on).filter(pk__in={row.node_id for row in chosen})
    return Appointing(
        rows=chosen,
        people=len({row.user_id for row in chosen}),
        filled=vacant.count(),
    )


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a hand-over touches, said before it is done."""

    posts: int
    grids: int
    enterprises: int
    open_hazards: int
    notices: int


def preview_hand_over(*, posts: Collection[Post], user_id: UUID) -> HandOver:
    """Whatever lies on the chosen grids and below them."""
    nodes = {post.node_id: post.node for post in posts}
    inside = GridNode.objects.none()
    for node in nodes.values():
        inside = inside | GridNode.objects.within(node)
    below = inside.order_by().values("pk")
    lies_there = Q(area_node__in=below) | Q(department_node__in=below)
    return HandOver(
        posts=len(posts),
        grids=len(nodes),
        enterprises=Enterprise.objects.supervised().filter(lies_there).count(),
        open_hazards=Hazard.objects.open().filter(lies_there).count(),
        notices=len(notices_of_cases(user_id=user_id, node_ids=list(nodes))),
    )
