"""The same journey through real doors to the outside: Twilio's API by a stand-in, receipts signed, mail by real SMTP."""

import email
import email.policy
import re
from datetime import date, timedelta

import pytest
import standin_twilio
from cast import asked, make_cast, moment, referral_of
from conftest import Live, free_port
from texted import Clock

import jobs
from actions import answering, joining
from actions.joining import phone_of
from models import Appointment, DeskItem, InboundMessage, Message, Phone, ServiceRequest


@pytest.fixture
def twilio():
    """The carrier's stand-in."""
    with standin_twilio.StandIn() as carrier:
        yield carrier


@pytest.fixture
def house(build, twilio, mail_server):
    """Our house on its PUBLIC_URL, with both real carriers."""
    port = free_port()
    app = build(public_url=f"http://127.0.0.1:{port}", sms_carrier="twilio", mail_carrier="smtp",
                twilio_account_sid=standin_twilio.ACCOUNT, twilio_auth_token=standin_twilio.TOKEN,
                twilio_from=standin_twilio.NUMBER, twilio_api_url=twilio.url, smtp_url=mail_server.url,
                mail_from="Welfare Lynx <lynx@example.org>", sms_per_second=100)
    served = Live(app, port)
    twilio.webhook = f"http://127.0.0.1:{port}/twilio/sms"
    with app.app_context():
        yield app
    served.stop()


def texts_to(twilio, number):
    return [message["body"] for message in list(twilio.messages) if message["to"] == number]


def read(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_the_journey_with_both_real_carriers(house, twilio, mail_server, at):
    cast = make_cast(at)
    number = "+393330000777"
    type(cast.firm).update(declared=9).where(type(cast.firm).id == cast.firm.id).execute()
    joining.invite(cast.firm, number, "it", address="127.0.0.1", at=at)
    jobs.run(at)
    visitor = house.test_client()
    page = visitor.get(re.search(r"(/l/\w+)", texts_to(twilio, number)[-1])[1], follow_redirects=True)
    visitor.press(page, f"{page.request.path}adesione")
    person = Phone.get(Phone.number == number).employees.get()
    request = asked(cast, at=at, employee=person)
    jobs.run(at)
    assert any(request.reference in text for text in texts_to(twilio, cast.marta.phone.number))
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    answering.decline(referral_of(request), cast.luca, "full", at=at)
    jobs.run(at + timedelta(minutes=1))
    letter = read(mail_server.letters[-1])
    assert letter["To"] == cast.paola.email and letter["Auto-Submitted"] == "auto-generated"
    assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}
    assert request.reference in letter.get_body(("plain",)).get_content()

    # receipts came back signed, through our own door
    kept = {message["sid"]: message for message in twilio.messages}
    sent = list(Message.select().where(Message.channel == "sms", Message.carrier_id.is_null(False)))
    for row in sent:
        said = twilio.report(kept[row.carrier_id], f"{house.settings.public_url}/twilio/status/{row.id}", "delivered")
        assert said[0] == 204
    assert len(sent) >= 4 and {Message.get_by_id(row.id).state for row in sent} == {"delivered"}

    # STOP comes in signed; the next text is refused by the carrier, and the request stays alive
    twilio.text(number, "STOP")
    jobs.run(at + timedelta(minutes=2))
    assert Phone.get(Phone.number == number).stopped_at
    answering.put_by_desk(ServiceRequest.get_by_id(request.id), cast.quercia, cast.paola, at=at + timedelta(minutes=3))
    answering.confirm(referral_of(request), cast.luca, cast.luca, at=at + timedelta(minutes=4))
    jobs.run(at + timedelta(minutes=15))
    assert Message.get(Message.kind == "confirmed").why == "stopped"
    assert DeskItem.get(DeskItem.kind == "to_phone").employee == person
    assert ServiceRequest.get_by_id(request.id).state == "agreed"


def test_what_the_carrier_has_and_we_never_got_is_fetched(house, twilio, at):
    cast = make_cast(at)
    twilio.webhook = None                       # our door was shut when it came
    twilio.text(cast.gianni.phone.number, "mi chiamate?")
    jobs.run(at)
    jobs.run(at)
    assert InboundMessage.select().count() == 1 and InboundMessage.get().acted_at


def test_everything_by_text_with_the_real_carrier_s_signed_webhooks(house, twilio, at):
    """A person with no browser, over the wire both ways: join, ask, OK, reminder, done, marked."""
    cast, clock = make_cast(at), Clock(at)
    type(cast.firm).update(declared=9).where(type(cast.firm).id == cast.firm.id).execute()
    vale, marta = "+393330000777", cast.marta.phone.number

    def says(number, words):
        before = len(texts_to(twilio, number))
        assert twilio.text(number, words)[0] == 200
        clock.later(seconds=20)
        return "\n".join(texts_to(twilio, number)[before:])

    assert "numero è attivo" in says(vale, "Lynx 48291")
    says(vale, "ciao avrei bisogno di una baby sitter venerdì dalle 15 alle 18 a Romano")
    says(vale, "1"), says(vale, "4")
    assert "Inviamo? Scrivi SI" in says(vale, "Vale")
    received = says(vale, "si")
    request = ServiceRequest.get()
    assert request.reference in received and f"Scrivi OK {request.reference}" in texts_to(twilio, marta)[-1]
    assert "confermata" in says(marta, f"OK {request.reference}")
    clock.later(minutes=11)
    assert "Alla porta chiedi la parola" in texts_to(twilio, vale)[-1]
    clock.to(moment(date(2026, 12, 3), "18:00"))
    assert "resta" in says(vale, "Sì")
    clock.to(moment(date(2026, 12, 4), "18:05"))
    assert "svolto" in says(marta, "svolto")
    clock.later(minutes=1)
    says(vale, "5")
    assert Appointment.get().score == 5
    assert {row.read_as for row in InboundMessage.select()} <= {"join", "ask", "rating_or_choice", "unknown", "yes"}


def test_stop_and_21610_keep_the_request_alive(house, twilio, at):
    cast, clock = make_cast(at), Clock(at)
    kept = []
    for number, last in (("+393330009610", "21610"), ("+393330000555", "STOP")):
        person = joining.join_by_text(phone_of(number), cast.big_firm, at=at, language="it")
        kept.append(asked(cast, at=clock.at, employee=person, on=date(2026, 12, 11)))
        if last == "STOP":
            twilio.text(number, "STOP")
        clock.later(minutes=1)
        phone = Phone.get(Phone.number == number)
        assert phone.stopped_at and phone.how == ("carrier" if last == "21610" else "text")
    answering.confirm(referral_of(kept[0]), cast.marta, None, at=clock.at)
    clock.later(minutes=15)
    assert [ServiceRequest.get_by_id(request.id).state for request in kept] == ["agreed", "open"]
    assert DeskItem.select().where(DeskItem.kind == "to_phone").count() >= 1
    twilio.text("+393330000555", "START")
    clock.later(minutes=1)
    twilio.text("+393330000555", "a che punto siamo?")
    clock.later(minutes=1)
    assert kept[1].reference in texts_to(twilio, "+393330000555")[-1]
