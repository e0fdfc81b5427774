"""Questions about work: requests, referrals, visits; what is due, late, lapsing at a moment."""

import peewee

from models import (
    Appointment,
    Cooperative,
    DeskItem,
    Message,
    Municipality,
    Opening,
    Operator,
    Place,
    Project,
    Proposal,
    Referral,
    Service,
    ServiceRequest,
)

from .opening_days import leaders
from .openings import openings_unmarked
from .territory import on_duty_in


def requests_of(employee):
    """A person's requests with service and comune, and the one whose visits it stands for, the newest first."""
    instead = ServiceRequest.alias()
    return (ServiceRequest.select(ServiceRequest, Service, Municipality, Project, instead.id, instead.reference)
            .join(Service).switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Project)
            .switch(ServiceRequest).join(instead, peewee.JOIN.LEFT_OUTER, on=ServiceRequest.instead_of == instead.id,
                                         attr="instead_of")
            .where(ServiceRequest.employee == employee).order_by(ServiceRequest.asked_at.desc()))


def _visits():
    return (Appointment.select(Appointment, Operator, Referral, Cooperative)
            .join(Operator, peewee.JOIN.LEFT_OUTER).switch(Appointment).join(Referral).join(Cooperative)
            .order_by(Appointment.starts_at, Appointment.id))


def appointments_of(requests):
    """The appointments of some requests that are not cancelled, with who goes."""
    return _visits().where(Appointment.request.in_(requests), Appointment.state != "cancelled")


def visits_told(requests, at):
    """The visits of some requests, cancelled or not, as their person knows them, with who goes, in order.

    None that can still be taken back, and none that was taken back before the person heard of it.
    """
    heard = Appointment.cancelled_at.is_null() | (Appointment.cancelled_at >= Appointment.undo_until)
    return _visits().where(Appointment.request.in_(requests), Appointment.undo_until <= at, heard)


def visits_of(employee, at):
    """The visits of a person that she knows of."""
    return (Appointment.select(Appointment, ServiceRequest).join(ServiceRequest)
            .where(ServiceRequest.employee == employee, Appointment.undo_until <= at))


def proposals_of(requests):
    """What is being proposed about some requests now, with who would come."""
    return (Proposal.select(Proposal, Operator, Referral, Cooperative)
            .join(Operator, peewee.JOIN.LEFT_OUTER, on=Proposal.worker).switch(Proposal).join(Referral).join(Cooperative)
            .where(Proposal.request.in_(requests), Proposal.state.in_(Proposal.LIVE)))


def proposals_to(employee):
    """All that was ever proposed to a person."""
    return (Proposal.select(Proposal, ServiceRequest).join(ServiceRequest).where(ServiceRequest.employee == employee))


def given_up(request):
    """The referrals of a request that came to nothing, the last one first."""
    return (Referral.select().where(Referral.request == request, Referral.state.in_(("declined", "lapsed", "withdrawn")))
            .order_by(Referral.answered_at.desc(), Referral.id.desc()))


def calls_promised(requests):
    """The calls promised about some requests that nobody covers yet."""
    return DeskItem.select(DeskItem.request, DeskItem.call_at).where(
        DeskItem.request.in_(requests), DeskItem.kind == "unassigned", DeskItem.done_at.is_null())


def overlapping(worker, starts_at, ends_at):
    """The planned appointments of a worker that overlap [starts_at, ends_at)."""
    return Appointment.select().where(Appointment.worker == worker, Appointment.state == "planned",
                                      Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)


def held_for(worker, starts_at, ends_at):
    """The waiting proposals that may hold some of a worker's time in [starts_at, ends_at)."""
    return Proposal.select().where(Proposal.worker == worker, Proposal.state == "waiting",
                                   Proposal.starts_at < ends_at, Proposal.last_ends_at > starts_at)


def operators_told(referral, visits=()):
    """The operators to tell that it changed: who goes and who answered; else everybody who was texted about it.

    Where those have left the cooperative: whoever is on duty there.
    """
    if visits or referral.operator_id:
        ids = {referral.operator_id, *(visit.worker_id for visit in visits)}
        here = Operator.select().where(Operator.id.in_([i for i in ids if i]), Operator.left_at.is_null())
        return here if here.exists() else on_duty_in(referral.cooperative_id)
    texted = Message.select(Message.operator).where(Message.referral == referral, Message.kind == "referral")
    return Operator.select().where(Operator.id.in_(texted), Operator.left_at.is_null())


def visits_from(request, planned_at, starts_at=None):
    """The planned visits of a request that were agreed at one moment, from `starts_at` on, in order."""
    rows = Appointment.select().where(Appointment.request == request, Appointment.state == "planned",
                                      Appointment.planned_at == planned_at)
    return (rows.where(Appointment.starts_at >= starts_at) if starts_at else rows).order_by(Appointment.starts_at)


def agreed_together(visit):
    """The visits that were agreed with this one, itself among them, whatever became of them; in order."""
    return Appointment.select().where(Appointment.request == visit.request_id, Appointment.referral == visit.referral_id,
                                      Appointment.planned_at == visit.planned_at).order_by(Appointment.starts_at)


def planned_of(request):
    """The planned visits of a request, in order."""
    return Appointment.select().where(
        Appointment.request == request, Appointment.state == "planned").order_by(Appointment.starts_at)


def with_the_person():
    """The requests whose next answer is the person's: a proposal waits."""
    return Proposal.select(Proposal.request).where(Proposal.state == "waiting")


def not_started(at):
    """Referrals that wait and whose limit does not run yet."""
    return Referral.select().where(Referral.state == "waiting", Referral.started_at.is_null(), Referral.put_at <= at)


def proposals_not_started(at):
    """Proposals that wait and whose limit does not run yet."""
    return Proposal.select().where(Proposal.state == "waiting", Proposal.started_at.is_null(), Proposal.made_at <= at)


def messages_of(referral=None, proposal=None, place=None):
    """The texts that put a referral before its operators, or a proposal or a place before its person."""
    if place:
        return Message.select().where(Message.place == place, Message.kind == "place_offered",
                                      Message.queued_at >= place.changed_at)
    if proposal:
        return Message.select().where(Message.proposal == proposal, Message.kind == "proposal")
    return Message.select().where(Message.referral == referral, Message.kind == "referral")


def proposals_due_a_reminder(at):
    """Proposals whose half time has passed unanswered."""
    return Proposal.select().where(
        Proposal.state == "waiting", Proposal.reminded_at.is_null(), Proposal.due_at > at,
        Proposal.remind_at <= at, Proposal.remind_at > Proposal.made_at)    # else it would come with the proposal


def proposals_lapsing(at):
    """Proposals whose limit has passed; and wished changes that the cooperative left unanswered."""
    its_turn = (Proposal.state == "waiting") | (
        (Proposal.state == "countered") & Proposal.appointment.is_null(False))
    return Proposal.select().where(its_turn, Proposal.due_at <= at)


def undecided(at):
    """Planned visits for which nobody was named by the moment the desk must hear of it."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.worker.is_null(),
                                      Appointment.decide_at <= at, Appointment.starts_at > at)


def due_a_reminder(at):
    """Referrals whose half time has passed unanswered."""
    return Referral.select().where(Referral.state == "waiting", Referral.reminded_at.is_null(),
                                   Referral.remind_at <= at, Referral.due_at > at)


def late(at):
    """Referrals of requests not yet agreed that the coordinator has not been told of."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(Referral.LIVE), ServiceRequest.state.in_(ServiceRequest.UNANSWERED),
                   Referral.told_at.is_null(), Referral.tell_at <= at, Referral.request.not_in(with_the_person())))


def lapsing(at):
    """Referrals whose limit has passed without an agreement or a proposal, before the request lapses."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(Referral.LIVE), ServiceRequest.state.in_(ServiceRequest.UNANSWERED),
                   Referral.due_at <= at, ServiceRequest.lapses_at > at, Referral.request.not_in(with_the_person())))


def unagreed_at_start(at):
    """Requests whose start, or that of what is being proposed, has come without an agreement."""
    return ServiceRequest.select().where(ServiceRequest.state.in_(ServiceRequest.UNANSWERED), ServiceRequest.lapses_at <= at,
                                         ServiceRequest.opening.is_null())


def due_a_day_reminder(at):
    """Appointments whose reminder of the evening before is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_day_at <= at)


def due_an_hours_reminder(at):
    """Appointments whose two-hour reminder is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_hours_at <= at)


def workers_with_visits(begins, ends):
    """Who goes to somebody in [begins, ends), or leads an opening."""
    going = Appointment.select(Appointment.worker).where(
        Appointment.state == "planned", Appointment.starts_at >= begins, Appointment.starts_at < ends)
    return Operator.select().where(Operator.id.in_(going) | Operator.id.in_(leaders(begins, ends)),
                                   Operator.left_at.is_null())


def day_list(worker, begins, ends):
    """A worker's planned visits in [begins, ends), in order, with service and comune."""
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .where(Appointment.worker == worker, Appointment.state == "planned",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def unmarked(begins, ends):
    """Who went to a visit that ended in (begins, ends] and has not marked it; who confirmed it, where nobody was named.

    Of an opening, who leads it. For those who have left the cooperative, and where nobody leads, whoever is on duty.
    """
    went = Appointment.select(peewee.fn.COALESCE(Appointment.worker, Referral.operator)).join(Referral).where(
        Appointment.state == "planned", Appointment.ends_at > begins, Appointment.ends_at <= ends)
    left = Operator.select(Operator.cooperative).where(Operator.id.in_(went), Operator.left_at.is_null(False))
    turns = Opening.id.in_(openings_unmarked(begins, ends).select(Opening.id))
    led = Opening.select(Opening.worker).join(Operator, on=Opening.worker).where(turns, Operator.left_at.is_null())
    unled = (Opening.select(Opening.cooperative).join(Operator, peewee.JOIN.LEFT_OUTER, on=Opening.worker)
             .where(turns, Operator.id.is_null() | Operator.left_at.is_null(False)))
    instead = (Operator.cooperative.in_(left) | Operator.cooperative.in_(unled)) & Operator.answers & Operator.on_duty
    return Operator.select().where(Operator.id.in_(went) | Operator.id.in_(led) | instead, Operator.left_at.is_null())


def unmarked_too_long(at):
    """Planned visits that nobody has marked by the evening after, and that the desk has not heard of."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.mark_by <= at)


def done_with():
    """Agreed requests of which nothing is to come and all that was marked is settled: each visit, or the place."""
    ahead = Appointment.select(Appointment.request).where(Appointment.state == "planned")
    held = Place.select(Place.request).where(Place.state.in_(Place.LIVE))
    unsettled = [model.select(model.request).where(model.state.in_(model.MARKED), model.settled_at.is_null())
                 for model in (Appointment, Place)]
    settled = [model.select(model.request).where(model.settled_at.is_null(False)) for model in (Appointment, Place)]
    asked = ServiceRequest.id
    return ServiceRequest.select().where(
        ServiceRequest.state == "agreed", asked.in_(settled[0]) | asked.in_(settled[1]), asked.not_in(ahead),
        asked.not_in(held), asked.not_in(unsettled[0]), asked.not_in(unsettled[1]))
