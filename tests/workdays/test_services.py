"""The calendar and the rules of a bureau in the database."""

from datetime import date

import pytest
from chinese_calendar import holidays, workdays

from tenants.errors import DomainError
from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from workdays import services
from workdays.models import Day, DaySource, DeadlineRule
from workdays.rules import GENERAL_RECTIFY, RULES

pytestmark = pytest.mark.django_db
ALL = len(holidays) + len(workdays)


@pytest.fixture
def bureau():
    tenant = create_tenant(name="测试县", division_code="341222")
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def seeded(bureau):
    services.seed_calendar()
    services.seed_rules()
    return bureau


def test_seeding_loads_every_year_of_the_package(seeded):
    years = Day.objects.dates("on", "year")

    assert Day.objects.count() == ALL
    assert [d.year for d in years] == list(range(2004, max(holidays).year + 1))


def test_seeding_twice_changes_nothing(seeded):
    assert services.seed_calendar() == 0
    assert services.seed_rules() == 0
    assert (Day.objects.count(), DeadlineRule.objects.count()) == (ALL, len(RULES))


def test_seeding_costs_the_same_number_of_queries_always(
    seeded, django_assert_num_queries
):
    # A savepoint and its release, the rows known. Nothing to write.
    with django_assert_num_queries(3):
        services.seed_calendar()


def test_what_the_bureau_edited_survives_seeding(seeded):
    services.set_day(on=date(2026, 10, 7), is_workday=True, name="应急值守")

    services.seed_calendar()

    day = Day.objects.get(on=date(2026, 10, 7))
    assert (day.is_workday, day.name, day.source) == (True, "应急值守", DaySource.OWN)


def test_seeding_corrects_its_own_rows_and_takes_withdrawn_ones_away(seeded):
    Day.objects.filter(on=date(2026, 10, 7)).update(name="旧名")
    Day.objects.create(
        on=date(2026, 8, 3), is_workday=False, name="撤销", source=DaySource.PUBLISHED
    )

    assert services.seed_calendar() == 2

    assert Day.objects.get(on=date(2026, 10, 7)).name == "国庆节"
    assert not Day.objects.filter(on=date(2026, 8, 3)).exists()


def test_a_day_taken_back_gets_its_published_meaning_again(seeded):
    services.set_day(on=date(2026, 10, 7), is_workday=True, name="应急值守")

    assert services.remove_day(on=date(2026, 10, 7))

    assert Day.objects.get(on=date(2026, 10, 7)).is_workday is False
    assert not services.remove_day(on=date(2026, 10, 7))


def test_a_day_without_a_name_is_refused(seeded):
    with pytest.raises(DomainError) as refusal:
        services.set_day(on=date(2027, 1, 1), is_workday=False, name=" ")

    assert refusal.value.field == "name"
    assert not Day.objects.filter(on=date(2027, 1, 1)).exists()


def test_a_day_of_one_bureau_moves_no_deadline_of_another(seeded):
    other = create_tenant(name="邻县", division_code="341223")
    with tenant_scope(other.pk):
        services.seed_calendar()
        services.set_day(on=date(2026, 9, 8), is_workday=False, name="停工日")

        assert services.deadline(start=date(2026, 9, 1), days=7).due_on == date(
            2026, 9, 9
        )

    assert services.deadline(start=date(2026, 9, 1), days=7).due_on == date(2026, 9, 8)


def test_every_seeded_rule_is_kept_as_written(seeded):
    kept = {rule.key: rule for rule in DeadlineRule.objects.all()}

    assert set(kept) == {seed.key for seed in RULES}
    general = kept[GENERAL_RECTIFY]
    assert (general.value, general.unit, general.choices) == (7, "day", [3, 7, 15, 30])
    assert (general.is_hard, general.is_proposed) == (False, True)
    recheck = kept["recheck_within"]
    assert (recheck.value, recheck.is_hard, recheck.is_proposed) == (10, True, False)
    assert "第十七条" in recheck.basis


def test_a_rule_gives_its_length_and_its_basis(seeded):
    deadline = services.deadline(key=GENERAL_RECTIFY, start=date(2025, 9, 24))

    assert deadline.due_on == date(2025, 10, 9)
    assert deadline.steps[0]["params"]["basis"].startswith("一般隐患限期整改")


def test_a_length_the_rule_offers_may_be_chosen_and_no_other(seeded):
    chosen = services.deadline(key=GENERAL_RECTIFY, days=15, start=date(2026, 3, 2))

    assert chosen.due_on == date(2026, 3, 17)
    with pytest.raises(DomainError) as refusal:
        services.deadline(key=GENERAL_RECTIFY, days=8, start=date(2026, 3, 2))
    assert refusal.value.field == "days"


@pytest.mark.parametrize("days", [0, -1, 366])
def test_plain_days_stay_within_a_year(seeded, days):
    with pytest.raises(DomainError) as refusal:
        services.deadline(days=days, start=date(2026, 3, 2))

    assert refusal.value.field == "days"


def test_a_deadline_in_the_past_is_refused(seeded):
    with pytest.raises(DomainError) as refusal:
        services.fixed_deadline(due_on=date(2026, 3, 1), today=date(2026, 3, 2))

    assert refusal.value.field == "due_on"


def test_a_bureau_may_shorten_the_longest_deadline_but_not_lengthen_it(seeded):
    today = date(2026, 1, 5)
    services.set_rule(key="major_rectify_cap", value=90)
    with pytest.raises(DomainError):
        services.fixed_deadline(due_on=date(2026, 5, 1), today=today)

    services.set_rule(key="major_rectify_cap", value=900)
    with pytest.raises(DomainError):
        services.fixed_deadline(due_on=date(2027, 2, 1), today=today)


def test_a_changed_rule_holds_for_the_next_deadline(seeded):
    services.set_rule(key=GENERAL_RECTIFY, value=5, choices=[10, 5, 10])

    assert services.deadline(
        key=GENERAL_RECTIFY, start=date(2026, 3, 2)
    ).due_on == date(2026, 3, 9)
    assert services.get_rule(GENERAL_RECTIFY).choices == [5, 10]


def test_counting_reads_the_days_once(seeded, django_assert_num_queries):
    with django_assert_num_queries(1):
        services.deadline(start=date(2026, 9, 24), days=30)


@pytest.mark.parametrize("far", [date(9999, 12, 31), date(1, 1, 1)])
def test_absurd_dates_are_refused_and_not_a_crash(seeded, far):
    with pytest.raises(DomainError):
        services.fixed_deadline(due_on=far, today=date(2026, 3, 2))
