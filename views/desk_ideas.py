"""The desk's ideas for openings: published to who asked for such news, how many would come, and opening one in one tap."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from actions import ideas
from actions.moves import Actor, NotAllowed
from models import Idea
from questions.openings import ideas_in, interest_by_idea, who_asked_for_news

from . import desk, opening_plan, opening_words
from .desk_pages import lists_of_desk
from .desk_series import begun, form_page, planned, preview_page
from .opening_forms import IdeaForm, idea_form

MOST = 5        # published at once: each is a text to everybody who asked for such news

door = Blueprint("desk_ideas", __name__, url_prefix="/banco/<int:coordinator>/turni/idee")
door.before_request(desk.lock)
door.url_defaults(desk.of_this_coordinator)


@door.errorhandler(NotAllowed)
def too_late(error):
    """A colleague opened it, or withdrew it: the ideas as they are now."""
    flash({"opened": _("Questa idea è già un turno."), "withdrawn": _("Questa idea era già ritirata.")}.get(
        error.row.state, _("Nel frattempo è cambiata: ecco com'è ora.")))
    return _home(), 409


@door.get("/")
def home(coordinator):
    """Each idea with how many would come; of whom, nothing."""
    return _home()


@door.get("/nuova/")
def new(coordinator):
    """The form of an opening, for an idea."""
    return form_page("idea", idea_form(formdata=None, **begun()))


@door.get("/nuova/anteprima")
@door.get("/<int:idea>/apertura")
@door.get("/<int:idea>/ritiro")
def back(coordinator, idea=None):
    """Reloading the address that something was sent to."""
    return redirect(url_for(".home") if idea else url_for(".new"), 303)


@door.post("/nuova/anteprima")
def preview(coordinator):
    """Every date, and how many people will be written to, before anything is published."""
    form = idea_form()
    rows = planned(form, _twins(form))
    return _preview(form, rows) if rows else (form_page("idea", form), 422)


@door.post("/nuova/")
def publish(coordinator):
    """Publish what is ticked; what is published already is not published twice."""
    form = idea_form()
    if "change" in request.form:
        return form_page("idea", form)
    rows = planned(form, _twins(form))
    if not rows:
        return form_page("idea", form), 422
    ticked = sum(row.ticked for row in rows)
    if not 1 <= ticked <= MOST:
        return _preview(form, rows, nothing=not ticked, too_many=ticked > MOST), 422
    fresh = ideas.publish_missing(opening_plan.chosen(rows), _project(form), g.coordinator, at=g.at)
    flash(ngettext("Un'idea pubblicata.", "%(num)s idee pubblicate.", len(fresh)) if fresh
          else _("Erano già pubblicate: non è cambiato nulla."))
    return redirect(url_for(".home"), 303)


@door.post("/<int:idea>/apertura")
def open_one(coordinator, idea):
    """Apri il turno: who was interested is offered a place before everybody else."""
    found = _find(idea)
    try:
        opening = ideas.open_idea(found, by=_me(), at=g.at)
    except ValueError:
        flash(_("È troppo tardi: le prenotazioni sarebbero già chiuse."))
        return _home(), 409
    flash(_("Turno aperto. A chi aveva detto «mi interessa» è offerto un posto."))
    return redirect(url_for("desk_openings.one", opening=opening.id), 303)


@door.post("/<int:idea>/ritiro")
def withdraw(coordinator, idea):
    """Ritira l'idea."""
    ideas.withdraw(_find(idea), by=_me(), at=g.at)
    flash(_("Idea ritirata."))
    return redirect(url_for(".home"), 303)


def _home():
    rows = list(ideas_in(g.projects))
    live, interest = [row for row in rows if row.state == "published" and row.closes_at > g.at], interest_by_idea(rows)
    live.sort(key=lambda row: (not ideas.enough(row, interest), row.closes_at, row.id))
    return render_template("desk/ideas.html", live=live, past=[row for row in rows if row not in live][:30],
                           interest=interest, words=opening_words, lists=lists_of_desk())


def _preview(form, rows, **more):
    told = who_asked_for_news(_project(form), g.today).count()
    return preview_page("idea", form, rows, told=told, most=MOST, **more)


def _twins(form):
    return lambda drafts: ideas.twins_of(drafts, _project(form))


def _project(form: IdeaForm):
    if "project" not in form:
        return g.projects[0]
    return next(row for row in g.projects if str(row.id) == form.project.data)


def _find(idea):
    return ideas_in(g.projects).where(Idea.id == idea).first() or abort(404)


def _me():
    return Actor("coordinator", g.coordinator.id)
