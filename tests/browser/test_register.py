"""The register with hands: a long select is searched, rows are ticked by keyboard."""

import pytest

from grids.choices import MANY
from grids.services import NodeSpec, build_tree
from tenants.tenancy import tenant_scope
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_enterprise, make_hazard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_village_is_found_by_its_initials_and_by_its_code(town, visit):
    township = town.county.township
    names = ["马庄社区", "欧阳村", *(f"第{n}村" for n in range(MANY))]
    with tenant_scope(town.county.tenant.pk):
        built = build_tree(
            specs=[
                NodeSpec(f"V-{n:03}", township.code, "village", name)
                for n, name in enumerate(names)
            ]
        )
    page = visit("township_staff", DESKTOP).open("/enterprises/")
    box = page.get_by_label("村", exact=False).and_(page.locator("[role=combobox]"))

    found = {}
    for typed in ("mz", "v-001", "没有"):
        box.fill(typed)
        page.wait_for_timeout(500)
        options = page.locator(".picker-list:visible [role=option]")
        found[typed] = [text.split("\n")[0] for text in options.all_inner_texts()]
    box.fill("mz")
    page.wait_for_timeout(500)
    box.press("ArrowDown")
    box.press("Enter")

    chosen = page.evaluate("document.querySelector('select[name=village]').value")
    assert found["没有"] == []
    assert [each[:4] for each in found["mz"]] == ["马庄社区"]
    assert [each[:3] for each in found["v-001"]] == ["欧阳村"]
    assert chosen == str(built["V-000"].pk)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1440"])
def test_rows_are_ticked_by_keyboard_and_their_codes_printed(size, town, visit):
    other = make_enterprise(town.county.village, name="不打印的厂")
    make_hazard(town.plant)
    page = visit("township_staff", size).open("/enterprises/")

    page.locator(f"input.row-choice[value='{town.plant.pk}']").focus()
    page.keyboard.press("Space")
    page.locator("button[form=print-ticked]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/enterprises/codes/**")

    labels = page.locator(".code-label").all_inner_texts()
    assert len(labels) == 1
    assert town.plant.name in labels[0]
    assert other.name not in labels[0]


def test_a_row_of_the_list_is_a_compact_card_on_a_phone(town, visit):
    """Name, level or state with open hazards, and grid: three lines."""
    make_hazard(town.plant)
    page = visit("township_staff", PHONE).open("/enterprises/")

    row = page.locator(".table-compact tbody tr").first.bounding_box()
    tick = page.locator("tbody input.row-choice").first.bounding_box()

    assert row["height"] <= 150
    assert (tick["width"], tick["height"]) == (44, 44)
