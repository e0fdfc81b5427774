"""Whatever is texted is read: any bytes, any length, in a time that grows with it, and always to the same keys."""

import re
from datetime import datetime, timezone

import pytest
from hypothesis import given, strategies as st
from readings import NOW, bergamo, lombardia, meaning, sample

from texting import grammar, when
from texting.tokens import MOST_TOKENS, clean, tokens
from texting.understand import understand

INTENTS = {"ask", "yes", "no", "counter", "cancel", "status", "stop", "start", "help", "menu", "join", "emergency", "human", "link", "thanks", "greeting",
           "rating_or_choice", "unknown"}
KEYS = {"intent", "service", "date", "until", "start", "end", "part", "only_time", "weekly", "weekdays", "place", "quantity", "number", "reference", "code", "language"}
WORDS = sorted({word for one in sample("texts_own.json") for word in one["text"].split()})
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc))


def sound(read):
    """Whether what was read is what the contract promises."""
    assert read["intent"] in INTENTS and set(read) <= KEYS and ("service" in read or read["intent"] != "ask")
    assert all(re.fullmatch(r"\d\d:\d\d", read[key]) for key in ("start", "end") if key in read)
    assert not ("part" in read and ("start" in read or "end" in read)) and not ("only_time" in read and "date" in read)
    if "date" in read and "until" in read:
        assert datetime.fromisoformat(read["date"]) <= datetime.fromisoformat(read["until"])


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body):
    sound(meaning(body.decode("utf-8", errors="replace")))


@given(st.text(max_size=300))
def test_any_signs_are_read(text):
    sound(meaning(text))


@given(st.lists(st.sampled_from(WORDS), max_size=25), MOMENTS)
def test_any_row_of_our_words_is_read_at_any_moment(words, at):
    sound(meaning(" ".join(words), lombardia(), at))


@given(st.lists(st.sampled_from(WORDS), max_size=15), MOMENTS)
def test_nothing_is_asked_for_on_a_day_that_is_over(words, at):
    read = meaning(" ".join(words), bergamo(), at)
    assert read.get("date", "9") >= at.date().isoformat()


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_capitals_and_signs_at_the_ends_change_no_service_and_no_time(words):
    text = " ".join(words)
    plain, loud = (understand(one, bergamo(), NOW) for one in (text, f"  {text} !! "))
    assert (plain.service, plain.when) == (loud.service, loud.when)


@pytest.mark.parametrize("text", ["dalle " * 260, "lunedì e " * 180, "a " * 800, "1" * 1600, "12/" * 530, "9-" * 800, "x" * 1600, "e mezza " * 200, "fara " * 320,
                                  "\0" * 1600, "😀" * 1600, "non posso " * 160, "a\u0301" * 800, "ogni lunedì il " * 100,
                                  "il 2 e il " * 160])
def test_the_longest_texts_take_a_bounded_number_of_steps(text, monkeypatch):
    steps = []
    ways = grammar.Reading._ways
    monkeypatch.setattr(grammar.Reading, "_ways", lambda self, *rest: steps.append(1) or ways(self, *rest))
    row = tokens(clean(text))
    when.read(row, datetime(2026, 12, 1, 10))
    assert len(row) <= MOST_TOKENS and len(steps) <= 600 * max(len(row), 1)
    sound(meaning(text))
