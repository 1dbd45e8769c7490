"""What a notice says, in the language of whoever reads it."""

from datetime import date

import pytest
from django.utils import translation

from notices import messages
from notices.messages import Rendered, in_words, on_day, register, render


@pytest.fixture(autouse=True)
def kinds_of_this_test(monkeypatch):
    monkeypatch.setattr(messages, "_kinds", {})


def test_a_registered_kind_is_rendered_with_its_parameters():
    register("due-soon", title="%(title)s is due", body="On %(place)s.")

    assert render("due-soon", {"title": "Blocked exit", "place": "Floor 2"}) == (
        Rendered(title="Blocked exit is due", body="On Floor 2.")
    )


def test_parameters_are_written_as_the_readers_language_writes_them():
    register("due", title="%(day)s %(word)s")
    params = {"day": on_day(date(2026, 3, 9)), "word": in_words("Yes")}

    with translation.override("en"):
        english = render("due", params).title
    with translation.override("zh-hans"):
        chinese = render("due", params).title

    assert english == "March 9, 2026 Yes"
    assert chinese == "2026年3月9日 是"


def test_a_missing_parameter_leaves_a_dash_and_not_an_error():
    register("due-soon", title="%(title)s is due")

    assert render("due-soon", {}).title == "— is due"


def test_a_kind_that_no_longer_exists_is_still_readable():
    with translation.override("en"):
        assert render("renamed-since", {"x": 1}) == Rendered(
            title="There is news for you", body=""
        )


def test_a_percent_sign_in_a_parameter_is_text():
    register("share", title="%(share)s done")

    assert render("share", {"share": "50%"}).title == "50% done"


def test_the_same_kind_twice_is_harmless_and_another_text_is_refused():
    register("due-soon", title="A")
    register("due-soon", title="A")

    with pytest.raises(ValueError, match="registered twice"):
        register("due-soon", title="B")

    assert render("due-soon", {}).title == "A"
