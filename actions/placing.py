"""Placing: units in an opening are booked and taken; a group that is complete is told to each who waited for it."""

from models import Employee, Place, ServiceRequest
from questions.openings import live_place_of

from . import asking, planning, reminding
from .moves import JOB, Actor, NotAllowed, hold, move, one_transaction
from .places import (
    FIRM,
    Full,
    Quote,
    Seat,
    count,
    group_complete,
    held,
    price_again,
    quote,
    reserve,
    tell_holder,
    tell_waiting,
    write,
)
from .waiting import is_first_in_turn, may_take, offer

__all__ = ["FIRM", "Full", "Quote", "Seat", "group_complete", "may_take", "quote"]     # what who books needs besides


class TooMuch(Exception):
    """More units than the opening has at all: waiting would be in vain. `opening` says how many it has."""

    def __init__(self, opening):
        super().__init__(f"opening {opening.id} has {opening.places} units at all")
        self.opening = opening


class AlreadyThere(Exception):
    """This person holds, or waits for, a place in this opening; `place` is it."""

    def __init__(self, place):
        super().__init__(f"place {place.id} is theirs already")
        self.place = place


# ---------------------------------------------------------------- booking

def book(seat: Seat, employee: Employee, *, ask_key: str, shown_cents: int, at, may_wait=False,
         shown_sequence: int | None = None, channel="link") -> ServiceRequest:
    """Take units in an opening, or with `may_wait` a turn on its list. The same `ask_key` books once.

    `shown_cents` is the worker's share the person saw; `shown_sequence` that of the opening, where she saw when it is.
    Raises NotAllowed for an opening that is closed, cancelled, begun, or was moved since; Full, TooMuch, AlreadyThere,
    asking.PriceChanged, asking.NotApproved; ValueError for less than one unit.
    """
    sent = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
    if sent:
        return sent
    if not employee.approved_at:
        raise asking.NotApproved
    if seat.units < 1:
        raise ValueError("a place is for one unit at least")
    return asking.once(ask_key, employee, lambda letters: _book(
        seat, employee, ask_key, shown_cents, shown_sequence, may_wait, channel, at, letters))


@one_transaction
def _book(seat, employee, ask_key, shown_cents, shown_sequence, may_wait, channel, at, letters):
    opening, by = hold(seat.opening), Actor("employee", employee.id)
    if opening.state != "open" or opening.closes_at <= at or shown_sequence not in (None, opening.sequence):
        raise NotAllowed(opening)
    if seat.units > opening.places:
        raise TooMuch(opening)
    theirs = live_place_of(employee, opening)
    if theirs:
        raise AlreadyThere(theirs)
    quoted = quote(opening, seat.units, employee, at=at)
    if quoted.shares.worker != shown_cents:
        raise asking.PriceChanged(quoted)
    fits = may_take(opening, seat.units)
    if not fits and not may_wait:
        raise Full(opening)
    place = write(seat._replace(opening=opening), employee, quoted, ask_key, channel, by, at, letters)
    if fits:
        _take(opening, place, by, at)
    else:
        tell_waiting(place, opening, at)
    return ServiceRequest.get_by_id(place.request_id)


@one_transaction
def hold_for_interested(seat: Seat, employee: Employee, ask_key: str, *, at, letters: int) -> ServiceRequest:
    """Offer a place to who said so of the idea an opening comes from, before everybody else; where none is left, a turn.

    What is asked of everybody (an age band) they say when they take it.
    """
    opening = hold(seat.opening)
    quoted = quote(opening, seat.units, employee, at=at)
    place = write(seat._replace(opening=opening), employee, quoted, ask_key, "link", JOB, at, letters)
    if place.units <= opening.room:
        Place.update(by_interest=True).where(Place.id == place.id).execute()
        place.by_interest = True
        offer(opening, place, at)
    else:
        tell_waiting(place, opening, at, hours_class="open")
    return ServiceRequest.get_by_id(place.request_id)


# ---------------------------------------------------------------- taking

@one_transaction
def take(place: Place, *, by: Actor, at, shown_cents: int, answers: dict | None = None, collection: str | None = None):
    """The person's yes to a place that was offered; or to one that is free while they are on the list.

    `answers` and `collection`, where they were not said yet.

    Raises NotAllowed when the offer is over or the opening has begun, Full when it is not free, asking.PriceChanged.
    """
    opening, place = held(place)
    over = place.state == "offered" and place.offered_until <= at or opening.starts_at <= at
    if over or place.state not in ("listed", "offered"):
        raise NotAllowed(place)
    if place.state == "listed":
        if not may_take(opening, place.units) and not is_first_in_turn(opening, place):
            raise Full(opening)
        price_again(place, opening)
    if place.worker_cents != shown_cents:
        raise asking.PriceChanged(Quote(planning.money_of(place), place.request.project))
    if answers is not None:
        ServiceRequest.update(answers=answers).where(ServiceRequest.id == place.request_id).execute()
    if collection is not None:
        Place.update(collection=collection).where(Place.id == place.id).execute()
    _take(opening, place, by, at)


def _take(opening, place, by, at):
    """Its units are counted, its money reserved, and its request knows it; the group too, where it is complete now."""
    if place.state == "listed":
        count(opening, place.units, at)
        reserve(place)
    day_at, hours_at = reminding.times(opening.starts_at, at)
    move(place, "take", by=by, at=at, taken_at=at, changed_at=at, offered_until=None, remind_day_at=day_at,
         remind_hours_at=hours_at)
    request = ServiceRequest.get_by_id(place.request_id)
    move(request, "take", by=by, at=at, taken_at=at)
    if group_complete(opening, at=at, by=by):
        _agree(place, request, by, at, "place_taken", "now")
    else:
        tell_waiting(place, opening, at)


@one_transaction
def agree(place: Place, *, at):
    """The group is complete: the request of this place is agreed, and its person told, once."""
    opening, place = held(place)
    request = ServiceRequest.get_by_id(place.request_id)
    if place.state == "taken" and opening.confirmed_at and request.state == "taken":
        day_at, hours_at = reminding.times(opening.starts_at, at)       # what was due meanwhile would say it twice
        Place.update(remind_day_at=day_at, remind_hours_at=hours_at).where(Place.id == place.id).execute()
        _agree(place, request, JOB, at, "group_reached", None)


def _agree(place, request, by, at, kind, hours_class):
    move(request, "agree", by=by, at=at, agreed_at=at)
    tell_holder(kind, place, at=at, worth=place.opening.starts_at, hours_class=hours_class)
