"""Words that once said something else than they meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from accounts.forms import ConfirmItIsYouForm, PasswordForm
from accounts.models import User
from accounts.templatetags.kept import keeps_all
from enterprises.models import BoundaryDuty, IndustrySubcategory
from enterprises.services import seed_boundary_duties, seed_industries
from evidence.models import JobState
from grids.models import ProposalState
from notices.models import DigestState
from portal.people.forms import UploadForm
from tenants.tenancy import tenant_scope
from tests.factories import County, make_county, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    made = make_county()
    with tenant_scope(made.tenant.pk):
        seed_industries()
        seed_boundary_duties()
    return made


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def test_a_letter_a_job_and_a_decision_wait_in_words_of_their_own() -> None:
    with translation.override("zh-hans"):
        said = [
            str(state.label)
            for state in (DigestState.WAITING, JobState.WAITING, ProposalState.WAITING)
        ]

    assert said == ["待发送", "排队中", "待确认"]


def test_the_duty_is_awarded_and_the_choice_is_asked_for_in_one_way(
    county: County,
) -> None:
    keeper = make_user(
        county.tenant, on=county.root, may=["manage_rules", "view_grids"]
    )
    with tenant_scope(county.tenant.pk):
        duty = BoundaryDuty.objects.first()
    assert duty is not None

    page = browser(keeper).get(f"/boundary-duties/{duty.pk}/decide/").content.decode()

    assert "认定日期" in page
    assert "评定日期" not in page
    assert "---------" not in page
    assert page.count('<option value="" selected>请选择</option>') == 2


@pytest.mark.parametrize(
    "address",
    ["/duties/", "/duties/offices/", "/boundary-duties/", "/direct-supervision/"],
)
def test_the_menu_marks_duties_on_all_of_their_pages(
    address: str, county: County
) -> None:
    clerk = make_user(county.tenant, on=county.root, role="bureau_staff")

    page = browser(clerk).get(address, follow=True).content.decode()

    marked = re.findall(r'class="menu-item" href="([^"]+)" aria-current="page"', page)
    assert set(marked) == {"/duties/"}


def test_a_form_claims_to_have_kept_only_what_it_has() -> None:
    forms: list[Any] = [PasswordForm(), ConfirmItIsYouForm(), UploadForm()]

    assert [keeps_all(form) for form in forms] == [False, False, False]


def test_a_refused_password_is_not_said_to_be_kept(county: County) -> None:
    client = browser(make_user(county.tenant))

    page = client.post(
        "/accounts/password/",
        {"old_password": "x", "new_password1": "y", "new_password2": "z"},
    )

    assert page.status_code == 422
    assert "请修改下面标出的内容" in page.content.decode()
    assert "均已保留" not in page.content.decode()


def test_a_password_like_the_name_is_refused_in_a_sentence_without_gaps() -> None:
    user = User(username="wangjianguo", full_name="王建国")
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        validate_password("wangjianguo1", user)

    assert refusal.value.messages == ["密码与用户名过于相似，请换一个。"]


TRADES = "/admin/enterprises/industrysubcategory/"


def test_trades_say_in_words_whether_they_are_proposed(county: County) -> None:
    keeper = make_user(
        county.tenant, on=county.root, may=["manage_rules"], is_staff=True
    )

    page = browser(keeper).get(TRADES).content.decode()

    assert re.search(r'class="field-standing">(拟定，尚未确认|已确认)<', page)
    assert "icon-yes" not in page


@pytest.mark.parametrize("chosen", ["department", "nothing", "village"])
def test_the_ticked_trades_get_their_department_together(
    chosen: str, county: County
) -> None:
    keeper = make_user(
        county.tenant, on=county.root, may=["manage_rules"], is_staff=True
    )
    with tenant_scope(county.tenant.pk):
        rows = list(IndustrySubcategory.objects.order_by("code")[:3])
    given = {
        "department": county.department.pk,
        "nothing": "",
        "village": county.village.pk,
    }

    answer = browser(keeper).post(
        TRADES,
        {
            "action": "set_department",
            "index": "0",
            "department": given[chosen],
            "_selected_action": [str(row.pk) for row in rows[:2]],
        },
        follow=True,
    )

    assert answer.status_code == 200
    with tenant_scope(county.tenant.pk):
        now = IndustrySubcategory.objects.filter(department_node=county.department)
        assert sorted(now.values_list("pk", flat=True)) == (
            sorted(row.pk for row in rows[:2]) if chosen == "department" else []
        )
