"""Places: what one takes of an opening's units and of the project's money, and what its person is told.

Whoever changes how many units are left begins on the opening's row. What an opening's fate means for each person in it
(called off, agreed, moved, offered) is done place by place, each in a transaction of its own, by a job.
"""

import random
from datetime import timedelta
from typing import NamedTuple

from models import Employee, Opening, Place, ServiceRequest
from questions.openings import in_turn, units_taken
from questions.people import project_for
from questions.territory import on_duty_in
from rules import hours, references, shares

from . import allowances, asking, planning, recording
from .moves import JOB, Actor, NotAllowed, hold, note
from .outbox import queue, two_days
from .trusting import link_to

FIRM = "azienda"                      # of an opening's collection points: the person's own firm
POINT_LENGTH, MOST_POINTS = 80, 10    # of a collection point's name; of an opening
SOON = timedelta(hours=18)            # before an opening within them nobody can wait for the open hours


class Full(Exception):
    """There are not so many units left; `opening` is as it is now. Who still wants one waits on the list."""

    def __init__(self, opening):
        super().__init__(f"opening {opening.id} has {opening.room} units left")
        self.opening = opening


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


def write(seat, employee, quoted, ask_key, channel, by, at, letters):
    """A request for a seat, and the place that waits for it. Called within the verb that books."""
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


# ---------------------------------------------------------------- units and money

def held(place):
    """Serialise on the opening's row, which owns the units, and on the request's; then both as they are now."""
    opening = hold(place.opening)
    hold(place.request)
    place = Place.get_by_id(place.id)
    place.opening = opening
    if opening.state == "cancelled":
        raise NotAllowed(opening)
    return opening, place


def count(opening, units, at):
    """Count these units as taken: one guarded UPDATE, never more than there are. Raises Full."""
    if not Opening.update(taken=Opening.taken + units).where(
            Opening.id == opening.id, Opening.state.in_(("open", "closed")), Opening.starts_at > at,
            Opening.taken + units <= Opening.places).execute():
        raise Full(Opening.get_by_id(opening.id))
    opening.taken += units


def reserve(place):
    """Hold the project's money for a place. Raises asking.PriceChanged where it may not pay so much any more."""
    request = place.request
    try:
        allowances.reserve(request.project, request.employee, paid(place))
    except allowances.NotEnough:
        raise asking.PriceChanged(Quote(planning.money_of(place), request.project)) from None


def price_again(place, opening):
    """What it costs now: a ceiling may have been reached since it was listed. By the price and rule that were shown."""
    request = place.request
    parts = _split(opening, place.units, request.project, request.employee, request.unit_cents, request.project_percent,
                   request.company_percent)
    if parts != planning.money_of(place):
        columns = planning.money(request, parts)
        Place.update(columns).where(Place.id == place.id).execute()
        for name, value in columns.items():
            setattr(place, name, value)


def paid(place):
    """The project's cents of a place, by year."""
    return {planning.year_of(place.opening.starts_at): place.project_cents}


def give_units_back(place):
    """Free the units of a place that is counted, and its money. The opening's row is held."""
    Opening.update(taken=Opening.taken - place.units).where(Opening.id == place.opening_id).execute()
    place.opening.taken -= place.units
    request = place.request
    allowances.free(request.project, request.employee, paid(place))


def group_complete(opening: Opening, *, at, by: Actor) -> bool:
    """Whether the opening takes place: its minimum was reached once, or is now; set once, never undone.

    The minimum counts units over all firms (product rule 2). The opening's row is held.
    """
    if opening.confirmed_at is None and units_taken(opening) >= opening.minimum:
        Opening.update(confirmed_at=at).where(Opening.id == opening.id, Opening.confirmed_at.is_null()).execute()
        note(opening, "confirm", by=JOB, at=at)
        opening.confirmed_at = at
        tell_cooperative(opening, "on", at=at)
    return opening.confirmed_at is not None


# ---------------------------------------------------------------- who hears of it

def class_in_time(soonest, at) -> str:
    """In which hours something about an opening at that moment goes: where the open ones would come late, on any day."""
    if soonest - at < SOON:
        return "now"
    return "urgent" if hours.next_open(at) > soonest - SOON else "open"


def tell_cooperative(opening: Opening, what: str, *, at, soonest=None):
    """Who leads it hears that it is on, moved or off; where nobody does, whoever is on duty there."""
    leads = opening.worker if opening.worker and not opening.worker.left_at else None
    for operator in [leads] if leads else on_duty_in(opening.cooperative_id):
        queue("turn_changed", operator, at=at, worth=max(opening.starts_at, two_days(at)), opening=opening,
              hours_class=class_in_time(soonest or opening.starts_at, at), detail=f"{what} {opening.sequence}",
              says={"what": what, "units": units_taken(opening)}, link=link_to("operator", at=at, operator=operator))


def end_request(request_id, outcome, by, at, reason=None):
    """End the request of a place, and write its fact. Raises NotAllowed."""
    recording.close(ServiceRequest.get_by_id(request_id), outcome, by=by, at=at, reason=reason)


def tell_waiting(place: Place, opening: Opening, at, hours_class="now"):
    """What it waits for now: the group, with how many are missing; or its turn, with which it is."""
    if place.state == "taken":
        says = {"missing": max(opening.minimum - units_taken(opening), 1), "closes_on": _last_day(opening)}
    else:
        says = {"turn": in_turn(opening).where(Place.listed_at <= place.listed_at).count()}
    tell_holder("place_waiting", place, at=at, worth=opening.starts_at, hours_class=hours_class, detail=place.state, says=says)


def _last_day(opening):
    """The last local day on which it can be booked: what closes at midnight closes with the day before."""
    return hours.local(opening.closes_at - timedelta(seconds=1)).date().isoformat()


def tell_holder(kind, place, *, at, worth, **more):
    """Queue a message about a place to who holds it or waits for it; to nobody, once forgotten."""
    person = place.request.employee
    if person:                          # not of who asked meanwhile to be forgotten
        queue(kind, person, at=at, worth=worth, place=place, request=place.request,
              link=link_to("employee", at=at, employee=person), **more)
