"""One card or one visit of the operator's page: found through the visitor, and drawn again after a press."""

from datetime import date

from flask import abort, current_app, flash, g, render_template, url_for
from flask_babel import gettext as _

from actions import planning
from actions.moves import NotAllowed
from models import Appointment, Proposal, Referral
from questions.operators import agreed_on, appointments_by, proposal_about, proposals_of, referrals_of
from rules import hours

from .answers import answer
from .changes import Change
from .days import Trouble, day_of, key_of
from .operator_page import (
    busy_in_words,
    change_form,
    change_of,
    home_page,
    live_by_request,
    propose_form,
    shares_in_words,
    standing_of,
    team,
)


# ---------------------------------------------------------------- found

def own_card(referral_id):
    """One referral of the visitor's own cooperative as it stands now."""
    referral = referrals_of(g.operator.cooperative).where(Referral.id == referral_id).first()
    if referral is None or not g.operator.answers:
        abort(404)
    return standing_of(referral, list(agreed_on(referral)), proposal_about(referral).first())


def own_visit(appointment_id):
    """One appointment of the visitor's own cooperative."""
    return appointments_by(g.operator.cooperative).where(Appointment.id == appointment_id).first() or abort(404)


def own_proposal(proposal_id):
    """One proposal of the visitor's own cooperative, or a wish put to it."""
    row = proposals_of(g.operator.cooperative).where(Proposal.id == proposal_id).first()
    if row is None or not g.operator.answers:
        abort(404)
    return row


def card_about(proposal_id):
    """The card on which a proposal is answered, as it stands now."""
    row = own_proposal(proposal_id)
    return change_of(row) if row.appointment_id else own_card(row.referral_id)


# ---------------------------------------------------------------- a press on a card

def attempt(again, verb, said=str):
    """Say a verb, then draw `again()`, its card as it stands now: done, refused for what is in the way, or too late."""
    try:
        verb()
    except NotAllowed:
        return too_late(again())
    except planning.Busy as busy:
        card = again()
        return refused(card, busy_in_words(busy.other, _day_of(card)))
    except planning.NoDays:
        return to_be_proposed(again(), _("In quei giorni non viene nessuno: è tutto chiuso. Proponi altri giorni."), 422)
    except planning.SharesChanged as changed:
        card = again()
        return to_be_proposed(card, shares_in_words(changed.shares, _shown(card)), 409)
    return drawn(again(), said())


def _day_of(card):
    """The day that is spoken of; of a series none, so that the day in the way is named."""
    slot = card.wished if isinstance(card, Change) else card.suggested
    return date.min if slot.weekly else hours.local(slot.starts_at).date()


def _shown(card):
    """What the person was shown that they would pay."""
    return card.proposal.worker_cents if isinstance(card, Change) or card.seen else card.request.worker_cents


def drawn(card, said=""):
    """The card alone for htmx; else the page, which says what was done."""
    if said and not current_app.htmx:
        flash(said)
    return answer(card.template, at_card(card), card=card, team=team(), said=said)


def refused(card, words="", status=422, form=None):
    """The same card, with what went wrong on it, and what was typed."""
    card.problem, card.form = words, form
    return (answer(card.template, at_card(card), status, card=card, team=team())
            or home_page(status, instead=card))


def to_be_proposed(card, words, status):
    """Refused as it is: the fold for a proposal opens, filled in with what was pressed."""
    return refused(card, words, status, change_form(card) if isinstance(card, Change) else propose_form(card))


def too_late(card):
    """409: how it stands now."""
    return (answer(card.template, at_card(card), 409, card=card, team=team())
            or (render_template("operator/too_late.html", card=card, team=team()), 409))


def at_card(card):
    """Where a card is on the page."""
    return url_for("operator.home", operator=g.operator.id, _anchor=card.anchor)


# ---------------------------------------------------------------- a press on a visit

def drawn_day(key, said=""):
    """One day alone for htmx; else the page, which says what was done."""
    if said and not current_app.htmx:
        flash(said)
    day = day_of(key, g.operator, g.at, g.language, live_by_request())
    return answer("operator/_day.html", at_day(key), day=day, team=team(), said=said)


def refused_visit(visit, words, status=422, fold="", form=None):
    """Its day again, with what went wrong beside it."""
    return refused_at(visit, Trouble(visit.id, words, fold, form), status)


def refused_at(row, trouble, status):
    """The day of a visit, or of an opening, again, with what went wrong beside it."""
    key = key_of_visit(row)
    day = day_of(key, g.operator, g.at, g.language, live_by_request(), trouble)
    return (answer("operator/_day.html", at_day(key), status, day=day, team=team())
            or home_page(status, trouble=trouble))


def key_of_visit(visit) -> str:
    """Under which heading of the page a visit stands."""
    return key_of(visit, g.at)


def at_day(key):
    """Where a day is on the page."""
    return url_for("operator.home", operator=g.operator.id, _anchor=f"day-{key}")
