"""Questions about what has served its time."""

from models import (
    Appointment,
    Conversation,
    Coordinator,
    DeskItem,
    Employee,
    InboundMessage,
    Link,
    Message,
    Operator,
    Phone,
    Referral,
    ServiceRequest,
)

TO_AN_OFFICE = Message.kind == "signpost_office"     # its words name who asked, and the number


def _without_words():
    """Messages by the columns that lie open: one that no key opens any more stops nobody."""
    return Message.select(Message.id, Message.channel, Message.state, Message.carrier_id, Message.forgotten_at)


def messages_to_empty(before):
    """Messages at rest, queued before this moment, whose words are still here."""
    kept_by_carrier_only = (Message.channel == "sms") & Message.carrier_id.is_null(False) & Message.body.is_null()
    return _without_words().where(Message.state.in_(Message.AT_REST), Message.queued_at <= before,
                                  Message.forgotten_at.is_null(), ~kept_by_carrier_only)


def inbound_to_empty(before):
    """Texts received before this moment and acted upon, whose words are still here."""
    return InboundMessage.select(InboundMessage.id).where(
        InboundMessage.acted_at.is_null(False), InboundMessage.received_at <= before, InboundMessage.body.is_null(False))


def conversations_over(before):
    """Conversations in which nothing was said since this moment, by the columns that lie open."""
    return Conversation.select(Conversation.id, Conversation.updated_at).where(Conversation.updated_at <= before)


def sent_kept_by_carrier():
    """Texts we sent whose words are gone here and may still be kept by the carrier, the newest first."""
    return _without_words().where(
        Message.channel == "sms", Message.state.in_(Message.AT_REST), Message.body.is_null(),
        Message.carrier_id.is_null(False), Message.forgotten_at.is_null()).order_by(Message.id.desc())


def received_kept_by_carrier():
    """The same of texts that came in."""
    return InboundMessage.select().where(
        InboundMessage.body.is_null(), InboundMessage.forgotten_at.is_null()).order_by(InboundMessage.id.desc())


def messages_to(person, phone=None):
    """What was written to a person, or of one to an office; with `phone`, nobody else's number, all that went there."""
    asked = ServiceRequest.select(ServiceRequest.id).where(ServiceRequest.employee == person)
    hers = ((Message.employee == person) | Message.link.in_(Link.select(Link.id).where(Link.employee == person))
            | (TO_AN_OFFICE & Message.request.in_(asked)))
    return _without_words().where(hers | (Message.phone == phone) if phone else hers)


def messages_with(link):
    """What carried this link."""
    return _without_words().where(Message.link == link)


def messages_to_who_asked(request):
    """What was written about a request to the person who asked, or of that person to an office."""
    return _without_words().where(Message.request == request, Message.employee.is_null(False) | TO_AN_OFFICE)


def messages_to_unlink(before):
    """Messages at rest about no request, to people or to bare numbers, queued before this moment."""
    return _without_words().where(
        Message.request.is_null(), Message.queued_at <= before, Message.state.in_(Message.AT_REST),
        Message.operator.is_null(), Message.coordinator.is_null(),
        Message.phone.is_null(False) | Message.employee.is_null(False))


def inbound_to_delete(before):
    """Texts received before this moment that are forgotten everywhere and that nothing on the desk is about."""
    on_the_desk = DeskItem.select(DeskItem.inbound).where(DeskItem.inbound.is_null(False))
    return InboundMessage.select(InboundMessage.id).where(
        InboundMessage.received_at <= before, InboundMessage.forgotten_at.is_null(False),
        InboundMessage.id.not_in(on_the_desk))


def requests_to_forget(unfinished, delivered):
    """Requests that are still somebody's and ended before these moments: those that went no further, those delivered.

    One that was agreed and never marked counts as delivered when the last of its visits was to end. None that somebody
    is still written to about.
    """
    ended, well = ServiceRequest.closed_at, ServiceRequest.outcome == "delivered"
    written = Message.select(Message.request).where(
        Message.request.is_null(False), Message.state.not_in(Message.AT_REST))
    standing = Appointment.select(Appointment.request).where(
        Appointment.state != "cancelled", Appointment.ends_at > delivered)
    return ServiceRequest.select(ServiceRequest.id).where(
        ServiceRequest.employee.is_null(False), ServiceRequest.id.not_in(written),
        (~well & (ended <= unfinished)) | (well & (ended <= delivered))
        | (ended.is_null() & (ServiceRequest.ends_at <= delivered) & ServiceRequest.id.not_in(standing)))


def items_to_forget(done_before):
    """Things about no request that left the desk before this moment."""
    return DeskItem.select(DeskItem.id).where(
        DeskItem.request.is_null(), DeskItem.done_at <= done_before, DeskItem.forgotten_at.is_null())


def invitations_untaken(made_before):
    """Invitations made before this moment that nobody took up."""
    return Link.select().where(Link.purpose == "join", Link.used_at.is_null(), Link.made_at <= made_before)


def links_of_ended(closed_before):
    """The links of referrals whose request ended before this moment and that are not revoked yet."""
    ended = Referral.select(Referral.id).join(ServiceRequest).where(ServiceRequest.closed_at <= closed_before)
    return Link.select().where(Link.purpose == "referral", Link.revoked_at.is_null(), Link.referral.in_(ended))


def phones_of_nobody():
    """Numbers that no row of any table is about; not those that said STOP, which we keep to honour it."""
    rows = Phone.select().where(Phone.stopped_at.is_null())
    for field in Phone._meta.backrefs:
        rows = rows.where(Phone.id.not_in(field.model.select(field).where(field.is_null(False))))
    return rows


def persons_on(phone):
    """Everybody behind a number who has not left, joined or only on a list."""
    return Employee.select().where(Employee.phone == phone, Employee.left_at.is_null()).order_by(Employee.id)


def is_shared(phone, person):
    """Whether a number is somebody else's too."""
    return persons_on(phone).where(Employee.id != person.id).exists() or any(
        model.select().where(model.phone == phone).exists() for model in (Operator, Coordinator))
