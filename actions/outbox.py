"""The outbox: words are queued in the transaction that makes them true, and sent later by a job."""

import hashlib
from datetime import timedelta

from models import Company, Coordinator, Link, Message, Phone, Service
from questions.people import owed_by_mail
from rules import hours

from . import desk
from .moves import JOB, NotAllowed, move, note, one_transaction

PUT_OFF = [timedelta(minutes=2 ** n) for n in range(10)]   # 1, 2, 4, 8... minutes
STALE_CLAIM = timedelta(minutes=2)
ASK_AGAIN = timedelta(minutes=5)
RANKS = {"accepted": 0, "queued": 1, "sending": 2, "sent": 3, "undelivered": 5, "failed": 5, "delivered": 6, "read": 7}
UNREACHABLE = {"21211", "21214", "21408", "21610", "21612", "21614", "30003", "30005", "30006"}
STOPPED = "21610"
SUBJECTS = ("proposal", "appointment", "place", "referral", "request", "idea", "opening", "link")    # what a message is about: the nearest
# to an employee: where such a text cannot go, a mail goes instead, or someone calls
MATTERS = {"request_received", "answer_later", "confirmed", "reminder_day", "reminder_hours", "nobody_yet", "unfilled",
           "join_approved", "delivered", "cancelled_by_cooperative", "proposal", "moved", "not_moved", "substitute_sought",
           "signposted", "fresh_link", "place_waiting", "place_taken", "group_reached", "group_not_reached",
           "opening_cancelled", "place_offered", "place_moved", "no_place", "resolved"}


@one_transaction
def queue(kind: str, to, *, at, worth, due=None, hours_class=None, detail="", says=None, channel=None, **about):
    """Put one message into the outbox, once.

    `to` is an Employee, Operator, Coordinator, Company or Phone, or a Service: then its office;
    `worth` the moment after which it is not worth sending;
    `hours_class` "now" (the person did something just now), "urgent" (from 8 to 20 every day) or "open" (waits for the
    open hours); without one it is "urgent" or "open" as its request is;
    `about` any of SUBJECTS, and project; `detail` what makes it another message.
    Returns whether it is new: the same key is queued only once.
    """
    due = due or at
    hours_class = hours_class or class_of(about.get("request"))
    channel = channel or ("mail" if isinstance(to, (Coordinator, Service)) else "sms")
    row = dict(
        kind=kind, channel=channel, key=_key(kind, to, channel, about, detail), language=_language(to),
        hours=hours_class, due_at=may_go_from(hours_class, channel, due),
        expires_at=worth, queued_at=at, says=says or {}, **_recipient(to, channel), **about)
    return bool(Message.insert(row).on_conflict_ignore().as_rowcount().execute())


def class_of(request) -> str:
    """In which hours a request's own traffic goes."""
    return "urgent" if request and request.urgent else "open"


def class_before(request, starts_at, at) -> str:
    """The class of a request's own traffic, or "now" when its hours begin only after the visit that it is about."""
    hours_class = class_of(request)
    return hours_class if may_go_from(hours_class, "sms", at) < starts_at else "now"


def may_go_from(hours_class: str, channel: str, at):
    """`at`, or the first moment after it at which a message of this class may go."""
    if channel == "mail":
        return at
    return {"open": hours.next_open, "urgent": hours.next_waking}.get(hours_class, lambda at: at)(at)


def two_days(at):
    """Until when an ending or a promise is worth saying: two days from when it may first be said."""
    return hours.next_open(at) + timedelta(days=2)


def _key(kind, to, channel, about, detail):
    subject = next((about[name] for name in SUBJECTS if about.get(name)), None)
    on = f"{subject._meta.table_name}:{subject.id}" if subject else "-"
    return f"{kind}|{on}|{to._meta.table_name}:{to.id}|{channel}|{detail}"


def _recipient(to, channel):
    name = to._meta.table_name
    if isinstance(to, Phone):
        return {"phone": to}
    if isinstance(to, Company):
        return {"company": to, "address": to.contact_email}
    if isinstance(to, Service):
        return {"address": to.office_email}
    return {name: to, "phone": to.phone, "address": to.email if channel == "mail" else None}


def _language(to):
    return "it" if isinstance(to, (Company, Service)) else to.language


# ---------------------------------------------------------------- sending, one row at a time

@one_transaction
def claim(message, *, text: str, shown: str, subject: str | None, at) -> bool:
    """Take a message for sending, with the hash of its exact text; False when another worker was first.

    `shown` is the text as kept, with the link as [link].
    """
    try:
        move(message, "claim", by=JOB, at=at, claimed_at=at, tries=Message.tries + 1,
             body=shown, subject=subject, body_hash=fingerprint(text))
    except NotAllowed:
        return False
    return True


def fingerprint(text: str) -> str:
    """The hash that proves which words went out."""
    return hashlib.sha256(text.encode()).hexdigest()


@one_transaction
def sent(message, carrier_id: str, *, at):
    """The carrier took it. A receipt may have been faster; then there is nothing left to say."""
    Message.update(carrier_id=carrier_id).where(Message.id == message.id, Message.carrier_id.is_null()).execute()
    if message.channel == "sms":        # only now: a try that failed has not said how to stop
        Phone.update(first_texted_at=at).where(Phone.id == message.phone_id, Phone.first_texted_at.is_null()).execute()
    Link.update(last_used_at=at).where(Link.id == message.link_id, Link.last_used_at < at).execute()
    try:
        move(message, "send", by=JOB, at=at, sent_at=at)
    except NotAllowed as late:
        if late.row.state not in ("sent", "delivered", "undelivered"):
            raise


@one_transaction
def refused(message, code: str, *, at):
    """Refused for good: the person goes to the phone list, or gets a mail where one is known."""
    move(message, "refuse", by=JOB, at=at, ended_at=at, why=code)
    _not_reached(message, code, at)


@one_transaction
def put_off(message, *, at):
    """Try again after 1, 2, 4, 8... minutes, up to its expiry."""
    tries = Message.get_by_id(message.id).tries
    due = at + PUT_OFF[min(tries, len(PUT_OFF)) - 1]
    move(message, "put_off", by=JOB, at=at, due_at=min(due, message.expires_at), claimed_at=None)


@one_transaction
def doubt(message, *, at):
    """Nobody knows whether it went out: wait for a receipt, then ask the carrier."""
    move(message, "doubt", by=JOB, at=at, asked_carrier_at=None)


@one_transaction
def not_found(message, *, at):
    """The carrier does not know it: the first time ask again in five minutes, the second time queue it again.

    Mail has nobody to ask: it is queued again at once, under the same Message-ID.
    """
    if message.channel == "sms" and not message.asked_carrier_at:
        Message.update(asked_carrier_at=at).where(Message.id == message.id, Message.state == "unknown").execute()
    else:
        move(message, "queue_again", by=JOB, at=at, due_at=at, claimed_at=None)


@one_transaction
def drop(message, why: str, *, at):
    """It need not be said any more, or must not be."""
    move(message, "drop", by=JOB, at=at, ended_at=at, why=why)
    if why in ("stopped", "unreachable"):
        _divert(message, why, at)


@one_transaction
def hold(message, *, until):
    """It may not go at this hour: it waits for the next open one and is looked at again then."""
    Message.update(due_at=until).where(Message.id == message.id, Message.state == "queued").execute()


@one_transaction
def expire(message, *, at):
    """Late is worse than never. What mattered goes to a person instead."""
    move(message, "expire", by=JOB, at=at, ended_at=at, why="late")
    if message.kind in MATTERS or message.kind in ("referral", "signpost_office"):
        _to_desk(message, at)


@one_transaction
def park(message, *, at):
    """Its words could not be made: out of the way of the others, and to the desk."""
    if Message.update(state="failed", ended_at=at, why="words").where(
            Message.id == message.id, Message.state.in_(("queued", "sending"))).execute():
        _to_desk(message, at)


@one_transaction
def receipt(message, *, status: str, carrier_id: str, code: str | None, at):
    """A receipt of the carrier. It may come before our own write, twice, or in any order: it only moves forward."""
    lower = [one for one, rank in RANKS.items() if rank < RANKS.get(status, -1)]
    if not Message.update(carrier_status=status).where(
            Message.id == message.id, Message.carrier_status.is_null() | Message.carrier_status.in_(lower),
            status in RANKS).execute():
        return
    if message.carrier_id is None:
        Message.update(carrier_id=carrier_id).where(Message.id == message.id, Message.carrier_id.is_null()).execute()
    if status in ("sent", "delivered", "read"):
        _went_out(message, status, at)
    elif status in ("undelivered", "failed"):
        _came_back(message, code, at)


def _went_out(message, status, at):
    end = {"state": "delivered", "ended_at": at} if status in ("delivered", "read") else {"state": "sent"}
    Message.update(sent_at=message.sent_at or at, **end).where(
        Message.id == message.id, Message.state.in_(("queued", "sending", "unknown", "sent", "undelivered"))).execute()
    if message.phone_id and message.channel == "sms" and "ended_at" in end:
        works_again(message.phone, at=at)


def _came_back(message, code, at):
    Message.update(state="undelivered", ended_at=at, why=code or "").where(
        Message.id == message.id, Message.state.in_(("sending", "unknown", "sent"))).execute()
    _not_reached(message, code or "", at)


# ---------------------------------------------------------------- who cannot be reached by text

def _not_reached(message, code, at):
    if code == STOPPED:
        stopped = Phone.update(stopped_at=at, how="carrier").where(
            Phone.id == message.phone_id, Phone.stopped_at.is_null()).execute()
        if stopped:
            note(message.phone, "stop", by=JOB, at=at, after=code)
    elif code in UNREACHABLE:
        Phone.update(unreachable_at=at, unreachable_why=code).where(Phone.id == message.phone_id).execute()
        note(message.phone, "unreachable", by=JOB, at=at, after=code)
    _divert(message, code, at)


def works_again(phone: Phone, *, at):
    """A text arrived there, or came from there: what the carrier held against the number is over."""
    if Phone.update(unreachable_at=None, unreachable_why=None).where(
            Phone.id == phone.id, Phone.unreachable_why.in_(UNREACHABLE)).execute():
        note(phone, "works_again", by=JOB, at=at)


def _divert(message, why, at):
    """By mail where an address is known; else a person calls. The request stays alive."""
    if message.channel == "sms" and _by_mail(message, at):
        return
    if not message.employee_id or message.kind in MATTERS:
        _to_desk(message, at)


def _to_desk(message, at):
    """A person is to be phoned; of anybody else the desk learns what failed."""
    kind = "to_phone" if message.employee_id else "failed"
    desk.open_item(kind, message=message, project=desk.project_of(message), request=message.request,
                   employee=message.employee, phone=message.phone, at=at)


def _by_mail(message, at):
    to = owed_by_mail(message)
    if not to:
        return False
    about = {name: getattr(message, name) for name in (*SUBJECTS, "project") if getattr(message, name + "_id")}
    queue(message.kind, to, at=at, worth=message.expires_at, hours_class=message.hours, channel="mail",
          detail=f"instead of {message.id}", says=message.says, **about)
    return True
