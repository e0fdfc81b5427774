"""Forgetting: what has served its time goes, and so does a person who asks for it; what stays is nobody's."""

import secrets
from datetime import timedelta

from flask import current_app

from models import (
    Allowance,
    Appointment,
    Code,
    Conversation,
    DeskItem,
    Employee,
    Event,
    InboundMessage,
    Interest,
    JobRun,
    Link,
    Message,
    Phone,
    Place,
    Rate,
    ServiceRequest,
)
from questions.desk import events_of
from questions.forgetting import is_shared, messages_to, messages_to_who_asked, messages_with
from questions.openings import openings_held_by
from questions.work import requests_of
from rules import tokens

from . import conversing, desk, ending, planning, recording
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction

# What the notice promises (templates/public/privacy.*.html): whoever changes one changes the other.
WORDS = timedelta(days=30)
INVITATION = timedelta(days=7)
LINK_OF_ENDED = timedelta(days=30)
UNFINISHED = timedelta(days=90)
DONE_AT_THE_DESK = timedelta(days=90)
DELIVERED = timedelta(days=365)
TRACES = timedelta(days=365)         # that a text went or came, without its words

AFTER_THE_PROJECT = timedelta(days=30)   # what it delivered last is settled by then
WEEK = timedelta(days=7)


@one_transaction
def tidy(*, at) -> int:
    """Delete codes, counters and claims of a week ago. Returns how many rows."""
    old = at - WEEK
    return (Code.delete().where(Code.expires_at < old).execute()
            + Rate.delete().where(Rate.window_at < old).execute()
            + JobRun.delete().where(JobRun.done_at < old, JobRun.slot != "tick").execute())


# ---------------------------------------------------------------- words

@one_transaction
def empty_sent(message: Message, *, at, **unlinked):
    """Empty the words of a message at rest. It is forgotten with that, unless the carrier keeps them too.

    `unlinked`: columns that go with them. The hash goes, because short words can be guessed from it.
    """
    kept = message.channel == "sms" and message.carrier_id and not message.forgotten_at
    Message.update(body=None, subject=None, body_hash=None, says={}, address=None,
                   forgotten_at=None if kept else message.forgotten_at or at, **unlinked).where(
        Message.id == message.id, Message.state.in_(Message.AT_REST)).execute()


@one_transaction
def empty_received(text: InboundMessage, *, at):
    """Empty the words of a text that came in; the carrier's are next."""
    InboundMessage.update(body=None).where(InboundMessage.id == text.id).execute()


@one_transaction
def delete_conversation(talk: Conversation, *, at):
    """What was being asked on a number, a month after the last word of it."""
    Conversation.delete().where(Conversation.id == talk.id, Conversation.updated_at == talk.updated_at).execute()


@one_transaction
def emptied_at_carrier(text, *, at):
    """The carrier keeps its words no more, or never did. With its id there one could still ask it for the number.

    A text that came in keeps that id, or it would be taken in again; its row is deleted after a year.
    """
    unlinked = {"carrier_id": None} if isinstance(text, Message) else {}
    model = type(text)
    model.update(forgotten_at=at, **unlinked).where(model.id == text.id).execute()


def unlink(message: Message, *, at):
    """Empty a message at rest, and leave nothing that says whom it was for; its key named the person by id."""
    empty_sent(message, at=at, employee=None, phone=None, link=None, key=f"forgotten|{message.id}")


@one_transaction
def delete_received(text: InboundMessage, *, at):
    """After a year nothing of a text that came in is of use."""
    InboundMessage.delete().where(InboundMessage.id == text.id).execute()


# ---------------------------------------------------------------- requests and things on the desk

@one_transaction
def anonymise(request: ServiceRequest, *, at, by: Actor = JOB):
    """Leave of a request its figures, moments and reason; whose it was and what was answered goes.

    A visit that has begun can still be marked by its cooperative: it is a visit to nobody.
    """
    planning.withdraw_live(request, by=JOB, at=at)      # about a visit that has begun: nobody is there to hear of it
    recording.settle_all(ServiceRequest.get_by_id(request.id), at=at)
    ServiceRequest.update(employee=None, company=None, answers={}, ask_key=secrets.token_hex(16)).where(
        ServiceRequest.id == request.id).execute()
    Appointment.update(undo_until=at, remind_day_at=None, remind_hours_at=None, decide_at=None).where(
        Appointment.request == request, Appointment.state == "planned").execute()
    Place.update(remind_day_at=None, remind_hours_at=None).where(Place.request == request).execute()
    Event.update(actor=None).where(
        Event.role == "employee", Event.id.in_([event.id for event in events_of(request)])).execute()
    for message in messages_to_who_asked(request):
        unlink(message, at=at)
    _clear_desk(at, request=request)
    note(request, "forget", by=Actor(by.role) if by.role == "employee" else by, at=at)


def _clear_desk(at, **about):
    """Nothing can be done any more about what still lies there; whom it was about goes."""
    desk.settle(at, "forgotten", **about)
    same = [getattr(DeskItem, name) == row for name, row in about.items()]
    for item in DeskItem.select(DeskItem.id).where(*same):
        forget_item(item, at=at)


@one_transaction
def forget_item(item: DeskItem, *, at):
    """Leave of a thing on the desk what kind it was and when; whom it was about and what was noted goes."""
    DeskItem.update(employee=None, phone=None, inbound=None, message=None, said="", forgotten_at=at,
                    subject=f"{DeskItem._meta.table_name}:{item.id}").where(DeskItem.id == item.id).execute()


# ---------------------------------------------------------------- invitations and numbers

@one_transaction
def withdraw_invitation(link: Link, *, at):
    """Delete an invitation that nobody took up, unless its text still waits to be sent."""
    about = list(messages_with(link))
    if all(message.state in Message.AT_REST for message in about):
        for message in about:
            unlink(message, at=at)
        Link.delete().where(Link.id == link.id).execute()


@one_transaction
def forget_number(phone: Phone, *, at):
    """Delete a number that nothing is about. A row that came meanwhile keeps it: the database refuses."""
    Phone.delete().where(Phone.id == phone.id).execute()


# ---------------------------------------------------------------- a person who asks for it

@one_transaction
def erase(employee: Employee, *, by: Actor, at):
    """Forget a person at once; what is planned is cancelled first. What the carrier keeps follows with the job.

    Of a number that is nobody else's only a keyed mark stays. Raises NotAllowed when it was done already, or while
    a text to that person is on its way: then in a few minutes.
    """
    talk = conversing.conversation_on(employee.phone, at)   # held first, as by a text that comes in at this moment
    Conversation.delete().where(Conversation.id == talk.id).execute()
    if not Employee.update(left_at=at).where(Employee.id == employee.id, Employee.left_at.is_null()).execute():
        raise NotAllowed(employee, "erased")
    phone = None if is_shared(employee.phone, employee) else employee.phone
    requests = sorted(requests_of(employee), key=lambda request: request.id)
    for row in [*openings_held_by(employee), *requests]:    # openings first, as everybody does; all before any money
        hold(row)
    for request in requests:
        _cancel(request, by, at)
    _stop_writing(employee, phone, by, at)
    for request in requests:
        anonymise(request, at=at, by=by)
    _clear_desk(at, employee=employee)
    _empty_person(employee, phone, at)
    note(employee, "erase", by=by, at=at)


def _cancel(request, by, at):
    try:
        ending.cancel(request, by=by, at=at)
    except NotAllowed:      # it has ended, or its visit has begun
        pass


LAST_MOVE = {"queued": "drop", "unknown": "expire"}


def _stop_writing(employee, phone, by, at):
    """What waits is not said any more, what was said is emptied; the links open nothing."""
    for message in messages_to(employee, phone):
        if message.state == "sending":
            raise NotAllowed(message)
        if message.state in LAST_MOVE:
            move(message, LAST_MOVE[message.state], by=by, at=at, ended_at=at, why="erased")
        unlink(message, at=at)
    hers = (Link.employee == employee) | (Link.phone == phone) if phone else Link.employee == employee
    Link.update(revoked_at=at).where(hers, Link.revoked_at.is_null()).execute()


def _empty_person(employee, phone, at):
    key, number = current_app.settings.link_key, employee.phone.number
    gone = {"number": f"gone:{tokens.mark(key, f'gone:{number}')}:{employee.id}",
            "unreachable_at": at, "unreachable_why": "erased"}
    if phone:
        _empty_number(phone, at)
        Phone.update(**gone).where(Phone.id == phone.id).execute()
    else:                   # it stays somebody else's: this person's row no longer leads to it
        phone = Phone.create(**gone)
    Allowance.delete().where(Allowance.employee == employee).execute()
    Interest.delete().where(Interest.employee == employee).execute()
    recording.drop_heads(employee)
    Employee.update(first_name="", name_mark="", word="", email=None, phone=phone, gender=None, age_band=None,
                    news_at=None).where(
        Employee.id == employee.id).execute()


def _empty_number(phone, at):
    InboundMessage.update(acted_at=at, read_as="erased").where(
        InboundMessage.phone == phone, InboundMessage.acted_at.is_null()).execute()
    InboundMessage.update(body=None).where(InboundMessage.phone == phone).execute()
    _clear_desk(at, phone=phone)
