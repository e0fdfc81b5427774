"""Real processes at once, for texts: one text acts once, two are answered one after the other, and nobody is locked out."""

import pytest
from cast import asked, make_cast
from races import people

from actions import conversing
from models import Conversation, Employee, InboundMessage, Message, ServiceRequest
from texting import dialogue

pytestmark = pytest.mark.both_engines


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def came(number, words, at, sid):
    return conversing.receive(sid, number, words, at=at)


def read_back(person, at):
    """She has been asked for her SI."""
    for n, words in enumerate(("babysitter lunedì dalle 15 alle 18 a Romano", "1", "4")):
        dialogue.act(came(person.phone.number, words, at, f"SM{person.id}-{n}"), at=at)
    assert Conversation.get(Conversation.phone == person.phone_id).asking == "read_back"


def test_a_text_that_eight_processes_read_acts_once(cast, at, at_once):
    read_back(cast.teresa, at)
    text = came(cast.teresa.phone.number, "si", at, "SMsi")
    assert at_once(*[[["text", text.id]]] * 8) == {("text", "done"): 8}
    assert ServiceRequest.select().count() == 1 and InboundMessage.get_by_id(text.id).read_as == "yes"
    assert Message.select().where(Message.kind == "request_received").count() == 1


def test_two_yeses_at_the_same_moment_ask_once(cast, at, at_once):
    read_back(cast.teresa, at)
    texts = [came(cast.teresa.phone.number, "si", at, f"SMsi{n}") for n in range(4)]
    at_once(*[[["text", text.id]] for text in texts])
    assert ServiceRequest.select().count() == 1
    assert {row.read_as for row in InboundMessage.select()} <= {"ask", "rating_or_choice", "yes"}


def test_who_calls_off_while_being_forgotten_locks_nobody_out(cast, at, at_once):
    everybody = people(cast, at, 10)
    texts = []
    for person in everybody:
        asked(cast, at=at, employee=person)
        texts.append(came(person.phone.number, "annulla", at, f"SMx{person.id}"))
    became = at_once([["text", text.id] for text in texts], [["erase", person.id] for person in everybody])
    assert sum(became.values()) == 20 and {outcome for _, outcome in became} <= {"done", "NotAllowed"}
    assert not InboundMessage.select().where(InboundMessage.read_as == "broken").exists()
    gone = {person.id for person in everybody if Employee.get_by_id(person.id).left_at}
    assert len(gone) == 10 and not ServiceRequest.select().where(ServiceRequest.state != "closed").exists()
