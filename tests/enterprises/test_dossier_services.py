"""Domains, certificates, staff, papers: who may, what is refused, what is kept."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from enterprises.models import (
    EnterpriseDocument,
    EnterpriseDomain,
    EnterpriseEvent,
    SpecialDomain,
    StaffCertificate,
    StaffMember,
    StandardizationCertificate,
)
from enterprises.services import (
    add_document,
    add_staff,
    add_staff_certificate,
    edit_staff,
    end_staff,
    record_standardization,
    remove_document,
    revoke_standardization,
    seed_domains,
    set_domains,
    withdraw_staff_certificate,
)
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_jpeg, make_user

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


@pytest.fixture
def enterprise(county, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plant = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        seed_domains()
        yield plant


@pytest.fixture
def officer(county, enterprise):
    return make_user(county.tenant, on=enterprise.area_node, role="enterprise_officer")


def names(enterprise):
    events = EnterpriseEvent.objects.filter(enterprise=enterprise)
    return list(events.order_by("at", "pk").values_list("name", flat=True))[1:]


# Special domains -------------------------------------------------------------------


def domains(*codes):
    return [SpecialDomain.objects.get(code=code).pk for code in codes]


def held(enterprise):
    rows = EnterpriseDomain.objects.filter(enterprise=enterprise)
    return set(rows.values_list("domain__code", flat=True))


def test_a_new_tenant_has_eighteen_domains_with_their_source(enterprise):
    assert SpecialDomain.objects.count() == 18
    named = SpecialDomain.objects.filter(is_proposed=False)
    assert {row.name for row in named} == {
        "涉爆粉尘",
        "涉氨制冷",
        "有限空间",
        "消防重点单位",
    }
    assert seed_domains() == 0


def test_domains_are_set_as_a_whole_with_one_event(enterprise, clerk):
    for codes in (("ammonia", "lithium"), ("lithium", "gas"), ("gas", "lithium")):
        set_domains(
            actor=clerk, enterprise_id=enterprise.pk, domain_ids=domains(*codes)
        )

    assert held(enterprise) == {"gas", "lithium"}
    assert names(enterprise) == ["domains_set", "domains_set"]


def test_foreign_and_retired_domains_are_refused(enterprise, worker):
    SpecialDomain.objects.filter(code="gas").update(is_active=False)
    for wrong in ([enterprise.pk], domains("gas")):
        with pytest.raises(DomainError) as refusal:
            set_domains(actor=None, enterprise_id=enterprise.pk, domain_ids=wrong)
        assert refusal.value.field == "domains"
    with pytest.raises(NotAllowed):
        set_domains(
            actor=worker, enterprise_id=enterprise.pk, domain_ids=domains("lithium")
        )

    assert held(enterprise) == set()


# Standardization -------------------------------------------------------------------


def certify(enterprise, actor=None, **given):
    usual = {
        "level": 3,
        "number": "皖AQB-2025-001",
        "issuer": "阜阳市应急管理局",
        "valid_from": date(2025, 3, 1),
    }
    return record_standardization(
        actor=actor, enterprise_id=enterprise.pk, **(usual | given)
    )


def test_a_certificate_holds_three_years_unless_the_paper_says_otherwise(enterprise):
    assert certify(enterprise).valid_to == date(2028, 3, 1)
    leap = certify(enterprise, number="2", valid_from=date(2024, 2, 29))
    assert leap.valid_to == date(2027, 2, 28)
    own = certify(enterprise, number="3", valid_to=date(2026, 3, 1))
    assert own.valid_to == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": 4}, "level"),
        ({"number": " "}, "number"),
        ({"issuer": ""}, "issuer"),
        ({"valid_to": date(2025, 3, 1)}, "valid_to"),
        ({"document_id": "019a0000-0000-7000-8000-00000000dead"}, "document"),
    ],
)
def test_a_certificate_without_sense_is_refused(given, field, enterprise):
    with pytest.raises(DomainError) as refusal:
        certify(enterprise, **given)

    assert refusal.value.field == field
    assert StandardizationCertificate.objects.count() == 0


def test_the_same_certificate_is_recorded_once(enterprise, clerk, worker):
    certify(enterprise, clerk)
    with pytest.raises(DomainError):
        certify(enterprise, clerk)
    with pytest.raises(NotAllowed):
        certify(enterprise, worker, number="2")

    assert StandardizationCertificate.objects.count() == 1


def test_a_certificate_is_revoked_once_with_a_reason(enterprise, clerk):
    certificate = certify(enterprise)
    with pytest.raises(DomainError):
        revoke_standardization(actor=clerk, certificate_id=certificate.pk, reason="")
    revoke_standardization(actor=clerk, certificate_id=certificate.pk, reason="事故")
    with pytest.raises(InvalidTransition):
        revoke_standardization(actor=clerk, certificate_id=certificate.pk, reason="x")

    assert StandardizationCertificate.objects.get().revoked_because == "事故"
    assert names(enterprise) == ["certified", "certificate_revoked"]


# Staff ------------------------------------------------------------------------------


def engage(enterprise, actor=None, **given):
    usual = {"name": "钱多", "post": "special_operator", "phone": "13900000001"}
    return add_staff(actor=actor, enterprise_id=enterprise.pk, **(usual | given))


def test_an_officer_keeps_the_list_of_the_own_enterprise_only(
    county, enterprise, officer, worker, clerk
):
    neighbour = make_enterprise(county.village)
    member = engage(enterprise, officer)
    edit_staff(actor=officer, member_id=member.pk, job="电焊")
    certificate = add_staff_certificate(
        actor=officer, member_id=member.pk, kind="special_operation"
    )
    withdraw_staff_certificate(actor=officer, certificate_id=certificate.pk)
    end_staff(actor=clerk, member_id=member.pk)
    for person, place in ((officer, neighbour), (worker, enterprise)):
        with pytest.raises(NotAllowed):
            engage(place, person)
    with pytest.raises(NotAllowed):
        edit_staff(actor=worker, member_id=member.pk, job="x")
    with pytest.raises(NotAllowed):
        add_staff_certificate(actor=worker, member_id=member.pk, kind="other")

    assert StaffMember.objects.count() == 1


def test_the_journal_never_says_who_it_was(enterprise, officer):
    member = engage(enterprise, officer, id_ending="123x")
    edit_staff(actor=officer, member_id=member.pk, name="钱少")

    written = str(list(EnterpriseEvent.objects.values("note", "details")))
    assert names(enterprise) == ["staff_changed", "staff_changed"]
    assert not {"钱多", "钱少", "13900000001", "123X"} & set(written.split("'"))
    assert "钱" not in written


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"post": "king"}, "post"),
        ({"phone": "call me"}, "phone"),
        ({"id_ending": "12345"}, "id_ending"),
        ({"id_ending": "12AX"}, "id_ending"),
    ],
)
def test_staff_without_sense_is_refused(given, field, enterprise):
    with pytest.raises(DomainError) as refusal:
        engage(enterprise, **given)

    assert refusal.value.field == field
    assert StaffMember.objects.count() == 0


def test_a_whole_identity_number_cannot_even_be_stored(enterprise):
    member = engage(enterprise, id_ending="123x")
    assert member.id_ending == "123X"
    with pytest.raises(IntegrityError, match="ending"), transaction.atomic():
        StaffMember.objects.update(id_ending="1234"[:3])


def test_somebody_leaves_once_and_not_tomorrow(enterprise):
    member = engage(enterprise)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DomainError):
        end_staff(actor=None, member_id=member.pk, left_on=tomorrow)
    end_staff(actor=None, member_id=member.pk)
    with pytest.raises(InvalidTransition):
        end_staff(actor=None, member_id=member.pk)


def test_a_certificate_of_staff_ends_after_it_begins(enterprise):
    member = engage(enterprise)
    with pytest.raises(DomainError) as refusal:
        add_staff_certificate(
            actor=None,
            member_id=member.pk,
            kind="other",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 1),
        )

    assert refusal.value.field == "valid_to"
    assert StaffCertificate.objects.count() == 0


# Papers -----------------------------------------------------------------------------


def docx(*, macros=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
        if macros:
            archive.writestr("word/vbaProject.bin", "x")
    return buffer.getvalue()


def hand_in(enterprise, actor=None, content=PDF, **given):
    usual = {"kind": "licence", "title": "营业执照", "file_name": "执照.pdf"}
    return add_document(
        actor=actor, enterprise_id=enterprise.pk, content=content, **(usual | given)
    )


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PDF, "执照.pdf", "执照.pdf"),
        (PDF, "执照.exe", "执照.pdf"),
        (make_jpeg(), "a.png", "a.jpg"),
        (docx(), "../../etc/预案.docx", "预案.docx"),
        (PDF, 'a"b\r\nc.pdf', "a_b c.pdf"),
    ],
)
def test_a_paper_is_named_by_what_it_is(content, name, kept, enterprise):
    assert hand_in(enterprise, content=content, file_name=name).file_name == kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04broken",
        docx(macros=True),
        b"%PDF-" + b"0" * (20 * 1024 * 1024),
    ],
    ids=["empty", "exe", "html", "svg", "zip", "macros", "large"],
)
def test_what_is_no_paper_is_refused(content, enterprise, tmp_path):
    with pytest.raises(DomainError) as refusal:
        hand_in(enterprise, content=content)

    assert refusal.value.field == "file"
    assert EnterpriseDocument.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_same_paper_is_kept_once_and_again_after_removal(enterprise, officer):
    paper = hand_in(enterprise, officer)
    with pytest.raises(DomainError) as refusal:
        hand_in(enterprise, officer, title="又一份")
    assert refusal.value.field == "file"
    remove_document(actor=officer, document_id=paper.pk)
    with pytest.raises(InvalidTransition):
        remove_document(actor=officer, document_id=paper.pk)
    hand_in(enterprise, officer)

    assert names(enterprise) == ["document_added", "document_removed", "document_added"]


def test_who_keeps_no_list_hands_in_no_paper(enterprise, worker):
    with pytest.raises(NotAllowed):
        hand_in(enterprise, worker)
    paper = hand_in(enterprise)
    with pytest.raises(NotAllowed):
        remove_document(actor=worker, document_id=paper.pk)

    assert EnterpriseDocument.objects.filter(removed_at__isnull=True).count() == 1
