"""A referral's own link on a browser nobody trusts yet: what its SMS said, and answering it; never who asked."""

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TelField, ValidationError
from wtforms.validators import InputRequired

from actions import answering, planning, trusting
from actions.moves import NotAllowed
from models import Phone, Referral
from questions.operators import agreed_on, proposal_about, referral_link
from questions.territory import closed_days
from rules import numbers

from . import languages, locks
from .answers import answer, first_error
from .operator_forms import DeclineForm, KnowinglyInstead
from .standing import Standing

door = Blueprint("referral", __name__, url_prefix="/invio/<int:link>")


class ConfirmForm(KnowinglyInstead):
    """Who goes; colleagues have no names here."""

    worker = SelectField(choices=["me", "later"], validators=[InputRequired(_l("Scegli chi va."))])


class ColleagueForm(FlaskForm):
    """The number of whoever should have had this link."""

    number = TelField(_l("Il tuo numero di cellulare"), description=_l("Quello che la cooperativa conosce"))

    def validate_number(self, field):
        """Any number that can be one; keeps it in `e164`. Whose it is nobody is told."""
        try:
            self.e164 = numbers.any_number(field.data or "")
        except numbers.NotMobile as error:
            raise ValidationError(_("Scrivi il numero intero, per esempio 333 000 0001.")) from error


@door.before_request
def lock():
    """Only a referral's link that this browser opened, that still lives, of somebody who is still there."""
    link_id = request.view_args["link"]
    g.link = referral_link(link_id).first() if link_id in session.get("links", []) else None
    if g.link is None:
        abort(404)
    if not locks.is_live(g.link):
        return redirect(url_for("links.old", link=link_id), 303)
    g.language = languages.spoken(g.link.operator)
    if request.method == "POST":
        trusting.use(g.link, at=g.at)
    return None


@door.context_processor
def whom_to_call():
    """Every page of this door says whom to call."""
    if not g.get("link"):
        return {}
    project = g.link.referral.request.project
    return {"current_person_line": project.whom_to_call}


# ---------------------------------------------------------------- the page

@door.get("/")
def page(link):
    """What the SMS said, and what can be answered now."""
    return _page(_standing())


def _standing():
    """How it stands now: the row is read again, for a verb may have moved it."""
    referral = referral_link(g.link.id).get().referral
    closed = closed_days(referral.request.project, referral.cooperative_id) if referral.request.weekly else frozenset()
    return Standing(referral, g.link.operator, g.at, list(agreed_on(referral)), proposal_about(referral).first(), closed)


def _page(card, status=200, form=None):
    return render_template("referral/page.html", card=card, link=g.link,
                           form=form or ColleagueForm(formdata=None)), status


# ---------------------------------------------------------------- answering

@door.post("/conferma")
def confirm(link):
    """Confirm as asked: I go, or we decide later."""
    form = ConfirmForm()
    return _act(form, lambda referral, me: answering.confirm(
        referral, me, me if form.worker.data == "me" else None, at=g.at))


@door.post("/presa")
def take(link):
    """Take it first, decide later."""
    return _act(KnowinglyInstead(), lambda referral, me: answering.take(referral, me, at=g.at))


@door.post("/rifiuto")
def decline(link):
    """"Non possiamo", with a reason."""
    form = DeclineForm()
    return _act(form, lambda referral, me: answering.decline(referral, me, form.reason.data, at=g.at))


@door.post("/ripensamento")
def undo(link):
    """Take back one's own confirmation, within ten minutes."""
    card = _standing()
    if card.appointment is None or card.referral.operator_id != g.link.operator_id:
        return _drawn(card, 409)
    try:
        answering.undo(card.appointment, g.link.operator, at=g.at)
    except NotAllowed:
        return _drawn(_standing(), 409)
    return _drawn(_standing())


def _act(form, verb):
    """Say the verb while the link still acts, and draw how it stands then."""
    card = _standing()
    if not form.validate():
        return _refused(card, first_error(form))
    try:
        card.must_be_free(seen=form.seen.data)
        verb(card.referral, g.link.operator)
    except NotAllowed:
        return _drawn(_standing(), 409)
    except planning.Busy:
        return _refused(card, _("A quell'ora hai già un altro appuntamento. Puoi confermare e decidere dopo chi va."))
    except planning.SharesChanged:
        return _refused(card, _("Nel frattempo il progetto può pagare di meno e la persona pagherebbe di più: serve una "
                                "proposta. Conferma questo telefono per mandarla."), 409)
    except planning.NoDays:
        return _refused(card, _("In quei giorni non viene nessuno: è tutto chiuso. Conferma questo telefono per proporre "
                                "altri giorni."))
    return _drawn(_standing())


def _refused(card, words, status=422):
    card.problem = words
    return _drawn(card, status)


def _drawn(card, status=200):
    return (answer("referral/_referral.html", url_for(".page", link=g.link.id), status, card=card, link=g.link)
            or _page(card, status))


# ---------------------------------------------------------------- somebody else's link

@door.post("/collega")
def send_to_colleague(link):
    """"Non sei tu?": an operator of that cooperative gets a link of her own; the answer is the same for any number."""
    form, card = ColleagueForm(), _standing()
    if not form.validate():
        return _page(card, 422, form)
    try:
        _send(form.e164, card)
    except trusting.TooMany:
        form.number.errors = [_("L'hai già chiesto più volte. Riprova più tardi, oppure chiamaci.")]
        return _page(card, 429, form)
    except NotAllowed:
        return _page(card, 409)
    return redirect(url_for(".sent_to_colleague", link=link), 303)


def _send(number, card):
    trusting.spend(f"colleague:{g.link.id}", 5, trusting.DAY, at=g.at)
    trusting.spend(f"colleague:address:{trusting.neighbourhood(request.remote_addr)}", 20, trusting.HOUR, at=g.at)
    if card.referral.state not in Referral.LIVE:
        raise NotAllowed(card.referral)
    phone = Phone.get_or_none(Phone.number == number)
    if phone:
        answering.send_to_colleague(card.referral, phone, at=g.at)


@door.get("/collega")
def sent_to_colleague(link):
    """What happens now; the same for every number."""
    return render_template("referral/sent_to_colleague.html", link=g.link)
