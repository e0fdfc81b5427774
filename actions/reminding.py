"""Reminding: each reminder's time is a column of its appointment, so it moves and dies with it."""

from datetime import time, timedelta

from models import Appointment, Operator
from rules import hours

from .moves import Actor, NotAllowed, note, one_transaction
from .outbox import queue
from .trusting import link_to

EVENING, NOON = time(18), time(12)


def times(starts_at, after):
    """When to remind of a visit: 18:00 the day before and two hours before, UTC; None where there is no such moment.

    The evening's, when people may not be written to then, goes at the last open moment before; the two-hour one
    is dropped. What would come before `after` (the confirmation itself) is dropped too. Source: the pilot's rules.
    """
    evening = hours.last_open_before(hours.moment(hours.local(starts_at).date() - timedelta(days=1), EVENING))
    two_hours = starts_at - timedelta(hours=2)
    return (evening if evening > after else None,
            two_hours if two_hours > after and hours.is_open(two_hours) else None)


@one_transaction
def remind_day(appointment: Appointment, *, at):
    """The evening before, once."""
    _remind(appointment, "reminder_day", Appointment.remind_day_at, at)


@one_transaction
def remind_hours(appointment: Appointment, *, at):
    """Two hours before, once."""
    _remind(appointment, "reminder_hours", Appointment.remind_hours_at, at)


def _remind(appointment, kind, column, at):
    due = getattr(appointment, column.name)
    if not Appointment.update({column: None}).where(
            Appointment.id == appointment.id, column == due, Appointment.state == "planned").execute():
        return
    appointment = Appointment.get_by_id(appointment.id)
    employee, starts_at = appointment.request.employee, appointment.starts_at.isoformat()
    queue(kind, employee, at=at, due=due, worth=appointment.starts_at - timedelta(hours=1), hours_class="open",
          appointment=appointment, request=appointment.request, detail=f"{starts_at} {appointment.sequence}",
          says={"starts_at": starts_at}, link=link_to("employee", at=at, employee=employee))


@one_transaction
def say_yes(appointment: Appointment, *, by: Actor, at):
    """The person says yes to a reminder; said twice, it is said once. Raises NotAllowed when it is planned no more."""
    now = Appointment.get_by_id(appointment.id)
    if now.state == "planned" and now.confirmed_at:
        return
    if not Appointment.update(confirmed_at=at).where(
            Appointment.id == appointment.id, Appointment.state == "planned", Appointment.starts_at > at,
            Appointment.sequence == appointment.sequence).execute():
        raise NotAllowed(now)
    note(appointment, "say_yes", by=by, at=at)


@one_transaction
def list_day(worker: Operator, on, channel: str, *, at):
    """Tell who goes what awaits on this local date: by text the evening before, by mail in the morning. Once each."""
    queue("day_list", worker, at=at, worth=hours.moment(on, NOON), channel=channel, detail=on.isoformat(),
          says={"on": on.isoformat()}, hours_class="now" if channel == "mail" else "open",
          link=link_to("operator", at=at, operator=worker))
