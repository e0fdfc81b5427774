"""Answering a text from the desk: the conversation beside it, an answer in a person's own words, and what comes back."""

from datetime import timedelta

import pytest
from cast import make_cast, trust
from texted import Clock, Handset

from actions import conversing, trusting
from models import DeskItem, Event, Message, Phone
from rules import sms


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def paola(client, cast, at):
    trust(client, cast.paola, at=at)
    return client


@pytest.fixture
def phone(cast, clock):
    return Handset(cast.teresa.phone.number, clock)


def handed_over(phone):
    """Two texts that nobody understands; the thing on the desk."""
    phone.says("blabla zzz"), phone.says("qwerty qwerty")
    return DeskItem.get(DeskItem.kind == "text")


def reply(browser, cast, item, words):
    page = browser.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/")
    return browser.press(page, f"/banco/{cast.paola.id}/messaggi/{item.id}/risposta", answer=words)


def test_a_text_is_answered_from_the_desk_with_its_conversation_beside_it(paola, cast, phone):
    item = handed_over(phone)
    page = paola.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").text
    assert "blabla zzz" in page and "qwerty qwerty" in page and "did not understand" in page
    assert "Risposta in partenza." in reply(paola, cast, item, "Buongiorno, la chiamiamo alle 11").text
    phone.clock.later(minutes=1)
    assert "Buongiorno, la chiamiamo alle 11. " in phone.new()[-1]
    assert Event.select().where(Event.verb == "reply", Event.role == "coordinator").count() == 1


def test_what_comes_back_is_read_by_a_person_unless_it_is_clear(paola, cast, phone):
    item = handed_over(phone)
    reply(paola, cast, item, "Va bene alle 11?")
    phone.clock.later(minutes=1)
    phone.new()
    assert phone.says("perfect") == "" and phone.says("my neighbour has the keys") == ""
    assert DeskItem.select().where(DeskItem.kind == "text").count() == 1
    assert "how many children" in phone.says("I need a babysitter on Monday from 3pm to 6pm in Romano")


@pytest.mark.parametrize(("words", "wrong"), [("", "Scrivi la risposta"), ("x" * 241, "240 caratteri"), ("ok 👍", "niente emoji")])
def test_an_answer_that_does_not_fit_comes_back_with_its_words(paola, cast, phone, words, wrong):
    page = reply(paola, cast, handed_over(phone), words)
    assert page.status_code == 422 and wrong in page.text and words in page.text
    assert not Message.select().where(Message.kind == "desk_answer").exists()


def test_the_longest_answer_is_two_segments(paola, cast, phone):
    reply(paola, cast, handed_over(phone), "parola " * 34)
    phone.clock.later(minutes=1)
    assert sms.segments(phone.new()[-1]) == 2


def test_who_stopped_cannot_be_answered_by_text(paola, cast, phone):
    item = handed_over(phone)
    Phone.update(stopped_at=phone.clock.at).where(Phone.id == cast.teresa.phone_id).execute()
    assert "Rispondi per SMS" not in paola.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").text
    assert paola.send(f"/banco/{cast.paola.id}/messaggi/{item.id}/risposta", answer="ciao").status_code == 409


def test_an_emergency_lies_with_the_messages(paola, cast, phone):
    phone.says("help she is not breathing")
    item = DeskItem.get(DeskItem.kind == "emergency")
    page = paola.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").text
    assert "parole di emergenza" in page and "not breathing" in page


def test_no_code_of_anybody_is_shown_in_a_conversation(paola, cast, phone, at):
    trusting.send_code(cast.marta, at=at)
    marta = Handset(cast.marta.phone.number, phone.clock)
    marta.says("vorrei parlare con una persona")
    phone.clock.later(minutes=1)
    item = DeskItem.get(DeskItem.kind == "text")
    code = next(text for text in marta.all() if any(part.isdigit() and len(part) == 6 for part in text.replace(".", " ").split()))
    digits = next(part for part in code.replace(".", " ").split() if part.isdigit() and len(part) == 6)
    assert digits not in paola.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").text


def test_an_answer_pressed_twice_goes_out_once(cast, phone):
    item, at = handed_over(phone), phone.clock.at
    for seconds in (0, 2):
        conversing.reply_by_desk(item, "La chiamiamo alle 11", cast.paola, at=at + timedelta(seconds=seconds))
    conversing.reply_by_desk(item, "Anzi, alle 12", cast.paola, at=at + timedelta(seconds=30))
    assert Message.select().where(Message.kind == "desk_answer").count() == 2
