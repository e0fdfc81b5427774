"""Proposing: what is being proposed about a request, what it holds while it waits, and until when it waits."""

from datetime import timedelta

from models import Appointment, Proposal, Referral, ServiceRequest
from questions.work import messages_of, operators_told
from rules import limits, recurrence

from . import allowances, planning
from .moves import JOB, Actor, NotAllowed, hold, note, one_transaction
from .outbox import class_before, may_go_from, queue
from .planning import Slot
from .putting import began_at, limits_of_taken, restart_taken, to_quarter
from .trusting import link_to


class NoMoreRounds(Exception):
    """Another time was asked for already: now it takes a phone call."""


def asked_instead(proposal: Proposal) -> Slot:
    """The time that the person asked for instead of what was proposed."""
    weekly = recurrence.begun_at(recurrence.weekly_of(proposal.weekly), proposal.starts_at, proposal.counter_starts_at)
    return Slot(proposal.counter_starts_at, proposal.counter_ends_at, weekly)


def mark_of(proposal: Proposal | None) -> str:
    """What is being proposed, in a word that a form can carry: "12-waiting"; nothing for nothing."""
    return f"{proposal.id}-{proposal.state}" if proposal else ""


def must_have_seen(request, seen, row):
    """Raises NotAllowed(row) when something else is being proposed than the page had shown."""
    if seen is not None and seen != mark_of(planning.live_proposal(request)):
        raise NotAllowed(row)


def write(referral, slot, visits, worker, operator, by, at, planned=None, **about):
    """The proposal with what it holds, its limit until the carrier has taken its message, and that message."""
    request = referral.request
    if not visits:
        raise planning.NoDays
    planning.keep_free(worker, [visit[:2] for visit in visits], but=changed(visits))
    money, parts = reserve(request, visits, planned), planning.total(visits)
    visit = about.get("appointment")
    hours_class = class_before(request, _first(slot, visit), at)
    remind_at, due_at = _limit(request, slot, may_go_from(hours_class, "sms", at), visit)
    proposal = Proposal.create(
        request=request, referral=referral, operator=operator, worker=worker, starts_at=slot.starts_at,
        ends_at=slot.ends_at, last_ends_at=max(visit.ends_at for visit in visits),
        weekly=slot.weekly and slot.weekly.kept(), visits=[visit.kept() for visit in visits], held=money,
        price_cents=parts.price, project_cents=parts.project, company_cents=parts.company, worker_cents=parts.worker,
        round=rounds_used(referral, visit), made_at=at, remind_at=remind_at, due_at=due_at, **about)
    note(proposal, "propose", by=by, at=at, after="waiting")
    queue("proposal", request.employee, at=at, worth=due_at, hours_class=hours_class, proposal=proposal, request=request,
          link=link_to("employee", at=at, employee=request.employee))
    return proposal


def changed(visits):
    """The ids of the appointments that these visits would change."""
    return [visit.appointment for visit in visits if visit.appointment]


def reserve(request, visits, planned):
    """Hold the project's money for these visits, beyond what they hold already. Returns it by year."""
    if planned is None:
        planning.reserve(request, visits)
        return planning.by_year((visit.starts_at, visit.shares.project) for visit in visits)
    money = planning.more_than_held(visits, planned)
    try:
        allowances.reserve(request.project, request.employee, money)
    except allowances.NotEnough:
        raise planning.SharesChanged(planning.total(visits)) from None
    return money


def _limit(request, slot, begins, visit=None):
    """Until when the person may answer; about a planned visit, before that one too."""
    project, first = request.project, _first(slot, visit)
    open_hours = project.urgent_proposal_hours if request.urgent else project.proposal_hours
    remind_at, due_at = limits.answer_to_proposal(
        begins, first, open_hours, project.proposal_before_hours, urgent=request.urgent)
    latest = first - timedelta(hours=project.proposal_before_hours)
    return remind_at, max(due_at, min(to_quarter(due_at), latest))      # said to the quarter where it may be


def _first(slot, visit):
    """What comes first: what is proposed, or the planned visit it would change."""
    return min(slot.starts_at, visit.starts_at) if visit else slot.starts_at


def rounds_used(referral: Referral, visit: Appointment | None = None) -> int:
    """How often the person asked for another time: of this cooperative, and about this visit."""
    about = Proposal.appointment == visit if visit else Proposal.appointment.is_null()
    return Proposal.select().where(
        Proposal.referral == referral, about, Proposal.counter_starts_at.is_null(False)).count()


@one_transaction
def start(proposal: Proposal, *, at):
    """Start its limit when the carrier took its text, or when that failed, or an open hour after it was due."""
    began = began_at(messages_of(proposal=proposal), at, proposal.made_at)
    if began is None:
        return
    remind_at, due_at = _limit(proposal.request, Slot.of(proposal), began, proposal.appointment)
    if Proposal.update(started_at=began, remind_at=remind_at, due_at=due_at).where(
            Proposal.id == proposal.id, Proposal.state == "waiting", Proposal.started_at.is_null()).execute():
        note(proposal, "start", by=JOB, at=at, after=began.isoformat())


@one_transaction
def remind(proposal: Proposal, *, at):
    """Half its time has passed without an answer: one reminder."""
    if not Proposal.update(reminded_at=at).where(
            Proposal.id == proposal.id, Proposal.state == "waiting", Proposal.reminded_at.is_null()).execute():
        return
    note(proposal, "remind", by=JOB, at=at)
    request = proposal.request
    queue("proposal_reminder", request.employee, at=at, worth=proposal.due_at, proposal=proposal, request=request,
          link=link_to("employee", at=at, employee=request.employee))


def held_proposal(proposal):
    """Serialise on the request's row; then the proposal as it is now."""
    hold(proposal.request)
    return Proposal.get_by_id(proposal.id)


def visit_has_begun(proposal, at):
    """Whether the visit that it would change has begun."""
    return proposal.appointment is not None and proposal.appointment.starts_at <= at


def its_turn(proposal, at):
    """The cooperative's limit: of a request its own, of a wished change the proposal's."""
    request, referral = proposal.request, proposal.referral
    if proposal.appointment_id:
        due_at = limits_of_taken(referral, at, proposal.appointment.starts_at).due_at
        Proposal.update(due_at=due_at).where(Proposal.id == proposal.id).execute()
        return
    request.lapses_at = max(request.starts_at, proposal.counter_starts_at)
    ServiceRequest.update(lapses_at=request.lapses_at).where(ServiceRequest.id == request.id).execute()
    note(request, "counter", by=Actor("employee", request.employee_id), at=at, after=request.lapses_at.isoformat())
    restart_taken(referral, at=at, quietly=True)


def visits_of(proposal):
    """The visit a proposal is about, if it is a change."""
    return [proposal.appointment] if proposal.appointment_id else []


def tell_operators(kind, proposal, visits, at):
    """Tell the cooperative what the person answered."""
    request = proposal.request
    until = proposal.counter_starts_at or proposal.starts_at
    for operator in operators_told(proposal.referral, visits):
        queue(kind, operator, at=at, worth=until, proposal=proposal, request=request, referral=proposal.referral,
              hours_class=None if kind == "declined" else class_before(request, until, at), detail=at.isoformat(),
              link=link_to("operator", at=at, operator=operator))
