"""Who holds which post from when to when, who stands in, and what is vacant."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.kinds import NodeKind
from grids.models.roles import Role
from grids.models.tree import GridNode
from grids.pointing import Fate
from grids.post_querysets import LeaveQuerySet, PostQuerySet
from grids.posts import VACANT_DAYS, PostKind
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class PostRule(TenantModel):
    """On such a node there may be such a post; it gives this role there.

    ``is_needed`` makes a node without one a vacancy; longer than
    ``vacant_days`` and whoever appoints there is told.
    """

    kind = models.CharField(_("Post"), max_length=12, choices=PostKind.choices)
    node_kind = models.CharField(
        _("Kind of grid"), max_length=12, choices=NodeKind.choices
    )
    role = TenantForeignKey(
        Role, on_delete=models.PROTECT, related_name="+", verbose_name=_("Role")
    )
    is_needed = models.BooleanField(_("Needed"), default=False)
    vacant_days = models.PositiveSmallIntegerField(
        _("Days vacant before a warning"), default=VACANT_DAYS
    )
    basis = models.CharField(_("Basis"), max_length=300, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not prescribed"), default=True)

    class Meta:
        verbose_name = _("rule of posts")
        verbose_name_plural = _("rules of posts")
        ordering: ClassVar = ["kind", "node_kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "node_kind"],
                name="one_rule_per_post_and_kind_of_grid",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_node_kind_display()}"


class Post(TenantModel):
    """This person is worker, responsible or liaison of this grid, from – until.

    ``ends_on`` is the first day without the post, so that a successor begins on
    the very day. The same person cannot hold the same post twice at a time: the
    database excludes it (``post_held_once_at_a_time``). Rows are never deleted;
    they are the history of the grid.
    """

    node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="posts",
        db_index=False,
        verbose_name=_("Grid"),
    )
    user = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="posts",
        db_index=False,
        verbose_name=_("Person"),
    )
    kind = models.CharField(_("Post"), max_length=12, choices=PostKind.choices)
    begins_on = models.DateField(_("Begins on"))
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Appointed by"),
    )
    appointed_at = models.DateTimeField(_("Appointed"), auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Ended by"),
    )
    reason = models.CharField(_("Reason for the end"), max_length=200, blank=True)

    objects: ClassVar = TenantManager.from_queryset(PostQuerySet)()
    # The service ends it here and begins it there: both grids keep the name.
    when_grids_merge: ClassVar = {"node": Fate.FOLLOWS}

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("begins_on")),
                name="post_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["tenant", "node", "kind", "user"],
                condition=models.Q(ends_on__isnull=True),
                name="post_open_once_per_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "node", "kind"], name="posts_of_grid"),
            models.Index(fields=["tenant", "user"], name="posts_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()} · {self.node}"

    def get_absolute_url(self) -> str:
        return reverse("grids:detail", kwargs={"pk": self.node_id})


class Leave(TenantModel):
    """Somebody is away from – to (both days included); another one stands in.

    With ``node`` it is about the posts on that grid and below, otherwise about
    all of them: several substitutes share a person's grids that way.
    """

    user = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="leaves",
        db_index=False,
        verbose_name=_("Person"),
    )
    substitute = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="substitutions",
        db_index=False,
        verbose_name=_("Substitute"),
    )
    node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Only for the posts of"),
    )
    begins_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Entered by"),
    )
    entered_at = models.DateTimeField(_("Entered"), auto_now_add=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Cancelled by"),
    )
    cancelled_at = models.DateTimeField(_("Cancelled"), null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(LeaveQuerySet)()
    when_grids_merge: ClassVar = {"node": Fate.CARRIED}

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")),
                name="leave_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("substitute")),
                name="nobody_stands_in_for_himself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "user", "ends_on"], name="leaves_of_person"),
            models.Index(
                fields=["tenant", "substitute", "ends_on"], name="leaves_by_substitute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.substitute}"


class Vacancy(TenantModel):
    """A grid that lacks a post it needs: noticed, warned about once, filled."""

    node = TenantForeignKey(
        GridNode,
        on_delete=models.PROTECT,
        related_name="vacancies",
        db_index=False,
        verbose_name=_("Grid"),
    )
    kind = models.CharField(_("Post"), max_length=12, choices=PostKind.choices)
    began_on = models.DateField(_("Vacant since"))
    filled_on = models.DateField(_("Filled on"), null=True, blank=True)
    warned_on = models.DateField(_("Warned on"), null=True, blank=True)

    # A grid that is retired needs nobody: the night fills the row.
    when_grids_merge: ClassVar = {"node": Fate.STAYS}

    class Meta:
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "node", "kind"],
                condition=models.Q(filled_on__isnull=True),
                name="one_open_vacancy_per_post",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.node}"
