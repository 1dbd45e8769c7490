"""What the page of one's own account shows."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.agents import device_of
from accounts.models import ApiToken, User, UserSession
from grids.models import RoleAssignment
from portal.reports.posts import Mine, mine
from tenants.tenancy import active_tenant


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role and the grid it is held on, with that grid's address."""

    role: str
    node: str
    url: str


@dataclass(frozen=True, slots=True)
class SignedInAt:
    """One session, as its owner may recognize it."""

    row: UserSession
    device: str
    is_this: bool


def sessions_of(request: HttpRequest) -> list[SignedInAt]:
    """Where somebody is signed in, this place first."""
    if not isinstance(request.user, User):
        return []
    key = request.session.session_key
    found = [
        SignedInAt(row, device_of(row.agent), row.session_key == key)
        for row in services.sessions_of(request.user)
    ]
    return sorted(found, key=lambda one: not one.is_this)


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
