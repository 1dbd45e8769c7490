"""The grid tree of a tenant, who holds which role where, and what happened to it."""

from grids.models.boundaries import BoundaryImport
from grids.models.duties import (
    KIND_OF_ROLE,
    DutyEvidence,
    DutyRole,
    DutyUnit,
    WorkAction,
    WorkEvent,
    WorkItem,
    WorkItemVersion,
    WorkPhoto,
    WorkRecord,
    WorkScheme,
    WorkSchemeTerm,
)
from grids.models.posts import Leave, Post, PostRule, Vacancy
from grids.models.printed import Phones, PrintRule
from grids.models.roles import (
    NodeGrant,
    ProposalCause,
    ProposalState,
    Role,
    RoleAssignment,
    RoleProposal,
)
from grids.models.standards import (
    OFFICE_KINDS,
    OfficeKind,
    OfficeMark,
    OfficePhoto,
    OfficeStandard,
)
from grids.models.supervised import SupervisedModel
from grids.models.tree import FormerCode, GridEvent, GridNode

__all__ = [
    "KIND_OF_ROLE",
    "OFFICE_KINDS",
    "BoundaryImport",
    "DutyEvidence",
    "DutyRole",
    "DutyUnit",
    "FormerCode",
    "GridEvent",
    "GridNode",
    "Leave",
    "NodeGrant",
    "OfficeKind",
    "OfficeMark",
    "OfficePhoto",
    "OfficeStandard",
    "Phones",
    "Post",
    "PostRule",
    "PrintRule",
    "ProposalCause",
    "ProposalState",
    "Role",
    "RoleAssignment",
    "RoleProposal",
    "SupervisedModel",
    "Vacancy",
    "WorkAction",
    "WorkEvent",
    "WorkItem",
    "WorkItemVersion",
    "WorkPhoto",
    "WorkRecord",
    "WorkScheme",
    "WorkSchemeTerm",
]
