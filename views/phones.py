"""What the demonstration shows: every phone and mailbox, whose it is, what was said on it, and what still waits."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import chain
from operator import or_
from typing import NamedTuple

import peewee
from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape

import wording
from models import Company, Coordinator, Cooperative, Employee, InboundMessage, Link, Message, Operator, Phone
from rules import numbers

ADDRESS = re.compile(r"https?://\S+")
SHOWN_OF_LINK = 22       # characters of an address in a bubble; all of it is behind the link
NEWEST = 600             # messages that the three columns show at most
READERS = ("coordinator", "operator", "employee", "company")   # whose a mailbox may be
OFFICES = "office-0"     # one mailbox for all public offices: they are no rows of ours


@dataclass(frozen=True)
class Place:
    """A phone (`phone-12`) or a mailbox (`coordinator-3`): whose it is, and how much it has received."""

    key: str
    role: str                       # of its person: employee, operator, coordinator, company; "" where nobody is known
    name: str
    of: str = ""                    # the firm or the cooperative
    phone: Phone | None = None      # None: a mailbox
    company: Company | None = None  # the firm whose poster this person walks by
    received: int = 0

    @property
    def id(self) -> int:
        """Of the phone, or of the person whose mailbox it is."""
        return int(self.key.rpartition("-")[2])

    @property
    def label(self) -> str:
        """Marta · Il Melograno."""
        return f"{self.name} · {self.of}" if self.of else self.name


class Said(NamedTuple):
    """One bubble: by its owner (`mine`), or received."""

    at: datetime
    id: int
    words: Markup
    mine: bool


# ---------------------------------------------------------------- every place

def every_place() -> dict[str, Place]:
    """All phones and mailboxes by key: phones of employees, operators, others; mailboxes of the desk and the rest."""
    received = _received()
    employees, operators = list(_employees()), list(_operators())
    phones = _phones(employees, operators, received)
    return {place.key: place for place in chain(phones, _mailboxes(employees, operators, received))}


def _received():
    """How many messages each place has received, in one question."""
    to = [Message.phone, *(getattr(Message, name) for name in READERS)]
    rows = Message.select(Message.channel, *to, peewee.fn.COUNT(Message.id)).where(
        Message.sent_at.is_null(False), Message.body.is_null(False)).group_by(Message.channel, *to).tuples()
    received = Counter()
    for channel, phone_id, *readers, count in rows:
        whose = next((f"{name}-{i}" for name, i in zip(READERS, readers) if i), OFFICES)
        received[f"phone-{phone_id}" if channel == "sms" else whose] += count
    return received


def _employees():
    return Employee.select(Employee, Company).join(Company).where(Employee.left_at.is_null()).order_by(Employee.id)


def _operators():
    return Operator.select(Operator, Cooperative).join(Cooperative).where(
        Operator.left_at.is_null()).order_by(Operator.answers.desc(), Operator.id)


def _phones(employees, operators, received):
    """In the order of the people; a number that nobody is known by, only when something happened on it."""
    phones = {phone.id: phone for phone in Phone.select()}
    people = {}
    for role, rows in (("employee", employees), ("operator", operators)):
        for person in rows:
            people.setdefault(person.phone_id, (role, []))[1].append(person)
    for phone_id, (role, rows) in people.items():
        yield _phone(phones.pop(phone_id), role, rows, received)
    yield from (_phone(phone, "", [], received) for phone in phones.values() if received[f"phone-{phone.id}"])


def _phone(phone, role, people, received):
    """A number two people share is one phone: that is how it is."""
    names = dict.fromkeys(filter(None, (getattr(one, "first_name", "") or getattr(one, "name", "") for one in people)))
    firms = {firm.id: firm for firm in (one.company if role == "employee" else one.cooperative for one in people)}
    return Place(
        key=f"phone-{phone.id}", role=role, name=" + ".join(names) or numbers.pretty(phone.number),
        of=" + ".join(firm.name for firm in firms.values()), phone=phone, received=received[f"phone-{phone.id}"],
        company=people[0].company if role == "employee" else None)


def _mailboxes(employees, operators, received):
    """The desk's and the operators' always; those of people and firms once something lies in them."""
    for coordinator in Coordinator.select().where(Coordinator.left_at.is_null()).order_by(Coordinator.id):
        yield _mailbox("coordinator", coordinator, "", received)
    for operator in operators:
        if operator.email:
            yield _mailbox("operator", operator, operator.cooperative.name, received)
    for employee in employees:
        if received[f"employee-{employee.id}"]:
            yield _mailbox("employee", employee, employee.company.name, received)
    for company in {one.company_id: one.company for one in employees}.values():
        if received[f"company-{company.id}"]:
            yield _mailbox("company", company, "", received)


    if received[OFFICES]:
        yield Place(key=OFFICES, role="office", name=_("Uffici pubblici"), received=received[OFFICES])


def _mailbox(role, person, of, received):
    key = f"{role}-{person.id}"
    name = getattr(person, "name", None) or person.first_name
    return Place(key=key, role=role, name=name, of=of, received=received[key])


# ---------------------------------------------------------------- what was said

def talks(places) -> dict[str, list[Said]]:
    """The conversations of these phones by key, oldest first: what was sent to them, what was typed into them."""
    ids = [place.phone.id for place in places if place.phone]
    told = {f"phone-{i}": [] for i in ids}
    for message in _sent(Message.channel == "sms", Message.phone.in_(ids)):
        told[f"phone-{message.phone_id}"].append(Said(message.sent_at, message.id, words_of(message), mine=False))
    for text in _typed(ids):
        told[f"phone-{text.phone_id}"].append(Said(text.received_at, text.id, escape(text.body), mine=True))
    # at the same moment the person spoke first, and was answered
    return {key: sorted(said, key=lambda one: (one.at, not one.mine, one.id)) for key, said in told.items()}


def letters(places) -> dict[str, list[Message]]:
    """The mail in these mailboxes by key, newest first."""
    boxes = [place for place in places if not place.phone]
    whose = [getattr(Message, place.role) == place.id if place.role in READERS else Message.kind == "signpost_office"
             for place in boxes]
    found = {place.key: [] for place in boxes}
    for letter in _sent(Message.channel == "mail", reduce(or_, whose)) if whose else ():
        whose = next((f"{name}-{i}" for name in READERS if (i := getattr(letter, f"{name}_id"))), OFFICES)
        found[whose].append(letter)
    return found


def _sent(*which):
    return (Message.select(Message, Link).join(Link, peewee.JOIN.LEFT_OUTER)
            .where(Message.sent_at.is_null(False), Message.body.is_null(False), *which)
            .order_by(Message.sent_at.desc(), Message.id.desc()).limit(NEWEST))


def _typed(phone_ids):
    return (InboundMessage.select().where(InboundMessage.phone.in_(phone_ids), InboundMessage.body.is_null(False))
            .order_by(InboundMessage.received_at.desc()).limit(NEWEST))


class Pulse(NamedTuple):
    """How much has happened on all phones together, and what still waits: undo first, and nobody is texted at night."""

    sent: int
    typed: int
    waiting: int
    first_at: datetime | None    # when the first of those that wait leaves

    @property
    def mark(self) -> str:
        """Changes whenever something is received, typed, or held back."""
        return f"{self.sent}.{self.typed}.{self.waiting}"


def pulse(at) -> Pulse:
    """All of it in one question, for it is asked every few seconds."""
    held = (Message.state == "queued") & (Message.due_at > at)
    first_at = peewee.fn.MIN(peewee.Case(None, [(held, Message.due_at)])).converter(Message.due_at.python_value)
    return Pulse(*Message.select(
        peewee.fn.COUNT(Message.sent_at), InboundMessage.select(peewee.fn.COUNT(InboundMessage.id)),
        peewee.fn.COUNT(peewee.Case(None, [(held, 1)])), first_at).tuples().get())


# ---------------------------------------------------------------- its words

def words_of(message: Message) -> Markup:
    """A message's kept words, its link in its place again and clickable."""
    return clickable(wording.link_again(message, message.body or ""))


def clickable(text: str) -> Markup:
    """Text with its addresses as links. Ours become paths: the browser may know this machine by another name."""
    begins, parts = 0, []
    for found in ADDRESS.finditer(text):
        parts += [escape(text[begins:found.start()]), _link(found[0])]
        begins = found.end()
    return Markup().join([*parts, escape(text[begins:])])


def _link(address):
    seen = address.split("://")[1]
    seen = seen if len(seen) <= SHOWN_OF_LINK else seen[:SHOWN_OF_LINK] + "…"
    return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(here(address), seen)


def here(text: str) -> str:
    """The same text with our own addresses as paths."""
    return text.replace(current_app.settings.public_url + "/", "/")
