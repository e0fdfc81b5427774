"""Conversing: what people text is stored first and acted upon after; STOP and START first of all, then the dialogue."""

import re
from datetime import timedelta
from typing import NamedTuple

import peewee
from flask import current_app

from models import Conversation, Coordinator, DeskItem, InboundMessage, Phone
from questions.people import first_project, joined_on, project_of_phone
from rules import numbers
from rules.tokens import mark

from . import desk
from .joining import phone_of
from .moves import Actor, note, one_transaction
from .outbox import ANSWERS, may_go_from, queue, works_again
from .telling import tell, tell_duty
from .trusting import DAY, HOUR, TooMany, link_to, spend

CARRIER_STOPS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
STOPS = CARRIER_STOPS | {"basta", "cancellami"}
STARTS = {"start", "yes", "unstop"}    # "yes" only of a number that stopped: else it is an answer
MAX_BODY = 1600
JUST_NOW = timedelta(minutes=10)    # an answer is one as long as the text it answers is that young
MOST_ANSWERS = 40                   # to one number in an hour; whoever writes more is a machine
MOST_ALARMS = 5                     # so often in an hour a number is told to call 112
QUIET_AFTER = DAY                   # then a conversation begins anew


class Answer(NamedTuple):
    """One answer to a text: its kind, to whom (a person, an operator, a bare number), what it says and is about."""

    kind: str
    to: object
    says: dict = {}
    about: dict = {}


class Outcome(NamedTuple):
    """What came of a text: what it was read as, the answers, and the conversation's columns; None: they stay."""

    read_as: str
    answers: tuple = ()
    talk: dict | None = None


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


def act(inbound: InboundMessage, *, at, read_as="text"):
    """Act on a stored text, once: STOP and START work, an emergency is told, anything else reaches a person."""
    said = about_texts(inbound)
    otherwise = _to_everybody if read_as == "emergency" else _to_a_person
    _once(inbound, said or read_as, {"stop": _stop, "start": _start}.get(said, otherwise), at)


def about_texts(inbound: InboundMessage) -> str | None:
    """Whether it says "stop" or "start": as the whole message, or it says nothing of the kind."""
    word = whole_word(inbound.body or "")
    starts = word in STARTS and (word != "yes" or inbound.phone.stopped_at)
    if inbound.opt_out == "STOP" or word in STOPS:
        return "stop"
    return "start" if inbound.opt_out == "START" or starts else None


def whole_word(body: str) -> str:
    """The message as one bare word: "Stop." is "stop"; "stop by at 5" is not."""
    return re.sub(r"[^\w]+$|^[^\w]+", "", body.strip()).casefold()


@one_transaction
def _once(inbound, read_as, consequence, at):
    if _claim(inbound, read_as, at):
        consequence(inbound, at)


def _claim(inbound, read_as, at):
    """Of two jobs that read the same text, one acts on it."""
    claimed = InboundMessage.update(read_as=read_as, acted_at=at).where(
        InboundMessage.id == inbound.id, InboundMessage.acted_at.is_null()).execute()
    if claimed:
        works_again(inbound.phone, at=at)
    return claimed


# ---------------------------------------------------------------- the dialogue's one transaction

@one_transaction
def acting(inbound: InboundMessage, converse, *, at):
    """Act on a text once, all of it or nothing: `converse(conversation) -> Outcome` says verbs and decides the answers.

    A verb's refusal takes back that verb alone; whoever says it catches it and answers in words.
    """
    talk = conversation_on(inbound.phone, at)     # before the text itself: who is being forgotten goes the same way
    if not _claim(inbound, "text", at):
        return
    outcome = converse(talk)
    InboundMessage.update(read_as=outcome.read_as).where(InboundMessage.id == inbound.id).execute()
    if outcome.talk is not None:
        asked_at = at if outcome.talk.get("asking") else None
        Conversation.update(**outcome.talk, asked_at=asked_at, updated_at=at).where(Conversation.id == talk.id).execute()
    for answer in outcome.answers:
        _answer(inbound, answer, at)


def conversation_on(phone: Phone, at) -> Conversation:
    """The number's conversation, its row held: two texts are answered one after the other. Within a transaction."""
    held = 0
    while not held:                     # deleted at this moment, with its person, it is made again
        Conversation.insert(phone=phone, updated_at=at).on_conflict_ignore().execute()
        held = Conversation.update(phone=phone).where(Conversation.phone == phone).execute()
    talk = Conversation.get(Conversation.phone == phone)
    if talk.updated_at <= at - QUIET_AFTER:
        talk.employee, talk.asking, talk.draft, talk.options, talk.missed = None, "", {}, [], 0
    return talk


def _answer(inbound, answer, at):
    """Queue one answer. To a text that comes late, because a machine was down, it waits for the open hours."""
    kind = answer.kind
    if kind != "emergency" and not may_try(f"answers:{inbound.phone_id}", MOST_ANSWERS, at=at):
        return
    hours_class = "now" if kind == "emergency" or at - inbound.received_at <= JUST_NOW else "open"
    queue(kind, answer.to, at=at, worth=may_go_from(hours_class, "sms", at) + ANSWERS[kind], hours_class=hours_class,
          detail=f"to {inbound.id}", says=answer.says, **answer.about)


def may_try(bucket: str, limit: int, *, at) -> bool:
    """Whether it was not done so often in this hour; counts one."""
    try:
        spend(bucket, limit, HOUR, at=at)
    except TooMany:
        return False
    return True


def hand_over(inbound: InboundMessage, *, at) -> bool:
    """A person reads it: it lies on the desk, with its conversation; once while another text of that number lies there."""
    phone, people = inbound.phone, list(joined_on(inbound.phone))
    if DeskItem.select().where(DeskItem.phone == phone, DeskItem.kind == "text", DeskItem.done_at.is_null()).exists():
        return False
    desk.open_item("text", project=project_of_phone(phone, at) or first_project(), inbound=inbound, phone=phone,
                   language=phone.language, at=at, employee=people[0] if len(people) == 1 else None)
    return True


def alarm(inbound: InboundMessage, *, at):
    """Words of an emergency: on the desk, by mail to the coordinators and by text to who is on duty, at any hour."""
    phone, people = inbound.phone, list(joined_on(inbound.phone))
    project = project_of_phone(phone, at) or first_project()
    desk.open_item("emergency", project=project, inbound=inbound, phone=phone, language=phone.language, at=at,
                   employee=people[0] if len(people) == 1 else None)
    if may_try(f"alarm:{phone.id}", 3, at=at):
        about = {"detail": f":{inbound.id}", "came_at": inbound.received_at.isoformat()}
        tell(project, "emergency", at=at, **about)
        tell_duty(project, "emergency", at=at, hours_class="now", **about)


def may_answer_alarm(phone: Phone, *, at) -> bool:
    """Whether to say 112 once more in this hour: an answering machine speaks of emergencies too, and for ever."""
    return may_try(f"emergency:{phone.id}", MOST_ALARMS, at=at)


def call_back(phone: Phone, *, at):
    """Who has not joined asks to be called."""
    desk.open_item("call_back", project=first_project(), phone=phone, language=phone.language, at=at)


@one_transaction
def speak(phone: Phone, language: str):
    """The language of a number that nobody joined with."""
    Phone.update(language=language).where(Phone.id == phone.id).execute()


# ---------------------------------------------------------------- answered from the desk

@one_transaction
def reply_by_desk(item: DeskItem, words: str, coordinator: Coordinator, *, at):
    """A coordinator answers a text by text. What comes back to it is read by a person too, unless it is clear."""
    people = list(joined_on(item.phone))
    to = item.employee or (people[0] if len(people) == 1 else item.phone)
    last = InboundMessage.select().where(InboundMessage.phone == item.phone).order_by(
        InboundMessage.received_at.desc()).first()
    hours_class = "now" if last and at - last.received_at <= JUST_NOW else "open"
    talk = conversation_on(item.phone, at)
    Conversation.update(asking="desk", draft={}, options=[], missed=0, asked_at=at, updated_at=at).where(
        Conversation.id == talk.id).execute()
    queue("desk_answer", to, at=at, worth=may_go_from(hours_class, "sms", at) + DAY, hours_class=hours_class,
          detail=f"{item.id} {mark(current_app.settings.link_key, words)}", says={"words": words}, project=item.project)      # pressed twice, sent once
    note(item, "reply", by=Actor("coordinator", coordinator.id), at=at)


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


def _to_everybody(inbound, at):
    """An emergency where nobody converses: who stopped, a one-way sender, a mistake of ours. Who may be texted is answered."""
    phone = inbound.phone
    alarm(inbound, at=at)
    hears = not (phone.stopped_at or inbound.opt_out) and numbers.is_number(phone.number)
    if hears and may_answer_alarm(phone, at=at):
        queue("emergency", phone, at=at, worth=at + ANSWERS["emergency"], hours_class="now", detail=f"to {inbound.id}")


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
