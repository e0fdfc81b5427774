"""Tokens that can be made again, and marks that tell nothing."""

import hashlib
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from rules.tokens import digits, fingerprint, mark, token

KEY, OTHER = b"k" * 32, b"o" * 32
ids = st.integers(1, 2**31)


@given(ids, st.integers(1, 50))
def test_a_token_is_22_letters_and_digits_and_can_be_made_again(id, version):
    made = token(KEY, id, version)
    assert re.fullmatch("[A-Za-z0-9]{22}", made)
    assert made == token(KEY, id, version)


def test_no_two_links_share_a_token():
    assert len({token(key, id, version) for key in (KEY, OTHER) for id in range(300) for version in range(5)}) == 3000


def test_a_token_has_more_than_128_bits():
    assert 62 ** len(token(KEY, 1, 1)) > 2**128


def test_id_and_version_do_not_run_together():
    assert token(KEY, 11, 1) != token(KEY, 1, 11)


def test_a_fingerprint_is_the_plain_sha_256():
    assert fingerprint("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_name_has_one_mark_however_it_is_written():
    ways = ["Nicolò D'Angelo", "NICOLO' D’ANGELO", "  nicolo\u0300\u00a0 d'angelo ", "Nicolo D'ANGELO"]
    assert len({mark(KEY, way) for way in ways}) == 1


def test_different_names_and_keys_have_different_marks():
    assert len({mark(KEY, "Anna Neri"), mark(KEY, "Anna Nero"), mark(KEY, "Annaneri"), mark(OTHER, "Anna Neri")}) == 4


def test_a_mark_shows_nothing_of_the_name():
    assert re.fullmatch("[0-9a-f]{64}", mark(KEY, "Anna Neri"))
    assert mark(KEY, "Anna Neri") != hashlib.sha256(b"anna neri").hexdigest()


@given(st.text())
def test_case_and_spaces_never_change_a_mark(text):
    assert mark(KEY, text) == mark(KEY, f"  {text.casefold()}\t")


@given(st.integers(0, 2**32).map(random.Random))
def test_a_code_is_six_digits_with_its_zeros(chance):
    assert re.fullmatch("[0-9]{6}", digits(chance))


def test_a_code_may_begin_with_zero():
    chance = random.Random(1)
    assert any(digits(chance).startswith("0") for _ in range(200))
