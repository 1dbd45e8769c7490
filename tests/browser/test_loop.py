"""The closed loop as people walk it: phone, desktop, with and without script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hazards.models import Hazard
from hazards.services import alert_deadlines
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def report(visitor, picture, *, photo=1):
    page = visitor.open("/hazards/report/")
    page.set_input_files("input[type=file][name=photos]", picture(photo))
    choose_kind(page)
    return page


def choose_kind(page, group="消防安全", name="灭火器缺失、失效或过期"):
    """Tap the group, then the kind; without script it is one plain list."""
    plain = page.locator("select[name=kind]")
    if plain.is_visible():
        plain.select_option(label=name)
        return
    sheet = page.locator("[aria-labelledby=step-kind]")
    sheet.get_by_text(group, exact=True).locator("visible=true").first.click()
    sheet.get_by_text(name, exact=True).locator("visible=true").first.click()


def send(page):
    page.locator("form.report button[type=submit]").last.click()
    page.wait_for_url(lambda url: "/report/" not in url)
    page.wait_for_load_state("networkidle")


def step(visitor, address, name, **fields):
    """Fill the form of one step on the case page and send it."""
    page = visitor.open(address)
    form = page.locator(f'form[action$="/{name}/"]')
    if not form.is_visible():
        form.locator("xpath=ancestor::details[1]/summary").click()
    for field, value in fields.items():
        if field == "photos":
            form.locator("input[type=file]").first.set_input_files(value)
        else:
            form.locator(f"[name={field}]").first.fill(value)
    press(page, form, name)
    return page


def press(page, form, name):
    """Press the form's button and wait for the answer, page or part."""
    with page.expect_response(
        lambda answer: (
            answer.request.method == "POST" and answer.url.endswith(f"/{name}/")
        )
    ):
        form.locator("button[type=submit]").last.click()
    page.wait_for_load_state("load")
    page.wait_for_function("!document.querySelector('.htmx-request')")


def choose_days(visitor, address, name, days):
    page = visitor.open(address)
    form = page.locator(f'form[action$="/{name}/"]')
    form.locator(f"label:has(input[name=days][value='{days}'])").click()
    press(page, form, name)


def state(scope):
    with scope():
        return Hazard.objects.get().state


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_hazard_is_walked_from_report_to_close(visit, picture, scope, script):
    officer = visit("enterprise_officer", PHONE, script=script)
    page = report(officer, picture)
    send(page)
    with scope():
        hazard = Hazard.objects.get()
    address = hazard.get_absolute_url()
    assert hazard.number in page.content()

    staff = visit("township_staff", DESKTOP, script=script)
    step(staff, address, "assess")
    assert state(scope) == "assessed"
    choose_days(staff, address, "assign", 7)
    assert state(scope) == "assigned"

    step(officer, address, "submit", measures="已更换四具灭火器。", photos=picture(2))
    assert state(scope) == "submitted"

    worker = visit("grid_worker", PHONE, script=script)
    step(worker, address, "pass_recheck")
    assert state(scope) == "verified"

    page = step(staff, address, "close")
    assert state(scope) == "closed"
    assert "已销号" in page.content()

    page = officer.open(f"/enterprises/{hazard.enterprise_id}/")
    page.wait_for_load_state("networkidle")
    if script:
        assert hazard.title in page.content()
    for person in (officer, staff, worker):
        assert person.complaints == []


def test_an_overdue_one_raises_its_alert_in_the_inbox(visit, picture, scope):
    officer = visit("enterprise_officer", PHONE)
    send(report(officer, picture))
    with scope():
        address = Hazard.objects.get().get_absolute_url()
    staff = visit("township_staff")
    step(staff, address, "assess")
    choose_days(staff, address, "assign", 3)
    with scope():
        due_on = Hazard.objects.get().due_on
        alert_deadlines(on=due_on + timedelta(days=1))

    page = officer.open("/notices/")

    assert "已逾期1天" in page.inner_text("main")
    assert due_on > timezone.localdate()


def test_a_double_tap_is_one_hazard(visit, picture, scope):
    officer = visit("enterprise_officer", PHONE)
    page = report(officer, picture)
    page.locator("form.report button[type=submit]").last.dblclick()
    page.wait_for_url(lambda url: "/report/" not in url)

    assert state(scope) == "reported"


def test_what_was_typed_survives_an_error_and_the_photo_too(visit, picture, scope):
    officer = visit("enterprise_officer", PHONE)
    page = officer.open("/hazards/report/")
    page.set_input_files("input[type=file][name=photos]", picture(1))
    page.fill("[name=place]", "二号车间东门")
    # An older browser that does not check forms itself: the server has to.
    page.eval_on_selector("form.report", "form => { form.noValidate = true }")
    page.locator("form.report button[type=submit]").last.click()
    page.wait_for_selector("[name=photo_ids]", state="attached")

    assert page.input_value("[name=place]") == "二号车间东门"
    assert page.locator("[name=photo_ids]").count() == 1
    choose_kind(page)
    send(page)
    with scope():
        hazard = Hazard.objects.get()
        assert (hazard.place, hazard.photos.count()) == ("二号车间东门", 1)


def test_what_was_typed_survives_an_expired_session(visit, picture, scope):
    officer = visit("enterprise_officer", PHONE)
    page = report(officer, picture)
    page.fill("[name=place]", "三号仓库")
    officer.context.clear_cookies()
    page.locator("form.report button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    with scope():
        assert not Hazard.objects.exists()

    officer.sign_in("enterprise_officer")
    page = officer.open("/hazards/report/")
    page.wait_for_load_state("networkidle")

    assert page.input_value("[name=place]") == "三号仓库"


def test_of_two_who_press_at_once_the_second_is_told(visit, picture, scope):
    officer = visit("enterprise_officer", PHONE)
    send(report(officer, picture))
    with scope():
        address = Hazard.objects.get().get_absolute_url()
    first, second = visit("township_staff"), visit("township_staff")
    late = second.open(address)
    step(first, address, "assess")
    press(late, late.locator('form[action$="/assess/"]'), "assess")
    late.wait_for_selector("[role=alert]")

    assert "这一步不能再办理了" in late.inner_text("main")
    with scope():
        assert Hazard.objects.get().events.filter(name="assess").count() == 1


def test_a_report_goes_on_with_what_was_typed_after_signing_in_again(
    visit, picture, scope
):
    officer = visit("enterprise_officer", PHONE)
    page = report(officer, picture)
    page.check("[name=fixed]")
    page.fill("[name=measures]", "已加装防护罩")
    officer.context.clear_cookies()
    page.locator("form.report button[type=submit]").last.click()
    page.wait_for_selector("[name=kept]", state="attached")
    page.fill("[name=username]", "enterprise_officer")
    page.fill("[name=password]", PASSWORD)
    page.locator(".auth-form button[type=submit]").click()
    page.wait_for_selector("[name=reopen-form]")

    page.click("[name=reopen-form]")
    page.wait_for_selector("form.report")

    assert page.input_value("[name=measures]") == "已加装防护罩"
    with scope():
        assert not Hazard.objects.exists()


def test_a_file_that_is_no_photo_is_left_out_at_once(visit, picture, tmp_path):
    page = visit("enterprise_officer", PHONE).open("/hazards/report/")
    fake = tmp_path / "清单.jpg"
    fake.write_text("这不是照片", encoding="utf-8")

    page.set_input_files("#id_photos", [str(fake), picture(1)])
    page.wait_for_selector("[data-photos-preview] img")

    field = page.locator("[data-photos]").first
    assert field.locator("[data-photos-preview] li").count() == 1
    assert "1 / 9" in field.locator("[data-photos-status]").inner_text()
    assert "清单.jpg" in field.locator("[data-photos-status]").inner_text()
