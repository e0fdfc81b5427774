"""The employee's door: own requests, asking for something, cancelling, being called. The link alone opens it."""

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from actions import asking, ending, giving_back, joining, trusting
from actions.moves import Actor, NotAllowed
from models import Opening, Service, ServiceRequest
from questions.openings import still_published
from questions.people import project_of_company
from questions.seen import ideas_seen_by, seen_by, still_to_book
from questions.territory import covering, services_of
from questions.work import requests_of
from rules.recurrence import Series

from . import languages, locks
from .employee_cards import card_of, cards_of, request_page, too_late
from .how_it_went import HowItWent
from .outcomes import ending_in_words
from .place_cards import PlaceCard
from .reading_back import read_back_of
from .saying_answers import answers_in_words, places_in_words, unit_price_in_words
from .saying_places import badge_of, missing_in_words, point_in_words
from .sending import key_of, new_key, shown_in
from .visit_forms import ReasonForm
from .weekly_wish import days_fit
from .wishes import wish_form, wish_of

door = Blueprint("employee", __name__, url_prefix="/io/<int:link>")

NEEDS = {
    "figli": (_l("Figli"), _l("baby-sitting, doposcuola, We.Kids")),
    "anziani": (_l("Anziani"), _l("aiuto a casa, visite, pasti")),
    "tempo": (_l("Tempo"), _l("spesa, farmacia, stireria")),
    "ascolto": (_l("Ascolto"), _l("parlare con qualcuno")),
}
SHOWN = 3           # of the next openings, before one has said what one needs
MOST = 60           # of those of one need
WHEN_TO_CALL = [SelectChoice("mattina", _l("La mattina")), SelectChoice("pranzo", _l("In pausa pranzo")),
                SelectChoice("dopo17", _l("Dopo le 17")),
                SelectChoice("sms", _l("Scrivetemi: non posso parlare al telefono"))]


class CallForm(FlaskForm):
    """When a person may be called, and in which language."""

    when = RadioField(_l("Quando possiamo chiamarti?"), choices=WHEN_TO_CALL,
                      validators=[InputRequired(_l("Scegli quando."))])
    language = RadioField(_l("In che lingua?"), choices=languages.CHOICES,
                          validators=[InputRequired(_l("Scegli una lingua."))])


@door.before_request
def lock():
    """The person's own link, opened in this browser. Their language is kept when they change it."""
    refusal = locks.open_link("employee")
    if refusal:
        return refusal
    g.language = languages.spoken(g.employee)
    g.project = project_of_company(g.employee.company, g.at)
    if request.method == "POST":
        trusting.use(g.link, at=g.at)
        if g.language != g.employee.language:
            joining.speak(g.employee, g.language, at=g.at)
    return None


@door.context_processor
def whom_to_call():
    """Every page says how to reach a person, and whose page it is."""
    if "employee" not in g:
        return {}
    return {"current_person_line": g.project.whom_to_call, "employee": g.employee, "endings": ending_in_words,
            "how_it_went": HowItWent, "room_badge": badge_of, "point": point_in_words, "how_many": places_in_words,
            "missing_in_words": missing_in_words}


door.register_error_handler(NotAllowed, too_late)


# ---------------------------------------------------------------- own requests

@door.get("/")
def home(link):
    """What needs an answer, own requests, and asking for something."""
    cards = cards_of(list(requests_of(g.employee).limit(40)))
    openings, ideas = _news() if g.employee.approved_at else ([], [])
    needing = [card for card in cards if card.needs]
    live = [card for card in cards if card.request.state != "closed" and not card.needs]
    needs = [(word, examples, url_for(".need", link=link, need=need)) for need, (word, examples) in NEEDS.items()]
    return render_template("employee/home.html", needs=needs, needing=needing, live=live, openings=openings, ideas=ideas,
                           ended=[card for card in cards if card.request.state == "closed"][:10])


def _news():
    """The next openings she is not in, and the ideas that may still come about."""
    openings = seen_by(g.employee, g.project).where(still_to_book(g.at)).order_by(Opening.starts_at, Opening.id).limit(20)
    ideas = ideas_seen_by(g.employee, g.project).where(still_published(g.at)).limit(10)
    return [row for row in openings if not row.mine][:SHOWN], list(ideas)


@door.get("/richieste/<reference>")
def one(link, reference):
    """One request: state, when an answer comes, price and shares, its visits."""
    return request_page(card_of(_own(reference)))


def _own(reference):
    return requests_of(g.employee).where(ServiceRequest.reference == reference.upper()).first() or abort(404)


@door.get("/richieste/<reference>/annullamento")
def ask_to_cancel(link, reference):
    """What cancelling means now, and the button."""
    card = card_of(_own(reference))
    if card.request.state == "closed" or isinstance(card, PlaceCard) and not card.lives:
        raise NotAllowed(card.request)
    return _cancelling(card, ReasonForm(formdata=None))


@door.post("/richieste/<reference>/annullamento")
def cancel(link, reference):
    """Cancel all that is to come."""
    row, form = _own(reference), ReasonForm()
    if not form.validate():
        return _cancelling(card_of(row), form), 422
    ending.cancel(row, by=Actor("employee", g.employee.id), at=g.at, reason=form.reason.data)
    return redirect(url_for(".one", link=link, reference=reference), 303)


def _cancelling(card, form):
    if isinstance(card, PlaceCard):
        free_until = giving_back.free_until(card.opening, card.request.project)
        return render_template("employee/give_back.html", card=card, form=form, free_until=free_until,
                               late=giving_back.is_late(card.place, g.at))
    free_until = ending.free_until(card.request, card.visit and card.visit.starts_at)
    return render_template("employee/cancel.html", card=card, form=form, free_until=free_until)


# ---------------------------------------------------------------- asking

@door.get("/chiedi/<need>")
def need(link, need):
    """The services of one need."""
    if need not in NEEDS:
        abort(404)
    services = list(services_of(need, g.project))
    openings = list(seen_by(g.employee, g.project).where(Service.need == need, still_to_book(g.at))
                    .order_by(Opening.starts_at, Opening.id).limit(MOST))
    return render_template("employee/need.html", need=need, word=NEEDS[need][0], services=services, openings=openings,
                           unit_price=unit_price_in_words)


@door.get("/chiedi/<need>/<code>")
def wish(link, need, code):
    """The few questions of one service."""
    service = _service(need, code)
    form = wish_form(service, g.employee, formdata=None, ask_key=new_key())
    return _wish(service, form)


@door.post("/chiedi/<need>/<code>")
def read_back(link, need, code):
    """Read back what was filled in, with price and shares; or the form again with what is wrong."""
    service = _service(need, code)
    form = wish_form(service, g.employee)
    quote = _quoted(form, service)
    if not quote or request.form.get("change"):
        return _wish(service, form), 200 if request.form.get("change") else 422
    return _read_back(service, form, quote)


def _quoted(form, service):
    """What a form's wish comes to; None, with words beside the fields, where it cannot be."""
    if not form.validate():
        return None
    quote = asking.quote(wish_of(form, service), g.employee, at=g.at)
    return quote if days_fit(form, Series(quote.visits, quote.skipped)) else None


@door.get("/richieste")
def back(link):
    """Reloading the address that a request was sent to."""
    return redirect(url_for(".home", link=link), 303)


@door.post("/richieste")
def send(link):
    """Send the request as it was read back; pressed twice, it is sent once."""
    service = _service(request.form.get("need", ""), request.form.get("code", ""))
    form = wish_form(service, g.employee)
    quote = _quoted(form, service)
    if not quote:
        return _wish(service, form), 422
    try:
        sent = _send(form, wish_of(form, service))
    except asking.PriceChanged as error:
        return _read_back(service, form, error.quote, changed=True), 409
    except asking.NotCovered:
        return _not_covered(service, form)
    except asking.NotApproved:
        abort(403)
    return redirect(url_for(".one", link=link, reference=sent.reference), 303)


def _send(form, wished):
    trusting.spend(f"ask:{g.employee.id}", 30, trusting.DAY, at=g.at)
    if "first_name" in form and form.first_name.data:
        joining.name(g.employee, form.first_name.data, at=g.at)
    return asking.ask(wished, g.employee, ask_key=key_of(form), shown_cents=shown_in(form), at=g.at)


def _service(need, code):
    """A service by appointment of this project; nothing else can be asked for here."""
    if not g.employee.approved_at:
        abort(403)
    return services_of(need, g.project).where(Service.code == code, Service.mode == "appuntamento").first() or abort(404)


def _wish(service, form):
    return render_template("employee/wish.html", service=service, form=form, unit_price=unit_price_in_words(service))


def _read_back(service, form, quote, changed=False):
    wished = wish_of(form, service)
    if not covering(service, wished.municipality).exists():
        return _not_covered(service, form)
    form.shown.data = str(quote.total.worker)
    said = answers_in_words(ServiceRequest(service=service, answers=wished.answers, quantity=wished.quantity), g.language)
    page = make_response(render_template("employee/read_back.html", service=service, form=form, wish=wished, quote=quote,
                                         changed=changed, said=said, **read_back_of(wished, quote)))
    page.headers["Cache-Control"] = "private, max-age=600"      # so that "back" from the sent request finds it again
    return page


def _not_covered(service, form):
    municipality = wish_of(form, service).municipality
    asking.uncovered(g.employee, service, municipality, at=g.at)
    return render_template("employee/not_covered.html", service=service, municipality=municipality)


# ---------------------------------------------------------------- a person calls; this is not me

@door.get("/chiamami")
def call(link):
    """Chiamami: when, and in which language."""
    return render_template("employee/call.html", form=CallForm(formdata=None, language=g.language))


@door.post("/chiamami")
def call_me(link):
    """Someone calls back."""
    form = CallForm()
    if not form.validate():
        return render_template("employee/call.html", form=form), 422
    try:
        joining.call_me(g.employee, form.when.data, language=form.language.data, at=g.at)
    except trusting.TooMany:
        form.when.errors = [_("Abbiamo già la tua richiesta: ti chiamiamo appena possibile.")]
        return render_template("employee/call.html", form=form), 429
    return redirect(url_for(".calling", link=link), 303)


@door.get("/chiamami/fatto")
def calling(link):
    """We will call."""
    return render_template("employee/calling.html")


@door.get("/non-sono-io")
def somebody_else(link):
    """Not you? What to do, for who shares the phone and for who does not know this person."""
    return render_template("employee/not_me.html", company=g.employee.company)


@door.post("/non-sono-io/uscita")
def leave(link):
    """This browser forgets the page: nothing of it is shown here any more."""
    locks.forget(g.link)
    return render_template("employee/left.html", wrong_number=False)


@door.post("/non-sono-io/numero")
def wrong_number(link):
    """Nobody here knows this person: the number may be wrong, and a coordinator looks into it."""
    joining.not_me(g.link, at=g.at)
    locks.forget(g.link)
    return render_template("employee/left.html", wrong_number=True)
