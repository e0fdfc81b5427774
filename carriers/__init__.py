"""Carriers take a message out of the house: one module for each, and three ways to fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

CARRIERS = {"sms": ("local", "twilio"), "mail": ("local", "smtp")}


def carrier_for(channel, settings):
    """The carrier that the settings name for a channel ("sms" or "mail"); nothing is dialled yet.

    It has `send(parcel) -> carrier id`, which raises `Refused`, `TryLater` or `Unknown`, and, where the
    other side can be asked, `find(to, since, text, besides) -> carrier id or None`; those for texts also list
    what came in, `inbound_since(since)`, and empty the words they keep of one, `redact(carrier_id)`.
    Raises ValueError for a name that no module here answers to.
    """
    name = {"sms": settings.sms_carrier, "mail": settings.mail_carrier}[channel]
    if name not in CARRIERS[channel]:
        raise ValueError(f"no carrier {name!r} for {channel}")
    return import_module(f"carriers.{name}").Carrier(settings)


@dataclass(frozen=True)
class Parcel:
    """All that a carrier needs. What is personal stays out of its repr, because reprs end up in logs."""

    message_id: int
    to: str = field(repr=False)                          # number (E.164) or address
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    valid_for_s: int = 36000                             # worth delivering for so many seconds
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class CarrierError(Exception):
    """It did not go as it should: the carrier's code, and words (Italian, nobody's data) for a person."""

    def __init__(self, code, words):
        super().__init__(f"{code}: {words}")
        self.code = str(code)
        self.words = words


class Refused(CarrierError):
    """The carrier will never take this one for this recipient: trying again changes nothing."""


class TryLater(CarrierError):
    """It was certainly not taken; the same parcel may go later without being sent twice."""


class Unknown(CarrierError):
    """It may have been taken: never send again before asking."""


def N_(text):
    """Mark words for translation where they are written; who shows them translates them."""
    return text
