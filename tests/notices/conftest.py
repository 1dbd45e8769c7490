"""A kind of notice that exists in these tests only."""

from collections.abc import Iterator

import pytest

from notices import messages
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant


@pytest.fixture(autouse=True)
def _a_kind_to_notify_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_kinds", dict(messages._kinds))
    messages.register("test-news", title="News about %(what)s", body="Look at it.")


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant()


@pytest.fixture
def in_tenant(tenant: Tenant) -> Iterator[Tenant]:
    with tenant_scope(tenant.pk):
        yield tenant
