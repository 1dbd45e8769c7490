"""Hazards, their course, their deadlines, and the alerts they raised."""

from hazards.models.alerts import EscalationRung, HazardAlert, RungLine
from hazards.models.course import HazardDeadline, HazardEvent, HazardPhoto, PhotoPhase
from hazards.models.hazard import Hazard, HazardSource
from hazards.models.kinds import HazardKind
from hazards.models.tallies import HazardTally

__all__ = [
    "EscalationRung",
    "Hazard",
    "HazardAlert",
    "HazardDeadline",
    "HazardEvent",
    "HazardKind",
    "HazardPhoto",
    "HazardSource",
    "HazardTally",
    "PhotoPhase",
    "RungLine",
]
