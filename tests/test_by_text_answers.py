"""Answers by text: proposals, reminders, places, marks; what is called off, how it stands; and what is true when it is too late."""

from datetime import date

import pytest
from acts import agreed, proposed, slot
from cast import asked, booked, day_space, make_cast, moment, opening_of, referral_of
from texted import Clock, Handset

from actions import answering, delivering, giving_back, ideas, openings
from actions.moves import Actor
from models import Appointment, DeskItem, Employee, Interest, Message, Phone, Place, Proposal, ServiceRequest
from rules.recurrence import Weekly


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def teresa(cast, clock):
    """A person with a number of her own, who writes Italian today."""
    Employee.update(language="it").where(Employee.id == cast.teresa.id).execute()
    Phone.update(language="it").where(Phone.id == cast.teresa.phone_id).execute()
    cast.teresa = Employee.get_by_id(cast.teresa.id)
    return Handset(cast.teresa.phone.number, clock)


def told(clock, phone):
    """What is due goes out, and is what the phone answers."""
    clock.later(minutes=1)
    return "\n".join(phone.new())


MONDAY = date(2026, 12, 7)


# ---------------------------------------------------------------- proposals

def test_si_accepts_the_only_proposal_there_is(cast, clock, teresa, at):
    request = asked(cast, at=at, employee=cast.teresa)
    proposed(cast, request, slot(MONDAY, "16:00", "19:00"), cast.marta, at=at)
    assert "Scrivi SI, NO o un altro orario" in told(clock, teresa)
    assert "confermata, lun 7/12" in teresa.says("Si va bene")
    assert Appointment.get().starts_at == moment(MONDAY, "16:00")


def test_no_declines_it_and_the_next_cooperative_is_asked(cast, clock, teresa, at):
    request = asked(cast, at=at, employee=cast.teresa)
    proposed(cast, request, slot(MONDAY, "16:00", "19:00"), cast.marta, at=at)
    told(clock, teresa)
    assert "chiediamo ad altri" in teresa.says("no")
    assert referral_of(request).cooperative == cast.quercia


def test_another_hour_is_a_counter_proposal_and_the_second_one_is_a_call(cast, clock, teresa, at):
    request = asked(cast, at=at, employee=cast.teresa)
    proposed(cast, request, slot(MONDAY, "16:00", "19:00"), cast.marta, at=at)
    told(clock, teresa)
    assert "chiediamo alla cooperativa lun 7/12 ore 17" in teresa.says("meglio alle 17")
    assert Proposal.get().counter_starts_at == moment(MONDAY, "17:00")
    proposed(cast, request, slot(MONDAY, "18:00", "21:00"), cast.marta, at=clock.at)
    told(clock, teresa)
    assert "una persona ti chiama" in teresa.says("alle 17 e mezza")
    assert DeskItem.get(DeskItem.kind == "call_back").request == request


def test_a_day_without_an_hour_is_asked_for_its_hour(cast, clock, teresa, at):
    request = asked(cast, at=at, employee=cast.teresa)
    proposed(cast, request, slot(MONDAY, "16:00", "19:00"), cast.marta, at=at)
    told(clock, teresa)
    assert "mar 8/12: a che ora" in teresa.says("martedì invece")
    teresa.says("alle 10")
    assert Proposal.get().counter_starts_at == moment(date(2026, 12, 8), "10:00")


def test_of_two_proposals_it_is_asked_which(cast, clock, teresa, at):
    requests = [asked(cast, at=at, employee=cast.teresa, service=cast.ad, on=date(2026, 12, day)) for day in (9, 10)]
    for request, day in zip(requests, (9, 10)):
        proposed(cast, request, slot(date(2026, 12, day), "09:00", "12:00"), cast.marta, at=at)
    told(clock, teresa)
    menu = teresa.says("si")
    assert all(request.reference in menu for request in requests)
    teresa.says("2")
    assert Appointment.select().count() == 1
    other = next(request for request in requests if request.id != Appointment.get().request_id)
    assert "confermata" in teresa.says(f"SI {other.reference}")
    assert Appointment.select().count() == 2


def test_a_yes_that_comes_too_late_hears_what_is_true_now(cast, clock, teresa, at):
    request = asked(cast, at=at, employee=cast.teresa)
    proposed(cast, request, slot(MONDAY, "16:00", "19:00"), cast.marta, at=at)
    told(clock, teresa)
    answering.put_by_desk(ServiceRequest.get_by_id(request.id), cast.quercia, cast.paola, at=clock.at)
    said = teresa.says(f"SI {request.reference}")
    assert request.reference in said and "aspetta risposta" in said and not Appointment.select().exists()


# ---------------------------------------------------------------- calling off

@pytest.mark.parametrize("words", ["ANNULLA", "annulla {}", "non mi serve più", "disdico {}"])
def test_annulla_cancels_the_visit_not_consent(cast, clock, teresa, at, words):
    request, _ = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 11))
    clock.later(minutes=11)
    teresa.new()
    said = teresa.says(words.format(request.reference))
    assert f"annullata: {request.reference} di ven 11/12 15-18" in said
    assert ServiceRequest.get_by_id(request.id).outcome == "cancelled_by_employee"
    assert not Phone.get_by_id(cast.teresa.phone_id).stopped_at


def test_a_late_cancellation_is_said_to_be_late_and_waits_for_a_yes(cast, clock, teresa, at):
    request, _ = agreed(cast, at, employee=cast.teresa, service=cast.ad, on=date(2026, 12, 3), begins="10:00", ends="12:00")
    assert "disdetta tardiva" in teresa.says("annulla")
    assert ServiceRequest.get_by_id(request.id).state == "agreed"
    assert "resta com'è" in teresa.says("no")
    teresa.says("annulla"), teresa.says("si")
    assert Appointment.get().cancelled_late


def test_of_a_series_one_visit_or_all_is_asked_by_number(cast, clock, teresa, at):
    request, visits = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 11), weekly=Weekly((5,), times=3))
    menu = teresa.says("annulla venerdì 18")
    assert "1) solo ven 18/12" in menu and "2) tutte e 3" in menu
    assert "annullata" in teresa.says("1")
    assert [visit.state for visit in Appointment.select().order_by(Appointment.starts_at)] == ["planned", "cancelled", "planned"]
    teresa.says(f"annulla {request.reference}"), teresa.says("2")
    assert ServiceRequest.get_by_id(request.id).outcome == "cancelled_by_employee"


def test_of_several_requests_it_is_asked_which_to_call_off(cast, teresa, at):
    one, other = (asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, day)) for day in (11, 14))
    menu = teresa.says("annulla")
    assert one.reference in menu and other.reference in menu
    assert other.reference in teresa.says("2")
    assert ServiceRequest.get_by_id(one.id).state == "open" and ServiceRequest.get_by_id(other.id).state == "closed"


def test_a_long_menu_keeps_its_hours_whole(cast, teresa, at):
    for day in (11, 14, 15, 16, 17):
        asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, day), begins="15:30", ends="18:30")
    assert teresa.says("annulla").count("15:30-18:30") == 5


def test_a_reference_of_somebody_else_is_nobody_s_here(cast, teresa, at):
    request = asked(cast, at=at)            # Gianni's
    for words in ("annulla {}", "stato {}", "si {}"):
        assert "non troviamo" in teresa.says(words.format(request.reference))
    assert ServiceRequest.get_by_id(request.id).state == "open"


# ---------------------------------------------------------------- how it stands

def test_status_says_a_line_each_and_the_page_has_the_rest(cast, teresa, at):
    for day in (11, 14, 15, 16):
        asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, day))
    said = teresa.says("a che punto siamo?")
    assert said.count("aspetta risposta") == 3 and "Altre 1: http" in said
    assert "non troviamo" in teresa.says("stato C4F5")


def test_what_can_still_be_taken_back_is_not_told_as_confirmed(cast, clock, teresa, at):
    request, _ = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 11))
    assert "aspetta risposta" in teresa.says("stato")
    clock.later(minutes=11)
    assert "confermata" in teresa.says("stato")


# ---------------------------------------------------------------- reminders, moving, marks

def test_a_planned_visit_is_asked_to_be_moved_and_stays_until_then(cast, clock, teresa, at):
    agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 11))
    clock.later(minutes=11)
    assert "che giorno e a che ora" in teresa.says("posso spostare l'appuntamento?")
    assert "intanto resta com'è" in teresa.says("sabato alle 10")
    assert Proposal.get().state == "countered" and Appointment.get().starts_at == moment(date(2026, 12, 11), "15:00")


def test_no_to_a_reminder_calls_off_only_after_saying_that_it_is_late(cast, clock, teresa, at):
    agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    clock.later(minutes=11)
    clock.to(moment(date(2026, 12, 3), "18:00"))
    assert "Va bene? Scrivi SI" in "".join(teresa.new())
    assert "disdetta tardiva" in teresa.says("no")
    assert Appointment.get().state == "planned"


@pytest.mark.parametrize(("mark", "score", "low"), [("5", 5, False), ("voto 2", 2, True), ("direi 4", 4, False)])
def test_a_number_after_the_closing_message_is_the_mark(cast, clock, teresa, at, mark, score, low):
    _, [visit] = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    clock.to(moment(date(2026, 12, 4), "18:30"))
    teresa.new()
    delivering.deliver(Appointment.get_by_id(visit.id), cast.marta, at=clock.at)
    told(clock, teresa)
    teresa.says(mark)
    assert Appointment.get().score == score
    assert DeskItem.select().where(DeskItem.kind == "low_score").exists() == low
    assert "non ho capito" in teresa.says("3")          # said once


def test_a_number_out_of_nowhere_is_not_a_mark(cast, teresa, at):
    assert "non ho capito" in teresa.says("4")


def test_what_was_asked_last_is_what_a_number_answers(cast, clock, teresa, at):
    _, [visit] = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    clock.to(moment(date(2026, 12, 4), "18:30"))
    teresa.says("menu")
    delivering.deliver(Appointment.get_by_id(visit.id), cast.marta, at=clock.at)
    told(clock, teresa)
    teresa.says("1")
    assert Appointment.get().score == 1


# ---------------------------------------------------------------- places and ideas

def test_an_offered_place_is_taken_by_si_and_given_up_by_no(cast, clock, teresa, at):
    opening = opening_of(cast, places=1, minimum=1)
    first = booked(cast, opening, at=at)
    waiting = booked(cast, opening, cast.teresa, at=at, may_wait=True)
    clock.later(minutes=1)
    teresa.new()
    giving_back.cancel(first.request, by=Actor("employee", cast.gianni.id), at=clock.at)
    clock.later(minutes=1)
    assert "Scrivi SI o NO entro" in "".join(teresa.new())
    assert "confermata" in teresa.says("sì!")
    assert Place.get_by_id(waiting.id).state == "taken"


def test_no_to_an_offered_place_gives_it_to_the_next(cast, clock, teresa, at):
    opening = opening_of(cast, places=1, minimum=1)
    first = booked(cast, opening, at=at)
    waiting = booked(cast, opening, cast.teresa, at=at, may_wait=True)
    giving_back.cancel(first.request, by=Actor("employee", cast.gianni.id), at=clock.at)
    clock.later(minutes=1)
    assert "va ad altri" in teresa.says("no")
    assert Place.get_by_id(waiting.id).state == "cancelled"


def test_mi_interessa_is_for_the_newest_idea_and_for_so_many(cast, clock, teresa, at):
    ideas.ask_for_news(cast.teresa, True, at=at)
    draft = openings.Draft(day_space(), cast.melograno, cast.romano, "Sala", moment(MONDAY, "08:00"), moment(MONDAY, "17:00"),
                           moment(date(2026, 12, 5), "12:00"), 5, 3, ())
    ideas.publish(draft, cast.project, cast.paola, at=at)
    assert "MI INTERESSA" in told(clock, teresa)
    assert "per quanti" in teresa.says("mi interessa")
    assert "segnato" in teresa.says("2")
    assert Interest.get().units == 2


def test_thanks_reach_who_went_once_and_are_no_talk(cast, clock, teresa, at):
    assert teresa.says("grazie!") == ""
    _, [visit] = agreed(cast, at, employee=cast.teresa, on=date(2026, 12, 4))
    clock.to(moment(date(2026, 12, 4), "18:30"))
    delivering.deliver(Appointment.get_by_id(visit.id), cast.marta, at=clock.at)
    told(clock, teresa)
    assert "lo diciamo a chi è venuto" in teresa.says("grazie")
    assert teresa.says("grazie ancora") == ""
    assert Message.select().where(Message.kind == "thanks").count() == 1
