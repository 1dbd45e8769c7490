"""The grid tree of a tenant, who holds which role where, and what happened to it."""

from grids.models.posts import Leave, Post, PostRule, Vacancy
from grids.models.roles import NodeGrant, Role, RoleAssignment
from grids.models.supervised import SupervisedModel
from grids.models.tree import GridEvent, GridNode

__all__ = [
    "GridEvent",
    "GridNode",
    "Leave",
    "NodeGrant",
    "Post",
    "PostRule",
    "Role",
    "RoleAssignment",
    "SupervisedModel",
    "Vacancy",
]
