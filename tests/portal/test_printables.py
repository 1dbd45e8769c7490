"""Postings, duty cards and maps of grids, and the public page behind their code."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.services import supervise_directly
from grids.models import PostRule, PrintRule, Role
from grids.services import (
    edit_node,
    merge_nodes,
    retire_node,
    save_print_rule,
    seed_work_items,
    set_boundary,
)
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_node, make_user
from tests.grids.test_geometry import polygon, square
from tests.world import UNKNOWN

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"
SHEETS = ("posting", "duty-card", "map-sheet")


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        set_boundary(actor=None, node_id=county.village.pk, boundary=polygon())
        set_boundary(
            actor=None,
            node_id=county.other_village.pk,
            boundary=polygon(square(115.61)),
        )
    return county


@pytest.fixture
def worker(county):
    return make_user(
        county.tenant,
        on=county.village,
        role="grid_worker",
        full_name="陈守业",
        phone=MOBILE,
        title="村网格员",
    )


def client_of(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def staff(county, node=None):
    return client_of(
        make_user(county.tenant, on=node or county.township, role="township_staff")
    )


def sheet(client, name, node, **query):
    answer = client.get(reverse(f"grids:{name}", args=[node.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def public(node, client=None):
    client = client or Client(headers={"accept-language": "en"})
    return client.get(reverse("portal:public-grid", args=[node.tenant_id, node.pk]))


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# The posting ------------------------------------------------------------------


def test_a_posting_names_the_grid_its_people_and_the_report_line(county, worker):
    text = words(sheet(staff(county), "posting", county.village))

    assert county.village.name in text
    assert county.village.code in text
    assert "Grid worker Photo 陈守业 村网格员 138****5678" in text
    assert "Not appointed yet" not in text
    assert "Report hazards and accidents 12350" in text
    assert f"East: {county.other_village.name}；South: outside" in text
    assert "Texts: proposed by the platform 2026-11" in text


def test_a_line_that_nobody_holds_is_printed_where_the_post_is_needed(county, worker):
    """Elsewhere its absence says nothing, and is not hung on a wall in red."""
    with tenant_scope(county.tenant.pk):
        PostRule.objects.all().delete()
        for kind, needed in (("responsible", True), ("liaison", False)):
            PostRule.objects.create(
                tenant=county.tenant,
                kind=kind,
                node_kind="village",
                role=Role.objects.all()[0],
                is_needed=needed,
            )

    text = words(sheet(staff(county), "posting", county.village))

    assert "Responsible person Not appointed yet" in text
    assert "Liaison" not in text


@pytest.mark.parametrize(
    ("phones", "shown"), [("full", MOBILE), ("masked", "138****5678"), ("hidden", "")]
)
def test_the_bureau_decides_how_mobile_numbers_hang_in_public(
    phones, shown, county, worker
):
    with tenant_scope(county.tenant.pk):
        save_print_rule(actor=None, phones=phones, duty_phone="0558-1234567")

    for text in (
        sheet(staff(county), "posting", county.village),
        public(county.village).content.decode(),
    ):
        found = {number for number in (MOBILE, "138****5678") if number in text}
        assert found == ({shown} if shown else set())
        assert "0558-1234567" in text


def test_a_code_on_every_sheet_leads_to_the_public_page(county, worker):
    client = staff(county)
    for name in SHEETS:
        assert "data:image/svg+xml" in sheet(client, name, county.village)

    text = words(public(county.village).content.decode())
    assert county.village.name in text
    assert "陈守业" in text


def test_many_are_printed_at_once_each_on_its_sheet(county, worker):
    client = staff(county)

    one = sheet(client, "posting", county.township)
    all_of_them = sheet(client, "posting", county.township, of="village")

    assert one.count('class="sheet-a4') == 1
    assert all_of_them.count('class="sheet-a4') == 2
    assert "Village: all 2" in one


@pytest.mark.parametrize("name", SHEETS)
def test_more_villages_cost_no_more_queries(
    name, county, worker, django_assert_max_num_queries
):
    client = staff(county)
    sheet(client, name, county.township, of="village")
    counts = []
    for more in (0, 2):
        for _n in range(more):
            make_node(county.township, boundary=polygon(square(115.62)))
        with django_assert_max_num_queries(60) as spent:
            sheet(client, name, county.township, of="village")
        counts.append(len(spent))

    per_sheet = 0 if name != "map-sheet" else 2  # its grids below and its units
    assert counts[1] - counts[0] == 2 * per_sheet


def test_a_batch_never_reaches_beyond_what_one_sees(county, worker):
    elsewhere = make_node(county.root, "township", name="远镇")
    make_node(elsewhere, name="远村")

    text = sheet(staff(county), "posting", county.township, of="village")

    assert "远村" not in text
    assert (
        staff(county).get(reverse("grids:posting", args=[elsewhere.pk])).status_code
        == 404
    )


@pytest.mark.parametrize("of", ["enterprise", "department", "x"])
def test_what_is_no_area_is_not_printed(of, county):
    client = staff(county)
    address = reverse("grids:posting", args=[county.township.pk])

    assert client.get(address, {"of": of}).status_code == 404


# The duty card ------------------------------------------------------------------


def test_a_duty_card_counts_what_the_worker_looks_after(county, worker):
    make_enterprise(county.village)
    make_enterprise(make_node(county.village, "subgrid"))
    make_enterprise(county.other_village)

    text = words(sheet(staff(county), "duty-card", county.village))

    assert "陈守业" in text
    assert "Looks after 2 units" in text
    assert "不得行使执法权" in text
    assert "火警 119" in text


def test_a_unit_under_direct_supervision_is_not_on_the_card(county, worker):
    make_enterprise(county.village)
    apart = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        supervise_directly(
            actor=None,
            enterprise_id=apart.pk,
            level="county",
            by_node_id=county.root.pk,
            since=date(2026, 1, 5),
            document="安委办〔2026〕1号",
            reason="大型企业",
        )

    text = words(sheet(staff(county), "duty-card", county.village))

    assert "Looks after 1 unit" in text


def test_a_card_lists_the_work_items_by_how_often_they_are_due(county, worker):
    with tenant_scope(county.tenant.pk):
        seed_work_items()

    html = sheet(staff(county), "duty-card", county.village)

    items = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    assert items[0][0] == "1 × a week"
    assert items[0][1] == "非法生产；限期跟踪"
    assert sum(len(names.split("；")) for _often, names in items) == 53
    # A township has no work of its own in this scheme.
    assert "card-items" not in sheet(staff(county), "duty-card", county.township)


@pytest.mark.parametrize("name", SHEETS)
def test_a_watermark_lies_over_the_screen(county, worker, name):
    html = sheet(staff(county), name, county.village)

    assert f'class="watermark" src="{reverse("portal:watermark")}"' in html


def test_a_phone_on_a_card_is_masked_whoever_prints_it(county, worker):
    colleague = client_of(
        make_user(county.tenant, on=county.village, may=["view_grids"])
    )
    leader = client_of(
        make_user(county.tenant, on=county.township, role="township_leader")
    )

    assert MOBILE not in sheet(colleague, "duty-card", county.village)
    assert MOBILE not in sheet(leader, "duty-card", county.village)
    assert "138****5678" in sheet(leader, "duty-card", county.village)


# The map ------------------------------------------------------------------------


def test_a_map_numbers_the_units_that_one_sees(county, worker):
    make_enterprise(
        county.village, name="甲木业", longitude="115.605", latitude="33.205"
    )
    make_enterprise(county.village, name="乙面粉")
    blind = client_of(make_user(county.tenant, on=county.village, may=["view_grids"]))

    text = sheet(staff(county), "map-sheet", county.village)

    assert text.count('class="dot"') == 1
    assert "甲木业" in text
    assert "no position yet" in words(text)
    assert 'class="outline" d="M' in text
    assert re.search(r"\d+ m</text>", text)
    assert "甲木业" not in sheet(blind, "map-sheet", county.village)


def test_a_map_without_anything_drawn_says_so(county):
    bare = make_node(county.township, name="未画村")

    text = sheet(staff(county), "map-sheet", bare)

    assert "No boundary is drawn yet" in text


# The public page ----------------------------------------------------------------


def test_the_public_page_needs_no_account_and_may_be_cached(county, worker):
    answer = public(county.village)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=300, s-maxage=300"
    assert "set-cookie" not in {key.lower() for key in answer.headers}


def test_unknown_foreign_and_unfit_codes_give_one_answer(county, worker):
    rival = make_county()
    plant = make_enterprise(county.village)
    wrong = [
        (county.tenant.pk, UNKNOWN),
        (county.tenant.pk, rival.village.pk),
        (rival.tenant.pk, county.village.pk),
        (2**40, county.village.pk),
        (county.tenant.pk, plant.area_node.pk),
        (county.tenant.pk, county.department.pk),
    ]
    client = Client()

    answers = [client.get(reverse("portal:public-grid", args=pair)) for pair in wrong]

    assert {answer.status_code for answer in answers} == {404}
    # Tokens differ each time, and the choice of language comes back to the address.
    token = re.compile(r'"[A-Za-z0-9]{64}"')
    bodies = {
        token.sub("", answer.content.decode()).replace(answer.request["PATH_INFO"], "")
        for answer in answers
    }
    assert len(bodies) == 1


def test_the_public_page_shows_nothing_beyond_the_posting(county, worker):
    make_enterprise(county.village, name="甲木业", principal_phone="13900000001")
    make_user(
        county.tenant, on=county.village, role="enterprise_officer", full_name="齐宝霞"
    )

    page = public(county.village).content.decode()

    for hidden in (MOBILE, "甲木业", "13900000001", "齐宝霞", worker.username):
        assert hidden not in page


def test_an_old_code_still_opens_after_renaming_and_retiring(county, worker):
    with tenant_scope(county.tenant.pk):
        edit_node(actor=None, node_id=county.village.pk, name="新名村", code="N-1")
        assert "新名村" in public(county.village).content.decode()
        retire_node(
            actor=None, node_id=county.village.pk, on=county.village.created_at.date()
        )

    page = public(county.village)

    assert page.status_code == 200
    assert "no longer in use" in page.content.decode()
    assert "陈守业" not in page.content.decode()


def test_the_page_of_a_merged_grid_leads_on_to_its_successor(county, worker):
    with tenant_scope(county.tenant.pk):
        merge_nodes(
            actor=None, node_id=county.village.pk, into_id=county.other_village.pk
        )

    text = public(county.village).content.decode()

    address = f"/g/{county.tenant.pk}/{county.other_village.pk}/"
    assert f'href="{address}"' in text
    assert county.other_village.name in text
    assert "陈守业" not in text
    followed = Client().get(address).content.decode()
    assert "陈守业" in followed


def test_a_retired_grid_without_a_successor_leads_nowhere(county):
    with tenant_scope(county.tenant.pk):
        retire_node(actor=None, node_id=county.village.pk, on=timezone.localdate())

    assert "/g/" not in public(county.village).content.decode()


def test_own_texts_are_no_longer_called_proposed(county):
    with tenant_scope(county.tenant.pk):
        rule = save_print_rule(actor=None, duties="第一条\n第二条")

    assert (rule.is_proposed, PrintRule.__name__) == (False, "PrintRule")
    text = words(sheet(staff(county), "posting", county.village))
    assert "第一条 第二条" in text
    assert "proposed" not in text
