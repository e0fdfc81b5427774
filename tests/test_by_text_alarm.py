"""Words of an emergency reach whoever is on duty from every number, and no machine can make us speak for ever."""

import pytest
import time_machine
from cast import make_cast
from texted import Clock, Handset

import jobs
from actions import conversing
from models import DeskItem, InboundMessage, Message, Phone

CRY = "aiuto mia mamma non respira"


@pytest.fixture
def clock(at):
    return Clock(at)


def told(channel="sms"):
    return Message.select().where(Message.kind == "told", Message.channel == channel).count()


def test_who_stopped_is_heard_in_an_emergency(app, at, clock):
    cast = make_cast(at)
    phone = Handset(cast.teresa.phone.number, clock)
    phone.says("STOP")
    phone.new()
    assert phone.says(CRY) == ""        # nothing goes there, and everybody is told
    assert DeskItem.get().kind == "emergency" and told() == 1 and told("mail") == 1
    assert InboundMessage.select().order_by(InboundMessage.id.desc()).get().read_as == "emergency"


def test_an_emergency_is_told_at_once_where_texts_are_not_answered(build, at):
    house = build(sms_two_way=False)
    with house.app_context(), time_machine.travel(at, tick=False):
        cast = make_cast(at)
        conversing.receive("SM1", cast.teresa.phone.number, CRY, at=at)
        jobs.run(at, ["receive", "deliver"])
        assert DeskItem.get().kind == "emergency" and told() == 1
        assert Message.get(Message.kind == "emergency").phone == Phone.get_by_id(cast.teresa.phone_id)


def test_an_emergency_on_which_the_dialogue_breaks_is_told_all_the_same(app, at, clock, monkeypatch):
    from texting import dialogue
    cast = make_cast(at)

    def broken(*_args, **_more):
        raise RuntimeError("a mistake of ours")
    monkeypatch.setattr(dialogue, "converse", broken)
    assert "112" in Handset(cast.teresa.phone.number, clock).says(CRY)
    assert DeskItem.get().kind == "emergency" and told() == 1


def test_a_machine_that_speaks_of_emergencies_falls_silent(app, at, clock):
    make_cast(at)
    phone = Handset("+393330000990", clock)
    answered = [bool(phone.says("Questo numero non è presidiato. In caso di emergenza chiamare il 112")) for _ in range(9)]
    assert answered == [True] * 5 + [False] * 4
