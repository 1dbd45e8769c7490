"""A ledger is looked at first, imported whole or not at all, and twice is as once."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from enterprises.columns import guess
from enterprises.models import ColumnMapping, Enterprise, EnterpriseEvent
from enterprises.services import edit_enterprise, importing
from evidence import running, sheets
from evidence.job_files import path_of
from evidence.models import Job, JobState
from grids.integrity import check_tree
from grids.models import GridEvent, GridNode
from grids.services import edit_node, merge_nodes
from hazards.services import merge_enterprises
from notices.models import Notice
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.evidence import workbooks
from tests.factories import (
    County,
    make_county,
    make_enterprise,
    make_node,
    make_uscc,
    make_user,
)

HEAD = ["单位名称", "统一社会信用代码", "所属村（社区）", "行业小类", "联系电话"]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def county(db: None) -> County:
    county = make_county()
    make_enterprise(county.village, name="早有的厂")
    return county


@pytest.fixture
def actor(county: County) -> User:
    return make_user(county.tenant, on=county.township, may=["edit_enterprises"])


class Importing:
    """A person at the import's pages, and the worker behind them."""

    def __init__(self, actor: User, folder: Path) -> None:
        self.actor, self._folder = actor, folder
        self.tenant = actor.tenant_id or 0

    def file(self, *rows: list[Any], head: list[str] | None = None) -> Path:
        return workbooks.excel(self._folder / "台账.xlsx", [head or HEAD, *rows])

    def check(self, path: Path) -> Job:
        with tenant_scope(self.tenant):
            content = path.read_bytes()
            job = importing.start_check(
                actor=self.actor, name=path.name, size=len(content), pieces=[content]
            )
        return self.work(job)

    def work(self, job: Job) -> Job:
        running.run_job(tenant_id=self.tenant, job_id=job.pk)
        with tenant_scope(self.tenant):
            return Job.objects.select_related("actor").get(pk=job.pk)

    def apply(self, job: Job, *, accept: bool = False) -> Job:
        with tenant_scope(self.tenant):
            done = importing.start_apply(
                actor=self.actor, job=job, accept_check_digits=accept
            )
        return self.work(done)

    def rows(self, *rows: list[Any], head: list[str] | None = None) -> Job:
        return self.check(self.file(*rows, head=head))

    def names(self) -> set[str]:
        with tenant_scope(self.tenant):
            return set(Enterprise.objects.values_list("name", flat=True))

    def reasons(self, job: Job) -> dict[int, dict[str, str]]:
        lines = path_of(job.rows_path).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return {row["line"]: row["reasons"] for row in rows if row["reasons"]}


@pytest.fixture
def do(actor: User, tmp_path: Path) -> Importing:
    return Importing(actor, tmp_path)


def unit(county: County, name: str = "甲厂", **given: Any) -> list[Any]:
    return [
        name,
        given.get("uscc", make_uscc()),
        given.get("village", county.village.name),
        given.get("trade", "机械制造"),
        given.get("phone", "13805580001"),
    ]


# The way through --------------------------------------------------------------------


def test_a_ledger_is_looked_at_then_imported_with_events(
    do: Importing, county: County
) -> None:
    job = do.rows(unit(county, "甲厂"), unit(county, "乙厂", trade="0405"))
    assert do.names() == {"早有的厂"}
    assert job.result["counts"] == {
        "new": 2,
        "changed": 0,
        "same": 0,
        "bad": 0,
        "warned": 0,
    }

    done = do.apply(job)

    assert (done.state, done.result["applied"]) == (JobState.DONE, True)
    assert do.names() == {"早有的厂", "甲厂", "乙厂"}
    with tenant_scope(do.tenant):
        entry = Enterprise.objects.for_list().get(name="甲厂")
        assert entry.grid == county.village
        assert entry.township_id == county.township.pk
        assert entry.principal_phone == "13805580001"
        event = EnterpriseEvent.objects.get(enterprise=entry)
        assert (event.name, event.actor) == ("registered", do.actor)
        assert check_tree() == []
        assert (
            Notice.objects.filter(kind="import-done", recipient=do.actor).count() == 1
        )


def test_the_same_file_twice_changes_nothing(do: Importing, county: County) -> None:
    path = do.file(unit(county, "甲厂"), unit(county, "无证店", uscc=""))
    do.apply(do.check(path))
    with tenant_scope(do.tenant):
        events = EnterpriseEvent.objects.count(), GridEvent.objects.count()

    again = do.check(path)

    assert again.result["counts"]["same"] == 2
    assert again.result["counts"]["new"] == again.result["counts"]["changed"] == 0
    done = do.apply(again)
    assert done.state == JobState.DONE
    with tenant_scope(do.tenant):
        assert (EnterpriseEvent.objects.count(), GridEvent.objects.count()) == events


def test_a_code_of_before_leads_to_the_grid_that_answers_today(
    do: Importing, county: County
) -> None:
    """Renumbered, then merged; the township was renumbered as well."""
    old, town = county.village.code, county.township.code
    with tenant_scope(do.tenant):
        edit_node(actor=None, node_id=county.village.pk, name="东关", code="NEW-1")
        edit_node(
            actor=None, node_id=county.township.pk, name="新城关镇", code="TOWN-2"
        )
        merge_nodes(
            actor=None, node_id=county.village.pk, into_id=county.other_village.pk
        )

    head = [*HEAD, "所属乡镇（街道）"]
    job = do.rows(
        [*unit(county, "甲厂", village=old), ""],
        [*unit(county, "乙厂", village="NEW-1"), town],
        [*unit(county, "丙厂", village=""), town],
        head=head,
    )

    assert do.reasons(job) == {}
    do.apply(job)
    with tenant_scope(do.tenant):
        places = {
            entry.name: entry.area_node.parent_id
            for entry in Enterprise.objects.select_related("area_node")
        }
    assert places["甲厂"] == places["乙厂"] == county.other_village.pk
    assert places["丙厂"] == county.township.pk


def test_a_code_of_before_opens_no_grid_outside_the_own_ones(
    do: Importing, county: County
) -> None:
    elsewhere = make_node(county.root, "township", name="外镇")
    foreign = make_node(elsewhere, name="外村")
    old = foreign.code
    with tenant_scope(do.tenant):
        edit_node(actor=None, node_id=foreign.pk, name="外村", code="OUT-1")

    job = do.rows(unit(county, "甲厂", village=old))

    assert do.reasons(job) == {
        2: {"village": f"No grid “{old}” among those you may enter units in."}
    }


def test_a_row_of_an_entry_that_was_merged_names_the_other_one(
    do: Importing, county: County
) -> None:
    """It stays closed: neither its state nor its facts come back by a ledger."""
    code = make_uscc()
    double = make_enterprise(county.village, name="甲厂旧条目", uscc=code)
    kept = make_enterprise(county.village, name="甲厂")
    with tenant_scope(do.tenant):
        merge_enterprises(
            actor=None, enterprise_id=double.pk, into_id=kept.pk, note="同一家"
        )

    head = [*HEAD, "经营状态"]
    job = do.rows([*unit(county, "甲厂旧条目", uscc=code), "在营"], head=head)

    assert do.reasons(job) == {
        2: {
            "uscc": (
                f"This entry was merged into “甲厂” ({kept.code}): use that code, "
                "or leave the row out."
            )
        }
    }


def test_a_preview_that_is_confirmed_twice_is_imported_once(
    do: Importing, county: County
) -> None:
    job = do.rows(unit(county, "甲厂"), unit(county, "无证店", uscc=""))
    with tenant_scope(do.tenant):
        twice = [
            importing.start_apply(actor=do.actor, job=job, accept_check_digits=False)
            for _n in range(2)
        ]

    states = [do.work(each).state for each in twice]

    assert states[0] == JobState.DONE
    assert do.names() == {"早有的厂", "甲厂", "无证店"}
    with tenant_scope(do.tenant):
        events = EnterpriseEvent.objects.filter(name="registered")
        assert events.filter(enterprise__name__in=["甲厂", "无证店"]).count() == 2


def test_a_formula_and_a_link_to_another_file_are_their_stored_text(
    do: Importing, county: County
) -> None:
    """What a cell computes is read, never computed; nothing outside is asked."""
    path = do.file(unit(county, "=cmd|'/c calc'!A0"), unit(county, "@SUM(1)厂"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/externalLinks/externalLink1.xml",
            '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
            '2006/main"><externalBook r:id="rId1" xmlns:r="http://schemas.openxml'
            'formats.org/officeDocument/2006/relationships"/></externalLink>',
        )
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            'relationships"><Relationship Id="rId1" Type="x" Target="http://192.0.2.1'
            '/x.xlsx" TargetMode="External"/></Relationships>',
        )

    job = do.check(path)
    done = do.apply(job)

    assert done.state == JobState.DONE
    assert {"=cmd|'/c calc'!A0", "@SUM(1)厂"} <= do.names()


def test_one_bad_row_and_nothing_is_stored(do: Importing, county: County) -> None:
    job = do.rows(unit(county, "甲厂"), unit(county, "乙厂", village="没有的村"))

    assert job.result["counts"]["bad"] == 1
    with tenant_scope(do.tenant), pytest.raises(DomainError):
        importing.start_apply(actor=do.actor, job=job, accept_check_digits=True)
    assert do.names() == {"早有的厂"}


def test_a_job_forged_around_the_preview_stores_nothing(
    do: Importing, county: County
) -> None:
    """Even with its digest: a bad row is never written."""
    job = do.rows(unit(county, "甲厂"), unit(county, "", village=county.village.name))
    with tenant_scope(do.tenant):
        forged = Job.objects.create(
            actor=do.actor,
            kind=importing.APPLY,
            parameters={k: job.result[k] for k in ("columns", "digest")},
            source_path=job.source_path,
        )

    done = do.work(forged)

    assert (done.state, done.result) == (JobState.FAILED, {})
    assert do.names() == {"早有的厂"}


def test_what_changed_in_between_is_shown_again_and_not_imported(
    do: Importing, county: County
) -> None:
    uscc = make_uscc()
    do.apply(do.rows(unit(county, "甲厂", uscc=uscc)))
    job = do.rows(unit(county, "甲厂新名", uscc=uscc))
    with tenant_scope(do.tenant):
        entry = Enterprise.objects.get(uscc=uscc)
        edit_enterprise(actor=None, enterprise_id=entry.pk, employees=7)

    done = do.apply(job)

    assert done.result["register_changed"] is True
    assert "甲厂新名" not in do.names()
    assert do.apply(done).result["applied"] is True
    assert "甲厂新名" in do.names()


def test_a_changed_row_is_written_with_its_event_and_its_grid_follows(
    do: Importing, county: County
) -> None:
    uscc = make_uscc()
    do.apply(do.rows(unit(county, "甲厂", uscc=uscc)))

    do.apply(do.rows(unit(county, "甲机械厂", uscc=uscc, phone="")))

    with tenant_scope(do.tenant):
        entry = Enterprise.objects.select_related("area_node").get(uscc=uscc)
        assert (entry.name, entry.area_node.name) == ("甲机械厂", "甲机械厂")
        assert entry.principal_phone == "13805580001"  # an empty cell leaves it
        event = EnterpriseEvent.objects.filter(enterprise=entry, name="edited").get()
        assert event.details["changed"] == {"name": ["甲厂", "甲机械厂"]}
        assert check_tree() == []


def test_a_unit_without_a_code_gets_it_later_by_name_and_village(
    do: Importing, county: County
) -> None:
    do.apply(do.rows(unit(county, "王记小吃店", uscc="")))
    code = make_uscc()

    job = do.rows(unit(county, "王记小吃店", uscc=code))
    do.apply(job)

    assert job.result["counts"]["changed"] == 1
    with tenant_scope(do.tenant):
        entry = Enterprise.objects.select_related("area_node").get(uscc=code)
        assert entry.own_code
        assert entry.area_node.code == f"Q-{code}"


# Reasons --------------------------------------------------------------------------------


def test_each_bad_row_says_why_at_its_column(do: Importing, county: County) -> None:
    taken, twice = make_uscc(), make_uscc()
    make_enterprise(county.other_village, name="别人", uscc=taken)
    make_enterprise(county.village, name="同名厂")
    job = do.rows(
        unit(county, ""),
        unit(county, uscc="9134"),
        unit(county, "c", village="没有的村"),
        unit(county, "d", trade="没有的行业"),
        unit(county, "e", phone="不是电话"),
        unit(county, "f", uscc=twice),
        unit(county, "g", uscc=twice),
        unit(county, "h公司", uscc=""),
        unit(county, "别人", uscc=taken),
        unit(county, "同名厂"),
        unit(county, "k", village=""),
        unit(county, "l", uscc="9.13412E+17"),
    )

    found = do.reasons(job)

    assert {line: sorted(at) for line, at in found.items()} == {
        2: ["name"],
        3: ["uscc"],
        4: ["village"],
        5: ["subcategory"],
        6: ["principal_phone"],
        8: ["uscc"],
        9: ["uscc"],
        10: ["village"],
        11: ["name"],
        12: ["village"],
        13: ["uscc"],
    }
    assert "7" in found[8]["uscc"]
    assert job.result["counts"]["bad"] == 11


def test_the_bad_rows_come_as_a_workbook_with_their_reasons(
    do: Importing, county: County
) -> None:
    job = do.rows(unit(county, "甲厂"), unit(county, "乙厂", village="没有的村"))
    rows = sheets.read(path_of(job.product_path)).rows

    assert rows[2][2:] == HEAD
    assert rows[3][:1] + rows[3][2:4] == ["3", "乙厂", rows[3][3]]
    assert "没有的村" in rows[3][1]
    assert job.product_name.endswith(".xlsx")


def test_a_place_outside_ones_grids_reads_like_one_that_does_not_exist(
    do: Importing, county: County
) -> None:
    far = make_node(make_node(county.root, "township", name="河东镇"), name="远村")
    job = do.rows(
        unit(county, "a", village=far.name), unit(county, "b", village="无村")
    )

    found = do.reasons(job)

    said = [found[line]["village"] for line in (2, 3)]
    assert said[0].replace("远村", "") == said[1].replace("无村", "")


def test_an_entry_outside_ones_grids_is_never_changed(
    do: Importing, county: County
) -> None:
    far = make_node(make_node(county.root, "township"))
    theirs = make_enterprise(far, name="远方的厂")

    job = do.rows(unit(county, "改名", uscc=theirs.uscc))

    assert list(do.reasons(job)) == [2]
    assert "远方的厂" not in do.reasons(job)[2]["uscc"]


def test_a_name_of_two_villages_asks_for_the_township(
    do: Importing, county: County
) -> None:
    twin = make_node(
        make_node(county.root, "township", name="双河镇"), name=county.village.name
    )
    do.actor = make_user(county.tenant, on=county.root, may=["edit_enterprises"])
    head = [*HEAD, "乡镇"]

    job = do.rows(
        [*unit(county, "a"), ""],
        [*unit(county, "b"), "双河镇"],
        [*unit(county, "c", village=twin.code), ""],
        head=head,
    )

    assert list(do.reasons(job)) == [2]
    assert "双河镇" in do.reasons(job)[2]["village"]
    do.apply(do.rows([*unit(county, "b"), "双河镇"], head=head))
    with tenant_scope(do.tenant):
        assert Enterprise.objects.for_list().get(name="b").grid == twin


def test_a_doubtful_check_digit_needs_a_confirmation_and_is_marked(
    do: Importing, county: County
) -> None:
    code = make_uscc()
    doubtful = code[:-1] + ("A" if code[-1] != "A" else "B")
    job = do.rows(unit(county, "甲厂", uscc=doubtful))

    assert job.result["counts"] == {
        "new": 1,
        "changed": 0,
        "same": 0,
        "bad": 0,
        "warned": 1,
    }
    with tenant_scope(do.tenant), pytest.raises(DomainError):
        importing.start_apply(actor=do.actor, job=job, accept_check_digits=False)
    do.apply(job, accept=True)
    with tenant_scope(do.tenant):
        assert Enterprise.objects.get(uscc=doubtful).uscc_check_failed


def test_an_entry_that_stands_elsewhere_is_not_moved_by_an_import(
    do: Importing, county: County
) -> None:
    uscc = make_uscc()
    do.apply(do.rows(unit(county, "甲厂", uscc=uscc)))

    job = do.rows(unit(county, "甲厂", uscc=uscc, village=county.other_village.name))

    assert list(do.reasons(job)[2]) == ["village"]


# Columns -----------------------------------------------------------------------------------


def test_headers_of_real_ledgers_are_known() -> None:
    headers = [
        *("序号", "企业名称", "社会信用代码", "乡镇/街道", "村居", "行业类别", "法人"),
        *("主要负责人", "手机", "安全管理员", "经营地址", "经度", "纬度", "职工人数"),
        *("规模", "备注"),
    ]

    assert guess(headers) == {
        "name": 1,
        "uscc": 2,
        "township": 3,
        "village": 4,
        "subcategory": 5,
        "legal_person": 6,
        "principal": 7,
        "principal_phone": 8,
        "safety_manager": 9,
        "address": 10,
        "longitude": 11,
        "latitude": 12,
        "employees": 13,
        "scale": 14,
    }


def test_unknown_headers_are_asked_for_once_and_remembered(
    do: Importing, county: County
) -> None:
    path = do.file(unit(county, "甲厂"), head=["A", "B", "C", "D", "E"])
    job = do.check(path)
    assert "counts" not in job.result

    with tenant_scope(do.tenant):
        again = importing.choose_columns(
            actor=do.actor,
            job=job,
            columns={"name": 0, "uscc": 1, "village": 2, "subcategory": 3},
        )
    assert do.work(again).result["counts"]["new"] == 1
    assert do.check(path).result["counts"]["new"] == 1
    with tenant_scope(do.tenant):
        assert ColumnMapping.objects.count() == 1


def test_a_title_and_another_order_are_no_obstacle(
    do: Importing, county: County
) -> None:
    path = do.file(
        [None],
        ["所在村居", "行业", "序号", "企业名称", "信用代码"],
        [county.village.name, "机械制造", 1, "甲厂", make_uscc()],
        head=["青溪县工贸企业台账"],
    )

    assert do.check(path).result["counts"]["new"] == 1


def test_who_may_not_edit_imports_nothing(county: County, tmp_path: Path) -> None:
    stranger = Importing(
        make_user(county.tenant, on=county.root, may=["view_enterprises"]), tmp_path
    )
    with pytest.raises(NotAllowed):
        stranger.rows(unit(county))


def test_a_right_that_ended_before_the_confirmation_counts(
    do: Importing, county: County
) -> None:
    """What was shown may no longer be done: nothing of it is."""
    job = do.rows(unit(county, "甲厂"))
    with tenant_scope(do.tenant):
        GridNode.objects.filter(pk=county.village.pk).update(retired_on="2026-01-01")

    assert "applied" not in do.apply(job).result
    assert do.names() == {"早有的厂"}


# Pages ----------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def test_the_pages_lead_from_the_file_to_the_end(
    do: Importing, county: County, django_capture_on_commit_callbacks: Any
) -> None:
    client = browser(do.actor)
    path = do.file(unit(county, "甲厂"), unit(county, "乙厂"))

    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            "/enterprises/import/",
            {"file": SimpleUploadedFile("台账.xlsx", path.read_bytes())},
        )
    shown = client.get(sent["Location"])
    assert "甲厂" in shown.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        confirmed = client.post(f"{sent['Location']}confirm/")
    end = client.get(confirmed["Location"]).content.decode()

    assert {"甲厂", "乙厂"} < do.names()
    assert "新增 2" in end


def test_the_template_is_read_again_by_the_import(do: Importing) -> None:
    answer = browser(do.actor).get("/enterprises/import/template/")

    content = b"".join(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    path = do._folder / "t.xlsx"
    path.write_bytes(content)
    headers = sheets.read(path).rows[0]
    assert {"name", "uscc", "village", "subcategory"} <= guess(headers).keys()


@pytest.mark.parametrize("name", ["台账.xlsm", "台账.csv", "台账.xlsx"])
def test_what_is_no_ledger_is_refused_at_the_field(do: Importing, name: str) -> None:
    answer = browser(do.actor).post(
        "/enterprises/import/", {"file": SimpleUploadedFile(name, b"nothing")}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    with tenant_scope(do.tenant):
        assert Job.objects.count() == 0


def test_nobody_else_sees_confirms_or_rereads_an_import(
    do: Importing, county: County
) -> None:
    job = do.rows(unit(county, "甲厂"))
    other = browser(make_user(county.tenant, on=county.root, may=["edit_enterprises"]))

    for page in ("", "columns/", "confirm/"):
        assert other.post(f"/enterprises/import/{job.pk}/{page}").status_code in {
            404,
            405,
        }
        assert other.get(f"/enterprises/import/{job.pk}/").status_code == 404
    assert do.names() == {"早有的厂"}


def test_a_bad_row_is_shown_with_its_reason(do: Importing, county: County) -> None:
    job = do.rows(unit(county, "甲厂"), unit(county, "乙厂", village="没有的村"))

    page = browser(do.actor).get(f"/enterprises/import/{job.pk}/").content.decode()

    assert "没有的村" in page
    assert "confirm-form" not in page
