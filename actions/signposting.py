"""Signposting: with the person's consent a public office is asked to call, and the request ends there."""

import random

from models import Employee, Municipality, Service, ServiceRequest
from questions.people import project_for
from rules import hours, references

from . import recording
from .asking import NotApproved, once
from .moves import Actor, hold, note, one_transaction
from .outbox import queue, two_days
from .trusting import DAY, link_to, spend

CALL_WHEN = ("mattina", "pomeriggio", "sempre")
A_DAY = 5       # how often a person may ask an office to call, in one day


def signpost(employee: Employee, service: Service, municipality: Municipality, *, when: str, ask_key: str,
             at) -> ServiceRequest:
    """Ask a service's office to call this person, who agreed to it just now. The same `ask_key` asks once.

    `when` is one of CALL_WHEN. Of the person the office learns first name and number; both go only into the words of
    its mail. Raises NotApproved, TooMany.
    """
    asked = ServiceRequest.get_or_none(ServiceRequest.ask_key == ask_key, ServiceRequest.employee == employee)
    if asked:
        return asked
    spend(f"signpost:{employee.id}", A_DAY, DAY, at=at)
    return once(ask_key, employee, lambda letters: _signpost(employee, service, municipality, when, ask_key, at, letters))


@one_transaction
def _signpost(employee, service, municipality, when, ask_key, at, letters):
    employee = hold(employee)       # who is being forgotten at this moment asks for nothing any more
    if not employee.approved_at or employee.left_at:
        raise NotApproved
    by = Actor("employee", employee.id)
    request = _write(employee, service, municipality, when, ask_key, at, letters)
    note(request, "ask", by=by, at=at, after="open")
    recording.close(request, "signposted", by=by, at=at)
    queue("signpost_office", service, at=at, worth=two_days(at), request=request)
    queue("signposted", employee, at=at, worth=two_days(at), hours_class="now", request=request,
          link=link_to("employee", at=at, employee=employee))
    return request


def _write(employee, service, municipality, when, ask_key, at, letters):
    """A request without a time of its own and without a price."""
    return ServiceRequest.create(
        reference=references.draw(random.SystemRandom(), letters), ask_key=ask_key, company=employee.company,
        project=project_for(employee.company, service, hours.local(at).date()), employee=employee, service=service,
        municipality=municipality, starts_at=at, ends_at=at, lapses_at=at, language=employee.language,
        unit_cents=0, price_cents=0, project_cents=0, company_cents=0, worker_cents=0, vat_percent=service.vat_percent,
        project_percent=service.project_percent, company_percent=0, call_when=when, consented_at=at, asked_at=at)
