"""Two people at once: the database and the lock decide, not luck."""

import threading

import pytest
from django.db import connection

from enterprises.models import Enterprise
from enterprises.services import register_enterprise, seed_industries
from grids.integrity import check_tree
from tenants.errors import DomainError
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user

GOOD = "91350100M000100Y43"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_one_code_the_second_is_told():
    county = make_county()
    pair = [
        make_user(county.tenant, on=county.township, role="township_staff")
        for _ in range(2)
    ]
    with tenant_scope(county.tenant.pk):
        trade = seed_industries()["0405"].pk
    outcomes, gate = [], threading.Barrier(2)

    def press(user):
        try:
            gate.wait()
            with tenant_scope(county.tenant.pk):
                register_enterprise(
                    actor=user,
                    parent_id=county.village.pk,
                    name="同一家厂",
                    unit_type="company",
                    subcategory_id=trade,
                    uscc=GOOD,
                )
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(refusal.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[user]) for user in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "uscc"]
    with tenant_scope(county.tenant.pk):
        assert Enterprise.objects.count() == 1
        assert check_tree() == []
