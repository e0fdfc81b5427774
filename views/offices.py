"""The door to a public office: what it would be told of a person, and their consent to be called by it."""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from actions import asking, joining, signposting, trusting
from models import Municipality, Service
from questions.territory import services_of

from . import employee
from .sending import key_of, new_key
from .wishes import name_field, places

door = Blueprint("offices", __name__, url_prefix="/io/<int:link>/chiedi/<need>/<code>/ufficio")
door.before_request(employee.lock)
door.context_processor(employee.whom_to_call)

CALL_WHEN = [SelectChoice("mattina", _l("La mattina")), SelectChoice("pomeriggio", _l("Il pomeriggio")),
             SelectChoice("sempre", _l("È lo stesso"))]


class OfficeForm(FlaskForm):
    """When the office may call, where the service is for, and the consent; `office_form` adds the name where it lacks."""

    ask_key = HiddenField()
    when = RadioField(_l("Quando può chiamarti l'ufficio?"), choices=CALL_WHEN,
                      validators=[InputRequired(_l("Scegli quando."))])
    place = SelectField(_l("In che comune serve?"), validators=[InputRequired(_l("Scegli il comune."))],
                        description=_l("Serve a noi per i conti: all'ufficio non lo diciamo."))
    consent = BooleanField(_l("Sì, potete dire all'ufficio il mio nome e il mio numero, perché mi chiami."), validators=[
        InputRequired(_l("Senza il tuo sì non scriviamo all'ufficio: puoi sempre chiamarlo tu."))])


@door.get("")
def page(link, need, code):
    """What the office is told, what it is not, and the questions."""
    return _page(_office(need, code), office_form(formdata=None, ask_key=new_key()))


@door.post("")
def ask(link, need, code):
    """Ask the office to call; pressed twice, it is asked once."""
    service, form = _office(need, code), office_form()
    if not form.validate():
        return _page(service, form), 422
    try:
        asked = _ask(service, form)
    except trusting.TooMany:
        form.consent.errors = [_("Per oggi abbiamo già scritto abbastanza agli uffici: riprova domani, o chiama.")]
        return _page(service, form), 429
    except asking.NotApproved:
        abort(403)
    return redirect(url_for("employee.one", link=link, reference=asked.reference), 303)


def _ask(service, form):
    if "first_name" in form:
        joining.name(g.employee, form.first_name.data, at=g.at)
    municipality = Municipality.get(Municipality.istat == form.place.data)
    return signposting.signpost(g.employee, service, municipality, when=form.when.data, ask_key=key_of(form), at=g.at)


def office_form(**kwargs) -> OfficeForm:
    """The form for this person."""
    fields = {} if g.employee.first_name else {"first_name": name_field(_l("Come ti chiama l'ufficio?"))}
    form = type("ThisOfficeForm", (OfficeForm,), fields)(**kwargs)
    form.place.choices = places()
    return form


def _office(need, code):
    """A public service of this project whose office can be written to."""
    if not g.employee.approved_at:
        abort(403)
    public = (Service.code == code) & (Service.mode == "orientamento") & (Service.office_email != "")
    return services_of(need, g.project).where(public).first() or abort(404)


def _page(service, form):
    return render_template("employee/office.html", service=service, form=form)
