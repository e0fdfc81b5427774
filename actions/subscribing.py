"""Subscribing: an operator has an address that calendar programs read, until she closes it."""

from models import Link, Operator
from questions.calendars import open_calendar

from .moves import Actor, NotAllowed, hold, note, one_transaction
from .trusting import make_link


@one_transaction
def subscribe(operator: Operator, *, at) -> Link:
    """The address of her calendar: the one that is open, or a new one. NotAllowed for who has left."""
    operator = hold(operator)
    if operator.left_at:
        raise NotAllowed(operator, "left")
    link = open_calendar(operator).first()
    if link is None:
        link = make_link("calendar", at=at, operator=operator)
        note(link, "subscribe", by=Actor("operator", operator.id), at=at)
    return link


@one_transaction
def unsubscribe(link: Link, *, by: Actor, at):
    """Nobody reads the calendar at this address any more. Closing what is closed changes nothing."""
    if Link.update(revoked_at=at).where(Link.id == link.id, Link.revoked_at.is_null()).execute():
        note(link, "unsubscribe", by=by, at=at)
