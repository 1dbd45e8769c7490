"""The posts that a list asks for: what the word means, and whether it may be."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from grids.models import PostRule
from grids.posts import PostKind
from grids.services import may_appoint_on
from grids.services.posts import check_far
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from portal.people.plan import Row

# What lists call them besides the names of the platform itself.
_ALSO: Final = {
    "安全监管责任人": PostKind.RESPONSIBLE,
    "责任人": PostKind.RESPONSIBLE,
    "网格员": PostKind.WORKER,
    "村网格员": PostKind.WORKER,
    "联系领导": PostKind.LIAISON,
    "联系负责人": PostKind.LIAISON,
}
_DAY: Final = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", re.ASCII)


class Posts:
    """Rules and permissions, looked up once for the whole file."""

    def __init__(self, actor: User, rows: Sequence[Row]) -> None:
        self._rules = {
            (rule.kind, rule.node_kind): rule.role
            for rule in PostRule.objects.select_related("role")
        }
        nodes = {row.node.pk for row in rows if row.node and row.cells.get("post")}
        self._mine = may_appoint_on(actor, nodes) if nodes else set()

    def check(self, row: Row) -> None:
        """Find the post of a row with its role and day, or say what is wrong."""
        word, day = row.cells.get("post", ""), row.cells.get("begins_on", "")
        if not word:
            if day:
                row.refuse("begins_on", _("A day without a post: give the post."))
            return
        kind = _words().get(word.casefold())
        if kind is None:
            row.refuse(
                "post",
                _(
                    "There is no such post. The template lists them; what somebody is"
                    " called belongs to the position."
                ),
            )
            return
        self._check_day(row, day)
        self._check_place(row, kind)

    def _check_day(self, row: Row, text: str) -> None:
        row.begins_on = _day(text)
        if row.begins_on is None:
            row.refuse(
                "begins_on",
                _("Give the day on which the post begins, as 2026-01-01."),
            )
            return
        try:
            check_far(row.begins_on, field="begins_on")
        except DomainError as refusal:
            row.refuse("begins_on", refusal)

    def _check_place(self, row: Row, kind: PostKind) -> None:
        if row.node is None:
            return
        role = self._rules.get((kind, row.node.kind))
        if role is None:
            row.refuse("post", _("There is no such post on a grid of this kind."))
        elif row.node.pk not in self._mine:
            row.refuse("post", _("You do not appoint on this grid."))
        else:
            row.post, row.post_role = kind.value, role


def _words() -> dict[str, PostKind]:
    """The names in every language of the platform, the codes, and those of lists."""
    found = dict(_ALSO)
    for kind in PostKind:
        found[kind.value] = kind
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[str(kind.label).casefold()] = kind
    return found


def _day(text: str) -> date | None:
    """A day as sheets write it: 2026-01-01, 2026/1/1, 2026.1.1, 2026年1月1日."""
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
