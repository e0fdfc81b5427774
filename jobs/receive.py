"""Texts that were stored are acted upon; those the carrier could not hand in are asked for."""

from datetime import timedelta

from flask import current_app

import carriers
from actions import conversing
from questions.words import to_act_on
from texting import dialogue

from .each import each


def receive(now) -> int:
    """Act on what was stored and not yet acted upon."""
    return each(to_act_on(now), lambda inbound: dialogue.act(inbound, at=now))


def catch_up(now) -> int:
    """Ask the carrier for texts of the last hour, and take in those we never stored; once an hour those of the day."""
    back = timedelta(days=1) if now.minute < 5 else timedelta(hours=1)
    try:
        texts = carriers.carrier_for("sms", current_app.settings).inbound_since(now - back)
    except (carriers.TryLater, carriers.Unknown, carriers.Refused):
        return 0
    for text in texts:
        conversing.receive(text.carrier_id, text.number, text.body, at=min(text.at or now, now))
    return len(texts)
