"""Finding an enterprise by any part of what people know of it."""

import pytest

from enterprises.models import Enterprise
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_user


@pytest.fixture
def register(county, rival):
    make_enterprise(rival.village, name="太和县顺达机械（外县）有限公司")
    made = {
        "A": make_enterprise(
            county.village,
            name="太和县顺达机械制造（安徽）有限公司",
            uscc="91350100M000100Y43",
            principal="欧阳建国",
            principal_phone="13812345678",
            address="城关镇人民路100%号",
        ),
        "B": make_enterprise(county.village, name="太和县顺达木业有限公司"),
        "C": make_enterprise(county.other_village, name="ABC Coffee 太和店"),
    }
    with tenant_scope(county.tenant.pk):
        yield made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("顺达", "AB"),
        ("达机", "A"),
        ("顺达 木", "B"),
        ("木　顺达", "B"),
        ("(安徽)", "A"),
        ("（安徽）", "A"),
        ("91350100m0", "A"),
        ("欧阳", "A"),
        ("1381234", ""),
        ("13812345678", ""),
        ("人民路", "A"),
        ("abc", "C"),
        ("ＡＢＣ", "C"),
        ("100%", "A"),
        ("%", "A"),
        ("_", ""),
        ("外县", ""),
        ("没有这家", ""),
        ("'; DROP TABLE enterprises_enterprise; --", ""),
    ],
)
def test_any_part_finds_it_and_nothing_else(typed, found, register):
    names = {key: row.pk for key, row in register.items()}
    rows = Enterprise.objects.search(typed)
    assert set(rows.values_list("pk", flat=True)) == {names[key] for key in found}


@pytest.mark.parametrize(
    ("role", "on", "typed", "finds"),
    [
        ("township_staff", "township", "13812345678", True),
        ("township_staff", "township", "1381234567", False),
        ("grid_worker", "village", "13812345678", False),
    ],
)
def test_a_phone_finds_its_entry_for_who_may_be_shown_it(
    role, on, typed, finds, register, county, client
):
    """Or whoever sees the mask would try the digits behind it, one by one."""
    user = make_user(county.tenant, on=getattr(county, on), role=role)
    client.force_login(user)

    page = client.get("/enterprises/", {"q": typed}).content.decode()
    picked = client.get("/enterprises/pick/", {"q": typed}).json()["results"]
    api = client.get("/api/v1/enterprises/", {"q": typed}).json()["count"]

    assert (register["A"].name in page, len(picked), api) == (finds, +finds, +finds)


def test_the_search_text_follows_an_edit(register):
    Enterprise.objects.filter(pk=register["B"].pk).update(name="太和县宏达木业有限公司")
    assert Enterprise.objects.search("宏达").count() == 1
    assert Enterprise.objects.search("顺达").count() == 1


def test_closed_and_deregistered_units_are_no_longer_supervised(register):
    Enterprise.objects.filter(pk=register["A"].pk).update(state="closed")
    Enterprise.objects.filter(pk=register["B"].pk).update(state="suspended")
    assert set(Enterprise.objects.supervised()) == {register["B"], register["C"]}
