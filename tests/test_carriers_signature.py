"""Whether a call is Twilio's own: its published example, and each trap on the way to the signed address."""

import base64
import hashlib
import hmac
from threading import Thread
from types import SimpleNamespace

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server

from carriers.twilio import is_signature, signed
from tests.standin_twilio import TOKEN, StandIn, signature

PUBLIC = "https://lynx.example"
SETTINGS = SimpleNamespace(public_url=PUBLIC, twilio_auth_token=TOKEN)

# The example of https://www.twilio.com/docs/usage/security
EXAMPLE_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
EXAMPLE = MultiDict({
    "CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
    "Caller": "+14158675309",
})


def arrives(path, form, signed_as, query="", **headers):
    """What `signed` says of a POST that reached us on another host than it was sent to."""
    if signed_as is not None:
        headers["X-Twilio-Signature"] = signed_as
    with Flask(__name__).test_request_context(
        path, base_url="http://10.0.0.7:8000", method="POST", data=form, query_string=query, headers=headers,
    ):
        return signed(request, SETTINGS)


def test_twilios_own_example_is_signed():
    assert is_signature("RSOYDt4T1cUTdK1PDd93/VVr8B8=", EXAMPLE_URL, EXAMPLE, "12345")


def test_one_letter_changed_is_not_signed():
    changed = MultiDict(EXAMPLE | {"Digits": "1235"})
    assert not is_signature("RSOYDt4T1cUTdK1PDd93/VVr8B8=", EXAMPLE_URL, changed, "12345")


def test_the_signature_is_for_the_public_address_not_the_one_behind_the_proxy():
    form = {"Body": "STOP", "From": "+393330000001"}
    assert arrives("/twilio/sms", form, signature(f"{PUBLIC}/twilio/sms", form))
    assert not arrives("/twilio/sms", form, signature("http://10.0.0.7:8000/twilio/sms", form))


def test_a_quoted_letter_in_the_path_stays_quoted():
    form = {"Body": "ciao"}
    assert arrives("/twilio/perch%C3%A8", form, signature(f"{PUBLIC}/twilio/perch%C3%A8", form))


def test_the_query_counts_as_it_was_written():
    form, query = {"Body": "ciao"}, "a=%C3%A8&b=+x%2Bx&a=2"
    assert arrives("/twilio/sms", form, signature(f"{PUBLIC}/twilio/sms?{query}", form), query)
    assert not arrives("/twilio/sms", form, signature(f"{PUBLIC}/twilio/sms", form), query)


def test_a_field_that_is_there_twice_counts_twice():
    form = MultiDict([("MediaUrl", "b"), ("MediaUrl", "a")])
    twice = signature(f"{PUBLIC}/twilio/sms", {"MediaUrl": "aMediaUrlb"})
    assert arrives("/twilio/sms", form, twice)


@pytest.mark.parametrize("nothing", [None, "", "=", "è"])
def test_a_call_without_a_signature_is_not_signed(nothing):
    assert not is_signature(nothing or "", f"{PUBLIC}/twilio/sms", MultiDict({"Body": "STOP"}), TOKEN)
    if nothing != "è":  # HTTP has no such header
        assert not arrives("/twilio/sms", {"Body": "STOP"}, nothing)


def test_without_a_token_nothing_is_signed():
    url = f"{PUBLIC}/twilio/sms"
    by_anybody = base64.b64encode(hmac.new(b"", f"{url}BodySTOP".encode(), hashlib.sha1).digest()).decode()
    assert not is_signature(by_anybody, url, MultiDict({"Body": "STOP"}), "")


def test_the_newer_header_chooses_sha256_and_an_unknown_one_is_not_signed():
    form, url = {"Body": "ciao"}, f"{PUBLIC}/twilio/sms"
    newer = base64.b64encode(hmac.new(TOKEN.encode(), f"{url}Bodyciao".encode(), hashlib.sha256).digest()).decode()
    named = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}
    assert arrives("/twilio/sms", form, newer, **named)
    assert not arrives("/twilio/sms", form, signature(url, form), **named)
    assert not arrives("/twilio/sms", form, newer,
                       **{"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_MD5"})


def test_the_stand_ins_own_calls_are_signed(live_door):
    with StandIn(webhook=live_door.url + "/twilio/sms") as twilio:
        assert twilio.text("+393330000001", "Perché? sì & no")[0] == 204
        message = twilio.accept({"From": "+393330009000", "To": "+393330000001", "Body": "A7K2"})
        assert twilio.report(message, live_door.url + "/twilio/status/7", "delivered")[0] == 204
        assert live_door.told[-1]["MessageStatus"] == "delivered"
        assert live_door.told[-1]["MessageSid"] == message["sid"]


@pytest.fixture
def live_door():
    """A web server with one locked door, on a port of its own; `told` is what passed the lock."""
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app)
    door = SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", told=[])
    ours = SimpleNamespace(public_url=door.url, twilio_auth_token=TOKEN)

    @app.post("/twilio/<path:rest>")
    def knock(rest):
        if not signed(request, ours):
            return "", 403
        door.told.append(request.form.to_dict())
        return "", 204

    Thread(target=server.serve_forever, daemon=True).start()
    yield door
    server.shutdown()
