"""The words of a message: its template, what is true now, in the person's language; used by jobs, the demo and the desk."""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from flask import current_app, g
from jinja2 import TemplateNotFound

from actions import planning, trusting
from actions.desk import CALL_LASTS, project_of
from models import Appointment, Message, Municipality, Project
from questions.opening_days import led_on
from questions.people import first_project, joined_on, project_of_company
from questions.work import agreed_together, day_list, visits_from
from rules import hours, sms

HIDDEN_LINK = "[link]"
SUBJECT = re.compile(r"(?:Oggetto|Subject): *(.+)\n+")
LAST_WORD = re.compile(r"([ '])([^ '])[^ ']*$")
UNBOUND = re.compile(r"[.?\d]$")   # a sentence that is over, or ends with a number to call, does not lead to its link
SHORTEST = 2                     # how tight words get
DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")     # a shortened name at the end of a sentence
LONG_COMUNE = 16                 # letters; "Osio Sopra" and "Osio Sotto" are below it and stay apart


@dataclass(frozen=True)
class Words:
    """What goes out, and what is kept of it: the same words with every link hidden."""

    text: str
    shown: str
    subject: str | None = None
    html: str | None = None


class Going(NamedTuple):
    """Where somebody goes, as her day's list says it: a visit, or an opening that she leads."""

    starts_at: datetime
    ends_at: datetime
    municipality: Municipality
    reference: str


def words_for(message: Message) -> Words:
    """Render a message. Raises whatever its template raises: the caller parks it."""
    link = current_app.settings.public_url + trusting.path_of(message.link) if message.link_id else ""
    with _speaking(message.language):
        subject, text, html = _mail(message, link) if message.channel == "mail" else (None, _text(message, link), None)
    return Words(text=text, shown=text.replace(link, HIDDEN_LINK) if link else text, subject=subject, html=html)


def html_again(message: Message) -> str | None:
    """The HTML of a mail as it was sent, for the demonstration's mailboxes."""
    return words_for(message).html


def link_again(message: Message, shown: str) -> str:
    """The kept words with their link in its place again: the token is derived, so it can be."""
    if not message.link_id:
        return shown
    return shown.replace(HIDDEN_LINK, current_app.settings.public_url + trusting.path_of(message.link))


# ---------------------------------------------------------------- texts

def _text(message, link):
    """The fullest wording that is one segment; else the fullest that is two; else the shortest there is.

    Two are for a day's list, a proposal, what to do while nobody reads what is urgent, and the first text to a
    number, which also says how to stop.
    """
    facts = {**_facts(message, link), "two_way": current_app.settings.sms_two_way}
    tightest = SHORTEST - 1 if _is_first(message) else SHORTEST
    wordings = [_paragraph(message, facts, short=short) for short in range(tightest + 1)]
    one = next((text for text in wordings if sms.segments(text) == 1), None)
    if one:
        return one
    for text in chain(wordings, _shorter_lists(message, facts)):
        if sms.segments(text) <= 2:
            return text
    return text


def _shorter_lists(message, facts):
    """A long day tells its first visits and how many more there are; the page has them all."""
    for most in range(len(facts["visits"]) - 1, 0, -1):
        yield _paragraph(message, facts, short=SHORTEST, most=most)


def _paragraph(message, facts, **how):
    """One paragraph. `short` asks for the template's tighter words, 1 for "Tel." and "Romano di L.", 2 for the tightest.

    No letter goes silently.
    """
    facts = {**facts, "comune": _comune_short if how["short"] else _comune, **how}
    text = " ".join(_rendered(message, facts, "txt").split())
    if _is_first(message) and "STOP" not in text:
        text = _with_stop(text, facts)
    return sms.tidy(DOUBLE_STOP.sub(".", text))


def _with_stop(text, facts):
    """How to stop is said before the link, which stays last."""
    link, stop = facts["link"], _shared("_stop", facts)
    head, tail = (text.removesuffix(link).rstrip(), link) if link and text.endswith(link) else (text, "")
    if tail and not UNBOUND.search(head):    # "Per disdire: <link>", "Scrivi SI, o apri <link>" stay whole
        sentence = max(head.rfind(". "), head.rfind("? ")) + 1 or len(head)
        head, tail = head[:sentence], f"{head[sentence:].strip()} {tail}".strip()
    head = head.rstrip(".")
    return f"{head}{'' if head.endswith('?') else '.'} {stop} {tail}".strip()


def _is_first(message):
    """The first SMS to a number says how to stop, where a text can be answered."""
    return current_app.settings.sms_two_way and message.phone and not message.phone.first_texted_at


def _comune(municipality):
    return getattr(municipality, "name", municipality)


def _comune_short(municipality):
    """`Romano di L.`: a name of more than sixteen letters keeps the first of its last word. A comune, or its name."""
    name = getattr(municipality, "name", municipality)
    return LAST_WORD.sub(r"\1\2.", name) if len(name) > LONG_COMUNE else name


# ---------------------------------------------------------------- mail

def _mail(message, link):
    """Subject, text, HTML. What was written as an SMS goes as a letter around the words that ask for no text back."""
    facts = {**_facts(message, link), "comune": _comune, "short": 0, "two_way": False}
    text = _rendered(message, facts, "mail.txt", "txt").lstrip()
    if not SUBJECT.match(text):
        words = " ".join(text.split()).removesuffix(link).rstrip()
        text = _shared("_letter", {**facts, "words": words}).lstrip()
    subject = SUBJECT.match(text)
    return subject[1], text[subject.end():].rstrip() + "\n", _html(message, facts)


def _html(message, facts):
    try:
        return _rendered(message, facts, "html")
    except TemplateNotFound:
        return None


# ---------------------------------------------------------------- templates and what they may say

@contextmanager
def _speaking(language):
    """The filters speak the reader's language, whoever's visit this is."""
    before, g.language = g.get("language", "it"), language
    try:
        yield
    finally:
        g.language = before


def _rendered(message, facts, *endings):
    """The first of its templates that exists. Raises TemplateNotFound."""
    names = [f"messages/{message.kind}.{message.language}.{ending}" for ending in endings]
    return current_app.jinja_env.select_template(names).render(facts)


def _shared(name, facts):
    return current_app.jinja_env.get_template(f"messages/{name}.{facts['language']}.txt").render(facts).rstrip()


def _facts(message, link):
    """What the words may say: ids became rows, moments stay moments; the templates say them."""
    says = {name: _meant(name, value) for name, value in message.says.items()}
    project, employee = _project(message), _employee(message)
    return dict(
        says=says, link=link, project=project, person=project.phone, language=message.language,
        request=message.request, referral=message.referral, appointment=message.appointment,
        place=message.place, opening=message.place.opening if message.place_id else message.opening, idea=message.idea,
        visit=_visit(message) or message.request, proposal=message.proposal, proposed=_proposed(message),
        how_many=_how_many(message, says), employee=employee, word=employee and employee.word,
        operator=message.operator, coordinator=message.coordinator, phone=message.phone,
        company=message.link.company if message.link_id else None,
        home=current_app.settings.public_url, visits=_visits(message, says), queued_at=message.queued_at, pilot=current_app.settings.pilot_name,
        call_ends_at=says["call_at"] + CALL_LASTS if says.get("call_at") else None)


def _meant(name, value):
    """What was queued as text is a moment or a day again."""
    if value and name.endswith("_at"):
        return datetime.fromisoformat(value)
    if value and (name == "on" or name.endswith("_on")):
        return date.fromisoformat(value)
    return value


def _employee(message):
    """Whom it is for; an answer to a number knows the person by the link it carries."""
    return message.employee or (message.link.employee if message.link_id else None)


def _project(message) -> Project:
    """Whose phone it names: that of the matter, else of the person's company, else the oldest project's."""
    if message.request_id or message.project_id:
        return project_of(message)
    person = _employee(message) or (message.phone_id and not message.operator_id and joined_on(message.phone).first())
    company = message.company or (message.link.company if message.link_id else None) or (person and person.company)
    return project_of_company(company, message.queued_at) if company else first_project()


def _proposed(message):
    """The visits that are being proposed, in order, with their money."""
    return [planning.Visit.of(one) for one in message.proposal.visits] if message.proposal_id else []


def _visit(message):
    """The visit it is about; of several that were confirmed, the first that has not been called off since."""
    if message.kind == "confirmed":
        return visits_from(message.request, message.appointment.planned_at).first() or message.appointment
    return message.appointment or message.place


def _how_many(message, says):
    """How many visits it is about, where it may be about several."""
    if message.kind == "confirmed" and says.get("visits"):
        return says["visits"] - agreed_together(message.appointment).where(Appointment.state == "cancelled").count()
    if says.get("visits"):
        return says["visits"]
    if message.proposal_id:
        return len(message.proposal.visits) or 1
    return message.request.visits if message.request_id and not message.appointment_id else 1


def _visits(message, says):
    """A day list's visits and openings in order, as they are at the moment of sending."""
    if message.kind != "day_list":
        return []
    begins, ends = hours.day(says["on"])
    visits = [Going(one.starts_at, one.ends_at, one.request.municipality, one.request.reference)
              for one in day_list(message.operator, begins, ends)]
    led = [Going(one.starts_at, one.ends_at, one.municipality, one.code) for one in led_on(message.operator, begins, ends)]
    return sorted(visits + led, key=lambda one: one.starts_at)
