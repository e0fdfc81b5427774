"""Conversing: what people text is stored first and acted upon after; STOP and START work, the rest reaches a person."""

import re
from datetime import timedelta

import peewee
from flask import current_app

from models import InboundMessage, Phone
from questions.people import first_project, joined_on, project_of_phone
from rules import numbers

from . import desk
from .joining import phone_of
from .moves import Actor, note, one_transaction
from .outbox import queue, works_again
from .trusting import HOUR, TooMany, link_to, spend

CARRIER_STOPS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
STOPS = CARRIER_STOPS | {"basta", "cancellami"}
STARTS = {"start", "yes", "unstop"}    # "yes" only of a number that stopped: else it is an answer
MAX_BODY = 1600


def receive(carrier_id: str, number: str, body: str, *, at, opt_out: str = "") -> InboundMessage:
    """Store what came in, once, however often the carrier says it. Nothing is done about it here."""
    try:
        return _store(carrier_id, number, body[:MAX_BODY].replace("\0", ""), opt_out, at)
    except peewee.IntegrityError:
        return InboundMessage.get(InboundMessage.carrier_id == carrier_id)


@one_transaction
def _store(carrier_id, number, body, opt_out, at):
    return InboundMessage.create(carrier_id=carrier_id, phone=phone_of(number), body=body, opt_out=opt_out,
                                 received_at=at)


def act(inbound: InboundMessage, *, at):
    """Act on a stored text, once. STOP and START are the whole message, or they are nothing of the kind."""
    word = whole_word(inbound.body)
    starts = word in STARTS and (word != "yes" or inbound.phone.stopped_at)
    if inbound.opt_out == "STOP" or word in STOPS:
        _once(inbound, "stop", _stop, at)
    elif inbound.opt_out == "START" or starts:
        _once(inbound, "start", _start, at)
    else:
        _once(inbound, "text", _to_a_person, at)


def whole_word(body: str) -> str:
    """The message as one bare word: "Stop." is "stop"; "stop by at 5" is not."""
    return re.sub(r"[^\w]+$|^[^\w]+", "", body.strip()).casefold()


@one_transaction
def _once(inbound, read_as, consequence, at):
    if InboundMessage.update(read_as=read_as, acted_at=at).where(
            InboundMessage.id == inbound.id, InboundMessage.acted_at.is_null()).execute():
        works_again(inbound.phone, at=at)
        consequence(inbound, at)


def _stop(inbound, at):
    phone, said_at = inbound.phone, inbound.received_at
    if phone.started_at and phone.started_at > said_at:
        return                          # missed then and asked for afterwards: a START came later
    Phone.update(stopped_at=said_at, how="text").where(Phone.id == phone.id, Phone.stopped_at.is_null()).execute()
    note(phone, "stop", by=Actor("phone", phone.id), at=at)
    if not _carrier_answers(inbound):
        queue("stop_farewell", phone, at=at, worth=at + timedelta(minutes=10), hours_class="now", detail=inbound.id)


def _start(inbound, at):
    phone, said_at = inbound.phone, inbound.received_at
    if phone.stopped_at and phone.stopped_at > said_at and phone.how == "text":
        return                          # missed then and asked for afterwards: a STOP came later
    Phone.update(stopped_at=None, started_at=said_at, how="text", unreachable_at=None, unreachable_why=None).where(
        Phone.id == phone.id).execute()
    note(phone, "start", by=Actor("phone", phone.id), at=at)
    if not _carrier_answers(inbound):
        queue("start_welcome", phone, at=at, worth=at + timedelta(minutes=10), hours_class="now", detail=inbound.id)


def _carrier_answers(inbound):
    """Twilio answers its own reserved words by itself, and blocks ours after a STOP."""
    reserved = whole_word(inbound.body) in CARRIER_STOPS | STARTS
    return bool(inbound.opt_out) or (reserved and current_app.settings.sms_carrier == "twilio")


def _to_a_person(inbound, at):
    phone, people = inbound.phone, list(joined_on(inbound.phone))
    desk.open_item("text", project=project_of_phone(phone, at) or first_project(), inbound=inbound, phone=phone,
                   language=phone.language, at=at, employee=people[0] if len(people) == 1 else None)
    if not inbound.opt_out:             # to HELP the carrier has answered by itself
        _say_who_reads(phone, people, at)


def _say_who_reads(phone, people, at):
    """At most one automatic answer per number and hour: two machines fall silent. A name cannot be answered."""
    if not numbers.is_number(phone.number):
        return
    try:
        spend(f"help:{phone.id}", 1, HOUR, at=at)
    except TooMany:
        return
    link = {"link": link_to("employee", at=at, employee=people[0])} if len(people) == 1 else {}
    queue("help", phone, at=at, worth=at + timedelta(minutes=10), hours_class="now", detail=at.isoformat(), **link)


@one_transaction
def ring(number: str, *, at):
    """An unanswered ring: the caller is on the phone list, at most once an hour."""
    phone = phone_of(number)
    try:
        spend(f"ring:{phone.id}", 1, HOUR, at=at)
    except TooMany:
        return
    people = list(joined_on(phone))
    desk.open_item("call_back", project=project_of_phone(phone, at) or first_project(), phone=phone,
                   language=phone.language, at=at, employee=people[0] if len(people) == 1 else None)
