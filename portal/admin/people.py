"""Accounts of the chosen bureau, their roles, and what the roles hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import MaskedPhoneField, keep_phone
from accounts.masking import mask_phone
from accounts.models import User
from grids.kinds import NodeKind
from grids.models import GridNode, Role, RoleAssignment
from grids.services import (
    add_role,
    assign_role,
    end_assignment,
    rename_role,
    set_role_demands,
    set_role_kinds,
    set_role_permissions,
)
from portal.admin.base import (
    ScopedAdmin,
    ServiceForm,
    acting,
    holds,
)
from portal.admin.security import SecurityOfAccounts
from portal.services import (
    account_tokens,
    change_account,
    open_account,
    own_users,
    revoke_account_token,
    set_account_password,
)
from tenants.errors import DomainError
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MANAGE = "manage_accounts"
GIVE = "assign_roles"
_FACTS = ("username", "full_name", "phone", "title", "email", "is_staff")
_OF_SECURITY = ("is_active", "roles", "security", "last_login", "date_joined")
_NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})

_FIRST = _(
    "For one sign-in: its owner chooses another then. At least 10 characters (12 for"
    " administrators), with three of: small letters, capital letters, digits, others."
)


class UserForm(ServiceForm):
    """Nothing here makes a superuser or moves somebody to another bureau."""

    password = forms.CharField(
        label=_("First password"),
        strip=False,
        max_length=200,
        widget=_NEW_PASSWORD,
        help_text=_FIRST,
    )

    class Meta:
        model = User
        fields = (*_FACTS, "is_active")
        field_classes = {"phone": MaskedPhoneField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_phone(self, "phone", self.instance.phone)
        if not self.is_new:  # it has a page of its own
            self.fields.pop("password", None)

    def save_by_service(self, given: dict[str, Any]) -> User:
        if self.is_new:
            return open_account(request=self.request, **given)
        return change_account(request=self.request, user_id=self.instance.pk, **given)


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=_NEW_PASSWORD,
        help_text=_FIRST,
    )


def _held_by(user: User) -> Any:
    held = RoleAssignment.objects.filter(user=user, ended_at__isnull=True)
    return held.select_related("role", "node")


@admin.register(User)
class UserAdmin(SecurityOfAccounts):
    form = UserForm
    change_list_template = "admin/users.html"
    permission = MANAGE
    also_viewed_by = frozenset({"assign_roles", "manage_security"})
    needs_tenant = False
    can_add = can_change = True
    list_display = (
        "full_name",
        "username",
        "masked_phone",
        "title",
        "is_active",
        "is_staff",
        "last_login",
    )
    list_filter = ("is_active", "is_staff")
    # A whole number finds its owner; a part of one would read what is masked.
    search_fields = ("full_name", "username", "phone__exact")
    ordering = ("full_name", "username")
    readonly_fields = (
        "roles",
        "security",
        "new_password",
        "tokens",
        "last_login",
        "date_joined",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return own_users().order_by(*self.ordering)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return (*_FACTS, "password")
        if not self.has_change_permission(request, obj):  # who gives roles looks
            return ("username", "full_name", "masked_phone", "title", *_OF_SECURITY)
        shown = [*_FACTS, "is_active", *self.readonly_fields]
        # No way to where another of the three duties is needed.
        if not self.handles_security(request):
            shown.remove("security")
        if not holds(request, GIVE):
            shown[shown.index("roles")] = "roles_in_words"
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "masked_phone", "roles_in_words")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description=gettext_lazy("Mobile phone"))
    def masked_phone(self, user: User) -> str:
        return mask_phone(user.phone)

    @admin.display(description=gettext_lazy("Roles"))
    def roles_in_words(self, user: User) -> Any:
        if active_tenant() is None:
            return "–"
        rows = [(row.role, row.node) for row in _held_by(user)]
        listed = format_html_join("", "<li>{} · {}</li>", rows)
        hint = gettext("The security administrator gives and takes roles.")
        return format_html('<ul class="held-roles">{}<li>{}</li></ul>', listed, hint)

    @admin.display(description=gettext_lazy("Roles"))
    def roles(self, user: User) -> Any:
        if active_tenant() is None:
            return "–"
        rows = format_html_join(
            "",
            '<li><a href="{}">{} · {}</a></li>',
            (
                (
                    reverse("admin:grids_roleassignment_change", args=[row.pk]),
                    row.role,
                    row.node,
                )
                for row in _held_by(user)
            ),
        )
        add = f"{reverse('admin:grids_roleassignment_add')}?user={user.pk}"
        link = format_html('<a href="{}">{}</a>', add, gettext("Give a role"))
        return format_html('<ul class="held-roles">{}<li>{}</li></ul>', rows, link)

    @admin.display(description=gettext_lazy("Password"))
    def new_password(self, user: User) -> Any:
        address = reverse("admin:accounts_user_password", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Set a new one"))

    @admin.display(description=gettext_lazy("API tokens"))
    def tokens(self, user: User) -> Any:
        address = reverse("admin:accounts_user_tokens", args=[user.pk])
        n = user.tokens.count()
        text = ngettext("%(n)s token", "%(n)s tokens", n) % {"n": n}
        return format_html('<a href="{}">{}</a>', address, text) if n else "–"

    def get_urls(self) -> list[Any]:
        password = self.admin_site.admin_view(self.set_password)
        tokens = self.admin_site.admin_view(self.show_tokens)
        return [
            path("<path:object_id>/password/", password, name="accounts_user_password"),
            path("<path:object_id>/tokens/", tokens, name="accounts_user_tokens"),
            *super().get_urls(),
        ]

    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """For somebody who has forgotten theirs. All their sessions end."""
        user = self._user(request, object_id)
        form = PasswordForm(request.POST or None)
        if form.is_valid():
            try:
                set_account_password(
                    request=request,
                    user_id=user.pk,
                    password=form.cleaned_data["password"],
                )
            except DomainError as refusal:
                form.add_error("password", str(refusal))
            else:
                self.message_user(
                    request,
                    gettext("The password is set. Tell it in person, not by mail."),
                    messages.SUCCESS,
                )
                return redirect("admin:accounts_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "form": form,
            "title": gettext("Set a new password"),
        }
        return TemplateResponse(
            request,
            "admin/set_password.html",
            context,
            status=422 if form.errors else 200,
        )

    def show_tokens(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Which programs sign in as somebody; each key can be ended here."""
        user = self._user(request, object_id)
        if request.method == "POST":
            self._revoke(request, user)
            return redirect("admin:accounts_user_tokens", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "tokens": account_tokens(request=request, user_id=user.pk),
            "title": gettext("API tokens"),
        }
        return TemplateResponse(request, "admin/tokens.html", context)

    def _revoke(self, request: HttpRequest, user: User) -> None:
        try:
            token_id = UUID(request.POST.get("token", ""))
        except ValueError as error:
            raise Http404 from error
        try:
            revoke_account_token(request=request, user_id=user.pk, token_id=token_id)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(
                request, gettext("The token is revoked."), messages.SUCCESS
            )

    def _user(self, request: HttpRequest, object_id: str) -> User:
        user: User | None = self.get_object(request, unquote(object_id))
        if user is None or not self.has_change_permission(request, user):
            raise Http404
        return user


class AssignmentForm(ServiceForm):
    class Meta:
        model = RoleAssignment
        fields = ("user", "role", "node")

    def save_by_service(self, given: dict[str, Any]) -> RoleAssignment:
        return assign_role(
            actor=acting(self.request),
            user_id=given["user"].pk,
            role_code=given["role"].code,
            node_id=given["node"].pk,
        )


class InForce(admin.SimpleListFilter):
    title = gettext_lazy("in force")
    parameter_name = "ended"

    def lookups(self, *_args: Any) -> Any:
        return [("no", gettext("Still held")), ("yes", gettext("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(ended_at__isnull=self.value() == "no")


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ScopedAdmin):
    form = AssignmentForm
    change_list_template = "admin/roles_given.html"
    permission = GIVE
    can_add = True
    list_display = ("user", "role", "node", "began_at", "ended_at")
    list_filter = (InForce, "role")
    list_select_related = ("user", "role", "node")
    search_fields = ("user__full_name", "user__username", "node__name")
    fields = ("user", "role", "node", "began_at", "ended_at")
    autocomplete_fields = ("user", "node")
    ordering = ("-began_at",)
    actions = ["end_selected"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else AssignmentForm.Meta.fields

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = (
                own_users().filter(is_active=True).order_by("full_name")
            )
        if db_field.name == "node":
            kwargs["queryset"] = GridNode.objects.in_force().in_order()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.action(
        description=gettext_lazy("End the selected role assignments"),
        permissions=["add"],
    )
    def end_selected(self, request: HttpRequest, queryset: Any) -> None:
        self.do_each(
            request,
            queryset,
            lambda row: end_assignment(actor=acting(request), assignment_id=row.pk),
            lambda n: ngettext("%(n)s role ended.", "%(n)s roles ended.", n) % {"n": n},
        )


class RoleForm(ServiceForm):
    permissions = forms.MultipleChoiceField(
        label=_("Permissions"),
        choices=GridNode._meta.permissions,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    node_kinds = forms.MultipleChoiceField(
        label=Role._meta.get_field("node_kinds").verbose_name,
        help_text=Role._meta.get_field("node_kinds").help_text,
        choices=NodeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Role
        fields = ("code", "name", "second_factor_required", "idle_minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            held = self.instance.group.permissions.values_list("codename", flat=True)
            self.fields["permissions"].initial = list(held)
            self.fields["node_kinds"].initial = self.instance.node_kinds or []

    def save_by_service(self, given: dict[str, Any]) -> Role:
        actor = acting(self.request)
        if self.is_new:
            role = add_role(actor=actor, code=given["code"], name=given["name"])
        else:
            role = rename_role(
                actor=actor, role_id=self.instance.pk, name=given["name"]
            )
        set_role_kinds(actor=actor, role_id=role.pk, node_kinds=given["node_kinds"])
        wanted = given["permissions"]
        set_role_permissions(actor=actor, role_id=role.pk, codenames=wanted)
        return set_role_demands(
            actor=actor,
            role_id=role.pk,
            second_factor_required=given["second_factor_required"],
            idle_minutes=given["idle_minutes"],
        )


@admin.register(Role)
class RoleAdmin(ScopedAdmin):
    form = RoleForm
    permission = GIVE
    can_add = can_change = True
    list_display = ("name", "code", "second_factor_required", "idle_minutes")
    search_fields = ("name", "code")
    fields = (
        "code",
        "name",
        "node_kinds",
        "permissions",
        "second_factor_required",
        "idle_minutes",
    )
    ordering = ("rank", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()
