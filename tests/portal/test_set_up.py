"""docs/set-up.md, followed step by step by a new administrator, over HTTP."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, IndustrySubcategory
from grids import periods
from grids.models import GridNode, WorkItemVersion, WorkScheme
from grids.services import assign_role
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_user
from tests.world import EVERYTHING

pytestmark = pytest.mark.django_db
FIRST, SECOND, OWN = "Quanhe-2026-first", "Quanhe-2026-other", "Sonnenschein-26-Kiesel"


def signed_in(username, password):
    """Somebody's browser; a first password is replaced by one of their own."""
    user = User.objects.get(username=username)
    assert user.check_password(password)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    if client.get("/").status_code == 302:
        own = {"new_password1": OWN, "new_password2": OWN}
        client.post("/accounts/password/", {"old_password": password, **own})
    return client


def node(name):
    return GridNode.objects.get(name=name)


def test_a_county_is_set_up_in_the_order_of_the_page(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(f"{FIRST}\n"))
    call_command(
        "open_bureau",
        name="泉河县应急管理局",
        code="341299",
        longitude=115.62,
        latitude=33.16,
        admin="quanhe-admin",
        admin_name="王管理",
        stdout=StringIO(),
    )
    admin = signed_in("quanhe-admin", FIRST)
    tenant = Tenant.objects.get(division_code="341299")

    with tenant_scope(tenant.pk):
        root = GridNode.objects.get(parent__isnull=True)

        # The home page leads there, step by step.
        home = admin.get("/").content.decode()
        assert "/grids/import/" in home
        assert "请联系管理员" not in home

        # 1. and 2. Divisions from a list, and a department by hand.
        lines = "341299100000\t\t城关镇\n341299100201\t220\t东关村"
        looked = admin.post("/grids/import/", {"lines": lines})
        seen = looked.context["plan"].fingerprint
        entered = admin.post("/grids/import/", {"lines": lines, "seen": seen})
        assert entered.status_code == 302
        for parent, kind, name, code in [
            ("泉河县应急管理局", "department", "工业和信息化局", "GXJ"),
        ]:
            sent = {"kind": kind, "name": name, "code": code}
            added = admin.post(f"/grids/{node(parent).pk}/add/", sent)
            assert added.status_code == 302, added.content.decode()
        trade = IndustrySubcategory.objects.get(code="0405")
        admin.post(
            f"/admin/enterprises/industrysubcategory/{trade.pk}/change/",
            {"department_node": node("工业和信息化局").pk},
        )
        trade.refresh_from_db()
        assert trade.department_node == node("工业和信息化局")
        coverage = admin.get("/duties/coverage/").content.decode()
        assert "不适用" in coverage

        # 4. Accounts, and roles from whoever may give them.
        giver = make_user(tenant, on=root, may=EVERYTHING)
        for username, role, place in [
            ("town", "township_staff", "城关镇"),
            ("worker", "grid_worker", "东关村"),
        ]:
            admin.post(
                "/admin/accounts/user/add/",
                {
                    "username": username,
                    "full_name": username,
                    "password": SECOND,
                    "is_active": "on",
                },
            )
            assign_role(
                actor=giver,
                user_id=User.objects.get(username=username).pk,
                role_code=role,
                node_id=node(place).pk,
            )
        worker = signed_in("worker", SECOND)
        assert "我的工作事项" in worker.get("/").content.decode()

        # 6. Enterprises.
        town = signed_in("town", SECOND)
        town.post(
            "/enterprises/register/",
            {
                "name": "泉河县建材厂",
                "unit_type": "other",
                "uscc_missing_reason": "正在办理",
                "parent": node("东关村").pk,
                "subcategory": trade.pk,
            },
        )
        assert Enterprise.objects.get().department_node == trade.department_node

        # 7. Work items.
        levels = WorkScheme.objects.get(code="levels-42")
        manual = WorkScheme.objects.get(code="manual-53")
        for scheme in (levels, manual):
            admin.post(f"/duties/schemes/{scheme.pk}/choose/")
        item = WorkItemVersion.objects.get(name="机械防护").item
        page = worker.get("/duties/", follow=True).content.decode()
        assert "机械防护" in page
        worker.post(
            f"/duties/grids/{node('东关村').pk}/{item.pk}/",
            {"note": "防护罩齐全。", "on": timezone.localdate().isoformat()},
        )
        # Set up today, the grids owe what begins from now on.
        after = periods.containing("month", timezone.localdate()).last
        following = periods.containing("month", after + timedelta(days=1))
        completion = admin.get(f"/duties/completion/?period={following.key}")
        assert "城关镇" in completion.content.decode()
        assert item.records.count() == 1
        assert admin.get(f"/grids/{root.pk}/").status_code == 200
