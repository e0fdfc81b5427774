"""The operator's door, another time: proposed, moved, agreed to when the person asks for it; or nobody can come at all."""

from flask import Blueprint, abort, g
from flask_babel import gettext as _

from actions import agreeing, changing, ending, planning, proposing
from actions.moves import Actor, NotAllowed
from rules import hours, saying

from . import locks
from .answers import first_error
from .operator import tell_the_count, whose_page
from .operator_cards import (
    attempt,
    card_about,
    drawn,
    drawn_day,
    key_of_visit,
    own_card,
    own_proposal,
    own_visit,
    refused,
    refused_visit,
    too_late,
)
from .operator_forms import ConfirmForm, GiveBackForm
from .operator_page import busy_in_words, change_of, live_by_request, new_move, new_proposal, team
from .saying_slots import visit_in_words

door = Blueprint("proposing", __name__, url_prefix="/operatore/<int:operator>")
door.context_processor(whose_page)
door.after_request(tell_the_count)


@door.before_request
def lock():
    """Only a browser this operator trusts."""
    return locks.device_only("operator")


# ---------------------------------------------------------------- what was asked

@door.post("/invio/<int:referral>/proposta")
def propose(operator, referral):
    """Propose another time for what was asked, or change what is being proposed."""
    card = own_card(referral)
    form = new_proposal(card)
    try:
        card.must_be_free(form.instead_of.data, form.seen.data)
        if form.validate() and _as_asked(card, form.slot()):
            form.start.errors = [_("È l'orario che la persona ha chiesto: confermalo, o scegline un altro.")]
            return refused(own_card(referral), form=form)
        done = _done(form, lambda slot, worker: agreeing.propose(
            card.referral, slot, worker, by=_me(), at=g.at, operator=g.operator, seen=form.seen.data or ""))
    except NotAllowed:
        return too_late(own_card(referral))
    return drawn(own_card(referral)) if done else refused(own_card(referral), form=form)


def _as_asked(card, slot):
    """Whether it is what was asked, at no more than was shown: that needs a yes, not a proposal."""
    request = card.request
    return card.state in ("waiting", "mine", "colleague") and slot == planning.Slot.of(request) and planning.total(
        planning.priced(request, slot.series(request.project, g.operator.cooperative).visits)).worker <= request.worker_cents


def _done(form, verb):
    """Say a verb with the time and the person of a form; if it cannot be, the reason stands beside its field."""
    if not form.validate():
        return False
    slot = form.slot()
    try:
        verb(slot, form.chosen(g.operator, team()))
    except planning.Busy as busy:
        form.worker.errors = [busy_in_words(busy.other, hours.local(slot.starts_at).date())]
    except planning.NoDays:
        form.day.errors = [_("In quei giorni non viene nessuno: è tutto chiuso. Scegline altri.")]
    except planning.SharesChanged:
        form.day.errors = [_("Proprio ora è cambiato quanto può pagare il progetto. Prova ancora.")]
    return not form.errors


def _me():
    return Actor("operator", g.operator.id)


# ---------------------------------------------------------------- what the person asks instead

@door.post("/proposta/<int:proposal>/conferma")
def agree(operator, proposal):
    """Yes to the time that the person asked for, and who goes."""
    row, form = own_proposal(proposal), ConfirmForm().among(team(), g.operator)
    if _is_our_own(row):
        return _as_it_is(row)
    if not form.validate():
        return refused(card_about(proposal), first_error(form))
    return attempt(lambda: card_about(proposal),
                   lambda: agreeing.agree_to_counter(row, g.operator, form.chosen(g.operator, team()), at=g.at),
                   said=lambda: _said_of_change(proposal))


@door.post("/proposta/<int:proposal>/rifiuto")
def refuse(operator, proposal):
    """No to a move of a planned visit: it stays as it is."""
    row = own_proposal(proposal)
    if row.appointment_id is None:
        abort(404)
    if _is_our_own(row):
        return _as_it_is(row)
    return attempt(lambda: card_about(proposal), lambda: changing.refuse_change(row, g.operator, at=g.at),
                   said=lambda: _said_of_change(proposal))


def _is_our_own(row):
    """A move that the cooperative proposed and nobody asked to change: the answer is the person's."""
    return row.appointment_id is not None and row.counter_starts_at is None


def _as_it_is(row):
    return refused_visit(own_visit(row.appointment_id), _not_changed(row.appointment_id), 409)


def _said_of_change(proposal):
    row = own_proposal(proposal)
    return _("%(now)s Avvisiamo la persona.", now=change_of(row).words) if row.appointment_id else ""


# ---------------------------------------------------------------- planned visits

@door.post("/appuntamento/<int:appointment>/proposta")
def move(operator, appointment):
    """Propose another time for a planned visit; it stays as it is until the person says yes."""
    visit = _visit_to_change(appointment)
    live = live_by_request().get(visit.request_id)
    wish = live if live and live.state == "countered" and live.appointment_id == visit.id else None
    form = new_move(visit, key=f"c{wish.id}" if wish else "")
    try:
        if (form.seen.data or "") != proposing.mark_of(live):
            raise NotAllowed(visit)
        done = _done(form, lambda slot, worker: changing.propose_change(
            visit, slot, worker, following=form.following, by=_me(), at=g.at, operator=g.operator,
            seen=form.seen.data or ""))
    except NotAllowed:
        return refused_visit(visit, _not_changed(appointment), 409)
    if not done:
        return refused(change_of(wish), form=form) if wish else refused_visit(visit, "", fold="move", form=form)
    return drawn_day(key_of_visit(visit), _proposed(live_by_request()[visit.request_id]))


def _proposed(row):
    return _("Proposto: %(when)s. La persona risponde entro %(by)s.",
             when=visit_in_words(row.starts_at, row.ends_at, g.language), by=saying.moment_short(row.due_at, g.language))


@door.post("/appuntamento/<int:appointment>/rinuncia")
def give_back(operator, appointment):
    """Nobody of the cooperative can come: another one is sought at once."""
    visit, form = _visit_to_change(appointment), GiveBackForm()
    if not form.validate():
        return refused_visit(visit, first_error(form), fold="back")
    try:
        ending.give_back(visit, g.operator, form.reason.data, following=form.following, at=g.at)
    except NotAllowed:
        return refused_visit(visit, _not_changed(appointment), 409)
    return drawn_day(key_of_visit(visit), _("%(when)s, %(reference)s: cerchiamo subito un'altra cooperativa e avvisiamo la persona.",
                                            reference=visit.request.reference,
                                            when=visit_in_words(visit.starts_at, visit.ends_at, g.language)))


def _visit_to_change(appointment):
    """A visit of the visitor's cooperative; moving it and giving it back is for who answers."""
    return own_visit(appointment) if g.operator.answers else abort(404)


def _not_changed(appointment):
    visit = own_visit(appointment)
    if visit.state == "cancelled":
        return (_("Avete già detto che non potete: cerchiamo un'altra cooperativa.")
                if visit.cancelled_by == "cooperative" else _("Nel frattempo è stato annullato."))
    if visit.state != "planned" or visit.starts_at <= g.at:
        return _("È già cominciato: non si sposta più.")
    return _("Nel frattempo è cambiato qualcosa: ecco com'è ora.")
