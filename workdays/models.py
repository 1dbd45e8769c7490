"""The days that differ from the week, and the time limits a bureau works with."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantManager, TenantModel
from workdays.deadlines import Unit
from workdays.querysets import DayQuerySet


class DaySource(models.TextChoices):
    PUBLISHED = "published", _("Published schedule")
    OWN = "own", _("Entered here")


class Day(TenantModel):
    """A holiday, or a weekend day that is worked in exchange (调休).

    Ordinary days have no row. A row that somebody edited is ``OWN`` and is left
    alone when the published schedule is loaded again.
    """

    on = models.DateField(_("Date"))
    is_workday = models.BooleanField(_("Working day"))
    name = models.CharField(_("Name"), max_length=50)
    source = models.CharField(
        _("Source"), max_length=10, choices=DaySource.choices, default=DaySource.OWN
    )

    objects: ClassVar = TenantManager.from_queryset(DayQuerySet)()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working-day calendar")
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "on"], name="one_calendar_row_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.name}"


class DeadlineRule(TenantModel):
    """A time limit with its basis. A bureau may change any that is only proposed.

    ``choices`` are the lengths an official may pick instead of ``value``; an
    empty list leaves no choice. A ``is_hard`` limit is set by a norm.
    """

    key = models.SlugField(_("Key"), max_length=50)
    name = models.CharField(_("Name"), max_length=100)
    value = models.PositiveSmallIntegerField(_("Length"))
    unit = models.CharField(_("Unit"), max_length=10, choices=Unit.choices)
    choices = models.JSONField(_("Lengths to choose from"), default=list, blank=True)
    is_hard = models.BooleanField(_("Binding"), default=False)
    basis = models.CharField(_("Basis"), max_length=300, blank=True)
    edition = models.CharField(_("Edition"), max_length=100, blank=True)
    is_proposed = models.BooleanField(_("Proposed, not prescribed"), default=True)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "key"], name="time_limit_key_once_per_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=1), name="time_limit_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return self.name
