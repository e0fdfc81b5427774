"""Answering: the operators of the cooperative a request lies before take, confirm, decline, or hand it over."""

from datetime import timedelta

from models import Appointment, Cooperative, Coordinator, Operator, Referral, ServiceRequest
from questions.territory import closed_days, on_duty_in
from questions.work import overlapping
from rules import hours, limits, shares

from . import desk, reminding
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import queue
from .putting import promise, put_before, put_before_next, tell_withdrawn
from .telling import tell
from .trusting import link_to

UNDO = timedelta(minutes=10)


class Busy(Exception):
    """Who should go already has an appointment then; `appointment` is the one in the way."""

    def __init__(self, appointment):
        super().__init__(f"appointment {appointment.id} overlaps")
        self.appointment = appointment


# ---------------------------------------------------------------- what an operator does

def _hold(referral):
    """Serialise on the request's row, which owns all of this; then the referral as it is now."""
    hold(referral.request)
    return Referral.get_by_id(referral.id)


@one_transaction
def take(referral: Referral, operator: Operator, *, at):
    """Take it first, decide later. The first to act wins; for the others it is too late (NotAllowed)."""
    referral = _hold(referral)
    by, request, limit = Actor("operator", operator.id), referral.request, _limit_of_taken(referral, at)
    move(referral, "take", by=by, at=at, operator=operator, answered_at=at,
         tell_at=limit.tell_at, due_at=limit.due_at, told_at=None)
    move(request, "take", by=by, at=at, taken_at=at)
    desk.settle(at, "taken", kind="late", request=request)
    promise(request, limit.due_at, at=at)


def _limit_of_taken(referral, at):
    """Taken is not yet answered: the coordinator hears after 8 working hours, the next is asked after 16."""
    project = referral.request.project
    policy = limits.Policy(project.taken_coordinator_hours, project.taken_coordinator_hours, project.taken_next_hours)
    return limits.cut(at, referral.request.starts_at, 0, 1, policy, closed_days(project, referral.cooperative))


@one_transaction
def confirm(referral: Referral, operator: Operator, worker: Operator | None, *, at) -> Appointment:
    """Confirm as asked, and say who goes (None: to be decided). Can be undone for ten minutes.

    Raises NotAllowed when a colleague was first, Busy when the worker has an appointment then.
    """
    stale, referral = referral, _hold(referral)
    by, request = Actor("operator", operator.id), referral.request
    if request.starts_at <= at or referral.state not in Referral.LIVE or stale.operator_id != referral.operator_id:
        raise NotAllowed(referral)      # over, or a colleague took it since this page was drawn
    if referral.state == "waiting":
        move(referral, "take", by=by, at=at, operator=operator, answered_at=at)
    _agree(referral, request, by, at)
    if worker:
        _keep_free(worker, request.starts_at, request.ends_at)
    appointment = _plan(referral, request, worker, at)
    desk.settle(at, "agreed", request=request)
    queue("confirmed", request.employee, at=at, due=appointment.undo_until, worth=request.starts_at,
          hours_class=_class_of(appointment), appointment=appointment, request=request,
          link=link_to("employee", at=at, employee=request.employee))
    return appointment


def _class_of(appointment):
    """A confirmation waits for open hours, unless the visit would come before them."""
    return "open" if hours.next_open(appointment.undo_until) < appointment.starts_at else "now"


def _agree(referral, request, by, at):
    try:
        move(request, "agree", by=by, at=at, agreed_at=at, taken_at=request.taken_at or at)
    except NotAllowed:
        raise NotAllowed(referral) from None


def _keep_free(worker, starts_at, ends_at, but=None):
    """Serialise on the worker's row, then look: two confirmations never send one person to two places."""
    hold(worker)
    other = overlapping(worker, starts_at, ends_at).where(Appointment.id != (but.id if but else 0)).first()
    if other:
        raise Busy(other)


def _plan(referral, request, worker, at):
    undo_until = at + UNDO
    day_at, hours_at = reminding.times(request.starts_at, undo_until)
    appointment = Appointment.create(
        request=request, referral=referral, worker=worker, starts_at=request.starts_at, ends_at=request.ends_at,
        price_cents=request.price_cents, project_cents=request.project_cents, company_cents=request.company_cents,
        worker_cents=request.worker_cents, vat_cents=shares.vat(request.price_cents, request.vat_percent),
        planned_at=at, undo_until=undo_until, remind_day_at=day_at, remind_hours_at=hours_at)
    note(appointment, "plan", by=Actor("operator", referral.operator_id), at=at, after="planned")
    return appointment


@one_transaction
def undo(appointment: Appointment, operator: Operator, *, at):
    """Take back a confirmation within ten minutes; the request stays taken. NotAllowed after that."""
    if at >= appointment.undo_until:
        raise NotAllowed(appointment)
    by, referral = Actor("operator", operator.id), _hold(appointment.referral)
    request = referral.request
    move(appointment, "cancel", by=by, at=at, cancelled_at=at, sequence=appointment.sequence + 1)
    move(request, "undo", by=by, at=at, agreed_at=None)
    limit = _limit_of_taken(referral, at)
    Referral.update(tell_at=limit.tell_at, due_at=limit.due_at, told_at=None).where(Referral.id == referral.id).execute()
    promise(request, limit.due_at, at=at)


@one_transaction
def decline(referral: Referral, operator: Operator, reason: str, *, at):
    """"Non possiamo", with a reason; the next cooperative is asked at once."""
    stale, referral = referral, _hold(referral)
    by = Actor("operator", operator.id)
    if referral.request.state not in ServiceRequest.UNANSWERED or stale.operator_id != referral.operator_id:
        raise NotAllowed(referral)      # agreed, or a colleague took it since this page was drawn
    move(referral, "decline", by=by, at=at, operator=operator, answered_at=at, reason=reason)
    _release(referral.request, by, at)


@one_transaction
def lapse(referral: Referral, *, at):
    """Its limit passed: its operators are told it is elsewhere now, and the next cooperative is asked."""
    referral = _hold(referral)
    if referral.request.state not in ServiceRequest.UNANSWERED or referral.due_at > at:
        return                          # answered, or given more time, since the job read it
    move(referral, "lapse", by=JOB, at=at)
    tell_withdrawn(referral, at=at)
    _release(referral.request, JOB, at)


def _release(request, by, at):
    if request.state == "taken":
        move(request, "release", by=by, at=at, taken_at=None)
    desk.settle(at, "elsewhere", kind="late", request=request)
    put_before_next(request, by=by, at=at)


@one_transaction
def hand_over(referral: Referral, operator: Operator, colleague: Operator, *, at):
    """"Passa a una collega": she gets her own link, on duty or not. It stays open to both until one acts."""
    now = _hold(referral)
    live = now.state in Referral.LIVE and now.request.state in ServiceRequest.UNANSWERED
    if not live or colleague.cooperative_id != referral.cooperative_id:
        raise NotAllowed(now)
    if now.state == "taken":
        Referral.update(operator=colleague).where(Referral.id == referral.id, Referral.state == "taken").execute()
    note(referral, "hand_over", by=Actor("operator", operator.id), at=at, before=str(operator.id),
         after=str(colleague.id))
    queue("referral", colleague, at=at, worth=referral.due_at, hours_class="now", request=referral.request,
          referral=referral, detail=f"from {operator.id} {at.isoformat(timespec='minutes')}",
          link=link_to("referral", at=at, operator=colleague, referral=referral))


@one_transaction
def send_to_colleague(referral: Referral, phone, *, at):
    """"Non sei tu?": the number of an operator of that cooperative gets her own link; any other number, nothing."""
    colleague = Operator.get_or_none(Operator.cooperative == referral.cooperative, Operator.phone == phone,
                                     Operator.answers, Operator.left_at.is_null())
    if colleague:
        note(referral, "send_to_colleague", by=Actor("operator", colleague.id), at=at)
        queue("referral", colleague, at=at, worth=referral.due_at, hours_class="now", request=referral.request,
              referral=referral, detail=f"asked on the page {at.isoformat(timespec='minutes')}",
              link=link_to("referral", at=at, operator=colleague, referral=referral))


@one_transaction
def assign(appointment: Appointment, worker: Operator | None, operator: Operator, *, at):
    """Say, or change, who goes. Raises NotAllowed once it is over, Busy when that person has an appointment then."""
    if worker:
        _keep_free(worker, appointment.starts_at, appointment.ends_at, but=appointment)
    if not Appointment.update(worker=worker).where(
            Appointment.id == appointment.id, Appointment.state == "planned").execute():
        raise NotAllowed(Appointment.get_by_id(appointment.id))
    note(appointment, "assign", by=Actor("operator", operator.id), at=at,
         before=str(appointment.worker_id), after=str(worker and worker.id))


@one_transaction
def be_on_duty(operator: Operator, on_duty: bool, *, at):
    """Whether this operator is texted when a request comes."""
    Operator.update(on_duty=on_duty).where(Operator.id == operator.id).execute()
    note(operator, "on_duty" if on_duty else "off_duty", by=Actor("operator", operator.id), at=at)


# ---------------------------------------------------------------- limits

@one_transaction
def remind(referral: Referral, *, at):
    """Half the limit has passed without an answer: one reminder to those on duty."""
    if not Referral.update(reminded_at=at).where(
            Referral.id == referral.id, Referral.state == "waiting", Referral.reminded_at.is_null()).execute():
        return
    note(referral, "remind", by=JOB, at=at)
    for operator in on_duty_in(referral.cooperative):
        queue("referral_reminder", operator, at=at, worth=referral.due_at, request=referral.request,
              referral=referral, link=link_to("referral", at=at, operator=operator, referral=referral))


@one_transaction
def tell_late(referral: Referral, *, at):
    """The coordinator hears that a cooperative is late, before it lapses."""
    read, referral = referral, _hold(referral)
    request = referral.request
    if request.state not in ServiceRequest.UNANSWERED or read.tell_at != referral.tell_at:
        return                          # answered, or given more time, since the job read it
    if not Referral.update(told_at=at).where(
            Referral.id == referral.id, Referral.state.in_(Referral.LIVE), Referral.told_at.is_null()).execute():
        return
    note(referral, "tell_late", by=JOB, at=at)
    desk.open_item("late", project=request.project, request=request, at=at)
    tell(request.project, "late", at=at, request=request, detail=f":{referral.id} {referral.tell_at.isoformat()}")


# ---------------------------------------------------------------- the desk decides

@one_transaction
def put_by_desk(request: ServiceRequest, cooperative: Cooperative, coordinator: Coordinator, *, at) -> Referral:
    """The desk puts a request before another cooperative; where it lay before, it is withdrawn."""
    by, request = Actor("coordinator", coordinator.id), hold(request)
    live = Referral.get_or_none(Referral.request == request, Referral.state.in_(Referral.LIVE))
    if request.state not in ServiceRequest.UNANSWERED:
        raise NotAllowed(request)
    if live:
        move(live, "withdraw", by=by, at=at)
        tell_withdrawn(live, at=at)
    if request.state == "taken":
        move(request, "release", by=by, at=at, taken_at=None)
    desk.settle(at, "put", kind="late", request=request)
    return put_before(request, cooperative, by=by, at=at)
