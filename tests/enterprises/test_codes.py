"""The form and the check digit of the unified code."""

import pytest

from enterprises import codes


@pytest.mark.parametrize(
    "typed",
    [
        "91350100M000100Y43",
        " 91350100m000100y43 ",
        "9135 0100 M000 100Y 43",
        "913501-00M000100Y-43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert codes.compact(typed) == "91350100M000100Y43"
    assert codes.fault(codes.compact(typed)) is None


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "91512081MA62K0260E", "9131000063159284XQ"],
)
def test_codes_of_the_standard_and_of_real_life_check(code):
    assert codes.check_digit_fits(code)


@pytest.mark.parametrize("code", ["91350100M000100Y4Z", "91350100M000100Y44"])
def test_a_wrong_last_character_does_not_check(code):
    assert not codes.check_digit_fits(code)


def test_a_letter_in_the_first_two_places_is_allowed():
    """N2 is a rural collective: the standard allows what python-stdnum refuses."""
    assert codes.fault("N2350100M000100Y43") is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100M000100Y4", "this one has 17"),
        ("91350100M000100Y433", "this one has 19"),
        ("91350100M0O0100Y43", "The letter O is never used"),
        ("91350100M000100Y4Z", "The letter Z is never used"),
        ("9135010AM000100Y43", "the division code: six digits"),
        ("91350100M000100Y4中", "only digits and capital letters"),
        ("'; DROP TABLE x; --", "only digits and capital letters"),
    ],
)
def test_a_fault_is_named(code, words):
    assert words in codes.fault(code)
