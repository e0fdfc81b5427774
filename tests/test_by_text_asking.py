"""Asking by text: one thing at a time, in any order, by number where it is closed; what is not there is said."""

import re
from datetime import date

import pytest
from cast import ironing, make_cast, opening_of, public_service
from texted import Clock, Handset

from models import (
    Company,
    Conversation,
    DeskItem,
    Employee,
    InboundMessage,
    Message,
    Place,
    Service,
    ServiceRequest,
    Unmet,
)
from rules import sms


@pytest.fixture
def clock(at):
    return Clock(at)


@pytest.fixture
def cast(app, at):
    cast = make_cast(at)
    Company.update(declared=9).where(Company.id == cast.firm.id).execute()
    return cast


@pytest.fixture
def teresa(cast, clock):
    """A person with a number of her own, who writes Italian today."""
    Employee.update(language="it").where(Employee.id == cast.teresa.id).execute()
    cast.teresa.phone.language = "it"
    cast.teresa.phone.save()
    return Handset(cast.teresa.phone.number, clock)


def test_what_is_missing_is_asked_one_thing_at_a_time(teresa):
    assert "in che comune" in teresa.says("mi serve una babysitter")
    assert "che giorno" in teresa.says("romano")
    assert "a che ora" in teresa.says("lunedì")
    assert "per quante ore" in teresa.says("alle 15")
    assert "quanti bambini" in teresa.says("3")
    assert "il più piccolo" in teresa.says("2")
    assert re.search(r"baby-sitting lun 7/12 15-18, Romano", teresa.says("4 e 7 anni"))
    teresa.says("ok")
    request = ServiceRequest.get()
    assert request.answers == {"eta": "3-5", "numero": 2} and request.price_cents == 6600


def test_two_yeses_to_one_read_back_ask_once(teresa):
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    teresa.says("1"), teresa.says("4")
    teresa.says("si"), teresa.says("si")
    assert ServiceRequest.select().count() == 1


def test_a_bare_number_of_hours_is_never_the_number_of_an_option(teresa):
    teresa.says("babysitter lunedì alle 15 a Romano")
    assert "il minimo è 2" in teresa.says("1")
    teresa.says("4"), teresa.says("1")
    assert "15-19" in teresa.says("6")


def test_what_was_read_back_can_be_corrected_before_it_goes(teresa):
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    teresa.says("1"), teresa.says("4")
    assert "16-19" in teresa.says("no, meglio alle 16")
    assert "mar 8/12" in teresa.says("meglio martedì")
    assert "Scrivi cosa cambia" in teresa.says("no")
    assert "Covo" in teresa.says("a Covo")
    teresa.says("sì")
    assert ServiceRequest.get().municipality.name == "Covo"


def test_a_yes_to_what_is_over_by_now_asks_for_another_day(teresa, clock):
    teresa.says("babysitter oggi dalle 15 alle 18 a Romano")
    teresa.says("1"), teresa.says("4")
    clock.later(hours=8)
    teresa.new()
    assert "passato" in teresa.says("si") and not ServiceRequest.select().exists()


def test_a_name_that_looks_like_a_command_is_a_name(teresa, cast):
    Employee.update(first_name="").where(Employee.id == cast.teresa.id).execute()
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    teresa.says("1"), teresa.says("4")
    assert "Inviamo?" in teresa.says("Linda")
    assert Employee.get_by_id(cast.teresa.id).first_name == "Linda"


def test_no_sends_nothing_and_annulla_drops_what_was_not_sent(teresa):
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    assert "non inviamo" in teresa.says("annulla")
    assert not ServiceRequest.select().exists() and Conversation.get().asking == ""
    assert "non hai richieste" in teresa.says("annulla")


def test_which_of_several_services_is_a_numbered_menu_and_never_a_guess(teresa, cast):
    Service.create(code="BE", name="Baby-sitting di emergenza", name_en="Emergency", sms_name="baby-sitting", need="figli",
                   mode="appuntamento", unit="ora", price_cents=2500, minimum=3, notice_hours=12, project_percent=60,
                   vat_percent=5, questions=["eta", "numero"])
    menu = teresa.says("menu")
    assert re.search(r"1\) figli, 2\) anziani, 3\) spesa", menu)
    services = teresa.says("1")
    assert "baby-sitting 22,00 (preavviso 48 ore)" in services and "baby-sitting 25,00" in services
    assert "in che comune" in teresa.says("2")
    assert Conversation.get().draft["service"] == "BE"


def test_where_nobody_goes_is_said_at_once_and_a_call_offered(teresa, cast):
    said = teresa.says("babysitter lunedì dalle 15 alle 18 a Isso")
    assert "Isso per ora non c'è" in said and DeskItem.get(DeskItem.kind == "not_covered").employee == cast.teresa
    assert "una persona ti chiama" in teresa.says("si")
    assert DeskItem.select().where(DeskItem.kind == "call_back").count() == 1


def test_what_nobody_offers_is_kept_as_a_need_and_a_person_answers(teresa):
    said = teresa.says("mi serve un idraulico")
    assert "non lo offre nessuno" in said or "per chi" in said
    if "non lo offre" in said:
        assert Unmet.get().why == "not_offered" and DeskItem.get(DeskItem.kind == "text")


def test_every_week_until_is_asked_where_it_was_not_said(teresa):
    teresa.says("babysitter tutti i lunedì dalle 15 alle 18 a Romano")
    assert "per quante volte" in "".join(Handset.all(teresa)[-1:])
    teresa.says("4"), teresa.says("1")
    read_back = teresa.says("5")
    assert "4 visite da lun 7/12" in read_back and "264,00" in read_back
    teresa.says("si")
    assert ServiceRequest.get().visits == 4


def test_a_day_that_is_over_is_asked_again(teresa):
    assert "passato" in teresa.says("babysitter oggi dalle 8 alle 10 a Romano") or "troppo presto" in teresa.all()[-1]
    assert not ServiceRequest.select().exists()


def test_of_a_week_one_day_is_meant_and_asked(teresa):
    said = teresa.says("babysitter la prossima settimana dalle 15 alle 18 a Romano")
    assert "1) lun 7/12" in said, said
    teresa.says("3")
    assert Conversation.get().draft["on"] == "2026-12-09"


def test_a_changed_price_is_read_back_again(teresa, cast, at):
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    teresa.says("1"), teresa.says("4")
    Service.update(price_cents=3000).where(Service.id == cast.bs.id).execute()
    again = teresa.says("si")
    assert "il prezzo è cambiato" in again and "90,00" in again and not ServiceRequest.select().exists()
    teresa.says("si")
    assert ServiceRequest.get().price_cents == 9000


# ---------------------------------------------------------------- openings, offices

def test_an_opening_is_chosen_from_its_dates_and_booked(teresa, cast):
    opening_of(cast), opening_of(cast, on=date(2026, 12, 9))
    menu = teresa.says("wekids")
    assert "1) lun 7/12 Romano" in menu and "2) mer 9/12" in menu, menu
    assert "quanti bambini" in teresa.says("2")
    assert "anni" in teresa.says("2")
    assert "We.Kids per 2 mer 9/12 8-17" in teresa.says("5")
    booked = teresa.says("si")
    place = Place.get()
    assert (place.units, place.state, place.request.channel) == (2, "taken", "sms") and place.request.reference in booked


def test_of_a_full_opening_a_turn_on_the_list_is_offered(teresa, cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    teresa.says("wekids"), teresa.says("1"), teresa.says("1"), teresa.says("5")
    type(opening).update(taken=1).where(type(opening).id == opening.id).execute()
    assert "lista d'attesa" in teresa.says("si")
    teresa.says("si")
    assert Place.get().state == "listed"


def test_where_the_baskets_are_handed_in_is_asked_by_number(teresa, cast):
    opening_of(cast, service=ironing(), collection=("azienda", "Bottega"))
    teresa.says("stireria"), teresa.says("1")
    assert "1) in azienda, 2) Bottega" in teresa.says("2")
    assert "stireria per 2" in teresa.says("2")
    teresa.says("si")
    assert (Place.get().collection, Place.get().units) == ("Bottega", 2)


def test_an_office_calls_only_with_the_person_s_yes(teresa, cast):
    public_service(keywords=["assistente sociale", "isee"])
    assert "035 0000077" in teresa.says("vorrei parlare con l'assistente sociale")
    assert not Message.select().where(Message.kind == "signpost_office").exists()
    teresa.says("si")
    assert ServiceRequest.get().outcome == "signposted"
    assert Message.select().where(Message.kind == "signpost_office").count() == 1


# ---------------------------------------------------------------- languages, time

def test_english_gets_english_and_the_language_is_kept(teresa, cast):
    said = teresa.says("hello I need a babysitter on Monday from 3pm to 6pm in Romano")
    assert "how many children" in said and Employee.get_by_id(cast.teresa.id).language == "en"
    teresa.says("1")
    assert "Shall we send it?" in teresa.says("4")
    assert "sent" in teresa.says("yes please")


def test_a_conversation_goes_quiet_after_a_day(teresa, clock):
    teresa.says("babysitter lunedì dalle 15 alle 18 a Romano")
    clock.later(hours=25)
    teresa.new()
    teresa.says("1")
    assert Conversation.get().asking != "age" and not ServiceRequest.select().exists()


def test_a_late_text_is_understood_as_of_when_it_was_written_and_answered_in_open_hours(teresa, cast, at, clock):
    from datetime import timedelta

    import jobs
    from actions import conversing
    night = at + timedelta(hours=14)
    conversing.receive("SMlate", teresa.number, "babysitter domani dalle 15 alle 18 a Romano", at=at)
    jobs.run(night, ["receive"])
    assert InboundMessage.get().read_as == "ask" and Conversation.get().draft["on"] == "2026-12-02"
    answer = Message.get(Message.kind == "question")
    assert answer.hours == "open" and answer.due_at > night


def test_every_answer_is_at_most_two_cheap_segments(teresa):
    teresa.says("menu"), teresa.says("aiuto"), teresa.says("stato"), teresa.says("boh"), teresa.says("xyz")
    assert all(sms.segments(text) <= 2 and sms.GSM.issuperset(text) for text in teresa.all())
