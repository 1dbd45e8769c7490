"""What surrounds every page of a signed-in person: menu, inbox, tenant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from grids import access
from notices.services import unread_count
from tenants.models import Tenant
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


# Pages beside those of duties, at addresses of their own.
_OTHER_DUTIES: Final = ("boundary:list", "supervision:list")


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu or of the phone's bottom bar."""

    label: str
    url: str
    icon: str
    active: bool
    badge: int = 0
    primary: bool = False


class Shell:
    """Asked for only by full pages; each part is looked up when it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _in_tenant(self) -> bool:
        return self._request.user.is_authenticated and active_tenant() is not None

    @cached_property
    def permissions(self) -> frozenset[str]:
        if not self._in_tenant:
            return frozenset()
        # A page of hazards has read them already (grids.access.reaches_of).
        reaches = getattr(self._request, "reaches", None)
        if reaches is not None:
            return frozenset(reaches)
        return access.permissions_anywhere(self._request.user)

    @cached_property
    def tenant(self) -> Tenant | None:
        user = self._request.user
        if not user.is_authenticated:
            return None
        if user.tenant_id is not None:
            return user.tenant
        chosen = active_tenant()
        return Tenant.objects.filter(pk=chosen).first() if chosen else None

    @cached_property
    def unread(self) -> int:
        return unread_count(self._request.user) if self._in_tenant else 0

    @cached_property
    def inbox_url(self) -> str:
        return reverse("notices:list") if self._in_tenant else ""

    @property
    def can_report(self) -> bool:
        return "report_hazards" in self.permissions

    @cached_property
    def menu(self) -> list[MenuItem]:
        """The desktop's menu: what this person may open, no more."""
        may = self.permissions
        entries = [
            (_("Home"), "portal:home", "home", self._in_tenant),
            (_("Board"), "portal:board", "chart-bar", "view_board" in may),
            (_("Hazards"), "hazards:list", "alert-triangle", "view_hazards" in may),
            (
                _("Enterprises"),
                "enterprises:list",
                "building-factory-2",
                "view_enterprises" in may,
            ),
            (_("Grids"), "grids:list", "hierarchy-2", "view_grids" in may),
            (_("Posts"), "posts:list", "users", "view_grids" in may),
            (_("Duties"), "duties:mine", "list-check", "view_grids" in may),
            (
                _("Open accounts from a list"),
                "people:start",
                "users-group",
                "manage_accounts" in may,
            ),
            (
                _("Roles to confirm"),
                "people:batches",
                "shield-check",
                "assign_roles" in may,
            ),
            (_("Inbox"), "notices:list", "bell", self._in_tenant),
            (
                _("Administration"),
                "admin:index",
                "settings",
                self._request.user.is_authenticated and self._request.user.is_staff,
            ),
        ]
        return [
            self._item(label, name, icon)
            for label, name, icon, shown in entries
            if shown
        ]

    @cached_property
    def bottom(self) -> list[MenuItem]:
        """The phone's bar, within reach of the thumb."""
        if not self._in_tenant:
            return []
        items = [self._item(_("Home"), "portal:home", "home")]
        if "view_hazards" in self.permissions:
            items.append(self._item(_("Hazards"), "hazards:list", "list"))
        if self.can_report:
            items.append(
                self._item(_("Report"), "hazards:report", "camera", primary=True)
            )
        items.append(self._item(_("Inbox"), "notices:list", "bell", badge=self.unread))
        items.append(self._item(_("Me"), "accounts:me", "user"))
        return items

    def _item(self, label: str, name: str, icon: str, **extra: Any) -> MenuItem:
        url = reverse(name)
        path = self._request.path
        active = path == url if url == "/" else path.startswith(url)
        if name == "duties:mine":
            active = active or path.startswith(tuple(map(reverse, _OTHER_DUTIES)))
        if name == "people:start" and path.startswith(reverse("people:batches")):
            active = False
        if name == "hazards:list" and path.startswith(reverse("hazards:report")):
            active = False
        return MenuItem(label=label, url=url, icon=icon, active=active, **extra)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: ``shell`` in every template."""
    return {"shell": Shell(request)}
