"""What all admins share: whose rows, who may, and saving through services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect

from grids import access
from grids.models import GridNode
from portal.admin_site import CHOOSE, OwnAdmin
from tenants.errors import DomainError
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


# What Django's own filters put behind the name of a field.
_FORMS: Final = ("", "__exact", "__isnull", "__isempty", "__id__exact")
_DATE_PARTS: Final = ("year", "month", "day")
_YEARS: Final = range(1900, 3000)  # beyond them a day plus a day is no date


def is_operator(request: HttpRequest) -> bool:
    """Of the platform: no bureau's own, works in the one that was chosen."""
    user: Any = request.user
    return user.tenant_id is None and user.is_superuser


def acting(request: HttpRequest) -> User | None:
    """Whom a service asks for permission: an operator acts as the platform."""
    return None if is_operator(request) else request.user


def permissions_here(request: Any) -> frozenset[str]:
    """What somebody holds on the county itself: the admin is its back office.

    A permission on a township alone does not reach rules and accounts that hold
    for everybody. Asked once per request.
    """
    if not hasattr(request, "permissions_on_root"):
        root = GridNode.objects.filter(parent__isnull=True).values_list("pk", flat=True)
        request.permissions_on_root = access.permissions_held(request.user, list(root))
    found: frozenset[str] = request.permissions_on_root
    return found


def holds(request: HttpRequest, permission: str) -> bool:
    """An operator, or whoever holds this on the county itself."""
    return is_operator(request) or permission in permissions_here(request)


class ServiceForm(forms.ModelForm):
    """Saves by a service while it is validated, so refusals stand at their fields.

    ``request`` is set by :class:`ScopedAdmin`. ``save_by_service`` returns the
    row as it is then.
    """

    request: Any

    def save_by_service(self, given: dict[str, Any]) -> Any:
        raise NotImplementedError

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = kwargs.get("instance") is None

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.instance = self.save_by_service(self.cleaned_data)
        except DomainError as refusal:
            known = refusal.field in self.fields
            self.add_error(refusal.field if known else None, str(refusal))

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  Django's
        return self.instance

    def save_m2m(self) -> None:
        """The service has done it."""


class ScopedAdmin(OwnAdmin):
    """Rows of one bureau, for whoever holds ``permission`` there; read-only.

    Subclasses allow what a service stands behind. The guard and row-level
    security keep other tenants' rows out of every queryset.
    """

    permission = ""
    also_viewed_by: frozenset[str] = frozenset()  # for whoever chooses among the rows
    needs_tenant = True
    can_add = False
    can_change = False
    view_on_site = False
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    # Who may --------------------------------------------------------------------

    def may(self, request: HttpRequest) -> bool:
        if active_tenant() is None:
            return is_operator(request) and not self.needs_tenant
        return holds(request, self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request) or (
            active_tenant() is not None
            and bool(self.also_viewed_by & permissions_here(request))
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and self.may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_change and self.may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # What is filtered by --------------------------------------------------------

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what the filters beside the list offer; anything else answers 400.

        Django lets an address ask any field of the row with any lookup, so that
        it would spell out letter by letter what no column shows.
        """
        if "\0" in str(value):
            return False
        dates = [f"{self.date_hierarchy}__{part}" for part in _DATE_PARTS]
        if self.date_hierarchy and lookup in dates:
            return _is_part_of_a_date(lookup, str(value))
        return lookup in self._offered(request)

    def _offered(self, request: HttpRequest) -> set[str]:
        names: set[str] = set()
        item: Any
        for item in self.get_list_filter(request):
            if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
                names.add(str(item.parameter_name))
                continue
            field = item if isinstance(item, str) else item[0]
            names |= {f"{field}{form}" for form in _FORMS}
        return names

    # Which page -----------------------------------------------------------------

    def _choose_first(self, request: HttpRequest) -> HttpResponse | None:
        lacking = self.needs_tenant and active_tenant() is None
        return redirect(CHOOSE) if lacking and is_operator(request) else None

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        chosen = self._choose_first(request)
        return chosen or super().changelist_view(request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        chosen = self._choose_first(request)
        return chosen or super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing is deleted here: what has happened stays."""
        raise Http404

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Asked before the row is looked for: the answer tells of no row then."""
        chosen = self._choose_first(request)
        if chosen is None and not self.has_view_permission(request):
            raise PermissionDenied
        return chosen or super().history_view(request, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, *_: Any, **__: Any) -> Any:
        """A foreign row and one that never existed read the same."""
        raise Http404

    # Saving ---------------------------------------------------------------------

    def get_form(  # type: ignore[override]  # ``change`` is passed on
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Without the small buttons that open other rows in a second window."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget: Any = getattr(field, "widget", None)
        for what in ("add", "change", "delete", "view"):
            if hasattr(widget, f"can_{what}_related"):
                setattr(widget, f"can_{what}_related", False)
        return field

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """The form's service has saved it."""

    def do_each(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        service: Callable[[Any], object],
        done: Callable[[int], str],
    ) -> None:
        """An action: each row by itself; what is refused says why."""
        count = 0
        for row in rows:
            try:
                with transaction.atomic():
                    service(row)
            except DomainError as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                self.log_change(request, row, [{"changed": {}}])
                count += 1
        if count:
            self.message_user(request, done(count), messages.SUCCESS)


def _is_part_of_a_date(lookup: str, value: str) -> bool:
    if not (value.isascii() and value.isdigit() and len(value) <= 4):
        return False
    return not lookup.endswith("__year") or int(value) in _YEARS
