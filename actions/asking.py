"""Asking: what a person wishes becomes a request, priced as it was shown, and goes to the first cooperative."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import peewee

from models import Appointment, Employee, Municipality, Referral, Service, ServiceRequest
from questions.people import project_for
from questions.territory import closed_days, covering
from questions.work import operators_told
from rules import hours, limits, references, shares

from . import desk, putting
from .moves import JOB, Actor, NotAllowed, move, note, one_transaction
from .outbox import queue, two_days
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
    """What a person asks for: service, where, when (UTC moments), how much, and the closed answers."""

    service: Service
    municipality: Municipality
    starts_at: datetime
    ends_at: datetime
    quantity: int = 1
    answers: dict = field(default_factory=dict)
    answer_by: datetime | None = None

    @property
    def minutes(self):
        """How long, in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def quote(wish: Wish, employee: Employee) -> shares.Shares:
    """The price and the three shares of a wish, in cents: the figures that are shown and then kept."""
    price = shares.price(wish.service.price_cents, hourly=wish.service.hourly, minutes=wish.minutes,
                         quantity=wish.quantity)
    company = employee.company
    return shares.split(price, wish.service.project_percent,
                        shares.company_percent(company.declared, company.share_percent))


def ask(wish: Wish, employee: Employee, *, ask_key: str, shown_cents: int, at, channel="link") -> ServiceRequest:
    """Send a request. The same `ask_key` (one filled form) asks once, however often it is pressed.

    `shown_cents` is the worker's share the person saw. Raises PriceChanged, NotCovered, NotApproved.
    """
    sent = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
    if sent:
        return sent
    if not employee.approved_at:
        raise NotApproved
    now = quote(wish, employee)
    if now.worker != shown_cents:
        raise PriceChanged(now)
    if not covering(wish.service, wish.municipality).exists():
        raise NotCovered
    return _ask(wish, employee, now, ask_key, channel, at)


def _ask(wish, employee, figures, ask_key, channel, at):
    for letters in (4, 4, 4, 4, 6, 6, 6, 6):
        try:
            return _write(wish, employee, figures, ask_key, channel, at, letters)
        except peewee.IntegrityError:   # the reference is taken, or this form came twice at once
            sent = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
            if sent:
                return sent
    raise RuntimeError("no free reference")


@one_transaction
def _write(wish, employee, figures, ask_key, channel, at, letters):
    project = project_for(employee.company, wish.service, hours.local(at).date())
    request = ServiceRequest.create(
        reference=references.draw(random.SystemRandom(), letters), ask_key=ask_key, project=project,
        company=employee.company, employee=employee, service=wish.service, municipality=wish.municipality,
        starts_at=wish.starts_at, ends_at=wish.ends_at, quantity=wish.quantity, answers=wish.answers,
        answer_by=wish.answer_by, short_notice=short_notice(wish, at), channel=channel, language=employee.language,
        price_cents=figures.price, project_cents=figures.project, company_cents=figures.company,
        worker_cents=figures.worker, vat_percent=wish.service.vat_percent,
        project_percent=wish.service.project_percent,
        company_percent=shares.company_percent(employee.company.declared, employee.company.share_percent),
        asked_at=at)
    note(request, "ask", by=Actor("employee", employee.id), at=at, after="open")
    putting.put_before_next(request, by=Actor("employee", employee.id), at=at)
    request = ServiceRequest.get_by_id(request.id)
    if request.promised_at:
        queue("request_received", employee, at=at, worth=at + timedelta(days=1), hours_class="now", request=request,
              link=link_to("employee", at=at, employee=employee))
    if request.short_notice:
        tell(project, "short_notice", at=at, request=request)
    return request


def short_notice(wish: Wish, at) -> bool:
    """Whether it starts inside the service's notice: sent all the same, not guaranteed."""
    return wish.starts_at - at < timedelta(hours=wish.service.notice_hours)


def too_soon(starts_at: datetime, at) -> bool:
    """Whether no cooperative can even be texted an hour before the start: nights, Sundays and holidays."""
    return hours.next_open(at) >= starts_at - timedelta(hours=1)


@one_transaction
def uncovered(employee: Employee, service: Service, municipality: Municipality, *, at):
    """A person asked where no cooperative goes: the desk is told. Nobody calls unless she asks for it."""
    desk.open_item("not_covered", project=project_for(employee.company, service, hours.local(at).date()),
                   employee=employee, service=service, municipality=municipality, language=employee.language, at=at)


# ---------------------------------------------------------------- cancelling, and the end at the start

@one_transaction
def cancel(request: ServiceRequest, *, by: Actor, at):
    """The employee cancels. Raises NotAllowed when it has ended, or its visit has begun."""
    move(request, "close", by=by, at=at, outcome="cancelled_by_employee", closed_at=at)
    referral, visit = _live_parts(request)
    if _has_begun(request, at):
        raise NotAllowed(request)
    if visit:
        move(visit, "cancel", by=by, at=at, cancelled_at=at, sequence=visit.sequence + 1,
             cancelled_late=at > free_until(request))
    if referral:
        move(referral, "withdraw", by=by, at=at)
        _tell_operators(request, referral, visit, at)
    desk.settle(at, "cancelled_by_employee", request=request)


def _live_parts(request):
    """The referral and the appointment that hang on a request now; read after its row was moved, so they stay."""
    return (Referral.get_or_none(Referral.request == request, Referral.state.in_(Referral.LIVE)),
            Appointment.get_or_none(Appointment.request == request, Appointment.state == "planned"))


def _has_begun(request, at):
    over = (Appointment.starts_at <= at) | (Appointment.state == "delivered")
    return Appointment.select().where(Appointment.request == request, Appointment.state != "cancelled", over).exists()


def free_until(request: ServiceRequest) -> datetime:
    """Until when cancelling is free: the later of 24 working hours and the service's notice before the start."""
    return limits.free_until(request.starts_at, request.service.notice_hours, request.project.cancel_free_hours,
                             closed_days(request.project))


def _tell_operators(request, referral, appointment, at):
    for operator in operators_told(referral, appointment):
        queue("cancelled_by_employee" if appointment or referral.operator_id else "referral_withdrawn", operator,
              at=at, worth=request.starts_at, hours_class=_hours_class(request, at), referral=referral, request=request)


def _hours_class(request, at):
    """Before a visit within eighteen hours nobody can wait for the open hours."""
    return "now" if request.starts_at - at < timedelta(hours=18) else "open"


@one_transaction
def lapse(request: ServiceRequest, *, at):
    """It was not agreed before its start: it ends, the person is told, and the reason stays."""
    move(request, "lapse", by=JOB, at=at, outcome="lapsed", closed_at=at, reason="start")
    referral, _ = _live_parts(request)
    if referral:
        move(referral, "lapse", by=JOB, at=at)
    desk.settle(at, "lapsed", kind="late", request=request)
    if desk.settle(at, "lapsed", kind="unassigned", request=request):    # a call was promised, and is still owed
        desk.open_item("to_phone", project=request.project, request=request, employee=request.employee,
                       language=request.language, at=at)
    _tell_the_end(request, "unfilled", at)
    tell(request.project, "lapsed", at=at, request=request)


@one_transaction
def close(request: ServiceRequest, outcome: str, reason: str, *, by: Actor, at):
    """The desk closes a request: unfilled, signposted, duplicate, cancelled_by_cooperative; with a reason.

    Raises NotAllowed when it has ended, or its visit took place.
    """
    move(request, "close", by=by, at=at, outcome=outcome, reason=reason, closed_at=at)
    referral, visit = _live_parts(request)
    hours_class = _hours_class(request, at) if visit else "open"
    if Appointment.select().where(Appointment.request == request, Appointment.state == "delivered").exists():
        raise NotAllowed(request)
    if visit:
        move(visit, "cancel", by=by, at=at, cancelled_at=at, sequence=visit.sequence + 1)
    if referral:
        move(referral, "withdraw", by=by, at=at)
        putting.tell_withdrawn(referral, visit, at=at, hours_class=hours_class)
    desk.settle(at, outcome, request=request)
    if outcome != "duplicate":
        _tell_the_end(request, WORDS_AT_THE_END.get(outcome, "unfilled"), at, hours_class)


WORDS_AT_THE_END = {"cancelled_by_cooperative": "cancelled_by_cooperative", "signposted": "signposted"}


def _tell_the_end(request, kind, at, hours_class="open"):
    if request.employee is None:    # she asked to be forgotten
        return
    queue(kind, request.employee, at=at, worth=two_days(at), hours_class=hours_class, request=request,
          link=link_to("employee", at=at, employee=request.employee))
