"""Questions about an operator who leaves: what was hers, and what nobody of her cooperative would answer any more."""

from models import Appointment, Device, Link, Message, Operator, Proposal, Referral, ServiceRequest

from .work import with_the_person


def visits_ahead(operator, at):
    """The planned visits of an operator that have not begun."""
    return (Appointment.select(Appointment, ServiceRequest).join(ServiceRequest)
            .where(Appointment.worker == operator, Appointment.state == "planned", Appointment.starts_at > at)
            .order_by(Appointment.starts_at, Appointment.id))


def proposed_for(operator):
    """What is being proposed with this operator as who goes."""
    return Proposal.select().where(Proposal.worker == operator, Proposal.state.in_(Proposal.LIVE)).order_by(Proposal.id)


def answers_alone(operator):
    """Whether nobody else of the cooperative answers, on duty or not."""
    others = Operator.select().where(Operator.cooperative == operator.cooperative_id, Operator.id != operator.id,
                                     Operator.answers, Operator.left_at.is_null())
    return operator.answers and not others.exists()


def unanswered_by(cooperative):
    """What a cooperative has still to answer: neither agreed, nor with the person as a proposal."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.cooperative == cooperative, Referral.state.in_(Referral.LIVE),
                   ServiceRequest.state.in_(ServiceRequest.UNANSWERED), Referral.request.not_in(with_the_person()))
            .order_by(Referral.id))


def requests_touched(operator, at):
    """The requests that change when this operator leaves, in the order in which their rows are held."""
    touched = {row.request_id for row in (*visits_ahead(operator, at), *proposed_for(operator))}
    if answers_alone(operator):
        touched |= {row.request_id for row in unanswered_by(operator.cooperative_id)}
    return ServiceRequest.select().where(ServiceRequest.id.in_(touched)).order_by(ServiceRequest.id)


def ways_in(operator):
    """The devices and the links that are open to an operator."""
    return (Device.select().where(Device.operator == operator, Device.closed_at.is_null()),
            Link.select().where(Link.operator == operator, Link.revoked_at.is_null()))


def queued_for(operator):
    """What is to be said to an operator and has not been sent."""
    return Message.select().where(Message.operator == operator, Message.state == "queued").order_by(Message.id)
