"""No address without a row in the table, and none that answers otherwise.

Gate 2: address × method × person. The county is built once for the module;
each request is rolled back, so that no answer depends on the one before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from enterprises.filters import EnterpriseFilter
from grids.filters import GridNodeFilter
from hazards.filters import HazardFilter
from tests.addresses import (
    METHODS,
    PATHS,
    PEOPLE,
    SWEPT_ELSEWHERE,
    TABLE,
    Row,
    addresses,
)
from tests.world import UNKNOWN, World, make_world, plain

# The door of the admin is our own: tests/accounts/test_sign_in.py opens it.
DOORS_OF_THE_ADMIN = {"admin/login/", "admin/logout/", "admin/password_change/"}


@pytest.fixture(scope="module")
def sessions(built_world: World) -> dict[str, SimpleCookie]:
    """One sign-in per person; every request then starts from it."""
    return {who: built_world.client(who).cookies for who in PEOPLE}


class Asker:
    """Asks an address as somebody and takes back whatever that changed."""

    def __init__(self, sessions: dict[str, SimpleCookie]) -> None:
        self._sessions = sessions

    def __call__(self, who: str, method: str, url: str, body: dict[str, Any]) -> Any:
        client = Client(headers={"accept-language": "zh-hans"})
        client.cookies = SimpleCookie(
            {name: morsel.value for name, morsel in self._sessions[who].items()}
        )
        given: dict[str, Any] = {}
        if method != "get":
            given["data"] = body
            if method != "post" or url.startswith("/api/"):
                given["content_type"] = "application/json"
        with transaction.atomic():
            response = getattr(client, method)(url, **given)
            response.body = plain(response, *_ids(url))
            transaction.set_rollback(True)
        return response


def _ids(url: str) -> list[str]:
    return [part for part in url.split("/") if len(part) == len(str(UNKNOWN))]


@pytest.fixture
def ask(sessions: dict[str, SimpleCookie]) -> Asker:
    return Asker(sessions)


def path_of(name: str, row: Row, world: World, *, unknown: bool = False) -> str:
    kwargs = PATHS[row.key](world.ours) if row.key else {}
    if unknown:
        kwargs |= {k: UNKNOWN for k in kwargs if k.endswith("pk")}
    return reverse(name, kwargs=kwargs)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    found = {name for name in addresses() if not name.startswith(SWEPT_ELSEWHERE)}

    assert found - DOORS_OF_THE_ADMIN == set(TABLE)


def test_every_row_says_something_about_every_person_and_method() -> None:
    for row in TABLE.values():
        assert tuple(row.statuses) == PEOPLE
        assert {len(line.split()) for line in row.statuses.values()} == {len(METHODS)}


@pytest.mark.parametrize("name", TABLE)
def test_each_person_gets_what_the_table_says(
    name: str, world: World, ask: Asker
) -> None:
    row = TABLE[name]
    url = path_of(name, row, world)

    found = {
        who: " ".join(
            str(ask(who, method, url, row.body).status_code) for method in METHODS
        )
        for who in PEOPLE
    }

    assert found == row.statuses


# What hangs on a door is there for everybody; tests/portal/test_codes.py asks it.
PUBLIC = {"code"}
OF_OBJECTS = [
    name for name, row in TABLE.items() if row.is_of_an_object and name not in PUBLIC
]


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_an_unseen_object_answers_like_one_that_never_was(
    name: str, world: World, ask: Asker
) -> None:
    row = TABLE[name]
    url, unknown = (path_of(name, row, world, unknown=x) for x in (False, True))

    hidden_from = ("anonymous", "foreign", "elsewhere", "nothing")
    if row.of_bureau:
        hidden_from = ("anonymous", "foreign", "nothing")
    for who in hidden_from:
        for method in ("get", "post"):
            answer = ask(who, method, url, row.body)
            same = ask(who, method, unknown, row.body)
            assert answer.body == same.body, (who, method)
            assert {word for word in world.ours.words() if word in answer.body[1]} == (
                set()
            )


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_an_id_of_an_odd_shape_is_not_found_and_no_error(
    name: str, world: World, ask: Asker
) -> None:
    row = TABLE[name]
    url = path_of(name, row, world)
    values = PATHS[row.key](world.ours)
    key = str(values.get("pk") or next(iter(values.values())))

    for odd in ("1", "0" * 400, "..%2f..", f"{key}%00", f"{key}'--", "%F0%9F%92%A3"):
        answer = ask("right", "get", url.replace(key, odd), {})
        assert answer.status_code == 404, odd


LISTS = [
    name
    for name, row in TABLE.items()
    if not (row.is_of_an_object or row.is_posted)
    and row.statuses["right"].startswith("200")
    and name != "api-schema"  # slow to draw, and holds no rows
]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_a_row_of_another_county_or_branch(
    name: str, world: World, ask: Asker
) -> None:
    """Whoever may see it does, or the rest would prove nothing."""
    url = path_of(name, TABLE[name], world)

    own = ask("right", "get", url, {}).body[1]
    shown = {word for word in world.ours.words() if word in own}
    others = {
        word
        for who in ("anonymous", "foreign", "elsewhere", "nothing")
        for word in world.ours.words()
        if word in ask(who, "get", url, {}).body[1]
    }

    assert others == set()
    assert bool(shown) == (name in SHOWS_ROWS)


SHOWS_ROWS = {
    "accounts:me",
    "notices:list",
    "enterprises:list",
    "enterprises:pick",
    "enterprises:register",
    "enterprises:code_sheets",
    "grids:list",
    "hazards:list",
    "hazards:report",
    "hazards:enterprise_choices",
    "duties:completion",
    "duties:offices",
    "duties:coverage",
    "supervision:list",
    "posts:list",
    "posts:vacant",
    "posts:owners",
    "posts:owned",
    "posts:leave_add",
    "portal:home",
    "portal:board",
    "portal:board-points",
    "enterprise-list",
    "grid-list",
    "hazard-list",
    "post-list",
}


FILTERS = {
    "hazard-list": [*HazardFilter.base_filters, "page", "page_size", "format"],
    "hazards:list": ["q", "township", "reported_to", "closed_from", "page"],
    "hazards:report": ["enterprise"],
    "hazards:enterprise_choices": ["q"],
    "enterprise-list": [*EnterpriseFilter.base_filters, "page", "page_size", "format"],
    "enterprises:list": ["q", "township", "level", "domain", "ending", "sort", "page"],
    "enterprises:code_sheets": ["q", "township"],
    "enterprises:pick": ["q"],
    "grid-list": [*GridNodeFilter.base_filters, "page", "page_size", "format"],
    "grids:list": ["q"],
    "notices:list": ["show", "page"],
    "duties:completion": ["period"],
    "duties:completion_nodes": ["period", "township", "role"],
    "duties:coverage": ["period"],
    "duties:coverage_rows": ["township", "standard", "page"],
    "supervision:list": ["page"],
    "accounts:sign_in": ["next"],
    "api-docs": ["script"],
    "api-schema": ["format", "lang", "version"],
}
NONSENSE = ("\0", "' OR 1=1--", "9" * 30)
MORE_NONSENSE = {
    "q": ("%_\\", "1;DROP TABLE hazards_hazard", "\U0001f4a3\u202e", "x" * 3000),
    "reported_from": ("0001-01-01", "9999-12-31", "2026-13-45"),
    "reported_to": ("0001-01-01", "9999-12-31", "2026-13-45"),
    "closed_from": ("0001-01-01", "9999-12-31"),
    "closed_to": ("0001-01-01", "9999-12-31"),
    "parent": (str(UNKNOWN), "[]"),
    "page": ("-1", "0", "last"),
    "period": ("2026-13", "0000", "9999-12", "2999-Q4", "2026-W47", "२०२६-०१"),
    "township": (str(UNKNOWN), "[]"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_nonsense_in_a_filter_is_refused_or_finds_nothing(
    name: str, world: World, ask: Asker
) -> None:
    """An injection would give an error, or more rows than there are."""
    url = path_of(name, TABLE[name], world)
    total = ask("right", "get", url, {}).body

    for parameter, value in _nonsense(name):
        query = urlencode({parameter: value})
        answer = ask("right", "get", f"{url}?{query}", {})
        assert answer.status_code in {200, 302, 400, 404}, query
        if name.endswith("-list") and answer.status_code == 200:
            found = json.loads(answer.body[1])["count"]
            assert found <= json.loads(total[1])["count"], query


def _nonsense(name: str) -> Iterator[tuple[str, str]]:
    for parameter in FILTERS[name]:
        for value in (*NONSENSE, *MORE_NONSENSE.get(parameter, ())):
            yield parameter, value


@pytest.mark.django_db(transaction=True)
def test_reading_writes_nothing() -> None:
    """Pages are read in a transaction that refuses writes: none of them tries."""
    world = make_world()
    client = world.client("right")

    answers = {
        name: client.get(path_of(name, row, world)).status_code
        for name, row in TABLE.items()
        if row.statuses["right"].startswith("200")
    }

    assert set(answers.values()) == {200}
