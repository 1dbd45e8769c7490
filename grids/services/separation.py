"""Three duties in three hands (三员分立): system, security, audit.

Told by permissions and not by the names of roles, which a bureau may change.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import GridNode, NodeGrant, Role, RoleAssignment
from grids.roles import RESERVED, duties_of
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from uuid import UUID

# Of each duty the one permission without which nobody in the county could go on.
_LAST: Final = {
    "manage_accounts": _(
        "This is the last one who manages accounts of the whole county."
    ),
    "assign_roles": _("This is the last one who gives roles in the whole county."),
    "view_security_log": _("This is the last one who audits the whole county."),
}


def check_role(permissions: Iterable[str]) -> None:
    """No role carries two of the three."""
    if len(duties_of(permissions)) > 1:
        raise DomainError(
            _(
                "A role carries one of the three duties at most: system (accounts),"
                " security (roles and rules), audit (the log)."
            ),
            field="permissions",
        )


def check_person(
    *, user_ids: Collection[UUID], gaining: Iterable[str], besides: UUID | None = None
) -> None:
    """Nobody holds two of the three once this is added to what they hold.

    Locks the people, so that two colleagues at once do not give one half each.
    ``besides`` names a role whose present permissions do not count.
    """
    added = frozenset(gaining)
    if not duties_of(added):
        return
    people = User.objects.select_for_update(of=("self",)).filter(pk__in=user_ids)
    list(people.order_by("pk").values_list("pk", flat=True))
    held: dict[UUID, set[str]] = {pk: set(added) for pk in user_ids}
    held_roles = RoleAssignment.objects.filter(
        user_id__in=user_ids, ended_at__isnull=True
    )
    if besides is not None:
        held_roles = held_roles.exclude(role_id=besides)
    rows = held_roles.values_list("user_id", "role__group__permissions__codename")
    for user_id, codename in rows:
        held[user_id].add(codename or "")
    if any(len(duties_of(codenames)) > 1 for codenames in held.values()):
        raise DomainError(
            _(
                "One person holds one of the three duties at most: system,"
                " security, audit."
            ),
            field="role",
        )


def check_own_password(
    actor: User | None, user_ids: Collection[UUID], gaining: Iterable[str]
) -> None:
    """No role that runs the platform for whoever's password another still knows.

    Whoever opened the account, or reset it, could sign in first and hold the role.
    The platform itself gives its bureaus' first roles; but not where somebody of
    the county set the password. Raises ``DomainError`` at ``user``.
    """
    if not frozenset(gaining) & RESERVED:
        return
    # Under the row lock, so that no reset slips in between.
    people = User.objects.select_for_update(of=("self",)).filter(pk__in=user_ids)
    known = (
        people.filter(password_set_by__tenant__isnull=False)
        if actor is None
        else people.filter(
            Q(must_change_password=True) | Q(password_set_by__isnull=False)
        )
    )
    for user in known.order_by("pk")[:1]:
        raise DomainError(
            _(
                "%(name)s has not chosen a password of their own yet, so somebody else"
                " knows it. Let them sign in first, then give this role."
            )
            % {"name": user},
            field="user",
        )


@contextmanager
def nothing_for_oneself(actor: User | None) -> Iterator[None]:
    """Refuse what gives the actor a permission on a grid that he did not hold.

    Nobody gives a role to himself; neither by changing what a role holds, nor which
    role comes with a post. Raises ``NotAllowed``.
    """
    if actor is None:
        yield
        return
    mine = NodeGrant.objects.filter(user_id=actor.pk)
    grants = mine.values_list("content_object_id", "permission_id")
    before = set(grants)
    yield
    if set(grants.all()) - before:
        raise NotAllowed(
            _("This would give you yourself more rights. Ask a colleague to do it.")
        )


@contextmanager
def refused_as(field: str) -> Iterator[None]:
    """The same refusal at the field of another form."""
    try:
        yield
    except DomainError as refusal:
        raise DomainError(refusal.message, field=field) from refusal


def duties_held(user: User) -> frozenset[str]:
    """Which of the three somebody has anywhere."""
    held = NodeGrant.objects.filter(user_id=user.pk)
    return duties_of(held.values_list("permission__codename", flat=True).distinct())


def permissions_of(role: Role) -> frozenset[str]:
    return frozenset(role.group.permissions.values_list("codename", flat=True))


@contextmanager
def duties_stay_held(actor: User | None) -> Iterator[None]:
    """Refuse what would leave a duty of the county to nobody.

    Only an operator could open the county again; therefore not asked of one.
    """
    if actor is None:
        yield
        return
    # One at a time, or two administrators would end each other.
    root = GridNode.objects.select_for_update(of=("self",), no_key=True)
    root_id = root.get(parent__isnull=True).pk
    before = _held(root_id)
    yield
    for codename in sorted(before - _held(root_id)):
        raise DomainError(_LAST[codename])


def _held(root_id: UUID) -> frozenset[str]:
    grants = NodeGrant.objects.filter(
        content_object=root_id,
        permission__codename__in=list(_LAST),
        user__is_active=True,
    )
    return frozenset(grants.values_list("permission__codename", flat=True).distinct())
