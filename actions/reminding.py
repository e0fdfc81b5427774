"""Reminding: each reminder's time is a column of its appointment, so it moves and dies with it."""

from datetime import time, timedelta

from models import Appointment, Operator, Place
from rules import hours

from .moves import Actor, NotAllowed, note, one_transaction
from .outbox import queue
from .trusting import link_to

EVENING, NOON = time(18), time(12)
SOON = timedelta(hours=36)      # what is to come within them is to be confirmed
STANDING = {Appointment: "planned", Place: "taken"}     # the state of what is to come


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
def remind_day(visit: Appointment | Place, *, at):
    """The evening before, once."""
    _remind(visit, "reminder_day", type(visit).remind_day_at, at)


@one_transaction
def remind_hours(visit: Appointment | Place, *, at):
    """Two hours before, once."""
    _remind(visit, "reminder_hours", type(visit).remind_hours_at, at)


def _remind(visit, kind, column, at):
    due, model = getattr(visit, column.name), type(visit)
    if not model.update({column: None}).where(
            model.id == visit.id, column == due, model.state == STANDING[model]).execute():
        return
    visit = model.get_by_id(visit.id)
    employee, starts_at = visit.request.employee, visit.starts_at.isoformat()
    queue(kind, employee, at=at, due=due, worth=visit.starts_at - timedelta(hours=1), hours_class="open",
          request=visit.request, detail=f"{starts_at} {_sequence(visit)}", says={"starts_at": starts_at},
          link=link_to("employee", at=at, employee=employee), **{model._meta.table_name: visit})


def _sequence(visit):
    """How often it was moved."""
    return visit.sequence if isinstance(visit, Appointment) else visit.opening.sequence


@one_transaction
def say_yes(visit: Appointment | Place, *, by: Actor, at):
    """The person says yes to a reminder; said twice, it is said once. Raises NotAllowed when it is planned no more."""
    model = type(visit)
    now = model.get_by_id(visit.id)
    if now.state == STANDING[model] and now.confirmed_at:
        return
    if now.starts_at <= at or _sequence(now) != _sequence(visit) or not model.update(confirmed_at=at).where(
            model.id == visit.id, model.state == STANDING[model], model.changed_at == now.changed_at).execute():
        raise NotAllowed(now)
    note(visit, "say_yes", by=by, at=at)


@one_transaction
def list_day(worker: Operator, on, channel: str, *, at):
    """Tell who goes what awaits on this local date: by text the evening before, by mail in the morning. Once each."""
    queue("day_list", worker, at=at, worth=hours.moment(on, NOON), channel=channel, detail=on.isoformat(),
          says={"on": on.isoformat()}, hours_class="now" if channel == "mail" else "open",
          link=link_to("operator", at=at, operator=worker))
