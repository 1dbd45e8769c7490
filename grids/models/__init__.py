"""The grid tree of a tenant, who holds which role where, and what happened to it."""

from grids.models.roles import NodeGrant, Role, RoleAssignment
from grids.models.supervised import SupervisedModel
from grids.models.tree import FormerCode, GridEvent, GridNode

__all__ = [
    "FormerCode",
    "GridEvent",
    "GridNode",
    "NodeGrant",
    "Role",
    "RoleAssignment",
    "SupervisedModel",
]
