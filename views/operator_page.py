"""What an operator's page says: cards, colleagues, the two lines at its top. All of it is for the visitor in `g.operator`."""

from flask import g, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from actions.planning import Slot
from models import Appointment, Opening
from questions.operators import closures, just_confirmed, live_proposals, waiting_for
from questions.territory import colleagues_of
from rules import hours, saying

from .changes import Change
from .days import Trouble, days_of
from .marking_forms import WentForm, went_form
from .proposal_forms import MoveForm, ProposalForm, proposal_form
from .saying_answers import answers_in_words, units_in_words
from .standing import Standing


def home_page(status=200, *, instead=None, trouble: Trouble | None = None):
    """The whole page. `instead`: a card drawn as it is given; `trouble`: what went wrong with a visit."""
    live = live_by_request()
    waiting, days = waiting_cards(live, instead), days_of(g.operator, g.at, g.language, live, trouble)
    gone = trouble.words if trouble and not any(row.trouble for day in days.values() for row in day.rows) else ""
    return render_template("operator/home.html", waiting=waiting, confirmed=confirmed_cards(), days=days.values(),
                           team=team(), heading=heading(to_answer(waiting)), then=then(days), gone=gone), status


def heading(waiting: int) -> str:
    """The first thing to know."""
    if not g.operator.answers:
        return _("I vostri appuntamenti")
    return _("%(number)s da rispondere", number=waiting) if waiting else _("Niente da rispondere")


def to_answer(cards) -> int:
    """How many cards wait for the cooperative, not for the person."""
    return sum(not card.waits_for_person for card in cards)


def then(days) -> str:
    """The second thing to know: what is left of today."""
    today = days.get(hours.local(g.at).date().isoformat())
    left = [row for row in today.rows if row.ahead] if today else []
    if not left:
        return _("Poi: oggi nessun altro appuntamento.") if today else _("Poi: oggi nessun appuntamento.")
    first = saying.hour(left[0].starts_at, g.language)
    return ngettext("Poi: oggi un appuntamento, ore %(hour)s.",
                    "Poi: oggi %(num)s appuntamenti, il primo alle %(hour)s.", len(left), hour=first)


# ---------------------------------------------------------------- cards

def live_by_request() -> dict:
    """What is being proposed, by request; there is one of a request at most."""
    return {proposal.request_id: proposal for proposal in live_proposals(g.operator.cooperative)}


def waiting_cards(live, instead=None) -> list[Standing | Change]:
    """What is to be answered, the earliest limit first; what waits for the person comes last."""
    if not g.operator.answers:
        return []
    cards = [standing_of(referral, proposal=live.get(referral.request_id))
             for referral in waiting_for(g.operator.cooperative)]
    cards += [change_of(one) for one in live.values() if one.state == "countered" and one.appointment_id]
    cards = [instead if instead and instead.anchor == card.anchor else card for card in cards]
    return sorted(cards, key=lambda card: (card.waits_for_person, card.limit))


def confirmed_cards() -> list[Standing]:
    """What was confirmed just now and may be taken back."""
    visits = {}
    for visit in just_confirmed(g.operator.cooperative, g.at):
        visits.setdefault(visit.referral_id, []).append(visit)
    return [standing_of(_with_request(rows[0]), rows) for rows in visits.values()]


def _with_request(visit):
    visit.referral.request = visit.request
    return visit.referral


def standing_of(referral, visits=(), proposal=None) -> Standing:
    """A referral as this visitor sees it."""
    closed = closed_for(referral.request) if referral.request.weekly else frozenset()
    return Standing(referral, g.operator, g.at, visits, proposal, closed, team())


def change_of(proposal) -> Change:
    """A move that the person asked for, as this visitor sees it."""
    proposal.appointment.request = proposal.request     # read already
    return Change(proposal, g.operator, g.at, team())


def team() -> dict:
    """Everybody of the visitor's cooperative by id; asked for once a visit."""
    if "team" not in g:
        g.team = {one.id: one for one in (g.operator, *colleagues_of(g.operator))}
    return g.team


def closed_for(asked) -> frozenset:
    """When the visitor's cooperative, or the project of this request, is closed; asked for once a visit."""
    if "closures" not in g:
        g.closures = list(closures(g.operator.cooperative))
    return frozenset(row.on for row in g.closures if row.project_id in (None, asked.project_id))


# ---------------------------------------------------------------- forms of another time

def propose_form(card: Standing) -> ProposalForm:
    """The form on a card: the one that was refused, or a new one, filled in with what is proposed or was asked."""
    return card.form or new_proposal(card, formdata=None)


def new_proposal(card: Standing, **kwargs) -> ProposalForm:
    """The form on a card, with what was sent."""
    worker = card.proposal.worker_id if card.seen else g.operator.id if g.operator.goes else None
    return proposal_form(ProposalForm, f"p{card.referral.id}", card.request.service, Slot.of(card.request), team(),
                         begin=card.suggested, worker=worker, closed=lambda: closed_for(card.request), **kwargs)


def move_form(visit) -> MoveForm:
    """The form on a visit (days.Visit): the one that was refused, or a new one."""
    if visit.fold == "move" and visit.trouble.form:
        return visit.trouble.form
    begin = visit.proposed and Slot(visit.proposed.starts_at, visit.proposed.ends_at)
    return new_move(visit.appointment, begin=begin, formdata=None)


def visit_went_form(visit) -> WentForm:
    """The form of how a visit (days.Visit) went: the one that was refused, or a new one."""
    return visit.trouble.form if visit.fold == "went" else went_form(visit.appointment, formdata=None)


def change_form(card: Change) -> MoveForm:
    """The form on a move that the person asked for: the one that was refused, or a new one with the time they wish."""
    return card.form or new_move(card.visit, f"c{card.proposal.id}", begin=card.wished, formdata=None,
                                 scope="following" if card.proposal.following else "one")


def new_move(appointment: Appointment, key="", **kwargs) -> MoveForm:
    """The form on a visit, with what was sent."""
    request, now = appointment.request, Slot(appointment.starts_at, appointment.ends_at)
    return proposal_form(MoveForm, key or f"m{appointment.id}", request.service, now, team(),
                         worker=appointment.worker_id, closed=lambda: closed_for(request), **kwargs)


# ---------------------------------------------------------------- words

def asked_in_words(asked) -> list[str]:
    """Who asked, how much, and the closed answers: for the cooperative in charge only."""
    counted = not asked.service.hourly and "numero" not in asked.service.questions
    number = [units_in_words(asked.service.unit, asked.quantity)] if counted else []
    return [*filter(None, [asked.employee and asked.employee.first_name]), *number, *answers_in_words(asked, g.language)]


def busy_in_words(other, on=None) -> str:
    """What is in the way, and of whom. `on`: the local day that is spoken of; another one is named."""
    day = hours.local(other.starts_at).date()
    when = saying.span(other.starts_at, other.ends_at, g.language)
    if on and day != on:
        when = f"{saying.day_long(day, g.language)} {when}"
    who, mine = team()[other.worker_id].name, other.worker_id == g.operator.id
    if isinstance(other, Opening):
        return (_("Guidi già un turno %(when)s. Può andare una collega?", when=when) if mine
                else _("%(who)s guida già un turno %(when)s.", who=who, when=when))
    if not isinstance(other, Appointment):
        return (_("Hai già una proposta che aspetta risposta %(when)s. Può andare una collega?", when=when) if mine
                else _("%(who)s ha già una proposta che aspetta risposta %(when)s.", who=who, when=when))
    if mine:
        return _("Hai già un appuntamento %(when)s. Può andare una collega?", when=when)
    return _("%(who)s ha già un appuntamento %(when)s.", who=who, when=when)


def shares_in_words(now, shown: int) -> str:
    """The person would pay more than was shown."""
    return _("Nel frattempo il progetto può pagare di meno: ora la persona pagherebbe %(now)s € invece di %(shown)s €. "
             "Serve il suo sì: mandale una proposta.", now=saying.euro(now.worker, g.language),
             shown=saying.euro(shown, g.language))
