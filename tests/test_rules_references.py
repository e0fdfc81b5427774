"""References and join codes: short, and never taken for each other or for an answer."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.references import draw, is_join_code, is_reference, spoken, with_check_digit

digit_texts = st.text(st.sampled_from("0123456789"), min_size=4, max_size=7)
seeds = st.integers(0, 2**32).map(random.Random)


@given(seeds, st.sampled_from([4, 6]))
def test_a_drawn_reference_alternates_and_has_no_sign_that_is_taken_for_another(chance, signs):
    reference = draw(chance, signs)
    assert len(reference) == signs and is_reference(reference) and is_reference(f" {reference.lower()} ")
    assert not set(reference) & set("01ILOQZSGBDU")
    assert all(sign.isdigit() == bool(place % 2) for place, sign in enumerate(reference))


@pytest.mark.parametrize("text", ["A7K2", "a7k2", "A7K2M3"])
def test_these_are_references(text):
    assert is_reference(text)


@pytest.mark.parametrize("text", [
    "", "OK", "SI", "NO", "48291", "A7K", "A7K2M", "A7K2M3A4", "7A2K", "A0K2", "O7K2", "AAKK", "A7 K2",
    "A７K2", "\u212a7A2",
])
def test_these_are_not(text):
    assert not is_reference(text)


def test_thousands_can_be_drawn_before_they_must_grow():
    chance = random.Random(1)
    assert len({draw(chance) for _ in range(40_000)}) > 14_000


def test_a_voice_says_it_sign_by_sign():
    assert spoken("a7k2") == "A 7 K 2"


def test_the_check_digit_is_the_one_of_iso_7064():
    assert with_check_digit("0794") == "07945"
    assert with_check_digit("4829") == "48291"


@given(digit_texts)
def test_a_join_code_is_right_with_its_check_digit_and_wrong_with_any_other(digits):
    code = with_check_digit(digits)
    assert [last for last in "0123456789" if is_join_code(digits + last)] == [code[-1]]


@given(digit_texts, st.data())
def test_one_wrong_digit_is_always_noticed(digits, data):
    code = with_check_digit(digits)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    assert not is_join_code(code[:place] + other + code[place + 1:])


@pytest.mark.parametrize("text", ["", "4829", "48290", "4829A", "٤٨٢٩١", "482910000", "A7K2", "-48291"])
def test_no_join_code_is_made_of_these(text):
    assert not is_join_code(text)


def test_a_join_code_may_be_typed_with_spaces_around_it():
    assert is_join_code(" 48291\n")


@given(seeds)
def test_no_reference_is_a_join_code(chance):
    assert not is_join_code(draw(chance))
