"""Placing: units in an opening are taken, waited for, offered in turn, given back; what a group needs is counted over all firms.

Whoever changes how many units are left begins on the opening's row. What an opening's fate means for each person in it
(called off, agreed, moved, offered) is done place by place, each in a transaction of its own, by a job.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from models import Employee, Opening, Place, ServiceRequest
from questions.openings import in_turn, live_place_of, place_of, units_taken
from questions.people import project_for
from questions.territory import closed_days
from questions.work import messages_of
from rules import hours, limits, references, shares

from . import allowances, asking, planning, recording, reminding
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import may_go_from, queue, two_days
from .putting import began_at, to_quarter
from .trusting import link_to

FIRM = "azienda"                      # of an opening's collection points: the person's own firm
POINT_LENGTH, MOST_POINTS = 80, 10    # of a collection point's name; of an opening
LIST_ENDS = timedelta(hours=2)        # before the start: later nobody can get ready any more


class Full(Exception):
    """There are not so many units left; `opening` is as it is now. Who still wants one waits on the list."""

    def __init__(self, opening):
        super().__init__(f"opening {opening.id} has {opening.room} units left")
        self.opening = opening


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


class Seat(NamedTuple):
    """What a person wants in an opening: how many units, the closed answers, where things are handed in."""

    opening: Opening
    units: int
    answers: dict
    collection: str = ""


class Quote(NamedTuple):
    """What a seat costs, who pays it, and the project that does."""

    shares: shares.Shares
    project: object


def quote(opening: Opening, units: int, employee: Employee, *, at) -> Quote:
    """Price and shares in cents of so many units, as shown and then kept; what is over a ceiling is the person's."""
    service = opening.service
    project = project_for(employee.company, service, hours.local(at).date())
    percent = shares.company_percent(employee.company.declared, employee.company.share_percent)
    return Quote(_split(opening, units, project, employee, service.price_cents, service.project_percent, percent), project)


def _split(opening, units, project, employee, unit_cents, project_percent, company_percent):
    minutes = int((opening.ends_at - opening.starts_at).total_seconds() // 60)
    one = shares.price(unit_cents, hourly=opening.service.hourly, minutes=minutes, quantity=1)
    year = planning.year_of(opening.starts_at)
    of_person, of_project = allowances.rooms(project, employee, {year})
    return shares.split_in_turn([(year, one * units)], project_percent, company_percent, of_person, of_project)[0]


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
    place = _write(seat._replace(opening=opening), employee, quoted, ask_key, channel, by, at, letters)
    if fits:
        _take(opening, place, by, at)
    else:
        tell_waiting(place, opening, at)
    return ServiceRequest.get_by_id(place.request_id)


def may_take(opening: Opening, units: int) -> bool:
    """Whether so many units are free, and nobody in turn is waiting for them. Read while the opening's row is held."""
    return units <= opening.room and not in_turn(opening).where(Place.units <= opening.room).exists()


def _write(seat, employee, quoted, ask_key, channel, by, at, letters):
    opening, service, figures = seat.opening, seat.opening.service, quoted.shares
    request = ServiceRequest.create(
        reference=references.draw(random.SystemRandom(), letters), ask_key=ask_key, project=quoted.project,
        company=employee.company, employee=employee, service=service, municipality=opening.municipality, opening=opening,
        starts_at=opening.starts_at, ends_at=opening.ends_at, lapses_at=opening.starts_at, quantity=seat.units,
        answers=seat.answers, channel=channel, language=employee.language, unit_cents=service.price_cents,
        price_cents=figures.price, project_cents=figures.project, company_cents=figures.company,
        worker_cents=figures.worker, vat_percent=service.vat_percent, project_percent=service.project_percent,
        company_percent=shares.company_percent(employee.company.declared, employee.company.share_percent), asked_at=at)
    note(request, "ask", by=by, at=at, after="open")
    place = Place.create(request=request, opening=opening, units=seat.units, collection=seat.collection, listed_at=at,
                         told_sequence=opening.sequence, changed_at=at, **planning.money(request, figures))
    note(place, "list", by=by, at=at, after="listed")
    return place


# ---------------------------------------------------------------- taking

@one_transaction
def take(place: Place, *, by: Actor, at, shown_cents: int, answers: dict | None = None, collection: str | None = None):
    """The person's yes to a place that was offered; or to one that is free while they are on the list.

    `answers` and `collection`, where they were not said yet.

    Raises NotAllowed when the offer is over or the opening has begun, Full when it is not free, asking.PriceChanged.
    """
    opening, place = _held(place)
    over = place.state == "offered" and place.offered_until <= at or opening.starts_at <= at
    if over or place.state not in ("listed", "offered"):
        raise NotAllowed(place)
    if place.state == "listed":
        if not may_take(opening, place.units) and not _is_first_in_turn(opening, place):
            raise Full(opening)
        _price_again(place, opening)
    if place.worker_cents != shown_cents:
        raise asking.PriceChanged(Quote(planning.money_of(place), place.request.project))
    if answers is not None:
        ServiceRequest.update(answers=answers).where(ServiceRequest.id == place.request_id).execute()
    if collection is not None:
        Place.update(collection=collection).where(Place.id == place.id).execute()
    _take(opening, place, by, at)


def _is_first_in_turn(opening, place):
    """Whether it is this place that the free units would be offered to."""
    first = in_turn(opening).where(Place.units <= opening.room).first()
    return first is not None and first.id == place.id


def _held(place):
    """Serialise on the opening's row, which owns the units, and on the request's; then both as they are now."""
    opening = hold(place.opening)
    hold(place.request)
    place = Place.get_by_id(place.id)
    place.opening = opening
    if opening.state == "cancelled":
        raise NotAllowed(opening)
    return opening, place


def _take(opening, place, by, at):
    """Its units are counted, its money reserved, and its request knows it; the group too, where it is complete now."""
    if place.state == "listed":
        _count(opening, place.units, at)
        _reserve(place)
    day_at, hours_at = reminding.times(opening.starts_at, at)
    move(place, "take", by=by, at=at, taken_at=at, changed_at=at, offered_until=None, remind_day_at=day_at,
         remind_hours_at=hours_at)
    request = ServiceRequest.get_by_id(place.request_id)
    move(request, "take", by=by, at=at, taken_at=at)
    if group_complete(opening, at=at, by=by):
        _agree(place, request, by, at, "place_taken", "now")
    else:
        tell_waiting(place, opening, at)


def _count(opening, units, at):
    """Count these units as taken: one guarded UPDATE, never more than there are. Raises Full."""
    if not Opening.update(taken=Opening.taken + units).where(
            Opening.id == opening.id, Opening.state.in_(("open", "closed")), Opening.starts_at > at,
            Opening.taken + units <= Opening.places).execute():
        raise Full(Opening.get_by_id(opening.id))
    opening.taken += units


def _reserve(place):
    request = place.request
    try:
        allowances.reserve(request.project, request.employee, _paid(place))
    except allowances.NotEnough:
        raise asking.PriceChanged(Quote(planning.money_of(place), request.project)) from None


def _price_again(place, opening):
    """What it costs now: a ceiling may have been reached since it was listed. By the price and rule that were shown."""
    request = place.request
    parts = _split(opening, place.units, request.project, request.employee, request.unit_cents, request.project_percent,
                   request.company_percent)
    if parts != planning.money_of(place):
        columns = planning.money(request, parts)
        Place.update(columns).where(Place.id == place.id).execute()
        for name, value in columns.items():
            setattr(place, name, value)


def _paid(place):
    return {planning.year_of(place.opening.starts_at): place.project_cents}


def group_complete(opening: Opening, *, at, by: Actor) -> bool:
    """Whether the opening takes place: its minimum was reached once, or is now; set once, never undone.

    The minimum counts units over all firms (product rule 2). The opening's row is held.
    """
    if opening.confirmed_at is None and units_taken(opening) >= opening.minimum:
        Opening.update(confirmed_at=at).where(Opening.id == opening.id, Opening.confirmed_at.is_null()).execute()
        note(opening, "confirm", by=JOB, at=at)
        opening.confirmed_at = at
    return opening.confirmed_at is not None


@one_transaction
def agree(place: Place, *, at):
    """The group is complete: the request of this place is agreed, and its person told, once."""
    opening, place = _held(place)
    request = ServiceRequest.get_by_id(place.request_id)
    if place.state == "taken" and opening.confirmed_at and request.state == "taken":
        day_at, hours_at = reminding.times(opening.starts_at, at)       # what was due meanwhile would say it twice
        Place.update(remind_day_at=day_at, remind_hours_at=hours_at).where(Place.id == place.id).execute()
        _agree(place, request, JOB, at, "group_reached", None)


def _agree(place, request, by, at, kind, hours_class):
    move(request, "agree", by=by, at=at, agreed_at=at)
    _tell(kind, place, at=at, worth=place.opening.starts_at, hours_class=hours_class)


# ---------------------------------------------------------------- the list

def offer_all(opening: Opening, *, at) -> int:
    """Offer what is free until there is nobody in turn whom it is enough for; each offer for itself. Returns how many."""
    count = 0
    while offer_next(opening, at=at):
        count += 1
    return count


@one_transaction
def offer_next(opening: Opening, *, at) -> Place | None:
    """Offer free units to the first in turn whom they are enough for; who is passed over is told. Nobody: None.

    What it costs is worked out anew and held with the place.
    """
    opening = hold(opening)
    if opening.state not in ("open", "closed") or _last_offer(opening) <= hours.next_open(at):
        return None
    passed = []
    for place in in_turn(opening):
        if place.units <= opening.room:
            _offer(opening, place, at)
            for other in passed:
                _tell("place_skipped", other, at=at, worth=opening.starts_at, detail=str(place.id),
                      says={"free": opening.room + place.units})
            return place
        passed.append(place)
    return None


def _last_offer(opening):
    """Until when an offer can be taken at all."""
    return opening.starts_at - LIST_ENDS


@one_transaction
def hold_for_interested(seat: Seat, employee: Employee, ask_key: str, *, at, letters: int) -> ServiceRequest:
    """Offer a place to who said so of the idea an opening comes from, before everybody else; where none is left, a turn.

    What is asked of everybody (an age band) they say when they take it.
    """
    opening = hold(seat.opening)
    quoted = quote(opening, seat.units, employee, at=at)
    place = _write(seat._replace(opening=opening), employee, quoted, ask_key, "link", JOB, at, letters)
    if place.units <= opening.room:
        Place.update(by_interest=True).where(Place.id == place.id).execute()
        place.by_interest = True
        _offer(opening, place, at)
    else:
        tell_waiting(place, opening, at, hours_class="open")
    return ServiceRequest.get_by_id(place.request_id)


def _offer(opening, place, at):
    place.opening = opening
    _count(opening, place.units, at)
    _price_again(place, opening)
    _reserve(place)
    move(place, "offer", by=JOB, at=at, offers=place.offers + 1, changed_at=at, offer_started_at=None,
         offered_until=_limit(opening, place, may_go_from("open", "sms", at)))
    _tell("place_offered", place, at=at, worth=place.offered_until, detail=str(place.offers))


def _limit(opening, place, sent_at):
    """Until when an offer is held; who had said so of an idea has as long as for a proposal, until bookings close."""
    last, hours_open = _last_offer(opening), limits.OFFER_HOURS
    if place.by_interest:
        last, hours_open = opening.closes_at, place.request.project.proposal_hours
    return min(to_quarter(limits.answer_to_offer(sent_at, last, hours_open)), last)


@one_transaction
def start_offer(place: Place, *, at):
    """Start its limit when the carrier took its text, or when that failed, or an open hour after it was due."""
    began = began_at(messages_of(place=place), at, place.changed_at)
    if began and Place.update(offer_started_at=began, offered_until=_limit(place.opening, place, began)).where(
            Place.id == place.id, Place.state == "offered", Place.offer_started_at.is_null()).execute():
        note(place, "start", by=JOB, at=at, after=began.isoformat())


@one_transaction
def lapse(place: Place, *, at):
    """Nobody answered the offer: its units are free again, and its person is at the end of the list."""
    opening, place = _held(place)
    if place.state != "offered" or place.offered_until > at:
        return                          # answered since the job read it
    if place.by_interest:
        return _end(place, opening, at, "place_lapsed")
    _give_units_back(place)
    move(place, "lapse", by=JOB, at=at, listed_at=at, changed_at=at, offered_until=None)
    _tell("place_lapsed", place, at=at, worth=opening.starts_at, detail=str(place.offers))


@one_transaction
def end(place: Place, *, at):
    """Its opening begins and no place came free: the request ends, and so does waiting."""
    opening, place = _held(place)
    if place.state in ("listed", "offered") and opening.starts_at <= at:
        recording.note_unmet(place.request, "unfilled", at=at)
        _end(place, opening, at, "no_place", outcome="unfilled")


def _end(place, opening, at, kind, outcome="lapsed"):
    if place.state == "offered":
        _give_units_back(place)
    move(place, "end", by=JOB, at=at, changed_at=at, offered_until=None)
    _close(place.request_id, outcome, JOB, at)
    _tell(kind, place, at=at, worth=two_days(at))


def _give_units_back(place):
    """Free the units of a place that is counted, and its money. The opening's row is held."""
    Opening.update(taken=Opening.taken - place.units).where(Opening.id == place.opening_id).execute()
    place.opening.taken -= place.units
    request = place.request
    allowances.free(request.project, request.employee, _paid(place))


def _close(request_id, outcome, by, at, reason=None):
    recording.close(ServiceRequest.get_by_id(request_id), outcome, by=by, at=at, reason=reason)


# ---------------------------------------------------------------- giving back

def free_until(opening: Opening, project) -> datetime:
    """Until when giving a place back is free: the project's working hours, or the service's notice, before it begins."""
    return limits.free_until(opening.starts_at, opening.service.notice_hours, project.cancel_free_hours,
                             closed_days(project))


@one_transaction
def cancel(request: ServiceRequest, *, by: Actor, at, reason=None, outcome="cancelled_by_employee"):
    """Give back the place of a request, listed, offered or taken; its units go to who waits. Raises NotAllowed."""
    place = place_of(request)
    if place is None or place.state not in Place.LIVE:
        raise NotAllowed(request)
    opening, place = _held(place)
    if place.state not in Place.LIVE or opening.starts_at <= at:
        raise NotAllowed(place.request)
    _give_up(place, by, at, reason=reason, cancelled_late=by.role == "employee" and is_late(place, at))
    _close(request.id, outcome, by, at, reason)


def is_late(place: Place, at) -> bool:
    """Whether it is too late to give it back without it counting; never when the opening was moved since it was taken."""
    return place.state == "taken" and not was_moved(place) and at > free_until(place.opening, place.request.project)


def was_moved(place: Place) -> bool:
    """Whether its opening was moved since the place was taken, or asked for."""
    opening = place.opening
    return bool(opening.sequence and opening.changed_at and opening.changed_at > (place.taken_at or place.request.asked_at))


def _give_up(place, by, at, **changes):
    if place.state in ("offered", "taken"):
        _give_units_back(place)
    move(place, "cancel", by=by, at=at, changed_at=at, cancelled_at=at, cancelled_by=by.role, offered_until=None,
         remind_day_at=None, remind_hours_at=None, **changes)


@one_transaction
def call_off(place: Place, *, at):
    """Its opening is cancelled: the place is given up, its request ends, its person is told, what failed is counted."""
    opening = hold(place.opening)
    hold(place.request)
    place = Place.get_by_id(place.id)
    place.opening = opening
    if place.state not in Place.LIVE or opening.state != "cancelled":
        return
    short = opening.why_cancelled == "group_not_reached"
    if short:
        recording.note_unmet(place.request, "group_not_reached", at=at)
    _give_up(place, Actor("job" if short else "cooperative"), at)
    _close(place.request_id, "group_not_reached" if short else "cancelled_by_cooperative", JOB, at)
    soon = opening.starts_at - at < timedelta(hours=18)
    _tell("group_not_reached" if short else "opening_cancelled", place, at=at, worth=two_days(at),
          hours_class="now" if soon else None)


@one_transaction
def tell_moved(place: Place, *, at):
    """Its opening was moved: request and reminders follow, and its person is told when it is now."""
    opening, place = _held(place)
    if place.state not in Place.LIVE or place.told_sequence >= opening.sequence:
        return
    day_at, hours_at = reminding.times(opening.starts_at, at) if place.state == "taken" else (None, None)
    Place.update(told_sequence=opening.sequence, changed_at=at, confirmed_at=None, remind_day_at=day_at,
                 remind_hours_at=hours_at).where(Place.id == place.id).execute()
    ServiceRequest.update(starts_at=opening.starts_at, ends_at=opening.ends_at, lapses_at=opening.starts_at).where(
        ServiceRequest.id == place.request_id).execute()
    _tell("place_moved", place, at=at, worth=opening.starts_at, detail=str(opening.sequence))


# ---------------------------------------------------------------- words

def tell_waiting(place: Place, opening: Opening, at, hours_class="now"):
    """What it waits for now: the group, with how many are missing; or its turn, with which it is."""
    if place.state == "taken":
        says = {"missing": max(opening.minimum - units_taken(opening), 1), "closes_on": _last_day(opening)}
    else:
        says = {"turn": in_turn(opening).where(Place.listed_at <= place.listed_at).count()}
    _tell("place_waiting", place, at=at, worth=opening.starts_at, hours_class=hours_class, detail=place.state, says=says)


def _last_day(opening):
    """The last local day on which it can be booked: what closes at midnight closes with the day before."""
    return hours.local(opening.closes_at - timedelta(seconds=1)).date().isoformat()


def _tell(kind, place, *, at, worth, **more):
    person = place.request.employee
    if person:                          # not of who asked meanwhile to be forgotten
        queue(kind, person, at=at, worth=worth, place=place, request=place.request,
              link=link_to("employee", at=at, employee=person), **more)
