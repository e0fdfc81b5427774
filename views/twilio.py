"""The carrier's door: texts that came in and receipts for those that went out; signed, or refused."""

from flask import Blueprint, Response, abort, current_app, g, request

import carriers.twilio
from actions import conversing, outbox
from models import Message
from rules import numbers

door = Blueprint("twilio", __name__, url_prefix="/twilio")
REJECTED = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy"/></Response>'
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@door.before_request
def lock():
    """Only what the carrier signed, against the address it was told; without a token nobody comes in."""
    if not current_app.settings.twilio_auth_token or not carriers.twilio.signed(request, current_app.settings):
        abort(403)


@door.post("/sms")
def sms():
    """Store a text; a job acts on it. What cannot be stored is answered 503, and the carrier's fallback says it again."""
    form = request.form
    if not form.get("MessageSid") or not form.get("From"):
        abort(400)
    conversing.receive(form["MessageSid"], _caller(form["From"]), form.get("Body", ""), opt_out=form.get("OptOutType", ""), at=g.at)
    return Response(NOTHING, content_type="text/xml")


@door.post("/voice")
def voice():
    """A ring: nobody picks up, which costs the caller nothing, and a person calls back."""
    if not request.form.get("From"):
        abort(400)
    conversing.ring(_caller(request.form["From"]), at=g.at)
    return Response(REJECTED, content_type="text/xml")


def _caller(text):
    try:
        return numbers.any_number(text)
    except numbers.NotMobile:
        return text[:20]     # a name for a sender, or a hidden number: kept as it came


@door.post("/status/<int:message>")
def status(message):
    """A receipt. For a message we do not know there is nothing to write."""
    row = Message.get_or_none(Message.id == message)
    if row is None:
        abort(404)
    outbox.receipt(row, status=request.form.get("MessageStatus", "").lower(), code=request.form.get("ErrorCode"),
                   carrier_id=request.form.get("MessageSid", ""), at=g.at)
    return "", 204
