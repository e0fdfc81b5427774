"""Ending: visits and requests are called off by either side, given back, lapse or are closed, each with its reason."""

from datetime import timedelta

from models import Appointment, Operator, Referral, ServiceRequest
from questions.territory import closed_days
from questions.work import operators_told, planned_of
from rules import limits

from . import asking, desk, giving_back, planning, putting, recording
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import class_before, class_of, queue, two_days
from .telling import tell
from .trusting import link_to

SOON = timedelta(hours=18)      # before a visit within them nobody can wait for the open hours
ENDINGS = {"cancelled_by_cooperative": "cancelled_by_cooperative", "signposted": "signposted"}


def free_until(request: ServiceRequest, starts_at=None):
    """Until when cancelling is free: the later of 24 working hours and the service's notice before the visit."""
    return limits.free_until(starts_at or request.starts_at, request.service.notice_hours,
                             request.project.cancel_free_hours, closed_days(request.project))


# ---------------------------------------------------------------- the person cancels

def cancel(request: ServiceRequest, *, by: Actor, at, reason=None):
    """The person cancels all that is still to come. Raises NotAllowed when it has ended, or its only visit has begun."""
    if request.opening_id:
        giving_back.cancel(request, by=by, at=at, reason=reason)
    else:
        _cancel(request, by, at, reason)


@one_transaction
def _cancel(request, by, at, reason):
    request = hold(request)
    visits = [visit for visit in planned_of(request) if visit.starts_at > at]
    if request.state == "closed" or request.state == "agreed" and not visits:
        raise NotAllowed(request)
    _call_off(request, visits, by, at, reason)


@one_transaction
def cancel_visit(visit: Appointment, *, following=False, by: Actor, at, reason=None):
    """The person cancels one visit, or it and those after it. Raises NotAllowed when it has begun or is no more planned."""
    request = hold(visit.request)
    visit = Appointment.get_by_id(visit.id)
    if visit.state != "planned" or visit.starts_at <= at:
        raise NotAllowed(visit)
    visits = [one for one in planned_of(request) if one.starts_at >= visit.starts_at] if following else [visit]
    _call_off(request, visits, by, at, reason)


def _call_off(request, visits, by, at, reason):
    planning.withdraw_about(request, visits, by=by, at=at)
    referral = _live_referral(request)
    for visit in visits:
        planning.cancel(visit, by=by, at=at, reason=reason, late=at > free_until(request, visit.starts_at))
        desk.settle(at, "cancelled_by_employee", appointment=visit)
    if referral:
        _tell_operators(request, referral, visits, at)
    if _stands(request):
        return
    recording.close(request, "cancelled_by_employee", by=by, at=at, reason=reason)
    if referral:
        move(referral, "withdraw", by=by, at=at)
    desk.settle(at, "cancelled_by_employee", request=request)


def _live_referral(request):
    return Referral.get_or_none(Referral.request == request, Referral.state.in_(Referral.LIVE))


def _stands(request):
    """Whether some visit of it is still to come or has taken place: then it ends as delivered, in its time."""
    return Appointment.select().where(
        Appointment.request == request, Appointment.state.in_(("planned", "delivered", "missed"))).exists()


def _tell_operators(request, referral, visits, at):
    kind = "cancelled_by_employee" if visits or referral.operator_id else "referral_withdrawn"
    first = visits[0] if visits else None
    starts_at = first.starts_at if first else request.lapses_at
    for operator in operators_told(referral, visits):
        queue(kind, operator, at=at, worth=starts_at, hours_class=_class_if_soon(request, starts_at, at),
              referral=referral, request=request, **putting.about_visits(visits))


def _class_if_soon(request, starts_at, at):
    return "now" if starts_at - at < SOON else class_of(request)


# ---------------------------------------------------------------- the cooperative cannot come after all

@one_transaction
def give_back(visit: Appointment, operator: Operator, reason: str, *, following=False, at) -> ServiceRequest:
    """The cooperative cannot come: somebody else is sought at once, and the person told what is happening.

    If nothing else of the request stands, it is open again itself; else a request of its own seeks a substitute for
    what was given back. Returns the request that seeks. Raises NotAllowed.
    """
    request = hold(visit.request)
    visit = Appointment.get_by_id(visit.id)
    if visit.state != "planned" or visit.starts_at <= at:
        raise NotAllowed(visit)
    by = Actor("operator", operator.id)
    visits = [one for one in planned_of(request) if one.starts_at >= visit.starts_at] if following else [visit]
    planning.withdraw_about(request, visits, by=by, at=at)
    for one in visits:
        planning.cancel(one, by=by, at=at, reason=reason, side="cooperative")
        desk.settle(at, "given_back", appointment=one)
        _tell_worker(one, operator, at)
    referral = Referral.get_by_id(visit.referral_id)
    seek = _seek_for if _stands(request) else _seek
    return seek(request, visits, referral, reason, by, at)


def _tell_worker(visit, operator, at):
    if visit.worker_id and visit.worker_id != operator.id:
        queue("not_going", visit.worker, at=at, worth=visit.starts_at, appointment=visit, request=visit.request,
              hours_class=_class_if_soon(visit.request, visit.starts_at, at), detail=at.isoformat(),
              says={"starts_at": visit.starts_at.isoformat(), "ends_at": visit.ends_at.isoformat()},
              link=link_to("operator", at=at, operator=visit.worker))


def _seek(request, visits, referral, reason, by, at):
    """The request itself seeks again, for its visits as they were agreed."""
    first = visits[0]
    ServiceRequest.update(**asking.for_visits(visits)).where(ServiceRequest.id == request.id).execute()
    request = ServiceRequest.get_by_id(request.id)
    move(referral, "decline", by=by, at=at, operator=by.id, answered_at=at, reason=reason)
    putting.release(request, by=by, at=at)
    _tell_seeking(request, first, len(visits), request, at)
    putting.put_before_next(request, by=by, at=at)
    return request


def _seek_for(request, visits, referral, reason, by, at):
    """A request of its own for the visits given back, before the other cooperatives."""
    seeking = asking.seek_substitute(request, visits, by=by, at=at)
    note(request, "give_back", by=by, at=at, after=str(seeking.id))
    Referral.create(request=seeking, cooperative=referral.cooperative, state="declined", put_at=at, remind_at=at,
                    tell_at=at, due_at=at, answered_at=at, operator=by.id, reason=reason)
    _tell_seeking(request, visits[0], len(visits), seeking, at)
    putting.put_before_next(seeking, by=by, at=at)
    return seeking


def _tell_seeking(request, visit, count, seeking, at):
    putting.mark_urgent(seeking, at=at)
    queue("substitute_sought", request.employee, at=at, worth=visit.starts_at, appointment=visit, request=seeking,
          hours_class=class_before(seeking, visit.starts_at, at), says={"visits": count},
          link=link_to("employee", at=at, employee=request.employee))


# ---------------------------------------------------------------- the end at the start, and at the desk

@one_transaction
def lapse(request: ServiceRequest, *, at):
    """It was not agreed before its start: it ends, the person is told, and the reason stays."""
    request = hold(request)
    if request.state not in ServiceRequest.UNANSWERED or request.lapses_at > at:
        return
    given_back = Appointment.select().where(
        Appointment.request == request, Appointment.cancelled_by == "cooperative").exists() or request.instead_of_id
    outcome = "cancelled_by_cooperative" if given_back else "lapsed"
    planning.withdraw_live(request, by=JOB, at=at)
    recording.close(request, outcome, by=JOB, at=at, reason="start", verb="lapse")
    if outcome == "lapsed":
        recording.note_unmet(request, "unfilled", at=at)
    referral = _live_referral(request)
    if referral:
        move(referral, "lapse", by=JOB, at=at)
    desk.settle(at, "lapsed", kind="late", request=request)
    if desk.settle(at, "lapsed", kind="unassigned", request=request):    # a call was promised, and is still owed
        desk.open_item("to_phone", project=request.project, request=request, employee=request.employee,
                       language=request.language, at=at)
    _tell_the_end(request, ENDINGS.get(outcome, "unfilled"), at)
    tell(request.project, "lapsed", at=at, request=request)


def close(request: ServiceRequest, outcome: str, reason: str, *, by: Actor, at):
    """The desk closes a request: unfilled, signposted, duplicate, cancelled_by_cooperative; with a reason.

    Raises NotAllowed when it has ended, or a visit of it took place.
    """
    (_close_place if request.opening_id else _close)(request, outcome, reason, by, at)


@one_transaction
def _close_place(request, outcome, reason, by, at):
    giving_back.cancel(request, by=by, at=at, reason=reason, outcome=outcome)
    if outcome == "unfilled":
        recording.note_unmet(request, "unfilled", at=at)
    if outcome != "duplicate":
        _tell_the_end(ServiceRequest.get_by_id(request.id), ENDINGS.get(outcome, "unfilled"), at)


@one_transaction
def _close(request, outcome, reason, by, at):
    request = hold(request)
    if Appointment.select().where(Appointment.request == request, Appointment.state == "delivered").exists():
        raise NotAllowed(request)
    planning.withdraw_live(request, by=by, at=at)
    recording.close(request, outcome, by=by, at=at, reason=reason)
    if outcome == "unfilled":
        recording.note_unmet(request, "unfilled", at=at)
    visits, referral = list(planned_of(request)), _live_referral(request)
    hours_class = _class_if_soon(request, visits[0].starts_at, at) if visits else None
    for visit in visits:
        planning.cancel(visit, by=by, at=at)
    if referral:
        move(referral, "withdraw", by=by, at=at)
        putting.tell_withdrawn(referral, visits, at=at, hours_class=hours_class)
    desk.settle(at, outcome, request=request)
    if outcome != "duplicate":
        _tell_the_end(request, ENDINGS.get(outcome, "unfilled"), at, hours_class, **putting.about_visits(visits))


def _tell_the_end(request, kind, at, hours_class=None, **about):
    if request.employee is None:    # she asked to be forgotten
        return
    queue(kind, request.employee, at=at, worth=two_days(at), hours_class=hours_class, request=request,
          link=link_to("employee", at=at, employee=request.employee), **about)
