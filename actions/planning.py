"""Planning: visits with their money; their worker's time kept free; planned, moved, cancelled, one by one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from models import Appointment, Operator, Proposal, Referral, ServiceRequest
from questions.opening_days import led_during
from questions.territory import closed_days
from questions.work import held_for, overlapping
from rules import hours, recurrence, shares

from . import allowances, reminding
from .moves import Actor, NotAllowed, hold, move, note

UNDO = timedelta(minutes=10)


class Busy(Exception):
    """Who should go has something else then; `other` is what is in the way: an appointment, an opening, what is proposed."""

    def __init__(self, other):
        super().__init__(f"{other.worker_id} is busy from {other.starts_at}")
        self.other = other


class SharesChanged(Exception):
    """The person would pay more than was shown. `shares` has the new figures."""

    def __init__(self, new):
        super().__init__("the shares changed since they were shown")
        self.shares = new


class NoDays(Exception):
    """Nobody comes on any of these days."""


@dataclass(frozen=True)
class Slot:
    """When: a first visit (UTC moments), and whether it comes again every week."""

    starts_at: datetime
    ends_at: datetime
    weekly: recurrence.Weekly | None = None

    @classmethod
    def of(cls, row):
        """The time of a request or a proposal."""
        return cls(row.starts_at, row.ends_at, recurrence.weekly_of(row.weekly))

    def series(self, project, cooperative=None) -> recurrence.Series:
        """Its visits, and the days that are left out."""
        return recurrence.series(self.starts_at, self.ends_at, self.weekly, closed_days(project, cooperative))


class Visit(NamedTuple):
    """One visit as it is being proposed or planned: when, its money, and which appointment it would change."""

    starts_at: datetime
    ends_at: datetime
    shares: shares.Shares
    appointment: int | None = None

    def kept(self) -> list:
        """As a proposal keeps it."""
        return [self.starts_at.isoformat(), self.ends_at.isoformat(), list(self.shares), self.appointment]

    @classmethod
    def of(cls, kept):
        """What a proposal kept."""
        starts_at, ends_at, money, appointment = kept
        return cls(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at), shares.Shares(*money), appointment)


class Taken(NamedTuple):
    """A stretch of a worker's time that is not free."""

    starts_at: datetime
    ends_at: datetime
    worker_id: int


# ---------------------------------------------------------------- money

def priced(request: ServiceRequest, spans, freed=None) -> list[Visit]:
    """Visits at these times with price and shares, by the price and the rule that were shown when it was asked.

    `freed`: cents by year that would be free again with it.
    """
    return price(request, request.unit_cents, request.project_percent, request.company_percent, request.employee, spans,
                 freed)


def price(asked, unit_cents: int, project_percent: int, company_percent: int, employee, spans, freed=None) -> list[Visit]:
    """Visits with price and shares; `asked` (a request or a wish) says project, service and units of one visit."""
    spans, freed = list(spans), freed or {}
    prices = [(year_of(starts_at), _price(asked, unit_cents, starts_at, ends_at)) for starts_at, ends_at in spans]
    of_person, of_project = allowances.rooms(asked.project, employee, {year for year, _price in prices})
    of_person = {year: left + freed.get(year, 0) for year, left in of_person.items()}
    parts = shares.split_in_turn(prices, project_percent, company_percent, of_person, of_project + sum(freed.values()))
    return [Visit(*span, part) for span, part in zip(spans, parts)]


def _price(asked, unit_cents, starts_at, ends_at):
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    return shares.price(unit_cents, hourly=asked.service.hourly, minutes=minutes, quantity=asked.quantity)


def total(visits) -> shares.Shares:
    """What all of them cost, and who pays it."""
    return shares.total([visit.shares for visit in visits])


def year_of(at: datetime) -> int:
    """The year a visit's money belongs to."""
    return hours.local(at).year


def by_year(parts) -> dict:
    """The project's cents by year, of (starts_at, project's cents)."""
    amounts = {}
    for starts_at, cents in parts:
        amounts[year_of(starts_at)] = amounts.get(year_of(starts_at), 0) + cents
    return amounts


def reserve(request: ServiceRequest, visits):
    """Reserve the project's share of these visits. Raises SharesChanged when it may not pay so much any more."""
    amounts = by_year((visit.starts_at, visit.shares.project) for visit in visits)
    try:
        allowances.reserve(request.project, request.employee, amounts)
    except allowances.NotEnough:
        raise SharesChanged(total(priced(request, [visit[:2] for visit in visits]))) from None


# ---------------------------------------------------------------- a worker's time

def keep_free(worker: Operator | None, spans, *, but=(), leads=None):
    """Serialise on the worker's row, then look: nobody is ever promised to two places at once.

    `but`: ids of appointments that do not count, nor where a proposal would move them to; `leads`: the opening that it
    is about. Raises Busy, and NotAllowed for who has left.
    """
    if worker is None:
        return
    if hold(worker).left_at:
        raise NotAllowed(worker, "left")
    spans = sorted(spans)
    begins, ends = spans[0][0], max(end for _start, end in spans)
    for taken in _taken(worker, begins, ends, set(but), leads):
        if any(taken.starts_at < end and taken.ends_at > start for start, end in spans):
            raise Busy(taken)


def _taken(worker, begins, ends, but, leads):
    for row in overlapping(worker, begins, ends):
        if row.id not in but:
            yield row
    for proposal in held_for(worker, begins, ends):
        for visit in map(Visit.of, proposal.visits):
            if visit.appointment not in but:
                yield Taken(visit.starts_at, visit.ends_at, worker.id)
    for opening in led_during(worker, begins, ends):
        if opening != leads:
            yield opening


# ---------------------------------------------------------------- appointments

def plan(referral: Referral, visits, worker: Operator | None, *, by: Actor, at, undo_until) -> list[Appointment]:
    """Write down agreed visits. Their time and money are kept already."""
    request = referral.request
    planned = []
    for visit in visits:
        day_at, hours_at = reminding.times(visit.starts_at, undo_until)
        planned.append(Appointment.create(
            request=request, referral=referral, worker=worker, starts_at=visit.starts_at, ends_at=visit.ends_at,
            **money(request, visit.shares), planned_at=at, changed_at=at, undo_until=undo_until,
            remind_day_at=day_at, remind_hours_at=hours_at,
            decide_at=None if worker else decide_at(visit.starts_at, undo_until), mark_by=mark_by(visit.ends_at)))
        note(planned[-1], "plan", by=by, at=at, after="planned")
    return planned


def money(request: ServiceRequest, parts: shares.Shares) -> dict:
    """The money columns of an occurrence."""
    return dict(price_cents=parts.price, project_cents=parts.project, company_cents=parts.company,
                worker_cents=parts.worker, vat_cents=shares.vat(parts.price, request.vat_percent))


def money_of(visit: Appointment) -> shares.Shares:
    """What an appointment costs, and who pays it."""
    return shares.Shares(visit.price_cents, visit.project_cents, visit.company_cents, visit.worker_cents)


def decide_at(starts_at: datetime, after: datetime) -> datetime:
    """When the desk must hear that nobody goes yet: noon of the last working day before, not before `after`."""
    return max(hours.moment(hours.working_day_before(hours.local(starts_at).date()), reminding.NOON), after)


def mark_by(ends_at: datetime) -> datetime:
    """When the desk hears of a visit that nobody marked: the evening of the first working day after it ended."""
    return hours.moment(hours.working_day_after(hours.local(ends_at).date()), reminding.EVENING)


def moved(visit: Appointment, to: Visit, worker: Operator | None, *, by: Actor, at):
    """Move a planned visit. Its new time and money are kept already; its reminders follow it. Raises NotAllowed."""
    day_at, hours_at = reminding.times(to.starts_at, at)
    before = visit.starts_at.isoformat()
    changes = dict(
        starts_at=to.starts_at, ends_at=to.ends_at, worker=worker, sequence=visit.sequence + 1, changed_at=at,
        **money(visit.request, to.shares), confirmed_at=None, remind_day_at=day_at, remind_hours_at=hours_at,
        decide_at=None if worker else decide_at(to.starts_at, at), mark_by=mark_by(to.ends_at))
    if not Appointment.update(changes).where(
            Appointment.id == visit.id, Appointment.state == "planned", Appointment.sequence == visit.sequence).execute():
        raise NotAllowed(Appointment.get_by_id(visit.id))
    note(visit, "move", by=by, at=at, before=before, after=to.starts_at.isoformat())


def cancel(visit: Appointment, *, by: Actor, at, reason=None, late=False, side=None, verb="cancel"):
    """Cancel one planned visit and free its money; `side`: whose doing it is, if not the actor's. Raises NotAllowed."""
    request = visit.request
    move(visit, verb, by=by, at=at, cancelled_at=at, changed_at=at, cancelled_by=side or by.role, cancelled_late=late,
         reason=reason, sequence=visit.sequence + 1)
    allowances.free(request.project, request.employee, {year_of(visit.starts_at): visit.project_cents})


# ---------------------------------------------------------------- what a proposal holds

def more_than_held(visits, planned: dict) -> dict:
    """What a change of planned visits (by id) must reserve beyond what they hold already, by year."""
    old = by_year((planned[visit.appointment].starts_at, planned[visit.appointment].project_cents) for visit in visits)
    new = by_year((visit.starts_at, visit.shares.project) for visit in visits)
    return {year: more for year, cents in new.items() if (more := cents - old.get(year, 0)) > 0}


def let_go(proposal: Proposal, verb: str, *, by: Actor, at, **changes):
    """End a live proposal: its worker is free again, and so is the money it held. Raises NotAllowed."""
    held = proposal.state == "waiting"
    move(proposal, verb, by=by, at=at, answered_at=at, **changes)
    if held:
        free_held(proposal)


def free_held(proposal: Proposal):
    """Give back the money that a proposal had reserved."""
    request = proposal.request
    allowances.free(request.project, request.employee, {int(year): cents for year, cents in proposal.held.items()})


def live_proposal(request: ServiceRequest) -> Proposal | None:
    """What is being proposed about a request now; read while its row is held."""
    return Proposal.get_or_none(Proposal.request == request, Proposal.state.in_(Proposal.LIVE))


def withdraw_live(request: ServiceRequest, *, by: Actor, at, worker: Operator | None = None):
    """Whatever is being proposed about a request is off. `worker`: who is to be kept free next, held before the money."""
    proposal = live_proposal(request)
    if proposal:
        if worker:
            hold(worker)
        let_go(proposal, "withdraw", by=by, at=at)


def withdraw_about(request: ServiceRequest, visits, *, by: Actor, at):
    """A change that is being proposed or wished for any of these visits is off; one about others goes on."""
    proposal = live_proposal(request)
    if proposal and (proposal.appointment is None or any(_concerns(proposal, visit) for visit in visits)):
        let_go(proposal, "withdraw", by=by, at=at)


def _concerns(proposal, visit):
    first = proposal.appointment
    return visit.id == first.id or (
        proposal.following and visit.planned_at == first.planned_at and visit.starts_at >= first.starts_at)
