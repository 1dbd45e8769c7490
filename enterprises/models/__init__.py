"""The register: who is supervised, in which trade, by which department, and where."""

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

__all__ = [
    "Enterprise",
    "EnterpriseAction",
    "EnterpriseEvent",
    "EnterpriseState",
    "IndustryCategory",
    "IndustrySubcategory",
    "PositionSource",
    "Scale",
    "UnitType",
    "phone_is_dialled",
]
