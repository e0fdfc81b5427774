"""The desk: things that need a person, taken on, noted and done."""

from datetime import time, timedelta

import peewee

from models import Coordinator, DeskItem, Message, Project, db
from questions.people import first_project, project_of_company
from rules import hours

from .moves import JOB, Actor, NotAllowed, hold, note, one_transaction

CALLS_AN_HOUR = 4
FIRST_CALL, LAST_CALL = 9, 16     # the calls' hours begin: 9-10 ... 16-17
HALF_HOUR = timedelta(minutes=30)
CALL_LASTS = timedelta(hours=1)   # a promised call comes within the hour that was said


def open_item(kind: str, *, project: Project, at, request=None, employee=None, phone=None, **more):
    """Lay one thing on the desk, unless the same thing lies there already. Returns the open item.

    `more`: inbound, message, appointment, place, opening, service, municipality, language, call_at, when_words. What is
    about an opening lies once on the desk of each project with people in it.
    """
    subject = _subject(project, request=request, employee=employee, phone=phone, **more)
    try:
        with db.atomic():   # a savepoint: the index may refuse the row without undoing the verb around it
            item = DeskItem.create(kind=kind, subject=subject, project=project, request=request, employee=employee,
                                   phone=phone or (employee and employee.phone), opened_at=at, **more)
    except peewee.IntegrityError:
        return DeskItem.get(DeskItem.kind == kind, DeskItem.subject == subject, DeskItem.done_at.is_null())
    note(item, "open", by=JOB, at=at, after=kind)
    return item


def _subject(project, *, request, employee, phone, inbound=None, message=None, appointment=None, place=None,
             opening=None, service=None, municipality=None, **_):
    if opening:
        return f"{opening._meta.table_name}:{opening.id}:{project.code}"
    for row in (inbound, appointment, place, request, message if not employee else None, employee, phone):
        if row:
            extra = f":{service.code}:{municipality.istat}" if service and municipality else ""
            return f"{row._meta.table_name}:{row.id}{extra}"
    raise ValueError("a desk item needs a subject")


def project_of(message: Message) -> Project:
    """The project whose desk must hear of this message."""
    if message.request_id:
        return message.request.project
    if message.project_id:
        return message.project
    if message.employee_id:
        return project_of_company(message.employee.company, message.queued_at)
    if message.company_id:
        return project_of_company(message.company, message.queued_at)
    return first_project()


def call_slot(project: Project, at, closed=()):
    """The first working hour of the next working day with fewer than four calls promised (messages.md: nobody_yet)."""
    morning = hours.next_working_morning(at, closed)
    while True:
        on = hours.local(morning).date()
        for hour in range(FIRST_CALL, LAST_CALL + 1):
            slot = hours.moment(on, time(hour))
            promised = DeskItem.select().where(DeskItem.project == project, DeskItem.call_at == slot).count()
            if promised < CALLS_AN_HOUR:
                return slot
        morning = hours.next_working_morning(morning, closed)


def duty_slot(at):
    """From when who is on duty calls about something urgent: at once, said to the half hour, between 8 and 20."""
    at = hours.next_waking(at)
    over = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return hours.next_waking(at + (HALF_HOUR - over if over else over))


# ---------------------------------------------------------------- what a coordinator does with an item

@one_transaction
def take_on(item: DeskItem, coordinator: Coordinator, *, at):
    """"Me ne occupo io": the first to say so has it. Raises NotAllowed when a colleague was first."""
    taken = DeskItem.update(taken_by=coordinator, taken_at=at).where(
        DeskItem.id == item.id, DeskItem.done_at.is_null(), DeskItem.taken_by.is_null()).execute()
    if not taken:
        raise _too_late(item)
    note(item, "take_on", by=Actor("coordinator", coordinator.id), at=at)


@one_transaction
def let_go(item: DeskItem, coordinator: Coordinator, *, at):
    """Give back what one had taken on."""
    if not DeskItem.update(taken_by=None, taken_at=None).where(
            DeskItem.id == item.id, DeskItem.done_at.is_null(), DeskItem.taken_by == coordinator).execute():
        raise _too_late(item)
    note(item, "let_go", by=Actor("coordinator", coordinator.id), at=at)


@one_transaction
def say(item: DeskItem, words: str, coordinator: Coordinator, *, at):
    """Note what was said on the phone. Words are kept sealed, each note below the last."""
    said = hold(item).said                  # of two notes at once none is lost
    DeskItem.update(said=f"{said}\n{words}".strip(), said_at=at).where(DeskItem.id == item.id).execute()
    note(item, "say", by=Actor("coordinator", coordinator.id), at=at)


@one_transaction
def finish(item: DeskItem, why: str, coordinator: Coordinator, *, at):
    """The thing is done. Raises NotAllowed when it was done already."""
    if not _finish([DeskItem.id == item.id], why, at):
        raise _too_late(item)
    note(item, "finish", by=Actor("coordinator", coordinator.id), at=at, after=why)


def settle(at, why: str, **subject):
    """Things that settled themselves leave the desk: `subject` e.g. request=..., kind=... Returns how many."""
    same = [getattr(DeskItem, name) == value for name, value in subject.items()]
    items = [item for item in DeskItem.select().where(*same, DeskItem.done_at.is_null())
             if _finish([DeskItem.id == item.id], why, at)]
    for item in items:
        note(item, "settle", by=JOB, at=at, after=why)
    return len(items)


def _finish(conditions, why, at):
    return DeskItem.update(done_at=at, done_why=why).where(*conditions, DeskItem.done_at.is_null()).execute()


def _too_late(item):
    now = DeskItem.get_by_id(item.id)
    return NotAllowed(now, "done" if now.done_at else "taken")
