"""The door where a browser becomes trusted: six digits to the person's own phone or mail."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from actions import trusting

from . import languages, locks

door = Blueprint("trust", __name__, url_prefix="/conferma/<int:link>")


class DigitsForm(FlaskForm):
    """The six digits."""

    digits = StringField(_l("Il codice di sei cifre"),
                         [InputRequired(_l("Scrivi le sei cifre che hai ricevuto."))])


@door.before_request
def lock():
    """Only a link that this browser opened, of an operator or a coordinator, and that still lives."""
    g.link = locks.opened(request.view_args["link"])
    if g.link is None or not (g.link.operator_id or g.link.coordinator_id):
        abort(404)
    g.role = "operator" if g.link.operator_id else "coordinator"
    g.person = g.link.operator or g.link.coordinator
    if g.person.left_at or not locks.is_live(g.link):
        return redirect(url_for("links.old", link=g.link.id), 303)
    g.language = languages.spoken(g.person)
    return None


@door.get("/")
def page(link):
    """Why a code, and the button that asks for one."""
    return render_template("trust/page.html", link=g.link, role=g.role)


@door.post("/codice")
def send(link):
    """Ask for the digits."""
    trusting.send_code(g.person, at=g.at)
    return redirect(url_for(".digits", link=link), 303)


@door.get("/codice")
def digits(link):
    """The field for the digits."""
    return render_template("trust/digits.html", link=g.link, role=g.role, form=DigitsForm())


@door.post("/dispositivo")
def trust(link):
    """The digits are right: this browser is trusted for thirty days."""
    form = DigitsForm()
    if form.validate():
        try:
            token = trusting.enter_code(g.person, form.digits.data, at=g.at)
        except trusting.WrongCode:
            form.digits.errors = [_("Non è il codice che abbiamo mandato, o è passato troppo tempo. "
                                    "Controlla le cifre o chiedine uno nuovo.")]
        else:
            home = url_for("operator.home", operator=g.person.id) if g.role == "operator" else url_for(
                "desk.home", coordinator=g.person.id)
            return locks.keep_device(redirect(home, 303), g.role, g.person.id, token)
    return render_template("trust/digits.html", link=g.link, role=g.role, form=form), 422
