"""The demonstration's door: every phone and mailbox in one browser, and a clock that can be moved forward.

It answers for everybody and has no lock: the house opens it with DEMO=1 only, and then is on nobody's public address.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

from flask import Blueprint, abort, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

import wording
from actions import conversing, demonstrating
from models import Company, Message, Phone
from rules import hours, numbers

from .phones import Place, every_place, here, letters, pulse, talks, words_of

door = Blueprint("demo", __name__, url_prefix="/demo")

MORNING, EVENING = time(7, 30), time(18)
SLOTS = {"a": ("employee", True), "b": ("operator", True), "c": ("coordinator", False)}   # role, phone or mailbox
WAYS = {"hour": _l("+1 ora"), "evening": _l("questa sera alle 18"), "tomorrow": _l("domani alle 07:30"),
        "friday": _l("venerdì alle 18"), "monday": _l("lunedì alle 07:30"), "waiting": _l("Sposta l'orologio lì")}
SEEN = "demo_seen"       # this browser's bookmarks: how many messages of each place it has shown
FRAMES_TOO = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
              "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'")
LETTER = ("default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
          "frame-ancestors 'self'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox")


class ClockForm(FlaskForm):
    """Which way, and from which offset: a second press of the same button finds the clock moved already."""

    to = StringField(validators=[InputRequired()])
    seen = IntegerField(validators=[InputRequired()])


class TextForm(FlaskForm):
    """A text, typed into a phone."""

    body = StringField(filters=[lambda text: (text or "").strip()], validators=[
        DataRequired(_l("Scrivi qualcosa.")),
        Length(max=conversing.MAX_BODY, message=_l("È troppo lungo per un SMS."))])


@dataclass
class Column:
    """One column of the page: a phone or a mailbox, with what is in it."""

    slot: str
    place: Place
    said: list
    letters: list
    form: TextForm


# ---------------------------------------------------------------- the page

@door.get("")
def page():
    """Everything in one page; asked by htmx every few seconds, what changed since, or nothing."""
    if current_app.htmx:
        return _what_is_new()
    return _page()


def _page(form=None, phone_id=None):
    companies = Company.select(Company.code, Company.name).order_by(Company.name)
    return _shown("demo/page.html", form, phone_id, companies=list(companies), **_wall())


def _what_is_new():
    return ("", 204) if request.args.get("mark") == pulse(g.at).mark else _shown("demo/_phones.html")


def _shown(template, form=None, phone_id=None, **more):
    """Draw the columns, and bookmark in this browser what they have shown; no row knows of it."""
    now = pulse(g.at)  # before the rest is read: what comes in between is then asked for again
    places = every_place()
    view = _view(places)
    response = make_response(render_template(
        template, columns=_columns(view, places, form, phone_id), view=view, groups=_groups(places), pulse=now,
        news=_news(view, places), starring=_starring(places), open_now=hours.is_open(g.at),
        offset=_offset(), **more))
    response.headers["Content-Security-Policy"] = FRAMES_TOO
    response.set_cookie(SEEN, _bookmarks(view, places), path="/demo", httponly=True, samesite="Lax")
    return response


def _view(places):
    """Which place is in which column, by key: as the address says, else the first of each role."""
    return {slot: asked if (asked := request.args.get(slot)) in places else key
            for slot, key in _first_keys(places).items()}


def _first_keys(places):
    first = {slot: next((key for key, place in places.items() if (place.role, bool(place.phone)) == wanted), None)
             for slot, wanted in SLOTS.items()}
    return {slot: key for slot, key in first.items() if key}


def _starring(places):
    """Who plays the story told on top."""
    return {slot: places[key] for slot, key in _first_keys(places).items()}


def _columns(view, places, form, phone_id):
    shown = [places[key] for key in view.values()]
    said, mail = talks(shown), letters(shown)
    return [Column(slot, place, said.get(place.key, []), mail.get(place.key, []), _form(slot, place, form, phone_id))
            for slot, place in zip(view, shown)]


def _form(slot, place, form, phone_id):
    """An empty form for each phone; the one that was refused comes again with its words and its error."""
    mine = form if form and place.phone and place.phone.id == phone_id else TextForm(formdata=None)
    mine.body.id = f"text-{slot}"
    return mine


def _groups(places):
    """The places of a switch: where something was said first."""
    quiet = [place for place in places.values() if not place.received]
    groups = (
        (_("Con messaggi"), [place for place in places.values() if place.received]),
        (_("Telefoni delle persone"), [place for place in quiet if place.phone and place.role == "employee"]),
        (_("Telefoni delle cooperative"), [place for place in quiet if place.phone and place.role == "operator"]),
        (_("Posta"), [place for place in quiet if not place.phone]))
    return [(name, some) for name, some in groups if some]


# ---------------------------------------------------------------- what is new

def _news(view, places):
    """The places out of sight that received something this browser has not shown: (place, how many, where to look)."""
    seen = _seen(places)
    return [(place, place.received - seen.get(key, 0), {**view, _slot(place): key})
            for key, place in places.items() if key not in view.values() and place.received > seen.get(key, 0)]


def _slot(place):
    return "c" if not place.phone else "b" if place.role == "operator" else "a"


def _seen(places):
    """How many messages of each place this browser has shown; never more than there are, the database may be new."""
    pairs = re.findall(r"([a-z]+-\d+)\.(\d+)", request.cookies.get(SEEN, ""))
    return {key: min(int(count), places[key].received) for key, count in pairs if key in places}


def _bookmarks(view, places):
    shown = {key: places[key].received for key in view.values()}
    return "_".join(f"{key}.{count}" for key, count in {**_seen(places), **shown}.items() if count)


# ---------------------------------------------------------------- the clock

@door.get("/orologio")
def clock():
    """What time it is here, and the ways forward; asked by htmx twice a minute."""
    if not current_app.htmx:
        return _back()
    return render_template("demo/_clock.html", view=_asked_view(), offset=_offset(), **_wall())


@door.post("/orologio")
def move_clock():
    """Move the clock forward; the jobs do on the way what they would have done."""
    form = ClockForm()
    if not form.validate_on_submit() or form.to.data not in WAYS:
        abort(422)
    to = pulse(g.at).first_at if form.to.data == "waiting" else _ways(g.at).get(form.to.data)
    if to and form.seen.data == _offset():
        demonstrating.move_forward(to, now=current_app.now, run=current_app.extensions["jobs"])
    return _reload()


def _wall():
    return {"wall": hours.local(g.at), "ways": [(to, WAYS[to]) for to in _ways(g.at)]}


def _ways(at):
    """Where the clock may go: only forward."""
    today = hours.local(at).date()
    monday = today + timedelta(days=7 - today.weekday())
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    ways = {"hour": at + timedelta(hours=1), "evening": hours.moment(today, EVENING),
            "tomorrow": hours.moment(today + timedelta(days=1), MORNING),
            "friday": hours.moment(friday, EVENING), "monday": hours.moment(monday, MORNING)}
    if friday == today:
        del ways["friday"]
    if ways["monday"] == ways["tomorrow"]:
        del ways["monday"]
    return {name: to for name, to in ways.items() if to > at}


def _offset():
    return int(current_app.clock.moved_by().total_seconds())


# ---------------------------------------------------------------- what one does with a phone

@door.post("/telefoni/<int:phone>/messaggi")
def text(phone):
    """A text typed into this phone: received and answered at once, without waiting for the next tick."""
    form, number = TextForm(), Phone.get_or_none(Phone.id == phone) or abort(404)
    if not form.validate_on_submit():
        return _with_error(form, phone)
    conversing.receive(f"demo-{uuid4()}", number.number, form.body.data, at=g.at)
    _run_now()
    return _answer()


@door.post("/telefoni/<int:phone>/squillo")
def ring(phone):
    """This phone rings our number once: nobody picks up, and a person calls back."""
    number = Phone.get_or_none(Phone.id == phone) or abort(404)
    conversing.ring(number.number, at=g.at)
    flash(_("Uno squillo da %(number)s: la chiamata è rifiutata, non costa niente, e il numero è fra quelli da chiamare.",
            number=numbers.pretty(number.number)))
    return _answer()


@door.post("/consegna")
def deliver():
    """Deliver now what is due, and act on what was typed."""
    _run_now()
    return _answer()


@door.get("/telefoni/<int:phone>/messaggi")
@door.get("/telefoni/<int:phone>/squillo")
@door.get("/consegna")
def back(phone=None):
    """Reloading the answer to a form."""
    return _back()


def _run_now():
    current_app.extensions["jobs"](g.at, demonstrating.AT_ONCE)


def _with_error(form, phone_id):
    answer = _shown("demo/_phones.html", form, phone_id) if current_app.htmx else _page(form, phone_id)
    answer.status_code = 422
    return answer


def _answer():
    return _shown("demo/_phones.html") if current_app.htmx else _back()


def _reload():
    """The whole page again: header and columns have changed."""
    return ("", 204, {"HX-Redirect": url_for(".page", **_asked_view())}) if current_app.htmx else _back()


def _back():
    return redirect(url_for(".page", **_asked_view()), 303)


def _asked_view():
    """The columns as the address has them; unread, for the page looks at them again."""
    return {slot: request.args[slot] for slot in SLOTS if slot in request.args}


# ---------------------------------------------------------------- mail

@door.get("/posta/<int:message>")
def letter(message):
    """A mail as it was sent, for its frame: it may wear its own style, and runs nothing."""
    sent_mail = (Message.channel == "mail") & Message.sent_at.is_null(False) & Message.body.is_null(False)
    mail = Message.get_or_none(sent_mail, Message.id == message) or abort(404)
    html = wording.html_again(mail)
    answer = make_response(_in_its_frame(html) if html else render_template(
        "demo/letter.html", mail=mail, words=words_of(mail)))
    answer.headers["Content-Security-Policy"] = LETTER
    return answer


def _in_its_frame(html):
    """Its links open beside the page, not in the frame, and on this machine by whatever name the browser knows it."""
    return here(html).replace("<head>", '<head><base target="_blank">', 1)


@door.app_template_filter("clock")
def clock_time(at: datetime) -> str:
    """17:58, in both languages."""
    return f"{hours.local(at):%H:%M}"
