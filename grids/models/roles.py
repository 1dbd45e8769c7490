"""Who holds which role where, and guardian's rows that follow from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from grids.models.tree import GridNode
from grids.pointing import Fate
from grids.querysets import RoleAssignmentQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class NodeGrant(UserObjectPermissionBase, TenantModel):
    """guardian's row: this user holds this permission on this node and below.

    Written only by ``grids.services``, which derives the rows from the roles.
    """

    content_object = TenantForeignKey(
        GridNode, on_delete=models.CASCADE, related_name="grants"
    )

    when_grids_merge: ClassVar = {"content_object": Fate.FOLLOWS}

    objects: ClassVar = TenantManager()  # type: ignore[assignment]

    class Meta(UserObjectPermissionBase.Meta):
        unique_together: ClassVar = [["tenant", "user", "permission", "content_object"]]


class Role(TenantModel):
    """A named set of permissions of one tenant, kept as a Django group.

    ``code`` names the seeded roles for rules (whom an alert goes to); the
    tenant may rename them and change what they hold.
    """

    code = models.SlugField(_("Code"), max_length=40)
    name = models.CharField(_("Name"), max_length=50)
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="+", verbose_name=_("Group")
    )
    rank = models.PositiveSmallIntegerField(_("Order"), default=100)
    second_factor_required = models.BooleanField(
        _("Second factor required"),
        default=False,
        help_text=_("Whoever holds the role sets one up at the next sign-in."),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("Signed out after, in minutes without a request"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
        help_text=_("Empty: as the rules of security say."),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["rank", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="role_code_once_per_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__isnull=True)
                | models.Q(idle_minutes__gte=5, idle_minutes__lte=480),
                name="role_idle_minutes_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Origin(models.TextChoices):
    """Where an assignment comes from: given by hand, or derived."""

    GIVEN = "given", _("Given by hand")
    POST = "post", _("From a post")
    LEAVE = "leave", _("As a substitute")


class RoleAssignment(TenantModel):
    """This user holds this role on this node and everything below it.

    An ended assignment stays as history. One that is not given by hand follows
    a post or a leave and ends with it (``grids.services.settling``);
    ``on_behalf_of`` is the one a substitute stands in for.
    """

    user = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("User"),
    )
    role = TenantForeignKey(
        Role,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("Role"),
    )
    node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("Grid"),
    )
    began_at = models.DateTimeField(_("From"), auto_now_add=True)
    ended_at = models.DateTimeField(_("Until"), null=True, blank=True)
    origin = models.CharField(
        _("Comes from"), max_length=5, choices=Origin.choices, default=Origin.GIVEN
    )
    on_behalf_of = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("On behalf of"),
    )

    # Ended there and given on the other grid: grids.services.people.
    when_grids_merge: ClassVar = {"node": Fate.FOLLOWS}

    objects: ClassVar = TenantManager.from_queryset(RoleAssignmentQuerySet)()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "role", "node", "origin", "on_behalf_of"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="role_held_once_per_node",
            ),
            models.CheckConstraint(
                condition=models.Q(origin=Origin.LEAVE, on_behalf_of__isnull=False)
                | ~models.Q(origin=Origin.LEAVE) & models.Q(on_behalf_of__isnull=True),
                name="a_substitute_stands_in_for_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.node}"
