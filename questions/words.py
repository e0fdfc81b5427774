"""Questions about words and trust: what is to be sent, in doubt, or to be acted upon."""

import peewee

from models import Appointment, InboundMessage, Message, Phone


def due_texts(at):
    """Texts to be sent now, oldest first, codes and answers before what is urgent, that before the rest."""
    return (Message.select(Message, Phone).join(Phone)
            .where(Message.state == "queued", Message.due_at <= at, Message.channel == "sms")
            .order_by(peewee.Case(Message.hours, [("now", 0), ("urgent", 1)], 2), Message.due_at, Message.id))


def due_letters(at, most=100):
    """Mails to be sent now, oldest first."""
    return (Message.select().where(Message.state == "queued", Message.due_at <= at, Message.channel == "mail")
            .order_by(Message.due_at, Message.id).limit(most))


def texts_since(moment):
    """How many texts were handed to the carrier since."""
    return Message.select().where(Message.channel == "sms", Message.claimed_at >= moment).count()


def left_claimed(before):
    """Messages claimed before this moment whose sender never came back."""
    return Message.select().where(Message.state == "sending", Message.claimed_at < before)


def in_doubt(asked_before, claimed_before):
    """Messages of unknown fate that the carrier may be asked about (again)."""
    return Message.select().where(Message.state == "unknown", Message.claimed_at < claimed_before,
                                  Message.asked_carrier_at.is_null() | (Message.asked_carrier_at < asked_before))


def known_to(phone):
    """The carrier's ids of texts to this number that other rows hold already."""
    rows = Message.select(Message.carrier_id).where(Message.phone == phone, Message.carrier_id.is_null(False))
    return [row.carrier_id for row in rows]


def to_act_on(before):
    """Inbound texts that were stored and not acted upon."""
    return InboundMessage.select().where(
        InboundMessage.acted_at.is_null(), InboundMessage.received_at <= before).order_by(InboundMessage.received_at)


def decisions_about(visits):
    """What the desk decided about some contested visits, or places: the messages that tell the person, the last one last."""
    ids = {True: [], False: []}
    for visit in visits:
        ids[isinstance(visit, Appointment)].append(visit.id)
    return Message.select().where(Message.kind == "resolved", Message.appointment.in_(ids[True])
                                  | Message.place.in_(ids[False])).order_by(Message.id)
