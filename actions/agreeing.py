"""Agreeing: a cooperative proposes, the person accepts, asks for another time once, or declines; the cooperative answers."""

from datetime import timedelta

from models import Appointment, Operator, Proposal, Referral, ServiceRequest

from . import desk, planning
from .answering import agree, held, may_answer, tell_confirmed
from .changing import apply_change, planned_by, tell_not_moved, visits_moved
from .moves import JOB, Actor, NotAllowed, move, note, one_transaction
from .planning import Slot, Visit
from .proposing import (
    NoMoreRounds,
    asked_instead,
    changed,
    held_proposal,
    its_turn,
    must_have_seen,
    reserve,
    tell_operators,
    visit_has_begun,
    visits_of,
    write,
)
from .putting import put_elsewhere

NO_TIME = timedelta(0)


@one_transaction
def propose(referral: Referral, slot: Slot, worker: Operator | None, *, by: Actor, at,
            operator: Operator | None = None, seen: str | None = None) -> Proposal:
    """Propose a time, a length, a worker (None: to be decided); a proposal that waits already is replaced.

    It holds the worker's time and the project's money while it waits. `operator` is who proposes; the desk proposes
    for a cooperative without one. `seen`: what was being proposed when the page was drawn, as `mark_of` says it; a
    page that saw something else is too late. Raises NotAllowed, Busy, SharesChanged, NoDays.
    """
    stale, referral = referral, held(referral)
    may_answer(referral, stale, at)
    request = referral.request
    must_have_seen(request, seen, referral)
    if slot.starts_at <= at:
        raise NotAllowed(referral)
    planning.withdraw_live(request, by=by, at=at, worker=worker)
    visits = planning.priced(request, slot.series(request.project, referral.cooperative).visits)
    _take(referral, request, operator, by, at)
    proposal = write(referral, slot, visits, worker, operator, by, at)
    ServiceRequest.update(proposed_at=at, lapses_at=max(request.starts_at, slot.starts_at)).where(
        ServiceRequest.id == request.id).execute()
    note(request, "propose", by=by, at=at)
    for kind in ("late", "unassigned"):     # a call that she asked for is still owed
        desk.settle(at, "proposed", kind=kind, request=request)
    return proposal


def _take(referral, request, operator, by, at):
    if referral.state == "waiting":
        move(referral, "take", by=by, at=at, operator=operator, answered_at=at)
    if request.state == "open":
        move(request, "take", by=by, at=at, taken_at=at)


@one_transaction
def accept(proposal: Proposal, *, by: Actor, at) -> list[Appointment]:
    """The person's yes: what was proposed is planned, at the price that was shown. Raises NotAllowed."""
    proposal = held_proposal(proposal)
    request, referral = proposal.request, proposal.referral
    if proposal.starts_at <= at or visit_has_begun(proposal, at):
        raise NotAllowed(proposal)
    move(proposal, "accept", by=by, at=at, answered_at=at)
    visits = [Visit.of(one) for one in proposal.visits]
    if proposal.appointment_id:
        changed = apply_change(proposal, visits, proposal.worker, by, at)
        desk.settle(at, "agreed", kind="call_back", request=request)        # what lies there of other visits stays
    else:
        move(request, "agree", by=by, at=at, agreed_at=at, taken_at=request.taken_at or at)
        changed = planning.plan(referral, visits, proposal.worker, by=by, at=at, undo_until=at)
        tell_confirmed(request, changed, at=at, due=at, hours_class="now")
        desk.settle(at, "agreed", request=request)
    tell_operators("accepted", proposal, changed, at)
    return changed


@one_transaction
def counter(proposal: Proposal, starts_at, *, by: Actor, at):
    """The person asks for another time instead, once; it is the cooperative's turn. What was held is free again.

    Raises NotAllowed, NoMoreRounds.
    """
    proposal = held_proposal(proposal)
    if proposal.state != "waiting" or starts_at <= at or visit_has_begun(proposal, at):
        raise NotAllowed(proposal)
    if proposal.round >= proposal.request.project.counter_rounds:
        raise NoMoreRounds
    ends_at = starts_at + (proposal.ends_at - proposal.starts_at)
    planning.let_go(proposal, "counter", by=by, at=at, counter_starts_at=starts_at, counter_ends_at=ends_at)
    its_turn(proposal, at)
    tell_operators("countered", proposal, visits_of(proposal), at)


@one_transaction
def decline(proposal: Proposal, *, by: Actor, at):
    """The person's no: the request goes to the next cooperative; a planned visit stays as it was. Raises NotAllowed."""
    proposal = held_proposal(proposal)
    if proposal.state != "waiting":
        raise NotAllowed(proposal)
    _off(proposal, "decline", by, at, quietly=True)
    tell_operators("declined", proposal, visits_of(proposal), at)


@one_transaction
def ask_to_talk(proposal: Proposal, *, by: Actor, at):
    """The person would rather talk: someone calls. What is proposed goes on waiting. Raises NotAllowed."""
    proposal = held_proposal(proposal)
    request = proposal.request
    if proposal.state != "waiting":
        raise NotAllowed(proposal)
    item = desk.open_item("call_back", project=request.project, request=request, employee=request.employee,
                          language=request.language, at=at)
    if item.opened_at == at:        # said again, it is said once
        note(proposal, "ask_to_talk", by=by, at=at)


@one_transaction
def lapse(proposal: Proposal, *, at):
    """Nobody answered in time: the request goes to the next cooperative; a planned visit stays as it was."""
    proposal = held_proposal(proposal)
    wished = proposal.state == "countered"
    if proposal.state not in Proposal.LIVE or proposal.due_at > at or wished and not proposal.appointment_id:
        return                          # answered since the job read it; of a request it is the referral's limit then
    _off(proposal, "lapse", JOB, at)
    if wished:
        tell_not_moved(proposal, at)
    elif proposal.appointment_id:
        tell_operators("declined", proposal, visits_of(proposal), at)


def _off(proposal, verb, by, at, quietly=False):
    planning.let_go(proposal, verb, by=by, at=at)
    request = proposal.request
    if proposal.appointment_id is None and request.state in ServiceRequest.UNANSWERED:
        put_elsewhere(Referral.get_by_id(proposal.referral_id), "withdraw", by=by, at=at, quietly=quietly)


@one_transaction
def agree_to_counter(proposal: Proposal, operator: Operator, worker: Operator | None, *, at) -> list[Appointment]:
    """The cooperative's yes to the time that the person asked for.

    Raises NotAllowed, Busy, NoDays, and SharesChanged when she would pay more than was proposed (then propose it).
    """
    proposal = held_proposal(proposal)
    if proposal.state != "countered" or proposal.counter_starts_at <= at or visit_has_begun(proposal, at):
        raise NotAllowed(proposal)
    by, request, referral = Actor("operator", operator.id), proposal.request, proposal.referral
    planned = planned_by(proposal.appointment, proposal.following) if proposal.appointment_id else None
    visits = _visits_at(proposal, asked_instead(proposal), planned)
    if not visits:
        raise planning.NoDays
    if planning.total(visits).worker > proposal.worker_cents:
        raise planning.SharesChanged(planning.total(visits))
    move(proposal, "agree", by=by, at=at, operator=operator)
    Referral.update(operator=operator).where(Referral.id == referral.id).execute()
    if planned is None:
        return agree(referral, visits, worker, by=by, at=at, undo=NO_TIME)      # it was talked over already
    planning.keep_free(worker, [visit[:2] for visit in visits], but=changed(visits))
    held_money = reserve(request, visits, planned)
    proposal.held = {str(year): cents for year, cents in held_money.items()}
    return apply_change(proposal, visits, worker, by, at)


def _visits_at(proposal, slot, planned):
    """What would be planned at another time."""
    if planned is None:
        request, referral = proposal.request, proposal.referral
        return planning.priced(request, slot.series(request.project, referral.cooperative).visits)
    return visits_moved(proposal.appointment, slot, planned)
