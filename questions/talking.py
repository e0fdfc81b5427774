"""Questions of the conversation by text: what of a person's waits for an answer now, what stands, what was just asked."""

from datetime import timedelta

from models import (
    Appointment,
    Idea,
    InboundMessage,
    Message,
    Opening,
    Operator,
    Place,
    Project,
    Proposal,
    Referral,
    Service,
    ServiceRequest,
)

WEEK, DAY = timedelta(days=7), timedelta(days=1)
OUT = ("sent", "delivered")
ASKS = ("proposal", "proposal_reminder", "place_offered", "reminder_day", "reminder_hours", "delivered", "idea")


def proposals_to_answer(people, at):
    """What is being proposed to these people and can still be answered, the newest first."""
    return (Proposal.select(Proposal, ServiceRequest).join(ServiceRequest)
            .where(ServiceRequest.employee.in_(people), Proposal.state == "waiting", Proposal.due_at > at)
            .order_by(Proposal.id.desc()))


def places_offered(people, at):
    """The places that are held for these people until they answer."""
    return (Place.select(Place, ServiceRequest, Opening).join(ServiceRequest).switch(Place).join(Opening)
            .where(ServiceRequest.employee.in_(people), Place.state == "offered", Place.offered_until > at,
                   Opening.state != "cancelled").order_by(Place.id.desc()))


def reminded(people, at):
    """The visits to come that these people were reminded of and have not said yes to, the soonest first."""
    told = [Message.kind.in_(("reminder_day", "reminder_hours")), Message.state.in_(OUT)]
    visits = (Appointment.select(Appointment, ServiceRequest).join(ServiceRequest)
              .where(ServiceRequest.employee.in_(people), Appointment.state == "planned", Appointment.starts_at > at,
                     Appointment.confirmed_at.is_null(),
                     Appointment.id.in_(Message.select(Message.appointment).where(*told, Message.appointment.is_null(False)))))
    places = (Place.select(Place, ServiceRequest, Opening).join(ServiceRequest).switch(Place).join(Opening)
              .where(ServiceRequest.employee.in_(people), Place.state == "taken", Opening.starts_at > at,
                     Place.confirmed_at.is_null(),
                     Place.id.in_(Message.select(Message.place).where(*told, Message.place.is_null(False)))))
    return sorted([*visits, *places], key=lambda visit: visit.starts_at)


def delivered_lately(people, at):
    """What was delivered to these people within the week, the newest first."""
    rows = []
    for model in (Appointment, Place):
        rows.extend(model.select(model, ServiceRequest).join(ServiceRequest).where(
            ServiceRequest.employee.in_(people), model.state == "delivered", model.marked_at > at - WEEK))
    return sorted(rows, key=lambda visit: visit.marked_at, reverse=True)


def was_asked_how_it_went(visit):
    """Whether the closing message of a visit, with its question, went out."""
    about = Message.place if isinstance(visit, Place) else Message.appointment
    return Message.select().where(about == visit, Message.kind == "delivered", Message.state.in_(OUT)).exists()


def standing(people, at):
    """The requests of these people that are not over, the soonest first."""
    opening = Opening.select(Opening.id).where(Opening.starts_at <= at)
    return (ServiceRequest.select(ServiceRequest, Service, Project).join(Service).switch(ServiceRequest).join(Project)
            .where(ServiceRequest.employee.in_(people), ServiceRequest.state != "closed",
                   ServiceRequest.opening.is_null() | ServiceRequest.opening.not_in(opening))
            .order_by(ServiceRequest.starts_at, ServiceRequest.id))


def visits_to_come(request, at):
    """The planned visits of a request that have not begun, in order."""
    return Appointment.select().where(Appointment.request == request, Appointment.state == "planned",
                                      Appointment.starts_at > at).order_by(Appointment.starts_at)


def ideas_told(people, at):
    """The ideas that these people were told of and that can still come about, the newest first."""
    told = Message.select(Message.idea).where(Message.employee.in_(people), Message.idea.is_null(False))
    return (Idea.select().where(Idea.id.in_(told), Idea.state == "published", Idea.closes_at > at)
            .order_by(Idea.published_at.desc(), Idea.id.desc()))


def asked_since(phone, moment):
    """Whether a text that asks something went to this number after a moment: then that is what is being answered."""
    return Message.select().where(Message.phone == phone, Message.kind.in_(ASKS), Message.sent_at > moment).exists()


def last_texted(phone):
    """What was texted to this number last."""
    return Message.select().where(Message.phone == phone, Message.channel == "sms", Message.state.in_(OUT)).order_by(
        Message.sent_at.desc(), Message.id.desc()).first()


def operators_on(phone):
    """Who works for a cooperative with this number."""
    return Operator.select().where(Operator.phone == phone, Operator.left_at.is_null()).order_by(Operator.id)


def referral_by(operators, reference):
    """What was put before the cooperatives of these operators under a reference, the newest: (referral, operator)."""
    by_cooperative = {one.cooperative_id: one for one in operators if one.answers}
    row = (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
           .where(ServiceRequest.reference == reference, Referral.cooperative.in_(list(by_cooperative)))
           .order_by(Referral.id.desc()).first())
    return (row, by_cooperative[row.cooperative_id]) if row else (None, None)


def asked_to_mark(operator, at):
    """Whether this operator was asked in the last day how the day went."""
    return Message.select().where(Message.operator == operator, Message.kind == "mark_delivered",
                                  Message.sent_at > at - DAY).exists()


def unmarked_of(operator, at):
    """The visits this operator went to, or confirmed where nobody was named, that have ended and are not marked."""
    return (Appointment.select(Appointment, ServiceRequest, Referral).join(ServiceRequest).switch(Appointment).join(Referral)
            .where((Appointment.worker == operator) | (Appointment.worker.is_null() & (Referral.operator == operator)),
                   Appointment.state == "planned", Appointment.ends_at <= at, Appointment.ends_at > at - 2 * DAY)
            .order_by(Appointment.starts_at))


def openings_unmarked_of(operator, at):
    """The openings this operator leads that have ended and whose day is not closed."""
    return Opening.select().where(Opening.worker == operator, Opening.state != "cancelled", Opening.settled_at.is_null(),
                                  Opening.ends_at <= at, Opening.ends_at > at - 2 * DAY).order_by(Opening.starts_at)


def said_on(phone, most=8):
    """The last texts of a number, both ways, oldest first: (moment, words, whether the person wrote them). No code."""
    sent = Message.select(Message.sent_at, Message.body, Message.id).where(
        Message.phone == phone, Message.channel == "sms", Message.sent_at.is_null(False), Message.body.is_null(False),
        Message.kind != "device_code").order_by(Message.sent_at.desc()).limit(most)
    came = InboundMessage.select(InboundMessage.received_at, InboundMessage.body).where(
        InboundMessage.phone == phone, InboundMessage.body.is_null(False)).order_by(
            InboundMessage.received_at.desc()).limit(most)
    both = [(row.sent_at, row.body, False) for row in sent] + [(row.received_at, row.body, True) for row in came]
    return sorted(both, key=lambda one: (one[0], not one[2]))[-most:]
