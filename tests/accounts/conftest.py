"""People who sign in, and what the security log says about it."""

from collections.abc import Callable

import pytest

from accounts.models import User
from journal.models import SecurityEvent
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant, make_user


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant()


@pytest.fixture
def person(tenant: Tenant) -> User:
    return make_user(tenant, username="wang.wei", phone="13800000001")


@pytest.fixture
def log() -> Callable[..., list[tuple[str, bool]]]:
    """What the log of a tenant, or the platform's own, holds, in order."""

    def read(tenant: Tenant | None) -> list[tuple[str, bool]]:
        rows = SecurityEvent.objects.order_by("at").values_list("name", "succeeded")
        if tenant is None:
            return list(rows)
        with tenant_scope(tenant.pk):
            return [row for row in rows if row[0] != "role_granted"]

    return read
