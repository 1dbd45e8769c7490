"""What is taken away is what the list shows, inert, counted, masked, and logged."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from evidence import running, sheets
from evidence.job_files import path_of
from evidence.models import Job, JobState
from grids.models import NodeGrant, RoleAssignment
from grids.posts import PostKind
from grids.services import appoint, assign_role, end_assignment, exporting
from hazards.services import merge_enterprises
from journal.models import SecurityAction, SecurityEvent
from journal.services import record_security
from tenants.tenancy import tenant_scope
from tests.factories import (
    County,
    _role_with,
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_user,
)

SEE_AND_EXPORT = ["view_enterprises", "view_hazards", "view_grids", "export_rows"]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def county(db: None) -> County:
    county = make_county()
    for name in ("=1+1厂", "乙厂", "丙厂"):
        make_enterprise(
            county.village,
            name=name,
            principal="王芳",
            principal_phone="13805580001",
        )
    far = make_node(make_node(county.root, "township"))
    make_enterprise(far, name="远方的厂")
    return county


@pytest.fixture
def clerk(county: County) -> User:
    return make_user(county.tenant, on=county.township, may=SEE_AND_EXPORT)


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def rows_of(answer: Any, tmp_path: Path) -> list[list[str]]:
    path = tmp_path / "got.xlsx"
    path.write_bytes(b"".join(answer))
    return sheets.read(path).rows


def body(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The lines above the header, and the rows below it."""
    top = next(at for at, row in enumerate(rows) if row[1])
    return [row[0] for row in rows[:top]], rows[top + 1 :]


def logged(county: County) -> list[tuple[Any, ...]]:
    with tenant_scope(county.tenant.pk):
        found = SecurityEvent.objects.filter(name="exported").order_by("at")
        return [
            (e.actor_id, e.succeeded, e.details.get("list"), e.details.get("rows"))
            for e in found
        ]


def test_the_workbook_holds_the_list_and_its_count_and_the_log_knows(
    county: County, clerk: User, tmp_path: Path
) -> None:
    answer = browser(clerk).post("/exports/enterprises/")

    above, rows = body(rows_of(answer, tmp_path))
    assert [row[0] for row in rows] == ["=1+1厂", "丙厂", "乙厂"]
    assert above[3] == "共 3 条"
    assert clerk.full_name in above[2]
    assert logged(county) == [(clerk.pk, True, "enterprises", 3)]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_filters_of_the_page_choose_the_rows_and_stand_inside(
    county: County, clerk: User, tmp_path: Path
) -> None:
    page = browser(clerk).get("/enterprises/?q=乙")
    assert page.context["page_obj"].paginator.count == 1

    answer = browser(clerk).post("/exports/enterprises/?q=乙")

    above, rows = body(rows_of(answer, tmp_path))
    assert [row[0] for row in rows] == ["乙厂"]
    assert "乙" in above[1]
    assert above[3] == "共 1 条"


def test_names_and_phones_are_masked_unless_somebody_says_why(
    county: County, tmp_path: Path
) -> None:
    officer = make_user(
        county.tenant, on=county.township, may=[*SEE_AND_EXPORT, "show_personal_data"]
    )
    client = browser(officer)

    masked = str(rows_of(client.post("/exports/enterprises/"), tmp_path))
    without = client.post("/exports/enterprises/", {"full": "on"})
    full = rows_of(
        client.post("/exports/enterprises/", {"full": "on", "reason": "汛期联系"}),
        tmp_path,
    )

    assert ("13805580001" in masked, "王芳" in masked) == (False, False)
    assert "138****0001" in masked
    assert without.status_code == 422
    assert ("13805580001" in str(full), "王芳" in str(full)) == (True, True)
    above, _rows = body(full)
    assert "汛期联系" in above[4]
    assert officer.username in above[4]  # the watermark


def test_who_may_not_see_personal_data_does_not_take_it_away(
    county: County, clerk: User
) -> None:
    answer = browser(clerk).post(
        "/exports/enterprises/", {"full": "on", "reason": "想要"}
    )

    assert answer.status_code == 403
    assert logged(county) == [(clerk.pk, False, "enterprises", None)]


def test_who_may_not_export_gets_nothing_and_the_log_knows(county: County) -> None:
    worker = make_user(county.tenant, on=county.village, may=["view_enterprises"])

    assert browser(worker).post("/exports/enterprises/").status_code == 403
    assert browser(worker).get("/exports/enterprises/").status_code == 403
    assert logged(county) == [(worker.pk, False, "enterprises", None)]
    assert "/exports/" not in browser(worker).get("/enterprises/").content.decode()


def test_only_rows_are_taken_where_both_permissions_reach(
    county: County, tmp_path: Path
) -> None:
    """Seen in the whole county, exported in one village only."""
    user = make_user(county.tenant, on=county.root, may=["view_enterprises"])
    make_enterprise(county.other_village, name="西关的厂")
    with tenant_scope(county.tenant.pk):
        role = _role_with(county.tenant, frozenset({"export_rows"}))
        assign_role(
            actor=None,
            user_id=user.pk,
            role_code=role.code,
            node_id=county.other_village.pk,
        )

    _above, rows = body(rows_of(browser(user).post("/exports/enterprises/"), tmp_path))

    assert [row[0] for row in rows] == ["西关的厂"]


@pytest.mark.parametrize("code", ["hazards", "grids", "posts"])
def test_every_list_comes_with_its_count(
    county: County, clerk: User, tmp_path: Path, code: str
) -> None:
    above, rows = body(rows_of(browser(clerk).post(f"/exports/{code}/"), tmp_path))

    assert above[3] == f"共 {len(rows)} 条"


def offered(page: Any) -> int:
    (found,) = re.findall(r"导出 (\d+) 条", page.content.decode())
    return int(found)


def list_count(page: Any) -> int:
    (found,) = re.findall(r"第 \d+–\d+ 条，共 (\d+) 条", page.content.decode())
    return int(found)


LISTS = {
    "enterprises": "/enterprises/",
    "hazards": "/hazards/",
    "grids": "/grids/",
    "posts": "/posts/",
}


@pytest.fixture
def filled(county: County) -> County:
    """Rows of every list; a duplicate that was merged is in none of them."""
    people = [make_user(county.tenant) for _ in range(3)]
    with tenant_scope(county.tenant.pk):
        plants = list(Enterprise.objects.order_by("pk"))
        for person, node in zip(
            people, (county.village, county.other_village, county.township), strict=True
        ):
            appoint(
                actor=None,
                node_id=node.pk,
                user_id=person.pk,
                kind=PostKind.WORKER
                if node != county.township
                else PostKind.RESPONSIBLE,
                begins_on=timezone.localdate(),
                basis="",
            )
    for plant in (*plants[:2], county.other_village):
        make_hazard(plant)
    double = make_enterprise(county.village, name="乙厂重复")
    with tenant_scope(county.tenant.pk):
        merge_enterprises(
            actor=None, enterprise_id=double.pk, into_id=plants[1].pk, note="同一家"
        )
    return county


@pytest.mark.parametrize("code", LISTS)
def test_the_button_the_list_and_the_workbook_have_one_count(
    filled: County, clerk: User, tmp_path: Path, code: str
) -> None:
    client = browser(clerk)
    page = client.get(LISTS[code])

    above, rows = body(rows_of(client.post(f"/exports/{code}/"), tmp_path))

    assert rows
    assert offered(page) == len(rows)
    assert f"共 {len(rows)} 条" in above
    if code != "grids":  # a tree, which counts nothing
        assert list_count(page) == len(rows)


@pytest.mark.parametrize(
    ("code", "see"),
    [
        ("enterprises", "view_enterprises"),
        ("hazards", "view_hazards"),
        ("posts", "view_grids"),
    ],
)
def test_where_more_is_seen_than_may_be_taken_the_button_counts_what_is_taken(
    filled: County, tmp_path: Path, code: str, see: str
) -> None:
    """He sees the county and may take away what lies in one village."""
    user = make_user(filled.tenant, on=filled.root, may=[see])
    with tenant_scope(filled.tenant.pk):
        role = _role_with(filled.tenant, frozenset({"export_rows"}))
        assign_role(
            actor=None,
            user_id=user.pk,
            role_code=role.code,
            node_id=filled.village.pk,
        )
    client = browser(user)
    page = client.get(LISTS[code])

    _above, rows = body(rows_of(client.post(f"/exports/{code}/"), tmp_path))

    assert 0 < len(rows) < list_count(page)
    assert offered(page) == len(rows)


def test_posts_come_with_both_parts_of_their_grid(
    filled: County, clerk: User, tmp_path: Path
) -> None:
    _above, rows = body(rows_of(browser(clerk).post("/exports/posts/"), tmp_path))

    places = {(row[4], row[6]) for row in rows}
    assert places == {
        (filled.township.name, filled.root.name),
        (filled.village.name, filled.township.name),
        (filled.other_village.name, filled.township.name),
    }


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "审计"},
        {"succeeded__exact": "0"},
        {"at__year": "2001"},
        {"name__exact": "exported", "q": "hazards nothing"},
    ],
)
def test_the_security_log_is_taken_as_the_page_shows_it(
    county: County, tmp_path: Path, query: dict[str, str]
) -> None:
    auditor = make_user(
        county.tenant,
        on=county.root,
        role="auditor",
        full_name="审计员",
        is_staff=True,
    )
    client = browser(auditor)
    client.post("/exports/enterprises/")
    client.post("/exports/hazards/")
    page = client.get("/admin/journal/securityevent/", query)

    answer = client.post(f"/exports/security-log/?{urlencode(query)}")

    _above, rows = body(rows_of(answer, tmp_path))
    assert page.status_code == 200
    assert page.context["cl"].result_count == len(rows) == offered(page)


def test_the_auditor_takes_the_security_log_and_nobody_else(
    county: County, clerk: User, tmp_path: Path
) -> None:
    auditor = make_user(county.tenant, on=county.root, role="auditor")
    client = browser(auditor)
    client.post("/exports/enterprises/")

    answer = client.post("/exports/security-log/?name__exact=exported")

    _above, rows = body(rows_of(answer, tmp_path))
    assert [row[3] for row in rows] == [auditor.username]
    assert browser(clerk).post("/exports/security-log/").status_code == 403


def test_the_log_keeps_nothing_that_was_searched_for(
    county: County, clerk: User, tmp_path: Path
) -> None:
    client = browser(clerk)
    client.post("/exports/enterprises/?q=王芳&open=on&13805580001=x&state=13805580001")
    client.post("/exports/security-log/?q=王芳")  # refused

    with tenant_scope(county.tenant.pk):
        events = SecurityEvent.objects.filter(name="exported").order_by("at")
        told = [event.details["query"] for event in events]
    assert told == ["q=…&open=on&…=x&state=…", "q=…"]


def test_notes_of_the_log_name_nobody_in_full(county: County, tmp_path: Path) -> None:
    worker = make_user(county.tenant, full_name="欧阳建国")
    auditor = make_user(county.tenant, on=county.root, role="auditor")
    with tenant_scope(county.tenant.pk):
        record_security(
            name=SecurityAction.ROLE_GRANTED,
            actor=None,
            note=f"{worker} · 村网格员 · 东关村（{worker} 13805580001）",
        )

    answer = browser(auditor).post("/exports/security-log/")

    shown = str(rows_of(answer, tmp_path))
    assert "欧*** · 村网格员 · 东关村（欧*** 138****0001）" in shown
    assert (worker.full_name in shown, "13805580001" in shown) == (False, False)


def test_a_list_that_does_not_exist_is_not_found(clerk: User) -> None:
    assert browser(clerk).get("/exports/users/").status_code == 404


# Long lists ------------------------------------------------------------------------------


@pytest.fixture
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)


@pytest.mark.usefixtures("_long")
def test_a_long_list_is_a_job_with_the_same_rows_and_one_line_in_the_log(
    county: County, clerk: User
) -> None:
    answer = browser(clerk).post("/exports/enterprises/")
    with tenant_scope(county.tenant.pk):
        job = Job.objects.get(actor=clerk)
    assert answer["Location"] == f"/jobs/{job.pk}/"

    running.run_job(tenant_id=county.tenant.pk, job_id=job.pk)

    with tenant_scope(county.tenant.pk):
        job.refresh_from_db()
    assert (job.state, job.result["rows"]) == (JobState.DONE, 3)
    above, rows = body(sheets.read(path_of(job.product_path)).rows)
    assert (above[3], len(rows)) == ("共 3 条", 3)
    assert logged(county) == [(clerk.pk, True, "enterprises", 3)]
    file = browser(clerk).get(f"/jobs/{job.pk}/file/")
    assert b"".join(file) == path_of(job.product_path).read_bytes()


@pytest.mark.usefixtures("_long")
def test_a_right_that_ended_meanwhile_ends_the_export_and_the_log_knows(
    county: County, clerk: User
) -> None:
    browser(clerk).post("/exports/enterprises/")
    with tenant_scope(county.tenant.pk):
        job = Job.objects.get(actor=clerk)
        for post in RoleAssignment.objects.filter(user=clerk):
            end_assignment(actor=None, assignment_id=post.pk)

    running.run_job(tenant_id=county.tenant.pk, job_id=job.pk)

    with tenant_scope(county.tenant.pk):
        job.refresh_from_db()
    assert (job.state, job.product_path) == (JobState.FAILED, "")
    assert logged(county) == [(clerk.pk, False, "enterprises", None)]


def _taken(county: County, user: User, **given: str) -> str:
    """The address of a file that this person has made and not fetched yet."""
    browser(user).post("/exports/enterprises/", given)
    with tenant_scope(county.tenant.pk):
        job = Job.objects.get(actor=user)
    running.run_job(tenant_id=county.tenant.pk, job_id=job.pk)
    return f"/jobs/{job.pk}/file/"


def _fetched(client: Client, address: str) -> int:
    answer = client.get(address)
    b"".join(answer)  # to its end, or the file stays open
    return answer.status_code


@pytest.mark.usefixtures("_long")
def test_a_file_is_over_when_a_right_ends_and_stays_so(
    county: County, clerk: User
) -> None:
    client, address = browser(clerk), _taken(county, clerk)
    assert _fetched(client, address) == 200
    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.get(user=clerk)
        end_assignment(actor=None, assignment_id=held.pk)
    assert _fetched(client, address) == 403

    with tenant_scope(county.tenant.pk):
        assign_role(
            actor=None,
            user_id=clerk.pk,
            role_code=held.role.code,
            node_id=held.node_id,
        )

    assert _fetched(client, address) == 404


@pytest.mark.usefixtures("_long")
def test_a_file_is_given_only_while_its_person_reaches_all_of_it(
    county: County, clerk: User
) -> None:
    client, address = browser(clerk), _taken(county, clerk)
    with tenant_scope(county.tenant.pk):
        # He exports elsewhere now; the file itself was not ended.
        RoleAssignment.objects.filter(user=clerk).update(node=county.village)
        NodeGrant.objects.filter(user=clerk).update(content_object=county.village)

    answer = client.get(address)

    assert answer.status_code == 403
    assert (
        "再次导出" in answer.content.decode() or "重新导出" in answer.content.decode()
    )


@pytest.mark.usefixtures("_long")
def test_a_file_with_phones_in_full_needs_the_right_to_see_them_still(
    county: County,
) -> None:
    officer = make_user(county.tenant, on=county.township, may=SEE_AND_EXPORT)
    shown = make_user(county.tenant, on=county.township, may=["show_personal_data"])
    with tenant_scope(county.tenant.pk):
        RoleAssignment.objects.filter(user=shown).update(user=officer)
        NodeGrant.objects.filter(user=shown).update(user=officer)
    address = _taken(county, officer, full="on", reason="汛期联系")
    client = browser(officer)
    assert _fetched(client, address) == 200

    with tenant_scope(county.tenant.pk):
        NodeGrant.objects.filter(
            user=officer, permission__codename="show_personal_data"
        ).delete()

    assert _fetched(client, address) == 403


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_count_printed_is_the_rows_written_while_the_list_grows(
    county: County, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection adds a row between the count and the reading."""
    with tenant_scope(county.tenant.pk):
        job = Job.objects.create(
            actor=clerk,
            kind=exporting.KIND,
            parameters={
                "list": "enterprises",
                "query": "",
                "full": False,
                "reason": "",
            },
        )
    lines = exporting._lines

    def lines_after_one_more(*given: Any) -> list[str]:
        def add() -> None:
            make_enterprise(county.village, name="后来的厂")
            connection.close()

        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        return lines(*given)

    monkeypatch.setattr(exporting, "_lines", lines_after_one_more)
    running.run_job(tenant_id=county.tenant.pk, job_id=job.pk)

    with tenant_scope(county.tenant.pk):
        job.refresh_from_db()
        assert Enterprise.objects.filter(name="后来的厂").exists()
    above, rows = body(sheets.read(path_of(job.product_path)).rows)
    assert (above[3], len(rows)) == ("共 3 条", 3)
