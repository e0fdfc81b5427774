"""Changing: another time for a planned visit, or for it and those after it, proposed by the cooperative or asked for."""

from models import Appointment, Operator, Proposal
from questions.territory import closed_days
from questions.work import visits_from
from rules import recurrence, shares

from . import allowances, desk, planning
from .answering import list_goes_at, tell_who_goes
from .moves import Actor, NotAllowed, hold, note, one_transaction
from .outbox import class_before, queue
from .planning import Slot, Visit
from .proposing import NoMoreRounds, held_proposal, its_turn, must_have_seen, rounds_used, tell_operators, write
from .trusting import link_to


@one_transaction
def propose_change(visit: Appointment, slot: Slot, worker: Operator | None, *, following=False, by: Actor, at,
                   operator: Operator | None = None, seen: str | None = None) -> Proposal:
    """The cooperative proposes another time for a planned visit, or for it and those after it.

    The visits stay as they are until the person says yes. `seen` as in `propose`. Raises NotAllowed, Busy,
    SharesChanged.
    """
    hold(visit.request)
    visit = Appointment.get_by_id(visit.id)
    must_have_seen(visit.request, seen, visit)
    if visit.state != "planned" or visit.starts_at <= at or slot.starts_at <= at:
        raise NotAllowed(visit)
    planning.withdraw_live(visit.request, by=by, at=at, worker=worker)
    planned = planned_by(visit, following)
    visits = visits_moved(visit, slot, planned)
    return write(visit.referral, slot, visits, worker, operator, by, at, planned, appointment=visit,
                  following=following)


@one_transaction
def ask_change(visit: Appointment, starts_at, *, following=False, by: Actor, at) -> Proposal:
    """The person asks for another time of a planned visit: the cooperative answers, until then it stays. NotAllowed."""
    request = hold(visit.request)
    visit = Appointment.get_by_id(visit.id)
    if visit.state != "planned" or visit.starts_at <= at or starts_at <= at or planning.live_proposal(request):
        raise NotAllowed(visit)
    if rounds_used(visit.referral, visit) >= request.project.counter_rounds:
        raise NoMoreRounds
    parts = shares.total(map(planning.money_of, planned_by(visit, following).values()))
    proposal = Proposal.create(
        request=request, referral=visit.referral, appointment=visit, following=following, worker=visit.worker,
        starts_at=visit.starts_at, ends_at=visit.ends_at, last_ends_at=visit.ends_at,
        visits=[], state="countered", price_cents=parts.price, project_cents=parts.project,
        company_cents=parts.company, worker_cents=parts.worker, made_at=at, remind_at=at, due_at=at,
        answered_at=at, counter_starts_at=starts_at, counter_ends_at=starts_at + (visit.ends_at - visit.starts_at))
    note(proposal, "ask_change", by=by, at=at, after="countered")
    its_turn(proposal, at)
    tell_operators("countered", proposal, [visit], at)
    return proposal


@one_transaction
def refuse_change(proposal: Proposal, operator: Operator, *, at):
    """The cooperative's no to a change that the person asked for: the visit stays as it was. Raises NotAllowed."""
    proposal = held_proposal(proposal)
    if proposal.state != "countered" or proposal.appointment_id is None:
        raise NotAllowed(proposal)
    planning.let_go(proposal, "decline", by=Actor("operator", operator.id), at=at, operator=operator)
    tell_not_moved(proposal, at)


def planned_by(visit, following):
    """The planned visits a change is about, by id."""
    rows = visits_from(visit.request, visit.planned_at, visit.starts_at) if following else [visit]
    return {row.id: row for row in rows if row.state == "planned"}


def visits_moved(visit, slot, planned):
    """Planned visits moved by as many days as this one, to its hour and length; not those that would fall on a day off.

    Their money stays as it was frozen, unless the length or the year is another.
    """
    days, length = recurrence.days_between(visit.starts_at, slot.starts_at), slot.ends_at - slot.starts_at
    spans = {row.id: recurrence.moved(row.starts_at, row.starts_at + length, days, slot.starts_at)
             for row in planned.values()}
    off = closed_days(visit.request.project, visit.referral.cooperative)
    rows = [row for row in planned.values() if row.id == visit.id or not recurrence.is_off(spans[row.id][0], off)]
    dear = [row for row in rows if not _same_money(row, *spans[row.id])]
    freed = planning.by_year((row.starts_at, row.project_cents) for row in dear)
    new = dict(zip((row.id for row in dear), planning.priced(visit.request, [spans[row.id] for row in dear], freed)))
    return [Visit(*spans[row.id], new[row.id].shares if row.id in new else planning.money_of(row), row.id)
            for row in rows]


def _same_money(visit, starts_at, ends_at):
    return (ends_at - starts_at == visit.ends_at - visit.starts_at
            and planning.year_of(starts_at) == planning.year_of(visit.starts_at))


def apply_change(proposal, visits, worker, by, at):
    """Move the planned visits; what they held of the project's money becomes what the new ones cost."""
    planned = {row.id: row for row in Appointment.select().where(
        Appointment.id.in_([visit.appointment for visit in visits]))}
    _swap(proposal, visits, planned)
    for visit in visits:
        planning.moved(planned[visit.appointment], visit, worker, by=by, at=at)
    request, rows = proposal.request, [Appointment.get_by_id(visit.appointment) for visit in visits]
    for row in rows:
        desk.settle(at, "agreed", kind="undecided", appointment=row)        # where nobody goes it is asked anew
        _tell_who_goes(planned[row.id], row, worker, by, at)
    queue("moved", request.employee, at=at, worth=rows[0].starts_at, appointment=rows[0], request=request,
          hours_class="now" if by.role == "employee" else class_before(request, rows[0].starts_at, at),
          detail=str(rows[0].sequence),
          says={"visits": len(rows)}, link=link_to("employee", at=at, employee=request.employee))
    return rows


def _tell_who_goes(old, new, worker, by, at):
    """Who was to go hears when its list has gone; so does who goes now, unless the person's yes says it, or her own."""
    if old.worker_id != new.worker_id:
        tell_who_goes(old, old.worker, None, by=by, at=at)
    if by.role == "operator":
        listed = at >= (min(list_goes_at(old), list_goes_at(new)) if old.worker_id == new.worker_id else list_goes_at(new))
        tell_who_goes(new, None, worker, by=by, at=at, listed=listed)


def _swap(proposal, visits, planned):
    new = planning.by_year((visit.starts_at, visit.shares.project) for visit in visits)
    old = planning.by_year((row.starts_at, row.project_cents) for row in planned.values())
    more = {int(year): cents for year, cents in proposal.held.items()}
    request = proposal.request
    allowances.free(request.project, request.employee, {
        year: over for year in {*new, *old, *more}
        if (over := old.get(year, 0) + more.get(year, 0) - new.get(year, 0))})


def tell_not_moved(proposal, at):
    """Tell the person that the visit stays as it was."""
    request, visit = proposal.request, proposal.appointment
    queue("not_moved", request.employee, at=at, worth=visit.starts_at, proposal=proposal, appointment=visit,
          request=request, link=link_to("employee", at=at, employee=request.employee))
