"""Putting: a request is put before one cooperative at a time; by when an answer comes is promised to who asked."""

from datetime import timedelta

from models import Appointment, Cooperative, Referral, ServiceRequest
from questions.territory import closed_days, cooperatives_for, on_duty_in
from questions.work import operators_told
from rules import limits

from . import desk
from .moves import JOB, Actor, note, one_transaction
from .outbox import queue, two_days
from .telling import tell
from .trusting import link_to

QUARTER = timedelta(minutes=15)


def put_before_next(request: ServiceRequest, *, by: Actor, at):
    """Put an open request before the next cooperative that covers it and has someone on duty; else the desk has it."""
    remaining = list(cooperatives_for(request))
    if not remaining:
        return _nobody(request, at)
    return put_before(request, remaining[0], left=len(remaining), by=by, at=at)


@one_transaction
def put_before(request: ServiceRequest, cooperative: Cooperative, *, by: Actor, at, left=1) -> Referral:
    """Put a request before one cooperative and text its operators on duty. `left`: cooperatives still to ask, with it."""
    project = request.project
    closed = closed_days(project, cooperative)
    limit = limits.cut(
        at, *_until(request), left,
        limits.Policy(project.reminder_hours, project.coordinator_hours, project.next_hours), closed)
    referral = Referral.create(request=request, cooperative=cooperative, put_at=at, remind_at=limit.remind_at,
                               tell_at=limit.tell_at, due_at=limit.due_at)
    note(referral, "put", by=by, at=at, after="waiting")
    call_fell_away = desk.settle(at, "put", kind="unassigned", request=request)
    for operator in on_duty_in(cooperative):
        queue("referral", operator, at=at, worth=limit.due_at, request=request, referral=referral,
              link=link_to("referral", at=at, operator=operator, referral=referral))
    promise(request, limit.due_at, at=at, instead_of_call=call_fell_away)
    return referral


def _until(request):
    """Until when answers are of use, and how many hours before that the service needs to know."""
    notice = request.service.notice_hours
    if request.answer_by and request.answer_by < request.starts_at - timedelta(hours=notice):
        return request.answer_by, 0
    return request.starts_at, notice


def promise(request: ServiceRequest, due_at, *, at, instead_of_call=False):
    """Keep by when an answer comes: never sooner than the person was told; what is later, or new to her, is said."""
    told, promised = request.promised_at, _to_quarter(due_at)
    if told and promised <= told:
        return
    ServiceRequest.update(promised_at=promised).where(ServiceRequest.id == request.id).execute()
    request.promised_at = promised
    note(request, "promise", by=JOB, at=at, before=told and told.isoformat(), after=promised.isoformat())
    if told or instead_of_call:
        queue("answer_later", request.employee, at=at, worth=promised, request=request,
              detail=f"{promised.isoformat()} {at.isoformat()}", says={"promised_at": promised.isoformat()},
              link=link_to("employee", at=at, employee=request.employee))


def _to_quarter(at):
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (QUARTER - over) if over else at


def _nobody(request, at):
    closed = closed_days(request.project)
    slot = desk.call_slot(request.project, at, closed)
    item = desk.open_item("unassigned", project=request.project, request=request, employee=request.employee,
                          language=request.language, call_at=slot, at=at)
    ServiceRequest.update(promised_at=None).where(ServiceRequest.id == request.id).execute()
    note(request, "promise", by=JOB, at=at, before=request.promised_at and request.promised_at.isoformat())
    queue("nobody_yet", request.employee, at=at, worth=two_days(at), request=request,
          hours_class="now" if request.asked_at == at else "open", detail=f"{item.call_at.isoformat()} {item.id}",
          says={"call_at": item.call_at.isoformat()}, link=link_to("employee", at=at, employee=request.employee))
    tell(request.project, "unassigned", at=at, request=request, detail=f":{item.id}")


def tell_withdrawn(referral: Referral, visit: Appointment | None = None, *, at, hours_class="open"):
    """Its operators hear that there is nothing left for them to do; `visit`: what had been agreed already."""
    for operator in operators_told(referral, visit):
        queue("referral_withdrawn", operator, at=at, worth=referral.request.starts_at, hours_class=hours_class,
              referral=referral, request=referral.request)
