"""Levels A to D with their history, and certificates, some of them near their end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Final

from enterprises.models import CertificateKind, DirectReason, StaffPost, UnitType
from enterprises.services import put_on_level_d
from enterprises.services.loading import (
    HeldCertificate,
    Rating,
    Standardized,
    load_certificates,
    load_levels,
)
from portal.demo.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from enterprises.models import Enterprise

_RATED: Final = 0.9  # the others are new, or too small
_STANDARDIZED: Final = 0.2
_NEAR_ITS_END: Final = 0.15
_NEAR_DAYS: Final = 88
_CERTIFIED: Final = 0.35
_REVIEW_AFTER: Final = timedelta(days=3 * 365)  # halfway through six years
_UNLIKELY: Final = frozenset({UnitType.THREE_SMALL, UnitType.INDIVIDUAL})
_DIRECT_REASON: Final = "major-overdue"
_DIRECT_NOTE: Final = "重大事故隐患逾期未完成整改，经局务会研究直接降为D级。"


def rate(
    enterprises: Sequence[Enterprise], *, on: date, seed: int, decided_by_id: UUID
) -> int:
    """Scores of last year and, for most, of this one; returns how many ratings."""
    return load_levels(
        ratings=[
            rating
            for n, enterprise in enumerate(enterprises)
            for rating in _ratings(
                Random(f"rating:{seed}:{n}"),  # noqa: S311
                enterprise,
                on=on,
                decided_by_id=decided_by_id,
            )
        ]
    )


def _ratings(
    rng: Random, enterprise: Enterprise, *, on: date, decided_by_id: UUID
) -> Iterator[Rating]:
    if rng.random() >= _RATED:
        return
    score = rng.gauss(81, 9)
    # After the day of registration, which lies fourteen months back at most.
    days = [date(on.year - 1, 12, rng.randint(1, 28))]
    if on >= date(on.year, 8, 1) and rng.random() < 0.8:
        days.append(date(on.year, 7, rng.randint(1, 28)))
    for day in days:
        yield Rating(
            enterprise_id=enterprise.pk,
            year=day.year,
            score=Decimal(str(round(min(99.5, max(35.0, score)), 1))),
            decided_on=day,
            decided_by_id=decided_by_id,
            recorded_at=datetime.combine(day, time(15, rng.randrange(60)), SHANGHAI),
        )
        score += rng.gauss(1.5, 5)


def put_one_on_d(enterprise: Enterprise, *, on: date) -> None:
    """An example of a direct D, with its reason."""
    reason = DirectReason.objects.get(code=_DIRECT_REASON)
    put_on_level_d(
        actor=None,
        enterprise_id=enterprise.pk,
        reason_id=reason.pk,
        note=_DIRECT_NOTE,
        decided_on=on,
    )


def certify(enterprises: Iterable[Enterprise], *, on: date, seed: int) -> int:
    """Papers of enterprises and people; about one in seven ends within 90 days."""
    standardized: list[Standardized] = []
    held: list[HeldCertificate] = []
    for n, enterprise in enumerate(enterprises):
        if enterprise.unit_type in _UNLIKELY:
            continue
        rng = Random(f"certificates:{seed}:{n}")  # noqa: S311
        if rng.random() < _STANDARDIZED:
            standardized.append(_standardized(rng, enterprise, n, on))
        if rng.random() < _CERTIFIED:
            held += _of_people(rng, enterprise, n, on)
    return load_certificates(standardized=standardized, held=held)


def _standardized(
    rng: Random, enterprise: Enterprise, n: int, on: date
) -> Standardized:
    valid_from = on - _age(rng, years=3)
    level = rng.choices((3, 2, 1), weights=(86, 12, 2))[0]
    return Standardized(
        enterprise_id=enterprise.pk,
        level=level,
        number=f"AQB{'ⅠⅡⅢ'[level - 1]}{valid_from:%Y}{n + 1:05d}",
        issuer="安全生产标准化评审组织单位",
        valid_from=valid_from,
        valid_to=valid_from.replace(
            year=valid_from.year + 3, day=min(valid_from.day, 28)
        ),
        recorded_at=datetime.combine(valid_from, time(16, 0), SHANGHAI),
    )


def _age(rng: Random, *, years: int) -> timedelta:
    """How old a paper is that lasts so many years; some soon run out."""
    whole = years * 365
    if rng.random() < _NEAR_ITS_END:
        return timedelta(days=whole - rng.randrange(5, _NEAR_DAYS))
    return timedelta(days=rng.randrange(20, whole - _NEAR_DAYS))


def _of_people(
    rng: Random, enterprise: Enterprise, n: int, on: date
) -> Iterator[HeldCertificate]:
    """The safety manager, and here and there a special operator."""
    joined = datetime.combine(on - timedelta(days=400), time(9, 0), SHANGHAI)
    begun = on - _age(rng, years=3)
    yield HeldCertificate(
        enterprise_id=enterprise.pk,
        name=enterprise.safety_manager,
        post=StaffPost.SAFETY_MANAGER.value,
        kind=CertificateKind.SAFETY_MANAGER.value,
        number=f"AG{begun:%Y}{n + 1:05d}",
        issuer="应急管理部门",
        valid_from=begun,
        valid_to=begun + timedelta(days=3 * 365),
        joined_at=joined,
    )
    if rng.random() < 0.5:
        # Half of the six years: the review in between is due soon for some.
        begun = on - _age(rng, years=6)
        review = begun + _REVIEW_AFTER
        yield HeldCertificate(
            enterprise_id=enterprise.pk,
            name=enterprise.principal,
            post=StaffPost.SPECIAL_OPERATOR.value,
            kind=CertificateKind.SPECIAL_OPERATION.value,
            number=f"T{begun:%Y}{n + 1:05d}",
            issuer="应急管理部门",
            valid_from=begun,
            valid_to=begun + timedelta(days=6 * 365),
            review_due=review if review >= on else None,
            joined_at=joined,
        )
