"""The rows a new tenant begins with; each can be edited afterwards."""

from __future__ import annotations

from django.db import transaction

from hazards.kinds import BASIS, KIND_BASIS, KINDS, RUNGS
from hazards.models import EscalationRung, HazardKind


@transaction.atomic
def seed_kinds() -> int:
    """Kinds for the guided picker; keeps what is there. Returns how many are new."""
    known = set(HazardKind.objects.values_list("code", flat=True))
    fresh = [
        HazardKind(
            code=spec.code,
            heading=spec.heading,
            name=spec.name,
            requirement=spec.requirement,
            days=spec.days,
            rank=rank * 10,
            basis=KIND_BASIS,
        )
        for rank, spec in enumerate(KINDS, start=1)
        if spec.code not in known
    ]
    return len(HazardKind.objects.bulk_create(fresh))


@transaction.atomic
def seed_rungs() -> int:
    """The ladder of alerts; keeps what is there. Returns how many are new."""
    known = set(EscalationRung.objects.values_list("code", flat=True))
    fresh = [
        EscalationRung(
            code=spec.code,
            name=spec.name,
            offset_days=spec.offset_days,
            area_roles=list(spec.area_roles),
            department_roles=list(spec.department_roles),
            area_posts=list(spec.area_posts),
            department_posts=list(spec.department_posts),
            urgency=spec.urgency,
            basis=BASIS,
        )
        for spec in RUNGS
        if spec.code not in known
    ]
    return len(EscalationRung.objects.bulk_create(fresh))
