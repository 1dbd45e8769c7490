"""What the page of one's own account shows."""

from dataclasses import dataclass

from django.utils import timezone

from accounts import services
from accounts.models import ApiToken, User
from grids.models import RoleAssignment
from portal.reports.posts import Mine, mine
from tenants.tenancy import active_tenant


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role and the grid it is held on, with that grid's address."""

    role: str
    node: str
    url: str


def roles_of(user: User) -> list[HeldRole]:
    """Which roles somebody holds where; platform operators hold none."""
    if active_tenant() is None:
        return []
    held = (
        RoleAssignment.objects.in_force()
        .filter(user_id=user.pk)
        .select_related("role", "node")
        .order_by("role__rank", "node__name")
    )
    return [
        HeldRole(role=a.role.name, node=a.node.name, url=a.node.get_absolute_url())
        for a in held
    ]


def posts_of(user: User) -> Mine | None:
    """Somebody's posts and leaves; platform operators hold none."""
    if active_tenant() is None:
        return None
    return mine(user, on=timezone.localdate())


def tokens_of(user: User) -> list[ApiToken]:
    """The keys somebody made for machines, the newest first."""
    return services.tokens_of(user.pk)
