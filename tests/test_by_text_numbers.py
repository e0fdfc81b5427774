"""A number is a channel: who joins by text, who of several people writes, machines, emergencies, and who hears nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import agreed, proposed, slot
from cast import asked, make_cast, moment
from texted import Clock, Handset

import jobs
from actions import conversing, forgetting
from actions.moves import Actor
from models import (
    Appointment,
    Company,
    Conversation,
    DeskItem,
    Employee,
    InboundMessage,
    Message,
    Phone,
    ServiceRequest,
)


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    cast = make_cast(at)
    Company.update(declared=9).where(Company.id == cast.firm.id).execute()
    return cast


@pytest.fixture
def shared(cast, clock):
    """The number that Gianni (limone) and Sara (lana) share."""
    return Handset(cast.gianni.phone.number, clock)


# ---------------------------------------------------------------- joining

@pytest.mark.parametrize("words", ["LYNX 48291", "lynx48291", "48291", "Lynx 48 291", "linx 48291 grazie", "codice 48291"])
def test_the_poster_s_code_joins_however_it_is_written(cast, clock, words):
    said = Handset("+393330000777", clock).says(words)
    person = Employee.select().order_by(Employee.id.desc()).get()
    assert person.company == cast.firm and person.joined_at and f"parola è {person.word}" in said
    assert "Scrivi STOP" in said and "/privacy" in said


def test_a_wrong_digit_and_an_unknown_code_are_said_and_nobody_joins(cast, clock):
    phone, before = Handset("+393330000777", clock), Employee.select().count()
    assert "ha una cifra sbagliata" in phone.says("LYNX 48292")
    assert "non conosciamo il codice 10006" in phone.says("LYNX 10006") or "cifra sbagliata" in phone.all()[-1]
    assert Employee.select().count() == before


def test_joining_beyond_the_declared_number_waits_and_asking_says_so(cast, clock, at):
    Company.update(declared=1, joins=1).where(Company.id == cast.firm.id).execute()
    phone = Handset("+393330000777", clock)
    assert "una persona la guarda" in phone.says("LYNX 48291")
    assert "ancora da approvare" in phone.says("babysitter venerdì dalle 15 alle 18 a Romano")
    assert not ServiceRequest.select().exists()


def test_a_code_sent_twice_asks_who_it_is_and_another_person_may_join(cast, clock):
    phone = Handset("+393330000777", clock)
    phone.says("48291")
    first = Employee.select().order_by(Employee.id.desc()).get()
    menu = phone.says("LYNX 48291")
    assert f"1) {first.word}, 2) un'altra persona" in menu
    phone.says("2")
    two = [one.word for one in Employee.select().where(Employee.phone == first.phone)]
    assert len(set(two)) == 2


def test_nobody_can_try_codes_without_end(cast, clock):
    phone = Handset("+393330000777", clock)
    said = [phone.says(f"LYNX {number}") for number in range(10000, 10030)]
    assert sum(1 for one in said if one) <= 10


def test_a_stranger_is_told_how_to_join_once_an_hour_and_the_desk_only_if_asked(cast, clock):
    phone = Handset("+393330000778", clock)
    assert "LYNX e le cifre" in phone.says("ciao, mi serve una baby sitter a Romano")
    assert phone.says("ci siete?") == "" and not DeskItem.select().exists()
    assert "una persona ti chiama" in phone.says("vorrei parlare con una persona")
    assert DeskItem.get().kind == "call_back"
    clock.later(hours=1)
    assert "LYNX" in phone.says("come funziona?")


# ---------------------------------------------------------------- several people on one number

def test_two_people_on_one_number_never_see_each_other(cast, clock, shared, at):
    mine, hers = asked(cast, at=at, on=date(2026, 12, 11)), asked(cast, at=at, employee=cast.sara, on=date(2026, 12, 14))
    assert "1) limone, 2) lana" in shared.says("a che punto siamo?")
    said = shared.says("1")
    assert mine.reference in said and hers.reference not in said and "limone" in said
    assert mine.reference in shared.says("stato")                   # remembered for the day
    assert hers.reference in (said := shared.says("lana: stato")) and mine.reference not in said and "WelfareLynx lana" in said
    clock.later(hours=25)
    shared.new()
    assert "1) limone, 2) lana" in shared.says("annulla")
    shared.says("2")
    assert ServiceRequest.get_by_id(mine.id).state == "open"
    assert ServiceRequest.get_by_id(hers.id).outcome == "cancelled_by_employee"


def test_what_was_said_before_is_taken_up_when_it_is_known_who_wrote(cast, shared):
    assert "limone" in shared.says("babysitter lunedì dalle 15 alle 18 a Romano")
    assert "quanti bambini" in shared.says("lana")
    shared.says("1"), shared.says("4")
    shared.says("si")
    assert ServiceRequest.get().employee == cast.sara


def test_si_to_the_only_thing_that_waits_on_a_shared_number_needs_no_question(cast, clock, shared, at):
    request = asked(cast, at=at, employee=cast.sara)
    proposed(cast, request, slot(date(2026, 12, 7), "16:00", "19:00"), cast.marta, at=at)
    clock.later(minutes=1)
    shared.new()
    assert "WelfareLynx lana" in shared.says("si")
    assert Appointment.get().request == request
    assert Conversation.get().employee is None


def test_a_reference_says_who_is_meant_and_is_not_remembered(cast, shared, at):
    hers = asked(cast, at=at, employee=cast.sara)
    asked(cast, at=at, on=date(2026, 12, 11))
    shared.says("stato"), shared.says("limone")
    assert "WelfareLynx lana" in shared.says(f"stato {hers.reference}")
    assert "lana" in shared.says("stato") and "limone" in shared.all()[-1]      # asked anew


# ---------------------------------------------------------------- machines, and what is not understood

def test_two_robots_fall_silent(cast, clock):
    robot = Handset(cast.teresa.phone.number, clock)
    for answer in ("Il tuo messaggio è stato ricevuto, grazie", "Sono fuori ufficio fino a lunedì", "Questo numero non riceve SMS"):
        for _ in range(8):
            robot.says(answer)
    assert len(robot.all()) <= 5
    assert DeskItem.select().where(DeskItem.kind == "text").count() <= 1


def test_what_is_not_understood_twice_reaches_a_person_with_the_conversation(cast, clock):
    phone = Handset(cast.teresa.phone.number, clock)
    assert "did not understand" in phone.says("blabla zzz")
    assert "a person reads" in phone.says("qwerty qwerty")
    item = DeskItem.get()
    assert (item.kind, item.employee, item.inbound.body) == ("text", cast.teresa, "qwerty qwerty")
    assert phone.says("asdf asdf") == "" and DeskItem.select().count() == 1


def test_a_question_that_is_not_answered_is_put_once_more_then_a_person_reads(cast, clock):
    phone = Handset(cast.teresa.phone.number, clock)
    phone.says("I need a babysitter on Monday from 3pm to 6pm in Romano")
    assert "did not understand: for how many children" in phone.says("zzz zzz")
    assert "a person reads" in phone.says("www www")
    assert DeskItem.get().kind == "text"


# ---------------------------------------------------------------- emergencies

def test_emergency_words_at_night_are_answered_and_told_at_once(cast, clock):
    clock.to(moment(date(2026, 12, 6), "03:10"))      # a Sunday
    phone = Handset(cast.teresa.phone.number, clock)
    said = phone.says("aiuto mia mamma è caduta e non si alza")
    assert "112" in said
    item = DeskItem.get(DeskItem.kind == "emergency")
    assert item.employee == cast.teresa
    told = {(row.channel, row.state) for row in Message.select().where(Message.kind == "told")}
    clock.later(minutes=1)
    assert told and all(row.state == "sent" for row in Message.select().where(Message.kind == "told", Message.channel == "sms"))
    assert {row.channel for row in Message.select().where(Message.kind == "told")} == {"sms", "mail"}


def test_of_a_fall_of_rocks_nobody_is_alarmed(cast, clock):
    Handset(cast.teresa.phone.number, clock).says("oggi caduta massi sulla strada, arrivo tardi")
    assert not DeskItem.select().where(DeskItem.kind == "emergency").exists()


def test_an_emergency_interrupts_nothing(cast, clock):
    phone = Handset(cast.teresa.phone.number, clock)
    phone.says("I need a babysitter on Monday from 3pm to 6pm in Romano")
    phone.says("help she is not breathing")
    assert Conversation.get().asking == "number"


# ---------------------------------------------------------------- who hears nothing

def test_who_stopped_is_read_by_a_person_and_the_request_goes_on(cast, clock, at):
    request = asked(cast, at=at, employee=cast.teresa)
    phone = Handset(cast.teresa.phone.number, clock)
    phone.says("STOP")
    phone.seen = len(phone.all())
    assert phone.says("call off") == ""
    assert DeskItem.get(DeskItem.kind == "text").employee == cast.teresa
    assert ServiceRequest.get_by_id(request.id).state == "open"
    phone.says("START")
    assert phone.says("status")


def test_where_texts_cannot_be_answered_there_is_no_dialogue(build, at):
    house = build(sms_two_way=False)
    with house.app_context():
        cast = make_cast(at)
        conversing.receive("SM1", cast.teresa.phone.number, "babysitter Monday 3pm to 6pm in Romano", at=at)
        jobs.run(at, ["receive"])
        assert InboundMessage.get().read_as == "text" and DeskItem.get().kind == "text"
        assert not Conversation.select().exists()


def test_what_breaks_in_the_dialogue_is_read_by_a_person(cast, clock, monkeypatch):
    from texting import dialogue

    def broken(*_args, **_more):
        raise RuntimeError("a mistake of ours")
    monkeypatch.setattr(dialogue, "converse", broken)
    Handset(cast.teresa.phone.number, clock).says("babysitter")
    assert InboundMessage.get().read_as == "broken" and DeskItem.get().kind == "text"


def test_a_text_is_acted_upon_once_or_not_at_all(cast, clock, at, monkeypatch):
    """What fails after the verb takes the verb back with it."""
    request = asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 11))

    def no_room(*_args, **_more):
        raise RuntimeError("the outbox is away")
    monkeypatch.setattr(conversing, "_answer", no_room)
    Handset(cast.teresa.phone.number, clock).says("call off")
    assert ServiceRequest.get_by_id(request.id).state == "open" and InboundMessage.get().read_as == "broken"


# ---------------------------------------------------------------- forgetting

def test_a_conversation_is_forgotten_with_its_person_and_after_a_month(cast, clock, at):
    phone = Handset(cast.teresa.phone.number, clock)
    phone.says("I need a babysitter on Monday from 3pm to 6pm in Romano")
    forgetting.erase(Employee.get_by_id(cast.teresa.id), by=Actor("employee", cast.teresa.id), at=clock.at)
    assert not Conversation.select().exists()
    Handset(cast.gianni.phone.number, clock).says("stato")
    late = clock.at + timedelta(days=31)
    with time_machine.travel(late, tick=False):
        jobs.run(late, ["forget"])
    assert not Conversation.select().exists()


def test_a_stolen_database_does_not_say_what_was_being_asked(cast, clock, app):
    Handset(cast.teresa.phone.number, clock).says("I need a babysitter on Monday from 3pm to 6pm in Romano")
    rows = app.extensions["database"].execute_sql("SELECT draft, options FROM conversation").fetchall()
    assert rows and all(value.startswith("gAAAA") and '"' not in value for row in rows for value in row)     # sealed


def test_the_language_of_a_number_nobody_joined_with_is_kept(cast, clock):
    phone = Handset("+393330000779", clock)
    assert "to join" in phone.says("hello what is this service please")
    assert Phone.get(Phone.number == phone.number).language == "en"
    assert "number is active" in phone.says("LYNX 48291")
