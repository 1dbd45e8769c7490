"""What the villages did of their work items in the running periods, and the ten haves.

Drawn per grid, so that each has its own diligence. The rules are those of the
service: an item that asks for a photo has one, a document its number.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from evidence.services import Shot, store_drawn_photos
from grids import periods
from grids.kinds import NodeKind
from grids.models import (
    KIND_OF_ROLE,
    DutyEvidence,
    GridNode,
    OfficeKind,
    OfficeStandard,
    WorkItemVersion,
    WorkSchemeTerm,
)
from grids.services import (
    OfficeStatement,
    WorkDone,
    load_offices,
    load_work,
)
from portal.demo.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from accounts.models import User
    from grids.periods import Period

_NOTES: Final = (
    "已按要求完成，情况正常。",
    "已逐户核对，无变化。",
    "已现场查看，发现的问题当场提醒并登记。",
    "已完成，新增两户，已登记。",
    "已完成，提醒业主清理通道杂物。",
)
# How often an office has each row of the list: papers first, equipment last.
_HAVING: Final = (0.97, 0.95, 0.9, 0.7, 0.75, 0.98, 0.85, 0.95, 0.8, 0.65)


class Doer(NamedTuple):
    """Whoever records the work of a grid."""

    node: GridNode
    user: User


def fill_work(
    doers: Iterable[Doer], *, on: date, seed: int, pictures: Mapping[str, bytes]
) -> int:
    """Records of the running periods for grids with somebody who works there.

    ``pictures`` are shown by the photos, each stored once. Returns how many
    records there are.
    """
    scheme = WorkSchemeTerm.objects.get(ends_on__isnull=True).scheme
    versions = list(
        WorkItemVersion.objects.filter(
            item__scheme=scheme, valid_to__isnull=True, unit__in=periods.PERIODIC
        )
        .select_related("item")
        .order_by("item__aspect_code", "item__seq")
    )
    drawn = list(_done(list(doers), versions, on=on, seed=seed, keys=sorted(pictures)))
    photos = store_drawn_photos(
        pictures=pictures,
        shots=[shot for _work, shot in drawn if shot is not None],
    )
    following = iter(photos)
    return load_work(
        done=[
            work(() if shot is None else (next(following).pk,)) for work, shot in drawn
        ]
    )


class _Drawn(NamedTuple):
    """A record that waits for its photo."""

    doer: Doer
    version: WorkItemVersion
    period: Period
    number: int
    at: datetime
    note: str
    document: str

    def __call__(self, photo_ids: tuple[UUID, ...]) -> WorkDone:
        return WorkDone(
            node_id=self.doer.node.pk,
            version=self.version,
            period=self.period,
            number=self.number,
            done_by_id=self.doer.user.pk,
            done_at=self.at,
            note=self.note,
            document=self.document,
            photo_ids=photo_ids,
        )


def _done(
    doers: list[Doer],
    versions: list[WorkItemVersion],
    *,
    on: date,
    seed: int,
    keys: list[str],
) -> Iterator[tuple[_Drawn, Shot | None]]:
    for doer in doers:
        rng = Random(f"work:{seed}:{doer.node.code}")  # noqa: S311
        diligence = min(1.0, rng.betavariate(6, 1.6) + 0.05)
        for version in versions:
            if KIND_OF_ROLE[version.owner_role] != doer.node.kind:
                continue
            period = periods.containing(version.unit, on)
            first = max(period.first, version.valid_from)
            share = diligence * _passed(first, on, period.last) ** 0.5
            times = sum(rng.random() < share for _n in range(version.times))
            for n in range(1, times + 1):
                drawn = _draw(rng, doer, version, period, n, first=first, on=on)
                yield drawn, _shot(rng, drawn, keys)


def _passed(first: date, on: date, last: date) -> float:
    """Which share of the days that count has passed."""
    return ((on - first).days + 1) / ((last - first).days + 1)


def _draw(
    rng: Random,
    doer: Doer,
    version: WorkItemVersion,
    period: Period,
    number: int,
    *,
    first: date,
    on: date,
) -> _Drawn:
    """Until yesterday; on the first day of a period in its first hour."""
    day = first + timedelta(days=rng.randrange(max(1, (on - first).days)))
    hour = rng.randrange(8, 18) if day < on else 0
    at = datetime.combine(day, time(hour, rng.randrange(60)), SHANGHAI)
    note = document = ""
    if version.evidence == DutyEvidence.DOCUMENT:
        document = f"{doer.node.name}〔{day:%Y}〕{number}号"
    elif version.evidence != DutyEvidence.NONE:
        note = rng.choice(_NOTES)
    return _Drawn(doer, version, period, number, at, note, document)


def _shot(rng: Random, drawn: _Drawn, keys: list[str]) -> Shot | None:
    if drawn.version.evidence != DutyEvidence.PHOTO:
        return None
    return Shot(
        picture=rng.choice(keys),
        uploaded_by_id=drawn.doer.user.pk,
        reporter=drawn.doer.user.full_name,
        taken_at=drawn.at - timedelta(minutes=6),
        uploaded_at=drawn.at,
        place=drawn.doer.node.name,
    )


def fill_offices(doers: Iterable[Doer], *, on: date, seed: int, short: str) -> int:
    """What each office of a kind with a checklist has, stated by its own people."""
    standards = list(OfficeStandard.objects.filter(is_active=True))
    kinds = set(OfficeKind.objects.values_list("kind", flat=True))
    statements = [
        statement
        for doer in doers
        if doer.node.kind in kinds
        for statement in _statements(doer, standards, on=on, seed=seed, short=short)
    ]
    return load_offices(statements=statements)


def _statements(
    doer: Doer, standards: list[OfficeStandard], *, on: date, seed: int, short: str
) -> Iterator[OfficeStatement]:
    rng = Random(f"office:{seed}:{doer.node.code}")  # noqa: S311
    is_model = rng.random() < 0.4  # has everything
    for standard, chance in zip(standards, _HAVING, strict=False):
        has = is_model or rng.random() < chance
        since = on - timedelta(days=rng.randrange(20, 300))
        numbered = has and standard.seq == 1 and doer.node.kind == NodeKind.TOWNSHIP
        document = (
            f"{short}安委〔{since:%Y}〕{rng.randint(2, 40)}号" if numbered else ""
        )
        yield OfficeStatement(
            node_id=doer.node.pk,
            standard_id=standard.pk,
            has=has,
            since=since,
            marked_by_id=doer.user.pk,
            marked_at=datetime.combine(since, time(10, rng.randrange(60)), SHANGHAI),
            document=document,
            note="" if has else "正在筹备",
        )
