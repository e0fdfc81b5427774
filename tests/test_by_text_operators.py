"""Operators by text: OK and NO with a reference, the day that is done, and what is true when it is too late."""

from datetime import date

import pytest
from acts import agreed, gianni, proposed, slot
from cast import asked, make_cast, moment, referral_of
from texted import Clock, Handset

from actions import agreeing, answering, ending, joining
from models import Appointment, Operator, Referral, ServiceRequest


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def marta(cast, clock):
    return Handset(cast.marta.phone.number, clock)


@pytest.mark.parametrize("words", ["OK {}", "ok {}", "{} ok", "OK{}", "sì {}", "Ok {} grazie"])
def test_ok_confirms_and_she_goes_herself(cast, marta, at, words):
    request = asked(cast, at=at)
    assert "confermata, vai tu" in marta.says(words.format(request.reference))
    assert Appointment.get().worker_id == cast.marta.id


def test_who_only_answers_confirms_and_who_goes_stays_open(cast, marta, at):
    Operator.update(goes=False).where(Operator.id == cast.marta.id).execute()
    request = asked(cast, at=at)
    assert "chi va è da decidere" in marta.says(f"OK {request.reference}")
    assert Appointment.get().worker_id is None


def test_no_declines_and_the_next_cooperative_is_asked(cast, marta, at):
    request = asked(cast, at=at)
    assert "chiediamo ad altri" in marta.says(f"no {request.reference}")
    declined = Referral.get(Referral.cooperative == cast.melograno)
    assert (declined.state, declined.reason) == ("declined", "other") and referral_of(request).cooperative == cast.quercia


def test_too_late_says_what_is_true(cast, clock, marta, at):
    request = asked(cast, at=at)
    answering.take(referral_of(request), cast.anna, at=at)
    assert "se ne occupa una collega" in marta.says(f"OK {request.reference}")
    other = asked(cast, at=at, on=date(2026, 12, 11))
    ending.cancel(other, by=gianni(cast), at=at)
    assert "ha annullato" in marta.says(f"OK {other.reference}")
    assert "l'hai già confermata" in _twice(cast, marta, at)


def _twice(cast, marta, at):
    request = asked(cast, at=at, on=date(2026, 12, 14))
    marta.says(f"OK {request.reference}")
    return marta.says(f"OK {request.reference}")


def test_an_operator_of_another_cooperative_finds_nothing(cast, clock, at):
    request = asked(cast, at=at)
    rosa = Handset(cast.outsider.phone.number, clock)
    assert "non è fra le vostre richieste" in rosa.says(f"OK {request.reference}")
    assert ServiceRequest.get_by_id(request.id).state == "open"


def test_who_is_busy_is_told_so_and_nothing_is_confirmed(cast, marta, at):
    agreed(cast, at)
    request = asked(cast, at=at, employee=cast.teresa, begins="16:00", ends="18:00")
    assert "hai già altro" in marta.says(f"OK {request.reference}")
    assert ServiceRequest.get_by_id(request.id).state == "open"


def test_ok_to_what_the_person_asks_instead_agrees_to_that(cast, clock, marta, at):
    request = asked(cast, at=at)
    proposal = proposed(cast, request, slot(date(2026, 12, 7), "16:00", "19:00"), cast.marta, at=at)
    assert "aspetta la risposta" in marta.says(f"OK {request.reference}")
    agreeing.counter(proposal, moment(date(2026, 12, 7), "17:00"), by=gianni(cast), at=clock.at)
    assert "confermata all'ora chiesta" in marta.says(f"OK {request.reference}")
    assert Appointment.get().starts_at == moment(date(2026, 12, 7), "17:00")


def test_a_bare_ok_confirms_nothing(cast, clock, marta, at):
    request = asked(cast, at=at)
    clock.later(minutes=1)
    marta.new()
    assert "OK o NO e il codice" in marta.says("ok")
    assert ServiceRequest.get_by_id(request.id).state == "open"


@pytest.mark.parametrize("words", ["SVOLTO", "si", "tutto svolto", "fatto!"])
def test_a_day_that_went_as_planned_is_closed_by_a_word(cast, clock, marta, at, words):
    agreed(cast, at)
    clock.to(moment(date(2026, 12, 4), "18:05"))
    marta.new()
    assert "svolto come previsto" in marta.says(words)
    assert Appointment.get().state == "delivered"


def test_svolto_marks_only_her_own_visits(cast, clock, at):
    agreed(cast, at)
    clock.to(moment(date(2026, 12, 4), "18:05"))
    luca = Handset(cast.luca.phone.number, clock)
    luca.says("svolto")
    assert Appointment.get().state == "planned"


def test_an_operator_who_also_joined_answers_as_whom_she_was_written_to(cast, clock, marta, at):

    request = asked(cast, at=at)
    joining.join_by_text(cast.marta.phone, cast.big_firm, at=at, language="it")
    clock.later(minutes=1)
    assert "confermata" in marta.says(f"OK {request.reference}")
    assert "in che comune" in marta.says("mi serve una babysitter")
