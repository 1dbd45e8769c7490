"""The second net: no field that takes an id takes one of others.

The first net, that every model belongs to a tenant, is tests/tenants/
test_walls.py; that every address has its row, tests/test_addresses.py. Here each
form, API body and filter is found by looking at the code, so that a new one fails
until it stands in a table below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_filters import FilterSet, ModelChoiceFilter, UUIDFilter
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer, ListField

from accounts.models import User
from enterprises.models import DirectReason, Enterprise, SpecialDomain
from grids.models import RoleAssignment
from hazards.forms.fields import PhotoIdsField
from hazards.models import HazardKind
from hazards.workflow import HazardState
from journal.services import seal_events
from tenants.ids import new_id
from tenants.models import Tenant
from tenants.tenancy import TenantModel, tenant_scope
from tests.addresses import METHODS, PATHS, TABLE, addresses
from tests.factories import make_hazard, make_jpeg, make_photo, make_user
from tests.tenants.test_walls import OURS
from tests.test_addresses import LISTS, path_of
from tests.world import EVERYTHING, UNKNOWN, Holdings, World, checksum

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
KEY = "client_id"  # made by the device: no id of anything that is stored

# Every field of a form that names a row → whose row a stranger would try there.
FORM_FIELDS = {
    "EnterpriseForm.subcategory": "trade",
    "RegisterForm.subcategory": "trade",
    "RegisterForm.parent": "village",
    "MoveForm.parent": "village",
    "DirectForm.reason": "reason",
    "DomainsForm.domains": "domain",
    "StandardizationForm.document": "paper",
    "ReportForm.enterprise": "plant",
    "ReportForm.area_node": "village",
    "ReportForm.kind": "kind",
    "ReportForm.photo_ids": "waiting",
    "ReportForm.after_photo_ids": "waiting",
    "AssessForm.enterprise": "plant",
    "AssessForm.department_node": "department",
    "SubmitForm.photo_ids": "waiting",
    "RecordForm.photo_ids": "waiting",
    "MarkForm.photo_ids": "waiting",
    "DecideForm.department_node": "department",
    "DecideForm.subcategory": "trade",
    "SuperviseForm.by_node": "department",
    "AppointForm.user": "person",
    "LeaveForm.user": "person",
    "LeaveForm.substitute": "person",
    "LeaveForm.node": "village",
    "PredecessorForm.user": "person",
    "PredecessorForm.successor": "person",
    "PredecessorForm.posts": "post",
    "AppointManyForm.rows": "held",
    "MergeForm.into": "village",
}
# What only somebody of the county itself may send.
OF_THE_COUNTY = {"DecideForm", "SuperviseForm"}
# Query strings that name a row, outside of a FilterSet → the page, and whose row.
QUERY_FIELDS = {
    "OwnedFilter.township": ("/posts/owned/", "township"),
    "VacancyFilter.grid": ("/posts/vacant/", "village"),
}
# Fields that these classes only inherit, and that the tests of one cover.
INHERITED = {
    f"{name}.photo_ids": "StepForm"
    for name in (
        "AssessForm",
        "AssignForm",
        "CloseForm",
        "FailForm",
        "FixOnSpotForm",
        "PassForm",
        "RejectForm",
        "ReopenForm",
        "StartForm",
        "StepForm",
        "_DeadlineForm",
        "_ReasonForm",
        "_RectifiedForm",
    )
} | {"PhotosForm.photo_ids": "RecordForm"}
API_FIELDS = {
    "ReportHazardSerializer.kind",
    "ReportHazardSerializer.enterprise",
    "ReportHazardSerializer.area_node",
    "ReportHazardSerializer.photos",
    "AdvanceHazardSerializer.enterprise",
    "AdvanceHazardSerializer.department_node",
    "AdvanceHazardSerializer.photos",
    "PhotoUploadSerializer.id",  # the device's own: taken is a conflict
}
FILTERS = {
    "HazardFilter": {"township", "village", "department", "kind", "enterprise"},
    "EnterpriseFilter": {
        "township",
        "village",
        "category",
        "subcategory",
        "department",
        "domain",
    },
    "GridNodeFilter": {"parent"},
    "PostFilter": {"grid"},
}


def row_of(holdings: Holdings, what: str) -> Any:
    """The id of a row of a county."""
    county = holdings.county
    with tenant_scope(holdings.tenant.pk):
        return {
            "trade": holdings.plant.subcategory_id,
            "village": county.village.pk,
            "department": county.department.pk,
            "township": county.township.pk,
            "plant": holdings.plant.pk,
            "kind": HazardKind.objects.get(code="exit-blocked").pk,
            "waiting": holdings.waiting.pk,
            "reason": DirectReason.objects.get(code="fraud").pk,
            "domain": SpecialDomain.objects.get(code="ammonia").pk,
            "paper": holdings.paper.pk,
            "person": holdings.post.user_id,
            "post": holdings.post.pk,
            "held": RoleAssignment.objects.get(user=holdings.post.user_id).pk,
        }[what]


def unseen_rows(world: World, what: str) -> list[Any]:
    """The same of this county, where ``right`` sees and does nothing."""
    tenant = world.ours.tenant.pk
    with tenant_scope(tenant):
        far = Enterprise.objects.exclude(pk=world.ours.plant.pk).get()
        village = far.area_node.parent
    found = {
        "village": [village.pk],
        "township": [far.township_id],
        "plant": [far.pk],
        "waiting": [make_photo(world.elsewhere).pk],
    }
    return found.get(what, [])


@pytest.fixture(scope="module", autouse=True)
def _everything_is_imported() -> None:
    """Forms and serializers are known as soon as the addresses are."""
    assert len(set(addresses())) > len(TABLE)


def ours(found: type[Any]) -> bool:
    return found.__module__.split(".")[0] in OURS


def below(base: type[Any]) -> Iterator[type[Any]]:
    for found in base.__subclasses__():
        yield found
        yield from below(found)


# Nothing that names a row is forgotten --------------------------------------------


def test_every_field_of_a_form_that_names_a_row_stands_in_the_table() -> None:
    found = {
        f"{form.__name__}.{name}"
        for form in below(forms.Form)
        if ours(form) and ".admin." not in form.__module__
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField | forms.UUIDField | PhotoIdsField)
        and name != KEY
    }
    # The other MoveForm's parent is a grid as well.
    assert found == FORM_FIELDS.keys() | INHERITED.keys() | QUERY_FIELDS.keys()


def test_every_field_of_the_api_that_names_a_row_stands_in_the_table() -> None:
    found = {
        f"{each.__name__}.{name}"
        for each in below(BaseSerializer)
        if ours(each) and hasattr(each, "_declared_fields")
        for name, field in each._declared_fields.items()
        if not field.read_only and _takes_ids(field) and name != KEY
        if not issubclass(each, serializers.ModelSerializer)
        and each.__name__ not in {"NamedSerializer", "TokenSerializer"}  # answers
    }
    assert found == API_FIELDS


def _takes_ids(field: Any) -> bool:
    if isinstance(field, ListField):
        return _takes_ids(field.child)
    return isinstance(field, serializers.UUIDField | serializers.RelatedField)


def test_every_filter_that_names_a_row_stands_in_the_table() -> None:
    found = {
        each.__name__: {
            name
            for name, one in each.base_filters.items()
            if isinstance(one, ModelChoiceFilter | UUIDFilter)
        }
        for each in below(FilterSet)
        if ours(each)
    }
    assert found == FILTERS


def test_every_read_names_the_tenant_even_where_a_policy_would_do(world: World) -> None:
    """Two walls, each whole: the planner needs the condition, and so would an
    owner's connection, which no policy binds.
    """
    pk = world.ours.tenant.pk
    with tenant_scope(pk):
        forgotten = {
            model._meta.label
            for model in apps.get_models()
            if issubclass(model, TenantModel)
            and f'"{model._meta.db_table}"."tenant_id" = {pk}'
            not in str(model.objects.order_by().query)
        }
    assert forgotten == set()


# A stranger's id in a form ----------------------------------------------------------


def _forms(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    """Where each form is sent, with everything else filled in rightly."""
    own, county = world.ours, world.ours.county
    today = timezone.localdate().isoformat()
    reported = make_hazard(county.village)
    assigned = make_hazard(own.plant, state=HazardState.ASSIGNED)
    colleague = make_user(own.tenant)
    entry = {
        "name": "宏达机械厂",
        "unit_type": "other",
        "uscc_missing_reason": "尚未办理",
        "subcategory": row_of(own, "trade"),
    }
    report = {
        KEY: new_id(),
        "enterprise": own.plant.pk,
        "kind": row_of(own, "kind"),
        "photo_ids": [own.waiting.pk],
    }
    return {
        "EnterpriseForm": (f"/enterprises/{own.plant.pk}/edit/", entry),
        "RegisterForm": (
            "/enterprises/register/",
            entry | {"parent": county.village.pk},
        ),
        "MoveForm": (f"/enterprises/{own.plant.pk}/move/", {"note": "迁址"}),
        "DirectForm": (
            f"/enterprises/{own.plant.pk}/level/d/",
            {"note": "瞒报", "decided_on": "2026-11-01"},
        ),
        "DomainsForm": (f"/enterprises/{own.plant.pk}/domains/", {}),
        "StandardizationForm": (
            f"/enterprises/{own.plant.pk}/standardization/",
            {"level": 3, "number": "2", "issuer": "市局", "valid_from": "2026-01-01"},
        ),
        "MoveForm of grids": (f"/grids/{county.village.pk}/move/", {}),
        "ReportForm": ("/hazards/report/", report),
        "ReportForm in a village": (
            "/hazards/report/",
            report | {"enterprise": "", "where": "area"},
        ),
        "ReportForm fixed": (
            "/hazards/report/",
            report | {"fixed": "on", "measures": "已清理。"},
        ),
        "AssessForm": (f"/hazards/{reported.pk}/assess/", {"level": "general"}),
        "SubmitForm": (f"/hazards/{assigned.pk}/submit/", {"measures": "已清理。"}),
        "RecordForm": (
            f"/duties/grids/{county.village.pk}/{own.duties.record.item_id}/",
            {"note": "已查看。", "on": today},
        ),
        "MarkForm": (
            f"/duties/offices/{county.village.pk}/{own.duties.standard.pk}/",
            {"has": "yes", "since": today},
        ),
        "DecideForm": (
            f"/boundary-duties/{own.duties.boundary.pk}/decide/",
            {
                "department_node": county.department.pk,
                "rule": "业务相近",
                "document": "县政〔2026〕3号",
                "decided_on": today,
                "valid_from": today,
            },
        ),
        "AppointForm": (
            f"/posts/appoint/{county.village.pk}/",
            {"kind": "worker", "begins_on": today},
        ),
        "AppointManyForm": (
            "/posts/appoint/",
            {"kind": "worker", "begins_on": today, "do": "appoint"},
        ),
        "LeaveForm": (
            "/posts/leaves/add/",
            {
                "user": own.post.user_id,
                "substitute": colleague.pk,
                "begins_on": today,
                "ends_on": today,
            },
        ),
        "PredecessorForm": (
            "/posts/hand-over/",
            {"user": own.post.user_id, "successor": colleague.pk},
        ),
        "MergeForm": (f"/grids/{county.village.pk}/merge/", {}),
        "SuperviseForm": (
            f"/direct-supervision/units/{own.plant.pk}/place/",
            {
                "level": "county",
                "since": today,
                "document": "安委办〔2026〕2号",
                "reason": "大型企业",
            },
        ),
    }


WAYS = {
    "ReportForm.area_node": "ReportForm in a village",
    "ReportForm.after_photo_ids": "ReportForm fixed",
}


@pytest.mark.parametrize("name", [*FORM_FIELDS, "MoveForm of grids.parent"])
def test_a_form_takes_no_row_of_others(name: str, world: World) -> None:
    """A foreign id, and the refusal of one that never was; nothing changed."""
    form, _dot, field = name.rpartition(".")
    what = FORM_FIELDS.get(name, "village")
    if form == "MoveForm of grids":
        what = "township"
    url, given = _forms(world)[WAYS.get(name, form)]
    client = world.client("right")
    if form in OF_THE_COUNTY:
        client.force_login(
            make_user(world.ours.tenant, on=world.ours.county.root, may=EVERYTHING)
        )
    others = [row_of(world.theirs, what), *unseen_rows(world, what), UNKNOWN]
    before = checksum(world.ours.tenant), checksum(world.theirs.tenant)

    answers = [client.post(url, given | {field: str(pk)}) for pk in others]

    assert {answer.status_code for answer in answers} == {422}
    said = [_refusals(answer) for answer in answers]
    assert all(each == said[0] for each in said)
    assert said[0]
    assert (checksum(world.ours.tenant), checksum(world.theirs.tenant)) == before


@pytest.mark.parametrize("name", QUERY_FIELDS)
def test_a_query_opens_no_row_of_others(name: str, world: World) -> None:
    """A foreign grid reads like one that never was: no rows, no name, no error."""
    url, what = QUERY_FIELDS[name]
    field = name.rpartition(".")[2]
    client = world.client("right")
    others = [row_of(world.theirs, what), *unseen_rows(world, what), UNKNOWN]

    answers = [client.get(url, {field: str(pk)}) for pk in others]

    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert list(answer.context["page_obj"].object_list) == []
    own = client.get(url, {field: str(row_of(world.ours, what))})
    assert len(own.context["page_obj"].object_list) > 0


def _refusals(answer: Any) -> list[str]:
    """The sentences that a page shows at its fields."""
    page = unescape(answer.content.decode())
    return re.findall(
        r'class="[^"]*(?:field-error|note-error|errorlist)[^"]*".*?</', page, re.DOTALL
    )


# A stranger's id anywhere in a page ---------------------------------------------------


@pytest.fixture(scope="module")
def foreign_ids(built_world: World) -> set[str]:
    """The id of every row of the other county, and of its people."""
    found: set[str] = set()
    with tenant_scope(built_world.theirs.tenant.pk):
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                found |= {str(pk) for pk in model.objects.values_list("pk", flat=True)}
    return found | {str(built_world.foreign.pk)}


PAGES = [
    name
    for name, row in TABLE.items()
    if row.statuses["right"].startswith("200") and (row.key or name in LISTS)
]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_an_id_of_the_other_county(
    name: str, world: World, foreign_ids: set[str]
) -> None:
    """Choices, links, hidden inputs, JSON: whatever a page is made of."""
    url = path_of(name, TABLE[name], world)

    found = set(_UUID.findall(_body(world.client("right").get(url))))

    assert found & foreign_ids == set()
    assert len(foreign_ids) > 100  # the other county is there to be seen


@pytest.mark.parametrize("name", [name for name in PAGES if name != "api-docs"])
def test_no_page_holds_an_id_of_a_branch_that_one_does_not_see(
    name: str, world: World
) -> None:
    """The other township of the own county, its village and its enterprise."""
    body = _body(world.client("right").get(path_of(name, TABLE[name], world)))

    assert _far(world) & set(_UUID.findall(body)) == set()


def test_the_steps_of_a_case_offer_nothing_that_one_does_not_see(world: World) -> None:
    """The assessment asks for the enterprise: only of those that one sees."""
    hazard = make_hazard(world.ours.county.village)
    body = _body(world.client("right").get(f"/hazards/{hazard.pk}/"))

    assert str(world.ours.plant.pk) in body
    assert _far(world) & set(_UUID.findall(body)) == set()


def _body(answer: Any) -> str:
    assert answer.status_code == 200
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace")


def _far(world: World) -> set[str]:
    with tenant_scope(world.ours.tenant.pk):
        far = Enterprise.objects.exclude(pk=world.ours.plant.pk).get()
        village = far.area_node.parent
    ids = {far.pk, far.area_node_id, village.pk, far.township_id}
    return {str(pk) for pk in ids}


def test_that_test_would_see_a_leak(world: World, foreign_ids: set[str]) -> None:
    page = world.client("foreign").get("/hazards/report/").content.decode()
    assert set(_UUID.findall(page)) & foreign_ids


# Whatever a stranger sends --------------------------------------------------------------


@pytest.mark.parametrize("who", ["foreign", "elsewhere", "nothing", "anonymous"])
def test_whatever_a_stranger_sends_changes_nothing_here(who: str, world: World) -> None:
    """Every address, every method, with ids of ours in the path and the body."""
    own = world.ours
    body = {
        "enterprise": str(own.plant.pk),
        "parent": str(own.county.village.pk),
        "area_node": str(own.county.village.pk),
        "department_node": str(own.county.department.pk),
        "subcategory": str(row_of(own, "trade")),
        "kind": str(row_of(own, "kind")),
        "photos": [str(own.waiting.pk)],
        "photo_ids": [str(own.waiting.pk)],
        "id": str(own.waiting.pk),
        KEY: str(new_id()),
        "tenant": own.tenant.pk,
        "tenant_id": own.tenant.pk,
        "transition": "pass_recheck",
        "level": "general",
        "state": "suspended",
        "name": "改名",
        "code": "Q-1",
        "kind_of": "village",
        "note": "x",
        "measures": "x",
        "unit_type": "other",
        "uscc_missing_reason": "x",
    }
    before = checksum(own.tenant)
    client = world.client(who)

    for name, row in TABLE.items():
        url = path_of(name, row, world)
        for method in METHODS[1:]:
            if name in {"accounts:sign_out", "accounts:password_change"}:
                continue
            _send(client, method, url, body)

    assert checksum(own.tenant) == before


def _send(client: Client, method: str, url: str, body: dict[str, Any]) -> None:
    if method == "post" and not url.startswith("/api/"):
        client.post(url, body)
    elif url == "/api/v1/evidence/":
        photo = SimpleUploadedFile("x.jpg", make_jpeg(seed=77))
        client.post(url, {"file": photo, "id": body["id"]})
    else:
        getattr(client, method)(url, json.dumps(body), content_type="application/json")


def test_the_admin_of_another_county_neither_shows_nor_changes_a_row_here(
    world: World,
) -> None:
    """Every page of a row, every action of a list, every search for a word."""
    client = Client(headers={"accept-language": "zh-hans"})
    theirs = world.theirs
    client.force_login(
        make_user(
            theirs.tenant, on=theirs.county.root, role="tenant_admin", is_staff=True
        )
    )
    rows = _rows_of_the_admin(world.ours)
    people = User.objects.filter(tenant=world.ours.tenant).order_by("pk")
    before = checksum(world.ours.tenant), list(people.values())

    for url in _admin_addresses(rows):
        for method in ("get", "post"):
            answer = getattr(client, method)(url)
            assert answer.status_code in {302, 403, 404, 405}, url
            assert _words(world.ours, answer) == set(), url
    for model, pk in rows.items():
        listed = reverse(f"admin:{_label(model)}_changelist")
        for action in admin.site._registry[model].get_actions(_request(client)):
            client.post(listed, {"action": action, "_selected_action": [pk]})
        for query in ({"pk__exact": pk}, {"id": pk}, {"tenant": world.ours.tenant.pk}):
            found = _words(world.ours, client.get(listed, query, follow=True))
            assert found == set(), (listed, query)

    assert (checksum(world.ours.tenant), list(people.values())) == before
    assert len(rows) == len(admin.site._registry)


def _label(model: type[Any]) -> str:
    return str(model._meta.label_lower.replace(".", "_"))


def _rows_of_the_admin(holdings: Holdings) -> dict[type[Any], Any]:
    """A row of the county of each model that the admin knows."""
    given = {Tenant: holdings.tenant.pk, User: holdings.token.user_id}
    with tenant_scope(holdings.tenant.pk):
        seal_events()
        return {
            model: given.get(model)
            or model.objects.values_list("pk", flat=True).first()
            for model in admin.site._registry
        }


def _admin_addresses(rows: dict[type[Any], Any]) -> Iterator[str]:
    for model, pk in rows.items():
        for pattern in admin.site._registry[model].urls:
            if "object_id" in pattern.pattern.converters:
                yield (
                    reverse(f"admin:{pattern.name}", args=[pk])
                    if pattern.name
                    else (reverse(f"admin:{_label(model)}_changelist") + f"{pk}/")
                )


def _request(client: Client) -> Any:
    return client.get("/admin/").wsgi_request


def _words(holdings: Holdings, answer: Any) -> set[str]:
    page = unescape(answer.content.decode())
    return {word for word in holdings.words() if word in page}


def test_an_id_that_is_taken_elsewhere_is_no_way_to_look_there(world: World) -> None:
    """A phone makes ids: one of another county is a conflict and says no more."""
    client = world.client("foreign")
    before = checksum(world.ours.tenant)

    taken = [
        client.post(
            "/api/v1/evidence/",
            {"file": SimpleUploadedFile("x.jpg", make_jpeg(seed=5)), "id": str(pk)},
        )
        for pk in (world.ours.waiting.pk, world.theirs.waiting.pk)
    ]

    assert [answer.status_code for answer in taken] == [409, 409]
    assert taken[0].content == taken[1].content
    assert checksum(world.ours.tenant) == before


def test_the_checksum_sees_every_change(world: World) -> None:
    """Or all the comparisons above would prove nothing."""
    before = checksum(world.ours.tenant)
    with transaction.atomic(), tenant_scope(world.ours.tenant.pk):
        HazardKind.objects.filter(code="exit-blocked").update(name="改了")
    after = checksum(world.ours.tenant)

    assert {table for table in before if before[table] != after[table]} == {
        HazardKind._meta.db_table
    }
    assert PATHS.keys() >= {row.key for row in TABLE.values() if row.key}
