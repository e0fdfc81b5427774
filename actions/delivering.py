"""Delivering: an appointment that took place is marked, and its request closes a week later."""

from datetime import timedelta

from models import Appointment, Operator, ServiceRequest
from rules import hours

from . import allowances, planning
from .moves import JOB, Actor, NotAllowed, hold, move, one_transaction
from .outbox import queue, two_days
from .reminding import EVENING
from .trusting import link_to

CONTEST = timedelta(days=7)


@one_transaction
def deliver(appointment: Appointment, operator: Operator, *, at):
    """Mark one appointment as done as planned. Raises NotAllowed before it has begun, or when it is not planned."""
    request = hold(appointment.request)
    appointment = Appointment.get_by_id(appointment.id)
    if at < appointment.starts_at:
        raise NotAllowed(appointment)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    units = minutes if request.service.hourly else request.quantity
    move(appointment, "deliver", by=Actor("operator", operator.id), at=at, delivered_at=at, units_delivered=units)
    live = planning.live_proposal(request)
    if live and live.appointment_id == appointment.id:      # to move it is over
        planning.let_go(live, "withdraw", by=JOB, at=at)
    allowances.spend(request.project, request.employee,
                     {planning.year_of(appointment.starts_at): appointment.project_cents})
    if request.employee:    # not of a person who asked meanwhile to be forgotten
        queue("delivered", request.employee, at=at, worth=two_days(at), hours_class="open", appointment=appointment,
              request=request, link=link_to("employee", at=at, employee=request.employee))


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


def since_last_evening(at):
    """From when visits are asked about that evening: the local hour of the evening before, however long the day was."""
    return hours.moment(hours.local(at).date() - timedelta(days=1), EVENING)


@one_transaction
def close(request: ServiceRequest, *, at):
    """All is settled and the week for objections is over: the request ends as delivered."""
    move(request, "close", by=JOB, at=at, outcome="delivered", closed_at=at)
