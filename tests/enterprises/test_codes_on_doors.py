"""QR codes: every entry has one, an old one never dies, a stranger's says nothing."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from enterprises.models import CodeDirectory, EnterpriseCode, EnterpriseEvent
from enterprises.services import (
    EnterpriseRow,
    code_with_token,
    issue_new_code,
    register_in_bulk,
    seed_industries,
    tenant_of_token,
    withdraw_code,
)
from enterprises.tokens import ALPHABET, LENGTH, new_token, tidy_token
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise


@pytest.fixture
def enterprise(county):
    return make_enterprise(county.village)


def codes_of(enterprise):
    with tenant_scope(enterprise.tenant_id):
        return list(EnterpriseCode.objects.filter(enterprise=enterprise))


def test_whoever_is_registered_has_a_code(enterprise):
    (code,) = codes_of(enterprise)

    assert tenant_of_token(code.token) == enterprise.tenant_id


def test_whoever_comes_by_a_list_has_a_code(county):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        rows = [
            EnterpriseRow(
                parent=county.village.code,
                name=f"名单上的{n}店",
                unit_type="three_small",
                subcategory="1202",
                uscc_missing_reason="未办照",
            )
            for n in range(3)
        ]
        entries = register_in_bulk(rows=rows)

    assert [len(codes_of(entry)) for entry in entries] == [1, 1, 1]


def test_a_token_is_long_and_has_no_letter_that_looks_like_another():
    assert len(ALPHABET) ** LENGTH > 2**80
    assert not set("0o1il") & set(ALPHABET)
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", each) for each in tokens)


@pytest.mark.parametrize("typed", ["", "x", "O" * 18, "a" * 17, "a" * 19, "a\0" * 9])
def test_what_cannot_be_a_token_is_none(typed):
    assert tidy_token(typed) == ""


def test_a_token_may_be_typed_in_capitals(enterprise):
    (code,) = codes_of(enterprise)

    assert tenant_of_token(f" {code.token.upper()} ") == enterprise.tenant_id


def test_the_form_of_the_printed_address_is_frozen(enterprise):
    """Printed on doors: whoever changes this breaks every sign that hangs."""
    (code,) = codes_of(enterprise)

    assert reverse("code", kwargs={"token": code.token}) == f"/q/{code.token}/"
    assert code.get_absolute_url() == f"/q/{code.token}/"


def test_a_new_code_leaves_the_old_ones_alive(enterprise, clerk):
    (first,) = codes_of(enterprise)
    with tenant_scope(enterprise.tenant_id):
        second = issue_new_code(actor=clerk, enterprise_id=enterprise.pk)
        found = [code_with_token(each.token) for each in (first, second)]

    assert [each.enterprise_id for each in found] == [enterprise.pk] * 2
    assert first.token != second.token


def test_the_database_keeps_every_code(enterprise):
    (code,) = codes_of(enterprise)
    other = make_enterprise(enterprise.area_node.parent)
    with tenant_scope(enterprise.tenant_id):
        rows = EnterpriseCode.objects.filter(pk=code.pk)
        for break_it in (
            rows.delete,
            lambda: rows.update(token=new_token()),
            lambda: rows.update(enterprise=other),
            CodeDirectory.objects.all().delete,
        ):
            with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
                break_it()

    assert codes_of(enterprise) == [code]
    assert tenant_of_token(code.token) == enterprise.tenant_id


def test_a_withdrawn_code_is_followed_by_a_new_one(enterprise, clerk):
    (first,) = codes_of(enterprise)
    with tenant_scope(enterprise.tenant_id):
        withdraw_code(actor=clerk, code_id=first.pk, reason="被人冒用")

    newest, oldest = codes_of(enterprise)
    assert (oldest.pk, oldest.withdrawn_because) == (first.pk, "被人冒用")
    assert not newest.is_withdrawn
    with tenant_scope(enterprise.tenant_id):
        names = set(
            EnterpriseEvent.objects.filter(enterprise=enterprise).values_list(
                "name", flat=True
            )
        )
    assert names == {"registered", "code_withdrawn", "code_issued"}


def test_a_code_is_withdrawn_once_and_with_a_reason(enterprise, clerk):
    (code,) = codes_of(enterprise)
    with tenant_scope(enterprise.tenant_id):
        with pytest.raises(DomainError) as refusal:
            withdraw_code(actor=clerk, code_id=code.pk, reason=" ")
        assert refusal.value.field == "reason"
        withdraw_code(actor=clerk, code_id=code.pk, reason="遗失")
        with pytest.raises(InvalidTransition):
            withdraw_code(actor=clerk, code_id=code.pk, reason="遗失")


def test_who_may_not_edit_may_not_touch_codes(enterprise, worker):
    (code,) = codes_of(enterprise)
    with tenant_scope(enterprise.tenant_id):
        with pytest.raises(NotAllowed):
            issue_new_code(actor=worker, enterprise_id=enterprise.pk)
        with pytest.raises(NotAllowed):
            withdraw_code(actor=worker, code_id=code.pk, reason="遗失")

    assert codes_of(enterprise) == [code]


def test_a_code_of_another_county_is_unknown_here(enterprise, rival):
    (code,) = codes_of(enterprise)
    with tenant_scope(rival.tenant.pk):
        assert code_with_token(code.token) is None
        with pytest.raises(DomainError, match="does not exist"):
            withdraw_code(actor=None, code_id=code.pk, reason="x")


def test_codes_of_a_closed_bureau_lead_nowhere(enterprise):
    (code,) = codes_of(enterprise)
    tenant = enterprise.tenant
    tenant.is_active = False
    tenant.save()

    assert tenant_of_token(code.token) is None


def test_the_directory_of_all_counties_names_no_token(enterprise):
    (code,) = codes_of(enterprise)

    kept = str(list(CodeDirectory.objects.values()))
    assert code.token not in kept
    assert str(enterprise.pk) not in kept
