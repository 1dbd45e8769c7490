"""What lies on an area line and on a department line."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models.tree import GridNode
from grids.pointing import Fate
from tenants.tenancy import TenantForeignKey, TenantModel


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

    when_grids_merge: ClassVar = {
        "area_node": Fate.CARRIED,
        "township": Fate.FOLLOWS,
        "department_node": Fate.CARRIED,
    }

    class Meta:
        abstract = True

    def lines(self) -> list[Any]:
        """The ids of the nodes on which access to this row is decided."""
        return [pk for pk in (self.area_node_id, self.department_node_id) if pk]

    def line_nodes(self) -> list[GridNode]:
        """The same nodes themselves."""
        return [node for node in (self.area_node, self.department_node) if node]
