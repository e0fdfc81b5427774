"""What a text costs as an SMS, against the carrier's own calculator."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sms import GSM, TWO, fits, length, segments, tidy

VECTORS = json.loads((Path(__file__).parent / "data" / "sms_segments.json").read_text("utf-8"))["vectors"]
gsm_texts = st.text(st.sampled_from(sorted(GSM)), max_size=400)
letters = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo"], max_codepoint=0xFFFF), max_size=60)


def test_every_text_costs_what_the_carriers_calculator_says():
    wrong = [text for text, encoding, count, units in VECTORS
             if (segments(text), length(text), GSM.issuperset(text)) != (count, units, encoding == "GSM-7")]
    assert len(VECTORS) >= 300 and wrong == []


@pytest.mark.parametrize("text, count", [
    ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
    ("à" * 70 + "ç", 2), ("ç" * 70, 1), ("ç" * 134, 2), ("ç" * 135, 3),
    ("€" * 80, 1), ("€" * 81, 2), ("a" * 152 + "€" + "a" * 152, 3), ("", 1),
    ("ç" * 66 + "😀" + "ç" * 66, 3), ("ç" * 65 + "😀" + "ç" * 67, 2),
])
def test_a_sign_of_two_is_never_parted(text, count):
    assert segments(text) == count


@given(gsm_texts)
def test_gsm_texts_need_as_many_segments_as_their_septets_say(text):
    septets = len(text) + sum(sign in TWO for sign in text)
    assert length(text) == septets
    assert fits(text) == (septets <= 160) == (segments(text) == 1)
    if septets > 160:
        assert -(-septets // 153) <= segments(text) <= -(-septets // 152)


def test_one_typographic_quote_costs_the_cheap_alphabet():
    text = "perche' no? " * 10
    assert fits(text) and not fits(text.replace("'", "’"))
    assert segments(text.replace("'", "’")) == 2


@pytest.mark.parametrize("written, sent", [
    ("È già così: “ciao” – l’ora…", "E' già così: \"ciao\" - l'ora..."),
    ("PERCHÉ CITTÀ PIÙ LUNEDÌ FARÒ", "PERCHÉ CITTA' PIU' LUNEDI' FARO'"),
    ("tra\u00a09\u202fe 10\u200b", "tra 9 e 10"),
    ("Nicolo\u0300", "Nicolò"),
    ("França, Gołąb, Đurić, Straße, œuvre", "Franca, Golab, Duric, Straße, oeuvre"),
    ("n° 5, ½ ora, №7", "no 5, 1/2 ora, No7"),
    ("uno\r\ndue", "uno\ndue"),
    ("19,80 €", "19,80 €"),
    ("Анна 😀", "Анна 😀"),
])
def test_what_has_a_plain_form_is_sent_in_it(written, sent):
    assert tidy(written) == sent


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)


@given(letters)
def test_no_letter_is_dropped(text):
    before = unicodedata.normalize("NFC", text)
    assert sum(map(str.isalpha, tidy(text))) >= sum(map(str.isalpha, before))


@given(st.text(st.characters(max_codepoint=0x17F, categories=["L", "P", "Zs"], exclude_characters="¶")))
def test_any_european_name_fits_the_cheap_alphabet(text):
    assert GSM.issuperset(tidy(text))


@given(gsm_texts)
def test_what_is_already_cheap_keeps_its_letters(text):
    assert [sign for sign in tidy(text) if sign.isalnum()] == [sign for sign in text if sign.isalnum()]
