"""The case page: what it shows to whom, and what a step answers."""

import re
from html import unescape
from uuid import uuid4

import pytest

from evidence.models import Photo
from hazards.models import Hazard, HazardPhoto
from hazards.workflow import HazardState
from tenants.tenancy import tenant_scope
from tests.factories import (
    PASSWORD,
    make_county,
    make_hazard,
    make_user,
    take_step,
)

HTMX = {"hx-request": "true"}


def text(response):
    return response.content.decode()


def offered(response):
    """The steps for which the page has a form."""
    return set(re.findall(r'action="/hazards/[0-9a-f-]{36}/(\w+)/"', text(response)))


def primary(response):
    step = response.context["primary"]
    return step.name if step else None


def page(client, hazard):
    return client.get(f"/hazards/{hazard.pk}/")


def press(client, hazard, step, *, htmx=False, **given):
    headers = HTMX if htmx else {}
    return client.post(f"/hazards/{hazard.pk}/{step}/", given, headers=headers)


def state_of(hazard):
    with tenant_scope(hazard.tenant_id):
        return Hazard.objects.get(pk=hazard.pk).state


# What is shown ----------------------------------------------------------------


def test_a_case_costs_a_reader_the_same_however_long_its_course_is(
    furnished, enterprise, client_for, django_assert_num_queries
):
    auditor = make_user(furnished.tenant, on=furnished.root, role="auditor")
    client = client_for(auditor)

    for state in (HazardState.REPORTED, HazardState.CLOSED):
        hazard = make_hazard(enterprise, state=state)
        # Four for the tenant's scope inside the test's transaction; session, user,
        # reach, hazard, course, photos, deadlines, permissions here; and what
        # surrounds every page: the menu's permissions, unread notices.
        with django_assert_num_queries(14):
            page(client, hazard)


def test_a_case_of_another_tenant_does_not_exist(furnished, official, client_for):
    foreign = make_hazard(make_county().village)
    client = client_for(official)

    assert page(client, foreign).status_code == 404
    assert press(client, foreign, "assess", level="general").status_code == 404
    assert state_of(foreign) == HazardState.REPORTED


def test_a_case_outside_the_users_village_does_not_exist(furnished, worker, client_for):
    hidden = make_hazard(furnished.other_village)
    client = client_for(worker)

    assert page(client, hidden).status_code == 404
    assert press(client, hidden, "reject", note="x").status_code == 404


@pytest.mark.parametrize(
    ("state", "role", "steps", "first"),
    [
        (HazardState.REPORTED, "official", {"assess", "reject"}, "assess"),
        (HazardState.REPORTED, "worker", set(), None),
        (HazardState.REPORTED, "officer", set(), None),
        (HazardState.ASSESSED, "official", {"assign", "reject"}, "assign"),
        (HazardState.ASSIGNED, "officer", {"start", "submit"}, "submit"),
        (HazardState.ASSIGNED, "official", set(), None),
        (HazardState.RECTIFYING, "officer", {"submit"}, "submit"),
        (
            HazardState.SUBMITTED,
            "worker",
            {"pass_recheck", "fail_recheck"},
            "pass_recheck",
        ),
        (HazardState.SUBMITTED, "officer", set(), None),
        (HazardState.VERIFIED, "official", {"close"}, "close"),
        (HazardState.VERIFIED, "worker", set(), None),
        (HazardState.CLOSED, "official", {"reopen"}, None),
        (HazardState.REJECTED, "worker", set(), None),
    ],
)
def test_only_steps_that_this_person_may_take_are_offered(
    state, role, steps, first, enterprise, request, client_for
):
    hazard = make_hazard(enterprise, state=state)

    response = page(client_for(request.getfixturevalue(role)), hazard)

    assert offered(response) == steps
    assert primary(response) == first


def test_the_finder_alone_is_offered_to_fix_on_the_spot(
    enterprise, worker, official, client_for
):
    hazard = make_hazard(enterprise, reporter=worker)

    assert offered(page(client_for(worker), hazard)) == {"fix_on_spot"}
    assert "fix_on_spot" not in offered(page(client_for(official), hazard))


def test_nobody_is_offered_to_close_their_own_rectification(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise, reporter=official)
    take_step(hazard, "fix_on_spot", official)

    response = page(client_for(official), hazard)

    assert offered(response) == set()
    assert "Waits to be closed." in text(response)


def test_the_first_deadline_stays_in_sight_after_a_new_one(
    furnished, enterprise, official, client_for
):
    hazard = make_hazard(enterprise, state=HazardState.SUBMITTED)
    take_step(hazard, "fail_recheck", official, days=30)

    response = page(client_for(official), hazard)

    first, second = reversed(response.context["case"].deadlines)
    assert (first.is_in_force, second.is_in_force) == (False, True)
    assert f'First deadline <span class="clock-date">{first.due_on}' in text(response)
    assert any("Due by the end of" in sentence for sentence in second.sentences)
    assert "1 failed recheck" in text(response)


def test_photos_stand_in_their_halves_and_in_the_course(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise, state=HazardState.SUBMITTED)

    response = page(client_for(official), hazard)

    case = response.context["case"]
    assert (len(case.before), len(case.after)) == (1, 1)
    assert [(step.label, len(step.photos)) for step in case.course] == [
        ("Rectification submitted", 1),
        ("Assigned", 0),
        ("Assessed", 0),
        ("Reported", 1),
    ]
    assert text(response).count("/thumbnail/") == 4


# Photos ------------------------------------------------------------------------


def photo_address(hazard, variant="thumbnail"):
    with tenant_scope(hazard.tenant_id):
        photo = HazardPhoto.objects.filter(hazard=hazard).first()
    return f"/hazards/{hazard.pk}/photos/{photo.photo_id}/{variant}/"


def test_a_photo_is_served_to_who_sees_the_case(enterprise, worker, client_for):
    hazard = make_hazard(enterprise)

    for variant in ("thumbnail", "marked"):
        response = client_for(worker).get(photo_address(hazard, variant))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"


def test_a_photo_of_an_invisible_case_does_not_exist(furnished, worker, client_for):
    hidden = make_hazard(furnished.other_village)
    foreign = make_hazard(make_county().village)
    client = client_for(worker)

    assert client.get(photo_address(hidden)).status_code == 404
    assert client.get(photo_address(foreign)).status_code == 404


def test_a_photo_is_not_served_under_another_case(enterprise, worker, client_for):
    one, other = make_hazard(enterprise), make_hazard(enterprise)
    address = photo_address(one).replace(str(one.pk), str(other.pk))
    client = client_for(worker)

    assert client.get(address).status_code == 404
    assert client.get(photo_address(one, "unmarked")).status_code == 404
    assert client.get(photo_address(one, "huge")).status_code == 404


# Steps -------------------------------------------------------------------------


def test_a_step_by_a_browser_goes_back_to_the_case(enterprise, official, client_for):
    hazard = make_hazard(enterprise)

    response = press(client_for(official), hazard, "assess", level="general")

    assert response.status_code == 302
    assert response["Location"] == hazard.get_absolute_url()
    assert state_of(hazard) == HazardState.ASSESSED


def test_a_step_by_htmx_gets_the_new_panel(enterprise, official, client_for):
    hazard = make_hazard(enterprise)

    response = press(client_for(official), hazard, "assess", htmx=True, level="general")

    assert response.status_code == 200
    assert text(response).strip().startswith('<div id="panel"')
    assert offered(response) == {"assign", "reject"}
    assert "hazard:advanced" in response["HX-Trigger"]
    assert "Assessed" in response["HX-Trigger"]


def test_the_whole_loop_through_the_pages(
    enterprise, official, officer, worker, client_for, picture
):
    hazard = make_hazard(enterprise, reporter=worker)
    official_s, officer_s, worker_s = map(client_for, (official, officer, worker))

    press(official_s, hazard, "assess", level="general")
    press(official_s, hazard, "assign", requirement="清理通道", days="7")
    press(officer_s, hazard, "start")
    press(
        officer_s,
        hazard,
        "submit",
        measures="已清理",
        cost="12.50",
        photos=[picture(1), picture(2)],
    )
    press(worker_s, hazard, "fail_recheck", note="还有杂物", days="3")
    press(officer_s, hazard, "submit", measures="再清理", photos=[picture(3)])
    press(worker_s, hazard, "pass_recheck", note="合格", photos=[picture(4)])
    press(official_s, hazard, "close")

    with tenant_scope(hazard.tenant_id):
        closed = Hazard.objects.for_case().get(pk=hazard.pk)
        assert closed.state == HazardState.CLOSED
        assert closed.responsible == "赵六"
        assert closed.rectified_by == officer
        assert closed.verified_by == worker
        assert [d.round for d in closed.deadlines.order_by("round")] == [1, 2]
        assert closed.photos.filter(phase="after").count() == 4


def test_the_assign_form_is_filled_with_what_is_usual(
    enterprise, official, client_for, kind
):
    hazard = make_hazard(enterprise, state=HazardState.ASSESSED)

    form = page(client_for(official), hazard).context["primary"].form

    assert form["requirement"].value() == kind.requirement
    assert form["responsible"].value() == "赵六"
    assert form["days"].value() == kind.days
    assert [value for value, _label in form.fields["days"].choices] == [3, 7, 15, 30]


def test_a_date_of_ones_own_counts_instead_of_the_days(
    enterprise, official, client_for
):
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    hazard = make_hazard(enterprise, state=HazardState.ASSESSED)
    day = timezone.localdate() + timedelta(days=11)

    press(
        client_for(official),
        hazard,
        "assign",
        requirement="清理",
        days="7",
        due_on=day.isoformat(),
    )

    with tenant_scope(hazard.tenant_id):
        assert Hazard.objects.get(pk=hazard.pk).due_on == day


def test_an_unknown_enterprise_is_found_at_the_assessment(
    furnished, enterprise, official, client_for
):
    hazard = make_hazard(furnished.village)
    client = client_for(official)

    wrong = press(client, hazard, "assess", level="general", enterprise_name="西风")
    right = press(client, hazard, "assess", level="general", enterprise_name="东风")

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "No enterprise of this name is found." in text(wrong)
    with tenant_scope(hazard.tenant_id):
        assert Hazard.objects.get(pk=hazard.pk).enterprise == enterprise


# Refusals ----------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(
    htmx, enterprise, officer, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    client = client_for(officer)

    response = press(
        client, hazard, "submit", htmx=htmx, cost="88.80", photos=[picture()]
    )

    assert response.status_code == 422
    step = response.context["primary"]
    assert step.form.errors["measures"] == ["Describe what was done."]
    assert 'value="88.80"' in text(response)
    assert ("<html" in text(response)) is not htmx
    assert state_of(hazard) == HazardState.ASSIGNED
    # The photo is in and is offered again, so that nobody has to take it anew.
    (kept,) = step.kept
    assert f'name="photo_ids" value="{kept.pk}" checked' in text(response)
    again = press(client, hazard, "submit", measures="已清理", photo_ids=[str(kept.pk)])
    assert again.status_code == 302
    assert state_of(hazard) == HazardState.SUBMITTED


def test_a_rule_of_the_workflow_speaks_beside_the_photos(
    enterprise, officer, client_for
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)

    response = press(client_for(officer), hazard, "submit", measures="已清理")

    assert response.status_code == 422
    form = response.context["primary"].form
    assert form.errors == {"photo_ids": ["Add a photo taken after the rectification."]}
    assert "Add a photo taken after the rectification." in text(response)
    assert ">已清理</textarea>" in text(response).replace("\n", "")


def test_a_file_that_is_no_photo_is_refused_and_the_good_one_is_kept(
    enterprise, officer, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    svg = picture(2, content=b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    response = press(
        client_for(officer),
        hazard,
        "submit",
        measures="已清理",
        photos=[picture(1), svg],
    )

    assert response.status_code == 422
    assert "This is no photo." in text(response)
    assert len(response.context["primary"].kept) == 1
    assert state_of(hazard) == HazardState.ASSIGNED


def test_a_deadline_in_the_past_is_refused_at_the_date(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise, state=HazardState.ASSESSED)

    response = press(
        client_for(official),
        hazard,
        "assign",
        requirement="清理",
        due_on="2020-01-01",
    )

    assert response.status_code == 422
    assert response.context["primary"].form.errors.keys() == {"due_on"}
    assert 'value="2020-01-01"' in text(response)


def test_a_step_without_the_right_to_it_is_forbidden(enterprise, worker, client_for):
    hazard = make_hazard(enterprise)

    response = press(client_for(worker), hazard, "assess", level="general", note="一般")

    assert response.status_code == 403
    assert "You are not allowed to do this here." in text(response)
    assert "一般" in text(response)  # what was typed can still be read and copied
    assert state_of(hazard) == HazardState.REPORTED


def test_nobody_rechecks_what_they_rectified(furnished, enterprise, client_for):
    both = make_user(
        furnished.tenant,
        on=furnished.village,
        may=["view_hazards", "rectify_hazards", "recheck_hazards"],
    )
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    take_step(hazard, "submit", both)

    response = press(client_for(both), hazard, "pass_recheck", note="很好")

    assert response.status_code == 403
    assert "Ask a colleague" in text(response)
    assert state_of(hazard) == HazardState.SUBMITTED


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_of_two_people_is_told_that_the_case_has_moved_on(
    htmx, enterprise, official, client_for
):
    hazard = make_hazard(enterprise)
    client = client_for(official)
    press(client, hazard, "assess", level="general")

    response = press(client, hazard, "reject", htmx=htmx, note="重复上报", revision=1)

    assert response.status_code == 409
    assert "重复上报" in text(response)
    assert offered(response) == {"assign", "reject"}
    assert state_of(hazard) == HazardState.ASSESSED


def test_a_page_that_was_overtaken_is_drawn_anew_and_can_be_sent_again(
    enterprise, official, officer, worker, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.SUBMITTED)
    old = hazard.revision
    take_step(hazard, "fail_recheck", official)
    take_step(hazard, "submit", officer)
    client = client_for(worker)

    stale = press(client, hazard, "pass_recheck", note="合格", revision=old)

    assert stale.status_code == 409
    assert f'name="revision" value="{old + 2}"' in text(stale)
    assert "合格" in text(stale)
    fresh = press(client, hazard, "pass_recheck", note="合格", revision=old + 2)
    assert fresh.status_code == 302


def test_a_step_that_does_not_exist_is_not_found(enterprise, official, client_for):
    hazard = make_hazard(enterprise)
    client = client_for(official)

    assert press(client, hazard, "explode").status_code == 404
    assert client.get(f"/hazards/{hazard.pk}/explode/").status_code == 404


def test_looking_at_the_address_of_a_step_leads_to_the_case(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise)

    response = client_for(official).get(f"/hazards/{hazard.pk}/assess/")

    assert (response.status_code, response["Location"]) == (
        302,
        f"/hazards/{hazard.pk}/",
    )


def test_who_may_not_take_the_step_leaves_no_photo_behind(
    enterprise, worker, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)

    press(client_for(worker), hazard, "submit", measures="x", photos=[picture()])

    with tenant_scope(hazard.tenant_id):
        assert not Photo.objects.uploaded_by(worker.pk).exists()


def test_somebody_elses_photo_cannot_be_used(
    furnished, enterprise, officer, official, client_for
):
    from tests.factories import make_photo  # noqa: PLC0415

    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    theirs = make_photo(official)
    client = client_for(officer)

    for stranger in (theirs.pk, uuid4(), "nonsense"):
        response = press(
            client, hazard, "submit", measures="x", photo_ids=[str(stranger)]
        )
        assert response.status_code == 422
        assert "A photo is not there any more." in text(response)
    assert state_of(hazard) == HazardState.ASSIGNED


def test_a_session_that_ended_keeps_what_was_typed(enterprise, official, client_for):
    hazard = make_hazard(enterprise)
    client = client_for(official)
    client.session.flush()

    response = press(client, hazard, "reject", note="理由写了很久")

    assert response.status_code == 403
    assert "理由写了很久" in text(response)
    assert state_of(hazard) == HazardState.REPORTED


def hidden(response):
    """The hidden fields of the page's form, as a browser would send them."""
    form = text(response)[text(response).index('class="auth-form"') :]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in found}


def signed_in_again(client, person, lost):
    return client.post(
        "/accounts/sign-in-again/",
        {**hidden(lost), "username": person.username, "password": PASSWORD},
    )


def test_after_signing_in_again_a_step_goes_on_with_what_was_typed(
    enterprise, officer, client_for, picture
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)
    client = client_for(officer)
    client.session.flush()
    typed = {"measures": "已加装防护罩", "cost": "320.50"}
    lost = press(client, hazard, "submit", photos=[picture()], **typed)

    again = signed_in_again(client, officer, lost)
    opened = client.post(
        f"/hazards/{hazard.pk}/submit/", {**hidden(again), "reopen-form": "1"}
    )

    form = text(again)[text(again).index('class="auth-form"') :]
    assert re.findall(r"<button[^>]*name=.([a-z-]*)", form) == ["reopen-form"]
    assert "Send without photos" not in text(again)
    assert "had been open too long" not in text(again)
    assert opened.status_code == 200
    assert "已加装防护罩</textarea>" in text(opened)
    assert 'value="320.50"' in text(opened)
    assert "What you typed is back." in text(opened)
    assert "errorlist" not in text(opened)
    assert state_of(hazard) == HazardState.ASSIGNED


def test_a_step_without_photos_may_be_sent_as_it_was_kept(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise)
    client = client_for(official)
    client.session.flush()
    lost = press(client, hazard, "reject", note="理由写了很久")

    again = signed_in_again(client, official, lost)
    sent = client.post(f"/hazards/{hazard.pk}/reject/", hidden(again))

    assert sent.status_code == 302
    assert state_of(hazard) == HazardState.REJECTED


def test_a_form_that_is_opened_again_takes_no_step_even_if_it_could(
    enterprise, official, client_for
):
    hazard = make_hazard(enterprise)

    opened = press(
        client_for(official), hazard, "reject", note="重复上报", **{"reopen-form": "1"}
    )

    assert (opened.status_code, "重复上报</textarea>" in text(opened)) == (200, True)
    assert state_of(hazard) == HazardState.REPORTED


def test_a_refused_step_stays_where_its_error_is(enterprise, official, client_for):
    hazard = make_hazard(enterprise)

    refused = press(client_for(official), hazard, "reject", htmx=True, note="")

    assert (refused.status_code, refused["HX-Reswap"]) == (422, "outerHTML")


def test_a_step_says_at_once_that_words_and_photos_are_missing(
    enterprise, officer, client_for
):
    hazard = make_hazard(enterprise, state=HazardState.ASSIGNED)

    refused = press(client_for(officer), hazard, "submit", measures="")

    summary = text(refused).split("error-summary")[1].split("</ul>")[0]
    assert re.findall(r'<a href="#(\w+)">', summary) == [
        "submit_measures",
        "submit_photo_ids",
    ]
    assert 'id="submit_photo_ids" class="field field-photos' in text(refused)


def test_after_a_step_the_page_stands_at_its_top(enterprise, official, client_for):
    shown = text(page(client_for(official), make_hazard(enterprise)))

    assert shown.count('hx-swap="outerHTML show:window:top"') == 2
