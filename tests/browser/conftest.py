"""Real Chromium against the real application, with the phone's and desktop's eyes."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings

from config.checks.browser_gate import HOW
from portal.services import open_bureau
from tenants.tenancy import tenant_scope
from tests.factories import (
    PASSWORD,
    make_county,
    make_enterprise,
    make_jpeg,
    make_user,
)

# Playwright keeps an event loop in this thread; Django's guard against blocking
# one would refuse every query of a test although nothing else runs in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    named = os.environ.get("ANWANG_CHROMIUM", "")
    if named:
        return named if Path(named).exists() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        pytest.skip(HOW)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only with a browser

    with sync_playwright() as started:
        running = started.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@dataclass
class Town:
    """A furnished county with one person per role of the loop."""

    county: object
    plant: object
    people: dict


@pytest.fixture
def town(transactional_db) -> Town:
    tenant = open_bureau(
        name="青溪县应急管理局", division_code="349922", centre=(115.6, 33.2)
    )
    county = make_county(tenant)
    plant = make_enterprise(
        county.village, department=county.department, name="青溪县正昌木业有限公司"
    )
    places = {
        "enterprise_officer": (plant.area_node, "齐宝霞"),
        "grid_worker": (county.village, "陈守业"),
        "township_staff": (county.township, "段淑军"),
        "bureau_leader": (county.root, "万俊斌"),
    }
    people = {
        role: make_user(tenant, on=node, role=role, username=role, full_name=name)
        for role, (node, name) in places.items()
    }
    return Town(county, plant, people)


@pytest.fixture
def site(live_server) -> Iterator[str]:
    """The address of the running application, on this machine only."""
    with override_settings(ALLOWED_HOSTS=["localhost", "127.0.0.1"]):
        yield live_server.url


class Visitor:
    """Somebody at a screen: opens pages, and remembers what the browser complains of."""

    def __init__(self, browser, site, *, size, script=True):
        self.context = browser.new_context(
            viewport=size,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            geolocation={"longitude": 115.6, "latitude": 33.2, "accuracy": 12},
            permissions=["geolocation"],
        )
        self.page = self.context.new_page()
        self.site = site
        self.complaints = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message):
        # A refusal is an answer with 403, 409 or 422; the browser logs it as error.
        if message.type == "error" and "the server responded" not in message.text:
            self.complaints.append(message.text)

    def open(self, path):
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, username, password=PASSWORD):
        page = self.open("/accounts/sign-in/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return self

    def press(self, selector):
        """Click something that leads to another page or part, and wait for it."""
        self.page.click(selector)
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(browser, site, town):
    """Open a screen for a role: ``visit("grid_worker", PHONE)``."""
    opened = []

    def start(role, size=DESKTOP, *, script=True):
        visitor = Visitor(browser, site, size=size, script=script)
        opened.append(visitor)
        return visitor.sign_in(role) if role else visitor

    yield start
    for visitor in opened:
        visitor.context.close()


@pytest.fixture
def picture(tmp_path):
    """Fresh photos on the disk, as a camera leaves them."""

    def take(n):
        path = tmp_path / f"IMG_{n}.jpg"
        path.write_bytes(make_jpeg(seed=n, size=(1200, 900)))
        return str(path)

    return take


@pytest.fixture
def scope(town):
    """Look into the tenant's rows from a test."""
    return lambda: tenant_scope(town.county.tenant.pk)
