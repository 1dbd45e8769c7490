"""A needed post that nobody holds is noticed, told once, and filled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.models import GridNode, PostRule, Vacancy
from grids.services import appoint, end_post, note_vacancies, retire_node, seed_posts
from grids.tasks import begin_day, begin_day_of
from notices.models import Notice
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_posts()
        only = PostRule.objects.filter(kind="worker", node_kind="village")
        PostRule.objects.exclude(pk__in=only).update(is_needed=False)
    return county


@pytest.fixture
def scope(county):
    with tenant_scope(county.tenant.pk):
        yield


@pytest.fixture
def clerk(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


def days(number):
    return TODAY() + timedelta(days=number)


def put(county, node, user=None):
    return appoint(
        actor=None,
        user_id=(user or make_user(county.tenant)).pk,
        node_id=node.pk,
        kind="worker",
        begins_on=TODAY(),
    )


def test_a_vacancy_warns_the_township_once_after_more_than_three_days(
    county, scope, clerk
):
    put(county, county.other_village)

    told = [note_vacancies(on=days(n)).warned for n in range(8)]

    assert told == [0, 0, 0, 0, 1, 0, 0, 0]
    notice = Notice.objects.get(kind="post-vacant")
    assert (notice.recipient, notice.urgency) == (clerk, "warning")
    assert county.village.name in notice.title
    assert notice.address == county.village.get_absolute_url()


def test_somebody_new_in_the_township_is_not_told_of_what_was_told(
    county, scope, clerk
):
    put(county, county.other_village)
    note_vacancies(on=TODAY())
    note_vacancies(on=days(4))
    make_user(county.tenant, on=county.township, role="township_staff")

    note_vacancies(on=days(5))

    assert Notice.objects.filter(kind="post-vacant").count() == 1


def test_a_post_that_falls_vacant_again_is_another_vacancy(county, scope, clerk):
    put(county, county.other_village)
    note_vacancies(on=TODAY())
    note_vacancies(on=days(4))
    post = put(county, county.village)
    assert note_vacancies(on=days(4)).filled == 1
    end_post(actor=None, post_id=post.pk, on=TODAY())

    assert note_vacancies(on=days(4)) == (1, 0, 1)
    assert Vacancy.objects.filter(node=county.village).count() == 2
    assert Notice.objects.filter(kind="post-vacant").count() == 2


def test_the_bureau_decides_after_how_many_days_it_is_warned(county, scope, clerk):
    put(county, county.other_village)
    PostRule.objects.filter(is_needed=True).update(vacant_days=10)

    assert [note_vacancies(on=days(n)).warned for n in (0, 9, 10, 11)] == [0, 0, 0, 1]


def test_a_disabled_account_leaves_a_vacancy_from_the_day_it_is_noticed(
    county, scope, clerk
):
    user = make_user(county.tenant)
    put(county, county.village, user)
    put(county, county.other_village)
    note_vacancies(on=TODAY())
    user.is_active = False
    user.save(update_fields=["is_active"])

    note_vacancies(on=days(30))

    row = Vacancy.objects.get()
    assert (row.node_id, row.began_on) == (county.village.pk, days(30))


def test_a_retired_grid_needs_nobody(county, scope):
    note_vacancies(on=TODAY())
    retire_node(actor=None, node_id=county.village.pk, on=TODAY())

    note_vacancies(on=TODAY())

    opened = Vacancy.objects.filter(filled_on__isnull=True)
    assert list(opened.values_list("node", flat=True)) == [county.other_village.pk]


def test_where_nobody_appoints_in_the_township_the_county_is_told(county, scope):
    admin = make_user(county.tenant, on=county.root, role="bureau_staff")
    put(county, county.other_village)
    note_vacancies(on=TODAY())

    note_vacancies(on=days(4))

    assert Notice.objects.get(kind="post-vacant").recipient == admin


def test_the_task_of_the_night_does_it_for_each_bureau_once(
    county, django_capture_on_commit_callbacks
):
    other = make_county()
    worker = make_user(other.tenant)
    with tenant_scope(other.tenant.pk):
        appoint(
            actor=None,
            user_id=worker.pk,
            node_id=other.village.pk,
            kind="worker",
            begins_on=days(1),
        )
    day = days(1).isoformat()

    first = begin_day_of(tenant_id=other.tenant.pk, day=day)
    second = begin_day_of(tenant_id=other.tenant.pk, day=day)

    assert (first["begun"], second["begun"]) == (1, 0)
    assert (second["opened"], second["filled"], second["warned"]) == (0, 0, 0)
    assert begin_day.name == "grids.tasks.begin_day"
    with tenant_scope(county.tenant.pk):
        assert not Vacancy.objects.exists()
        assert GridNode.objects.exists()
