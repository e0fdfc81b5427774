"""Our calls, and the stand-in's answers, held against Twilio's own OpenAPI description."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from carriers import CarrierError, Parcel
from carriers.twilio import Carrier
from tests.standin_twilio import ACCOUNT, NUMBER, TOKEN, StandIn, complaint

ANNA = "+393330000001"
SERVICE = "MG" + "1" * 32


@pytest.fixture(scope="module")
def description():
    path = Path(__file__).parent / "data" / "twilio_messages_openapi.json"
    return OpenAPI.from_dict(json.loads(path.read_text()))  # read as YAML, its emoji would not parse


@pytest.fixture
def twilio():
    with StandIn() as stand_in:
        yield stand_in


def carrier(twilio, service=""):
    return Carrier(SimpleNamespace(
        twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_from=NUMBER, twilio_api_url=twilio.url,
        twilio_messaging_service_sid=service, public_url="https://lynx.example",
    ))


def asked(exchange):
    """A recorded call as the description's validator reads it; it knows only Twilio's own host."""
    address = urlsplit(exchange["path"])
    return MockRequest(
        "https://api.twilio.com", exchange["method"].lower(), address.path,
        args=dict(parse_qsl(address.query)), headers=exchange["headers"], data=exchange["body"],
        content_type=exchange["headers"].get("Content-Type", "").partition(";")[0],
    )


def answered(exchange):
    """The recorded answer, likewise."""
    return MockResponse(exchange["answer"].encode(), status_code=exchange["status"], content_type=exchange["kind"])


def keeps_to(description, exchange):
    """Raise if the call, or the answer to it, is not as Twilio describes it."""
    description.validate_request(asked(exchange))
    description.validate_response(asked(exchange), answered(exchange))


@pytest.mark.parametrize("service", ["", SERVICE])
def test_we_send_what_twilio_describes_and_the_stand_in_answers_so(description, twilio, service):
    carrier(twilio, service).send(Parcel(1, ANNA, "WelfareLynx limone: perché no?", valid_for_s=900))
    keeps_to(description, twilio.exchanges[-1])


def test_we_ask_for_lists_as_twilio_describes_and_the_stand_in_answers_so(description, twilio):
    since = datetime.now(timezone.utc) - timedelta(hours=1)
    for count in range(60):
        twilio.text(ANNA, f"MENU {count}")
    assert len(carrier(twilio).inbound_since(since)) == 60
    assert carrier(twilio).find(ANNA, since, "WelfareLynx") is None
    assert len(twilio.exchanges) == 4  # two pages, then the two questions of `find`
    for exchange in twilio.exchanges:
        keeps_to(description, exchange)


def test_we_empty_old_texts_as_twilio_describes_and_the_stand_in_answers_so(description, twilio):
    sid = carrier(twilio).send(Parcel(1, ANNA, "WelfareLynx limone: A7K2"))
    carrier(twilio).redact(sid)
    assert len(twilio.exchanges) == 2 and twilio.exchanges[-1]["status"] == 200
    keeps_to(description, twilio.exchanges[-1])


def test_a_call_without_a_recipient_is_not_as_described(description, twilio):
    carrier(twilio).send(Parcel(1, ANNA, "WelfareLynx"))
    exchange = twilio.exchanges[-1]
    exchange["body"] = exchange["body"].replace(b"To=", b"Too=")
    with pytest.raises(OpenAPIError):
        description.validate_request(asked(exchange))


def test_an_answer_with_an_odd_id_is_not_as_described(description, twilio):
    carrier(twilio).send(Parcel(1, ANNA, "WelfareLynx"))
    exchange = twilio.exchanges[-1]
    exchange["answer"] = exchange["answer"].replace('"sid": "SM', '"sid": "XX')
    with pytest.raises(OpenAPIError):
        description.validate_response(asked(exchange), answered(exchange))


@pytest.mark.parametrize(("fields", "code"), [
    ({}, 21604), ({"To": "333"}, 21211), ({"To": "+390350000000"}, 21614), ({"To": ANNA}, 21603),
    ({"To": ANNA, "From": NUMBER}, 21602),
    ({"To": ANNA, "From": NUMBER, "Body": "x" * 1601}, 21617),
    ({"To": ANNA, "From": NUMBER, "Body": "x", "StatusCallback": "/status"}, 21609),
    ({"To": ANNA, "From": NUMBER, "Body": "x", "ValidityPeriod": "36001"}, 21624),
    ({"To": ANNA, "From": NUMBER, "Body": "x"}, None),
])
def test_the_stand_in_complains_in_twilios_codes(fields, code):
    assert complaint(fields) == code


def test_the_stand_in_knows_no_other_account(twilio):
    stranger = carrier(twilio)
    stranger.messages._version.domain.twilio.auth = ("AC" + "9" * 32, TOKEN)
    with pytest.raises(CarrierError):
        stranger.send(Parcel(1, ANNA, "WelfareLynx"))
