"""The door to ideas: openings that might be, who would come with how many, and whether one wants to hear of them."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from actions import ideas
from actions.moves import NotAllowed
from models import Idea
from questions.openings import still_published
from questions.seen import ideas_seen_by, last_request_in

from . import employee
from .place_forms import number_field
from .saying_answers import places_in_words, unit_price_in_words

door = Blueprint("ideas", __name__, url_prefix="/io/<int:link>/idee")
door.before_request(employee.lock)
door.context_processor(employee.whom_to_call)


@door.get("/")
def page(link):
    """The ideas of the person's project, and whether she hears of new ones."""
    return _page()


@door.post("/avvisi")
def ask_for_news(link):
    """Wants to hear of ideas, or no more."""
    ideas.ask_for_news(g.employee, request.form.get("wants") == "1", at=g.at)
    return _back(link)


@door.post("/<int:idea>/interesse")
def be_interested(link, idea):
    """"Mi interessa", for so many; said again it is the new number."""
    row = _idea(idea)
    form = interest_form(row)
    if not form.validate():
        return _page(row, form), 422
    return _say(row, form.number.data)


@door.post("/<int:idea>/rinuncia")
def withdraw(link, idea):
    """Not interested any more."""
    return _say(_idea(idea), 0)


@door.get("/avvisi")
@door.get("/<int:idea>/<any(interesse, rinuncia):noun>")
def back(link, idea=None, noun=None):
    """Reloading the address that an answer was sent to."""
    return _back(link)


def _back(link):
    return redirect(url_for(".page", link=link), 303)


def _say(row, units):
    try:
        ideas.be_interested(row, g.employee, units, at=g.at)
    except NotAllowed:
        return _page(gone=_idea(row.id)), 409
    return redirect(url_for(".page", link=g.link.id, _anchor=f"idea-{row.id}"), 303)


def _idea(idea) -> Idea:
    """An idea of this person's project."""
    if not g.employee.approved_at:
        abort(403)
    return ideas_seen_by(g.employee, g.project).where(Idea.id == idea).first() or abort(404)


def interest_form(idea, **kwargs) -> FlaskForm:
    """How many would come; several stand on one page."""
    form = type("InterestForm", (FlaskForm,), {"number": number_field(idea.places, idea.service, idea.mine or 1)})(**kwargs)
    form.number.id = form.number.label.field_id = f"number-{idea.id}"
    return form


def _page(row=None, form=None, gone=None):
    """`row`, `form`: the idea whose number is wrong; `gone`: one that was opened, or withdrawn, meanwhile."""
    if not g.employee.approved_at:
        abort(403)
    rows = ideas_seen_by(g.employee, g.project).where(still_published(g.at))
    shown = [(idea, form if row and idea.id == row.id else interest_form(idea, formdata=None)) for idea in rows]
    mine = last_request_in(gone.opening_id, g.employee) if gone and gone.opening_id else None
    return render_template("employee/ideas.html", ideas=shown, gone=gone, mine=mine, unit_price=unit_price_in_words,
                           how_many=places_in_words, wrong=form)
