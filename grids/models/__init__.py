"""The grid tree of a tenant, who holds which role where, and what happened to it."""

from grids.models.boundaries import BoundaryImport
from grids.models.printed import Phones, PrintRule
from grids.models.roles import NodeGrant, Role, RoleAssignment
from grids.models.supervised import SupervisedModel
from grids.models.tree import GridEvent, GridNode

__all__ = [
    "BoundaryImport",
    "GridEvent",
    "GridNode",
    "NodeGrant",
    "Phones",
    "PrintRule",
    "Role",
    "RoleAssignment",
    "SupervisedModel",
]
