"""What an operator's page says: cards, colleagues, the two lines at its top. All of it is for the visitor in `g.operator`."""

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from models import Appointment
from questions.operators import just_confirmed, waiting_for
from questions.territory import colleagues_of
from rules import hours, saying

from .saying_answers import answers_in_words, units_in_words
from .standing import Standing


def heading(waiting: int) -> str:
    """The first thing to know."""
    if not g.operator.answers:
        return _("I vostri appuntamenti")
    return _("%(number)s da rispondere", number=waiting) if waiting else _("Niente da rispondere")


def then(days) -> str:
    """The second thing to know: what is left of today."""
    today = days.get(hours.local(g.at).date().isoformat())
    left = [v.appointment for v in today.visits if v.planned and v.appointment.ends_at > g.at] if today else []
    if not left:
        return _("Poi: oggi nessun altro appuntamento.") if today else _("Poi: oggi nessun appuntamento.")
    first = saying.hour(left[0].starts_at, g.language)
    return ngettext("Poi: oggi un appuntamento, ore %(hour)s.",
                    "Poi: oggi %(num)s appuntamenti, il primo alle %(hour)s.", len(left), hour=first)


def waiting_cards(problem=None) -> list[Standing]:
    """What is to be answered. `problem`: (referral id, what went wrong with it)."""
    if not g.operator.answers:
        return []
    cards = [standing_of(referral) for referral in waiting_for(g.operator.cooperative)]
    for card in cards:
        if problem and problem[0] == card.referral.id:
            card.problem = problem[1]
    return cards


def confirmed_cards() -> list[Standing]:
    """What was confirmed just now and may be taken back."""
    return [standing_of(_with_request(visit), visit) for visit in just_confirmed(g.operator.cooperative, g.at)]


def _with_request(visit):
    visit.referral.request = visit.request
    return visit.referral


def standing_of(referral, appointment=None) -> Standing:
    """A referral as this visitor sees it."""
    return Standing(referral, g.operator, g.at, appointment, team())


def team() -> dict:
    """Everybody of the visitor's cooperative by id; asked for once a visit."""
    if "team" not in g:
        g.team = {one.id: one for one in (g.operator, *colleagues_of(g.operator))}
    return g.team


def asked_in_words(asked) -> list[str]:
    """Who asked, how much, and the closed answers: for the cooperative in charge only."""
    counted = not asked.service.hourly and "numero" not in asked.service.questions
    number = [units_in_words(asked.service.unit, asked.quantity)] if counted else []
    return [*filter(None, [asked.employee and asked.employee.first_name]), *number, *answers_in_words(asked, g.language)]


def busy_in_words(other: Appointment) -> str:
    """What is in the way, and of whom."""
    when = saying.span(other.starts_at, other.ends_at, g.language)
    if other.worker_id == g.operator.id:
        return _("Hai già un appuntamento %(when)s. Può andare una collega?", when=when)
    return _("%(who)s ha già un appuntamento %(when)s.", who=team()[other.worker_id].name, when=when)
