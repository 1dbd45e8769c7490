"""What is left of personal data when it is masked."""

import pytest

from accounts.masking import mask_bank, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("0558-7654321", "0558-****21"),
        ("7654321", "****21"),
        ("12350", "****"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_of_a_phone_the_middle_is_hidden(phone, masked):
    assert mask_phone(phone) == masked


def test_of_an_identity_number_place_and_tail_are_left_or_only_the_ends():
    number = "341222199003071234"

    assert mask_id(number) == "341222********1234"
    assert mask_id(number, strict=True) == "3" + "*" * 16 + "4"
    assert mask_id("341222900307123") == "341222*****7123"
    assert mask_id("12345") == "*****"


def test_of_a_name_the_first_character_is_left():
    assert [mask_name(name) for name in ("张三", "欧阳修远", "张", "")] == [
        "张*",
        "欧***",
        "张*",
        "",
    ]


def test_of_a_bank_account_the_last_four_digits_are_left():
    assert mask_bank("6222 0212 3456 7890") == "**** 7890"
    assert mask_bank("7890") == "****"
