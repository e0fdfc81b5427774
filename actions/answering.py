"""Answering: the operators of the cooperative a request lies before take, confirm, decline, or hand it over."""

from datetime import timedelta

from models import Appointment, Cooperative, Coordinator, Operator, Referral, ServiceRequest
from questions.territory import on_duty_in
from questions.work import agreed_together, visits_from
from rules import hours

from . import desk, planning
from .leaving import tell_if_nobody_answers
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import class_before, queue
from .planning import UNDO, Slot
from .putting import limits_of_taken, promise, put_before, put_elsewhere, release, restart_taken, tell_withdrawn
from .reminding import EVENING
from .telling import tell, tell_duty
from .trusting import link_to

# ---------------------------------------------------------------- what an operator does

def held(referral: Referral) -> Referral:
    """Serialise on the request's row, which owns all of this; then the referral as it is now."""
    hold(referral.request)
    return Referral.get_by_id(referral.id)


def may_answer(referral: Referral, stale: Referral, at):
    """Raises NotAllowed when it is over, or when a colleague took it since the page with `stale` was drawn."""
    request = referral.request
    if (referral.state not in Referral.LIVE or request.state not in ServiceRequest.UNANSWERED
            or request.lapses_at <= at or stale.operator_id != referral.operator_id):
        raise NotAllowed(referral)


@one_transaction
def take(referral: Referral, operator: Operator, *, at):
    """Take it first, decide later. The first to act wins; for the others it is too late (NotAllowed)."""
    referral = held(referral)
    by, request, limit = Actor("operator", operator.id), referral.request, limits_of_taken(referral, at)
    move(referral, "take", by=by, at=at, operator=operator, answered_at=at,
         tell_at=limit.tell_at, due_at=limit.due_at, told_at=None)
    move(request, "take", by=by, at=at, taken_at=at)
    desk.settle(at, "taken", kind="late", request=request)
    promise(request, limit.due_at, at=at)


@one_transaction
def confirm(referral: Referral, operator: Operator, worker: Operator | None, *, at) -> list[Appointment]:
    """Confirm as asked, and say who goes (None: to be decided). Can be undone for ten minutes, unless it is urgent.

    Raises NotAllowed when a colleague was first, Busy when the worker has something else then, SharesChanged when the
    person would pay more than was shown (then it needs her yes: a proposal), NoDays when nobody comes on any of them.
    """
    stale, referral = referral, held(referral)
    may_answer(referral, stale, at)
    request = referral.request
    if request.starts_at <= at:
        raise NotAllowed(referral)
    by = Actor("operator", operator.id)
    planning.withdraw_live(request, by=by, at=at, worker=worker)    # what it held of the money is there for this
    visits = _as_asked(referral)
    if referral.state == "waiting":
        move(referral, "take", by=by, at=at, operator=operator, answered_at=at)
    return agree(referral, visits, worker, by=by, at=at)


def _as_asked(referral):
    request = referral.request
    visits = planning.priced(request, Slot.of(request).series(request.project, referral.cooperative).visits)
    if not visits:
        raise planning.NoDays
    if planning.total(visits).worker > request.worker_cents:
        raise planning.SharesChanged(planning.total(visits))
    return visits


def agree(referral: Referral, visits, worker: Operator | None, *, by: Actor, at, undo=UNDO) -> list[Appointment]:
    """The cooperative's yes to what the person asked: plan its visits. The request's row is held already.

    `undo`: for how long it may be taken back; what is urgent never. Raises NotAllowed, Busy, SharesChanged.
    """
    request = referral.request
    try:
        move(request, "agree", by=by, at=at, agreed_at=at, taken_at=request.taken_at or at)
    except NotAllowed:
        raise NotAllowed(referral) from None
    planning.keep_free(worker, [visit[:2] for visit in visits])
    planning.reserve(request, visits)
    undo_until = at if request.urgent else at + undo
    planned = planning.plan(referral, visits, worker, by=by, at=at, undo_until=undo_until)
    desk.settle(at, "agreed", request=request)
    tell_confirmed(request, planned, at=at, due=undo_until)
    for visit in planned:
        tell_who_goes(visit, None, worker, by=by, at=at)
    return planned


def tell_confirmed(request: ServiceRequest, planned, *, at, due, hours_class=None):
    """Tell the person that it is agreed: in open hours, unless the visit would come before them."""
    first = planned[0]
    queue("confirmed", request.employee, at=at, due=due, worth=first.starts_at,
          hours_class=hours_class or class_before(request, first.starts_at, due), appointment=first,
          request=request, says={"visits": len(planned)}, link=link_to("employee", at=at, employee=request.employee))


@one_transaction
def undo(appointment: Appointment, operator: Operator, *, at):
    """Take back a confirmation within ten minutes; the request stays taken.

    Raises NotAllowed after that, and once any visit of it is not as it was confirmed: it was called off, moved.
    """
    by, referral = Actor("operator", operator.id), held(appointment.referral)
    appointment, request = Appointment.get_by_id(appointment.id), referral.request
    visits = list(agreed_together(appointment))
    if at >= appointment.undo_until or any(visit.state != "planned" or visit.sequence for visit in visits):
        raise NotAllowed(appointment)
    planning.withdraw_live(request, by=by, at=at)
    for visit in visits:
        planning.cancel(visit, by=by, at=at, verb="undo")
        tell_who_goes(visit, visit.worker, None, by=by, at=at)
    move(request, "undo", by=by, at=at, agreed_at=None)
    restart_taken(referral, at=at)


@one_transaction
def decline(referral: Referral, operator: Operator, reason: str, *, at):
    """"Non possiamo", with a reason; the next cooperative is asked at once."""
    stale, referral = referral, held(referral)
    if referral.request.state not in ServiceRequest.UNANSWERED or stale.operator_id != referral.operator_id:
        raise NotAllowed(referral)      # agreed, or a colleague took it since this page was drawn
    put_elsewhere(referral, "decline", by=Actor("operator", operator.id), at=at, operator=operator, answered_at=at,
                  reason=reason)


@one_transaction
def lapse(referral: Referral, *, at):
    """Its limit passed: its operators are told it is elsewhere now, and the next cooperative is asked."""
    referral = held(referral)
    live = planning.live_proposal(referral.request)
    if (referral.request.state not in ServiceRequest.UNANSWERED or referral.due_at > at
            or live and live.state == "waiting"):
        return                          # answered, or given more time, since the job read it
    put_elsewhere(referral, "lapse", by=JOB, at=at)


@one_transaction
def hand_over(referral: Referral, operator: Operator, colleague: Operator, *, at):
    """"Passa a una collega": she gets her own link, on duty or not. It stays open to both until one acts."""
    now = held(referral)
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
def assign(appointment: Appointment, worker: Operator | None, operator: Operator, *, at, following=False):
    """Say, or change, who goes; with `following` to the visits after it too.

    Raises NotAllowed once it is over, Busy when that person has something else then.
    """
    hold(appointment.request)
    visit = Appointment.get_by_id(appointment.id)
    visits = list(visits_from(visit.request, visit.planned_at, visit.starts_at)) if following else [visit]
    if visit.state != "planned":
        raise NotAllowed(visit)
    planning.keep_free(worker, [(one.starts_at, one.ends_at) for one in visits], but=[one.id for one in visits])
    for one in visits:
        _give(one, worker, operator, at)


def _give(visit, worker, operator, at):
    before = visit.worker
    decide_at = None if worker else planning.decide_at(visit.starts_at, at)
    if not Appointment.update(worker=worker, changed_at=at, decide_at=decide_at).where(
            Appointment.id == visit.id, Appointment.state == "planned").execute():
        raise NotAllowed(Appointment.get_by_id(visit.id))
    note(visit, "assign", by=Actor("operator", operator.id), at=at,
         before=str(visit.worker_id), after=str(worker and worker.id))
    if worker:
        desk.settle(at, "assigned", kind="undecided", appointment=visit)
    tell_who_goes(visit, before, worker, by=Actor("operator", operator.id), at=at)


def tell_who_goes(visit: Appointment, before: Operator | None, after: Operator | None, *, by: Actor, at, listed=None):
    """After the list of the evening before has gone, who goes or goes no more hears of it; not who says so herself.

    `listed`: whether it has gone, where the visit was moved.
    """
    if not (at >= list_goes_at(visit) if listed is None else listed) or visit.starts_at <= at or (before and after and before.id == after.id):
        return
    for kind, person in (("not_going", before), ("going", after)):
        if person and by != Actor("operator", person.id):
            queue(kind, person, at=at, worth=visit.starts_at, appointment=visit, request=visit.request,
                  hours_class=class_before(visit.request, visit.starts_at, at), detail=at.isoformat(),
                  says={"starts_at": visit.starts_at.isoformat(), "ends_at": visit.ends_at.isoformat()},
                  link=link_to("operator", at=at, operator=person))


def list_goes_at(visit: Appointment):
    """When the list with this visit goes to who goes: the evening before, or the last open moment before that."""
    return hours.last_open_before(hours.moment(hours.local(visit.starts_at).date() - timedelta(days=1), EVENING))


@one_transaction
def be_on_duty(operator: Operator, on_duty: bool, *, at):
    """Whether this operator is texted when a request comes."""
    Operator.update(on_duty=on_duty).where(Operator.id == operator.id).execute()
    note(operator, "on_duty" if on_duty else "off_duty", by=Actor("operator", operator.id), at=at)
    tell_if_nobody_answers(operator.cooperative, at=at)


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
    read, referral = referral, held(referral)
    request = referral.request
    live = planning.live_proposal(request)
    if (request.state not in ServiceRequest.UNANSWERED or read.tell_at != referral.tell_at
            or live and live.state == "waiting"):
        return                          # answered, or given more time, since the job read it
    if not Referral.update(told_at=at).where(
            Referral.id == referral.id, Referral.state.in_(Referral.LIVE), Referral.told_at.is_null()).execute():
        return
    note(referral, "tell_late", by=JOB, at=at)
    desk.open_item("late", project=request.project, request=request, at=at)
    tell(request.project, "late", at=at, request=request, detail=f":{referral.id} {referral.tell_at.isoformat()}")


@one_transaction
def tell_undecided(visit: Appointment, *, at):
    """Nobody goes yet, at noon the day before: the desk has it and the coordinator is told."""
    if not Appointment.update(decide_at=None).where(
            Appointment.id == visit.id, Appointment.state == "planned", Appointment.worker.is_null(),
            Appointment.decide_at == visit.decide_at).execute():
        return
    request = visit.request
    note(visit, "tell_undecided", by=JOB, at=at)
    desk.open_item("undecided", project=request.project, request=request, appointment=visit, at=at)
    says, detail = {"starts_at": visit.starts_at.isoformat()}, f":{visit.id} {visit.starts_at.isoformat()}"
    tell(request.project, "undecided", at=at, request=request, detail=detail, **says)
    if request.urgent:
        tell_duty(request.project, "undecided", at=at, request=request, detail=detail, **says)


# ---------------------------------------------------------------- the desk decides

@one_transaction
def put_by_desk(request: ServiceRequest, cooperative: Cooperative, coordinator: Coordinator, *, at) -> Referral:
    """The desk puts a request before another cooperative; where it lay before, it is withdrawn.

    Raises NotAllowed when it is agreed, has ended, or its own start passed while something later was proposed.
    """
    by, request = Actor("coordinator", coordinator.id), hold(request)
    live = Referral.get_or_none(Referral.request == request, Referral.state.in_(Referral.LIVE))
    if request.state not in ServiceRequest.UNANSWERED or request.starts_at <= at:
        raise NotAllowed(request)
    if live:
        move(live, "withdraw", by=by, at=at)
        planning.withdraw_live(request, by=by, at=at)
        tell_withdrawn(live, at=at)
    release(request, by=by, at=at)
    desk.settle(at, "put", kind="late", request=request)
    return put_before(request, cooperative, by=by, at=at)
