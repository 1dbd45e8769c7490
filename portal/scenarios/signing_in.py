"""One account of each role in each place, to be printed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portal.demo.people import OPERATOR_USERNAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.scenarios.sizes import Place, Scenario

_ROLES: Final = (
    ("系统管理员", "admin"),
    ("局领导", "leader"),
    ("应急局工作人员", "bureau"),
    ("审计员", "auditor"),
    ("行业部门工作人员", "department-01"),
)
_OF_AREAS: Final = (
    ("乡镇负责人", "township-leader-01"),
    ("乡镇工作人员", "township-01"),
)


def sign_ins(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Label and user name; of a city's counties the bureau's only."""
    yield "平台运维", OPERATOR_USERNAME
    if scenario.city is not None:
        for label, login in _ROLES:
            yield f"{scenario.city.name} {label}", f"{scenario.city.key}-{login}"
        for place in scenario.counties:
            yield f"{place.name} 应急局工作人员", f"{place.key}-bureau"
        return
    for place in scenario.counties:
        yield from _of_place(place)


def _of_place(place: Place) -> Iterator[tuple[str, str]]:
    for label, login in (*_ROLES, *_OF_AREAS):
        yield label, f"{place.key}-{login}"
    if place.workers:
        first = f"{1:0{len(str(place.workers))}d}"
        yield "网格员", f"{place.key}-grid-{first}"
    yield "企业安全管理员", f"{place.key}-enterprise-00001"
