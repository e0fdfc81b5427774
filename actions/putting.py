"""Putting: a request is put before one cooperative at a time; by when an answer comes is promised to who asked."""

from datetime import timedelta

from models import Cooperative, Message, Project, Referral, ServiceRequest
from questions.people import on_duty
from questions.territory import closed_days, cooperatives_for, on_duty_in
from questions.work import messages_of, operators_told
from rules import hours, limits

from . import desk, planning
from .moves import JOB, Actor, hold, move, note, one_transaction
from .outbox import class_of, may_go_from, queue, two_days
from .telling import tell, tell_duty
from .trusting import link_to

QUARTER = timedelta(minutes=15)
LEEWAY = timedelta(minutes=5)      # what a message takes until the carrier has it must not move a promise
OPEN_HOUR = 1                      # after which a limit starts though the carrier has not taken the message


def put_before_next(request: ServiceRequest, *, by: Actor, at):
    """Put an open request before the next cooperative that covers it and has someone on duty; else the desk has it."""
    remaining = list(cooperatives_for(request))
    if not remaining:
        mark_urgent(request, at=at)
        return _nobody(request, at)
    return put_before(request, remaining[0], left=len(remaining), by=by, at=at)


@one_transaction
def put_before(request: ServiceRequest, cooperative: Cooperative, *, by: Actor, at, left=1) -> Referral:
    """Put a request before one cooperative and text its operators on duty. `left`: cooperatives still to ask, with it."""
    mark_urgent(request, at=at)
    limit = _limits(request, cooperative, may_go_from(class_of(request), "sms", at), left)
    referral = Referral.create(request=request, cooperative=cooperative, put_at=at, remind_at=limit.remind_at,
                               tell_at=limit.tell_at, due_at=limit.due_at)
    note(referral, "put", by=by, at=at, after="waiting")
    call_fell_away = desk.settle(at, "put", kind="unassigned", request=request)
    for operator in on_duty_in(cooperative):
        queue("referral", operator, at=at, worth=limit.due_at, request=request, referral=referral,
              link=link_to("referral", at=at, operator=operator, referral=referral))
    promise(request, limit.due_at, at=at, instead_of_call=call_fell_away)
    return referral


@one_transaction
def start(referral: Referral, *, at):
    """Start its limit when the carrier took its first text, or when that failed, or an open hour after it was due."""
    began = began_at(messages_of(referral=referral), at, referral.put_at)
    if began is None:
        return
    request = hold(referral.request)        # before the referral's row, as everybody does
    limit = _limits(request, referral.cooperative, began, cooperatives_for(request).count() + 1)
    if Referral.update(started_at=began, remind_at=limit.remind_at, tell_at=limit.tell_at, due_at=limit.due_at).where(
            Referral.id == referral.id, Referral.state == "waiting", Referral.started_at.is_null()).execute():
        note(referral, "start", by=JOB, at=at, after=began.isoformat())
        promise(request, limit.due_at, at=at)


def began_at(messages, at, put_at):
    """When a limit starts that waits for one of these messages; None while that is still to come."""
    rows = list(messages)
    sent = [row.sent_at for row in rows if row.sent_at]
    if sent:
        return min(sent)
    if all(row.state in Message.AT_REST for row in rows):
        return max([row.ended_at for row in rows if row.ended_at], default=put_at)
    patience = min(map(_patience, rows))
    return patience if patience <= at else None


def _patience(message):
    """Until when a limit waits for a message: counted from when it first might go, for each try puts off when it is due."""
    add = hours.add_waking if message.hours == "urgent" else hours.add_open
    return add(may_go_from(message.hours, message.channel, message.queued_at), OPEN_HOUR)


def _limits(request, cooperative, begins, left):
    """A referral's limits since `begins`, by the project's settings."""
    project = request.project
    until, notice = _until(request, begins)
    if request.urgent:
        return limits.cut_urgent(begins, _by_evening(until, begins, left), left, project.urgent_minutes)
    policy = limits.Policy(project.reminder_hours, project.coordinator_hours, project.next_hours)
    return limits.cut(begins, until, notice, left, policy, closed_days(project, cooperative))


def _by_evening(until, begins, left):
    """Before a start at night all turns that have room are over by 19:30: the person hears of it before the night."""
    evening = hours.last_waking_before(until)
    return evening if hours.waking_between(begins, evening) >= left * limits.MOMENT else until


def _until(request, at):
    """Until when answers are of use, and how many hours before that the service needs to know."""
    notice = 0 if request.urgent else request.service.notice_hours
    latest = request.starts_at - timedelta(hours=notice)
    if request.answer_by and at < request.answer_by < latest:
        return request.answer_by, 0
    return request.starts_at, notice


def limits_of_taken(referral: Referral, at, until=None) -> limits.Limits:
    """Taken is not yet answered: the coordinator hears after 8 working hours, the next is asked after 16.

    Of what is urgent: after the minutes of one turn and of two. `until`: what comes first, instead of the request's end.
    """
    request, project = referral.request, referral.request.project
    until = until or request.lapses_at
    if request.urgent:
        until = _by_evening(until, at, 1)
        once, twice = (limits.cut_urgent(at, until, 1, n * project.urgent_minutes).due_at for n in (1, 2))
        return limits.Limits(once, once, twice)
    policy = limits.Policy(project.taken_coordinator_hours, project.taken_coordinator_hours, project.taken_next_hours)
    return limits.cut(at, until, 0, 1, policy, closed_days(project, referral.cooperative))


def restart_taken(referral: Referral, *, at, quietly=False):
    """It is the cooperative's turn again: its time runs anew, and the person is promised by when.

    `quietly`: it is what she asked for herself, and her page says by when.
    """
    limit = limits_of_taken(referral, at)
    Referral.update(tell_at=limit.tell_at, due_at=limit.due_at, told_at=None).where(Referral.id == referral.id).execute()
    note(referral, "start", by=JOB, at=at, after=at.isoformat())
    promise(referral.request, limit.due_at, at=at, quietly=quietly)


# ---------------------------------------------------------------- urgent

def mark_urgent(request: ServiceRequest, *, at):
    """A start or an answer wanted within 48 hours: urgent from now on, and who is on duty is told at once."""
    if request.urgent or not limits.is_urgent(
            request.starts_at, request.answer_by, at, request.project.urgent_within_hours):
        return
    ServiceRequest.update(urgent=True).where(ServiceRequest.id == request.id).execute()
    request.urgent = True
    note(request, "urgent", by=JOB, at=at)
    tell(request.project, "urgent", at=at, request=request)
    tell_duty(request.project, "urgent", at=at, request=request)


def heard_from(at):
    """From when the cooperatives hear of what is urgent, when they do not at this hour; None when they do now."""
    hears = hours.next_waking(at)
    return hears if hears > at else None


def read_from(project: Project, at):
    """From when a coordinator reads what no cooperative has, when none does at this hour; None when one does now."""
    if on_duty(project, hours.local(at).date()):
        reads = hours.next_waking(at)
    else:
        reads = hours.next_working(at, closed_days(project))
    return reads if reads > at else None


# ---------------------------------------------------------------- elsewhere

@one_transaction
def put_elsewhere(referral: Referral, verb: str, *, by: Actor, at, quietly=False, **changes):
    """End a live referral by "decline", "lapse" or "withdraw", and put its request before the next cooperative.

    The request's row is held already. Whatever was being proposed is off. `quietly`: its operators hear of it
    otherwise. Raises NotAllowed.
    """
    move(referral, verb, by=by, at=at, **changes)
    planning.withdraw_live(referral.request, by=by, at=at)
    if verb != "decline" and not quietly:   # who declined, and her colleagues, know it
        tell_withdrawn(referral, at=at)
    release(referral.request, by=by, at=at)
    if referral.request.starts_at > at:     # else its own start passed while something later was proposed: it lapses
        put_before_next(referral.request, by=by, at=at)


def release(request: ServiceRequest, *, by: Actor, at):
    """Nobody has it any more: it is open again, for its own time."""
    if request.state != "open":
        # what was promised before it was agreed is long over: who is told that a substitute is sought hears by when
        promised = None if request.state == "agreed" else request.promised_at
        move(request, "release", by=by, at=at, taken_at=None, proposed_at=None, agreed_at=None,
             promised_at=promised, lapses_at=request.starts_at)
    desk.settle(at, "elsewhere", kind="late", request=request)


def tell_withdrawn(referral: Referral, visits=(), *, at, hours_class=None):
    """Its operators hear that there is nothing left for them to do; `visits`: what had been agreed already."""
    for operator in operators_told(referral, visits):
        queue("referral_withdrawn", operator, at=at, worth=max(referral.request.lapses_at, at + timedelta(hours=1)),
              hours_class=hours_class, referral=referral, request=referral.request, **about_visits(visits))


def about_visits(visits) -> dict:
    """Which visits a message is about: the first, and how many."""
    return {"appointment": visits[0], "says": {"visits": len(visits)}} if visits else {}


# ---------------------------------------------------------------- what the person is promised

def promise(request: ServiceRequest, due_at, *, at, instead_of_call=False, quietly=False):
    """Keep by when an answer comes: never sooner than the person was told; what is later, or new to her, is said."""
    told, promised = request.promised_at, to_quarter(may_go_from(class_of(request), "sms", due_at) + LEEWAY)
    if told and promised <= told:
        return
    ServiceRequest.update(promised_at=promised).where(ServiceRequest.id == request.id).execute()
    request.promised_at = promised
    note(request, "promise", by=JOB, at=at, before=told and told.isoformat(), after=promised.isoformat())
    if (told or instead_of_call) and not quietly:
        queue("answer_later", request.employee, at=at, worth=promised, request=request,
              detail=f"{promised.isoformat()} {at.isoformat()}", says={"promised_at": promised.isoformat()},
              link=link_to("employee", at=at, employee=request.employee))


def to_quarter(at):
    """The next full quarter of an hour: people are told "ore 12:15", not "12:07"."""
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (QUARTER - over) if over else at


def _nobody(request, at):
    slot = _call_slot(request, at)
    item = desk.open_item("unassigned", project=request.project, request=request, employee=request.employee,
                          language=request.language, call_at=slot, at=at)
    ServiceRequest.update(promised_at=None).where(ServiceRequest.id == request.id).execute()
    note(request, "promise", by=JOB, at=at, before=request.promised_at and request.promised_at.isoformat())
    call_at, reads = item.call_at and item.call_at.isoformat(), read_from(request.project, at)
    queue("nobody_yet", request.employee, at=at, worth=two_days(at), request=request,
          hours_class="now" if request.asked_at == at and not request.instead_of_id else None, detail=f"{call_at} {item.id}",
          says={"call_at": call_at, "reads_at": reads and reads.isoformat()},
          link=link_to("employee", at=at, employee=request.employee))
    tell(request.project, "unassigned", at=at, request=request, detail=f":{item.id}")
    if request.urgent:
        tell_duty(request.project, "unassigned", at=at, request=request, detail=f":{item.id}")


def _call_slot(request, at):
    """When a person calls who asked; None where nobody is there before its start."""
    project = request.project
    if request.urgent and on_duty(project, hours.local(at).date()):
        return desk.duty_slot(at)
    slot = desk.call_slot(project, at, closed_days(project))
    return slot if slot < request.starts_at or not request.urgent else None
