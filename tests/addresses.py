"""Every address of the platform, and what it answers to whom.

``tests/test_addresses.py`` compares this table with the URL resolver in both
directions and then asks. The five statuses of a line stand for GET, POST, PUT,
PATCH and DELETE. Unseen is 404, as if it had never been; seen but not granted is
403; a body that makes no sense is 400 (API) or 422 (pages).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.world import Holdings

METHODS = ("get", "post", "put", "patch", "delete")
# Who asks. ``foreign`` holds everything in another county, ``elsewhere`` in
# another township of this one, ``nothing`` is of this county without a grant,
# ``watcher`` sees the object and may do nothing, ``right`` may do everything.
PEOPLE = ("anonymous", "foreign", "elsewhere", "nothing", "watcher", "right")

SIGN_IN_FIRST = "302 403 403 403 403"  # 403: the page that keeps what was typed
NOT_A_TOKEN = "401 401 401 401 401"
READ = "200 405 405 405 405"
SENT = "302 302 405 405 405"  # whoever looks is led to a page


@dataclass(frozen=True)
class Row:
    """An address: what it needs in its path, a body to send, who gets what."""

    statuses: dict[str, str]
    key: str = ""
    body: dict[str, Any] = field(default_factory=lambda: {"anything": "x"})
    # An object of the whole bureau: whoever is of it and may look sees it.
    of_bureau: bool = False

    # What hangs in public is an object that nobody is kept from.
    is_posted: bool = False

    @property
    def is_of_an_object(self) -> bool:
        return bool(self.key) and not self.is_posted


def public(statuses: str, **signed_in: str) -> Row:
    """The same for everybody, unless ``signed_in`` says otherwise."""
    return Row(dict.fromkeys(PEOPLE, statuses) | signed_in)


def page(statuses: str, *, key: str = "", **others: Any) -> Row:
    """A page of everybody who is signed in; ``others`` names who gets less."""
    body = others.pop("body", {"anything": "x"})
    of_bureau = others.pop("of_bureau", False)
    found = dict.fromkeys(PEOPLE, statuses) | {"anonymous": SIGN_IN_FIRST} | others
    return Row(found, key, body, of_bureau)


def api(statuses: str, **given: Any) -> Row:
    return page(statuses, **({"anonymous": NOT_A_TOKEN} | given))


def unseen(statuses: str) -> dict[str, str]:
    """What those get who may not know that the object exists."""
    return dict.fromkeys(("foreign", "elsewhere", "nothing"), statuses)


def ungranted(statuses: str) -> dict[str, str]:
    """What those get who hold the permission nowhere."""
    return dict.fromkeys(("nothing", "watcher"), statuses)


READ_UNSEEN = unseen("404 405 405 405 405")
SENT_UNSEEN = unseen("302 404 405 405 405")
FORM_UNSEEN = unseen("404 404 405 405 405")
FORM_WATCHED = {"watcher": "403 403 405 405 405"}
SENT_WATCHED = {"watcher": "302 403 405 405 405"}
# Buttons whose address nobody opens: no page to be led to.
PRESSED = "405 302 405 405 405"
PRESSED_UNSEEN = unseen("405 404 405 405 405")
PRESSED_WATCHED = {"watcher": "405 403 405 405 405"}
FORM = "200 422 405 405 405"
PASS = {"transition": "pass_recheck"}
# What the county itself decides: ``right`` is of a township.
ONLY_THE_COUNTY = dict.fromkeys(
    ("elsewhere", "nothing", "watcher", "right"), "403 403 405 405 405"
)
SENT_BY_THE_COUNTY = dict.fromkeys(
    ("elsewhere", "nothing", "watcher", "right"), "302 403 405 405 405"
)
READ_BY_THE_COUNTY = dict.fromkeys(
    ("elsewhere", "nothing", "watcher", "right"), "403 405 405 405 405"
)
FOREIGN_FORM = {"foreign": "404 404 405 405 405"}
BATCH_UNSEEN = READ_UNSEEN | {"nothing": "403 405 405 405 405"}
BATCH_UNSENT = SENT_UNSEEN | {"nothing": "302 403 405 405 405"}
FOREIGN_SENT = {"foreign": "302 404 405 405 405"}
OF_THE_BUREAU = {
    "foreign": "404 405 405 405 405",
    "nothing": "403 405 405 405 405",
    "of_bureau": True,
}
NAMES_NOTHING = "404 405 405 405 405"

TABLE: dict[str, Row] = {
    # Machines that watch over the platform, from this machine.
    "alive": public(READ),
    "ready": public(READ),
    "measurements": public(READ),
    # In, out, and the own account.
    "set_language": public(SENT),
    "accounts:sign_in": public("302 302 405 405 405", anonymous="200 422 405 405 405"),
    "accounts:sign_in_again": public(SENT),
    "accounts:second_step": public("302 302 405 405 405"),  # no password before it
    "accounts:sign_out": public(SENT),
    "accounts:password_change": page(FORM),
    "accounts:me": page(READ),
    "accounts:large_text": page(SENT),
    "accounts:sessions_end": page(SENT),
    "accounts:session_end": page(
        "302 302 405 405 405",
        key="session",
        watcher="302 404 405 405 405",
        **SENT_UNSEEN,
    ),
    "accounts:second_factor": page(READ),
    "accounts:second_factor_begin": page(SENT),
    "accounts:second_factor_confirm": page("302 422 405 405 405"),
    "accounts:second_factor_codes": page("302 422 405 405 405"),
    "accounts:second_factor_remove": page("302 422 405 405 405"),
    "accounts:second_factor_on": page(SENT),
    "accounts:token_make": page("302 422 405 405 405"),
    "accounts:token_revoke": page(
        SENT, key="token", watcher="302 404 405 405 405", **SENT_UNSEEN
    ),
    # The code on the door: the same for every visitor, whoever may see is led on.
    "code": Row(
        dict.fromkeys(PEOPLE, READ)
        | dict.fromkeys(("watcher", "right"), "302 405 405 405 405"),
        key="code",
    ),
    # The register.
    "enterprises:list": page(READ),
    "enterprises:pick": page(READ),
    "enterprises:register": page(FORM, **ungranted("403 403 405 405 405")),
    "enterprises:import": page(FORM, **ungranted("403 403 405 405 405")),
    "enterprises:import-template": page(READ, **ungranted("403 405 405 405 405")),
    "enterprises:import-preview": page(
        READ, key="ledger", watcher="404 405 405 405 405", **READ_UNSEEN
    ),
    "enterprises:import-columns": page(
        "302 302 405 405 405",  # its headers are not read yet
        key="ledger",
        watcher="404 404 405 405 405",
        **FORM_UNSEEN,
    ),
    "enterprises:import-confirm": page(
        SENT, key="ledger", watcher="302 404 405 405 405", **SENT_UNSEEN
    ),
    # Lists of accounts, and the roles they ask for.
    "people:start": page(FORM, **ONLY_THE_COUNTY),
    "people:template": page(READ, **READ_BY_THE_COUNTY),
    "people:list": page(
        "403 405 405 405 405",
        key="people",
        watcher="404 405 405 405 405",
        **READ_UNSEEN,
    ),
    **{
        name: page(
            "302 403 405 405 405",
            key="people",
            watcher="302 404 405 405 405",
            **SENT_UNSEEN,
        )
        for name in ("people:confirm", "people:slips")
    },
    "people:batches": page(READ, **ungranted("403 405 405 405 405")),
    "people:roles": page(
        READ, key="batch", watcher="403 405 405 405 405", **BATCH_UNSEEN
    ),
    "people:decide": page(
        SENT, key="batch", watcher="302 403 405 405 405", **BATCH_UNSENT
    ),
    "enterprises:detail": page(READ, key="plant", **READ_UNSEEN),
    "enterprises:edit": page(FORM, key="plant", **FORM_WATCHED, **FORM_UNSEEN),
    "enterprises:state": page(FORM, key="plant", **FORM_WATCHED, **FORM_UNSEEN),
    "enterprises:move": page(FORM, key="plant", **FORM_WATCHED, **FORM_UNSEEN),
    "enterprises:code_sheets": page(READ),
    "enterprises:first_levels": page(FORM, **ungranted("403 403 405 405 405")),
    "enterprises:dossier": page(READ, key="plant", **READ_UNSEEN),
    "enterprises:code_sheet": page(READ, key="plant", **READ_UNSEEN),
    "dossier": page(READ, key="plant", **READ_UNSEEN),
    **{
        name: page(FORM, key="plant", **FORM_WATCHED, **FORM_UNSEEN)
        for name in (
            "merge",
            "enterprises:level",
            "enterprises:level_d",
            "enterprises:standardization",
            "enterprises:staff_add",
            "enterprises:document_add",
        )
    },
    "enterprises:domains": page(  # none of them is an answer as well
        "200 302 405 405 405", key="plant", **FORM_WATCHED, **FORM_UNSEEN
    ),
    **{
        name: page(FORM, key=key, **FORM_WATCHED, **FORM_UNSEEN)
        for name, key in (
            ("enterprises:level_withdraw", "decision"),
            ("enterprises:standardization_revoke", "standardization"),
            ("enterprises:staff_edit", "member"),
            ("enterprises:staff_certificate", "member"),
            ("enterprises:code_withdraw", "door"),
        )
    },
    **{
        name: page(PRESSED, key=key, **PRESSED_WATCHED, **PRESSED_UNSEEN)
        for name, key in (
            ("enterprises:code_new", "plant"),
            ("enterprises:staff_end", "member"),
            ("enterprises:staff_certificate_withdraw", "skill"),
            ("enterprises:document_remove", "paper"),
        )
    },
    "enterprises:document": page(READ, key="paper", **READ_UNSEEN),
    # The tree.
    "grids:list": page(READ),
    "grids:import": page(FORM, **ONLY_THE_COUNTY),
    "grids:detail": page(READ, key="village", **READ_UNSEEN),
    "grids:add": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:edit": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:move": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:merge": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:split": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:retire": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "grids:restore": page(SENT, key="village", **SENT_WATCHED, **SENT_UNSEEN),
    # Posts, vacancies, leaves.
    "posts:list": page(READ),
    "posts:people": page(READ),
    "posts:vacant": page(READ),
    "posts:owners": page(READ),
    "posts:owned": page(READ),
    "posts:hand_over": page(FORM, **ungranted("403 403 405 405 405")),
    "posts:appoint_many": page(FORM, **ungranted("403 403 405 405 405")),
    "posts:appoint": page(FORM, key="village", **FORM_WATCHED, **FORM_UNSEEN),
    "posts:end": page(FORM, key="post", **FORM_WATCHED, **FORM_UNSEEN),
    "posts:leaves": page(READ),
    "posts:leave_add": page(FORM, **ungranted("403 403 405 405 405")),
    "posts:leave_cancel": page(
        SENT, key="leave", watcher="302 404 405 405 405", **SENT_UNSEEN
    ),
    "grids:posting": page(READ, key="village", **READ_UNSEEN),
    "grids:duty-card": page(READ, key="village", **READ_UNSEEN),
    "grids:map-sheet": page(READ, key="village", **READ_UNSEEN),
    # Duties: work items, grid offices.
    "duties:mine": page(
        READ,
        right="302 405 405 405 405",
        foreign="302 405 405 405 405",
        elsewhere="302 405 405 405 405",
    ),
    "duties:node": page(READ, key="village", **READ_UNSEEN),
    "duties:record_work": page(FORM, key="work", **FORM_WATCHED, **FORM_UNSEEN),
    "duties:record": page(READ, key="record", **READ_UNSEEN),
    "duties:withdraw": page(SENT, key="record", **SENT_WATCHED, **SENT_UNSEEN),
    "duties:photo": page(READ, key="work_photo", **READ_UNSEEN),
    "duties:completion": page(READ),
    "duties:completion_nodes": page(NAMES_NOTHING),
    "duties:completion_items": page(READ, key="village", **READ_UNSEEN),
    "duties:schemes": page(READ, nothing="403 405 405 405 405"),
    "duties:scheme": page(READ, key="scheme", **OF_THE_BUREAU),
    "duties:choose": page(SENT, key="scheme", **SENT_BY_THE_COUNTY, **FOREIGN_SENT),
    "duties:item_add": page(FORM, key="scheme", **ONLY_THE_COUNTY, **FOREIGN_FORM),
    "duties:item": page(FORM, key="item", **ONLY_THE_COUNTY, **FOREIGN_FORM),
    "duties:item_withdraw": page(
        SENT, key="item", **SENT_BY_THE_COUNTY, **FOREIGN_SENT
    ),
    "duties:offices": page(READ),
    "duties:office_kinds": page(SENT, **SENT_BY_THE_COUNTY),
    "duties:office": page(READ, key="village", **READ_UNSEEN),
    "duties:office_mark": page(FORM, key="standard", **FORM_WATCHED, **FORM_UNSEEN),
    "duties:coverage": page(READ),
    "duties:coverage_rows": page(NAMES_NOTHING),
    # Boundary duties, direct supervision and its copies.
    "boundary:list": page(READ, nothing="403 405 405 405 405"),
    "boundary:add": page(FORM, **ONLY_THE_COUNTY),
    "boundary:detail": page(READ, key="boundary", **OF_THE_BUREAU),
    "boundary:decide": page(FORM, key="boundary", **ONLY_THE_COUNTY, **FOREIGN_FORM),
    "supervision:list": page(READ, nothing="403 405 405 405 405"),
    "supervision:place": page("403 403 405 405 405", key="plant", **FORM_UNSEEN),
    "supervision:hand_back": page("403 403 405 405 405", key="plant", **FORM_UNSEEN),
    "supervision:copy": page(READ, key="copy", **READ_UNSEEN),
    "supervision:acknowledge": page(SENT, key="copy", **SENT_WATCHED, **SENT_UNSEEN),
    # Hazards and their photos.
    "hazards:list": page(READ),
    "hazards:report": page(FORM, **ungranted("403 403 405 405 405")),
    "hazards:enterprise_choices": page(READ),
    "hazards:of_enterprise": page(READ, key="plant", **READ_UNSEEN),
    "hazards:detail": page(READ, key="hazard", **READ_UNSEEN),
    "hazards:photo": page(READ, key="photo", **READ_UNSEEN),
    "hazards:advance": page(SENT, key="step", **SENT_WATCHED, **SENT_UNSEEN),
    "evidence:photo": page(
        READ, key="waiting", watcher="404 405 405 405 405", **READ_UNSEEN
    ),
    # Lists to take away.
    **{
        f"exports:{code}": page(
            "200 200 405 405 405", **ungranted("403 403 405 405 405")
        )
        for code in ("enterprises", "grids", "hazards", "posts", "security-log")
    },
    # What one started in the background: nobody else sees it, whatever he holds.
    "jobs:list": page(READ),
    "jobs:detail": page(READ, key="job", watcher="404 405 405 405 405", **READ_UNSEEN),
    "jobs:cancel": page(SENT, key="job", watcher="302 404 405 405 405", **SENT_UNSEEN),
    "jobs:product": page("404 405 405 405 405", key="job"),  # it has none yet
    # The inbox.
    "notices:list": page(READ),
    "notices:read-all": page(SENT),
    "notices:open": page(
        SENT, key="notice", watcher="302 404 405 405 405", **SENT_UNSEEN
    ),
    # Home and the board.
    "portal:home": page(READ),
    "portal:board": page(READ, **ungranted("403 405 405 405 405")),
    "portal:public-grid": Row(
        dict.fromkeys(PEOPLE, READ), "public_village", is_posted=True
    ),
    "portal:board-points": page(READ, **ungranted("403 405 405 405 405")),
    # Personal data in full, and the mark on the pages that show some.
    "portal:show-personal": page(
        "302 200 405 405 405",
        key="phone",
        body={"reason": "核实隐患"},
        **SENT_WATCHED,
        **SENT_UNSEEN,
    ),
    "portal:watermark": page(READ),
    # The API.
    "api-schema": api(READ),
    "api-docs": api(READ),
    "tokens": public("405 400 405 405 405"),
    "tokens-current": api("405 405 405 405 404"),  # a session is no token
    "personal-data": api(
        "405 200 405 405 405",
        key="phone",
        body={"reason": "核实隐患"},
        watcher="405 403 405 405 405",
        **unseen("405 404 405 405 405"),
    ),
    "enterprise-list": api(READ),
    "enterprise-detail": api(READ, key="plant", **READ_UNSEEN),
    "grid-list": api(READ),
    "grid-at": api("400 405 405 405 405"),  # which needs a position
    "grid-detail": api(READ, key="village", **READ_UNSEEN),
    "post-list": api(READ),
    "post-detail": api(READ, key="post", **READ_UNSEEN),
    "hazard-list": api("200 400 405 405 405"),
    "hazard-detail": api(READ, key="hazard", **READ_UNSEEN),
    "hazard-advance": api(
        "405 200 405 405 405",
        key="hazard",
        body=PASS,
        watcher="405 403 405 405 405",
        **unseen("405 404 405 405 405"),
    ),
    "evidence-upload": api("405 415 405 405 405"),  # photos do not come as JSON
    "evidence-which": api("405 400 405 405 405"),
}

# What a key puts into the path.
PATHS: dict[str, Callable[[Holdings], dict[str, Any]]] = {
    "plant": lambda has: {"pk": has.plant.pk},
    "phone": lambda has: {
        "kind": "enterprise",
        "pk": has.plant.pk,
        "field": "principal_phone",
    },
    "code": lambda has: {"token": has.code.token},
    "door": lambda has: {"pk": has.code.pk},
    "decision": lambda has: {"pk": has.decision.pk},
    "standardization": lambda has: {"pk": has.standardization.pk},
    "member": lambda has: {"pk": has.skill.member_id},
    "skill": lambda has: {"pk": has.skill.pk},
    "paper": lambda has: {"pk": has.paper.pk},
    "village": lambda has: {"pk": has.county.village.pk},
    "public_village": lambda has: {
        "tenant_id": has.county.tenant.pk,
        "pk": has.county.village.pk,
    },
    "hazard": lambda has: {"pk": has.hazard.pk},
    "step": lambda has: {"pk": has.hazard.pk, "transition": "pass_recheck"},
    "photo": lambda has: {
        "pk": has.hazard.pk,
        "photo_pk": has.shown.pk,
        "variant": "marked",
    },
    "waiting": lambda has: {"pk": has.waiting.pk, "variant": "marked"},
    "notice": lambda has: {"pk": has.notice.pk},
    "job": lambda has: {"pk": has.job.pk},
    "ledger": lambda has: {"pk": has.ledger.pk},
    "people": lambda has: {"pk": has.people.pk},
    "batch": lambda has: {"batch": has.proposal.batch},
    "token": lambda has: {"pk": has.token.pk},
    "session": lambda has: {"pk": has.session.pk},
    "post": lambda has: {"pk": has.post.pk},
    "leave": lambda has: {"pk": has.leave.pk},
    "work": lambda has: {
        "pk": has.county.village.pk,
        "item_pk": has.duties.record.item_id,
    },
    "record": lambda has: {"pk": has.duties.record.pk},
    "work_photo": lambda has: {"pk": has.duties.photo.pk, "variant": "marked"},
    "scheme": lambda has: {"pk": has.duties.record.item.scheme_id},
    "item": lambda has: {"pk": has.duties.record.item_id},
    "standard": lambda has: {
        "pk": has.county.village.pk,
        "standard_pk": has.duties.standard.pk,
    },
    "boundary": lambda has: {"pk": has.duties.boundary.pk},
    "copy": lambda has: {"pk": has.duties.copy.pk},
}

# Django's own admin is asked model by model, in tests/test_admin_addresses.py.
SWEPT_ELSEWHERE = "admin:"


def addresses(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; the path of one that has no name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern.url_patterns, f"{namespace}{inner}")
