"""Divisions from a list, in the browser: paste or upload, look, confirm."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grids.kinds import NodeKind
from grids.models import GridNode
from tenants.tenancy import tenant_scope
from tests.evidence.workbooks import excel
from tests.factories import make_node, make_tenant, make_user, root_of

pytestmark = pytest.mark.django_db
PAGE = reverse("grids:import")
LINES = "341299100000\t城关镇\n341299100201\t220\t东关村\n"


@pytest.fixture
def tenant():
    return make_tenant(division_code="341299")


@pytest.fixture
def browser(client, tenant):
    client.force_login(make_user(tenant, on=root_of(tenant), role="tenant_admin"))
    client.cookies["django_language"] = "en"
    return client


def count(tenant):
    with tenant_scope(tenant.pk):
        return GridNode.objects.count()


def test_a_pasted_list_is_looked_at_and_then_entered(browser, tenant):
    assert PAGE in browser.get(reverse("grids:list")).content.decode()

    looked = browser.post(PAGE, {"lines": LINES})

    assert looked.status_code == 200
    assert [(name, n) for name, _label, n, _rows in looked.context["piles"]] == [
        ("new", 2)
    ]
    assert count(tenant) == 1
    page = looked.content.decode()
    assert "东关村" in page

    seen = looked.context["plan"].fingerprint
    done = browser.post(PAGE, {"lines": LINES, "seen": seen}, follow=True)
    assert done.redirect_chain == [(reverse("grids:list"), 302)]
    assert "2 grids are set up." in done.content.decode()
    assert count(tenant) == 3

    again = browser.post(PAGE, {"lines": LINES})
    assert 'name="seen"' not in again.content.decode()
    assert "nothing to do" in again.content.decode()


def test_a_workbook_becomes_lines_whose_rows_are_those_of_the_sheet(
    browser, tenant, tmp_path
):
    rows = [
        ["泉河县区划名单", "", ""],
        ["", "", ""],
        ["名称", "统计用区划代码", "所属乡镇"],
        ["城关镇", 341299100000, ""],
        ["孤村", "341299102200", ""],
    ]
    path = excel(tmp_path / "list.xlsx", rows)
    file = SimpleUploadedFile("区划.xlsx", path.read_bytes())

    looked = browser.post(PAGE, {"file": file})

    assert looked.status_code == 200
    bad = looked.context["plan"].bad
    assert [row.line.number for row in bad] == [5]
    assert "341299102000" in looked.content.decode()
    text = looked.context["form"]["lines"].value()
    assert text.split("\n")[3].split("\t")[:2] == ["城关镇", "341299100000"]
    mended = text.replace("341299102200", "341299100202")
    looked = browser.post(PAGE, {"lines": mended})
    seen = looked.context["plan"].fingerprint
    browser.post(PAGE, {"lines": mended, "seen": seen})
    assert count(tenant) == 3


def test_lines_that_changed_after_the_look_are_shown_again(browser, tenant):
    seen = browser.post(PAGE, {"lines": LINES}).context["plan"].fingerprint

    other = LINES.replace("东关村", "西关村")
    response = browser.post(PAGE, {"lines": other, "seen": seen})

    assert response.status_code == 409
    assert "Look at it again" in response.content.decode()
    assert response.context["plan"].fingerprint != seen
    assert count(tenant) == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, None),
        ({"lines": "  \n"}, "lines"),
        ({"lines": "x" * 10 + "\0"}, "lines"),
        ({"file": SimpleUploadedFile("a.csv", b"1,2")}, "file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"no workbook")}, "file"),
        ({"lines": LINES, "file": SimpleUploadedFile("a.xlsx", b"PK")}, "file"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(browser, tenant, sent, field):
    for each in sent.values():
        if hasattr(each, "seek"):
            each.seek(0)

    response = browser.post(PAGE, sent)

    assert response.status_code == 422
    if field:
        assert list(response.context["form"].errors) == [field]
    assert count(tenant) == 1


def test_bad_rows_cannot_be_confirmed(browser, tenant):
    bad = LINES + "341299109201\t220\t孤村\n"
    looked = browser.post(PAGE, {"lines": bad})
    assert 'name="seen"' not in looked.content.decode()

    sent = {"lines": bad, "seen": looked.context["plan"].fingerprint}
    response = browser.post(PAGE, sent)

    assert response.status_code == 422
    assert count(tenant) == 1


def test_names_change_only_with_the_tick(browser, tenant):
    make_node(root_of(tenant), NodeKind.TOWNSHIP, code="341299100000", name="旧名镇")
    sent = {"lines": "341299100000\t城关镇"}
    assert 'name="seen"' not in browser.post(PAGE, sent).content.decode()

    sent["renames"] = "on"
    looked = browser.post(PAGE, sent)
    seen = looked.context["plan"].fingerprint
    done = browser.post(PAGE, sent | {"seen": seen}, follow=True)

    assert "1 grid is renamed." in done.content.decode()
    with tenant_scope(tenant.pk):
        assert GridNode.objects.get(code="341299100000").name == "城关镇"


def test_the_page_asks_the_same_few_questions_at_any_length(
    browser, django_assert_num_queries
):
    for n in (1, 3):
        lines = "\n".join(f"3412991{k:02d}000\t镇{k}" for k in range(n))
        browser.post(PAGE, {"lines": lines})
        # Session and user 2, the door 3, root and grants 2, tenant 2, nodes,
        # enterprises' codes, former codes, the shell's tenant, menu and inbox 3.
        with django_assert_num_queries(15):
            browser.post(PAGE, {"lines": lines})


def test_a_township_is_not_led_to_the_list(client, tenant):
    township = make_node(root_of(tenant), NodeKind.TOWNSHIP)
    client.force_login(make_user(tenant, on=township, role="township_staff"))

    assert PAGE not in client.get(reverse("grids:list")).content.decode()
    assert client.post(PAGE, {"lines": LINES}).status_code == 403
