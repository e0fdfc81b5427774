"""Telephone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.numbers import NotMobile, any_number, is_number, italian_mobile, masked, pretty

MOBILE = "+393330000001"
mobiles = st.integers(0, 9_999_999).map(lambda rest: f"+39333{rest:07d}")


@pytest.mark.parametrize("typed", [
    "3330000001", "333 000 0001", "333-000.00.01", "(333) 0000001", "333/0000001", "+39 333 000 0001",
    "0039 333 0000001", "393330000001", "  333\u00a0000\u00a00001\n",
])
def test_a_mobile_is_understood_however_it_is_typed(typed):
    assert italian_mobile(typed) == MOBILE


@pytest.mark.parametrize("typed, why", [
    ("035 0000000", "landline"), ("+39 035 0000000", "landline"), ("0039035000000", "landline"),
    ("06 69800000", "landline"),
    ("+41 79 000 00 01", "foreign"), ("+33 6 00 00 00 01", "foreign"), ("+378 0549 000000", "foreign"),
    ("", "invalid"), ("   ", "invalid"), ("+", "invalid"), ("112", "invalid"), ("12345", "invalid"), ("0", "invalid"),
    ("800 000000", "invalid"), ("899 000000", "invalid"), ("333 000", "invalid"), ("333 000 0001 2345", "invalid"),
    ("limone", "invalid"), ("333 LIMONE1", "invalid"), ("333 000 0001 int 5", "invalid"), ("9" * 5000, "invalid"),
    ("<script>", "invalid"), ("\x00", "invalid"), ("+39+39", "invalid"),
])
def test_what_cannot_be_texted_says_why(typed, why):
    with pytest.raises(NotMobile) as refusal:
        italian_mobile(typed)
    assert refusal.value.why == why


@given(st.text(max_size=40))
def test_junk_is_refused_and_never_breaks(text):
    try:
        assert italian_mobile(text).startswith("+393")
    except NotMobile as refusal:
        assert refusal.why in {"landline", "foreign", "invalid"}


@given(mobiles)
def test_what_we_show_can_be_typed_again(number):
    assert italian_mobile(number) == italian_mobile(pretty(number)) == any_number(pretty(number)) == number


@pytest.mark.parametrize("typed, kept", [
    ("035 0000000", "+390350000000"), ("+41 79 000 00 01", "+41790000001"), ("333 0000001", MOBILE),
])
def test_any_number_keeps_landlines_and_foreign_ones(typed, kept):
    assert any_number(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "limone", "333 000 0001 int 5"])
def test_what_is_no_number_at_all_is_invalid(typed):
    with pytest.raises(NotMobile) as refusal:
        any_number(typed)
    assert refusal.value.why == "invalid"


def test_a_number_is_shown_as_people_here_read_it():
    assert pretty(MOBILE) == "333 000 0001"
    assert pretty("+390350000000") == "035 000 0000"
    assert pretty("+41790000001") == "+41 79 000 00 01"


@pytest.mark.parametrize("sender", ["PosteInfo", "48000", "+", "+9999999999999999999", ""])
def test_a_sender_that_is_no_number_is_shown_as_it_came(sender):
    assert pretty(sender) == masked(sender) == sender and not is_number(sender)


def test_a_masked_number_keeps_five_digits_of_ten():
    assert masked(MOBILE) == "+39 333 ••• ••01"


@given(mobiles)
def test_a_masked_number_never_holds_the_middle(number):
    assert number[6:11] not in masked(number).replace(" ", "")
