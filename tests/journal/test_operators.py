"""What an operator does in a bureau names him, with the address it came from."""

import pytest
from django.test import Client
from django.urls import reverse

from grids.models import PrintRule
from grids.services import seed_print_rule
from journal.models import SecurityEvent
from tenants.middleware import CHOSEN_TENANT
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_user

pytestmark = pytest.mark.django_db


def test_a_rule_that_an_operator_changes_is_logged_with_his_name_and_address():
    county, operator = make_county(), make_user(None, is_staff=True)
    with tenant_scope(county.tenant.pk):
        rule = seed_print_rule()
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(operator)
    session = client.session
    session[CHOSEN_TENANT] = county.tenant.pk
    session.save()
    page = reverse("admin:grids_printrule_change", args=[rule.pk])
    fields = client.get(page).context["adminform"].form.initial

    answer = client.post(
        page, {k: v for k, v in fields.items() if v is not None} | {"phones": "full"}
    )

    assert answer.status_code == 302
    with tenant_scope(county.tenant.pk):
        assert PrintRule.objects.get().phones == "full"
        line = SecurityEvent.objects.get(name="rule_rows_changed")
    assert (line.actor, line.address) == (operator, "192.0.2.7")
    assert line.details["as_platform"] is True
    assert line.details["phones"] == "full"
