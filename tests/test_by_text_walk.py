"""Every state of a conversation with every kind of text: it never breaks, and no answer is ever longer than two segments."""

import itertools
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote_from_bytes

import pytest
from acts import agreed, proposed, slot
from cast import asked, booked, day_space, make_cast, moment, opening_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from test_inbound import TOKEN, signed_post
from twilio.request_validator import RequestValidator

import jobs
import wording
from actions import conversing, delivering, giving_back, ideas, openings, outbox, waiting
from actions.moves import Actor
from models import Appointment, Conversation, Employee, InboundMessage, Message, db
from rules import sms
from texting import dialogue
from texting.dialogue import wishes

TEXTS = ("baby sitter venerdì dalle 15 alle 18 a Romano", "mi serve aiuto per la mamma", "wekids", "un idraulico", "sì", "SI {}", "no",
         "NO {}", "alle 17", "martedì", "meglio sabato alle 10", "annulla", "ANNULLA {}", "annulla C4F5", "stato", "stato {}",
         "aiuto", "menu", "LYNX 48291", "LYNX 48292", "aiuto non respira", "chiamatemi", "il link non va", "grazie", "ciao", "1", "2",
         "7", "0", "99", "mi interessa", "", "???", "👍", "🙏", "x" * 1600, "Rosa", "limone", "hello I need help", "4 anni",
         "tutti i lunedì", "la prossima settimana", "a Covo", "a fara", "3 ore", "svolto", "OK A7K2")
DRAFT = {"key": "sms:1", "service": "BS", "place": "016183", "on": "2026-12-07", "start": "15:00", "minutes": 180, "number": 1,
         "age": "3-5", "shown": 3300}
WITHOUT = {"service": ("service",), "need": ("service",), "place": ("place",), "day": ("on",), "hour": ("start",),
           "length": ("minutes",), "number": ("number",), "age": ("age",)}


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def talks(cast, opening, thing):
    """What may be being asked, each with a draft and options as they are then."""
    for step in wishes.STEPS:
        draft = {name: value for name, value in DRAFT.items() if name not in WITHOUT.get(step, ())}
        if step == "weeks":
            draft["weekly"] = {"weekdays": [1], "until": None, "times": None}
        if step in ("opening", "collection", "waiting"):
            draft |= {"service": "WK", "opening": opening.id}
        options = {"service": ["BS", "AD"], "need": ["figli", "anziani"], "place": ["016183", "016087"], "day": ["2026-12-07"],
                   "independence": ["alone", "helped"], "opening": [opening.id], "collection": ["azienda", "Bottega"]}.get(step, [])
        yield step, draft, options
    yield "read_back", {**DRAFT, "service": "WK", "opening": opening.id, "shown": 1600}, []
    yield from (("which", {"word": word, "said": "si"}, [thing]) for word in ("yes", "no", "counter"))
    yield "another_time", {"thing": thing}, []
    yield "offer_age", {"place": 1}, []
    yield "offer_collection", {"place": 1}, ["azienda", "Bottega"]
    yield "offer_price", {"place": 1}, []
    yield from ((step, {"request": 1}, [1, 0]) for step in ("cancel", "cancel_which", "cancel_visits"))
    yield from (("units", {"idea": 1}, []), ("who_joins", {"company": 1}, [1, 0]), ("desk", {}, []), ("", {}, []))


def life(cast, at):
    """Teresa has one of everything: a request asked, one proposed, one planned and reminded, one delivered, a place, an idea."""
    teresa, first = cast.teresa, asked(cast, at=at, employee=cast.teresa, on=date(2026, 12, 11))
    other = asked(cast, at=at, employee=teresa, on=date(2026, 12, 14))
    proposal = proposed(cast, other, slot(date(2026, 12, 15), "16:00", "19:00"), cast.marta, at=at)
    agreed(cast, at, employee=teresa, on=date(2026, 12, 4))
    _, [done] = agreed(cast, at - timedelta(days=7), employee=teresa, service=cast.ad, on=date(2026, 11, 30), begins="09:00", ends="11:00")
    delivering.deliver(Appointment.get_by_id(done.id), cast.marta, at=at)
    opening = opening_of(cast, places=1, minimum=1)
    held = booked(cast, opening, at=at)
    booked(cast, opening, teresa, at=at, may_wait=True)
    giving_back.cancel(held.request, by=Actor("employee", cast.gianni.id), at=at)
    waiting.offer_next(opening, at=at)
    ideas.ask_for_news(teresa, True, at=at)
    ideas.publish(openings.Draft(day_space(), cast.melograno, cast.romano, "Sala", moment(date(2026, 12, 21), "08:00"),
                                 moment(date(2026, 12, 21), "17:00"), moment(date(2026, 12, 18), "12:00"), 5, 3, ()),
                  cast.project, cast.paola, at=at)
    Message.update(state="sent", sent_at=at).where(Message.channel == "sms").execute()
    return first, proposal, opening


@pytest.mark.parametrize("with_a_life", [False, True])
def test_no_state_with_any_text_ever_breaks_or_says_too_much(cast, at, with_a_life):
    Employee.update(language="it").where(Employee.id == cast.teresa.id).execute()
    if with_a_life:
        first, proposal, opening = life(cast, at)
        thing = ["proposal", "proposal", proposal.id]
    else:
        first, opening, thing = None, opening_of(cast), ["proposal", "proposal", 999]
    later, wrong = at + timedelta(minutes=1), []
    for asking, draft, options in talks(cast, opening, thing):
        for text in TEXTS:
            wrong += _said(cast, later, asking, draft, options, text.format(first.reference if first else "A7K2"))
    assert not wrong, "\n".join(wrong[:20])


def _said(cast, at, asking, draft, options, text):
    """What is wrong with what one text leads to in this state; then all of it is undone."""
    with db.atomic() as undone:
        Conversation.delete().execute()
        Conversation.create(phone=cast.teresa.phone, asking=asking, draft=draft, options=options, asked_at=at, updated_at=at)
        inbound = InboundMessage.create(carrier_id="SMwalk", phone=cast.teresa.phone, body=text, received_at=at)
        last = Message.select(Message.id).order_by(Message.id.desc()).scalar() or 0
        try:
            conversing.acting(inbound, lambda talk: dialogue.converse(inbound, talk, at=at), at=at)
            said = [wording.words_for(row).text for row in Message.select().where(
                Message.id > last, Message.channel == "sms", Message.kind.in_(list(outbox.ANSWERS)))]
            wrong = [f"{asking}, {text!r}: {words}" for words in said if sms.segments(words) > 2 or not sms.GSM.issuperset(words)]
        except Exception as error:
            wrong = [f"{asking}, {text!r}: {type(error).__name__} {error}"]
        undone.rollback()
    return wrong


# ---------------------------------------------------------------- whatever comes in

@pytest.fixture
def carried(build, at):
    """A house whose carrier is Twilio, with an API on this machine that nobody asks."""
    house = build(sms_carrier="twilio", twilio_account_sid="AC" + "0" * 32, twilio_auth_token=TOKEN,
                  twilio_from="+390350000000", twilio_api_url="http://127.0.0.1:9")
    with house.app_context():
        make_cast(at)
        yield house


printable = some.text(some.characters(blacklist_categories=("Cs",)), max_size=80)
sids = itertools.count(1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=some.text(some.characters(blacklist_categories=("Cs",)), max_size=300) | some.sampled_from(TEXTS),
       sender=some.sampled_from(["+393330000001", "+393330000999", "PosteInfo", "48000", "+39035123", "anonymous"]) | printable,
       more=some.dictionaries(some.sampled_from(["OptOutType", "NumMedia", "FromCountry", "AccountSid"]), printable, max_size=2))
def test_whatever_comes_in_signed_is_one_stored_row_and_never_an_error(carried, at, body, sender, more):
    before, sid = InboundMessage.select().count(), f"SM{next(sids)}"
    for _ in range(2):
        answer = signed_post(carried.test_client(), "/twilio/sms", MessageSid=sid, From=sender, Body=body, **more)
        assert answer.status_code == (200 if sender else 400)
    assert InboundMessage.select().count() - before == (1 if sender else 0)
    jobs.run(at, ["receive"])
    assert all(row.acted_at and row.read_as != "broken" for row in InboundMessage.select())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=some.binary(max_size=200))
def test_bytes_that_are_no_text_are_never_an_error_of_ours(carried, at, raw):
    sent = f"MessageSid=SM{next(sids)}&From=%2B393330000001&Body={quote_from_bytes(raw)}"
    read = dict(parse_qsl(sent, keep_blank_values=True, errors="werkzeug.url_quote"))
    signature = RequestValidator(TOKEN).compute_signature("http://127.0.0.1:8000/twilio/sms", read)
    answer = carried.test_client().post("/twilio/sms", data=sent, content_type="application/x-www-form-urlencoded",
                                        headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200
    jobs.run(at, ["receive"])
    assert all(row.acted_at and row.read_as != "broken" for row in InboundMessage.select())
