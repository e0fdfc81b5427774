"""What a tired person writes is never taken for more, or for somebody else's, than it is."""

from datetime import date

import pytest
from acts import agreed, proposed, slot
from cast import asked, day_space, moment, public_service
from texted import Clock, Handset, italian_cast

from models import Conversation, DeskItem, Employee, InboundMessage, Proposal, ServiceRequest

WISH = "baby sitter lunedì dalle 15 alle 18 a Romano"


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    return italian_cast(at)


@pytest.fixture
def teresa(cast, clock):
    """A person with a number of her own, who writes Italian today."""
    return Handset(cast.teresa.phone.number, clock)


@pytest.fixture
def shared(cast, clock):
    """The number of Gianni (limone) and Sara (lana)."""
    return Handset(cast.gianni.phone.number, clock)


def read_back(phone, *answers):
    for text in (WISH, *answers, "1", "4"):
        said = phone.says(text)
    assert "Inviamo?" in said


def offered(cast, at, on=date(2026, 12, 15)):
    """A request of Teresa's with another time that is proposed to her."""
    request = asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 14))
    return request, proposed(cast, request, slot(on, "16:00", "19:00"), cast.marta, at=at)


# ---------------------------------------------------------------- two people on one number

def test_what_one_person_was_asked_another_of_the_same_number_never_sends(cast, shared):
    read_back(shared, "lana")
    shared.says("limone: stato")
    shared.says("si")
    assert not ServiceRequest.select().exists()


def test_a_reference_of_one_person_does_not_send_what_the_other_was_asked(cast, shared, at):
    theirs = asked(cast, at=at, employee=cast.gianni)
    read_back(shared, "lana")
    shared.says(f"si {theirs.reference}")
    assert ServiceRequest.select().count() == 1


def test_an_emergency_on_a_shared_number_leaves_the_question_with_whom_it_was_put_to(cast, shared):
    read_back(shared, "lana")
    shared.says("aiuto mio figlio non respira")
    assert "inviata" in shared.says("si")
    assert ServiceRequest.get().employee == cast.sara
    assert not InboundMessage.select().where(InboundMessage.read_as == "broken").exists()


def test_who_does_not_say_who_is_writing_is_still_answered_what_was_written_first(cast, shared, at):
    theirs = asked(cast, at=at, employee=cast.gianni)
    shared.says("annulla")
    shared.says("mah")
    assert f"annullata: {theirs.reference}" in shared.says("1")


# ---------------------------------------------------------------- what a yes and a no are about

def test_a_yes_with_a_reference_sends_nothing_else(cast, teresa, at, clock):
    request, proposal = offered(cast, at)
    clock.later(minutes=1)
    read_back(teresa)
    assert f"{request.reference} confermata" in teresa.says(f"si {request.reference}")
    assert ServiceRequest.select().count() == 1


def test_a_yes_with_a_reference_calls_nothing_else_off(cast, teresa, at, clock):
    first, _ = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    second = asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 14))
    clock.to(moment(date(2026, 12, 3), "18:01"))
    assert "tardiva" in teresa.says(f"annulla {first.reference}")
    teresa.says(f"si {second.reference}")
    assert ServiceRequest.get_by_id(first.id).state == "agreed"


def test_no_and_another_hour_is_another_hour_and_no_refusal(cast, teresa, at, clock):
    request, proposal = offered(cast, at)
    clock.later(minutes=1)
    assert "mar 15/12 ore 17" in teresa.says("no alle 17")
    assert Proposal.get_by_id(proposal.id).state == "countered"


def test_no_and_the_very_day_that_is_offered_is_a_refusal(cast, teresa, at, clock):
    _, proposal = offered(cast, at)
    clock.later(minutes=1)
    teresa.says("no martedì 15")
    assert Proposal.get_by_id(proposal.id).state == "declined"


def test_no_and_another_hour_to_a_reminder_calls_nothing_off(cast, teresa, at, clock):
    request, _ = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    clock.to(moment(date(2026, 12, 3), "18:01"))
    teresa.new()
    assert "ven 4/12 ore 16" in teresa.says("no alle 16")
    assert Conversation.get().asking == ""


@pytest.mark.parametrize("words, heard", [("no alle 16", "16-19"), ("no martedì", "mar 8/12"), ("no a Covo", "Covo")])
def test_no_and_what_changes_is_read_back_anew(teresa, words, heard):
    read_back(teresa)
    assert heard in teresa.says(words)
    teresa.says("no")
    assert heard not in teresa.says("no")


def test_no_in_the_middle_of_asking_is_a_way_out(teresa):
    teresa.says(WISH)
    assert "NO per lasciare stare" in teresa.says("lascia stare")
    assert "non inviamo niente" in teresa.says("no")


def test_a_greeting_in_the_middle_of_asking_loses_nothing(teresa):
    teresa.says(WISH)
    assert "per quanti bambini" in teresa.says("ciao")
    teresa.says("1")
    assert "Inviamo?" in teresa.says("4")


def test_which_of_two_may_be_said_by_its_day(cast, teresa, at, clock):
    offered(cast, at)
    _, friday = offered(cast, at, on=date(2026, 12, 18))
    clock.later(minutes=1)
    assert "quale?" in teresa.says("si")
    assert "confermata" in teresa.says("venerdì")
    assert Proposal.get_by_id(friday.id).state == "accepted"


def test_a_nod_to_what_was_only_told_is_understood(cast, teresa, at, clock):
    request, _ = agreed(cast, at, employee=cast.teresa)
    clock.later(minutes=11)
    teresa.new()
    assert f"{request.reference} ven 4/12 15-18 confermata" in teresa.says("ok")
    assert teresa.says("ok") == "" and not DeskItem.select().exists()


def test_what_is_called_off_while_another_hour_is_asked_for_is_named_by_its_own_hour(cast, teresa, at, clock):
    agreed(cast, at, employee=cast.teresa)
    clock.later(minutes=11)
    teresa.says("si può spostare alle 16?")
    assert "ven 4/12 15-18" in teresa.says("annulla")


# ---------------------------------------------------------------- a name

@pytest.mark.parametrize("words", ["si", "no", "preferisco di no", "boh", "meglio martedì", "alle cinque"])
def test_an_answer_is_nobodys_name(cast, teresa, words):
    Employee.update(first_name="").execute()
    for text in (WISH, "1", "4", words):
        teresa.says(text)
    assert Employee.get_by_id(cast.teresa.id).first_name == ""


@pytest.mark.parametrize("words, name", [("Domenica", "Domenica"), ("sono Linda", "Linda"), ("rosa", "Rosa"), ("mi chiamo Anna Maria", "Anna Maria")])
def test_a_name_is_taken_as_it_is_said(cast, teresa, words, name):
    Employee.update(first_name="").execute()
    for text in (WISH, "1", "4", words):
        said = teresa.says(text)
    assert Employee.get_by_id(cast.teresa.id).first_name == name and "Inviamo?" in said


def test_a_no_where_the_name_is_asked_gives_no_office_a_number(cast, teresa):
    Employee.update(first_name="").execute()
    service = public_service()
    teresa.says(service.name)
    assert "come ti chiama" in teresa.says("si")
    teresa.says("no")
    assert "non inviamo niente" in teresa.says("no")
    assert not ServiceRequest.select().exists()


# ---------------------------------------------------------------- who has not joined, and in which language

def test_a_stranger_who_writes_on_is_read_by_a_person(cast, clock):
    phone = Handset("+393330000991", clock)
    assert "per iscriverti" in phone.says(WISH)
    assert phone.says("ok") == "" and not DeskItem.select().exists()
    assert "una persona legge" in phone.says("non trovo la locandina, come faccio")
    assert phone.says("ci siete o no") == "" and DeskItem.select().count() == 1


@pytest.mark.parametrize("words", ["lynx48291 mi serve una babysitter lunedì", "LYNX 48291, baby sitter venerdì a Romano"])
def test_a_code_before_the_first_wish_joins(cast, clock, words):
    assert "il tuo numero è attivo" in Handset("+393330000992", clock).says(words)


def test_the_name_of_a_service_changes_nobodys_language(cast, teresa):
    day_space()
    teresa.says("we kids")
    assert Employee.get_by_id(cast.teresa.id).language == "it"
