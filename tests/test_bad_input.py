"""Bad input gets a clear answer, and nothing is lost.

One test for each line of that promise, by HTTP as people and phones send it, in
the language they read. After each refusal every table is as it was before.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext
from stdnum.cn.uscc import calc_check_digit

from enterprises.models import Enterprise, IndustrySubcategory
from hazards.models import Hazard, HazardEvent, HazardKind
from hazards.workflow import HazardState
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.evidence import pictures
from tests.factories import (
    PASSWORD,
    make_hazard,
    make_jpeg,
    make_photo,
    make_uscc,
    make_user,
)
from tests.world import UNKNOWN, World, checksum, make_world

REGISTER = "/enterprises/register/"
REPORT = "/hazards/report/"
API = "/api/v1/hazards/"
UPLOAD = "/api/v1/evidence/"
# Photos that are in stay in: they wait for the second try.
PHOTOS = ("evidence_photo", "evidence_blob")


def chinese(sentence: str, **values: Any) -> str:
    """How a sentence of the catalogue is said; it must have been translated."""
    with translation.override("zh-hans"):
        said = gettext(sentence)
    assert said != sentence
    return said % values if values else said


def text(response: Any) -> str:
    return unescape(response.content.decode())


def errors(response: Any) -> dict[str, list[str]]:
    """What a page says at which field, and that the page really shows it."""
    found: dict[str, list[str]] = {
        name: list(said) for name, said in response.context["form"].errors.items()
    }
    page = text(response)
    assert all(each in page for said in found.values() for each in said)
    return found


def fields(response: Any) -> dict[str, list[str]]:
    """What the API says at which field."""
    answer = response.json()
    assert answer["code"] == "invalid"
    assert [answer["detail"]] == next(iter(answer["fields"].values()))
    return dict(answer["fields"])


def as_json(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, json.dumps(body, default=str), "application/json")


@pytest.fixture
def client(world: World) -> Client:
    return world.client("right")


@pytest.fixture
def unchanged(world: World) -> Callable[[], bool]:
    """Are all rows of both counties as they were when the test began?"""

    def sums() -> list[dict[str, str]]:
        tenants = (world.ours.tenant, world.theirs.tenant)
        return [checksum(tenant, besides=PHOTOS) for tenant in tenants]

    before = sums()
    return lambda: sums() == before


@pytest.fixture
def entry(world: World) -> dict[str, Any]:
    """A unit as a clerk fills it in; a test changes what it is about."""
    with tenant_scope(world.ours.tenant.pk):
        trade = IndustrySubcategory.objects.get(code="0405").pk
    return {
        "parent": str(world.ours.county.village.pk),
        "name": "宏达机械厂",
        "unit_type": "company",
        "uscc": make_uscc(),
        "subcategory": str(trade),
        "principal": "王五",
    }


@pytest.fixture
def found(world: World) -> dict[str, Any]:
    """A hazard as a finder fills it in."""
    with tenant_scope(world.ours.tenant.pk):
        kind = HazardKind.objects.get(code="exit-blocked").pk
    return {
        "client_id": str(new_id()),
        "enterprise": str(world.ours.plant.pk),
        "kind": str(kind),
        "title": "东门被锁",
        "description": "货物堵到了门口,推不开。",
    }


def photo(content: bytes | None = None, name: str = "现场.jpg") -> SimpleUploadedFile:
    content = make_jpeg(seed=7) if content is None else content
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


# The unified social credit code -----------------------------------------------

GOOD = "91341291MA0000001"
WRONG_CODES = {
    "too short": (
        "9134129",
        chinese("A code has 18 characters; this one has %(count)d.", count=7),
    ),
    "no code at all": (
        "统一社会信用代码在这里啊啊啊啊啊",
        chinese("A code has only digits and capital letters."),
    ),
    "a letter that is never used": (
        f"9134129IMA000000{calc_check_digit('91341291MA0000001')}X",
        chinese(
            "The letter %(letter)s is never used in a code. "
            "I and O are usually a 1 and a 0; S, V and Z a 5, a U and a 2.",
            letter="I",
        ),
    ),
    "missing": (
        "",
        chinese(
            "A unit of this kind has a code on its licence: enter it, "
            "or choose another kind of unit."
        ),
    ),
}


@pytest.mark.parametrize(("code", "said"), WRONG_CODES.values(), ids=WRONG_CODES)
def test_a_wrong_or_missing_code_is_said_at_its_field(
    code: str, said: str, client: Client, entry: Any, unchanged: Any
) -> None:
    response = client.post(REGISTER, entry | {"uscc": code})

    assert response.status_code == 422
    assert errors(response) == {"uscc": [said]}
    assert 'value="宏达机械厂"' in text(response)
    assert unchanged()


def test_a_code_that_somebody_has_is_said_with_the_name(
    world: World, client: Client, entry: Any, unchanged: Any
) -> None:
    plant = world.ours.plant
    response = client.post(REGISTER, entry | {"uscc": plant.uscc})

    assert errors(response) == {
        "uscc": [chinese("This code already belongs to “%(name)s”.", name=plant.name)]
    }
    assert unchanged()


def test_a_check_digit_that_does_not_fit_is_asked_about_and_then_recorded(
    world: World, client: Client, entry: Any
) -> None:
    wrong = next(d for d in "0123456789" if d != calc_check_digit(GOOD))
    given = entry | {"uscc": GOOD + wrong}

    asked = client.post(REGISTER, given)
    saved = client.post(REGISTER, given | {"accept_check_digit": "on"})

    assert errors(asked) == {
        "uscc": [
            chinese(
                "The check digit does not fit: one of the characters is probably "
                "wrong. Compare the code with the licence."
            )
        ]
    }
    assert saved.status_code == 302
    with tenant_scope(world.ours.tenant.pk):
        assert Enterprise.objects.get(uscc=GOOD + wrong).uscc_check_failed


def test_a_unit_without_a_code_says_why(
    client: Client, entry: Any, world: World
) -> None:
    given = entry | {"uscc": "", "unit_type": "individual"}

    asked = client.post(REGISTER, given)
    saved = client.post(REGISTER, given | {"uscc_missing_reason": "尚未办理"})

    assert errors(asked) == {
        "uscc_missing_reason": [
            chinese("Enter the code, or say here why the unit has none.")
        ]
    }
    assert saved.status_code == 302
    with tenant_scope(world.ours.tenant.pk):
        assert Enterprise.objects.get(name="宏达机械厂").own_code.startswith("LS")


# Grids ------------------------------------------------------------------------


def test_an_unknown_and_a_foreign_grid_are_the_same_refusal_in_the_register(
    world: World, client: Client, entry: Any, unchanged: Any
) -> None:
    answers = [
        client.post(REGISTER, entry | {"parent": str(pk)})
        for pk in (world.theirs.county.village.pk, UNKNOWN)
    ]

    said = [errors(answer) for answer in answers]
    assert {answer.status_code for answer in answers} == {422}
    assert said[0] == said[1]
    assert list(said[0]) == ["parent"]
    assert re.search("[\u4e00-\u9fff]", said[0]["parent"][0])
    assert unchanged()


def test_an_unknown_and_a_foreign_grid_are_the_same_refusal_in_a_report(
    world: World, client: Client, found: Any, unchanged: Any
) -> None:
    found.pop("enterprise")
    grids = (world.theirs.county.village.pk, UNKNOWN)

    pages = [
        errors(
            client.post(
                REPORT,
                found | {"where": "area", "area_node": str(pk), "photos": [photo()]},
            )
        )
        for pk in grids
    ]
    phones = [
        fields(
            as_json(
                client, API, **found, area_node=pk, photos=[make_photo(world.right).pk]
            )
        )
        for pk in grids
    ]

    assert pages[0] == pages[1]
    assert list(pages[0]) == ["area_node"]
    assert phones == [{"area_node": [chinese("This grid does not exist.")]}] * 2
    assert unchanged()


# Deadlines --------------------------------------------------------------------

DAYS = {
    "yesterday": (
        lambda today: today - timedelta(days=1),
        chinese("The deadline lies in the past. Choose today or a later day."),
    ),
    "year 1": (
        lambda today: today.replace(year=1),
        chinese("The deadline lies in the past. Choose today or a later day."),
    ),
    "year 9999": (
        lambda today: today.replace(year=9999),
        chinese("The deadline may lie at most %(days)s days ahead.", days=365),
    ),
}


@pytest.fixture
def assessed(world: World) -> Hazard:
    return make_hazard(world.ours.plant, state=HazardState.ASSESSED)


@pytest.mark.parametrize(("day", "said"), DAYS.values(), ids=DAYS)
def test_a_deadline_that_cannot_be_kept_is_said_at_the_date(
    day: Any, said: str, assessed: Hazard, client: Client, world: World
) -> None:
    before = checksum(world.ours.tenant)
    given = {
        "requirement": "立即清理。",
        "due_on": day(timezone.localdate()).isoformat(),
    }

    page = client.post(f"/hazards/{assessed.pk}/assign/", given)
    phone = as_json(
        client, f"{API}{assessed.pk}/advance/", transition="assign", **given
    )

    assert (page.status_code, phone.status_code) == (422, 422)
    assert said in text(page)
    assert 'aria-invalid="true"' in text(page)
    assert "立即清理。" in text(page)
    assert fields(phone) == {"due_on": [said]}
    assert checksum(world.ours.tenant) == before


@pytest.mark.parametrize("written", ["2026-02-30", "morgen", "2026-1", "\0"])
def test_a_day_that_does_not_exist_is_refused(
    written: str, assessed: Hazard, client: Client, world: World
) -> None:
    before = checksum(world.ours.tenant)
    given = {"requirement": "立即清理。", "due_on": written}

    page = client.post(f"/hazards/{assessed.pk}/assign/", given)
    phone = as_json(
        client, f"{API}{assessed.pk}/advance/", transition="assign", **given
    )

    assert (page.status_code, phone.status_code) == (422, 400)
    assert list(fields(phone)) == ["due_on"]
    assert checksum(world.ours.tenant) == before


# Photos -----------------------------------------------------------------------

NO_PHOTO = chinese("This is no photo. Send a JPEG, PNG, WebP or HEIC picture.")
TOO_LARGE = chinese(
    "The photo is larger than %(limit)s MB. Choose a smaller one.", limit=15
)
BAD_PHOTOS = {
    "text": (b"this is a letter", NO_PHOTO),
    "SVG named .jpg": (pictures.SVG, NO_PHOTO),
    "HTML named .jpg": (pictures.HTML, NO_PHOTO),
    "PDF named .jpg": (pictures.PDF, NO_PHOTO),
    "200 megapixels": (
        pictures.huge_png(20_000, 10_000),
        chinese(
            "The photo has more than %(limit)s megapixels. Take it with a lower"
            " resolution.",
            limit=40,
        ),
    ),
    "30 MB": (b"\xff\xd8\xff" + bytes(30 << 20), TOO_LARGE),
    "truncated": (
        pictures.picture()[:-1500],
        chinese(
            "The photo is damaged or not complete. Send it again, or take it anew."
        ),
    ),
    "empty": (b"", chinese("This file is empty. Take or choose the photo again.")),
}


@pytest.mark.parametrize(("content", "said"), BAD_PHOTOS.values(), ids=BAD_PHOTOS)
def test_what_is_no_photo_is_said_at_the_photos_and_the_rest_is_kept(
    content: bytes, said: str, client: Client, found: Any, unchanged: Any, world: World
) -> None:
    before = checksum(world.ours.tenant)

    page = client.post(REPORT, found | {"photos": [photo(content)]})
    phone = client.post(UPLOAD, {"file": photo(content)})

    assert (page.status_code, phone.status_code) == (422, 422)
    assert errors(page) == {"photo_ids": [said]}
    assert 'value="东门被锁"' in text(page)
    assert "货物堵到了门口" in text(page)
    assert fields(phone) == {"photos": [said]}
    assert checksum(world.ours.tenant) == before


def test_one_bad_photo_among_good_ones_loses_none_of_them(
    client: Client, found: Any, unchanged: Any, world: World
) -> None:
    good = [photo(make_jpeg(seed=n)) for n in (11, 12)]

    first = client.post(REPORT, found | {"photos": [*good, photo(pictures.SVG)]})
    kept = re.findall(r'name="photo_ids"[^>]*value="([^"]+)"', text(first))
    second = client.post(REPORT, found | {"photo_ids": kept})

    assert (first.status_code, len(kept)) == (422, 2)
    assert second.status_code == 302
    with tenant_scope(world.ours.tenant.pk):
        assert Hazard.objects.latest("reported_at").photos.count() == 2


def test_the_thirty_first_photo_is_refused(
    client: Client, found: Any, world: World, unchanged: Any
) -> None:
    with tenant_scope(world.ours.tenant.pk):
        ids = [make_photo(world.right).pk for _ in range(31)]

    page = client.post(REPORT, found | {"photo_ids": [str(pk) for pk in ids]})

    assert page.status_code == 422
    assert errors(page) == {
        "photo_ids": [chinese("At most %(limit)s photos at once.", limit=30)]
    }
    assert unchanged()


def test_thirty_one_photos_at_once_are_told_so_and_nothing_typed_is_lost(
    client: Client, found: Any, unchanged: Any
) -> None:
    files = [photo(make_jpeg(seed=8 * n), f"{n}.jpg") for n in range(31)]

    page = client.post(REPORT, found | {"photos": files})

    assert page.status_code == 422
    assert errors(page) == {
        "photo_ids": [chinese("At most %(limit)s photos at once.", limit=30)]
    }
    assert found["title"] in text(page)
    assert found["description"] in text(page)
    assert unchanged()


# Steps ------------------------------------------------------------------------

MOVED_ON = chinese("This has moved on in the meantime: the step is no longer possible.")


@pytest.mark.parametrize("step", ["assess", "assign", "start", "close", "reopen"])
def test_a_step_from_the_wrong_state_is_told_and_changes_nothing(
    step: str, world: World, client: Client, unchanged: Any
) -> None:
    hazard = world.ours.hazard  # submitted: only a recheck is possible
    given = {
        "level": "general",
        "requirement": "x",
        "days": "7",
        "note": "写了很久的理由",
    }

    page = client.post(f"/hazards/{hazard.pk}/{step}/", given)
    phone = as_json(client, f"{API}{hazard.pk}/advance/", transition=step, **given)

    assert (page.status_code, phone.status_code) == (409, 409)
    assert MOVED_ON in text(page)
    assert "写了很久的理由" in text(page)
    assert phone.json() == {"code": "invalid_transition", "detail": MOVED_ON}
    assert unchanged()


def _press_by_page(user: Any, hazard: Hazard) -> int:
    client = Client()
    client.force_login(user)
    answer = client.post(
        f"/hazards/{hazard.pk}/pass_recheck/", headers={"HX-Request": "true"}
    )
    return answer.status_code


def _press_by_phone(user: Any, hazard: Hazard) -> int:
    client = Client()
    client.force_login(user)
    url = f"{API}{hazard.pk}/advance/"
    return int(as_json(client, url, transition="pass_recheck").status_code)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("press", [_press_by_page, _press_by_phone])
def test_of_two_people_who_press_at_once_one_is_done_and_one_is_told(
    press: Callable[[Any, Hazard], int],
) -> None:
    ours = make_world().ours
    pair = [
        make_user(ours.tenant, on=ours.county.village, role="grid_worker")
        for _ in range(2)
    ]

    assert _at_once(press, pair, ours.hazard) == [200, 409]
    with tenant_scope(ours.tenant.pk):
        assert HazardEvent.objects.filter(name="pass_recheck").count() == 1
        assert Hazard.objects.get(pk=ours.hazard.pk).state == HazardState.VERIFIED


def _at_once(press: Any, people: list[Any], *given: Any) -> list[int]:
    answers: list[int] = []
    gate = threading.Barrier(len(people))

    def run(user: Any) -> None:
        gate.wait()
        try:
            answers.append(press(user, *given))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("face", ["page", "phone"])
def test_a_double_click_gives_one_hazard(face: str) -> None:
    """Two of one submission within the same moment: equal answers, one row."""
    world = make_world()
    tenant = world.ours.tenant
    with tenant_scope(tenant.pk):
        kind = HazardKind.objects.get(code="exit-blocked").pk
        before = Hazard.objects.count()
    given = {
        "client_id": str(new_id()),
        "enterprise": str(world.ours.plant.pk),
        "kind": str(kind),
    }
    pictures_of_it = [str(make_photo(world.right).pk)]

    def press(user: Any) -> int:
        client = Client()
        client.force_login(user)
        if face == "page":
            return client.post(
                REPORT, given | {"photo_ids": pictures_of_it}
            ).status_code
        return int(as_json(client, API, **given, photos=pictures_of_it).status_code)

    answers = _at_once(press, [world.right, world.right])

    assert answers == ([302, 302] if face == "page" else [200, 201])
    with tenant_scope(tenant.pk):
        assert Hazard.objects.count() == before + 1


# The session ended while somebody wrote -----------------------------------------


def test_what_was_typed_survives_the_end_of_the_session(
    world: World, client: Client, found: Any
) -> None:
    """Typed, session over, signed in on the same page, photo added, stored."""
    client.session.flush()

    refused = client.post(REPORT, found | {"photos": [photo()]})
    shown = client.post(
        "/accounts/sign-in-again/",
        _hidden(refused) | {"username": world.right.username, "password": PASSWORD},
    )
    again = client.post(REPORT, _hidden(shown))
    done = client.post(REPORT, _hidden(shown) | {"photos": [photo()]})

    assert refused.status_code == 403
    assert "货物堵到了门口" in text(refused)
    assert chinese(
        "Photos and files cannot be kept: choose them once more afterwards."
    ) in text(refused)
    assert _hidden(shown)["description"] == found["description"]
    assert again.status_code == 422  # the photo is asked for, the rest stands there
    assert errors(again) == {"photo_ids": [chinese("Add at least one photo.")]}
    assert done.status_code == 302
    with tenant_scope(world.ours.tenant.pk):
        assert Hazard.objects.latest("reported_at").description == found["description"]


def _hidden(response: Any) -> dict[str, str]:
    """The hidden inputs of the page's form, as a browser would send them."""
    page = response.content.decode()
    form = page[page.index('class="auth-form"') :]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in found}


def test_a_phone_whose_session_ended_is_told_in_a_word(
    client: Client, found: Any, unchanged: Any
) -> None:
    client.session.flush()
    answer = as_json(client, API, **found)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert unchanged()


# Ids of others, in forms --------------------------------------------------------


def test_no_form_offers_or_takes_a_row_of_others(
    world: World, client: Client, found: Any, unchanged: Any
) -> None:
    """Unknown, foreign and unseen are one refusal at each field of the report."""
    theirs = world.theirs
    with tenant_scope(theirs.tenant.pk):
        kind = HazardKind.objects.get(code="exit-blocked").pk
    with tenant_scope(world.ours.tenant.pk):
        unseen = Enterprise.objects.exclude(pk=world.ours.plant.pk).get()

    offered = text(client.get(REPORT)) + text(client.get(REGISTER))
    for field, others in {
        "enterprise": (theirs.plant.pk, unseen.pk),
        "kind": (kind,),
        "photo_ids": (theirs.waiting.pk,),
    }.items():
        said = []
        for pk in (*others, UNKNOWN):
            assert str(pk) not in offered
            given = found | {field: str(pk)}
            if field != "photo_ids":
                given["photos"] = [photo()]
            answer = client.post(REPORT, given)
            assert answer.status_code == 422
            said.append(errors(answer))
        assert all(each == said[0] for each in said), field
        assert field in said[0]
    assert unchanged()
