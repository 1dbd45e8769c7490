"""The pages of a dossier: what each person sees, may press, and is told."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from enterprises.models import (
    DirectReason,
    Enterprise,
    EnterpriseDocument,
    LevelDecision,
    SpecialDomain,
    StaffMember,
    StandardizationCertificate,
)
from enterprises.services import (
    add_document,
    add_staff,
    add_staff_certificate,
    issue_new_code,
    move_enterprise,
    rate_enterprise,
    record_standardization,
    seed_domains,
    seed_industries,
    seed_rating,
    seed_scales,
    set_domains,
)
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_hazard, make_node, make_user

HTMX = {"hx-request": "true"}
PDF = b"%PDF-1.7\n%%EOF"


def text(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plant(county):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        seed_rating()
        seed_domains()
        seed_scales()
    return make_enterprise(
        county.village, department=county.department, name="东风机械厂", employees=320
    )


@pytest.fixture
def rater(county):
    return make_user(county.tenant, on=county.root, role="bureau_staff")


@pytest.fixture
def officer(county, plant):
    return make_user(county.tenant, on=plant.area_node, role="enterprise_officer")


def at(plant, what=""):
    return f"/enterprises/{plant.pk}/{what}"


def furnish(plant, rows):
    """So many of everything a dossier holds."""
    with tenant_scope(plant.tenant_id):
        domains = list(SpecialDomain.objects.all()[:rows])
        set_domains(
            actor=None, enterprise_id=plant.pk, domain_ids=[d.pk for d in domains]
        )
        for n in range(rows):
            rate_enterprise(
                actor=None, enterprise_id=plant.pk, year=2020 + n, level="B"
            )
            record_standardization(
                actor=None,
                enterprise_id=plant.pk,
                level=3,
                number=f"AQB-{n}",
                issuer="市应急管理局",
                valid_from=date(2026, 1, 1),
            )
            member = add_staff(
                actor=None,
                enterprise_id=plant.pk,
                name=f"员工{n}",
                post="special_operator",
                phone="13900001234",
            )
            add_staff_certificate(
                actor=None,
                member_id=member.pk,
                kind="special_operation",
                valid_to=timezone.localdate() + timedelta(days=20),
            )
            add_document(
                actor=None,
                enterprise_id=plant.pk,
                kind="licence",
                title=f"执照{n}",
                content=PDF + str(n).encode(),
                file_name="执照.pdf",
            )
            issue_new_code(actor=None, enterprise_id=plant.pk)


# What is shown -----------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_a_dossier_costs_the_same_for_any_number_of_rows(
    rows, plant, rater, client_for, django_assert_num_queries
):
    furnish(plant, rows)
    client = client_for(rater)
    client.get(at(plant, "dossier/"))

    # tenant's scope (savepoint, set, reset, release), session, user, reaches, entry,
    # staff, their certificates, decisions, domains, standardization, papers, codes
    with django_assert_num_queries(15):
        response = client.get(at(plant, "dossier/"), headers=HTMX)

    assert text(response).count("员工") == 2 * rows  # in the row and in the question


def test_a_dossier_shows_everything_that_is_recorded(plant, rater, client_for):
    furnish(plant, 1)
    page = text(client_for(rater).get(at(plant, "dossier/")))

    for word in (
        "Level B",
        "AQB-0",
        "涉爆粉尘",
        "员工0",
        "139****1234",
        "20 days left",
        "执照0",
        "More than 100 employees",
        "Missing: yearly revenue",
        "not recorded on this platform yet",
    ):
        assert word in page
    assert "13900001234" not in page


def test_who_may_only_see_finds_no_button(plant, worker, client_for):
    furnish(plant, 1)
    page = text(client_for(worker).get(at(plant, "dossier/")))

    assert "<button" not in page.split('id="dossier"')[1].split("</main>")[0]
    for path in ("level/", "domains/", "staff/", "documents/"):
        assert f'href="{at(plant, path)}"' not in page


def test_an_officer_keeps_people_and_papers_and_rates_nothing(
    plant, officer, client_for
):
    furnish(plant, 1)
    page = text(client_for(officer).get(at(plant, "dossier/")))

    for path, shown in (
        ("staff/", True),
        ("documents/", True),
        ("level/", False),
        ("domains/", False),
    ):
        assert (f'href="{at(plant, path)}"' in page) is shown


def test_the_page_of_the_enterprise_leads_to_its_dossier(plant, worker, client_for):
    page = text(client_for(worker).get(at(plant)))

    for path in ("dossier/", "print/"):
        assert at(plant, path) in page


def test_the_printed_dossier_holds_hazards_and_where_it_stood(
    plant, county, rater, client_for
):
    furnish(plant, 1)
    hazard = make_hazard(plant, title="配电箱无盖")
    with tenant_scope(plant.tenant_id):
        move_enterprise(
            actor=None, enterprise_id=plant.pk, new_parent_id=county.other_village.pk
        )
    page = text(client_for(rater).get(at(plant, "print/")))

    for word in (
        hazard.title,
        county.village.name,
        county.other_village.name,
        "data:image/svg+xml",
        "Level B",
        "员工0",
    ):
        assert word in page


# What is pressed ---------------------------------------------------------------------


def test_a_level_is_decided_on_its_page(plant, rater, client_for):
    client = client_for(rater)
    this_year = timezone.localdate().year
    response = client.post(at(plant, "level/"), {"year": this_year, "score": "85"})

    assert response.status_code == 302
    assert response["Location"] == f"{at(plant)}#dossier"
    with tenant_scope(plant.tenant_id):
        assert LevelDecision.objects.get().level == "B"
    again = client.post(at(plant, "level/"), {"year": this_year, "score": "95"})
    assert again.status_code == 422
    assert "one decision a year" in text(again)
    assert 'value="95"' in text(again)


def test_only_levels_one_step_away_are_offered(plant, rater, client_for):
    with tenant_scope(plant.tenant_id):
        rate_enterprise(actor=None, enterprise_id=plant.pk, year=2020, level="A")
    page = text(client_for(rater).get(at(plant, "level/")))

    offered = re.findall(r'<option value="([A-D])"', page)
    assert offered == ["A", "B"]


def test_straight_to_d_and_back_on_pages(plant, rater, client_for):
    client = client_for(rater)
    with tenant_scope(plant.tenant_id):
        rate_enterprise(actor=None, enterprise_id=plant.pk, year=2020, level="A")
        reason = DirectReason.objects.get(code="fraud")
    given = {"reason": reason.pk, "note": "伪造台账", "decided_on": "2026-01-10"}
    assert client.post(at(plant, "level/d/"), given).status_code == 302
    with tenant_scope(plant.tenant_id):
        latest = LevelDecision.objects.latest_first().first()
    back = client.post(f"/enterprises/levels/{latest.pk}/withdraw/", {"reason": "误录"})

    assert back.status_code == 302
    with tenant_scope(plant.tenant_id):
        assert Enterprise.objects.get(pk=plant.pk).management_level == "A"


def test_domains_and_standardization_are_recorded_on_pages(
    plant, clerk, client_for, county
):
    client = client_for(clerk)
    with tenant_scope(plant.tenant_id):
        gas = SpecialDomain.objects.get(code="gas")
    assert client.post(at(plant, "domains/"), {"domains": [gas.pk]}).status_code == 302
    given = {
        "level": 2,
        "number": "AQB-7",
        "issuer": "省厅",
        "valid_from": "2026-02-01",
    }
    wrong = client.post(
        at(plant, "standardization/"), given | {"valid_to": "2026-01-01"}
    )
    assert wrong.status_code == 422
    assert client.post(at(plant, "standardization/"), given).status_code == 302

    with tenant_scope(plant.tenant_id):
        row = StandardizationCertificate.objects.get()
        assert (row.number, row.valid_to) == ("AQB-7", date(2029, 2, 1))
        assert [d.domain_id for d in plant.domains.all()] == [gas.pk]


def test_an_officer_edits_the_own_staff(plant, officer, client_for):
    client = client_for(officer)
    given = {"name": "孙某", "post": "safety_manager", "phone": "13900000001"}
    assert client.post(at(plant, "staff/"), given).status_code == 302
    with tenant_scope(plant.tenant_id):
        member = StaffMember.objects.get()
    page = text(client.get(f"/enterprises/staff/{member.pk}/"))
    assert 'value="孙某"' in page
    client.post(f"/enterprises/staff/{member.pk}/", given | {"job": "安全科"})
    client.post(
        f"/enterprises/staff/{member.pk}/certificate/", {"kind": "safety_manager"}
    )
    client.post(f"/enterprises/staff/{member.pk}/end/")

    with tenant_scope(plant.tenant_id):
        member.refresh_from_db()
        assert (member.job, member.left_on) == ("安全科", timezone.localdate())
        assert member.certificates.count() == 1


def upload(content=PDF, name="执照.pdf"):
    return {"kind": "licence", "title": "", "file": SimpleUploadedFile(name, content)}


def test_a_paper_comes_back_as_a_download_only(plant, officer, worker, client_for):
    client = client_for(officer)
    assert client.post(at(plant, "documents/"), upload()).status_code == 302
    with tenant_scope(plant.tenant_id):
        paper = EnterpriseDocument.objects.get()
    address = f"/enterprises/documents/{paper.pk}/"
    response = client_for(worker).get(address)

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    client.post(f"{address}remove/")
    assert client.get(address).status_code == 404


def test_a_paper_that_is_none_is_refused_at_its_field(plant, officer, client_for):
    response = client_for(officer).post(
        at(plant, "documents/"), upload(b"<html>", "x.pdf")
    )

    assert response.status_code == 422
    assert "Only PDF" in text(response)


# Codes -------------------------------------------------------------------------------


def test_the_sheet_carries_the_newest_code_and_how_to_use_it(plant, worker, client_for):
    with tenant_scope(plant.tenant_id):
        code = issue_new_code(actor=None, enterprise_id=plant.pk)
    page = text(client_for(worker).get(at(plant, "code/")))

    assert str(code) in page
    for word in (plant.name, plant.uscc, "12350", "data:image/svg+xml"):
        assert word in page


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_of_codes_costs_the_same_for_any_number_of_rows(
    rows, county, worker, client_for, django_assert_num_queries
):
    for _ in range(rows):
        make_enterprise(county.village)
    client = client_for(worker)
    client.get("/enterprises/codes/")

    # tenant's scope (savepoint, set, reset, release), session, user, reach, count,
    # rows, codes, bureau; around the page: permissions, unread
    with django_assert_num_queries(13):
        page = text(client.get("/enterprises/codes/"))

    assert page.count("code-label") == rows


def test_a_batch_prints_what_the_list_s_filter_finds_page_by_page(
    county, worker, client_for, monkeypatch
):
    for n in range(10):
        make_enterprise(county.village, name=f"甲{n}厂")
    make_enterprise(county.village, name="乙厂")
    page = text(client_for(worker).get("/enterprises/codes/?q=甲"))
    assert page.count('class="code-label"') == 10
    assert page.count('class="code-page"') == 2
    assert "乙厂" not in page

    monkeypatch.setattr("enterprises.list_views.MAX_SHEETS", 4)
    page = text(client_for(worker).get("/enterprises/codes/?q=甲"))
    assert page.count('class="code-label"') == 4
    assert "6 more are left out" in page


# Many at once -------------------------------------------------------------------------


def test_first_levels_are_set_for_what_the_filter_finds(county, rater, client_for):
    plants = [make_enterprise(county.village, name=f"甲{n}厂") for n in range(3)]
    other = make_enterprise(county.village, name="乙厂")
    client = client_for(rater)
    assert "3 enterprises" in text(client.get("/enterprises/levels/?q=甲"))
    response = client.post(
        "/enterprises/levels/?q=甲", {"level": "C", "year": 2026, "note": "自评汇总"}
    )

    assert response.status_code == 302
    with tenant_scope(county.tenant.pk):
        found = dict(Enterprise.objects.values_list("pk", "management_level"))
    assert [found[p.pk] for p in plants] == ["C"] * 3
    assert found[other.pk] == ""


# The list -----------------------------------------------------------------------------


def listed(client, query):
    page = text(client.get(f"/enterprises/?{query}", headers=HTMX))
    return set(re.findall(r">([甲乙丙]厂)<", page))


def test_the_list_is_filtered_by_level_size_domain_and_certificates(
    county, plant, rater, client_for
):
    rated, sized, marked = (
        make_enterprise(county.village, name=name) for name in ("甲厂", "乙厂", "丙厂")
    )
    with tenant_scope(county.tenant.pk):
        rate_enterprise(actor=None, enterprise_id=rated.pk, year=2026, level="A")
        Enterprise.objects.filter(pk=sized.pk).update(scale="large")
        gas = SpecialDomain.objects.get(code="gas")
        set_domains(actor=None, enterprise_id=marked.pk, domain_ids=[gas.pk])
        record_standardization(
            actor=None,
            enterprise_id=marked.pk,
            level=3,
            number="1",
            issuer="市局",
            valid_from=date(2024, 1, 1),
            valid_to=timezone.localdate() + timedelta(days=60),
        )
    client = client_for(rater)

    assert listed(client, "level=A") == {"甲厂"}
    assert listed(client, "level=none") == {"乙厂", "丙厂"}
    assert listed(client, "scale=large") == {"乙厂"}
    assert listed(client, f"domain={gas.pk}") == {"丙厂"}
    assert listed(client, "ending=90") == {"丙厂"}
    assert listed(client, "ending=30") == set()


def test_two_entries_are_merged_on_a_page(county, clerk, client_for):
    duplicate = make_enterprise(county.village, name="甲厂")
    stays = make_enterprise(county.village, name="乙厂")
    client = client_for(clerk)
    unknown = client.post(at(duplicate, "merge/"), {"into": "91", "note": "同一家"})
    assert unknown.status_code == 422
    named = {"into": stays.uscc.lower(), "note": "同一家"}
    shown = client.post(at(duplicate, "merge/"), named)
    other = client.post(at(duplicate, "merge/"), named | {"confirmed": duplicate.pk})
    assert (shown.status_code, other.status_code) == (200, 200)
    assert "乙厂" in text(shown)
    assert listed(client, "") == {"甲厂", "乙厂"}

    response = client.post(at(duplicate, "merge/"), named | {"confirmed": stays.pk})

    assert response["Location"] == at(stays)
    assert listed(client, "") == {"乙厂"}
    assert listed(client, f"q={duplicate.uscc}") == {"乙厂"}
    closed = text(client.get(at(duplicate)))
    assert at(stays) in closed
    for nothing_more in ("?enterprise=", at(duplicate, "edit/"), "/place/"):
        assert nothing_more not in closed.split('id="content"')[1]


def test_an_entry_that_one_does_not_see_cannot_be_named_to_merge_into(
    county, clerk, client_for
):
    duplicate = make_enterprise(county.village, name="甲厂")
    township = make_node(county.root, "township", name="远镇")
    far = make_enterprise(make_node(township), name="远厂")
    answers = [
        client_for(clerk).post(at(duplicate, "merge/"), {"into": code, "note": "x"})
        for code in (far.uscc, "91999999MA0000000X")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "远厂" not in text(answers[0])
