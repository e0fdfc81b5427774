"""Questions about work: requests, referrals, visits; what is due, late, lapsing at a moment."""

import peewee

from models import (
    Appointment,
    Cooperative,
    DeskItem,
    Message,
    Municipality,
    Operator,
    Project,
    Referral,
    Service,
    ServiceRequest,
)


def requests_of(employee):
    """A person's requests with service and comune, the newest first."""
    return (ServiceRequest.select(ServiceRequest, Service, Municipality, Project)
            .join(Service).switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Project)
            .where(ServiceRequest.employee == employee).order_by(ServiceRequest.asked_at.desc()))


def appointments_of(requests):
    """The appointments of some requests that are not cancelled, with who goes."""
    return (Appointment.select(Appointment, Operator, Referral, Cooperative)
            .join(Operator, peewee.JOIN.LEFT_OUTER).switch(Appointment).join(Referral).join(Cooperative)
            .where(Appointment.request.in_(requests), Appointment.state != "cancelled"))


def calls_promised(requests):
    """The calls promised about some requests that nobody covers yet."""
    return DeskItem.select(DeskItem.request, DeskItem.call_at).where(
        DeskItem.request.in_(requests), DeskItem.kind == "unassigned", DeskItem.done_at.is_null())


def overlapping(worker, starts_at, ends_at):
    """The planned appointments of a worker that overlap [starts_at, ends_at)."""
    return Appointment.select().where(Appointment.worker == worker, Appointment.state == "planned",
                                      Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)


def operators_told(referral, appointment):
    """The operators to tell that it changed: who goes and who answered; else everybody who was texted about it."""
    if appointment or referral.operator_id:
        ids = {referral.operator_id, appointment and appointment.worker_id}
        return Operator.select().where(Operator.id.in_([i for i in ids if i]), Operator.left_at.is_null())
    texted = Message.select(Message.operator).where(Message.referral == referral, Message.kind == "referral")
    return Operator.select().where(Operator.id.in_(texted), Operator.left_at.is_null())


def due_a_reminder(at):
    """Referrals whose half time has passed unanswered."""
    return Referral.select().where(Referral.state == "waiting", Referral.reminded_at.is_null(),
                                   Referral.remind_at <= at, Referral.due_at > at)


def late(at):
    """Referrals of requests not yet agreed that the coordinator has not been told of."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(Referral.LIVE), ServiceRequest.state.in_(ServiceRequest.UNANSWERED),
                   Referral.told_at.is_null(), Referral.tell_at <= at))


def lapsing(at):
    """Referrals whose limit has passed without an agreement, before the start of what was asked."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(Referral.LIVE), ServiceRequest.state.in_(ServiceRequest.UNANSWERED),
                   Referral.due_at <= at, ServiceRequest.starts_at > at))


def unagreed_at_start(at):
    """Requests whose start has come without an agreement."""
    return ServiceRequest.select().where(ServiceRequest.state.in_(ServiceRequest.UNANSWERED), ServiceRequest.starts_at <= at)


def due_a_day_reminder(at):
    """Appointments whose reminder of the evening before is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_day_at <= at)


def due_an_hours_reminder(at):
    """Appointments whose two-hour reminder is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_hours_at <= at)


def workers_with_visits(begins, ends):
    """Who goes to somebody in [begins, ends)."""
    going = Appointment.select(Appointment.worker).where(
        Appointment.state == "planned", Appointment.starts_at >= begins, Appointment.starts_at < ends)
    return Operator.select().where(Operator.id.in_(going), Operator.left_at.is_null())


def day_list(worker, begins, ends):
    """A worker's planned visits in [begins, ends), in order, with service and comune."""
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .where(Appointment.worker == worker, Appointment.state == "planned",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def unmarked(begins, ends):
    """Who went to a visit that ended in (begins, ends] and has not marked it; who confirmed it, where nobody was named."""
    went = Appointment.select(peewee.fn.COALESCE(Appointment.worker, Referral.operator)).join(Referral).where(
        Appointment.state == "planned", Appointment.ends_at > begins, Appointment.ends_at <= ends)
    return Operator.select().where(Operator.id.in_(went), Operator.left_at.is_null())


def settled_before(at):
    """Agreed requests with a delivered appointment, none planned, and nothing delivered since `at`."""
    planned = Appointment.select(Appointment.request).where(Appointment.state == "planned")
    recent = Appointment.select(Appointment.request).where(Appointment.delivered_at > at)
    delivered = Appointment.select(Appointment.request).where(Appointment.state == "delivered")
    return ServiceRequest.select().where(ServiceRequest.state == "agreed", ServiceRequest.id.in_(delivered),
                                         ServiceRequest.id.not_in(planned), ServiceRequest.id.not_in(recent))
