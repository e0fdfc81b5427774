"""Joining: a number is invited by the poster's page, proves itself by "Sono io", and becomes a person with a word."""

import random
from datetime import timedelta

from models import Company, DeskItem, Employee, Link, Phone
from questions.people import joined_on, listed_on, project_of_company, words_on
from rules import words

from . import desk
from .moves import Actor, NotAllowed, note, one_transaction
from .outbox import queue, two_days
from .telling import tell
from .trusting import DAY, HOUR, TooMany, link_to, make_link, neighbourhood, spend

NOTICE_VERSION = "2026-11-26"
INVITATION = timedelta(days=1)


def invite(company: Company, number: str, language: str, *, address: str, at):
    """Text a link to the number that was typed on the company's poster page.

    `number` is an Italian mobile, E.164. Raises TooMany for what this very visitor did too often. Where others used
    up a number or a company nothing is sent and nothing is said: whoever counts tries would learn that a colleague came.
    """
    here = neighbourhood(address)
    spend(f"invite:address:{here}", 30, HOUR, at=at)
    spend(f"invite:number:{number}:{here}", 10, DAY, at=at)
    try:
        spend(f"invite:number:{number}", 10, DAY, at=at)
        spend(f"invite:company:{company.code}", 100, DAY, at=at)
    except TooMany:
        return
    _invite(company, number, language, at)


@one_transaction
def _invite(company, number, language, at):
    phone = phone_of(number, language)
    link = make_link("join", at=at, expires_at=at + INVITATION, phone=phone, company=company)
    queue("join_link", phone, at=at, worth=at + timedelta(minutes=30), hours_class="now", link=link)


def phone_of(number: str, language: str = "it") -> Phone:
    """The row of this number, made when it is new."""
    Phone.insert(number=number, language=language).on_conflict_ignore().execute()
    return Phone.get(Phone.number == number)


@one_transaction
def join(link: Link, *, at, language: str, continue_as: int | None = None) -> Employee:
    """"Sono io": whoever reads this number's messages proves it. The link becomes that person's own.

    `continue_as` is the id of a person who joined from this number before; otherwise it is another person.
    Raises NotAllowed when the link was used already, or `continue_as` is nobody of this number.
    """
    if not Link.update(used_at=at).where(Link.id == link.id, Link.used_at.is_null(), Link.live(at)).execute():
        raise NotAllowed(link, "used")
    employee = _arrive(link.phone, link.company, language, at) if continue_as is None else _continue(link, continue_as, at)
    Link.update(purpose="employee", employee=employee, phone=None, company=None, expires_at=None,
                last_used_at=at).where(Link.id == link.id).execute()
    Phone.update(unreachable_at=None, unreachable_why=None).where(Phone.id == link.phone_id).execute()
    return employee


def _continue(link, continue_as, at):
    employee = joined_on(link.phone).where(Employee.id == continue_as).first()
    if employee is None:
        raise NotAllowed(link, "used")
    note(employee, "continue", by=Actor("employee", employee.id), at=at)
    return employee


@one_transaction
def join_by_text(phone: Phone, company: Company, *, at, language: str) -> Employee:
    """The company's code came by text, which proves the number: one more person of it. She may have to wait for approval."""
    Phone.update(unreachable_at=None, unreachable_why=None).where(Phone.id == phone.id).execute()
    return _arrive(phone, company, language, at)


def _arrive(phone, company, language, at):
    listed = listed_on(phone, company).first()
    employee = listed or Employee.create(phone=phone, company=company, language=language, word=draw_word(phone))
    welcome = _let_in(company)
    Employee.update(joined_at=at, language=language, notice_version=NOTICE_VERSION, notice_at=at,
                    approved_at=at if welcome else None).where(Employee.id == employee.id).execute()
    employee = Employee.get_by_id(employee.id)
    note(employee, "join", by=Actor("employee", employee.id), at=at)
    if not welcome:
        _wait(employee, at)
    return employee


def draw_word(phone: Phone) -> str:
    """A word no other person of this number has."""
    return words.draw(random.SystemRandom(), set(words_on(phone)))


def _let_in(company):
    return Company.update(joins=Company.joins + 1).where(
        Company.id == company.id, Company.joins < Company.declared).execute()


def _wait(employee, at):
    project = project_of_company(employee.company, at)
    desk.open_item("joining", project=project, employee=employee, language=employee.language, at=at)
    queue("join_waiting", employee, at=at, worth=at + timedelta(days=2), hours_class="now", project=project)
    tell(project, "joining", at=at, detail=f":{employee.id}")


@one_transaction
def approve(employee: Employee, *, by: Actor, at):
    """The desk lets in a person beyond the company's declared number. Raises NotAllowed when that was done already."""
    if not Employee.update(approved_at=at).where(
            Employee.id == employee.id, Employee.joined_at.is_null(False), Employee.approved_at.is_null()).execute():
        raise NotAllowed(employee, "approved")
    Company.update(joins=Company.joins + 1).where(Company.id == employee.company_id).execute()
    note(employee, "approve", by=by, at=at)
    desk.settle(at, "approved", kind="joining", employee=employee)
    queue("join_approved", employee, at=at, worth=two_days(at),
          link=link_to("employee", at=at, employee=employee), project=project_of_company(employee.company, at))


@one_transaction
def call_me(employee: Employee, when: str, *, at, language: str, service=None):
    """"Chiamami": a person calls back. `when` is one of the choices on the page (pranzo, dopo17, mattina, sms)."""
    spend(f"call:{employee.id}", 5, DAY, at=at)
    project = project_of_company(employee.company, at)
    item = desk.open_item("call_back", project=project, employee=employee, language=language, when_words=when,
                          service=service, at=at)
    DeskItem.update(when_words=when, language=language).where(DeskItem.id == item.id).execute()   # the latest wish counts
    note(employee, "call_me", by=Actor("employee", employee.id), at=at, after=when)
    return item


@one_transaction
def not_me(link: Link, *, at):
    """Whoever opened it does not know this person: the number may be wrong. Nothing goes there until someone calls."""
    employee = link.employee
    Link.update(revoked_at=at).where(Link.employee == employee, Link.revoked_at.is_null()).execute()
    Phone.update(unreachable_at=at, unreachable_why="wrong_person").where(Phone.id == employee.phone_id).execute()
    note(employee, "not_me", by=Actor("phone", employee.phone_id), at=at)
    desk.open_item("wrong_person", project=project_of_company(employee.company, at), employee=employee, at=at)


@one_transaction
def speak(employee: Employee, language: str, *, at):
    """The person's language is kept."""
    Employee.update(language=language).where(Employee.id == employee.id).execute()
    if joined_on(employee.phone).count() == 1:      # else the number is not hers alone
        Phone.update(language=language).where(Phone.id == employee.phone_id).execute()
    note(employee, "speak", by=Actor("employee", employee.id), at=at, after=language)


@one_transaction
def name(employee: Employee, first_name: str, *, at):
    """A first name or nickname for the cooperative, asked once."""
    Employee.update(first_name=first_name).where(Employee.id == employee.id).execute()
    note(employee, "name", by=Actor("employee", employee.id), at=at)
