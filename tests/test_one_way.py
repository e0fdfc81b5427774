"""Where texts cannot be answered (SMS_TWO_WAY=0) every message is worded for link and phone."""

import re

import databases
import pytest
import said
from conftest import settings_of

from actions import outbox
from app import create_app
from rules import sms

ANSWER = re.compile(r"\b(?:scrivi|rispondi|text|reply) (?:SI|NO|OK|YES|ANNULLA|CALL OFF|STOP|START|MI INTERESSA|INTERESTED|SVOLTO|DONE|da 1)\b", re.I)


@pytest.fixture(scope="module", params=["it", "en"])
def texts(request, tmp_path_factory):
    """Every SMS that is no answer to one, from a sender that hears nothing."""
    template = databases.sqlite_template(tmp_path_factory.mktemp("template"))
    url = databases.sqlite_copy(template, tmp_path_factory.mktemp("one_way"))
    app = said.long_address(create_app(settings_of(url, sms_two_way=False)))
    with app.app_context():
        everything = said.everything_said(request.param)
    databases.close(app.extensions["database"])
    return [one for one in everything if one.channel == "sms" and not one.two_way and one.kind not in (*outbox.ANSWERS, "desk_answer", "join_link",
                                                                                    "stop_farewell", "start_welcome")]


def test_nobody_is_invited_to_answer_a_sender_that_hears_nothing(texts):
    assert {one.kind for one in texts} >= {"referral", "proposal", "confirmed", "reminder_day", "delivered", "place_offered"}
    assert not [(one.kind, one.words.text) for one in texts if ANSWER.search(one.words.text)]


def test_what_can_be_answered_is_answered_by_link(texts):
    by_link = {"referral", "proposal", "confirmed", "reminder_day", "reminder_hours", "delivered", "place_offered", "request_received"}
    for one in texts:
        assert one.kind not in by_link or one.words.text.endswith(one.link), one.words.text
        assert sms.segments(one.words.text) <= 2
