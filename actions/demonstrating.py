"""Demonstrating: the clock of a demonstration is moved forward, and on its way everything falls due in its order."""

from datetime import datetime, time, timedelta, timezone
from math import ceil

from peewee import fn

from models import Appointment, Message, Opening, Place, Proposal, Referral, ServiceRequest
from rules import hours

from . import timekeeping

DAILY = (time(4), time(6), time(7, 30), time(18))     # the hours of the daily jobs; a test compares them with the timetable
MINUTE, HALF_HOUR = timedelta(minutes=1), timedelta(minutes=30)
EXACT_STOPS = 40                             # then coarser ones: a crowded weekend must pass within seconds too
AT_ONCE = ("receive", "turns", "deliver")             # the jobs that somebody in front of the screen waits for

DUE = (                                      # every column that a job waits for, and which rows still wait
    (Message.due_at, Message.state == "queued"),
    (Referral.remind_at, Referral.state.in_(Referral.LIVE)),
    (Referral.tell_at, Referral.state.in_(Referral.LIVE)),
    (Referral.due_at, Referral.state.in_(Referral.LIVE)),
    (Proposal.remind_at, Proposal.state == "waiting"),
    (Proposal.due_at, Proposal.state.in_(Proposal.LIVE)),
    (Appointment.decide_at, Appointment.state == "planned"),
    (Appointment.mark_by, Appointment.state == "planned"),
    (ServiceRequest.lapses_at, ServiceRequest.state.in_(ServiceRequest.UNANSWERED)),
    (Appointment.remind_day_at, Appointment.state == "planned"),
    (Appointment.remind_hours_at, Appointment.state == "planned"),
    (Place.remind_day_at, Place.state == "taken"),
    (Place.remind_hours_at, Place.state == "taken"),
    (Place.offered_until, Place.state == "offered"),
    (Opening.closes_at, Opening.state == "open"),
    (Opening.starts_at, Opening.state != "cancelled"),
    (Opening.mark_by, Opening.state != "cancelled"),
)


def move_forward(to: datetime, *, now, run) -> list[datetime]:
    """Move the demonstration's clock to `to`, and stop wherever something falls due to run the jobs as of then.

    `now()` is the house's clock, `run(at)` its job runner. Returns the moments it stopped at; none when `to` is past.
    """
    at, stops = now(), []
    if at < to:
        run(at)                 # what is due already goes out first: limits run since it went
    while at < to:
        at = min(_up(next_due(at), MINUTE if len(stops) < EXACT_STOPS else HALF_HOUR), to)
        timekeeping.move_clock(max(0, ceil((at - now()).total_seconds())))
        run(at)
        stops.append(at)
    return stops


def next_due(after: datetime) -> datetime:
    """The first moment after this one at which some job has something to do, as far as rows and hours tell now."""
    moments = [column.model.select(fn.MIN(column)).where(still, column > after).scalar() for column, still in DUE]
    return min(filter(None, [*moments, *_daily(after)]))


def _daily(after):
    today = hours.local(after).date()
    for on in (today, today + timedelta(days=1)):
        yield from (at for clock in DAILY if (at := hours.moment(on, clock)) > after)


def _up(at, step):
    """The next full minute, or half hour: jobs do not run by the microsecond either."""
    over = (at - datetime.min.replace(tzinfo=timezone.utc)) % step
    return at + (step - over) if over else at
