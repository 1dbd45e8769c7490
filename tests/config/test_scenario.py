"""``make scenario FRESH=1``: a place goes with everything it has."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from psycopg import sql

from config import scenario
from portal.scenarios.load import Run, load_scenario
from portal.scenarios.sizes import sized
from tenants.models import Tenant
from tests.database import connect_as_owner
from tests.factories import make_county, make_enterprise


def _load():
    small = sized("haining", share=0.01)
    run = Run(scenario=small, years=1, today=date(2026, 11, 23), seed=7)
    load_scenario(run, say=lambda _line: None)


@pytest.mark.skipif(not settings.EMBEDDED_DATABASE, reason="needs its superuser")
@pytest.mark.django_db(transaction=True)
def test_a_place_is_removed_with_everything_and_nothing_else_is_touched():
    _load()
    other = make_county()
    make_enterprise(other.village)
    database = str(connection.settings_dict["NAME"])
    gone = Tenant.objects.get(division_code="330481").pk
    kept = _rows_of(database, other.tenant.pk)

    assert scenario.remove(["330481"], database=database) == 1

    assert _rows_of(database, gone) == {}
    assert _rows_of(database, other.tenant.pk) == kept
    assert kept["enterprises_enterprise"] == 1
    assert not Group.objects.filter(name__startswith=f"{gone}:").exists()
    assert scenario.remove(["330481"], database=database) == 0
    _load()  # there is room again


def _rows_of(database, tenant_id):
    """How many rows of a tenant stand in each table, as the owner sees them."""
    found = {}
    with connect_as_owner(database) as owner:
        tables = owner.execute(scenario.TENANT_TABLES).fetchall()
        for (table,) in [*tables, ("accounts_user",)]:
            count = owner.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE tenant_id = %s").format(
                    sql.Identifier(table)
                ),
                [tenant_id],
            ).fetchone()[0]
            if count:
                found[table] = count
    return found
