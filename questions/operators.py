"""Questions of the operator's door."""

import peewee

from models import (
    Appointment,
    Employee,
    Holiday,
    Link,
    Municipality,
    Operator,
    Phone,
    Place,
    Project,
    Proposal,
    Referral,
    Service,
    ServiceRequest,
    Staffing,
)

from .territory import on_duty_in


def referrals_of(cooperative):
    """Everything that was ever put before a cooperative, with what was asked, where, and by whom."""
    return (Referral.select(Referral, ServiceRequest, Service, Municipality, Employee, Phone)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee).join(Phone).where(Referral.cooperative == cooperative))


def waiting_for(cooperative):
    """What a cooperative has to answer: waiting or taken and not agreed, the earliest limit first."""
    return (referrals_of(cooperative)
            .where(Referral.state.in_(Referral.LIVE), ServiceRequest.state.in_(ServiceRequest.UNANSWERED))
            .order_by(Referral.due_at, Referral.id))


def proposals_of(cooperative):
    """Everything a cooperative ever proposed or was asked to move, with request, person and the visit it is about."""
    left = peewee.JOIN.LEFT_OUTER
    return (Proposal.select(Proposal, Referral, Appointment, ServiceRequest, Service, Municipality, Employee, Phone)
            .join(Referral).switch(Proposal).join(Appointment, left).switch(Proposal).join(ServiceRequest).join(Service)
            .switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Employee, left).join(Phone, left)
            .where(Referral.cooperative == cooperative).order_by(Proposal.id))


def live_proposals(cooperative):
    """What a cooperative proposes, or is asked to move, and nobody has answered: one of a request at most."""
    return proposals_of(cooperative).where(Proposal.state.in_(Proposal.LIVE))


def proposal_about(referral):
    """The last proposal about a request as a whole that stands: live, or accepted."""
    return Proposal.select().where(
        Proposal.referral == referral, Proposal.appointment.is_null(),
        Proposal.state.in_((*Proposal.LIVE, "accepted"))).order_by(Proposal.id.desc())


def closures(cooperative):
    """The days on which a cooperative is closed: with whom (no project: everybody's)."""
    return Holiday.select(Holiday.on, Holiday.project).where(
        Holiday.cooperative.is_null() | (Holiday.cooperative == cooperative))


def referral_link(link_id):
    """A referral's link, with whom it is for, what was asked, where, and the project to call."""
    return (Link.select(Link, Operator, Referral, ServiceRequest, Service, Municipality, Project)
            .join(Operator, on=Link.operator).switch(Link).join(Referral, on=Link.referral).join(ServiceRequest)
            .join(Service).switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Project)
            .where(Link.id == link_id, Link.purpose == "referral", Operator.left_at.is_null()))


def appointments_by(cooperative):
    """Every appointment of a cooperative, cancelled or not, with request, person, number and who goes."""
    left = peewee.JOIN.LEFT_OUTER   # nobody decided yet who goes, or who asked is forgotten and it is still to be marked
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality, Employee, Phone, Referral, Operator)
            .join(Referral).switch(Appointment).join(Operator, left)
            .switch(Appointment).join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee, left).join(Phone, left).where(Referral.cooperative == cooperative))


def visits(cooperative, begins, ends):
    """A cooperative's appointments that start in [begins, ends) and stand, in order."""
    return (appointments_by(cooperative)
            .where(Appointment.state != "cancelled", Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def just_confirmed(cooperative, at):
    """The visits that a cooperative confirmed in the last minutes and may still take back, the newest request first."""
    return appointments_by(cooperative).where(
        Appointment.state == "planned", Appointment.undo_until > at).order_by(
            Appointment.planned_at.desc(), Appointment.referral.desc(), Appointment.starts_at)


def agreed_on(referral):
    """The visits that a referral led to and that stand, in order."""
    return (Appointment.select(Appointment, Operator).join(Operator, peewee.JOIN.LEFT_OUTER)
            .where(Appointment.referral == referral, Appointment.state != "cancelled")
            .order_by(Appointment.starts_at, Appointment.id))


def asked_elsewhere(referral):
    """Whether the request lies before another cooperative now."""
    return Referral.select().where(Referral.request == referral.request_id, Referral.id != referral.id,
                                   Referral.state.in_(Referral.LIVE))


def who_went_to(visit):
    """Who went to a visit, or worked at the opening of a place; those who left are not written to any more.

    Where nobody was named: who leads the opening, or confirmed the visit; else whoever is on duty there.
    """
    named, cooperative = _named(visit)
    here = [one for one in named if one and not one.left_at]
    return here or list(on_duty_in(cooperative))


def _named(visit):
    if isinstance(visit, Place):
        staffed = list(Operator.select().join(Staffing).where(Staffing.opening == visit.opening_id).order_by(Operator.id))
        return staffed or [visit.opening.worker], visit.opening.cooperative_id
    return [visit.worker or visit.referral.operator], visit.referral.cooperative_id
