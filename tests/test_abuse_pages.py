"""Every page of the table of addresses: its protection, and markup that stays text."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from enterprises.models import Enterprise
from grids.models import GridNode
from hazards.models import Hazard
from tenants.tenancy import tenant_scope
from tests.addresses import TABLE
from tests.test_addresses import path_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.world import World

OPEN = [name for name, row in TABLE.items() if row.statuses["right"].startswith("200")]
# Shared by caches on purpose, or no page of a bureau; asked about elsewhere.
PUBLIC = {"portal:public-grid", "alive", "ready", "measurements"}
MARKUP = '<script>alert(1)</script>{{7*7}}"onmouseover=x'


def _page(name: str, world: World) -> tuple[HttpResponse, str]:
    """The answer, and its text where it is a page."""
    answer = world.client("right").get(path_of(name, TABLE[name], world))
    if answer.streaming:
        b"".join(answer)  # to its end, or the file stays open
    is_page = not answer.streaming and "html" in answer["Content-Type"]
    return answer, answer.content.decode() if is_page else ""


@pytest.mark.parametrize("name", [name for name in OPEN if name not in PUBLIC])
def test_every_address_carries_its_protection(name: str, world: World) -> None:
    """And brings no script or style of its own, which the policy would refuse."""
    answer, page = _page(name, world)
    policy = answer["Content-Security-Policy"]

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "unsafe" not in policy
    assert "sandbox" in policy or "default-src 'self'" in policy
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]
    scripts = [tag.split(">")[0] for tag in page.split("<script")[1:]]
    assert [s for s in scripts if "src=" not in s and "application/json" not in s] == []
    for word in (" style=", "<style", " onclick=", " onload=", "javascript:"):
        assert word not in page


def test_markup_in_any_name_is_text_on_every_page(world: World) -> None:
    """As if somebody had got it past every form: names of grids, units, people,
    cases, on pages, sheets to print, and in what maps read."""
    with tenant_scope(world.ours.tenant.pk):
        GridNode.objects.exclude(parent=None).update(name=MARKUP)
        Enterprise.objects.update(name=MARKUP, address=MARKUP, principal=MARKUP[:50])
        Hazard.objects.update(title=MARKUP)
    type(world.right).objects.filter(tenant=world.ours.tenant).update(
        full_name=MARKUP[:50], title=MARKUP[:50]
    )
    seen = 0

    for name in OPEN:
        _answer, page = _page(name, world)
        assert "<script>alert" not in page, name
        assert '"onmouseover=x' not in page, name
        seen += MARKUP in unescape(page)

    assert seen >= 30
