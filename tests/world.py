"""Two counties with somebody at every place, for tests that look over the walls.

Making them costs more than asking them anything, so a module builds them once;
each test then works behind a savepoint of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.services import make_token, note_session
from enterprises.models import (
    EnterpriseCode,
    EnterpriseDocument,
    LevelDecision,
    StaffCertificate,
    StandardizationCertificate,
)
from enterprises.services import (
    add_document,
    add_staff,
    add_staff_certificate,
    rate_enterprise,
    record_standardization,
)
from evidence.models import Job, JobState
from grids.kinds import NodeKind
from grids.models import GridNode, Role, RoleProposal
from grids.services import appoint, enter_leave
from hazards.workflow import HazardState
from notices.models import Notice
from portal.services import open_bureau
from tenants.tenancy import TenantModel, tenant_scope
from tests.factories import (
    County,
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_photo,
    make_user,
)
from tests.world_duties import DutiesDone, do_duties

if TYPE_CHECKING:
    import psycopg

    from accounts.models import ApiToken, User, UserSession
    from enterprises.models import Enterprise
    from evidence.models import Photo
    from grids.models import Leave, Post
    from hazards.models import Hazard
    from tenants.models import Tenant

EVERYTHING = [codename for codename, _label in GridNode._meta.permissions]
UNKNOWN = UUID("019a0000-0000-7000-8000-00000000dead")


@dataclass(frozen=True)
class Holdings:
    """One of everything that has an address, in one county."""

    county: County
    plant: Enterprise
    code: EnterpriseCode
    decision: LevelDecision
    standardization: StandardizationCertificate
    skill: StaffCertificate
    paper: EnterpriseDocument
    hazard: Hazard
    shown: Photo
    waiting: Photo
    notice: Notice
    token: ApiToken
    session: UserSession
    duties: DutiesDone
    job: Job
    ledger: Job
    people: Job
    proposal: RoleProposal
    post: Post
    leave: Leave

    @property
    def tenant(self) -> Tenant:
        return self.county.tenant

    def words(self) -> set[str]:
        """What a page shows of these rows, and nobody outside may read."""
        return {
            self.plant.name,
            self.plant.uscc,
            self.hazard.title,
            self.hazard.number,
            self.county.village.name,
            self.county.township.name,
            self.county.department.name,
        }


@dataclass(frozen=True)
class World:
    """``ours`` belongs to ``right``; the others look at it from elsewhere."""

    ours: Holdings
    theirs: Holdings
    right: User
    foreign: User
    nothing: User
    elsewhere: User
    watcher: User

    def client(self, who: str) -> Client:
        """A browser of one of the people, or of ``anonymous``."""
        client = Client(headers={"accept-language": "zh-hans"})
        if who != "anonymous":
            client.force_login(getattr(self, who))
        return client


def make_world() -> World:
    county, rival = (
        make_county(open_bureau(name=f"{name}县", division_code=code))
        for name, code in (("清河", "341291"), ("白沙", "341292"))
    )
    for each in (county, rival):
        with tenant_scope(each.tenant.pk):  # grids of today owe no work yet
            long_ago = timezone.now() - timedelta(days=400)
            GridNode.objects.update(created_at=long_ago)
    right = make_user(county.tenant, on=county.township, may=EVERYTHING)
    foreign = make_user(rival.tenant, on=rival.root, may=EVERYTHING)
    far = make_node(county.root, NodeKind.TOWNSHIP, name="河东镇")
    make_enterprise(make_node(far), trade="0411")  # of no department of ours
    return World(
        ours=_holdings(county, right),
        theirs=_holdings(rival, foreign),
        right=right,
        foreign=foreign,
        nothing=make_user(county.tenant),
        elsewhere=make_user(county.tenant, on=far, may=EVERYTHING),
        watcher=make_user(
            county.tenant,
            on=county.township,
            may=["view_hazards", "view_enterprises", "view_grids"],
        ),
    )


def _holdings(county: County, owner: User) -> Holdings:
    plant = make_enterprise(
        county.village,
        department=county.department,
        name=f"{county.tenant.name}独有的厂",
    )
    hazard = make_hazard(
        plant,
        state=HazardState.SUBMITTED,
        reporter=owner,
        title=f"{county.tenant.name}独有的隐患",
        longitude=Decimal("115.62"),
        latitude=Decimal("33.16"),
    )
    waiting = make_photo(owner)
    token, _key = make_token(user=owner, name="平台对接")
    session = note_session(
        user=owner, session_key=f"elsewhere-{owner.pk}"[:40], address=None, agent=""
    )
    with tenant_scope(county.tenant.pk):
        shown = hazard.photos.order_by("id").first().photo
        code = EnterpriseCode.objects.get(enterprise=plant)
        of_plant: dict[str, Any] = {"actor": None, "enterprise_id": plant.pk}
        decision = rate_enterprise(year=2026, level="B", **of_plant)
        standardization = record_standardization(
            level=3,
            number="AQB-1",
            issuer="市应急管理局",
            valid_from=date(2026, 1, 1),
            **of_plant,
        )
        member = add_staff(name="钱某", post="special_operator", **of_plant)
        skill = add_staff_certificate(
            actor=None, member_id=member.pk, kind="special_operation"
        )
        paper = add_document(
            kind="licence",
            title="执照",
            content=b"%PDF-1.7 " + str(plant.pk).encode(),
            file_name="执照.pdf",
            **of_plant,
        )
        notice = Notice.objects.create(
            recipient=owner, kind="hazard-reported", key="world", params={}
        )
        job = _ended(owner, "export", list="grids", query="", full=False, reason="")
        ledger = _ended(owner, "enterprise-import-check")
        people = _ended(owner, "account-import-check")
        proposal = RoleProposal.objects.create(
            batch=people.pk,
            source_name="名单.xlsx",
            user=make_user(county.tenant),
            role=Role.objects.get(code="grid_worker"),
            node=county.village,
            proposed_by=make_user(county.tenant),
        )
        held = _posts(county)
    return Holdings(
        county=county,
        plant=plant,
        code=code,
        decision=decision,
        standardization=standardization,
        skill=skill,
        paper=paper,
        hazard=hazard,
        shown=shown,
        waiting=waiting,
        notice=notice,
        token=token,
        session=session,
        job=job,
        duties=do_duties(county, plant, owner),
        ledger=ledger,
        people=people,
        proposal=proposal,
        post=held[0],
        leave=held[1],
    )


def _posts(county: County) -> tuple[Post, Leave]:
    """A grid worker who is away, and the one who stands in."""
    worker, other = make_user(county.tenant), make_user(county.tenant)
    post, _other = (
        appoint(
            actor=None,
            user_id=user.pk,
            node_id=node.pk,
            kind="worker",
            begins_on=timezone.localdate(),
        )
        for user, node in ((worker, county.village), (other, county.other_village))
    )
    leave = enter_leave(
        actor=None,
        user_id=worker.pk,
        substitute_id=other.pk,
        begins_on=timezone.localdate(),
        ends_on=timezone.localdate(),
    )
    return post, leave


def _ended(owner: User, kind: str, **parameters: Any) -> Job:
    """A job that is over, so that no test's worker takes it up."""
    now = timezone.now()
    job: Job = Job.objects.create(
        actor=owner,
        kind=kind,
        parameters=parameters,
        state=JobState.DONE,
        finished_at=now,
        expires_at=now + timedelta(days=1),
    )
    return job


# What a tenant holds, as one word ---------------------------------------------


def checksum(
    tenant: Tenant,
    owner: psycopg.Connection[Any] | None = None,
    *,
    besides: tuple[str, ...] = (),
) -> dict[str, str]:
    """A digest of every row of a tenant, table by table.

    Read through the tenant's own scope; with ``owner``, a connection that no
    policy binds, for tests whose rows are committed. ``besides`` names tables
    that may change.
    """
    return {
        table: hashlib.sha256(
            "".join(_rows(table, tenant.pk, owner)).encode()
        ).hexdigest()
        for table in _tables()
        if table not in besides
    }


def _tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.managed
    )


def _rows(table: str, tenant_id: int, owner: Any) -> list[Any]:
    sql = (
        f"SELECT md5(t::text) FROM {table} t"  # noqa: S608  our own table names
        " WHERE tenant_id = %s ORDER BY 1"
    )
    if owner is not None:
        return [row[0] for row in owner.execute(sql, [tenant_id]).fetchall()]
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id])
        return [row[0] for row in cursor.fetchall()]


# Answers, without what differs by chance --------------------------------------

_CHANCE = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<=name="csrf-token" content=")[^"]+'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def plain(response: Any, *ids: Any) -> tuple[int, str]:
    """Status and body, with these ids and every token taken out."""
    body = b"".join(response) if response.streaming else response.content
    text = body.decode(errors="replace")
    if "json" in response["Content-Type"]:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    for each in ids:
        text = text.replace(str(each), "ID")
    return response.status_code, _CHANCE.sub("", text)
