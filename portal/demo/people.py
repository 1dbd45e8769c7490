"""Who works in the county, in which role and where; and the sign-ins of the tour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from portal.demo.register import DEPARTMENTS, SHOWCASE_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portal.demo.places import Places
    from portal.demo.register import Enterprise

DEMO_PASSWORD = "Anwang-2026-Demo"  # noqa: S105  printed by the loader, on purpose
OPERATOR_USERNAME = "operator"
_MAIL_DOMAIN = "qinghe.example"  # reserved: no mail leaves


class SignIn(NamedTuple):
    role_label: str
    username: str
    password: str


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    username: str
    phone: str
    email: str
    title: str
    role: str
    node_key: str  # where the role is held
    enterprise_key: str | None = None


SIGN_INS = tuple(
    SignIn(label, username, DEMO_PASSWORD)
    for label, username in (
        ("系统管理员", "admin"),
        ("安全管理员", "security"),
        ("局领导", "bureau-leader"),
        ("应急局工作人员", "bureau"),
        ("行业部门工作人员", "department"),
        ("乡镇负责人", "township-leader"),
        ("乡镇工作人员", "township"),
        ("村网格员", "grid"),
        ("企业安全管理员", "enterprise"),
        ("审计员", "auditor"),
        ("平台运维", OPERATOR_USERNAME),
    )
)

# Where the people of the tour work: they meet in the same cases.
TOUR_TOWNSHIP = "township-2"
TOUR_VILLAGE = "village-05"
TOUR_DEPARTMENT = "department-1"
TOUR_ENTERPRISE = f"enterprise-{SHOWCASE_NUMBER:03}"


class _Desk:
    """Hands out people with a name, a phone number and an address."""

    def __init__(self, people: Iterator[str], phones: Iterator[str]) -> None:
        self._people, self._phones = people, phones

    def person(
        self, role: str, node_key: str, username: str, title: str, *, key: str = ""
    ) -> Person:
        return Person(
            key=key or f"person-{username}",
            name=next(self._people),
            username=username,
            phone=next(self._phones),
            email=f"{username}@{_MAIL_DOMAIN}",
            title=title,
            role=role,
            node_key=node_key,
        )


def build_people(
    places: Places,
    enterprises: Iterable[Enterprise],
    people: Iterator[str],
    phones: Iterator[str],
) -> tuple[Person, ...]:
    """Everybody but the platform's operator, the people of the tour among them."""
    desk = _Desk(people, phones)
    return (
        *_bureau(desk),
        *_departments(desk),
        *_townships(desk, places),
        *_villages(desk, places),
        desk.person("security_admin", "county", "security", "信息中心安全管理员"),
        *(_officer(e) for e in enterprises),
    )


def _bureau(desk: _Desk) -> list[Person]:
    return [
        desk.person("tenant_admin", "county", "admin", "信息中心主任"),
        desk.person("bureau_leader", "county", "bureau-leader", "局长"),
        desk.person("bureau_leader", "county", "bureau-leader-2", "副局长"),
        desk.person("bureau_staff", "county", "bureau", "基础股股长"),
        desk.person("bureau_staff", "county", "bureau-2", "危化股科员"),
        desk.person("bureau_staff", "county", "bureau-3", "执法大队队员"),
        desk.person("auditor", "county", "auditor", "审计专员"),
    ]


def _departments(desk: _Desk) -> list[Person]:
    found = []
    for n, department in enumerate(DEPARTMENTS, start=1):
        first = _username("department", is_tour=department.key == TOUR_DEPARTMENT, n=n)
        found += [
            desk.person("department_staff", department.key, first, "安全监管股股长"),
            desk.person(
                "department_staff",
                department.key,
                f"department-{n:02}-b",
                "安全监管股科员",
            ),
        ]
    return found


def _townships(desk: _Desk, places: Places) -> list[Person]:
    found = []
    for n, township in enumerate(places.townships, start=1):
        is_tour = township.key == TOUR_TOWNSHIP
        leader = _username("township-leader", is_tour=is_tour, n=n)
        staff = _username("township", is_tour=is_tour, n=n)
        found += [
            desk.person(
                "township_leader", township.key, leader, "分管安全生产工作负责人"
            ),
            desk.person(
                "township_staff", township.key, staff, f"{township.office}负责人"
            ),
            desk.person(
                "township_staff", township.key, f"township-{n:02}-b", "安全监管员"
            ),
            desk.person(
                "township_staff", township.key, f"township-{n:02}-c", "安全监管员"
            ),
        ]
    return found


def _villages(desk: _Desk, places: Places) -> list[Person]:
    found = []
    for n, village in enumerate(places.villages, start=1):
        username = _username("grid", is_tour=village.key == TOUR_VILLAGE, n=n)
        title = f"{village.name}网格员"
        found.append(desk.person("grid_worker", village.key, username, title))
    return found


def _username(kind: str, *, is_tour: bool, n: int) -> str:
    return kind if is_tour else f"{kind}-{n:02}"


def _officer(enterprise: Enterprise) -> Person:
    """The safety officer of the register, who also signs in."""
    is_tour = enterprise.key == TOUR_ENTERPRISE
    username = "enterprise" if is_tour else enterprise.key
    owner = enterprise.safety_officer == enterprise.principal
    return Person(
        key=f"officer-{enterprise.key.removeprefix('enterprise-')}",
        name=enterprise.safety_officer,
        username=username,
        phone=enterprise.safety_officer_phone,
        email=f"{username}@{_MAIL_DOMAIN}",
        title="负责人" if owner else "安全管理员",
        role="enterprise_officer",
        node_key=enterprise.key,
        enterprise_key=enterprise.key,
    )
