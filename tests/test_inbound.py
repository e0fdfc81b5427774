"""What comes in by text and from the carrier: stored once, acted on once, signed or refused; STOP is the whole message."""

from datetime import timedelta

import pytest
from cast import asked, make_cast, trust
from twilio.request_validator import RequestValidator

import carriers.twilio
import jobs
from actions import conversing
from models import DeskItem, Event, InboundMessage, Message, Phone, ServiceRequest

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def app(build):
    """A house whose carrier is Twilio, with an API on this machine that nobody asks."""
    house = build(sms_carrier="twilio", twilio_account_sid="AC" + "0" * 32, twilio_auth_token=TOKEN,
                  twilio_from="+390350000000", twilio_api_url="http://127.0.0.1:9")
    with house.app_context():
        yield house


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def signed_post(client, path, base="http://127.0.0.1:8000", **fields):
    signature = RequestValidator(TOKEN).compute_signature(base + path, fields)
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


def texted(client, cast, body, sid="SM1", **more):
    return signed_post(client, "/twilio/sms", MessageSid=sid, From=cast.gianni.phone.number, Body=body, **more)


def run(at, *names):
    jobs.run(at, names or ["receive"])


def test_unsigned_webhook_is_403(client, cast):
    for path in ("/twilio/sms", "/twilio/voice", "/twilio/status/1"):
        assert client.post(path, data={"From": "+393330000001", "MessageSid": "SM1"}).status_code == 403
    assert not InboundMessage.select().exists()


def test_without_a_token_nobody_comes_in(build, at):
    house = build()
    with house.app_context():
        assert house.test_client().post("/twilio/sms", data={"From": "+393330000001"}).status_code == 403


def test_signature_uses_the_public_url(client, cast):
    assert signed_post(client, "/twilio/sms", base="http://localhost", MessageSid="SM1", From="+393330000001",
                       Body="ciao").status_code == 403
    assert texted(client, cast, "ciao").status_code == 200


def test_the_same_inbound_twice_acts_once(client, cast, at):
    for _ in range(2):
        assert texted(client, cast, "richiamatemi").status_code == 200
        run(at)
    assert InboundMessage.select().count() == 1 and Message.select().count() == 1


def test_two_jobs_that_read_the_same_text_act_once(client, cast, at):
    texted(client, cast, "BASTA")
    both = [InboundMessage.get(), InboundMessage.get()]        # each read it before the other acted
    for inbound in both:
        conversing.act(inbound, at=at)
    assert Event.select().where(Event.verb == "stop").count() == 1


def test_inbound_during_a_database_outage_is_not_lost(client, cast, monkeypatch):
    import peewee

    def no_database(*args, **kwargs):
        raise peewee.OperationalError("the disk is full")
    monkeypatch.setattr(conversing, "_store", no_database)
    assert texted(client, cast, "ciao").status_code == 503


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop. ", "BASTA", "cancellami", "UNSUBSCRIBE", "Basta!"])
def test_stop_is_the_whole_message(client, cast, at, body):
    texted(client, cast, body)
    run(at)
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at == at


@pytest.mark.parametrize("body", ["stop by tomorrow at 5", "basta così grazie", "fine settimana", "annulla", "ANNULLA",
                                  "end of the month is fine", "cancella", "no", ""])
def test_stop_by_tomorrow_is_not_an_opt_out(client, cast, at, body):
    texted(client, cast, body)
    run(at)
    assert not Phone.get_by_id(cast.gianni.phone_id).stopped_at
    assert InboundMessage.get().read_as not in ("stop", "start", "text", "broken")


def test_stop_keeps_the_request_alive_and_start_resumes(client, cast, at):
    request = asked(cast, at=at)
    texted(client, cast, "BASTA")
    run(at)
    jobs.deliver.deliver(at)
    assert Message.get(Message.kind == "request_received").why == "stopped"
    assert ServiceRequest.get_by_id(request.id).state == "open"
    assert DeskItem.get(DeskItem.kind == "to_phone").request == request
    texted(client, cast, "start", sid="SM2")
    run(at)
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at is None


def test_the_carrier_s_own_farewell_is_not_doubled(client, cast, at):
    texted(client, cast, "STOP")
    texted(client, cast, "ciao, basta", sid="SM2", OptOutType="STOP")
    run(at)
    assert not Message.select().where(Message.kind == "stop_farewell").exists()
    texted(client, cast, "cancellami", sid="SM3")
    run(at)
    assert Message.select().where(Message.kind == "stop_farewell").count() == 1


@pytest.mark.parametrize("body", ["", "👍" * 40, "x" * 5000, "àèìòù €", "\x00\x01", "<script>"])
def test_any_body_is_one_stored_row(client, cast, at, body):
    assert texted(client, cast, body).status_code == 200
    run(at)
    assert InboundMessage.get().acted_at == at


def test_a_ring_is_rejected_and_the_caller_called_back_once_an_hour(client, cast, at):
    for _ in range(3):
        answer = signed_post(client, "/twilio/voice", From=cast.gianni.phone.number, CallSid="CA1")
        assert "<Reject" in answer.text
    assert DeskItem.select().where(DeskItem.kind == "call_back").count() == 1


def test_a_ring_lies_where_the_desk_looks_for_people_to_call(client, cast, at):
    signed_post(client, "/twilio/voice", From=cast.gianni.phone.number, CallSid="CA1")
    trust(client, cast.paola, at=at)
    page = client.get(f"/banco/{cast.paola.id}/da-chiamare/")
    assert page.status_code == 200 and f'href="tel:{cast.gianni.phone.number}"' in page.text


@pytest.mark.parametrize("sender", ["PosteInfo", "48000", "+", "+9999999999999999999", "anonymous"])
def test_a_text_from_a_name_is_read_at_the_desk_and_not_answered(client, cast, at, sender):
    signed_post(client, "/twilio/sms", MessageSid="SM1", From=sender, Body="il tuo pacco")
    run(at)
    trust(client, cast.paola, at=at)
    page = client.get(f"/banco/{cast.paola.id}/messaggi/")
    assert page.status_code == 200
    assert "il tuo pacco" in page.text and sender in page.text and f'href="tel:{sender}' not in page.text
    assert not Message.select().exists()


def test_a_receipt_moves_its_message_forward(client, cast, at):
    asked(cast, at=at)
    message = Message.get(Message.kind == "request_received")
    Message.update(state="sent").where(Message.id == message.id).execute()
    path = f"/twilio/status/{message.id}"
    assert signed_post(client, path, MessageSid="SM7", MessageStatus="delivered").status_code == 204
    assert Message.get_by_id(message.id).state == "delivered"
    assert signed_post(client, "/twilio/status/99999", MessageSid="SM7", MessageStatus="sent").status_code == 404


def test_logs_hold_no_phone_and_no_body(client, cast, at, caplog):
    caplog.set_level("DEBUG")
    asked(cast, at=at)
    texted(client, cast, "sono Gianni, mia mamma sta male")
    run(at)
    jobs.deliver.deliver(at)     # nobody answers at the carrier's address
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] in ("lynx", "app"))
    assert cast.gianni.phone.number not in said and "mamma" not in said and "Gianni" not in said


def test_a_start_that_was_missed_does_not_undo_a_later_stop(cast, at):
    conversing.receive("SM2", cast.gianni.phone.number, "STOP", at=at)
    run(at + timedelta(seconds=5))
    conversing.receive("SM1", cast.gianni.phone.number, "START", at=at - timedelta(minutes=2))   # asked for afterwards
    run(at + timedelta(minutes=5))
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at
    conversing.receive("SM3", cast.gianni.phone.number, "START", at=at + timedelta(seconds=2))
    run(at + timedelta(minutes=6))
    assert not Phone.get_by_id(cast.gianni.phone_id).stopped_at


def test_a_stop_that_was_missed_does_not_undo_a_later_start(cast, at):
    conversing.receive("SM2", cast.gianni.phone.number, "START", at=at)
    run(at)
    conversing.receive("SM1", cast.gianni.phone.number, "STOP", at=at - timedelta(minutes=2))
    run(at)
    assert not Phone.get_by_id(cast.gianni.phone_id).stopped_at


def test_what_is_asked_for_afterwards_keeps_the_moment_it_came(cast, at, monkeypatch):
    came = at - timedelta(minutes=40)
    text = carriers.twilio.Inbound("SM1", cast.gianni.phone.number, "START", came)
    monkeypatch.setattr(carriers.twilio.Carrier, "inbound_since", lambda self, since: [text])
    run(at, "catch_up")
    assert InboundMessage.get().received_at == came


def test_a_yes_of_somebody_who_never_stopped_is_an_answer(cast, at):
    conversing.receive("SM1", cast.gianni.phone.number, "Yes!", at=at)
    run(at)
    assert InboundMessage.get().read_as == "yes"
    Phone.update(stopped_at=at).where(Phone.id == cast.gianni.phone_id).execute()
    conversing.receive("SM2", cast.gianni.phone.number, "Yes", at=at + timedelta(minutes=1))
    run(at + timedelta(minutes=1))
    assert not Phone.get_by_id(cast.gianni.phone_id).stopped_at


def test_the_carrier_s_own_help_is_not_doubled(client, cast, at):
    texted(client, cast, "HELP", OptOutType="HELP")
    run(at)
    assert not Message.select().exists() and DeskItem.get().kind == "text"


def test_who_texts_us_has_a_number_that_works(client, cast, at):
    for why, still in (("30003", None), ("wrong_person", "wrong_person")):
        Phone.update(unreachable_at=at, unreachable_why=why).where(Phone.id == cast.gianni.phone_id).execute()
        texted(client, cast, "ci siete?", sid=f"SM{why}")
        run(at)
        assert Phone.get_by_id(cast.gianni.phone_id).unreachable_why == still
