"""The register: who is supervised, in which trade, by which department, and where."""

from enterprises.models.boundary import BoundaryDecision, BoundaryDuty
from enterprises.models.industries import IndustryCategory, IndustrySubcategory
from enterprises.models.register import (
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    EnterpriseState,
    PositionSource,
    Scale,
    UnitType,
    phone_is_dialled,
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
    "CopyKind",
    "CopyNotice",
    "DirectSupervision",
    "Enterprise",
    "EnterpriseAction",
    "EnterpriseEvent",
    "EnterpriseState",
    "IndustryCategory",
    "IndustrySubcategory",
    "PositionSource",
    "Scale",
    "SupervisionLevel",
    "UnitType",
    "phone_is_dialled",
]
