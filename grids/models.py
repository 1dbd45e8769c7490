"""The grid tree of a tenant, who holds which role where, and what happened to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase
from mptt.managers import TreeManager
from mptt.models import MPTTModel

from grids.kinds import NodeKind
from grids.querysets import GridNodeQuerySet, RoleAssignmentQuerySet
from journal.models import Event
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class SequencedTreeManager(TreeManager):
    """MPTT's own manager, with tree ids from a sequence.

    MPTT would look for the highest id in use; under row-level security it sees
    one tenant's only and would give every tenant tree 1.
    """

    def _get_next_tree_id(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('grids_tree_id')")
            return int(cursor.fetchone()[0])


class GridNode(MPTTModel, TenantModel):
    """A node of the grid tree: exactly one tree per tenant, the county its root.

    ``parent`` is the truth; ``lft``, ``rght``, ``level`` and ``township`` are
    derived from it by ``grids.services`` under one lock per tenant.
    ``township`` is the township the node lies in, and the root itself for what
    lies in none; rows elsewhere carry it beside the node, and the database
    carries a move of the node over to them (ON UPDATE CASCADE).
    """

    parent = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("Parent"),
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=NodeKind.choices)
    parent_kind = models.CharField(max_length=12, blank=True, editable=False)
    code = models.CharField(_("Code"), max_length=40)
    name = models.CharField(_("Name"), max_length=100)
    township = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name=_("Township"),
    )
    boundary = models.JSONField(_("Boundary (GeoJSON, WGS-84)"), null=True, blank=True)
    retired_on = models.DateField(_("Retired on"), null=True, blank=True)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(GridNodeQuerySet)()
    # MPTT allocates and moves through a manager of its own, which must not be
    # scoped by the guard (see docs/decisions): row-level security scopes it.
    tree: ClassVar = SequencedTreeManager()

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        default_permissions = ()
        permissions: ClassVar = [
            ("view_grids", _("See grids")),
            ("manage_grids", _("Create, rename, move and retire grids")),
            ("view_enterprises", _("See enterprises")),
            ("edit_enterprises", _("Register and edit enterprises")),
            ("view_hazards", _("See hazards")),
            ("report_hazards", _("Report hazards")),
            ("assess_hazards", _("Assess hazards")),
            ("assign_hazards", _("Assign hazards with a deadline")),
            ("rectify_hazards", _("Rectify hazards")),
            ("recheck_hazards", _("Recheck rectifications")),
            ("close_hazards", _("Close hazards")),
            ("reopen_hazards", _("Reopen hazards")),
            ("view_board", _("See the board")),
            ("export_rows", _("Export lists")),
            ("manage_accounts", _("Manage accounts and roles")),
            ("manage_rules", _("Manage calendar and rules")),
            ("view_security_log", _("See the security log")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(parent__isnull=True),
                name="one_root_per_tenant",
            ),
            models.UniqueConstraint(
                fields=["tenant", "code"], name="grid_code_once_per_tenant"
            ),
            models.UniqueConstraint(
                fields=["tenant", "id", "township"], name="grid_with_its_township"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True, kind=NodeKind.COUNTY)
                | models.Q(parent__isnull=False) & ~models.Q(kind=NodeKind.COUNTY),
                name="the_root_is_the_county",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=NodeKind.COUNTY, parent_kind="")
                | models.Q(
                    kind=NodeKind.DEPARTMENT,
                    parent_kind__in=[NodeKind.COUNTY, NodeKind.DEPARTMENT],
                )
                | models.Q(kind=NodeKind.TOWNSHIP, parent_kind=NodeKind.COUNTY)
                | models.Q(kind=NodeKind.VILLAGE, parent_kind=NodeKind.TOWNSHIP)
                | models.Q(kind=NodeKind.SUBGRID, parent_kind=NodeKind.VILLAGE)
                | models.Q(
                    kind=NodeKind.ENTERPRISE,
                    parent_kind__in=[
                        NodeKind.COUNTY,
                        NodeKind.TOWNSHIP,
                        NodeKind.VILLAGE,
                        NodeKind.SUBGRID,
                    ],
                ),
                name="grid_stands_where_its_kind_may",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "kind"], name="grid_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("grids:detail", kwargs={"pk": self.pk})

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None

    @property
    def is_department(self) -> bool:
        return self.kind == NodeKind.DEPARTMENT


class NodeGrant(UserObjectPermissionBase, TenantModel):
    """guardian's row: this user holds this permission on this node and below.

    Written only by ``grids.services``, which derives the rows from the roles.
    """

    content_object = TenantForeignKey(
        GridNode, on_delete=models.CASCADE, related_name="grants"
    )

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

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["rank", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="role_code_once_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(TenantModel):
    """This user holds this role on this node and everything below it.

    An ended assignment stays as history.
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

    objects: ClassVar = TenantManager.from_queryset(RoleAssignmentQuerySet)()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "role", "node"],
                condition=models.Q(ended_at__isnull=True),
                name="role_held_once_per_node",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.node}"


class GridEvent(Event):
    """What happened to a node: created, renamed, moved, retired."""

    node = TenantForeignKey(GridNode, on_delete=models.PROTECT, related_name="events")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "node", "at"], name="grid_course")
        ]


class SupervisedModel(TenantModel):
    """A case or an enterprise: it lies on an area line and on a department line.

    ``area_node`` and ``township`` belong together by a foreign key that the
    database keeps true when the node moves. Both nodes come without an index of
    their own: each table indexes them together with what its lists sort by.
    """

    area_node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("Grid"),
    )
    township = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name=_("Township"),
    )
    department_node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Competent department"),
    )

    class Meta:
        abstract = True

    def lines(self) -> list[Any]:
        """The ids of the nodes on which access to this row is decided."""
        return [pk for pk in (self.area_node_id, self.department_node_id) if pk]

    def line_nodes(self) -> list[GridNode]:
        """The same nodes themselves."""
        return [node for node in (self.area_node, self.department_node) if node]
