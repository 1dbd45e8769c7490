"""Accounts from a list: whole or not at all, passwords once, roles by another hand."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from evidence import running
from evidence.job_files import path_of
from evidence.models import Job, JobState
from evidence.services import jobs
from grids.models import (
    GridEvent,
    Post,
    ProposalState,
    Role,
    RoleAssignment,
    RoleProposal,
)
from grids.models.roles import Origin
from grids.services import (
    Wish,
    confirm_roles,
    edit_node,
    merge_nodes,
    propose_roles,
    refuse_roles,
    seed_posts,
    set_role_kinds,
    set_role_permissions,
)
from journal.models import SecurityAction, SecurityEvent
from portal.people import importing
from portal.people.columns import FIELDS
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.evidence import workbooks
from tests.factories import County, make_county, make_user

HEAD = [field.names[0] for field in FIELDS]
PASSWORD = re.compile(r"[A-Z][a-z2-9]{2}\d-[a-z2-9]{4}-[a-z2-9]{4}")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def county(db: None) -> County:
    made = make_county()
    with tenant_scope(made.tenant.pk):
        seed_posts()
    return made


@pytest.fixture
def security(county: County) -> User:
    return make_user(county.tenant, on=county.root, role="security_admin")


class Lists:
    """A system administrator with a list, and the worker behind the pages."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county, self.folder = county, folder
        self.tenant = county.tenant.pk
        self.actor = make_user(county.tenant, on=county.root, role="tenant_admin")

    def file(self, *rows: list[Any], head: list[str] | None = None) -> Path:
        return workbooks.excel(self.folder / "名单.xlsx", [head or HEAD, *rows])

    def check(self, *rows: list[Any], head: list[str] | None = None) -> Job:
        content = self.file(*rows, head=head).read_bytes()
        with tenant_scope(self.tenant):
            job = importing.start_check(
                actor=self.actor,
                name="名单.xlsx",
                size=len(content),
                pieces=[content],
            )
        return self.work(job)

    def work(self, job: Job) -> Job:
        running.run_job(tenant_id=self.tenant, job_id=job.pk)
        with tenant_scope(self.tenant):
            return Job.objects.select_related("actor").get(pk=job.pk)

    def apply(self, job: Job) -> Job:
        with tenant_scope(self.tenant):
            done = importing.start_apply(actor=self.actor, job=job)
        return self.work(done)

    def opened(self, *rows: list[Any]) -> Job:
        job = self.apply(self.check(*rows))
        assert job.result.get("applied"), (job.error, job.result)
        return job

    def slips(self, job: Job, actor: User | None = None) -> list[importing.Slip]:
        request = RequestFactory().post("/")
        with tenant_scope(self.tenant):
            return importing.open_slips(
                actor=actor or self.actor, job_id=job.pk, request=request
            )

    def reasons(self, job: Job) -> dict[int, list[str]]:
        lines = path_of(job.rows_path).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return {r["line"]: sorted(r["reasons"]) for r in rows if r["reasons"]}

    def names(self) -> list[str]:
        found = User.objects.filter(tenant_id=self.tenant, username__startswith="p-")
        return sorted(found.values_list("username", flat=True))

    def events(self, name: str) -> list[dict[str, Any]]:
        with tenant_scope(self.tenant):
            rows = SecurityEvent.objects.filter(name=name).order_by("pk")
            return list(rows.values_list("details", flat=True))


@pytest.fixture
def lists(county: County, tmp_path: Path) -> Lists:
    return Lists(county, tmp_path)


def person(county: County, n: int, **given: Any) -> list[Any]:
    return [
        given.get("username", f"p-{n}"),
        given.get("full_name", f"王建国{n}"),
        given.get("phone", f"138055{n:05d}"),
        given.get("title", "村网格员"),
        given.get("role", "村网格员"),
        given.get("grid", county.village.code),
        given.get("post", ""),
        given.get("begins_on", ""),
    ]


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def test_a_list_opens_its_accounts_which_hold_no_role_yet(
    lists: Lists, county: County
) -> None:
    job = lists.opened(person(county, 1), person(county, 2, title=""))

    users = User.objects.filter(username__in=["p-1", "p-2"]).order_by("username")
    assert [(u.tenant_id, u.full_name, u.phone, u.title) for u in users] == [
        (lists.tenant, "王建国1", "13805500001", "村网格员"),
        (lists.tenant, "王建国2", "13805500002", ""),
    ]
    assert [u.must_change_password for u in users] == [True, True]
    assert [u.is_staff for u in users] == [False, False]
    with tenant_scope(lists.tenant):
        assert not RoleAssignment.objects.filter(user__in=users).exists()
        waiting = RoleProposal.objects.waiting().filter(batch=job.pk)
        assert waiting.count() == 2
    assert lists.events(SecurityAction.ACCOUNTS_OPENED) == [
        {"count": 2, "batch": str(job.pk)}
    ]


def test_each_bad_row_says_why_at_its_column_and_nothing_is_opened(
    lists: Lists, county: County
) -> None:
    make_user(county.tenant, username="p-taken", phone="13900000009")
    make_user(make_county().tenant, username="elsewhere-1", phone="13900000008")
    job = lists.check(
        person(county, 1),
        person(county, 2, username=""),
        person(county, 3, username="王 五"),
        person(county, 4, username="P-1"),
        person(county, 5, username="P-Taken"),
        person(county, 6, phone="12345"),
        person(county, 7, phone="13805500001"),
        person(county, 8, phone="13900000008"),
        person(county, 9, role="县长"),
        person(county, 10, role="系统管理员"),
        person(county, 11, role="auditor"),
        person(county, 12, grid="X-404"),
        person(county, 13, full_name="", phone=""),
        person(county, 14, username="13805500014"),
    )

    assert lists.reasons(job) == {
        3: ["username"],
        4: ["username"],
        5: ["username"],
        6: ["username"],
        7: ["phone"],
        8: ["phone"],
        9: ["phone"],
        10: ["role"],
        11: ["role"],
        12: ["role"],
        13: ["grid"],
        14: ["full_name", "phone"],
        15: ["username"],
    }
    assert job.result["counts"] == {"good": 1, "bad": 13}
    with tenant_scope(lists.tenant), pytest.raises(DomainError):
        importing.start_apply(actor=lists.actor, job=job)
    assert lists.names() == ["p-taken"]


def test_a_code_of_before_leads_to_the_grid_that_answers_today(
    lists: Lists, county: County
) -> None:
    old = county.village.code
    with tenant_scope(lists.tenant):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        merge_nodes(
            actor=None, node_id=county.village.pk, into_id=county.other_village.pk
        )

    lists.opened(person(county, 1, grid=old), person(county, 2, grid="NEW-1"))

    with tenant_scope(lists.tenant):
        nodes = set(RoleProposal.objects.values_list("node_id", flat=True))
    assert nodes == {county.other_village.pk}


def test_a_grid_of_another_county_reads_like_one_that_does_not_exist(
    lists: Lists, county: County
) -> None:
    job = lists.check(person(county, 1, grid=make_county().village.code))

    assert lists.reasons(job) == {2: ["grid"]}


def test_a_name_taken_after_the_preview_is_shown_and_nothing_is_opened(
    lists: Lists, county: County
) -> None:
    job = lists.check(person(county, 1), person(county, 2))
    make_user(county.tenant, username="p-2")

    again = lists.apply(job)

    assert again.result["changed"] is True
    assert lists.reasons(again) == {3: ["username"]}
    assert lists.names() == ["p-2"]


def test_a_name_taken_at_the_last_moment_undoes_all(
    lists: Lists, county: County, monkeypatch: Any
) -> None:
    """Between the last look and the insert: the database refuses, nothing stays."""
    job = lists.check(person(county, 1), person(county, 2))
    create = importing._create

    def late(*given: Any) -> Any:
        make_user(county.tenant, username="p-2")
        return create(*given)

    monkeypatch.setattr(importing, "_create", late)
    failed = lists.apply(job)

    assert (failed.state, failed.rows_path) == (JobState.FAILED, "")
    assert "p-1" not in lists.names()
    with tenant_scope(lists.tenant):
        assert not RoleProposal.objects.exists()


def test_a_right_that_ended_before_the_worker_came_opens_nothing(
    lists: Lists, county: County
) -> None:
    job = lists.check(person(county, 1))
    with tenant_scope(lists.tenant):
        done = importing.start_apply(actor=lists.actor, job=job)
        role = Role.objects.get(code="tenant_admin")
        set_role_permissions(actor=None, role_id=role.pk, codenames=["view_grids"])

    assert lists.work(done).state == JobState.FAILED
    assert lists.names() == []


def test_the_slips_are_shown_once_and_their_file_is_gone(
    lists: Lists, county: County
) -> None:
    job = lists.opened(person(county, 1), person(county, 2))
    kept = path_of(job.rows_path)
    sealed = kept.read_text(encoding="ascii")

    slips = lists.slips(job)

    assert [slip.username for slip in slips] == ["p-1", "p-2"]
    assert all(PASSWORD.fullmatch(slip.password) for slip in slips)
    assert slips[0].password != slips[1].password
    assert not any(slip.password in sealed for slip in slips)
    assert "p-1" not in sealed
    user = User.objects.get(username="p-1")
    assert user.check_password(slips[0].password)
    assert not kept.exists()
    with pytest.raises(DomainError):
        lists.slips(job)
    assert lists.events(SecurityAction.FIRST_PASSWORDS_SHOWN) == [
        {"count": 2, "batch": str(job.pk)}
    ]


def test_no_password_stands_in_the_database_or_on_the_disk(
    lists: Lists, county: County, media: Path
) -> None:
    job = lists.opened(person(county, 1))
    with tenant_scope(lists.tenant):
        rows = [*Job.objects.values(), *SecurityEvent.objects.values()]
    files = [path.read_bytes() for path in media.rglob("*") if path.is_file()]

    [slip] = lists.slips(job)

    assert slip.password not in str(rows)
    assert len(files) >= 2
    assert not any(slip.password.encode() in content for content in files)


def test_after_fifty_minutes_the_sweep_deletes_slips_nobody_opened(
    lists: Lists, county: County
) -> None:
    job = lists.opened(person(county, 1))
    kept = path_of(job.rows_path)
    assert job.finished_at is not None
    assert job.expires_at == job.finished_at + timedelta(minutes=50)

    with tenant_scope(lists.tenant):
        assert jobs.sweep_jobs(now=timezone.now() + timedelta(minutes=49)) == 0
        assert kept.exists()
        assert jobs.sweep_jobs(now=timezone.now() + timedelta(minutes=51)) == 1

    assert not kept.exists()
    with pytest.raises(DomainError):
        lists.slips(job)


def test_slips_whose_time_is_over_are_refused_before_the_sweep(
    lists: Lists, county: County
) -> None:
    job = lists.opened(person(county, 1))
    with tenant_scope(lists.tenant):
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job.pk).update(expires_at=past)

    with pytest.raises(DomainError):
        lists.slips(job)


def test_only_who_handed_the_list_in_opens_its_slips(
    lists: Lists, county: County
) -> None:
    job = lists.opened(person(county, 1))
    colleague = make_user(county.tenant, on=county.root, role="tenant_admin")

    with pytest.raises(DomainError):
        lists.slips(job, colleague)
    assert len(lists.slips(job)) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_that_open_the_slips_at_once_are_one(tmp_path: Path) -> None:
    county = make_county()
    lists = Lists(county, tmp_path)
    job = lists.opened(person(county, 1))

    def look(_n: int) -> int:
        try:
            return len(lists.slips(job))
        except DomainError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(look, range(2))) == [0, 1]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_list_that_is_confirmed_twice_at_once_opens_its_accounts_once(
    tmp_path: Path,
) -> None:
    county = make_county()
    lists = Lists(county, tmp_path)
    looked_at = lists.check(person(county, 1), person(county, 2))

    def confirm(_n: int) -> UUID:
        try:
            return lists.apply(looked_at).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(confirm, range(2)))
    with tenant_scope(lists.tenant):  # one that had to wait for the other
        rest = list(Job.objects.filter(pk__in=jobs, state=JobState.WAITING))
    for job in rest:
        lists.work(job)

    assert lists.names() == ["p-1", "p-2"]
    with tenant_scope(lists.tenant):
        done = Job.objects.filter(pk__in=jobs, result__applied=True)
        assert (len(set(jobs)), done.count()) == (2, 1)
        assert RoleProposal.objects.count() == 2
    assert len(lists.events(SecurityAction.ACCOUNTS_OPENED)) == 1


def test_who_opened_an_account_by_a_list_is_known_to_know_its_password(
    lists: Lists, county: County
) -> None:
    lists.opened(person(county, 1))

    assert User.objects.get(username="p-1").password_set_by == lists.actor


def test_who_gives_roles_confirms_and_the_roles_hold(
    lists: Lists, county: County, security: User
) -> None:
    job = lists.opened(person(county, 1), person(county, 2), person(county, 3))

    with tenant_scope(lists.tenant):
        chosen = RoleProposal.objects.get(user__username="p-3")
        done = refuse_roles(actor=security, batch=job.pk, only=[chosen.pk])
        assert done == 1
        assert confirm_roles(actor=security, batch=job.pk) == 2
        held = RoleAssignment.objects.filter(user__username__startswith="p-")
        assert sorted(
            held.values_list("user__username", "role__code", "node__code")
        ) == [(f"p-{n}", "grid_worker", county.village.code) for n in (1, 2)]
        with pytest.raises(DomainError):
            confirm_roles(actor=security, batch=job.pk)
    assert lists.events(SecurityAction.ROLE_GRANTED)[-1]["count"] == 2
    [refused] = lists.events(SecurityAction.ROLES_REFUSED)
    assert (refused["count"], refused["by_role"]) == (1, {"grid_worker": 1})


def test_who_opens_accounts_gives_no_roles_and_the_other_way_round(
    lists: Lists, county: County, security: User
) -> None:
    job = lists.opened(person(county, 1))

    with tenant_scope(lists.tenant):
        with pytest.raises(NotAllowed):
            confirm_roles(actor=lists.actor, batch=job.pk)
        with pytest.raises(NotAllowed):
            importing.start_check(actor=security, name="a.xlsx", size=1, pieces=[])
        with pytest.raises(NotAllowed):
            propose_roles(actor=security, batch=job.pk, source_name="x", wishes=[])
        assert RoleProposal.objects.waiting().count() == 1


def test_who_handed_a_list_in_never_decides_on_it_whatever_he_holds(
    lists: Lists, county: County
) -> None:
    both = make_user(
        county.tenant, on=county.root, may=["manage_accounts", "assign_roles"]
    )
    lists.actor = both
    job = lists.opened(person(county, 1))

    with tenant_scope(lists.tenant):
        for decide in (confirm_roles, refuse_roles):
            with pytest.raises(NotAllowed):
                decide(actor=both, batch=job.pk)
        assert RoleProposal.objects.waiting().count() == 1


def test_nobody_confirms_a_role_for_himself(
    lists: Lists, county: County, security: User
) -> None:
    with tenant_scope(lists.tenant):
        role = Role.objects.get(code="bureau_leader")
        [row] = propose_roles(
            actor=lists.actor,
            batch=lists.actor.pk,
            source_name="x",
            wishes=[Wish(security.pk, role.pk, county.root.pk)],
        )
        with pytest.raises(DomainError):
            confirm_roles(actor=security, batch=row.batch)
        held = RoleAssignment.objects.filter(user=security, role=role)
        assert not held.exists()


def test_a_role_that_got_a_duty_meanwhile_is_not_given(
    lists: Lists, county: County, security: User
) -> None:
    grid = county.township.code
    job = lists.opened(person(county, 1, role="乡镇工作人员", grid=grid))
    with tenant_scope(lists.tenant):
        role = Role.objects.get(code="township_staff")
        set_role_permissions(
            actor=None, role_id=role.pk, codenames=["view_grids", "manage_accounts"]
        )
        with pytest.raises(DomainError):
            confirm_roles(actor=security, batch=job.pk)
        assert not RoleAssignment.objects.filter(role=role).exists()
        assert RoleProposal.objects.waiting().count() == 1
        with pytest.raises(DomainError):
            propose_roles(
                actor=lists.actor,
                batch=security.pk,
                source_name="x",
                wishes=[Wish(security.pk, role.pk, county.root.pk)],
            )


def test_a_township_decides_on_its_own_rows_only(lists: Lists, county: County) -> None:
    at_the_top = person(county, 2, role="局领导", grid=county.root.code)
    job = lists.opened(person(county, 1), at_the_top)
    local = make_user(county.tenant, on=county.township, may=["assign_roles"])

    with tenant_scope(lists.tenant):
        assert confirm_roles(actor=local, batch=job.pk) == 1
        left = RoleProposal.objects.waiting().values_list("user__username", flat=True)
        assert list(left) == ["p-2"]


def test_an_operator_decides_in_the_chosen_bureau_and_hands_in_no_list(
    lists: Lists, county: County
) -> None:
    operator = make_user(None, is_staff=True)
    job = lists.opened(person(county, 1))

    with tenant_scope(lists.tenant):
        with pytest.raises(NotAllowed):
            importing.start_check(actor=operator, name="a.xlsx", size=1, pieces=[])
        assert confirm_roles(actor=operator, batch=job.pk) == 1
        row = RoleProposal.objects.get(batch=job.pk)
        assert (row.state, row.decided_by) == (ProposalState.CONFIRMED, None)
        event = SecurityEvent.objects.filter(name=SecurityAction.ROLE_GRANTED).last()
        assert event is not None
        assert event.actor_id == operator.pk


def held(lists: Lists) -> list[tuple[str, str, str, str]]:
    """Every open role of the people of the list: whose, which, where, where from."""
    with tenant_scope(lists.tenant):
        rows = RoleAssignment.objects.filter(
            user__username__startswith="p-", ended_at__isnull=True
        )
        return sorted(
            rows.values_list("user__username", "role__code", "node__code", "origin")
        )


def test_a_post_of_the_list_is_appointed_when_the_roles_are_confirmed(
    lists: Lists, county: County, security: User
) -> None:
    village, township = county.village.code, county.township.code
    job = lists.opened(
        person(county, 1, post="网格员", begins_on="2026-01-05"),
        person(county, 2, role="", post="responsible", begins_on="2026/1/5"),
        person(
            county,
            3,
            role="乡镇负责人",
            grid=township,
            post="联系领导",
            begins_on="2026年1月5日",
        ),
    )
    assert held(lists) == []

    with tenant_scope(lists.tenant):
        assert not Post.objects.exists()
        assert confirm_roles(actor=security, batch=job.pk) == 4
        posts = Post.objects.order_by("user__username")
        assert [(p.user.username, p.kind, p.node.code) for p in posts] == [
            ("p-1", "worker", village),
            ("p-2", "responsible", village),
            ("p-3", "liaison", township),
        ]
        assert {(str(p.begins_on), p.appointed_by) for p in posts} == {
            ("2026-01-05", lists.actor)
        }
        events = GridEvent.objects.filter(name="appointed")
        assert set(events.values_list("actor", flat=True)) == {lists.actor.pk}
        assert events.count() == 3
        logged = SecurityEvent.objects.filter(
            name=SecurityAction.ROLE_GRANTED, details__origin="post"
        )
        assert set(logged.values_list("actor", flat=True)) == {security.pk}
    assert held(lists) == [
        ("p-1", "grid_worker", village, Origin.POST),
        ("p-2", "responsible_person", village, Origin.POST),
        ("p-3", "liaison_leader", township, Origin.POST),
        ("p-3", "township_leader", township, Origin.GIVEN),
    ]


def test_a_post_that_cannot_be_says_why_at_its_column(
    lists: Lists, county: County
) -> None:
    job = lists.check(
        person(county, 1, post="村支书", begins_on="2026-01-05"),
        person(county, 2, post="网格员"),
        person(county, 3, begins_on="2026-01-05"),
        person(county, 4, post="网格员", begins_on="2026-02-30"),
        person(county, 5, post="网格员", begins_on="1026-02-03"),
        person(county, 6, role="", post="网格员", begins_on="2026-01-05", grid="X-1"),
        person(
            county,
            7,
            role="",
            post="网格员",
            begins_on="2026-01-05",
            grid=county.root.code,
        ),
        person(county, 8, role=""),
        person(county, 9, post="网格员", begins_on="2026-01-05"),
    )

    assert lists.reasons(job) == {
        2: ["post"],
        3: ["begins_on"],
        4: ["begins_on"],
        5: ["begins_on"],
        6: ["begins_on"],
        7: ["grid"],
        8: ["post"],
        9: ["role"],
    }


def test_who_may_not_appoint_asks_for_no_post(lists: Lists, county: County) -> None:
    lists.actor = make_user(county.tenant, on=county.root, may=["manage_accounts"])

    job = lists.check(person(county, 1, post="网格员", begins_on="2026-01-05"))

    assert lists.reasons(job) == {2: ["post"]}


def test_a_right_to_appoint_that_ended_since_appoints_nobody(
    lists: Lists, county: County, security: User
) -> None:
    job = lists.opened(
        person(county, 1), person(county, 2, post="网格员", begins_on="2026-01-05")
    )
    with tenant_scope(lists.tenant):
        role = Role.objects.get(code="tenant_admin")
        set_role_permissions(
            actor=None, role_id=role.pk, codenames=["manage_accounts", "view_grids"]
        )

        with pytest.raises(NotAllowed):
            confirm_roles(actor=security, batch=job.pk)

        assert not Post.objects.exists()
        assert RoleProposal.objects.waiting().count() == 2
    assert held(lists) == []


def test_a_role_on_a_grid_it_does_not_fit_is_refused_in_the_preview(
    lists: Lists, county: County
) -> None:
    rows = [
        person(county, 1, grid=county.root.code),
        person(county, 2, role="局领导"),
        person(county, 3, role="responsible_person", grid=county.root.code),
    ]
    assert lists.reasons(lists.check(*rows)) == {2: ["role"], 3: ["role"]}

    with tenant_scope(lists.tenant):
        for code in ("grid_worker", "bureau_leader"):
            role = Role.objects.get(code=code)
            set_role_kinds(actor=None, role_id=role.pk, node_kinds=[])

    assert lists.reasons(lists.check(*rows)) == {}


def test_a_role_that_does_not_fit_any_more_is_not_confirmed(
    lists: Lists, county: County, security: User
) -> None:
    job = lists.opened(person(county, 1))
    with tenant_scope(lists.tenant):
        role = Role.objects.get(code="grid_worker")
        set_role_kinds(actor=None, role_id=role.pk, node_kinds=["subgrid"])
        with pytest.raises(DomainError):
            confirm_roles(actor=security, batch=job.pk)
    assert held(lists) == []


def test_the_pages_lead_from_the_file_to_the_first_sign_in(
    lists: Lists,
    county: County,
    security: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = browser(lists.actor)
    path = lists.file(person(county, 1), person(county, 2))
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            "/people/", {"file": SimpleUploadedFile(path.name, path.read_bytes())}
        )
    shown = client.get(sent["Location"]).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        confirmed = client.post(f"{sent['Location']}confirm/")
    page = confirmed["Location"]
    before = client.get(page).content.decode()
    sheet = client.post(f"{page}slips/")
    again = client.post(f"{page}slips/", follow=True)

    assert "138****0001" in shown
    assert "13805500001" not in shown
    assert f"{page}slips/" in before
    text = sheet.content.decode()
    first, second = PASSWORD.findall(text)
    assert sheet["Cache-Control"] == "no-store"
    assert not PASSWORD.search(again.content.decode())
    assert f"{page}slips/" not in again.content.decode()

    new = Client(headers={"accept-language": "zh-hans"})
    signed = new.post("/accounts/sign-in/", {"username": "p-1", "password": first})
    assert signed.status_code == 302
    held_up = new.get("/grids/")
    assert (held_up.status_code, held_up["Location"].split("?")[0]) == (
        302,
        "/accounts/password/",
    )
    assert second != first

    batch = page.split("/")[2]
    judge = browser(security)
    assert "王建国1" in judge.get(f"/people/roles/{batch}/").content.decode()
    given = judge.post(f"/people/roles/{batch}/decide/", {"do": "confirm"})
    assert given.status_code == 302
    with tenant_scope(lists.tenant):
        held = RoleAssignment.objects.filter(user__username__startswith="p-")
        assert held.count() == 2
    assert browser(lists.actor).get(f"/people/roles/{batch}/").status_code == 403


def test_the_menu_leads_each_to_the_own_part_of_it(
    lists: Lists, county: County, security: User
) -> None:
    worker = make_user(county.tenant, on=county.village, role="grid_worker")

    menus = [
        {
            address
            for address in re.findall(r'menu-item" href="([^"]+)"', page)
            if address.startswith("/people/")
        }
        for page in (
            browser(user).get("/accounts/me/").content.decode()
            for user in (lists.actor, security, worker)
        )
    ]

    assert menus == [{"/people/"}, {"/people/roles/"}, set()]


def test_an_operator_is_told_why_the_list_is_not_for_him(county: County) -> None:
    client = browser(make_user(None, is_staff=True))
    client.post("/admin/choose/", {"tenant": county.tenant.pk})

    page = client.get("/people/")

    assert page.status_code == 403
    assert "系统管理员" in page.content.decode()


def test_ticked_rows_are_decided_and_the_others_wait(
    lists: Lists, county: County, security: User
) -> None:
    job = lists.opened(*(person(county, n) for n in range(1, 4)))
    client = browser(security)
    with tenant_scope(lists.tenant):
        row = RoleProposal.objects.get(user__username="p-2")
    address = f"/people/roles/{job.pk}/decide/"

    client.post(address, {"do": "refuse-chosen", "row": [str(row.pk)]})
    client.post(address, {"do": "confirm-chosen"})
    client.post(address, {"do": "confirm-chosen", "row": ["nonsense"]})
    client.post(address, {"do": "everything"})

    with tenant_scope(lists.tenant):
        states = RoleProposal.objects.order_by("user__username")
        assert list(states.values_list("state", flat=True)) == [
            "waiting",
            "refused",
            "waiting",
        ]


def test_the_pages_of_roles_cost_the_same_for_one_row_and_for_three(
    lists: Lists, county: County, security: User, django_assert_num_queries: Any
) -> None:
    one = lists.opened(person(county, 1))
    three = lists.opened(*(person(county, n) for n in range(2, 5)))
    client = browser(security)
    client.get(f"/people/roles/{one.pk}/")

    def queries(address: str) -> int:
        with django_assert_num_queries(QUERIES):
            page = client.get(address).content.decode()
        return page.count('name="row"')

    assert [queries(f"/people/roles/{job.pk}/") for job in (one, three)] == [1, 3]


QUERIES = 14


def test_the_template_is_read_again_and_lists_no_administrator(
    lists: Lists, county: County, tmp_path: Path
) -> None:
    client = browser(lists.actor)
    content = b"".join(client.get("/people/template/").streaming_content)  # type: ignore[attr-defined]
    path = tmp_path / "template.xlsx"
    path.write_bytes(content)

    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        names = book.sheet_names
        head = book.get_sheet_by_index(0).to_python()
        words = {cell for row in book.get_sheet_by_index(2).to_python() for cell in row}

    assert (len(names), head) == (3, [HEAD])
    assert {"村网格员", county.village.code} <= words
    assert not {"系统管理员", "安全管理员", "审计员"} & words
    assert not {"grid_worker", "bureau_leader"} & words
    assert {"联系领导", "适用网格类型：村（社区）、子网格"} <= words


def test_a_file_without_our_columns_says_which_are_missing(lists: Lists) -> None:
    job = lists.check(["a", "b"], head=["用户名", "姓名"])

    assert job.state == JobState.FAILED
    assert "手机" in job.error or "phone" in job.error
