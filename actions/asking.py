"""Asking: what a person wishes becomes a request, priced as it was shown, and goes to the first cooperative."""

import random
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

import peewee

from models import Employee, Municipality, Project, Service, ServiceRequest
from questions.people import project_for, project_of_company
from questions.territory import covering
from rules import hours, recurrence, references, shares

from . import desk, planning, putting, recording
from .moves import Actor, note, one_transaction
from .outbox import queue
from .planning import Slot
from .telling import tell
from .trusting import link_to


class PriceChanged(Exception):
    """The shares are not those that were shown. `quote` has the new ones."""

    def __init__(self, quote):
        super().__init__("the shares changed since they were shown")
        self.quote = quote


class NotCovered(Exception):
    """No cooperative offers this service in this comune."""


class NotApproved(Exception):
    """The person's joining still waits at the desk."""


@dataclass(frozen=True)
class Wish:
    """What a person asks for: service, where, when (UTC moments), how often, how much, and the closed answers."""

    service: Service
    municipality: Municipality
    starts_at: datetime                     # of the first visit
    ends_at: datetime
    quantity: int = 1
    answers: dict = field(default_factory=dict)
    answer_by: datetime | None = None
    weekly: recurrence.Weekly | None = None

    @property
    def slot(self) -> Slot:
        """When."""
        return Slot(self.starts_at, self.ends_at, self.weekly)


class Quote(NamedTuple):
    """What a wish comes to: its visits with their shares, their total, the days left out, and the project that pays."""

    visits: list[planning.Visit]
    total: shares.Shares
    skipped: list[date]
    project: Project


class _Asked(NamedTuple):
    """What pricing asks of a wish."""

    project: Project
    service: Service
    quantity: int


def quote(wish: Wish, employee: Employee, *, at) -> Quote:
    """The visits, price and three shares of a wish, in cents: the figures that are shown and then kept.

    What is over the person's yearly ceiling, or the project's budget, is the worker's.
    """
    service = wish.service
    project = project_for(employee.company, service, hours.local(at).date())
    series = wish.slot.series(project)
    visits = planning.price(_Asked(project, service, wish.quantity), service.price_cents, service.project_percent,
                            _company_percent(employee), employee, series.visits)
    return Quote(visits, planning.total(visits), series.skipped, project)


def _company_percent(employee):
    return shares.company_percent(employee.company.declared, employee.company.share_percent)


def ask(wish: Wish, employee: Employee, *, ask_key: str, shown_cents: int, at, channel="link") -> ServiceRequest:
    """Send a request. The same `ask_key` (one filled form) asks once, however often it is pressed.

    `shown_cents` is the worker's share the person saw. Raises PriceChanged, NotCovered, NotApproved, NoDays.
    """
    sent = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
    if sent:
        return sent
    if not employee.approved_at:
        raise NotApproved
    now = quote(wish, employee, at=at)
    if not now.visits:
        raise planning.NoDays
    if now.total.worker != shown_cents:
        raise PriceChanged(now)
    if not covering(wish.service, wish.municipality).exists():
        raise NotCovered
    return once(ask_key, employee, lambda letters: _write(wish, employee, now, ask_key, channel, at, letters))


def once(ask_key: str, employee: Employee, write) -> ServiceRequest:
    """The request that `write(letters)` makes, `letters` being the length of its reference: tried until one is free."""
    for letters in (4, 4, 4, 4, 6, 6, 6, 6):
        try:
            return write(letters)
        except peewee.IntegrityError:   # the reference is taken, or this form came twice at once
            sent = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
            if sent:
                return sent
    raise RuntimeError("no free reference")


@one_transaction
def _write(wish, employee, quoted, ask_key, channel, at, letters):
    project, figures, service = quoted.project, quoted.total, wish.service
    starts_at, ends_at = quoted.visits[0][:2]
    request = ServiceRequest.create(
        reference=references.draw(random.SystemRandom(), letters), ask_key=ask_key, project=project,
        company=employee.company, employee=employee, service=service, municipality=wish.municipality,
        starts_at=starts_at, ends_at=ends_at, lapses_at=starts_at, weekly=wish.weekly and wish.weekly.kept(),
        visits=len(quoted.visits), quantity=wish.quantity, answers=wish.answers, answer_by=wish.answer_by,
        short_notice=short_notice(wish, at), channel=channel, language=employee.language,
        unit_cents=service.price_cents, price_cents=figures.price, project_cents=figures.project,
        company_cents=figures.company, worker_cents=figures.worker, vat_percent=service.vat_percent,
        project_percent=service.project_percent, company_percent=_company_percent(employee), asked_at=at)
    note(request, "ask", by=Actor("employee", employee.id), at=at, after="open")
    putting.put_before_next(request, by=Actor("employee", employee.id), at=at)
    _say_when(request, at)
    return ServiceRequest.get_by_id(request.id)


def _say_when(request, at):
    """By when an answer comes; of what is urgent while nobody is on duty, from when somebody reads it."""
    request = ServiceRequest.get_by_id(request.id)
    employee, project = request.employee, request.project
    if request.promised_at:
        reads = putting.heard_from(at) if request.urgent else None
        queue("request_received", employee, at=at, worth=at + timedelta(days=1), hours_class="now", request=request,
              says={"reads_at": reads and reads.isoformat()}, link=link_to("employee", at=at, employee=employee))
    if request.short_notice and not request.urgent:
        tell(project, "short_notice", at=at, request=request)


@one_transaction
def seek_substitute(request: ServiceRequest, visits, *, by: Actor, at) -> ServiceRequest:
    """A request of its own for visits that a cooperative gave back: the same person, service, place and money."""
    key = f"instead:{request.id}:{secrets.token_hex(8)}"
    return once(key, request.employee, lambda letters: _copy(request, visits, key, by, at, letters))


@one_transaction
def _copy(request, visits, ask_key, by, at, letters):
    same = {name: getattr(request, name) for name in (
        "project", "company", "employee", "service", "municipality", "quantity", "answers", "channel", "language",
        "unit_cents", "vat_percent", "project_percent", "company_percent")}
    seeking = ServiceRequest.create(
        reference=references.draw(random.SystemRandom(), letters), ask_key=ask_key, instead_of=request, asked_at=at,
        **same, **for_visits(visits))
    note(seeking, "ask", by=by, at=at, after="open")
    return seeking


def for_visits(visits) -> dict:
    """The columns of a request that asks for these appointments, at the money they were agreed for.

    The answer that was wanted by some moment came then.
    """
    money, first = shares.total([planning.money_of(visit) for visit in visits]), visits[0]
    dates = recurrence.Dates(tuple((visit.starts_at, visit.ends_at) for visit in visits))
    return dict(starts_at=first.starts_at, ends_at=first.ends_at, lapses_at=first.starts_at, visits=len(visits),
                answer_by=None, weekly=dates.kept() if len(visits) > 1 else None, price_cents=money.price,
                project_cents=money.project, company_cents=money.company, worker_cents=money.worker)


def short_notice(wish: Wish, at) -> bool:
    """Whether it starts inside the service's notice: sent all the same, not guaranteed."""
    return wish.starts_at - at < timedelta(hours=wish.service.notice_hours)


def too_soon(starts_at: datetime, at) -> bool:
    """Whether no cooperative can even be texted an hour before the start: what is urgent goes from 8 to 20."""
    return hours.next_waking(at) >= starts_at - timedelta(hours=1)


@one_transaction
def uncovered(employee: Employee, service: Service, municipality: Municipality, *, at):
    """A person asked where no cooperative goes: the desk is told. Nobody calls unless she asks for it."""
    project = project_for(employee.company, service, hours.local(at).date())
    item = desk.open_item("not_covered", project=project, employee=employee, service=service, municipality=municipality,
                          language=employee.language, at=at)
    recording.note_uncovered(project, service, municipality, at=at, thing=item)


@one_transaction
def missing(employee: Employee, inbound, *, at):
    """A person asked by text for what nobody offers: kept as a need that nothing covers, without the person."""
    recording.note_missing(f"inbound_message:{inbound.id}", project_of_company(employee.company, at), at=at)
