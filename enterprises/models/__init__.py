"""The register: who is supervised, in which trade, by which department, and where."""

from enterprises.models.boundary import BoundaryDecision, BoundaryDuty
from enterprises.models.codes import CodeDirectory, EnterpriseCode
from enterprises.models.importing import ColumnMapping
from enterprises.models.industries import IndustryCategory, IndustrySubcategory
from enterprises.models.register import (
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    EnterpriseState,
    ManagementLevel,
    PositionSource,
    Scale,
    UnitType,
    phone_is_dialled,
)
from enterprises.models.standing import (
    DecisionKind,
    DirectReason,
    LevelDecision,
    LevelThreshold,
)
from enterprises.models.supervision import (
    CopyKind,
    CopyNotice,
    DirectSupervision,
    SupervisionLevel,
)

__all__ = [
    "BoundaryDecision",
    "BoundaryDuty",
    "CodeDirectory",
    "ColumnMapping",
    "CopyKind",
    "CopyNotice",
    "DecisionKind",
    "DirectReason",
    "DirectSupervision",
    "Enterprise",
    "EnterpriseAction",
    "EnterpriseCode",
    "EnterpriseEvent",
    "EnterpriseState",
    "IndustryCategory",
    "IndustrySubcategory",
    "LevelDecision",
    "LevelThreshold",
    "ManagementLevel",
    "PositionSource",
    "Scale",
    "SupervisionLevel",
    "UnitType",
    "phone_is_dialled",
]
