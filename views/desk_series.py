"""Opening many at once, at the desk: the form, the preview of all dates, and one sending that saves them; or last year's again."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from actions import openings
from actions.moves import Actor
from questions.desk_openings import day_services, last_like, one_managed_in
from questions.openings import managed_in
from rules import hours

from . import desk, opening_plan, opening_words
from .desk_pages import lists_of_desk
from .opening_forms import BRIDGE, ONE, OpeningForm, copy_form, with_choices
from .opening_plan import TooMany

door = Blueprint("desk_series", __name__, url_prefix="/banco/<int:coordinator>/turni")
door.before_request(desk.lock)
door.url_defaults(desk.of_this_coordinator)


# ---------------------------------------------------------------- the form, the preview, the sending

@door.get("/nuovi/")
def new(coordinator):
    """The form; prefilled for a school bridge (`ponte`), or like another opening (`come`)."""
    return form_page("opening", with_choices(OpeningForm(formdata=None, **begun())))


@door.get("/nuovi/anteprima")
@door.get("/copia/anteprima")
def back(coordinator):
    """Reloading a preview begins again."""
    return redirect(url_for(".copy" if "copia" in request.path else ".new"), 303)


@door.post("/nuovi/anteprima")
def preview(coordinator):
    """Every date before anything is saved."""
    form = with_choices(OpeningForm())
    rows = planned(form)
    return preview_page("opening", form, rows) if rows else (form_page("opening", form), 422)


@door.post("/nuovi/")
def save(coordinator):
    """Open those that are ticked; what is there already is not opened twice."""
    form = with_choices(OpeningForm())
    if "change" in request.form:
        return form_page("opening", form)
    rows = planned(form)
    if not rows:
        return form_page("opening", form), 422
    if not any(row.ticked for row in rows):
        return preview_page("opening", form, rows, nothing=True), 422
    return opened(opening_plan.chosen(rows))


def opened(drafts):
    """Save them, and say how many are new."""
    fresh = openings.open_missing(drafts, by=Actor("coordinator", g.coordinator.id), at=g.at) if drafts else []
    flash(ngettext("Un turno aperto: si può prenotare.", "%(num)s turni aperti: si possono prenotare.", len(fresh))
          if fresh else _("Erano già aperti: non è cambiato nulla."))
    return redirect(url_for("desk_openings.home"), 303)


def planned(form, twins_of=openings.twins_of):
    """The dates of a form; nothing where something is wrong with it, which then stands beside its field."""
    if not form.validate():
        return None
    try:
        rows = opening_plan.series(form, twins_of)
    except TooMany as many:
        form.until.errors = [too_many(many)]
        return None
    if not rows:
        form.until.errors = [_("Fino a quel giorno non ce n'è nessuno: scegli altri giorni.")]
    return rows


def too_many(many):
    """More dates than at once, in words."""
    return _("Sono %(count)s date: se ne aprono al più %(most)s per volta.", count=many.count, most=opening_plan.MOST)


def form_page(kind, form):
    """The form of openings, or of an idea."""
    return render_template("desk/opening_form.html", kind=kind, form=form, lists=lists_of_desk())


def preview_page(kind, form, rows, nothing=False, **more):
    """Every date with its box. `nothing`: it came back without any ticked."""
    return render_template("desk/opening_preview.html", kind=kind, form=form, rows=rows, nothing=nothing,
                           carried=opening_plan.carried(form), words=opening_words, lists=lists_of_desk(), **more)


# ---------------------------------------------------------------- what a form begins with

def begun() -> dict:
    """What the form begins with: like another opening, like the last one for children on a bridge, or the usual."""
    come, ponte = request.args.get("come", type=int), request.args.get("ponte", "")
    like = one_managed_in(g.projects, come) if come and come < 2**31 else None
    if ponte:
        service = day_services(g.projects).first()
        like = like or last_like(g.projects, service) if service else None
        usual = {"days": BRIDGE, "bridge": ponte, **(_offered(service) if service else {})}
    else:
        usual = {"days": ONE}
    return {"start": "08:00", "end": "17:00", "places": 12, "minimum": 6, "closes_days": 3, "closes_hour": "20:00",
            **usual, **(_like(like) if like else {})}


def _offered(service):
    """The first who offers a service."""
    form = with_choices(OpeningForm(formdata=None))
    return next(({"offer": value} for value, (one, _who) in form.offers.items() if one.id == service.id), {})


def _like(opening):
    begins, ends, closes = (hours.local(at) for at in (opening.starts_at, opening.ends_at, opening.closes_at))
    return {"offer": f"{opening.service_id}:{opening.cooperative_id}", "municipality": str(opening.municipality_id),
            "place": opening.place, "collection": "\n".join(opening.collection), "start": f"{begins:%H:%M}",
            "end": f"{ends:%H:%M}", "places": opening.places, "minimum": opening.minimum,
            "closes_days": (begins.date() - closes.date()).days, "closes_hour": f"{closes:%H:%M}"}


# ---------------------------------------------------------------- last year's again

@door.get("/copia/")
def copy(coordinator):
    """Which of last year's openings come again."""
    return _copy_page(copy_form(formdata=None))


@door.post("/copia/anteprima")
def preview_copy(coordinator):
    """Each of them a year later, before anything is saved."""
    form = copy_form()
    rows = _copied(form)
    return preview_page("copy", form, rows) if rows else (_copy_page(form), 422)


@door.post("/copia/")
def save_copy(coordinator):
    """Open those that are ticked."""
    form = copy_form()
    if "change" in request.form:
        return _copy_page(form)
    rows = _copied(form)
    if not rows:
        return _copy_page(form), 422
    if not any(row.ticked for row in rows):
        return preview_page("copy", form, rows, nothing=True), 422
    return opened(opening_plan.chosen(rows))


def _copied(form):
    if not form.validate():
        return None
    try:
        rows = opening_plan.copies(form)
    except TooMany as many:
        form.until.errors = [too_many(many)]
        return None
    if not rows:
        form.day.errors = [_("52 settimane prima di questi giorni non c'era nessun turno.")]
    return rows


def _copy_page(form):
    return render_template("desk/opening_copy.html", form=form, lists=lists_of_desk(), any_at_all=managed_in(g.projects).exists())
