"""What is asked of the platform, and what the floor answers instead.

Made in a process of its own for each run: keys, sessions and unused photos are
new every time. A report without photo does not exist, so the photos stand there
before, and the request measured carries nothing but their ids.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

import django

from benchmarks.load import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

FIFTY, ONE, INSERT = "floor: 50 rows", "floor: 1 row", "floor: INSERT"
ROWS: Final = 60  # different addresses of each kind, asked in turn
REPORTERS: Final = 20
LANGUAGE: Final = {"Accept-Language": "zh-CN,zh;q=0.9"}


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request. ``limit``: at most so many times its floor.

    ``p95``: at most so many milliseconds for 95 of 100, one after the other.
    """

    name: str
    requests: list[Request] = field(repr=False)
    floor: str = ""
    limit: float | None = None
    is_floor: bool = False
    p95: float | None = None

    def take(self, count: int, *, skip: int = 0) -> list[Request]:
        """The next requests; a list that may be asked again starts over."""
        if self.floor == INSERT or self.name == INSERT:
            taken = self.requests[skip : skip + count]
            if len(taken) < count:
                raise ValueError(f"{self.name}: only {len(self.requests)} prepared.")
            return taken
        return list(islice(cycle(self.requests), count))


def from_json(text: str) -> list[Case]:
    return [
        Case(**{**case, "requests": [Request(**r) for r in case["requests"]]})
        for case in json.loads(text)
    ]


def prepare(writes: int) -> list[Case]:
    """All cases; ``writes`` is how many reports the run will send."""
    from benchmarks.county import DIVISION_CODE  # noqa: PLC0415  after django.setup
    from hazards.services import compact_tallies  # noqa: PLC0415
    from tenants.models import Tenant  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.get(division_code=DIVISION_CODE)
    with tenant_scope(tenant.pk):
        compact_tallies()  # as beat does; earlier runs have reported
        return [*_floors(tenant.pk, writes), *_api(writes), *_pages()]


def _floors(tenant: int, writes: int) -> Iterator[Case]:
    from django.core.serializers.json import DjangoJSONEncoder  # noqa: PLC0415

    from hazards.models import Hazard  # noqa: PLC0415
    from tenants.ids import new_id  # noqa: PLC0415

    fifty = [f"/fifty/{tenant}/{pk}/closed/" for pk in _townships()]
    yield Case(FIFTY, [Request(path) for path in fifty], is_floor=True)
    closed = Hazard.objects.filter(state="closed").order_by("-id")
    shown = closed.values_list("pk", flat=True)[:ROWS]
    yield Case(ONE, [Request(f"/one/{pk}/") for pk in shown], is_floor=True)
    columns = closed.values(
        *("number", "title", "place", "source", "level", "state", "longitude"),
        *("latitude", "reported_at", "due_on", "tenant_id", "township_id"),
        *("area_node_id", "department_node_id", "enterprise_id", "kind_id"),
    )[0]
    yield Case(
        INSERT,
        [
            Request(
                "/insert/",
                "POST",
                {"Content-Type": "application/json"},
                json.dumps({**columns, "id": new_id()}, cls=DjangoJSONEncoder),
                201,
            )
            for _ in range(writes)
        ],
        is_floor=True,
    )


def _townships() -> list[Any]:
    from grids.kinds import NodeKind  # noqa: PLC0415
    from grids.models import GridNode  # noqa: PLC0415

    nodes = GridNode.objects.filter(kind=NodeKind.TOWNSHIP).order_by("code")
    return list(nodes.values_list("pk", flat=True))


def _some_cases() -> list[Any]:
    """Of one township, with photos: half of them closed, half still under way."""
    from hazards.models import Hazard, HazardPhoto  # noqa: PLC0415
    from hazards.workflow import HazardState  # noqa: PLC0415

    there = Hazard.objects.filter(
        township_id=_townships()[3], pk__in=HazardPhoto.objects.values("hazard")
    )
    found = there.order_by("-reported_at").values_list("pk", flat=True)
    closed = found.filter(state=HazardState.CLOSED)[: ROWS // 2]
    under_way = found.open().exclude(state=HazardState.REPORTED)[: ROWS // 2]
    # The closed ones last: they all show the same, so their queries are compared.
    return [*islice(cycle(under_way), len(closed)), *closed]


# By key -----------------------------------------------------------------------


def _api(writes: int) -> Iterator[Case]:
    bureau = _key_of("bench-bureau-0")
    filtered = [f"/api/v1/hazards/?township={pk}&state=closed" for pk in _townships()]
    yield Case(
        "API list, township and state",
        [Request(path, headers=bureau) for path in filtered],
        FIFTY,
        10,
    )
    yield Case("API list", [Request("/api/v1/hazards/", headers=bureau)], FIFTY, 10)
    details = [f"/api/v1/hazards/{pk}/" for pk in _some_cases()]
    township = _key_of("bench-township-3-0")
    yield Case("API case", [Request(path, headers=township) for path in details], ONE)
    yield Case("API report", list(_reports(writes)), INSERT, 15)
    yield Case("API step: assess", list(_assessments(writes)), INSERT, 20)


def _key_of(username: str) -> dict[str, str]:
    from accounts.models import User  # noqa: PLC0415
    from accounts.services import make_token  # noqa: PLC0415

    user = User.objects.get(username=username)
    _token, key = make_token(user=user, name="benchmark")
    return {"Authorization": f"Bearer {key}", "Accept": "application/json", **LANGUAGE}


def _reports(writes: int) -> Iterator[Request]:
    """Safety officers report at their own enterprises, one photo each."""
    from accounts.models import User  # noqa: PLC0415
    from benchmarks.photographs import unused_photos  # noqa: PLC0415
    from enterprises.models import Enterprise  # noqa: PLC0415
    from grids.models import RoleAssignment  # noqa: PLC0415
    from hazards.models import HazardKind  # noqa: PLC0415
    from tenants.ids import new_id  # noqa: PLC0415

    officers = list(
        User.objects.filter(username__startswith="bench-officer-").order_by("pk")[
            :REPORTERS
        ]
    )
    posts = dict(
        RoleAssignment.objects.filter(user__in=officers).values_list("user", "node")
    )
    places = dict(
        Enterprise.objects.filter(area_node__in=posts.values()).values_list(
            "area_node", "pk"
        )
    )
    keys = {user.pk: _key_of(user.username) for user in officers}
    kind = str(HazardKind.objects.order_by("code").values_list("pk", flat=True)[0])
    photos = unused_photos([user.pk for user in islice(cycle(officers), writes)])
    for photo in photos:
        body = {
            "client_id": str(new_id()),
            "kind": kind,
            "title": "安全出口堵塞",
            "description": "通道内堆放成品纸箱。",
            "place": "一号车间东侧",
            "enterprise": str(places[posts[photo.uploaded_by_id]]),
            "longitude": "113.6123456",
            "latitude": "34.7123456",
            "accuracy_m": 15,
            "photos": [str(photo.pk)],
        }
        headers = {**keys[photo.uploaded_by_id], "Content-Type": "application/json"}
        yield Request("/api/v1/hazards/", "POST", headers, json.dumps(body), 201)


def _assessments(writes: int) -> Iterator[Request]:
    """Township staff assess what was just reported, each hazard once."""
    from benchmarks.courses import just_reported  # noqa: PLC0415
    from enterprises.models import Enterprise  # noqa: PLC0415
    from hazards.models import HazardKind  # noqa: PLC0415
    from hazards.services import load_courses  # noqa: PLC0415

    staff = _key_of("bench-township-3-1")
    kind = HazardKind.objects.order_by("code").values_list("code", flat=True)[0]
    there = Enterprise.objects.filter(township_id=_townships()[3]).order_by("pk")
    finder = _user("bench-township-3-0")
    found = load_courses(
        courses=[
            just_reported(enterprise, kind=kind, finder=finder)
            for enterprise in islice(cycle(there), writes)
        ]
    )
    body = json.dumps(
        {"transition": "assess", "revision": 1, "level": "general", "photos": []}
    )
    headers = {**staff, "Content-Type": "application/json"}
    for pk in found:
        path = f"/api/v1/hazards/{pk}/advance/"
        yield Request(path, "POST", headers, body)


def _user(username: str) -> Any:
    from accounts.models import User  # noqa: PLC0415

    return User.objects.get(username=username).pk


# By session -------------------------------------------------------------------


def _pages() -> Iterator[Case]:
    from django.urls import reverse  # noqa: PLC0415

    township, bureau = _session_of("bench-township-3-0"), _session_of("bench-bureau-0")
    leader = _session_of("bench-bureau-leader")
    listing = reverse("hazards:list")
    pages = [Request(f"{listing}?page={n}", headers=township) for n in range(1, 4)]
    yield Case("Page: list, township staff", pages, FIFTY, 16)
    pages = [Request(f"{listing}?page={n}", headers=bureau) for n in range(1, 4)]
    yield Case("Page: list, bureau staff", pages, FIFTY, 16)
    details = [reverse("hazards:detail", args=[pk]) for pk in _some_cases()]
    yield Case(
        "Page: case", [Request(path, headers=township) for path in details], ONE, 25
    )
    home = reverse("portal:home")
    yield Case("Page: home, township staff", [Request(home, headers=township)], FIFTY)
    yield Case("Page: home, bureau staff", [Request(home, headers=bureau)], FIFTY)
    board = reverse("portal:board")
    yield Case("Page: board", [Request(board, headers=leader)], FIFTY, p95=100)
    points = reverse("portal:board-points")
    yield Case("Board: points of the map", [Request(points, headers=leader)], FIFTY)


def _session_of(username: str) -> dict[str, str]:
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        **LANGUAGE,
    }


def main() -> None:
    django.setup()
    json.dump([asdict(case) for case in prepare(int(sys.argv[1]))], sys.stdout)


if __name__ == "__main__":
    main()
