"""The employee's door: own requests, asking for something, cancelling, being called. The link alone opens it."""

import re
import secrets

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from actions import asking, joining, trusting
from actions.moves import Actor, NotAllowed
from models import Service, ServiceRequest
from questions.people import project_of_company
from questions.territory import covering, next_openings, services_of
from questions.work import appointments_of, calls_promised, requests_of

from . import languages, locks
from .outcomes import ending_in_words, outcome_in_words
from .saying_answers import answers_in_words, unit_price_in_words
from .wishes import wish_form, wish_of

door = Blueprint("employee", __name__, url_prefix="/io/<int:link>")

NEEDS = {
    "figli": (_l("Figli"), _l("baby-sitting, doposcuola, We.Kids")),
    "anziani": (_l("Anziani"), _l("aiuto a casa, visite, pasti")),
    "tempo": (_l("Tempo"), _l("spesa, farmacia, stireria")),
    "ascolto": (_l("Ascolto"), _l("parlare con qualcuno")),
}
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
    return {"current_person_line": g.project.whom_to_call, "employee": g.employee,
            "outcomes": outcome_in_words, "endings": ending_in_words}


@door.errorhandler(NotAllowed)
def too_late(error):
    """Somebody, or the same person on another page, was first: what is true now."""
    return render_template("employee/too_late.html", card=_card(error.row)), 409


# ---------------------------------------------------------------- own requests

@door.get("/")
def home(link):
    """What needs an answer, own requests, and asking for something."""
    requests = list(requests_of(g.employee).limit(40))
    needs = [(word, examples, url_for(".need", link=link, need=need)) for need, (word, examples) in NEEDS.items()]
    return render_template("employee/home.html", needs=needs, live=_cards([r for r in requests if r.state != "closed"]),
                           ended=_cards([r for r in requests if r.state == "closed"][:10]))


@door.get("/richieste/<reference>")
def one(link, reference):
    """One request: state, when an answer comes, price and shares."""
    card = _card(_own(reference))
    return render_template("employee/request.html", card=card, free_until=asking.free_until(card["request"]),
                           too_soon=_waits_too_long(card["request"]))


def _waits_too_long(row):
    return row.state == "open" and asking.too_soon(row.starts_at, row.asked_at)


def _own(reference):
    return requests_of(g.employee).where(ServiceRequest.reference == reference.upper()).first() or abort(404)


def _card(row):
    return _cards([requests_of(g.employee).where(ServiceRequest.id == row.id).get()])[0]


def _cards(requests):
    """Requests with their appointment and the call that was promised: two queries, however many."""
    visits = {visit.request_id: visit for visit in appointments_of(requests)} if requests else {}
    calls = {item.request_id: item.call_at for item in calls_promised(requests)} if requests else {}
    return [dict(request=row, visit=_seen(visits.get(row.id)), call_at=calls.get(row.id)) for row in requests]


def _seen(visit):
    """A confirmation that can still be undone is not yet told."""
    return visit if visit and visit.undo_until <= g.at else None


@door.get("/richieste/<reference>/annullamento")
def ask_to_cancel(link, reference):
    """What cancelling means now, and the button."""
    card = _card(_own(reference))
    if card["request"].state == "closed":
        raise NotAllowed(card["request"])
    return render_template("employee/cancel.html", card=card, free_until=asking.free_until(card["request"]))


@door.post("/richieste/<reference>/annullamento")
def cancel(link, reference):
    """Cancel it."""
    asking.cancel(_own(reference), by=Actor("employee", g.employee.id), at=g.at)
    return redirect(url_for(".one", link=link, reference=reference), 303)


# ---------------------------------------------------------------- asking

@door.get("/chiedi/<need>")
def need(link, need):
    """The services of one need."""
    if need not in NEEDS:
        abort(404)
    services = list(services_of(need, g.project))
    openings = list(next_openings([s for s in services if s.mode == "turno"], g.at).limit(6))
    return render_template("employee/need.html", need=need, word=NEEDS[need][0], services=services, openings=openings,
                           unit_price=unit_price_in_words)


@door.get("/chiedi/<need>/<code>")
def wish(link, need, code):
    """The few questions of one service."""
    service = _service(need, code)
    form = wish_form(service, g.employee, formdata=None, ask_key=secrets.token_hex(16))
    return _wish(service, form)


@door.post("/chiedi/<need>/<code>")
def read_back(link, need, code):
    """Read back what was filled in, with price and shares; or the form again with what is wrong."""
    service = _service(need, code)
    form = wish_form(service, g.employee)
    if not form.validate() or request.form.get("change"):
        return _wish(service, form), 200 if request.form.get("change") else 422
    wished = wish_of(form, service)
    if not covering(service, wished.municipality).exists():
        return _not_covered(service, wished)
    return _read_back(service, form, wished)


@door.get("/richieste")
def back(link):
    """Reloading the address that a request was sent to."""
    return redirect(url_for(".home", link=link), 303)


@door.post("/richieste")
def send(link):
    """Send the request as it was read back; pressed twice, it is sent once."""
    service = _service(request.form.get("need", ""), request.form.get("code", ""))
    form = wish_form(service, g.employee)
    if not form.validate():
        return _wish(service, form), 422
    wished = wish_of(form, service)
    try:
        sent = _send(form, wished)
    except asking.PriceChanged:
        return _read_back(service, form, wished, changed=True), 409
    except asking.NotCovered:
        return _not_covered(service, wished)
    except asking.NotApproved:
        abort(403)
    return redirect(url_for(".one", link=link, reference=sent.reference), 303)


def _send(form, wished):
    trusting.spend(f"ask:{g.employee.id}", 30, trusting.DAY, at=g.at)
    shown = int(form.shown.data) if re.fullmatch("[0-9]{1,9}", form.shown.data or "") else -1
    if "first_name" in form and form.first_name.data:
        joining.name(g.employee, form.first_name.data, at=g.at)
    key = f"{g.employee.id}:{(form.ask_key.data or secrets.token_hex(16))[:64]}"
    return asking.ask(wished, g.employee, ask_key=key, shown_cents=shown, at=g.at)


def _service(need, code):
    """A service by appointment of this project; nothing else can be asked for here."""
    if not g.employee.approved_at:
        abort(403)
    return services_of(need, g.project).where(Service.code == code, Service.mode == "appuntamento").first() or abort(404)


def _wish(service, form):
    return render_template("employee/wish.html", service=service, form=form, unit_price=unit_price_in_words(service))


def _read_back(service, form, wished, changed=False):
    shares = asking.quote(wished, g.employee)
    form.shown.data = str(shares.worker)
    said = answers_in_words(_as_request(service, wished), g.language)
    page = make_response(render_template(
        "employee/read_back.html", service=service, form=form, wish=wished, shares=shares, changed=changed, said=said,
        short_notice=asking.short_notice(wished, g.at), too_soon=asking.too_soon(wished.starts_at, g.at)))
    page.headers["Cache-Control"] = "private, max-age=600"      # so that "back" from the sent request finds it again
    return page


def _as_request(service, wished):
    return ServiceRequest(service=service, answers=wished.answers, quantity=wished.quantity)


def _not_covered(service, wished):
    asking.uncovered(g.employee, service, wished.municipality, at=g.at)
    return render_template("employee/not_covered.html", service=service, municipality=wished.municipality)


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
