"""Delivering: how a visit, or a place in an opening, went is marked; a week later it is settled, and its request closes."""

from datetime import timedelta

from models import Appointment, Opening, Operator, Place, ServiceRequest, Staffing
from questions.openings import projects_with_places_to_mark, with_places_to_mark
from rules import hours, shares

from . import allowances, desk, planning, recording
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import queue, two_days
from .reminding import EVENING, STANDING
from .trusting import link_to

CONTEST = timedelta(days=7)
LONGEST = 24 * 60           # minutes of one visit, or of one person's work on one day of an opening
CLOSING = timedelta(minutes=5)      # what is being closed is nobody else's to close; broken off, it may be closed again
STAFF_SAID = timedelta(days=31)     # after it, until when the cooperative may say again who worked at an opening
# how it went, when not as planned: whose side it was, and why
EXCEPTIONS = {"absent": ("employee", "absent"), "refused": ("employee", "refused"), "nobody_came": ("operator", "nobody_came")}


class TooMuch(Exception):
    """More units than were booked, or more time than a day has; `most` is what it can be."""

    def __init__(self, most):
        super().__init__(f"at most {most}")
        self.most = most


@one_transaction
def deliver(visit: Appointment | Place, operator: Operator | None, *, at, by: Actor | None = None, units: int | None = None):
    """Mark one visit, or place, as done: as planned, or with so many `units` (minutes where a unit is an hour).

    What was less than planned costs less, by the rule that was agreed; what was more does not cost more. `by` if not
    the operator. Raises NotAllowed before it has begun, or when it is not planned; TooMuch.
    """
    request, visit = _begun(visit, at)
    planned = planned_units(visit)
    units = planned if units is None else units
    reserved, parts = visit.project_cents, delivered_shares(visit, units)
    move(visit, "deliver", by=by or Actor("operator", operator.id), at=at, delivered_at=at, changed_at=at, marked_at=at,
         units_delivered=units, agreed=list(agreed_shares(visit)), **planning.money(request, parts))
    _settled(visit, at)
    _spend(visit, parts, reserved)
    if request.employee:    # not of a person who asked meanwhile to be forgotten
        queue("delivered", request.employee, at=at, worth=two_days(at), hours_class="open", **{_name(visit): visit},
              request=request, link=link_to("employee", at=at, employee=request.employee))


def planned_units(visit: Appointment | Place) -> int:
    """What was booked: minutes of an hourly visit, else units."""
    if isinstance(visit, Place):
        return visit.units
    minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    return minutes if visit.request.service.hourly else visit.request.quantity


def delivered_shares(visit: Appointment | Place, units: int) -> shares.Shares:
    """What so many units cost: of fewer than planned their part, never more than was agreed. Raises TooMuch."""
    request, planned, agreed = visit.request, planned_units(visit), agreed_shares(visit)
    by_the_hour = isinstance(visit, Appointment) and request.service.hourly
    most = LONGEST if by_the_hour else planned
    if not 0 < units <= most:
        raise TooMuch(most)
    if units >= planned:
        return agreed
    price = (2 * agreed.price * units + planned) // (2 * planned)
    return shares.split(price, request.project_percent, request.company_percent, agreed.project)


def agreed_shares(visit: Appointment | Place) -> shares.Shares:
    """What was agreed, whatever was delivered of it."""
    return shares.Shares(*visit.agreed) if visit.agreed else planning.money_of(visit)


def _spend(visit, parts, reserved):
    """What was reserved is spent; what it did not cost is free again."""
    request, year = visit.request, planning.year_of(visit.starts_at)
    allowances.spend(request.project, request.employee, {year: parts.project})
    allowances.free(request.project, request.employee, {year: reserved - parts.project})


@one_transaction
def miss(visit: Appointment | Place, side: str, *, by: Actor, at, reason=None):
    """Mark that it did not take place, by whose side: "employee" or "operator". Nobody's money is spent. NotAllowed."""
    request, visit = _begun(visit, at)
    move(visit, "miss", by=by, at=at, changed_at=at, marked_at=at, missed_by=side, reason=reason)
    _settled(visit, at)
    allowances.free(request.project, request.employee, {planning.year_of(visit.starts_at): visit.project_cents})
    if request.employee:
        queue("missed", request.employee, at=at, worth=two_days(at), hours_class="open", **{_name(visit): visit},
              request=request, link=link_to("employee", at=at, employee=request.employee))


def _begun(visit, at):
    """Its request, held, and the visit as it is now; NotAllowed before it has begun."""
    if isinstance(visit, Place):
        hold(visit.opening)
    request, visit = hold(visit.request), type(visit).get_by_id(visit.id)
    if at < visit.starts_at or visit.state != STANDING[type(visit)]:
        raise NotAllowed(visit)
    return request, visit


def _name(visit):
    return visit._meta.table_name


def _settled(visit, at):
    """To move it is over, and so is what the desk had about it."""
    live = planning.live_proposal(visit.request) if isinstance(visit, Appointment) else None
    if live and live.appointment_id == visit.id:
        planning.let_go(live, "withdraw", by=JOB, at=at)
    desk.settle(at, "marked", **{_name(visit): visit})


def deliver_day(visits, operator: Operator, *, at) -> int:
    """"Tutto svolto come previsto": mark all of these that have ended. Returns how many."""
    done = 0
    for visit in visits:
        try:
            deliver(visit, operator, at=at)
            done += 1
        except NotAllowed:   # a colleague was first, or it has not begun
            continue
    return done


# ---------------------------------------------------------------- the day of an opening

def close_day(opening: Opening, operator: Operator, exceptions: dict, staff: dict, *, at):
    """Close the day of an opening: everybody in it came as planned, but for the exceptions; and who worked there.

    `exceptions`: by place id a key of EXCEPTIONS, or how many units came. `staff`: minutes by operator id. Each place is
    marked for itself; one that a colleague marked meanwhile stays as it is. Raises NotAllowed before it has begun, and
    when its day is closed already.
    """
    _close_day(opening, operator, staff, at)
    for place in list(Place.select().where(Place.opening == opening, Place.state == "taken").order_by(Place.id)):
        try:
            mark(place, exceptions.get(place.id), operator, at=at)
        except NotAllowed:
            continue


def close_day_by_desk(opening: Opening, *, by: Actor, at, missed_by: str | None = None):
    """The desk closes the day of an opening that nobody closed, as the cooperative told it by telephone.

    Everybody came as planned; or, with `missed_by` ("employee" or "operator"), it took place for nobody. Who worked there
    stays as the cooperative says it. Raises NotAllowed before it has begun, and when every place is marked already.
    """
    places = list(Place.select().where(Place.opening == opening, Place.state == "taken").order_by(Place.id))
    if at < opening.starts_at or not places:
        raise NotAllowed(opening)
    for place in places:
        try:
            if missed_by:
                miss(place, missed_by, by=by, at=at)
            else:
                deliver(place, None, by=by, at=at)
        except NotAllowed:      # the cooperative marked it meanwhile
            continue
    _end_day(opening, by, at)


@one_transaction
def _end_day(opening, by, at):
    hold(opening)
    Opening.update(settled_at=at).where(Opening.id == opening.id).execute()
    note(opening, "close_day", by=by, at=at)
    desk.settle(at, "marked", opening=opening)


def mark(visit: Appointment | Place, exception, operator: Operator, *, at):
    """As planned (None), with so many units (a number), or not at all (a key of EXCEPTIONS). Raises NotAllowed, TooMuch."""
    if exception in EXCEPTIONS:
        side, reason = EXCEPTIONS[exception]
        miss(visit, side, by=Actor("operator", operator.id), at=at, reason=reason)
    else:
        deliver(visit, operator, at=at, units=exception)


@one_transaction
def _close_day(opening, operator, staff, at):
    """Claimed before its places are marked: of two colleagues at once, one closes it, with all that she says."""
    opening = hold(opening)
    to_mark = Place.select().where(Place.opening == opening, Place.state == "taken").exists()
    closed = opening.settled_at and (not to_mark or at - opening.settled_at < CLOSING)
    if at < opening.starts_at or opening.state == "cancelled" or closed:
        raise NotAllowed(opening)
    _end_day(opening, Actor("operator", operator.id), at)
    _write_staff(opening, staff)


def may_say_staff(opening: Opening, at) -> bool:
    """Whether who worked at an opening, and how long, may still be said otherwise: after its day was closed, for a month."""
    return opening.state != "cancelled" and opening.settled_at is not None and at < opening.ends_at + STAFF_SAID


@one_transaction
def say_staff(opening: Opening, operator: Operator, staff: dict, *, at):
    """Say again who worked at an opening whose day is closed: minutes by operator id. Raises NotAllowed."""
    opening = hold(opening)
    if not may_say_staff(opening, at):
        raise NotAllowed(opening)
    before = {row.operator_id: row.minutes for row in Staffing.select().where(Staffing.opening == opening)}
    if before != staff:
        _write_staff(opening, staff)
        note(opening, "say_staff", by=Actor("operator", operator.id), at=at, before=_spelled(before), after=_spelled(staff))


def _write_staff(opening, staff):
    """It is as it was said last."""
    Staffing.delete().where(Staffing.opening == opening).execute()
    for operator_id, minutes in staff.items():
        Staffing.create(opening=opening, operator=operator_id, minutes=minutes)


def _spelled(staff):
    return " ".join(f"{operator_id}:{minutes}" for operator_id, minutes in sorted(staff.items()))


# ---------------------------------------------------------------- nobody marked it

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


@one_transaction
def tell_opening_unmarked(opening: Opening, *, at):
    """Nobody has closed the day of an opening by the next evening: each project with people in it hears of it."""
    if not Opening.update(mark_by=None).where(
            Opening.id == opening.id, Opening.id.in_(with_places_to_mark()), Opening.mark_by == opening.mark_by).execute():
        return
    note(opening, "tell_unmarked", by=JOB, at=at)
    for project in list(projects_with_places_to_mark(opening)):
        desk.open_item("unmarked", project=project, opening=opening, at=at)


def since_last_evening(at):
    """From when visits are asked about that evening: the local hour of the evening before, however long the day was."""
    return hours.moment(hours.local(at).date() - timedelta(days=1), EVENING)


@one_transaction
def close(request: ServiceRequest, *, at):
    """All is settled and the week for objections is over: it ends as delivered, if anything of it was."""
    delivered = any(model.select().where(model.request == request, model.state == "delivered").exists()
                    for model in (Appointment, Place))
    recording.close(request, "delivered" if delivered else "missed", by=JOB, at=at)
