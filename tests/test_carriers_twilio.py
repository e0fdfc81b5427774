"""Texts through the real SDK, over a real socket, to the stand-in: what comes of each way to go wrong."""

import logging
import socket
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
import time_machine

from carriers import Parcel, Refused, TryLater, Unknown, carrier_for
from carriers.twilio import Carrier, reason
from tests.standin_twilio import ACCOUNT, NUMBER, TOKEN, StandIn

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=timezone.utc)
SERVICE = "MG" + "1" * 32
ANNA = "+393330000001"
LANDLINE = "+390350000000"


@pytest.fixture
def twilio():
    with time_machine.travel(NOON, tick=False), StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def carrier(twilio):
    return Carrier(settings_for(twilio), connect_s=1, read_s=0.2)


def settings_for(twilio, **changed):
    settings = {
        "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_from": NUMBER,
        "twilio_messaging_service_sid": "", "twilio_api_url": twilio.url,
        "public_url": "http://127.0.0.1:8000", "sms_carrier": "twilio", "mail_carrier": "local",
    }
    return SimpleNamespace(**settings | changed)


def parcel(to=ANNA, text="WelfareLynx limone: A7K2", **more):
    return Parcel(message_id=7, to=to, text=text, **more)


def asked(twilio):
    """The form of the last call, with lists of values."""
    return parse_qs(twilio.exchanges[-1]["body"].decode())


def test_a_text_is_sent_with_our_id_in_its_callback(twilio, carrier):
    sid = carrier.send(parcel(valid_for_s=1800))
    assert sid == twilio.messages[0]["sid"]
    assert asked(twilio) == {
        "To": [ANNA], "From": [NUMBER], "Body": ["WelfareLynx limone: A7K2"], "ValidityPeriod": ["1800"],
        "StatusCallback": ["http://127.0.0.1:8000/twilio/status/7"],
    }


def test_a_messaging_service_chooses_the_number_itself(twilio):
    Carrier(settings_for(twilio, twilio_messaging_service_sid=SERVICE)).send(parcel())
    assert asked(twilio)["MessagingServiceSid"] == [SERVICE]
    assert "From" not in asked(twilio)


@pytest.mark.parametrize(("worth_s", "said_s"), [(86_400, "36000"), (0, "1"), (900, "900")])
def test_validity_stays_within_what_twilio_takes(twilio, carrier, worth_s, said_s):
    carrier.send(parcel(valid_for_s=worth_s))
    assert asked(twilio)["ValidityPeriod"] == [said_s]


def test_gsm_letters_arrive_as_they_were_written(twilio, carrier):
    words = "Perché no? àèéìòù É £ ¥ € [a] {b} ~ ^ | \\ @ + & = %\nseconda riga"
    carrier.send(parcel(text=words))
    assert twilio.messages[0]["body"] == words


def test_the_settings_choose_the_carrier(twilio):
    assert carrier_for("sms", settings_for(twilio)).send(parcel()).startswith("SM")
    assert carrier_for("mail", settings_for(twilio)).send(parcel()) == "local-7"
    assert carrier_for("sms", settings_for(twilio, sms_carrier="local")).inbound_since(NOON) == []
    with pytest.raises(ValueError, match="pigeon"):
        carrier_for("sms", settings_for(twilio, sms_carrier="pigeon"))


@pytest.mark.parametrize(("to", "code"), [
    ("+393330009610", "21610"), ("+393330009611", "21211"), (LANDLINE, "21614"),
])
def test_what_twilio_says_of_a_number_is_refused_for_good(twilio, carrier, to, code):
    with pytest.raises(Refused) as refusal:
        carrier.send(parcel(to=to))
    assert refusal.value.code == code
    assert refusal.value.words == reason(code)
    assert twilio.messages == []


@pytest.mark.parametrize(("to", "code"), [
    ("+393330009429", "20429"), ("+393330009503", "20503"), ("+393330009606", "21606"),
])
def test_what_was_certainly_not_taken_may_go_later(twilio, carrier, to, code):
    with pytest.raises(TryLater) as postponement:
        carrier.send(parcel(to=to))
    assert postponement.value.code == code
    assert twilio.messages == []


def test_a_wrong_password_of_ours_puts_nobody_on_the_phone_list(twilio):
    with pytest.raises(TryLater, match="20003"):
        Carrier(settings_for(twilio, twilio_auth_token="another")).send(parcel())


def test_a_closed_port_means_nothing_was_sent(twilio):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(TryLater, match="no-connection"):
            Carrier(settings_for(twilio, twilio_api_url=closed)).send(parcel())


def test_an_address_that_is_none_means_nothing_was_sent(twilio):
    with pytest.raises(TryLater, match="no-connection"):
        Carrier(settings_for(twilio, twilio_api_url="http://")).send(parcel())


@pytest.mark.parametrize("ending", ["9408", "9409", "9500", "9502", "9201", "9202"])
def test_an_accepted_text_with_a_lost_answer_is_unknown_and_found_by_asking(twilio, carrier, ending):
    to = f"+39333000{ending}"
    with pytest.raises(Unknown):
        carrier.send(parcel(to=to))
    assert carrier.find(to, NOON, "WelfareLynx limone: A7K2") == twilio.messages[0]["sid"]


def test_a_text_that_still_waits_at_twilio_is_found_too(twilio, carrier):
    sid = carrier.send(parcel(to="+393330009100"))
    assert carrier.find("+393330009100", NOON, "WelfareLynx limone: A7K2") == sid


def test_other_words_to_the_same_number_are_not_the_text_we_ask_about(twilio, carrier):
    carrier.send(parcel())
    assert carrier.find(ANNA, NOON, "WelfareLynx limone: B3M8") is None


def test_the_same_words_to_another_number_are_not_the_text_we_ask_about(twilio, carrier):
    carrier.send(parcel(to="+393330000002"))
    assert carrier.find(ANNA, NOON, "WelfareLynx limone: A7K2") is None


def test_the_same_words_of_yesterday_are_not_the_text_we_ask_about(twilio, carrier):
    carrier.send(parcel())
    assert carrier.find(ANNA, NOON + timedelta(days=1), "WelfareLynx limone: A7K2") is None


def test_an_id_that_another_row_holds_is_not_found_again(twilio, carrier):
    first, second = carrier.send(parcel()), carrier.send(parcel())
    assert carrier.find(ANNA, NOON, "WelfareLynx limone: A7K2", besides={second}) == first


def test_a_trial_account_writes_a_line_before_ours(twilio, carrier):
    sid = carrier.send(parcel(text="Sent from your Twilio trial account - WelfareLynx limone: A7K2"))
    assert carrier.find(ANNA, NOON, "WelfareLynx limone: A7K2") == sid


def test_a_failed_question_may_be_asked_again(twilio):
    locked_out = Carrier(settings_for(twilio, twilio_auth_token="another"))
    with pytest.raises(TryLater):
        locked_out.find(ANNA, NOON, "WelfareLynx")
    with pytest.raises(TryLater):
        locked_out.inbound_since(NOON)


def test_inbound_texts_are_listed_over_several_pages_and_ours_are_not(twilio, carrier):
    carrier.send(parcel())
    for count in range(120):
        twilio.text(ANNA, f"MENU {count}")
    inbound = carrier.inbound_since(NOON - timedelta(hours=1))
    assert {text.body for text in inbound} == {f"MENU {count}" for count in range(120)}
    assert {(text.number, text.at) for text in inbound} == {(ANNA, NOON)}
    assert len({text.carrier_id for text in inbound}) == 120


def test_a_list_without_an_end_ends(twilio, carrier):
    twilio.text(ANNA, "MENU")
    twilio.messages *= 1200
    assert len(carrier.inbound_since(NOON - timedelta(hours=1))) == 1000


def test_inbound_texts_from_before_are_left_out(twilio, carrier):
    twilio.text(ANNA, "STOP")
    assert carrier.inbound_since(NOON + timedelta(seconds=1)) == []


def test_texts_to_another_service_of_the_account_are_none_of_our_business(twilio):
    twilio.text(ANNA, "STOP")
    carrier = Carrier(settings_for(twilio, twilio_messaging_service_sid=SERVICE))
    assert carrier.inbound_since(NOON - timedelta(hours=1)) == []
    twilio.messages[0]["messaging_service_sid"] = SERVICE
    assert [text.body for text in carrier.inbound_since(NOON - timedelta(hours=1))] == ["STOP"]


def test_an_emptied_text_keeps_everything_but_its_words(twilio, carrier):
    sid, other = carrier.send(parcel()), carrier.send(parcel())
    before = dict(twilio.messages[0])
    carrier.redact(sid)
    assert twilio.messages[0] == before | {"body": ""}
    assert twilio.messages[1]["sid"] == other and twilio.messages[1]["body"]


def test_a_text_that_came_in_is_emptied_too(twilio, carrier):
    twilio.text(ANNA, "STOP")
    carrier.redact(twilio.messages[0]["sid"])
    assert twilio.messages[0]["body"] == ""


def test_only_a_text_that_twilio_does_not_have_is_refused_to_be_emptied(twilio):
    carrier = Carrier(settings_for(twilio))
    for unknown in ("SM" + "0" * 32, "local-7"):
        with pytest.raises(Refused):
            carrier.redact(unknown)
    waiting = carrier.send(parcel(to="+393330009100"))
    with pytest.raises(TryLater):
        carrier.redact(waiting)
    with pytest.raises(TryLater):
        Carrier(settings_for(twilio, twilio_auth_token="another")).redact(waiting)
    assert twilio.messages[0]["body"]


def test_no_log_line_and_no_error_names_a_number_or_says_the_words(twilio, carrier, caplog):
    with caplog.at_level(logging.DEBUG):
        carrier.send(parcel())
        carrier.find(ANNA, NOON, "WelfareLynx limone: A7K2")
        with pytest.raises(Refused) as refusal:
            carrier.send(parcel(to=LANDLINE))
        logging.warning("could not send", exc_info=refusal.value)
        logging.warning("%s", parcel())
    for secret in (ANNA[3:], LANDLINE[3:], "limone"):
        assert secret not in caplog.text
