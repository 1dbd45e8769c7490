"""The nightly sweep by the worker, and the whole of it by hand."""

import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override

from evidence import tasks
from tenants.services import create_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def orphans(media):
    """One old file without a row in each of two bureaus, in part 10."""
    made = []
    for code, name in (("341222", "测试县"), ("341223", "邻县")):
        tenant = create_tenant(name=name, division_code=code)
        path = media / str(tenant.pk) / "a0" / "x.part"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
        made.append((tenant, path))
    return made


def test_each_bureau_is_swept_in_a_task_of_its_own(orphans):
    day = "2026-03-15"  # a day of part 10 of 16

    tasks.sweep.delay(day=day)

    assert [path.exists() for _tenant, path in orphans] == [False, False]


def test_files_of_another_part_wait_for_their_day(orphans):
    tasks.sweep.delay(day="2026-03-16")

    assert [path.exists() for _tenant, path in orphans] == [True, True]


def test_a_task_for_a_bureau_that_does_not_exist_is_refused(orphans):
    with pytest.raises(PermissionError):
        tasks.sweep_of.delay(tenant_id=10**9, day="2026-03-15")


def test_a_task_run_twice_does_nothing_the_second_time(orphans):
    tenant, _path = orphans[0]

    first = tasks.sweep_of(tenant_id=tenant.pk, day="2026-03-15")
    second = tasks.sweep_of(tenant_id=tenant.pk, day="2026-03-15")

    assert (first, second) == (1, 0)


def test_the_command_sweeps_everything_and_says_what(orphans):
    out = StringIO()

    with override("en"):
        call_command("sweep_evidence", stdout=out)

    assert out.getvalue().splitlines() == [
        "测试县: 1 files, 0 photos, 0 pictures",
        "邻县: 1 files, 0 photos, 0 pictures",
    ]
    assert [path.exists() for _tenant, path in orphans] == [False, False]
