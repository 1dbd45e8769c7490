"""Size classes: every bound of the table, from both sides, and what is missing."""

from decimal import Decimal

import pytest

from enterprises.models import Enterprise, IndustrySubcategory, ScaleGroup
from enterprises.services import edit_enterprise, seed_scales
from enterprises.sizes import GROUPS, MEASURES, Bound, Figures, class_of
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise

ORDER = ["large", "medium", "small", "micro"]


def bounds_of(group):
    return [Bound(scale, *getattr(group, scale)) for scale in ORDER[:3]]


def figures(values):
    return Figures(**dict(zip(MEASURES, values, strict=True)))


CASES = [
    (group, scale, place)
    for group in GROUPS
    for scale in ORDER[:3]
    for place, bound in enumerate(getattr(group, scale))
    if bound is not None
]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.code)
@pytest.mark.parametrize("scale", ORDER[:3])
def test_a_unit_on_all_bounds_of_a_class_is_of_that_class(group, scale):
    assert class_of(figures(getattr(group, scale)), bounds_of(group)) == scale


@pytest.mark.parametrize(
    ("group", "scale", "place"),
    CASES,
    ids=[f"{g.code}-{s}-{MEASURES[p]}" for g, s, p in CASES],
)
def test_a_unit_one_short_of_one_bound_falls_a_class(group, scale, place):
    values = list(getattr(group, scale))
    values[place] -= 1

    expected = ORDER[ORDER.index(scale) + 1]
    assert class_of(figures(values), bounds_of(group)) == expected


def test_a_missing_figure_decides_nothing_unless_another_rules_the_class_out():
    industry = bounds_of(GROUPS[0])

    assert class_of(Figures(employees=50), industry) == ""
    assert class_of(Figures(employees=19), industry) == "micro"
    assert class_of(Figures(revenue=Decimal(299)), industry) == "micro"
    assert class_of(Figures(), industry) == ""
    assert class_of(Figures(employees=5000, revenue=Decimal(299)), industry) == "micro"


def test_no_division_belongs_to_two_groups():
    codes = [code for group in GROUPS for code in group.codes]
    assert len(codes) == len(set(codes))


@pytest.fixture
def enterprise(county):
    plant = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        seed_scales()
        yield plant


def edit(enterprise, **changes):
    return edit_enterprise(actor=None, enterprise_id=enterprise.pk, **changes)


def test_the_class_follows_from_the_figures_and_says_how(enterprise):
    found = edit(enterprise, employees=320, revenue=Decimal(2000))

    assert (found.scale, found.computed_scale) == ("medium", "medium")
    assert found.scale_basis == {
        "group": "工业",
        "edition": "2017",
        "code": "34",
        "missing": [],
        "above_designated_size": True,
        "employees": 320,
        "revenue": "2000",
        "assets": None,
    }
    assert edit(enterprise, employees=20, revenue=Decimal(300)).scale == "small"


def test_what_is_missing_is_named_and_no_class_invented(enterprise):
    found = edit(enterprise, employees=320)

    assert (found.scale, found.computed_scale) == ("", "")
    assert found.scale_basis["missing"] == ["revenue"]


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("3411", "工业"),
        ("C34", "工业"),
        ("4710", "建筑业"),
        ("5212", "零售业"),
        ("7020", "物业管理"),
        ("7010", "其他行业"),
        ("0512", "农林牧渔业"),
        ("60", "其他行业"),
        ("6210", "住宿和餐饮业"),
    ],
)
def test_the_longest_beginning_of_the_code_chooses_the_group(code, group, enterprise):
    found = edit(enterprise, industry_code=code, employees=1)

    assert found.scale_basis["group"] == group


def test_another_class_than_the_table_gives_needs_a_reason(enterprise):
    edit(enterprise, employees=320, revenue=Decimal(2000))
    with pytest.raises(DomainError) as refusal:
        edit(enterprise, scale="small")
    assert refusal.value.field == "scale_reason"

    found = edit(enterprise, scale="small", scale_reason="统计局核定")
    assert (found.scale, found.computed_scale) == ("small", "medium")
    stays = edit(enterprise, employees=1200, revenue=Decimal(50000))
    assert (stays.scale, stays.computed_scale) == ("small", "large")
    assert Enterprise.objects.get(pk=enterprise.pk).scale == "small"


def test_a_county_s_own_table_decides(enterprise):
    ScaleGroup.objects.get(code="industry").bounds.filter(scale="medium").update(
        employees=100
    )
    found = edit(enterprise, employees=100, revenue=Decimal(2000))

    assert found.computed_scale == "medium"


def test_seeding_twice_changes_nothing(enterprise):
    ScaleGroup.objects.filter(code="retail").update(designated_revenue=600)
    IndustrySubcategory.objects.filter(code="0405").update(industry_code="3599")

    assert seed_scales() == 0
    assert ScaleGroup.objects.get(code="retail").designated_revenue == 600
    assert IndustrySubcategory.objects.get(code="0405").industry_code == "3599"


def test_a_code_of_letters_is_refused(enterprise):
    with pytest.raises(DomainError) as refusal:
        edit(enterprise, industry_code="纺织")
    assert refusal.value.field == "industry_code"
