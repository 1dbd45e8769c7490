"""Open and change bureaus, and what administrators do to accounts, with its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import services as accounts
from accounts.models import ApiToken, SecurityRules, User
from accounts.services import second_factor, seed_security
from enterprises.models import (
    BoundaryDuty,
    DirectReason,
    ExpiryRung,
    IndustrySubcategory,
    LevelThreshold,
    ScaleGroup,
    SpecialDomain,
)
from enterprises.services import (
    seed_boundary_duties,
    seed_domains,
    seed_expiry_rungs,
    seed_industries,
    seed_rating,
    seed_scales,
)
from grids import access
from grids.models import (
    GridNode,
    OfficeStandard,
    PostRule,
    PrintRule,
    Role,
    WorkItem,
)
from grids.services import (
    Completed,
    complete_roles,
    duties_held,
    duties_stay_held,
    edit_node,
    plant_root,
    seed_posts,
    seed_print_rule,
    seed_roles,
    seed_standards,
    seed_work_items,
)
from hazards.models import EscalationRung, HazardKind
from hazards.services import seed_kinds, seed_rungs
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError, NotAllowed
from tenants.models import Tenant, TenantLevel
from tenants.services import create_tenant, edit_tenant
from tenants.tenancy import active_tenant, tenant_scope
from workdays.models import Day, DeadlineRule
from workdays.services import seed_calendar, seed_rules

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest


@transaction.atomic
def open_bureau(
    *,
    name: str,
    division_code: str,
    level: str = TenantLevel.COUNTY,
    parent: Tenant | None = None,
    centre: tuple[float, float] = (0.0, 0.0),
    boundary: dict[str, Any] | None = None,
) -> Tenant:
    """Make the tenant, its root node, its default roles and its rule rows.

    All or nothing. The rows are the tenant's own from then on: calendar, time
    limits, industries, kinds of hazards, the ladder of alerts.
    """
    tenant = create_tenant(
        name=name,
        division_code=division_code,
        level=level,
        parent=parent,
        centre=centre,
    )
    with tenant_scope(tenant.pk):
        plant_root(tenant=tenant, boundary=boundary)
        _seed()
    return tenant


def _seed() -> None:
    """The rows a bureau begins with; each keeps what is there."""
    seed_roles()
    seed_security()
    seed_posts()
    seed_print_rule()
    seed_calendar()
    seed_rules()
    seed_industries()
    seed_scales()
    seed_domains()
    seed_boundary_duties()
    seed_work_items()
    seed_standards()
    seed_rating()
    seed_expiry_rungs()
    seed_kinds()
    seed_rungs()


SEEDED: Final[tuple[type[Model], ...]] = (
    Role,
    SecurityRules,
    PostRule,
    PrintRule,
    Day,
    DeadlineRule,
    IndustrySubcategory,
    ScaleGroup,
    SpecialDomain,
    BoundaryDuty,
    WorkItem,
    OfficeStandard,
    LevelThreshold,
    DirectReason,
    ExpiryRung,
    HazardKind,
    EscalationRung,
)


@dataclass(frozen=True, slots=True)
class Furnished:
    """What a bureau got: rows by what they are, and permissions of its roles."""

    rows: dict[str, int]
    roles: Completed


@transaction.atomic
def furnish_bureau(*, tenant_id: int) -> Furnished:
    """Give a bureau that was opened earlier what later versions begin with.

    Safe to repeat: the second time adds nothing. Rows that are there stay as the
    bureau has them, and so do roles: see ``complete_roles``.
    """
    with tenant_scope(tenant_id):
        before = _seeded()
        _seed()
        roles = complete_roles()
        after = _seeded()
    added = {name: n - before[name] for name, n in after.items() if n != before[name]}
    return Furnished(rows=added, roles=roles)


def _seeded() -> dict[str, int]:
    return {
        str(model._meta.verbose_name_plural): model._default_manager.count()
        for model in SEEDED
    }


@transaction.atomic
def change_bureau(
    *,
    tenant_id: int,
    name: str,
    parent: Tenant | None,
    centre: tuple[float, float],
    map_zoom: int,
    is_active: bool,
) -> Tenant:
    """Change a bureau; its root grid is called as it is."""
    tenant = edit_tenant(
        tenant_id=tenant_id,
        name=name,
        parent=parent,
        centre=centre,
        map_zoom=map_zoom,
        is_active=is_active,
    )
    with tenant_scope(tenant.pk):
        root = GridNode.objects.get(parent__isnull=True)
        if root.name != tenant.name:
            edit_node(actor=None, node_id=root.pk, name=tenant.name)
    return tenant


def choose_tenant(*, request: HttpRequest, tenant_id: str) -> Tenant:
    """A platform operator begins to work in a bureau: its log says who and when."""
    operator = request.user
    if not isinstance(operator, User) or not operator.is_superuser:
        raise NotAllowed(_("You are not allowed to do this here."))
    tenant = (
        Tenant.objects.filter(pk=tenant_id).first() if tenant_id.isdecimal() else None
    )
    if tenant is None:
        raise DomainError(_("This bureau does not exist."), field="tenant")
    record_security(
        name=SecurityAction.TENANT_CHOSEN,
        actor=operator,
        note=tenant.name,
        request=request,
        tenant_id=tenant.pk,
    )
    return tenant


def current_tenant() -> Tenant | None:
    """The bureau one works in; None for the platform outside of any."""
    tenant_id = active_tenant()
    return None if tenant_id is None else Tenant.objects.get(pk=tenant_id)


# Accounts -----------------------------------------------------------------------


def own_users() -> QuerySet[User]:
    """The accounts of the bureau one works in; of the platform outside of any.

    The table of users has no tenant policy: whatever lists users asks here.
    """
    tenant_id = active_tenant()
    if tenant_id is None:
        return User.objects.filter(tenant__isnull=True)
    return User.objects.filter(tenant_id=tenant_id)


@transaction.atomic
def open_account(*, request: HttpRequest, **facts: Any) -> User:
    """A new account of the bureau one works in, or of the platform.

    Its password has been known to another: it is for the first sign-in only.
    ``facts`` are those of ``accounts.services.create_user``, but never the
    tenant: that is where one works.
    """
    actor = _account_manager(request)
    tenant = current_tenant()
    if tenant is None:
        facts["is_staff"] = True  # whoever is of no bureau works in the admin only
    user = accounts.create_user(tenant=tenant, must_change=True, set_by=actor, **facts)
    _log(request, SecurityAction.USER_CREATED, actor, user, username=user.username)
    return user


@transaction.atomic
def change_account(*, request: HttpRequest, user_id: UUID, **facts: Any) -> User:
    """Change an account of the bureau one works in; disabling ends its sessions."""
    actor = _account_manager(request)
    _check_own(user_id)
    if user_id == actor.pk and not (facts["is_active"] and facts["is_staff"]):
        raise DomainError(_("You cannot lock yourself out. Ask a colleague."))
    with duties_stay_held(_asked(actor)):
        user, changed, ended = accounts.edit_user(user_id=user_id, **facts)
    _log_ended_tokens(request, actor, user, ended)
    if changed:
        # Names and numbers are not copied into a log that cannot forget.
        _log(
            request,
            SecurityAction.USER_CHANGED,
            actor,
            user,
            changed=changed,
            is_active=user.is_active,
            is_staff=user.is_staff,
        )
    return user


@transaction.atomic
def set_account_password(*, request: HttpRequest, user_id: UUID, password: str) -> User:
    """For somebody who has forgotten theirs; they choose another at the sign-in."""
    actor = _account_manager(request)
    _check_own(user_id)
    _check_no_takeover(actor, own_users().get(pk=user_id))
    user, ended = accounts.set_password(
        user_id=user_id, password=password, set_by=actor
    )
    _log_ended_tokens(request, actor, user, ended)
    _log(request, SecurityAction.PASSWORD_CHANGED, actor, user)
    return user


def account_tokens(*, request: HttpRequest, user_id: UUID) -> list[ApiToken]:
    """The keys of an account, for whoever administers it; never what they are."""
    _account_manager(request)
    _check_own(user_id)
    return accounts.tokens_of(user_id)


@transaction.atomic
def revoke_account_token(
    *, request: HttpRequest, user_id: UUID, token_id: UUID
) -> ApiToken:
    """End a key of an account of the bureau one works in."""
    actor = _account_manager(request)
    _check_own(user_id)
    user = own_users().get(pk=user_id)
    token = accounts.revoke_token(user=user, token_id=token_id)
    if token is None:
        raise DomainError(_("This token does not exist any more."))
    _log_ended_tokens(request, actor, user, [token])
    return token


def _log_ended_tokens(
    request: HttpRequest, actor: User, user: User, ended: list[ApiToken]
) -> None:
    for token in ended:
        record_security(
            name=SecurityAction.TOKEN_REVOKED,
            actor=actor,
            request=request,
            tenant_id=user.tenant_id,
            note=f"{user} · {token.name}",
            user=str(user.pk),
            token=str(token.pk),
        )


def _account_manager(request: HttpRequest) -> User:
    """Who asks, if they may: on the county itself, or as the platform."""
    actor = request.user
    if not isinstance(actor, User):
        raise NotAllowed(_("You are not allowed to do this here."))
    if actor.tenant_id is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, "manage_accounts", [root.pk])
    elif not actor.is_superuser:
        raise NotAllowed(_("You are not allowed to do this here."))
    return actor


def _check_no_takeover(actor: User, user: User) -> None:
    """Whoever resets a password could sign in with it: not into another duty.

    Where a second factor is set up that is no danger, for the password alone
    opens nothing; and whoever removes second factors resets no passwords.
    """
    if actor.tenant_id is None or second_factor.is_on(user):
        return
    if duties_held(user) - duties_held(actor):
        raise NotAllowed(
            _(
                "This account holds another of the three duties and has no second"
                " factor: its password is set by the operator of the platform."
            )
        )


def _asked(actor: User) -> User | None:
    """An operator of the platform is nobody's last one."""
    return None if actor.tenant_id is None else actor


def _check_own(user_id: UUID) -> None:
    if not own_users().filter(pk=user_id).exists():
        raise DomainError(_("This user does not exist or is disabled."), field="user")


def _log(
    request: HttpRequest, name: str, actor: User, user: User, **details: Any
) -> None:
    record_security(
        name=name,
        actor=actor,
        note=str(user),
        request=request,
        tenant_id=user.tenant_id,
        user=str(user.pk),
        **details,
    )
