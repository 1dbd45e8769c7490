"""Choose what goes to a new grid from sixty enterprises, with search and counts."""

import pytest

from grids.kinds import NodeKind
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_enterprise, make_node, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1440"])
def test_sixty_enterprises_are_searched_and_chosen_by_the_group(town, visit, size):
    village = town.county.village
    for n in range(60):
        make_enterprise(
            village, trade=("0405", "1001", "0801")[n % 3], name=f"青溪{n:02d}号厂"
        )
    make_node(village, NodeKind.SUBGRID, name="第一网格")
    make_user(
        town.county.tenant,
        on=town.county.root,
        may=["view_grids", "manage_grids", "view_enterprises"],
        username="splitter",
    )
    visitor = visit("splitter", size)
    page = visitor.open(f"/grids/{village.pk}/split/")
    groups = page.locator("[data-choose-group]")
    assert groups.count() == 4
    counts = page.locator("[data-choose-count]").all_inner_texts()
    # The plant of the town stands among the twenty of its trade.
    largest = groups.nth(counts.index("0 / 21"))

    largest.locator("summary").click()
    largest.locator("[data-choose-whole]").check()

    assert largest.locator("[data-choose-count]").inner_text() == "21 / 21"
    assert page.locator("[data-choose-total]").inner_text() == "21"

    page.fill("[data-choose-search]", "07号")
    assert page.locator("[data-choose-row]:visible").count() == 1
    page.locator("[data-choose-row]:visible input").check()
    page.fill("[data-choose-search]", "")
    assert page.locator("[data-choose-total]").inner_text() == "22"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"]

    page.fill("input[name=name]", "新村")
    page.fill("input[name=code]", "349922777201")
    visitor.press("button[form=change-form]")

    figures = [text.split()[-1] for text in page.locator(".stat").all_inner_texts()]
    assert figures[:2] == ["0", "22"]  # no grid below, and the enterprises
    assert visitor.complaints == []
