"""The register: who is supervised, in which trade, by which department, and where."""

from enterprises.models.boundary import BoundaryDecision, BoundaryDuty
from enterprises.models.certificates import (
    ExpiryReminder,
    ExpiryRung,
    StandardizationCertificate,
    StandardizationLevel,
)
from enterprises.models.codes import CodeDirectory, EnterpriseCode
from enterprises.models.documents import DocumentKind, EnterpriseDocument
from enterprises.models.domains import EnterpriseDomain, SpecialDomain
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
from enterprises.models.scale import ScaleBound, ScaleGroup
from enterprises.models.staff import (
    CertificateKind,
    StaffCertificate,
    StaffMember,
    StaffPost,
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
    "CertificateKind",
    "CodeDirectory",
    "ColumnMapping",
    "CopyKind",
    "CopyNotice",
    "DecisionKind",
    "DirectReason",
    "DirectSupervision",
    "DocumentKind",
    "Enterprise",
    "EnterpriseAction",
    "EnterpriseCode",
    "EnterpriseDocument",
    "EnterpriseDomain",
    "EnterpriseEvent",
    "EnterpriseState",
    "ExpiryReminder",
    "ExpiryRung",
    "IndustryCategory",
    "IndustrySubcategory",
    "LevelDecision",
    "LevelThreshold",
    "ManagementLevel",
    "PositionSource",
    "Scale",
    "ScaleBound",
    "ScaleGroup",
    "SpecialDomain",
    "StaffCertificate",
    "StaffMember",
    "StaffPost",
    "StandardizationCertificate",
    "StandardizationLevel",
    "SupervisionLevel",
    "UnitType",
    "phone_is_dialled",
]
