"""Every page at 360 and 1440 px: nothing overflows, nothing complains, axe agrees."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_hazard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "home of an officer": ("enterprise_officer", "/"),
    "home of a grid worker": ("grid_worker", "/"),
    "home of the township": ("township_staff", "/"),
    "board": ("bureau_leader", "/board/"),
    "hazards": ("township_staff", "/hazards/"),
    "hazards, filtered": ("township_staff", "/hazards/?state=reported&overdue=on"),
    "report": ("grid_worker", "/hazards/report/"),
    "enterprises": ("township_staff", "/enterprises/"),
    "grids": ("bureau_leader", "/grids/"),
    "vacancies": ("township_staff", "/posts/vacant/"),
    "appoint many": ("township_staff", "/posts/appoint/"),
    "inbox": ("township_staff", "/notices/"),
    "me": ("grid_worker", "/accounts/me/"),
    "sign-in": ("", "/accounts/sign-in/"),
}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1440"])
def test_pages_fit_the_screen_and_can_be_used_by_everybody(size, town, visit):
    for state in ("reported", "assigned", "submitted", "closed"):
        make_hazard(town.plant, state=state)
    visitors = {}
    faults = []
    for name, (role, path) in PAGES.items():
        visitor = visitors.setdefault(role, visit(role, size))
        page = visitor.open(path)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            faults.append(f"{name}: {wide} px wide")
        if page.title().startswith(("404", "500", "系统")):
            faults.append(f"{name}: {page.title()}")
        serious = [
            violation
            for violation in Axe().run(page).response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        faults += [
            f"{name}: axe {v['id']} {v['nodes'][0]['html'][:90]}" for v in serious
        ]
        faults += [f"{name}: {text}" for text in visitor.complaints]
        visitor.complaints.clear()

    assert faults == []


def test_the_case_page_fits_the_screen_for_each_role(town, visit):
    hazard = make_hazard(town.plant, state="submitted")
    faults = []
    for role in ("enterprise_officer", "grid_worker", "township_staff"):
        for size in (PHONE, DESKTOP):
            visitor = visit(role, size)
            page = visitor.open(hazard.get_absolute_url())
            page.wait_for_load_state("networkidle")
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append(f"{role} {size['width']}: too wide")
            serious = [
                v["id"]
                for v in Axe().run(page).response["violations"]
                if v["impact"] in {"serious", "critical"}
            ]
            faults += [f"{role} {size['width']}: axe {name}" for name in serious]
            faults += visitor.complaints
    assert faults == []


def test_touch_targets_are_large_enough(town, visit):
    visitor = visit("grid_worker", PHONE)
    page = visitor.open("/hazards/report/")
    page.wait_for_load_state("networkidle")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, .bottombar-item')]
            .filter(e => e.offsetParent && !e.closest('[hidden]'))
            .map(e => [e.textContent.trim().slice(0, 20),
                       Math.round(e.getBoundingClientRect().height)])
            .filter(([, height]) => height < 44)"""
    )
    assert small == []


def test_the_language_can_be_switched(visit):
    visitor = visit("grid_worker", DESKTOP)
    page = visitor.open("/hazards/")
    assert page.title().startswith("隐患")
    page.locator("button:has-text('English')").first.click()
    page.wait_for_load_state("networkidle")
    assert page.title().startswith("Hazards")


BEYOND = """() => [...document.querySelectorAll("table tbody tr")].flatMap(row =>
  [...row.cells].map(cell => Math.abs(
    row.getBoundingClientRect().bottom - cell.getBoundingClientRect().bottom))
).filter(gap => gap > 0.5).length"""


def test_every_cell_of_a_row_ends_on_its_line(town, visit):
    page = visit("township_staff", DESKTOP).open("/posts/vacant/")

    assert page.locator("td.row-actions a").count() > 0
    assert page.evaluate(BEYOND) == 0
