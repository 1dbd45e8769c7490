"""``/api/v1/hazards/``: cost, leaks, and the answers a phone must understand."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import make_token
from hazards.models import Hazard
from hazards.services import compact_tallies
from hazards.workflow import HazardState
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_photo,
    make_user,
    take_step,
)
from tests.world import UNKNOWN, checksum

URL = "/api/v1/hazards/"


@pytest.fixture
def rival(db):
    """Another tenant with a case of its own: a leak must be possible to be seen."""
    return make_county()


@pytest.fixture
def foreign(rival):
    return make_hazard(
        make_enterprise(rival.village, name="外县的厂"), title="外县的隐患"
    )


def send(client, url, body):
    return client.post(url, json.dumps(body, default=str), "application/json")


def body_of(enterprise, kind, actor, **given):
    usual = {
        "client_id": new_id(),
        "kind": kind.pk,
        "enterprise": enterprise.pk,
        "photos": [make_photo(actor).pk],
    }
    return usual | given


# Reading ----------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_hazards(
    count, enterprise, official, client_for, django_assert_num_queries
):
    made = [make_hazard(enterprise) for _ in range(count)]
    client = client_for(official)
    client.get(URL)

    # The tenant's scope (savepoint, setting, setting back, release), the session,
    # the user with the tenant, the reach, the kept total, the rows, the names of
    # their grids.
    with django_assert_num_queries(10):
        response = client.get(URL)

    answer = response.json()
    assert answer["count"] == count
    assert [row["id"] for row in answer["results"]] == [str(h.pk) for h in made[::-1]]


@pytest.mark.parametrize("steps", [1, 4])
def test_a_case_costs_the_same_however_long_its_course_is(
    steps, enterprise, official, client_for, django_assert_num_queries
):
    state = HazardState.REPORTED if steps == 1 else HazardState.SUBMITTED
    hazard = make_hazard(enterprise, state=state)
    client = client_for(official)
    client.get(f"{URL}{hazard.pk}/")

    # The tenant's scope (4), the session, the user, the reach, the case, its
    # events, its grids, its people.
    with django_assert_num_queries(11):
        response = client.get(f"{URL}{hazard.pk}/")

    assert len(response.json()["events"]) == steps


def test_a_row_and_a_case_say_what_a_phone_shows(enterprise, official, client_for):
    hazard = make_hazard(enterprise, state=HazardState.SUBMITTED)
    client = client_for(official)

    (row,) = client.get(URL).json()["results"]
    case = client.get(f"{URL}{hazard.pk}/").json()

    assert (row["number"], row["state"], row["title"]) == (
        hazard.number,
        "submitted",
        hazard.title,
    )
    assert row["enterprise"] == {"id": str(enterprise.pk), "name": enterprise.name}
    assert row["due_on"] == hazard.due_on.isoformat()
    assert row.items() <= case.items()
    assert [event["name"] for event in case["events"]] == [
        "report",
        "assess",
        "assign",
        "submit",
    ]
    assert case["steps"] == ["pass_recheck", "fail_recheck"]
    assert not {"tenant", "search_text", "next_alert_on"} & case.keys()


def test_a_foreign_and_an_unseen_case_read_like_one_that_never_was(
    furnished, foreign, worker, client_for
):
    hidden = make_hazard(make_enterprise(furnished.other_village))
    client = client_for(worker)

    read = {
        client.get(f"{URL}{pk}/").content for pk in (foreign.pk, hidden.pk, UNKNOWN)
    }
    step = {
        send(client, f"{URL}{pk}/advance/", {"transition": "assess"}).content
        for pk in (foreign.pk, hidden.pk, UNKNOWN)
    }

    assert client.get(URL).json()["count"] == 0
    assert len(read | step) == 1
    assert json.loads(read.pop())["code"] == "not_found"


def test_a_filter_takes_no_id_of_others(
    furnished, rival, foreign, enterprise, official, client_for
):
    make_hazard(enterprise)
    client = client_for(official)
    far = make_node(furnished.root, "township", name="河东镇")
    far_village = make_node(far)
    unseen = make_enterprise(far_village)
    with tenant_scope(rival.tenant.pk):
        others = {
            "township": [rival.township.pk, far.pk],
            "village": [rival.village.pk, far_village.pk],
            "department": [rival.department.pk, far.pk],
            "enterprise": [foreign.enterprise_id, unseen.pk],
            "kind": [foreign.kind_id],
        }

    for name, keys in others.items():
        said = [client.get(URL, {name: each}) for each in (*keys, UNKNOWN)]
        assert {answer.status_code for answer in said} == {400}
        assert len({answer.content for answer in said}) == 1
        assert list(said[0].json()["fields"]) == [name]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("bureau_staff", "root"),
        ("township_staff", "township"),
        ("department_staff", "department"),
        ("grid_worker", "village"),
        ("enterprise_officer", "plant"),
    ],
)
@pytest.mark.parametrize("compacted", [False, True])
def test_the_total_is_exact_for_everybody(
    role, place, compacted, furnished, enterprise, client_for
):
    """The kept counts and a real count agree, whatever is filtered."""
    other = make_node(furnished.root, "township", name="河东镇")
    here = [
        enterprise,
        make_enterprise(furnished.other_village, trade="0411"),
        make_enterprise(make_node(other), trade="0411"),
        furnished.village,
    ]
    for where in here:
        make_hazard(where)
    make_hazard(enterprise, state=HazardState.CLOSED)
    make_hazard(here[2], state=HazardState.ASSIGNED)
    with tenant_scope(furnished.tenant.pk):
        if compacted:
            compact_tallies()
    node = enterprise.area_node if place == "plant" else getattr(furnished, place)
    user = make_user(furnished.tenant, on=node, role=role)
    client = client_for(user)

    for query in (
        {},
        {"open": "true"},
        {"state": ["closed", "reported"]},
        {"state": "closed", "open": "true"},
        {"level": "unassessed"},
        {"level": "general", "state": "assigned"},
    ):
        answer = client.get(URL, query).json()
        with tenant_scope(furnished.tenant.pk):
            seen = set(Hazard.objects.visible_to(user).values_list("pk", flat=True))
        listed = {row["id"] for row in answer["results"]}
        assert answer["count"] == len(listed), query
        assert listed <= {str(pk) for pk in seen}
        if not query:
            assert len(listed) == len(seen) > 0


def test_pages_follow_each_other_without_a_gap(enterprise, official, client_for):
    made = {str(make_hazard(enterprise).pk) for _ in range(5)}
    client = client_for(official)

    pages = [client.get(URL, {"page_size": 2, "page": n}).json() for n in (1, 2, 3)]

    assert [page["count"] for page in pages] == [5, 5, 5]
    ids = [row["id"] for page in pages for row in page["results"]]
    assert (len(ids), set(ids)) == (5, made)
    assert client.get(URL, {"page": 9}).status_code == 404
    assert client.get(URL, {"page_size": 9999}).json()["count"] == 5


# Reporting --------------------------------------------------------------------


def test_a_report_is_stored_once_however_often_it_is_sent(
    enterprise, kind, officer, client_for
):
    client = client_for(officer)
    body = body_of(
        enterprise, kind, officer, title="电线裸露", longitude=115.6, latitude=33
    )

    first, again = send(client, URL, body), send(client, URL, body)
    other = send(client, URL, body | {"title": "别的"})

    assert [r.status_code for r in (first, again, other)] == [201, 200, 409]
    assert first.json() == again.json()
    assert first.json()["title"] == "电线裸露"
    assert (other.json()["code"], "fields" in other.json()) == ("conflict", False)
    with tenant_scope(enterprise.tenant_id):
        stored = Hazard.objects.get()
    assert (stored.reported_by_id, stored.longitude) == (officer.pk, Decimal("115.6"))


def test_what_the_phone_must_not_decide_is_ignored(
    enterprise, kind, officer, official, rival, client_for
):
    before = checksum(rival.tenant)

    response = send(
        client_for(officer),
        URL,
        body_of(
            enterprise,
            kind,
            officer,
            tenant=rival.tenant.pk,
            tenant_id=rival.tenant.pk,
            state="closed",
            level="major",
            reported_by=str(official.pk),
            verified_by=str(official.pk),
            reported_at="2020-01-01T00:00:00Z",
            due_on="2030-01-01",
            number="YH-1",
            township=str(rival.township.pk),
            department_node=str(rival.department.pk),
            score=100,
        ),
    )

    assert response.status_code == 201
    with tenant_scope(enterprise.tenant_id):
        stored = Hazard.objects.get()
    assert (stored.tenant_id, stored.state, stored.level) == (
        enterprise.tenant_id,
        "reported",
        "",
    )
    assert (stored.reported_by_id, stored.verified_by_id, stored.due_on) == (
        officer.pk,
        None,
        None,
    )
    assert stored.number.startswith(f"YH-{enterprise.tenant.division_code}-")
    assert timezone.now() - stored.reported_at < timedelta(minutes=5)
    assert checksum(rival.tenant) == before


@pytest.mark.parametrize("field", ["enterprise", "area_node", "kind", "photos"])
def test_an_id_of_others_reads_like_one_that_never_was(
    field, furnished, rival, foreign, enterprise, kind, officer, client_for
):
    stranger = make_user(rival.tenant, on=rival.root, role="bureau_staff")
    colleague = make_user(furnished.tenant, on=furnished.root, role="bureau_staff")
    with tenant_scope(rival.tenant.pk):
        theirs = {
            "enterprise": [foreign.enterprise_id],
            "area_node": [rival.village.pk],
            "kind": [foreign.kind_id],
            "photos": [[make_photo(stranger).pk], [make_photo(colleague).pk]],
        }[field]
    client = client_for(officer)
    if field == "area_node":
        enterprise = None
    own = {
        "client_id": new_id(),
        "kind": kind.pk,
        "enterprise": enterprise.pk if enterprise else None,
        "photos": [make_photo(officer).pk],
    }
    nobodys = [UNKNOWN] if field == "photos" else UNKNOWN
    before = (checksum(rival.tenant), checksum(furnished.tenant))

    said = [
        send(client, URL, own | {field: value, "client_id": new_id()})
        for value in (*theirs, nobodys)
    ]

    assert {answer.status_code for answer in said} == {422}
    assert len({answer.content for answer in said}) == 1
    assert list(said[0].json()["fields"]) == [field]
    assert (checksum(rival.tenant), checksum(furnished.tenant)) == before


def test_one_foreign_photo_among_many_refuses_the_whole(
    enterprise, kind, officer, official, client_for
):
    photos = [make_photo(officer).pk for _ in range(5)] + [make_photo(official).pk]
    body = body_of(enterprise, kind, officer, photos=photos)
    before = checksum(enterprise.tenant)

    answer = send(client_for(officer), URL, body)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["photos"])
    assert checksum(enterprise.tenant) == before


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"kind": None}, 400, "kind"),
        ({"kind": "x"}, 400, "kind"),
        ({"client_id": "1"}, 400, "client_id"),
        ({"title": "长" * 101}, 400, "title"),
        ({"title": "a\0b"}, 400, "title"),
        ({"title": ["a"]}, 400, "title"),
        ({"title": "\ud800"}, 400, "title"),
        ({"source": "rumour"}, 400, "source"),
        ({"longitude": 200, "latitude": 33}, 400, "longitude"),
        ({"longitude": "NaN", "latitude": 33}, 400, "longitude"),
        ({"accuracy_m": -1}, 400, "accuracy_m"),
        ({"accuracy_m": 10**30}, 400, "accuracy_m"),
        ({"suspected_major": "perhaps"}, 400, "suspected_major"),
        ({"photos": []}, 422, "photos"),
        ({"photos": ["x"]}, 400, "photos"),
        ({"photos": [str(UNKNOWN)] * 31}, 400, "photos"),
        ({"photos": {"a": 1}}, 400, "photos"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(
    given, status, field, enterprise, kind, officer, client_for
):
    body = body_of(enterprise, kind, officer) | given
    before = checksum(enterprise.tenant)

    answer = send(client_for(officer), URL, body)

    assert answer.status_code == status
    assert (answer.json()["code"], list(answer.json()["fields"])) == (
        "invalid",
        [field],
    )
    assert answer.json()["detail"]
    assert checksum(enterprise.tenant) == before


@pytest.mark.parametrize("body", ["", "[]", "null", "7", '"x"', "{", "\xff", "{}"])
def test_a_body_that_is_no_object_is_refused(body, officer, client_for):
    answer = client_for(officer).post(URL, body, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_an_officer_reports_nothing_at_a_neighbour(
    furnished, kind, officer, client_for
):
    neighbour = make_enterprise(furnished.village)
    answer = send(client_for(officer), URL, body_of(neighbour, kind, officer))

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["enterprise"])


def test_seen_but_not_granted_is_said_openly(furnished, enterprise, kind, client_for):
    auditor = make_user(furnished.tenant, on=furnished.root, role="auditor")
    answer = send(client_for(auditor), URL, body_of(enterprise, kind, auditor))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


# Steps ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("_case", "may", "state", "body", "status", "code"),
    [
        ("allowed", "assess_hazards", "reported", {"level": "general"}, 200, None),
        ("not allowed", "", "reported", {"level": "general"}, 403, "not_allowed"),
        (
            "too late",
            "assess_hazards",
            "closed",
            {"level": "general"},
            409,
            "invalid_transition",
        ),
        ("rule broken", "assess_hazards", "reported", {}, 422, "invalid"),
        (
            "an old page",
            "assess_hazards",
            "reported",
            {"level": "general", "revision": 7},
            409,
            "invalid_transition",
        ),
        ("malformed", "assess_hazards", "reported", {"cost": "x"}, 400, "invalid"),
    ],
)
def test_advance_answers(
    _case, may, state, body, status, code, furnished, enterprise, client_for
):
    hazard = make_hazard(enterprise, state=state)
    held = ["view_hazards", *([may] if may else [])]
    user = make_user(furnished.tenant, on=furnished.village, may=held)
    before = checksum(furnished.tenant)

    answer = send(
        client_for(user), f"{URL}{hazard.pk}/advance/", {"transition": "assess"} | body
    )

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    if status != 200:
        assert checksum(furnished.tenant) == before
    else:
        assert answer.json()["state"] == "assessed"


def test_unseen_is_unknown_even_to_who_may_do_it(furnished, enterprise, client_for):
    hazard = make_hazard(enterprise)
    user = make_user(furnished.tenant, on=furnished.village, may=["assess_hazards"])

    answer = send(
        client_for(user),
        f"{URL}{hazard.pk}/advance/",
        {"transition": "assess", "level": "general"},
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_step_takes_neither_state_nor_verifier_nor_tenant(
    furnished, enterprise, official, officer, rival, client_for
):
    hazard = make_hazard(enterprise)

    answer = send(
        client_for(official),
        f"{URL}{hazard.pk}/advance/",
        {
            "transition": "assess",
            "level": "general",
            "state": "closed",
            "verified_by": str(officer.pk),
            "rectified_by": str(officer.pk),
            "tenant": rival.tenant.pk,
            "closed_at": "2026-01-01T00:00:00Z",
        },
    )

    assert answer.status_code == 200
    with tenant_scope(furnished.tenant.pk):
        hazard.refresh_from_db()
    assert (hazard.state, hazard.verified_by_id, hazard.rectified_by_id) == (
        "assessed",
        None,
        None,
    )
    assert (hazard.tenant_id, hazard.closed_at) == (furnished.tenant.pk, None)


@pytest.mark.parametrize("field", ["enterprise", "department_node"])
def test_an_assessment_takes_no_id_of_others(
    field, furnished, rival, foreign, official, client_for
):
    hazard = make_hazard(furnished.village)
    far = make_node(make_node(furnished.root, "township", name="河东镇"))
    unseen = make_enterprise(far, trade="0411")  # of no department that is seen
    with tenant_scope(rival.tenant.pk):
        theirs = {
            "enterprise": [foreign.enterprise_id, unseen.pk],
            "department_node": [rival.department.pk, far.pk],
        }[field]
    before = (checksum(rival.tenant), checksum(furnished.tenant))

    said = [
        send(
            client_for(official),
            f"{URL}{hazard.pk}/advance/",
            {"transition": "assess", "level": "general", field: pk},
        )
        for pk in (*theirs, UNKNOWN)
    ]

    assert {answer.status_code for answer in said} == {422}
    assert len({answer.content for answer in said}) == 1
    assert list(said[0].json()["fields"]) == [field]
    assert (checksum(rival.tenant), checksum(furnished.tenant)) == before


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("pass_recheck", {}),
        ("fail_recheck", {"note": "仍有杂物。", "days": 5}),
    ],
)
def test_nobody_rechecks_their_own_rectification(
    step, given, furnished, enterprise, client_for
):
    user = make_user(
        furnished.tenant,
        on=furnished.village,
        may=["view_hazards", "rectify_hazards", "recheck_hazards"],
    )
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    client = client_for(user)
    url = f"{URL}{hazard.pk}/advance/"
    photo = [make_photo(user).pk]

    done = send(
        client, url, {"transition": "submit", "measures": "已清理。", "photos": photo}
    )
    before = checksum(furnished.tenant)
    rechecked = send(client, url, {"transition": step} | given)

    assert (done.status_code, rechecked.status_code) == (200, 403)
    assert rechecked.json()["code"] == "not_allowed"
    assert checksum(furnished.tenant) == before


def test_nobody_closes_their_own_rectification(furnished, enterprise, client_for):
    user = make_user(
        furnished.tenant,
        on=furnished.village,
        may=["view_hazards", "report_hazards", "close_hazards"],
    )
    hazard = make_hazard(enterprise, reporter=user)
    take_step(hazard, "fix_on_spot", user)
    before = checksum(furnished.tenant)

    closed = send(
        client_for(user), f"{URL}{hazard.pk}/advance/", {"transition": "close"}
    )

    assert (closed.status_code, closed.json()["code"]) == (403, "not_allowed")
    assert checksum(furnished.tenant) == before


def test_a_step_that_does_not_exist_is_named(enterprise, official, client_for):
    hazard = make_hazard(enterprise)
    answer = send(
        client_for(official), f"{URL}{hazard.pk}/advance/", {"transition": "explode"}
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["transition"])


# Machines ---------------------------------------------------------------------


def test_a_token_works_inside_its_users_walls_and_ends_with_them(
    enterprise, official, foreign
):
    make_hazard(enterprise)
    _token, key = make_token(user=official, name="对接")
    machine = Client(headers={"Authorization": f"Bearer {key}"})

    seen = machine.get(URL)
    unseen = machine.get(f"{URL}{foreign.pk}/")
    type(official).objects.filter(pk=official.pk).update(is_active=False)
    after = machine.get(URL)

    assert (seen.status_code, seen.json()["count"]) == (200, 1)
    assert unseen.status_code == 404
    assert (after.status_code, after.json()["code"]) == (401, "not_authenticated")


def test_a_session_needs_the_token_against_forgery(enterprise, official, kind):
    client = Client(enforce_csrf_checks=True)
    client.force_login(official)

    answer = send(client, URL, body_of(enterprise, kind, official))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    with tenant_scope(enterprise.tenant_id):
        assert not Hazard.objects.exists()
