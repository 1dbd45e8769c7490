"""The kinds of nodes and what may stand under what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NodeKind(models.TextChoices):
    """What a node is. Area nodes (块) and department nodes (条) share the tree."""

    COUNTY = "county", _("County")
    DEPARTMENT = "department", _("Department")
    TOWNSHIP = "township", _("Township")
    VILLAGE = "village", _("Village")
    SUBGRID = "subgrid", _("Sub-grid")
    ENTERPRISE = "enterprise", _("Enterprise")


# What may stand under what; the database holds the same table as a constraint.
CHILDREN: dict[str, frozenset[str]] = {
    NodeKind.COUNTY: frozenset(
        {NodeKind.DEPARTMENT, NodeKind.TOWNSHIP, NodeKind.ENTERPRISE}
    ),
    NodeKind.DEPARTMENT: frozenset({NodeKind.DEPARTMENT}),
    NodeKind.TOWNSHIP: frozenset({NodeKind.VILLAGE, NodeKind.ENTERPRISE}),
    NodeKind.VILLAGE: frozenset({NodeKind.SUBGRID, NodeKind.ENTERPRISE}),
    NodeKind.SUBGRID: frozenset({NodeKind.ENTERPRISE}),
    NodeKind.ENTERPRISE: frozenset(),
}
