"""Everything by text: a person with no browser, from the poster's code to a visit that was done and rated."""

import re
from datetime import date

import pytest
from cast import make_cast, moment
from texted import Clock, Handset

from models import Appointment, Company, Employee, ServiceRequest

pytestmark = pytest.mark.both_engines


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    cast = make_cast(at)
    Company.update(declared=9).where(Company.id == cast.firm.id).execute()
    return cast


def test_a_person_with_no_browser_joins_asks_agrees_is_reminded_and_rates(cast, clock):
    vale, marta = Handset("+393330000777", clock), Handset(cast.marta.phone.number, clock)

    welcome = vale.says("LYNX 48291")
    person = Employee.get(Employee.phone == Employee.get(Employee.word == re.search(r"parola è (\w+)", welcome)[1]).phone)
    assert person.company == cast.firm and "STOP" in welcome

    asked_number = vale.says("ciao avrei bisogno di una baby sitter venerdì dalle 15 alle 18 a Romano")
    assert "per quanti bambini?" in asked_number
    assert "anni" in vale.says("1")
    assert "come ti chiama" in vale.says("4 anni")
    read_back = vale.says("mi chiamo Vale")
    assert re.search(r"baby-sitting ven 4/12 15-18, Romano di L", read_back) and "tu paghi 33,00" in read_back, read_back
    received = vale.says("Sì grazie")
    request = ServiceRequest.get()
    assert request.reference in received and request.channel == "sms" and request.employee == person
    assert (request.answers, person.first_name) == ({"eta": "3-5", "numero": 1}, "") and Employee.get_by_id(person.id).first_name == "Vale"

    marta.clock.later(seconds=30)
    assert request.reference in marta.new()[-1]
    assert "confermata, vai tu" in marta.says(f"ok {request.reference.lower()}")
    visit = Appointment.get()
    assert visit.worker_id == cast.marta.id
    vale.new(), clock.later(minutes=11)
    assert "confermata" in vale.new()[-1]
    clock.to(moment(date(2026, 12, 3), "18:00"))
    assert "ven 4/12" in vale.new()[-1]
    assert "resta" in vale.says("si")
    assert Appointment.get().confirmed_at
    clock.to(moment(date(2026, 12, 4), "18:05"))
    marta.new()
    assert "svolto" in marta.says("svolto")
    assert Appointment.get().state == "delivered"
    clock.later(minutes=1)
    assert "1 a 5" in vale.new()[-1]
    assert "voto" in vale.says("5")
    assert Appointment.get().score == 5
    assert "chi è venuto" in vale.says("grazie mille!")
    clock.later(minutes=1)
    assert "grazie" in marta.new()[-1]


def test_every_week_by_text_from_asking_to_the_last_visit_rated(cast, clock):
    vale, marta = Handset("+393330000777", clock), Handset(cast.marta.phone.number, clock)
    vale.says("48291")
    assert "per quante volte" in vale.says("mi serve una babysitter tutti i venerdì dalle 15 alle 18 a Romano")
    vale.says("3 volte"), vale.says("1"), vale.says("4")
    read_back = vale.says("Vale")
    assert "3 visite da ven 4/12 a ven 18/12" in read_back and "paghi 99,00" in read_back, read_back
    vale.says("ok")
    reference = ServiceRequest.get().reference
    clock.later(minutes=1)
    assert "confermata, vai tu" in marta.says(f"OK {reference}")
    clock.later(minutes=11)
    assert "3 visite" in vale.new()[-1]
    for day, score in ((4, "5"), (11, "4"), (18, "5")):
        clock.to(moment(date(2026, 12, day - 1), "18:00"))
        assert "resta" in vale.says("va bene")
        clock.to(moment(date(2026, 12, day), "18:05"))
        assert "svolto" in marta.says("svolto")
        clock.later(minutes=1)
        vale.new()
        assert "voto" in vale.says(score)
    assert [(visit.state, visit.score) for visit in Appointment.select().order_by(Appointment.starts_at)] == [
        ("delivered", 5), ("delivered", 4), ("delivered", 5)]
    clock.to(moment(date(2026, 12, 26), "07:00"))
    assert (ServiceRequest.get().state, ServiceRequest.get().outcome) == ("closed", "delivered")
