"""Delivering: how an appointment went is marked, and its request closes a week after the last."""

from datetime import timedelta

from models import Appointment, Operator, ServiceRequest
from rules import hours

from . import allowances, desk, planning
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import queue, two_days
from .reminding import EVENING
from .trusting import link_to

CONTEST = timedelta(days=7)


@one_transaction
def deliver(appointment: Appointment, operator: Operator | None, *, at, by: Actor | None = None):
    """Mark one appointment as done as planned; `by` if not the operator. Raises NotAllowed before it has begun, or
    when it is not planned."""
    request, appointment = _begun(appointment, at)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    units = minutes if request.service.hourly else request.quantity
    move(appointment, "deliver", by=by or Actor("operator", operator.id), at=at, delivered_at=at, changed_at=at,
         units_delivered=units)
    _settled(appointment, at)
    allowances.spend(request.project, request.employee, _paid(appointment))
    if request.employee:    # not of a person who asked meanwhile to be forgotten
        queue("delivered", request.employee, at=at, worth=two_days(at), hours_class="open", appointment=appointment,
              request=request, link=link_to("employee", at=at, employee=request.employee))


@one_transaction
def miss(appointment: Appointment, side: str, *, by: Actor, at):
    """Mark that it did not take place, by whose side: "employee" or "operator". Nobody's money is spent. NotAllowed."""
    request, appointment = _begun(appointment, at)
    move(appointment, "miss", by=by, at=at, changed_at=at, missed_by=side)
    _settled(appointment, at)
    allowances.free(request.project, request.employee, _paid(appointment))


def _begun(appointment, at):
    """Its request, held, and the appointment as it is now; NotAllowed before it has begun."""
    request, appointment = hold(appointment.request), Appointment.get_by_id(appointment.id)
    if at < appointment.starts_at:
        raise NotAllowed(appointment)
    return request, appointment


def _settled(appointment, at):
    """To move it is over, and so is what the desk had about it."""
    live = planning.live_proposal(appointment.request)
    if live and live.appointment_id == appointment.id:
        planning.let_go(live, "withdraw", by=JOB, at=at)
    desk.settle(at, "marked", appointment=appointment)


def _paid(appointment):
    return {planning.year_of(appointment.starts_at): appointment.project_cents}


def deliver_day(appointments, operator: Operator, *, at) -> int:
    """"Tutto svolto come previsto": mark all of these that have ended. Returns how many."""
    done = 0
    for appointment in appointments:
        try:
            deliver(appointment, operator, at=at)
            done += 1
        except NotAllowed:   # a colleague was first, or it has not begun
            continue
    return done


@one_transaction
def ask_for_marks(operator: Operator, on, *, at):
    """In the evening, ask who went whether the day went as planned, once a day; after a holiday on the next open day."""
    told_on = hours.local(hours.next_open(at)).date()
    queue("mark_delivered", operator, at=at, worth=hours.moment(told_on + timedelta(days=1), EVENING),
          detail=on.isoformat(), link=link_to("operator", at=at, operator=operator))


@one_transaction
def tell_unmarked(appointment: Appointment, *, at):
    """Nobody has said how it went by the next evening: a person at the desk asks."""
    if not Appointment.update(mark_by=None).where(
            Appointment.id == appointment.id, Appointment.state == "planned",
            Appointment.mark_by == appointment.mark_by).execute():
        return
    note(appointment, "tell_unmarked", by=JOB, at=at)
    request = appointment.request
    desk.open_item("unmarked", project=request.project, request=request, appointment=appointment, at=at)


def since_last_evening(at):
    """From when visits are asked about that evening: the local hour of the evening before, however long the day was."""
    return hours.moment(hours.local(at).date() - timedelta(days=1), EVENING)


@one_transaction
def close(request: ServiceRequest, *, at):
    """All is settled and the week for objections is over: it ends as delivered, if any visit of it was."""
    delivered = Appointment.select().where(Appointment.request == request, Appointment.state == "delivered").exists()
    move(request, "close", by=JOB, at=at, outcome="delivered" if delivered else "missed", closed_at=at)
