"""What a text does and what it is answered: the door of the dialogue. STOP and START come before it, verbs after it."""

import logging
import re

import peewee
from flask import current_app

from actions import conversing, joining
from models import InboundMessage
from questions.people import joined_on
from questions.talking import operators_on
from rules import numbers
from texting import catalogue
from texting.dialogue import operators, people, strangers
from texting.dialogue.turn import Turn, spoken_in
from texting.understand import understand

GLUED = re.compile(r"^(\W*(?:ok|no|s[iì]|yes))((?:[a-z]\d){2,3})\b", re.I)     # OKA7K2
REPEATED = 2        # so often the same sentence is answered in an hour; then it is a machine that speaks

log = logging.getLogger("lynx.dialogue")


def act(inbound: InboundMessage, *, at):
    """Act on a stored text, once. What breaks here is read by a person: nobody is left without an answer."""
    if not _may_be_answered(inbound):
        conversing.act(inbound, at=at, read_as="emergency" if _cries(inbound) else "text")
        return
    try:
        conversing.acting(inbound, lambda talk: converse(inbound, talk, at=at), at=at)
    except peewee.OperationalError:
        raise                           # the database is busy or away: a job tries again
    except Exception:
        log.exception("inbound message %s was not understood by the dialogue", inbound.id)
        conversing.act(inbound, at=at, read_as="emergency" if _cries(inbound) else "broken")


def _cries(inbound):
    """Whether it says words of an emergency, of a text that is not conversed about."""
    try:
        return understand(inbound.body or "", catalogue.loaded(), inbound.received_at).intent == "emergency"
    except peewee.OperationalError:
        raise
    except Exception:                   # what broke before may break here
        return False


def _may_be_answered(inbound):
    """A one-way sender hears nothing; who stopped hears nothing; the carrier has answered its own words; a name is no number."""
    return (current_app.settings.sms_two_way and not conversing.about_texts(inbound) and not inbound.opt_out
            and not inbound.phone.stopped_at and numbers.is_number(inbound.phone.number))


def converse(inbound: InboundMessage, talk, *, at) -> conversing.Outcome:
    """What comes of one text in its conversation: verbs are said here, and the answers decided."""
    text = GLUED.sub(r"\1 \2", inbound.body or "")
    said = understand(text, catalogue.loaded(), inbound.received_at)
    turn = Turn(inbound, talk, said, text, at, list(joined_on(inbound.phone)))
    working = list(operators_on(inbound.phone))
    if said.intent == "emergency":
        return _emergency(turn)
    if _is_repeated(turn):
        conversing.hand_over(inbound, at=at)
        return turn.silent()
    if working and operators.is_theirs(turn, working):
        return operators.answer(turn, working)
    if said.intent == "join" and said.code:
        return strangers.join(turn)
    if not turn.people and talk.asking != "desk":
        return strangers.answer(turn)
    return people.answer(turn)


def _is_repeated(turn):
    """A sentence that was said, word for word, more than twice in an hour. Short answers are said again by people too."""
    words = " ".join(turn.text.casefold().split())
    return len(words.split()) > 2 and not conversing.may_try(f"same:{turn.phone.id}:{words}", REPEATED, at=turn.at)


def _emergency(turn):
    """At any hour and before anything else; what was being asked goes on being asked."""
    conversing.alarm(turn.inbound, at=turn.at)
    turn.person = turn.people[0] if len(turn.people) == 1 else next(
        (person for person in turn.people if person.id == turn.talk.employee_id), None)
    if spoken_in(turn) == "en":
        _speak(turn)
    answers = conversing.may_answer_alarm(turn.phone, at=turn.at)
    return turn.reply("emergency", keep=True) if answers else turn.silent()


def _speak(turn):
    if turn.person:
        joining.speak(turn.person, "en", at=turn.at)
        turn.person.language = "en"
    else:
        conversing.speak(turn.phone, "en")
        turn.phone.language = "en"
