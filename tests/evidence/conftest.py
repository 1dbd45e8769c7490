"""A bureau with two people, and a folder of its own for the files."""

import pytest

from tenants.services import create_tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_user


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def bureau(db):
    return create_tenant(name="测试县", division_code="341222")


@pytest.fixture
def worker(bureau):
    return make_user(bureau, full_name="王芳")


@pytest.fixture
def colleague(bureau):
    return make_user(bureau)


@pytest.fixture
def in_bureau(bureau):
    with tenant_scope(bureau.pk):
        yield bureau


@pytest.fixture
def files_on_disk(media):
    """The names of all files kept, at the moment of asking."""

    def names():
        return sorted(
            path.relative_to(media).as_posix()
            for path in media.rglob("*")
            if path.is_file()
        )

    return names
