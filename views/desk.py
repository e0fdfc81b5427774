"""The coordinator's desk: what needs a person, as lists to empty. On a trusted device only, one's own projects only."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import agreeing, answering, conversing, desk, digesting, ending, joining, planning, proposing, trusting
from actions.moves import Actor, NotAllowed
from models import Cooperative, Coordination, Coordinator, DeskItem, Referral, ServiceRequest
from questions.desk import coordinations_of, desk_requests, firms_of, projects_of, put_so_far
from questions.work import proposals_of
from rules import hours

from . import desk_words, languages, locks
from .desk_forms import LanguageForm, NoteForm, ReplyForm, away_form, close_form, lies_before, propose_form, put_form, seen_of
from .desk_pages import LISTS, Found, find, lists_of_desk, may_be_answered, needs_an_end, page, rows_of

door = Blueprint("desk", __name__, url_prefix="/banco/<int:coordinator>")


@door.before_request
def lock():
    """A trusted device of this coordinator; from here on everything is looked up in her projects of today."""
    refusal = locks.device_only("coordinator")
    if refusal:
        return refusal
    g.today = hours.local(g.at).date()
    g.projects = list(projects_of(g.coordinator, g.today))
    if request.method == "POST" and request.view_args.get("name") in LISTS:
        g.order = [row.id for row in rows_of(request.view_args["name"])]
    return None


@door.url_defaults
def of_this_coordinator(endpoint, values):
    """Every address of this door begins with whose desk it is."""
    if "coordinator" not in values:
        values["coordinator"] = g.coordinator.id


@door.errorhandler(NotAllowed)
def too_late(error):
    """A colleague, a cooperative or the person was first: the thing as it is now, and who."""
    flash(_what_is_true(error.row))
    return page(request.view_args["name"], request.view_args["thing"], status=409)


def _what_is_true(row):
    if isinstance(row, DeskItem) and row.taken_by_id and not row.done_at:
        return _("Se ne occupa già %(name)s.", name=row.taken_by.name)
    if isinstance(row, DeskItem) and row.done_at:
        return _("Era già fatto.")
    return _("Troppo tardi: nel frattempo è cambiata. Ecco com'è ora.")


# ---------------------------------------------------------------- pages

@door.get("/")
def home(coordinator):
    """The lists, and on wide screens the first that is not empty; or a request by its reference."""
    sought = "".join(request.args.get("cerca", "").split()).upper()
    if sought:
        found = desk_requests(g.projects).where(ServiceRequest.reference == sought).first()
        if found:
            return redirect(url_for(".one", name="richiesta", thing=found.id), 303)
        flash(_("Nessuna richiesta %(reference)s nei tuoi progetti.", reference=sought[:12]))
    return page(None)


@door.get("/<name>/")
def one_list(coordinator, name):
    """One list; on wide screens with its first thing beside it."""
    return page(name if name in LISTS else abort(404))


@door.get("/<name>/<int:thing>/")
def one(coordinator, name, thing):
    """One thing: what it is, what to do about it, what happened so far."""
    return page(name, thing)


@door.get("/<name>/<int:thing>/<noun>")
def back(coordinator, name, thing, noun):
    """Reloading the address that something was sent to."""
    return redirect(url_for(".one", name=name, thing=thing), 303)


# ---------------------------------------------------------------- what a coordinator does

@door.post("/<name>/<int:thing>/incarico")
def take_on(coordinator, name, thing):
    """Me ne occupo io."""
    desk.take_on(item_of(name, thing), g.coordinator, at=g.at)
    return done(name, thing, _("Te ne occupi tu."))


@door.post("/<name>/<int:thing>/restituzione")
def let_go(coordinator, name, thing):
    """Somebody else may take it on."""
    desk.let_go(item_of(name, thing), g.coordinator, at=g.at)
    return done(name, thing, _("Non te ne occupi più."))


@door.post("/<name>/<int:thing>/nota")
def say(coordinator, name, thing):
    """What was said on the phone."""
    item, form = item_of(name, thing), NoteForm()
    if not form.validate():
        return page(name, thing, form, 422)
    desk.say(item, " ".join(form.words.data.split()), g.coordinator, at=g.at)
    return done(name, thing, _("Nota salvata."))


@door.post("/<name>/<int:thing>/risposta")
def reply(coordinator, name, thing):
    """Rispondi per SMS."""
    item, form = item_of(name, thing), ReplyForm()
    if item.kind not in desk_words.WRITTEN or not may_be_answered(item):
        raise NotAllowed(item, "not to be answered")
    if not form.validate():
        return page(name, thing, form, 422)
    conversing.reply_by_desk(item, form.answer.data, g.coordinator, at=g.at)
    return done(name, thing, _("Risposta in partenza."))


@door.post("/<name>/<int:thing>/conclusione")
def finish(coordinator, name, thing):
    """Fatto. What waits for a cooperative cannot be ticked off."""
    found = find(name, thing)
    if needs_an_end(Found(item_of(name, thing), found.asked)):
        raise NotAllowed(found.asked or found.item.opening)
    desk.finish(found.item, "done", g.coordinator, at=g.at)
    return done(name, thing, _("Fatto."))


@door.post("/<name>/<int:thing>/adesione")
def approve(coordinator, name, thing):
    """Let in a person beyond the declared number."""
    item = item_of(name, thing)
    if item.kind != "joining":
        abort(404)
    joining.approve(item.employee, by=_me(), at=g.at)
    return done(name, thing, _("Adesione approvata: la persona lo saprà per SMS."))


@door.post("/<name>/<int:thing>/invio")
def put(coordinator, name, thing):
    """Manda a un'altra cooperativa."""
    asked = _asked(name, thing)
    form = put_form(asked, list(put_so_far(asked)))
    if form is None or asked.state not in ServiceRequest.UNANSWERED or form.seen.data != lies_before(asked):
        raise NotAllowed(asked)
    if not form.validate():
        return page(name, thing, form, 422)
    cooperative = Cooperative.get_by_id(form.cooperative.data)
    answering.put_by_desk(asked, cooperative, g.coordinator, at=g.at)
    return done(name, thing, _("%(reference)s mandata a %(cooperative)s.", reference=asked.reference,
                               cooperative=cooperative.name))


@door.post("/<name>/<int:thing>/proposta")
def propose(coordinator, name, thing):
    """Propose a time for the cooperative that has the request, as it was said by telephone."""
    asked = _asked(name, thing)
    live = proposals_of([asked]).first()
    form = propose_form(asked, live)
    if form is None or form.seen.data != seen_of(asked, live):
        raise NotAllowed(asked)
    if not form.validate():
        return page(name, thing, form, 422)
    try:
        agreeing.propose(Referral.get_by_id(asked.before.id), form.slot(asked), None, by=_me(), at=g.at,
                         seen=proposing.mark_of(live))
    except (planning.NoDays, planning.SharesChanged):
        form.day.errors = [_("In quei giorni non si può: scegline altri.")]
        return page(name, thing, form, 422)
    return done(name, thing, _("Proposta inviata alla persona."))


@door.post("/<name>/<int:thing>/chiusura")
def close(coordinator, name, thing):
    """Chiudi con un motivo."""
    asked = _asked(name, thing)
    form = close_form(asked)
    if asked.state == "closed":
        raise NotAllowed(asked)
    if not form.validate():
        return page(name, thing, form, 422)
    ending.close(asked, form.outcome.data, form.reason.data.strip(), by=_me(), at=g.at)
    return done(name, thing, _("%(reference)s chiusa.", reference=asked.reference))


def item_of(name, thing) -> DeskItem:
    """What lies on the desk there; a request alone is no such thing."""
    return find(name, thing).item or abort(404)


def _asked(name, thing):
    return find(name, thing).asked or abort(404)


def _me():
    return Actor("coordinator", g.coordinator.id)


def done(name, thing, words):
    """Say what was done, and show the thing; if it left its list, the one that took its place."""
    flash(words)
    thing = _next(name, thing)
    to = url_for("desk.one", name=name, thing=thing) if thing else url_for("desk.one_list", name=name)
    if not current_app.htmx:
        return redirect(to, 303)
    response = page(name, thing)
    response.headers["HX-Push-Url"] = to
    return response


def _next(name, thing):
    left = [row.id for row in rows_of(name)] if name in LISTS else [thing]
    if thing in left or not left:
        return thing if left else None
    place = g.order.index(thing) if thing in g.order else 0
    return left[min(place, len(left) - 1)]


# ---------------------------------------------------------------- firms; absence and language

@door.get("/aziende/")
def firms(coordinator):
    """The firms with their codes and posters. How many joined stands nowhere."""
    return render_template("desk/firms.html", firms=firms_of(g.projects, g.today), lists=lists_of_desk())


@door.get("/assenza/")
def absence(coordinator):
    """Who stands in while one is away, and the language."""
    return _absence()


@door.post("/assenza/<int:project>")
def go_away(coordinator, project):
    """Assente fino al."""
    coordination = _mine(project)
    form = away_form(coordination)
    if not form.validate():
        return _absence(form, project), 422
    stand_in = Coordinator.get_by_id(form.stand_in.data)
    digesting.away(coordination, form.until.data, stand_in, by=_me(), at=g.at)
    return redirect(url_for(".absence"), 303)


@door.post("/assenza/<int:project>/ritorno")
def come_back(coordinator, project):
    """Here again."""
    digesting.back(_mine(project), by=_me(), at=g.at)
    return redirect(url_for(".absence"), 303)


@door.post("/lingua")
def speak(coordinator):
    """The language of desk and mails."""
    form = LanguageForm()
    if not form.validate():
        return _absence(language=form), 422
    digesting.speak(g.coordinator, form.language.data, at=g.at)
    languages.speak(g.coordinator, form.language.data)
    return redirect(url_for(".absence"), 303)


@door.post("/dispositivo/chiusura")
def close_device(coordinator):
    """This browser is trusted no more, and forgets every link of this coordinator."""
    trusting.close_device(g.device, by=_me(), at=g.at)
    locks.forget_all("coordinator", coordinator)
    return locks.drop_device(redirect(url_for("public.front"), 303), "coordinator", coordinator)


def _absence(wrong=None, project=None, language=None):
    parts = [(part, wrong if part.project_id == project else away_form(part, formdata=None))
             for part in coordinations_of(g.coordinator)]
    language = language or LanguageForm(formdata=None, language=g.coordinator.language)
    return render_template("desk/absence.html", parts=parts, language=language, lists=lists_of_desk())


def _mine(project_id):
    return coordinations_of(g.coordinator).where(Coordination.project == project_id).first() or abort(404)
