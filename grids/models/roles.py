"""Who holds which role where, and guardian's rows that follow from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import UserObjectPermissionBase

from grids.kinds import NodeKind
from grids.models.tree import GridNode
from grids.pointing import Fate
from grids.posts import PostKind
from grids.querysets import RoleAssignmentQuerySet, RoleProposalQuerySet
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
        help_text=_(
            "Whoever holds the role sets one up before anything else is open to them."
        ),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("Signed out after, in minutes without a request"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
        help_text=_("Empty: as the rules of security say."),
    )
    # Of a bureau that never said; ``furnish`` fills in what the default roles fit.
    node_kinds = ArrayField(
        models.CharField(max_length=12, choices=NodeKind.choices),
        verbose_name=_("Kinds of grids it fits"),
        null=True,
        blank=True,
        help_text=_("None ticked: any kind. Posts follow their own rules."),
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

    def fits(self, node: GridNode) -> bool:
        """May this role be given on a grid of this kind? Without kinds on any."""
        return not self.node_kinds or node.kind in self.node_kinds


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


class ProposalState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a decision", "Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class ProposalCause(models.TextChoices):
    """Why a role waits: a list of new accounts, or a grid that took another over."""

    LIST = "list", _("List of accounts")
    MERGER = "merger", _("Grids merged")


class RoleProposal(TenantModel):
    """A role that waits for a decision: of a list of new accounts, or of a merger.

    It opens nothing by itself. With ``post_kind`` a post is asked for, whose rule
    gives the role: confirming appoints ``user`` in the name of ``proposed_by``.

    Whoever opens accounts hands in the list, whoever gives roles decides on it:
    two people (``docs/decisions/0029``). ``decided_by`` stays empty where an
    operator of the platform decided; the security log says who. ``batch`` is the job
    that opened the accounts.
    """

    batch = models.UUIDField(editable=False)
    source_name = models.CharField(_("File"), max_length=200)
    cause = models.CharField(
        _("Cause"),
        max_length=10,
        choices=ProposalCause.choices,
        default=ProposalCause.LIST,
    )
    user = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="proposed_roles",
        verbose_name=_("User"),
    )
    role = TenantForeignKey(
        Role, on_delete=models.PROTECT, related_name="+", verbose_name=_("Role")
    )
    node = TenantForeignKey(
        GridNode, on_delete=models.PROTECT, related_name="+", verbose_name=_("Grid")
    )
    post_kind = models.CharField(
        _("Post"), max_length=12, choices=PostKind.choices, blank=True
    )
    post_begins_on = models.DateField(_("Begins on"), null=True)
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=ProposalState.choices,
        default=ProposalState.WAITING,
    )
    proposed_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Handed in by"),
    )
    proposed_at = models.DateTimeField(_("Handed in"), default=timezone.now)
    decided_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Decided by"),
    )
    decided_at = models.DateTimeField(_("Decided"), null=True)

    # Of a grid that is gone a row is refused, and asked for anew where it belongs.
    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    objects: ClassVar = TenantManager.from_queryset(RoleProposalQuerySet)()

    class Meta:
        verbose_name = _("proposed role")
        verbose_name_plural = _("proposed roles")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "batch", "user", "role", "node"],
                name="role_proposed_once_per_list",
            ),
            models.CheckConstraint(
                condition=models.Q(post_kind="", post_begins_on__isnull=True)
                | models.Q(post_kind__in=PostKind.values, post_begins_on__isnull=False),
                name="proposed_post_says_from_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ProposalState.values),
                name="proposal_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=ProposalState.WAITING,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | models.Q(
                    state__in=(ProposalState.CONFIRMED, ProposalState.REFUSED),
                    decided_at__isnull=False,
                ),
                name="decided_proposal_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="proposal_is_decided_by_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "batch"],
                condition=models.Q(state=ProposalState.WAITING),
                name="proposals_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.node}"
