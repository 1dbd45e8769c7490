"""Abuse cases: what somebody would try who means harm, by HTTP.

A case passes when the answer, the rows and the other county are all right.
"""

from __future__ import annotations

import json
import logging
import re
import time
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.services import change_password, make_token
from config.logs import JsonLines
from grids.models import RoleAssignment
from grids.services.roles import end_assignment
from hazards.models import Hazard, HazardKind
from hazards.services import advance_hazard
from hazards.tasks import alert_deadlines_of, compact_tallies_of
from hazards.workflow import Step
from journal.models import SecurityEvent
from journal.tasks import seal_events_of
from notices.tasks import prepare_digests_of, send_next_digest_of
from tenants.ids import new_id
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.addresses import PATHS, TABLE
from tests.factories import (
    PASSWORD,
    make_enterprise,
    make_hazard,
    make_jpeg,
    make_node,
    make_photo,
    make_step,
    make_user,
)
from tests.world import UNKNOWN, World, checksum

API = "/api/v1/hazards/"
REPORT = "/hazards/report/"
SIGN_IN = "/accounts/sign-in/"


def send(client: Client, url: str, body: Any, **given: Any) -> Any:
    body = body if isinstance(body, str | bytes) else json.dumps(body, default=str)
    return client.post(url, body, "application/json", **given)


@pytest.fixture
def client(world: World) -> Client:
    return world.client("right")


@pytest.fixture
def found(world: World) -> dict[str, Any]:
    """A report that would be taken."""
    with tenant_scope(world.ours.tenant.pk):
        kind = HazardKind.objects.get(code="exit-blocked").pk
    return {
        "client_id": str(new_id()),
        "enterprise": str(world.ours.plant.pk),
        "kind": str(kind),
        "photos": [str(make_photo(world.right).pk)],
    }


def count(world: World) -> int:
    with tenant_scope(world.ours.tenant.pk):
        return int(Hazard.objects.count())


# Sessions and grants ------------------------------------------------------------


def test_a_session_that_was_planted_is_not_the_one_that_signs_in(world: World) -> None:
    victim = Client()
    victim.get(SIGN_IN)
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    victim.post(SIGN_IN, {"username": world.right.username, "password": PASSWORD})
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted

    assert victim.get("/hazards/").status_code == 200
    assert victim.session.session_key != planted
    assert thief.get("/hazards/").status_code == 302


def test_a_grant_that_is_revoked_counts_at_the_next_request(
    world: World, client: Client, found: Any
) -> None:
    pages = [f"/hazards/{world.ours.hazard.pk}/", f"{API}{world.ours.hazard.pk}/"]
    before = [client.get(page).status_code for page in pages]

    with tenant_scope(world.ours.tenant.pk):
        held = RoleAssignment.objects.in_force().get(user=world.right)
        end_assignment(actor=None, assignment_id=held.pk)

    assert before == [200, 200]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.get(REPORT).status_code == 403
    assert send(client, API, found).status_code == 422
    assert client.get(API).json()["count"] == 0
    assert count(world) == 1


def test_the_session_and_the_tokens_of_a_disabled_account_are_dead(
    world: World, client: Client
) -> None:
    _token, key = make_token(user=world.right, name="对接")
    machine = Client(headers={"Authorization": f"Bearer {key}"})
    assert (client.get(API).status_code, machine.get(API).status_code) == (200, 200)

    type(world.right).objects.filter(pk=world.right.pk).update(is_active=False)

    assert (client.get(API).status_code, machine.get(API).status_code) == (401, 401)
    assert client.get("/hazards/").status_code == 302


def test_a_closed_county_is_closed_for_everybody_in_it(
    world: World, client: Client
) -> None:
    Tenant.objects.filter(pk=world.ours.tenant.pk).update(is_active=False)

    assert client.get("/hazards/").status_code == 302
    assert client.get(API).status_code == 401


def test_a_new_password_ends_every_other_session(world: World, client: Client) -> None:
    assert client.get("/hazards/").status_code == 200
    change_password(user=world.right, old=PASSWORD, new="Another-2026-one")
    assert client.get("/hazards/").status_code == 302


def test_a_token_does_not_act_inside_another_persons_session(
    world: World, client: Client
) -> None:
    """A page of another county sends its key along: the session decides."""
    _token, key = make_token(user=world.foreign, name="对接")

    key_of_another = {"Authorization": f"Bearer {key}"}

    theirs = client.get(f"{API}{world.theirs.hazard.pk}/", headers=key_of_another)
    ours = client.get(f"{API}{world.ours.hazard.pk}/", headers=key_of_another)

    assert (theirs.status_code, ours.status_code) == (404, 200)


# The door -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/%0d%0aLocation:%20https://evil.example/",
    ],
)
def test_nobody_is_led_out_after_signing_in(wanted: str, world: World) -> None:
    client = Client()
    answer = client.post(
        SIGN_IN,
        {"username": world.right.username, "password": PASSWORD, "next": wanted},
    )
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
    assert client.get("/hazards/").status_code == 200
    language = client.post("/i18n/setlang/", {"language": "en", "next": wanted})
    assert "evil.example" not in language["Location"].removeprefix("/%0d%0a")[:20]


def test_a_made_up_host_is_refused(world: World) -> None:
    with override_settings(ALLOWED_HOSTS=["anwang.example"]):
        for host in ("evil.example", "anwang.example.evil.example", "a b", "x:y"):
            assert Client(headers={"host": host}).get(SIGN_IN).status_code == 400
        assert (
            Client(headers={"host": "anwang.example"}).get(SIGN_IN).status_code == 200
        )


def test_no_line_can_be_forged_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """What is typed goes into one JSON line or nowhere."""
    forged = 'x\r\n{"level": "INFO", "message": "signed in"}\u2028'
    client = Client(
        headers={"User-Agent": forged.replace("\r\n", " "), "X-Request-ID": "a b"}
    )
    with caplog.at_level(logging.INFO):
        client.post(SIGN_IN, {"username": forged, "password": "y"})
        client.get("/hazards/%0d%0aforged/")
        client.get("/hazards/", {"q": forged})

    formatter = JsonLines()
    lines = [formatter.format(record) for record in caplog.records]
    assert lines
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert [json.loads(line)["message"] for line in lines].count("signed in") == 0
    assert not any(SecurityEvent.objects.first().note == "y" for _ in "1")


def test_the_name_as_typed_stands_in_no_log(world: World) -> None:
    Client().post(SIGN_IN, {"username": "a\r\nb", "password": "y"})
    Client().post(SIGN_IN, {"username": "Geheim-2026", "password": "y"})

    kept = [f"{e.note} {e.details}" for e in SecurityEvent.objects.all()]
    assert not any("Geheim" in line or "\n" in line for line in kept)


def test_guessing_is_locked_out_in_the_same_words_for_known_and_unknown_names(
    world: World,
) -> None:
    said = {}
    for name in (world.right.username, "nobody.at-all"):
        client = Client(REMOTE_ADDR="192.0.2.9")
        answers = [
            client.post(SIGN_IN, {"username": name, "password": f"wrong-{n}"})
            for n in range(12)
        ]
        said[name] = [
            (a.status_code, a.content.decode().replace(name, "")[-900:])
            for a in answers
        ]
        phone = send(client, "/api/v1/tokens/", {"username": name, "password": "x"})
        said[name].append((phone.status_code, phone.json()["code"]))

    known, unknown = said.values()
    assert [status for status, _page in known] == [422] * 5 + [429] * 8
    assert [status for status, _page in unknown] == [422] * 5 + [429] * 8
    assert known[-1] == unknown[-1] == (429, "throttled")


def test_a_thousand_made_up_ids_hit_nothing(world: World) -> None:
    """And those of the other county as little."""
    client = world.client("foreign")
    paths = [PATHS[row.key](world.ours) for row in TABLE.values() if row.key]
    theirs = [path["pk"] for path in paths if "pk" in path]
    ids = [*theirs, *(uuid4() for _ in range(500)), *(new_id() for _ in range(500))]

    with tenant_scope(world.theirs.tenant.pk):
        visible = Hazard.objects.visible_to(world.foreign)
        hits = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
    asked = {client.get(f"{API}{pk}/").status_code for pk in ids[:100]}

    assert (hits, asked) == (set(), {404})


# Too much -------------------------------------------------------------------------


def _took(client: Client, *given: Any, **named: Any) -> tuple[int, float]:
    started = time.process_time()
    answer = client.post(*given, **named)
    return answer.status_code, time.process_time() - started


def test_ten_thousand_fields_are_refused_before_they_are_read(client: Client) -> None:
    many = "&".join(f"f{n}=x" for n in range(10_000))
    status, seconds = _took(
        client, REPORT, many, content_type="application/x-www-form-urlencoded"
    )
    assert status == 400
    assert seconds < 0.5


def test_a_form_of_ten_megabytes_is_refused_before_it_is_read(client: Client) -> None:
    much = "title=" + "x" * 10_000_000
    status, seconds = _took(
        client, REPORT, much, content_type="application/x-www-form-urlencoded"
    )
    assert status in {400, 413}
    assert seconds < 0.5


TOO_MUCH = {
    "10 MB": lambda body: json.dumps(body | {"title": "x" * 10_000_000}),
    "10 MB of digits": lambda body: '{"accuracy_m": ' + "9" * 10_000_000 + "}",
    "200 deep": lambda body: (
        json.dumps(body)[:-1] + ', "title": ' + "[" * 200 + "]" * 200 + "}"
    ),
    "100,000 deep": lambda body: "[" * 100_000,
    "100 KB title": lambda body: json.dumps(body | {"title": "长" * 34_000}),
    "10,000 keys": lambda body: json.dumps(
        body | {f"k{n}": n for n in range(10_000)} | {"title": "x" * 101}
    ),
}


@pytest.mark.parametrize("make", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_body_that_is_too_much_is_refused_quickly(
    make: Any, client: Client, found: Any, world: World
) -> None:
    body = make(found)
    before = count(world)

    status, seconds = _took(client, API, body, content_type="application/json")

    assert status == (413 if len(body) > 2 << 20 else 400)
    assert seconds < 0.5
    assert count(world) == before


def test_forty_one_files_in_one_form_are_refused(client: Client, world: World) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(41)]
    answer = client.post(REPORT, {"photos": files})
    assert answer.status_code == 400


def test_a_name_of_a_file_leads_nowhere(client: Client, world: World) -> None:
    for name in ("../../etc/passwd", "a\r\nb.jpg", "x" * 300 + ".jpg", "C:\\x.jpg"):
        file = SimpleUploadedFile("p.jpg", make_jpeg(seed=hash(name) % 999))
        file._name = name
        answer = client.post("/api/v1/evidence/", {"file": file})
        assert answer.status_code in {201, 400}
        assert "passwd" not in answer.content.decode()


# Markup and odd characters ----------------------------------------------------------

MARKUP = '<script>alert(1)</script>{{7*7}}${7*7}"onmouseover=x'


def test_markup_is_text_wherever_it_is_shown(
    world: World, client: Client, found: Any
) -> None:
    answer = send(
        client,
        API,
        found | {"title": MARKUP, "description": MARKUP, "place": MARKUP},
    )
    assert answer.status_code == 201
    pk = answer.json()["id"]

    for url in (
        f"/hazards/{pk}/",
        "/hazards/",
        "/",
        "/notices/?show=all",
        f"/hazards/?q={MARKUP}",
    ):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert '"onmouseover=x' not in page, url
        assert MARKUP.replace("{{7*7}}", "49") not in unescape(page), url
    assert MARKUP in unescape(client.get(f"/hazards/{pk}/").content.decode())


def test_markup_in_a_name_is_text_in_every_choice_and_line(
    world: World, client: Client
) -> None:
    """Names of units and grids stand in selects, crumbs, maps and JSON."""
    county = world.ours.county
    village = make_node(county.township, name=MARKUP)
    plant = make_enterprise(village, name=MARKUP, address=MARKUP)
    hazard = make_hazard(plant, longitude=Decimal("115.6"), latitude=Decimal("33.1"))
    seen = 0

    for url in (
        "/",
        "/board/",
        "/grids/",
        f"/grids/{village.pk}/",
        f"/grids/{village.pk}/move/",
        "/enterprises/",
        f"/enterprises/{plant.pk}/",
        f"/enterprises/{plant.pk}/edit/",
        f"/enterprises/{plant.pk}/move/",
        "/enterprises/register/",
        "/hazards/",
        "/hazards/report/",
        f"/hazards/{hazard.pk}/",
        f"/hazards/of-enterprise/{plant.pk}/",
    ):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert '"onmouseover=x' not in page, url
        seen += MARKUP in unescape(page)
    assert seen >= 10


ODD = {"RTL override": "\u202egpj.exe", "isolate": "\u2066abc\u2069", "BOM": "\ufeffab"}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_characters_that_turn_text_around_do_not_get_in(
    odd: str, world: World, client: Client, found: Any
) -> None:
    """They are taken out: nobody types them, and they make a page lie."""
    answer = send(
        client, API, found | {"title": f"门{odd}锁", "description": odd, "place": odd}
    )
    assert answer.status_code == 201
    with tenant_scope(world.ours.tenant.pk):
        stored = Hazard.objects.get(pk=answer.json()["id"])
    kept = stored.title + stored.description + stored.place
    assert not set(kept) & set("\u202e\u2066\u2069\ufeff")
    assert stored.title.startswith("门")


TURNED = "\u202e东\n门\u2066\x07\u2028锁\ufeff"


def test_what_has_one_line_is_stored_in_one_line(
    world: World, client: Client, found: Any
) -> None:
    """By whatever way it comes: pages, API or services."""
    said = "东 门 锁"
    county = world.ours.county
    answer = send(client, API, found | {"title": TURNED, "place": TURNED})
    node = make_node(county.township, name=TURNED, code="\u202eA\n1")
    plant = make_enterprise(county.village, name=TURNED, address=TURNED)
    user = make_user(world.ours.tenant, full_name=TURNED, title=TURNED)
    token, _key = make_token(user=user, name=TURNED)

    assert (answer.json()["title"], answer.json()["place"]) == (said, said)
    assert (node.name, node.code) == (said, "A 1")
    assert (plant.name, plant.address) == (said, said)
    assert (user.full_name, user.title, token.name) == (said, said, said)
    with tenant_scope(world.ours.tenant.pk):
        step = make_step("assign", world.right, responsible=TURNED)
        take = {"actor": world.right, "hazard_id": answer.json()["id"]}
        advance_hazard(transition="assess", step=Step(level="general"), **take)
        hazard = advance_hazard(transition="assign", step=step, **take)
    assert hazard.responsible == said


@pytest.mark.parametrize("field", ["title", "description", "place"])
def test_a_null_character_is_refused_at_its_field(
    field: str, client: Client, found: Any, world: World
) -> None:
    before = count(world)
    phone = send(client, API, found | {field: "a\0b"})
    page = client.post(REPORT, found | {field: "a\0b", "photo_ids": found["photos"]})

    assert (phone.status_code, list(phone.json()["fields"])) == (400, [field])
    assert (page.status_code, field in page.context["form"].errors) == (422, True)
    assert count(world) == before


# Forgery across sites ---------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        REPORT,
        API,
        "/enterprises/register/",
        "/accounts/password/",
        "/accounts/me/tokens/",
        "/notices/read-all/",
        "/i18n/setlang/",
    ],
)
def test_a_form_of_another_site_changes_nothing(url: str, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.right)
    client.get("/hazards/")
    token = client.cookies["csrftoken"].value
    before = checksum(world.ours.tenant)

    for headers in (
        {},
        {"Origin": "https://evil.example", "X-CSRFToken": token},
        {"Origin": "null", "X-CSRFToken": token},
        {"Referer": "https://evil.example/", "X-CSRFToken": "x" * 64},
    ):
        assert client.post(url, {"title": "x"}, headers=headers).status_code == 403
    assert checksum(world.ours.tenant) == before


ODD_HEADERS = {
    "HX-Current-URL": "http://[::1",
    "Referer": "http://[::1",
    "Origin": "http://[::1",
    "Accept-Language": "x" * 50_000,
    "Authorization": "Bearer \xff\xfe",
    "Cookie": "sessionid=" + "x" * 500 + "; django_language=\x00",
    "X-Request-ID": "a" * 500,
    "Accept": "text/xml",
    "X-Forwarded-For": "'; DROP TABLE--, ::::",
    "Content-Type": "application/json; charset=zzz",
}


@pytest.mark.parametrize("name", ODD_HEADERS)
@pytest.mark.parametrize(
    "url", ["/hazards/", REPORT, API, SIGN_IN, "/notices/read-all/"]
)
def test_a_header_that_makes_no_sense_is_no_error(
    name: str, url: str, world: World
) -> None:
    headers = {"HX-Request": "true", name: ODD_HEADERS[name]}
    for who in ("right", "anonymous"):
        client = world.client(who)
        client.handler.enforce_csrf_checks = name == "Origin"
        for method in ("GET", "POST"):
            answer = client.generic(
                method,
                url,
                b"{}",
                headers=headers,
                content_type=headers.get("Content-Type", "application/json"),
            )
            assert answer.status_code < 500


# Headers ----------------------------------------------------------------------------

PAGES = [
    "/",
    "/hazards/",
    "/enterprises/",
    "/grids/",
    "/board/",
    "/notices/",
    "/accounts/me/",
    "/hazards/report/",
    "/api/v1/hazards/",
    "/api/v1/docs/",
]


@pytest.mark.parametrize("url", PAGES)
def test_every_page_of_a_county_carries_its_protection(
    url: str, client: Client
) -> None:
    answer = client.get(url)
    policy = answer["Content-Security-Policy"]

    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert "Cookie" in answer["Vary"]
    assert "Server" not in answer


@pytest.mark.parametrize("url", PAGES)
def test_no_page_brings_script_or_style_of_its_own(url: str, client: Client) -> None:
    """What the policy would refuse anyway must not be relied upon by anybody."""
    page = client.get(url).content.decode()
    if not page.startswith("<!") and "<html" not in page:
        return
    inline = [
        tag
        for tag in page.split("<script")[1:]
        if "src=" not in tag.split(">")[0]
        and "application/json" not in tag.split(">")[0]
    ]
    assert inline == []
    assert " style=" not in page
    assert "<style" not in page
    assert not [
        word for word in (" onclick=", " onload=", "javascript:") if word in page
    ]


@pytest.mark.parametrize("url", ["/hazards/", "/enterprises/", "/notices/"])
def test_a_part_for_htmx_is_never_taken_for_the_page(url: str, client: Client) -> None:
    part, page = client.get(url, headers={"HX-Request": "true"}), client.get(url)

    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in page["Vary"]
    assert "<html" not in part.content.decode()


def test_the_cookies_are_out_of_reach_of_scripts(world: World) -> None:
    client = Client()
    client.post(SIGN_IN, {"username": world.right.username, "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME]

    assert session["httponly"]
    assert session["samesite"] == "Lax"


# Photos -----------------------------------------------------------------------------


def test_a_photo_is_inert_and_only_for_who_sees_its_case(world: World) -> None:
    url = f"/hazards/{world.ours.hazard.pk}/photos/{world.ours.shown.pk}"

    for variant in ("marked", "thumbnail"):
        answers = {
            who: world.client(who).get(f"{url}/{variant}/")
            for who in ("right", "watcher", "foreign", "elsewhere", "nothing")
        }
        assert [a.status_code for a in answers.values()] == [200, 200, 404, 404, 404]
        shown = answers["right"]
        assert shown["Content-Type"] == "image/jpeg"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown["Cache-Control"].startswith("private")
        assert shown["Cross-Origin-Resource-Policy"] == "same-origin"
    for variant in ("unmarked", "original", "..", "marked.jpg"):
        assert world.client("right").get(f"{url}/{variant}/").status_code == 404


def test_a_photo_is_not_reached_through_another_case(world: World) -> None:
    """A case that one sees is no door to photos of one that one does not see."""
    foreign = world.client("foreign")
    url = f"/hazards/{world.theirs.hazard.pk}/photos/{world.ours.shown.pk}/marked/"
    assert foreign.get(url).status_code == 404


def test_no_photo_lies_under_a_public_address(world: World, client: Client) -> None:
    with tenant_scope(world.ours.tenant.pk):
        path = world.ours.shown.blob.path
    for prefix in ("/media/", "/static/", "/evidence/", "/"):
        assert client.get(f"{prefix}{path}").status_code == 404
        assert client.get(f"{prefix}..%2f..%2fmedia/{path}").status_code == 404


# Messages to workers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "given"),
    [
        (alert_deadlines_of, {"on": "2030-01-01"}),
        (compact_tallies_of, {}),
        (seal_events_of, {}),
        (prepare_digests_of, {"day": "2030-01-01"}),
        (send_next_digest_of, {}),
    ],
)
def test_a_message_with_a_forged_tenant_is_refused(
    task: Any, given: Any, world: World
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM tenants_tenant")
        (last,) = cursor.fetchone()
    for forged in (
        last + 1,
        0,
        -1,
        str(world.ours.tenant.pk),
        None,
        [1],
        True and 10**12,
    ):
        with pytest.raises(PermissionError, match="no such tenant"):
            task(tenant_id=forged, **given)
    with pytest.raises(PermissionError):
        task(**given)


def test_work_for_one_county_leaves_the_others_as_they_are(world: World) -> None:
    make_hazard(
        world.ours.plant,
        state="assigned",
        due_on=timezone.localdate() + timedelta(days=1),
    )
    before = checksum(world.theirs.tenant), checksum(world.ours.tenant)

    on = (timezone.localdate() + timedelta(days=2)).isoformat()
    alert_deadlines_of(tenant_id=world.ours.tenant.pk, on=on)
    compact_tallies_of(tenant_id=world.ours.tenant.pk)

    assert checksum(world.theirs.tenant) == before[0]
    assert checksum(world.ours.tenant) != before[1]


def test_all_tables_are_written_where_formulas_stay_text() -> None:
    """A new place that writes tables needs a look: cells must not be formulas.

    ``tests/evidence/test_sheets.py`` shows it of the one writer.
    """
    root = Path(settings.BASE_DIR)
    sources = [
        path.relative_to(root).as_posix()
        for app in ("portal", "hazards", "enterprises", "grids", "evidence", "notices")
        for path in (root / app).rglob("*.py")
        if re.search(
            r"^\s*(import|from) (xlsxwriter|csv)\b", path.read_text(), re.MULTILINE
        )
    ]
    assert sources == ["evidence/sheets/writing.py"]
    assert UNKNOWN.version == 7
