"""The grid tree of a tenant, and what happened to its nodes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel

from grids.kinds import NodeKind
from grids.pointing import Fate
from grids.querysets import GridNodeQuerySet
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
    # West, south, east, north: kept by the database, asked before any shape is made.
    extent = models.GeneratedField(
        expression=models.Func(models.F("boundary"), function="grids_extent"),
        output_field=ArrayField(models.FloatField(), size=4, null=True),
        db_persist=True,
    )
    retired_on = models.DateField(_("Retired on"), null=True, blank=True)
    merged_into = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("Merged into"),
    )
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)

    when_grids_merge: ClassVar = dict.fromkeys(
        ("parent", "township", "merged_into"), Fate.FOLLOWS
    )

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
            ("rate_enterprises", _("Set the A to D level of enterprises")),
            ("supervise_directly", _("Put units under direct supervision")),
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
            ("show_personal_data", _("Show personal data in full")),
            ("appoint_posts", _("Appoint people to posts and end posts")),
            ("record_work", _("Record work items that were done")),
            ("manage_accounts", _("Manage accounts")),
            ("assign_roles", _("Give and take roles")),
            ("manage_security", _("Manage the rules of security")),
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
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(retired_on__isnull=False)
                & ~models.Q(merged_into=models.F("id")),
                name="what_was_merged_is_retired",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "kind"], name="grid_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("grids:detail", kwargs={"pk": self.pk})

    def is_leaf_node(self) -> bool:
        """Does nothing stand below? MPTT would read it off the interval, which
        has room in it."""
        return not GridNode.objects.filter(parent=self).exists()

    def get_descendant_count(self) -> int:
        """How many stand below: counted, for the same reason."""
        return int(GridNode.objects.within(self).count()) - 1

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None

    @property
    def is_department(self) -> bool:
        return self.kind == NodeKind.DEPARTMENT


class FormerCode(TenantModel):
    """A code that a node had once; old lists and printed papers still carry it.

    The database refuses a code that is in use and a former one at a time.
    """

    code = models.CharField(_("Code"), max_length=40)
    node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="former_codes",
        verbose_name=_("Grid"),
    )
    until = models.DateTimeField(_("Until"), auto_now_add=True)

    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    class Meta:
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="former_code_once_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.code


class GridEvent(Event):
    """What happened to a node: created, renamed, moved, retired, merged, split."""

    node = TenantForeignKey(GridNode, on_delete=models.PROTECT, related_name="events")

    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "node", "at"], name="grid_course")
        ]
