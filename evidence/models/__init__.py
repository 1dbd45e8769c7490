"""Files of people: the photos they hand in, and the jobs that read and write sheets."""

from evidence.models.jobs import ACTIVE, Job, JobState
from evidence.models.photos import (
    MAX_NAME,
    MAX_PLACE,
    Blob,
    Clock,
    Photo,
    PositionMethod,
)

__all__ = [
    "ACTIVE",
    "MAX_NAME",
    "MAX_PLACE",
    "Blob",
    "Clock",
    "Job",
    "JobState",
    "Photo",
    "PositionMethod",
]
