"""A list of divisions pasted, looked at and entered with the buttons of the page."""

import pytest

from grids.models import GridNode
from tenants.tenancy import tenant_scope
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAY = ["view_grids", "manage_grids", "manage_accounts"]
LINES = "349922300000\t\t河东镇\n349922300201\t220\t河东村\n349922300202\t220\t柳树村"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1440"])
def test_a_list_is_pasted_looked_at_and_entered(town, visit, size):
    tenant = town.county.tenant
    make_user(tenant, on=town.county.root, may=MAY, username="clerk")
    visitor = visit("clerk", size)
    page = visitor.open("/grids/import/")

    page.fill("textarea[name=lines]", LINES)
    visitor.press("button[form=divisions-form]")
    assert page.locator("#pile-new").inner_text().split()[-1] == "3"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    visitor.press("button[name=seen]")

    assert page.url.endswith("/grids/")
    with tenant_scope(tenant.pk):
        village = GridNode.objects.get(code="349922300202")
        assert village.township.name == "河东镇"
    assert visitor.complaints == []


def test_the_buttons_of_a_narrow_form_end_where_its_card_ends(town, visit):
    make_user(town.county.tenant, on=town.county.root, may=MAY, username="clerk")
    page = visit("clerk", DESKTOP).open(f"/grids/{town.county.root.pk}/add/")

    card = page.locator("form.sheet-narrow").bounding_box()
    bar = page.locator(".action-bar").bounding_box()
    save = page.locator("button[form=node-form]").bounding_box()

    assert bar["y"] >= card["y"] + card["height"]
    right = card["x"] + card["width"]
    assert abs(save["x"] + save["width"] - right) <= 1
