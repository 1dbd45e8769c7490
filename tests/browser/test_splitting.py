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
    largest = groups.filter(has_text="0 / 21")  # the plant of the town among them

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
    if __import__("os").environ.get("SHOTS"):
        page.screenshot(path=f"/tmp/s/split-{size['width']}.png", full_page=True)
        if size is DESKTOP:
            _prints(town, visit)

    page.fill("input[name=name]", "新村")
    page.fill("input[name=code]", "349922777201")
    visitor.press("button[form=change-form]")

    assert page.locator(".stat").first.inner_text().split()[-1] == "22"
    assert visitor.complaints == []


def _prints(town, visit):
    from django.utils import timezone

    from grids.services import appoint, seed_work_items, set_boundary
    from tenants.tenancy import tenant_scope
    from tests.grids.test_geometry import polygon, square

    county = town.county
    with tenant_scope(county.tenant.pk):
        seed_work_items()
        for node, w in ((county.village, 115.6), (county.other_village, 115.61)):
            set_boundary(actor=None, node_id=node.pk, boundary=polygon(square(w)))
        for kind, who in (
            ("worker", "grid_worker"),
            ("responsible", "township_staff"),
            ("liaison", "bureau_leader"),
        ):
            appoint(
                actor=None,
                user_id=town.people[who].pk,
                node_id=county.village.pk,
                kind=kind,
                begins_on=timezone.localdate(),
            )
    visitor = visit("township_staff", DESKTOP)
    for name in ("posting", "duty-card", "map-sheet"):
        page = visitor.open(f"/grids/{county.village.pk}/{name}/")
        page.wait_for_load_state("networkidle")
        page.pdf(path=f"/tmp/s/{name}.pdf", prefer_css_page_size=True)
    page = visitor.open(f"/grids/{county.township.pk}/duty-card/?of=village")
    page.wait_for_load_state("networkidle")
    page.pdf(path="/tmp/s/cards.pdf", prefer_css_page_size=True)
    page = visitor.open("/posts/owners/")
    page.screenshot(path="/tmp/s/owners.png", full_page=True)
    page = visitor.open("/grids/")
    page.screenshot(path="/tmp/s/tree.png", full_page=True)
