"""Which posts there are on which grids, as a bureau changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.models import GridNode, PostRule, Role
from grids.roles import RESERVED
from grids.services.separation import nothing_for_oneself
from grids.services.settling import settle_posts
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError, refused_at_its_field
from tenants.locks import Lock, acquire
from tenants.texts import tidy

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User


GIVES: Final = "assign_roles"
KEEPS: Final = "manage_rules"


@transaction.atomic
def save_post_rule(
    *, actor: User | None, rule_id: UUID | None, today: date, **fields: Any
) -> PostRule:
    """Enter or change a rule; whoever holds such a post has its role at once.

    ``fields`` are those of the model; kind and kind of grid never change. A role
    that runs the platform comes with no post. Another role is another right for
    everybody who holds such a post: that takes who gives roles, since whoever
    opens accounts and looks after rules gives none (docs/decisions, 0029).
    """
    acquire(Lock.POSTS)
    rule = PostRule()
    if rule_id is not None:
        rule = PostRule.objects.select_for_update(of=("self",)).get(pk=rule_id)
    gives_anew = rule_id is None or fields.get("role", rule.role) != rule.role
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, GIVES if gives_anew else KEEPS, [root.pk])
    for name, value in fields.items():
        setattr(rule, name, tidy(value) if isinstance(value, str) else value)
    with refused_at_its_field():
        rule.full_clean()
    check_role(rule.role)
    rule.save()
    with nothing_for_oneself(actor):
        settle_posts(on=today, actor=actor)
    record_security(
        name=SecurityAction.RULE_ROWS_CHANGED,
        actor=actor,
        note=str(rule),
        row=str(rule.pk),
        role=rule.role.code,
        is_needed=rule.is_needed,
    )
    return rule


def check_role(role: Role) -> None:
    """Refuse a role for posts that holds what is reserved."""
    held = role.group.permissions.values_list("codename", flat=True)
    if RESERVED & set(held):
        raise DomainError(
            _("A role that runs the platform cannot come with a post."), field="role"
        )
