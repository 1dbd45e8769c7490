"""Lists whose pages are the portal's: the grid tree and the security log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.sheets import Kind
from grids.exports import (
    NAME,
    NOTE,
    Asked,
    Chosen,
    ExportColumn,
    ExportList,
    filter_words,
    register,
    yes_no,
)
from grids.filters import GridNodeFilter
from grids.kinds import NodeKind
from grids.models import GridNode, Post
from grids.post_filters import PostFilter
from grids.posts import PostKind
from journal.models import SecurityAction, SecurityEvent
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from grids.querysets import Reach

_NUMBER: Final = re.compile(r"\d{1,4}", re.ASCII)


def _choose_grids(asked: Asked, reach: list[Reach]) -> Chosen:
    """The tree in its order; enterprises' own nodes stand in the register's list."""
    rows = GridNode.objects.reached(reach).exclude(kind=NodeKind.ENTERPRISE).in_order()
    filters = GridNodeFilter(asked.GET, queryset=rows, request=asked)
    return Chosen(filters.qs, filter_words(filters))


def _choose_events(asked: Asked, reach: list[Reach]) -> Chosen:
    """The log is the whole bureau's: for who audits the county, nobody below.

    Filters as the admin's list writes them: what, succeeded, words, and a day,
    month or year.
    """
    rows = SecurityEvent.objects.filter(tenant_id=require_tenant())
    if not any(place.kind == NodeKind.COUNTY for place in reach):
        rows = rows.none()
    words = []
    actions = dict(SecurityAction.choices)
    if (name := asked.GET.get("name__exact", "")) in actions:
        rows = rows.filter(name=name)
        words.append(str(actions[name]))
    if (succeeded := asked.GET.get("succeeded__exact", "")) in {"0", "1"}:
        rows = rows.filter(succeeded=succeeded == "1")
        words.append(f"{_('Succeeded')}={yes_no()[succeeded == '1']}")
    if text := asked.GET.get("q", "").replace("\0", "").strip():
        for word in text.split():
            rows = rows.filter(
                Q(note__icontains=word)
                | Q(actor__full_name__icontains=word)
                | Q(actor__username__icontains=word)
            )
        words.append(f"{_('Search')}={text}")
    when = {part: asked.GET.get(f"at__{part}", "") for part in ("year", "month", "day")}
    given = {part: int(n) for part, n in when.items() if _NUMBER.fullmatch(n)}
    if given:
        rows = rows.filter(**{f"at__{part}": n for part, n in given.items()})
        words.append(f"{_('When')}={'-'.join(str(n) for n in given.values())}")
    return Chosen(rows.order_by("-at", "-pk"), words)


def _choose_posts(asked: Asked, reach: list[Reach]) -> Chosen:
    """As the page shows them: on the grids within reach, and one's own."""
    inside = GridNode.objects.reached(reach).order_by().values("pk")
    rows = Post.objects.filter(Q(node_id__in=inside) | Q(user_id=asked.user.pk))
    filters = PostFilter(asked.GET, queryset=rows.for_list(), request=asked)
    return Chosen(filters.rows(), filter_words(filters))


register(
    ExportList(
        code="grids",
        title=_("Grids"),
        see="view_grids",
        address="grids:list",
        choose=_choose_grids,
        columns=(
            ExportColumn(title=_("Code"), source="code", width=22),
            ExportColumn(title=_("Name"), source="name", width=22),
            ExportColumn(
                title=_("Kind"),
                source="kind",
                words=lambda: dict(NodeKind.choices),
            ),
            ExportColumn(title=_("Parent"), source="parent__name", width=22),
            ExportColumn(title=_("Township"), source="township__name", width=22),
            ExportColumn(title=_("Retired on"), source="retired_on", kind=Kind.DATE),
        ),
    )
)
register(
    ExportList(
        code="posts",
        title=_("Posts"),
        see="view_grids",
        address="posts:list",
        choose=_choose_posts,
        columns=(
            ExportColumn(title=_("Person"), source="user__full_name", personal=NAME),
            ExportColumn(title=_("Job title"), source="user__title", width=18),
            ExportColumn(
                title=_("Account disabled"),
                source="user__is_active",
                words=lambda: {True: yes_no()[False], False: yes_no()[True]},
            ),
            ExportColumn(
                title=_("Post"), source="kind", words=lambda: dict(PostKind.choices)
            ),
            ExportColumn(title=_("Grid"), source="node__name", width=22),
            ExportColumn(title=_("Code of the grid"), source="node__code", width=22),
            ExportColumn(title=_("Parent"), source="node__parent__name", width=22),
            ExportColumn(title=_("Begins on"), source="begins_on", kind=Kind.DATE),
            ExportColumn(title=_("Ends on"), source="ends_on", kind=Kind.DATE),
            ExportColumn(title=_("Basis"), source="basis", width=30),
        ),
    )
)
register(
    ExportList(
        code="security-log",
        title=_("security log"),
        see="view_security_log",
        address="admin:journal_securityevent_changelist",
        choose=_choose_events,
        columns=(
            ExportColumn(title=_("When"), source="at", kind=Kind.MOMENT, width=17),
            ExportColumn(
                title=_("What"),
                source="name",
                words=lambda: dict(SecurityAction.choices),
            ),
            ExportColumn(title=_("Who"), source="actor__full_name", personal=NAME),
            ExportColumn(title=_("Username"), source="actor__username"),
            ExportColumn(title=_("Succeeded"), source="succeeded", words=yes_no),
            ExportColumn(title=_("Note"), source="note", width=40, personal=NOTE),
            ExportColumn(title=_("Network address"), source="address", width=18),
            ExportColumn(title=_("Request number"), source="request_id", width=26),
        ),
    )
)
